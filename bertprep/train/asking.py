"""What a model is asked, checked before PyTorch is loaded: its folder, its vocabulary, the masks of the text.

Here is also how frequent each token is in the training rows, which a model folder keeps to say what plain frequency would have
answered.
"""

import json
from pathlib import Path

import numpy as np

from ..core.errors import InputError, UsageError
from ..core.records import COUNT, MOST_BYTES, each, local_bytes, parsed
from ..vocab.vocabulary import Vocabulary
from .states import read_json

MASK = "[MASK]"
FREQUENCIES = "token_counts.json"  # how often each token, by id, is a masked one in the training rows
EXAMPLE = "Paris is the [MASK] of France."


def refuse_no_mask(text: str, vocabulary: Vocabulary | None = None) -> None:
    """`UsageError` for a text with nothing to fill; the mask token of the vocabulary is one too."""
    mask = vocabulary.special_tokens["mask"] if vocabulary else MASK
    if MASK not in text and mask not in text:
        raise UsageError(
            f"the text contains no {mask}; write one in place of the word to predict, as in: {EXAMPLE.replace(MASK, mask)} "
            "(--next TEXT asks whether another text follows)"
        )


def words_of(vocabulary: Vocabulary, pieces: bool = False) -> list[str]:
    """What an answer calls each token: a whole word without the mark that begins one, a piece as it is."""
    if vocabulary.given is None or pieces:
        return vocabulary.tokens
    return [text.strip() or token for text, token in zip(vocabulary.texts, vocabulary.tokens, strict=True)]


def vocabulary_of(model_dir: str) -> Vocabulary:
    """The model's own vocabulary; what is no model at all is refused as such."""
    read_json(Path(model_dir) / "config.json")
    return Vocabulary.load(model_dir)


def frequencies_json(counts_V: np.ndarray) -> bytes:
    """Counts of tokens as they are kept in a model folder."""
    return (json.dumps(counts_V.tolist(), separators=(",", ":")) + "\n").encode()


def ranks_by_frequency(model_dir: str, vocabulary: Vocabulary) -> np.ndarray | None:
    """The rank of each token by frequency, from 1, int64 [V]; 0 for one never seen. None where the folder does not tell.

    `InputError` for counts that are not those of the vocabulary.
    """
    path = Path(model_dir) / FREQUENCIES
    if not path.is_file():
        return None
    try:
        counts = parsed(local_bytes(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); delete it to do without") from None
    if not each(COUNT).fits(counts) or len(counts) != vocabulary.size:
        raise InputError(f"{path}: expected {vocabulary.size:,} counts, one for each token; delete it to do without")
    counts_V = np.array(counts, np.int64)
    ranks_V = np.empty(vocabulary.size, np.int64)
    ranks_V[np.argsort(-counts_V, kind="stable")] = np.arange(1, vocabulary.size + 1)
    return np.where(counts_V > 0, ranks_V, 0)
