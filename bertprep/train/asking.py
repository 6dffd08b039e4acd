"""Checks before PyTorch is imported for a prediction: model folder, vocabulary, and masks in the text.

Also reads the token frequencies of the training rows, which a model folder keeps to rank predictions by plain frequency.
"""

import json
from pathlib import Path

import numpy as np

from ..core.errors import InputError, UsageError
from ..core.records import COUNT, MOST_BYTES, each, local_bytes, parsed
from ..vocab.vocabulary import Vocabulary
from .states import read_json

MASK = "[MASK]"
FREQUENCIES = "token_counts.json"  # by id, how often each token is masked in the training rows
EXAMPLE = "Paris is the [MASK] of France."


def refuse_no_mask(text: str, vocabulary: Vocabulary | None = None) -> None:
    """Raise `UsageError` for a text without [MASK] or the mask token of the vocabulary."""
    mask = vocabulary.special_tokens["mask"] if vocabulary else MASK
    if MASK not in text and mask not in text:
        raise UsageError(
            f"the text contains no {mask}; write one in place of the word to predict, as in: {EXAMPLE.replace(MASK, mask)} "
            "(--next TEXT asks whether another text follows)"
        )


def refuse_empty(first: str, second: str) -> None:
    """`UsageError` for a pair of texts of which one has nothing to read."""
    for name, text in (("TEXT", first), ("--next", second)):
        if not text.strip():
            raise UsageError(
                f"{name} is empty; give the two texts, as in: 'Cats sleep a lot.' --next 'They hunt at dusk.'"
            )


def words_of(vocabulary: Vocabulary, pieces: bool = False) -> list[str]:
    """The name of each token in predictions: words without the sign of their beginning (Ġ, ▁); with `pieces`, the token."""
    if vocabulary.given is None or pieces:
        return vocabulary.tokens
    return [text.strip() or token for text, token in zip(vocabulary.texts, vocabulary.tokens, strict=True)]


def vocabulary_of(model_dir: str) -> Vocabulary:
    """The model's own vocabulary; first checks that the folder is a model, for a clear error message."""
    read_json(Path(model_dir) / "config.json")
    return Vocabulary.load(model_dir)


def frequencies_json(counts_V: np.ndarray) -> bytes:
    """Token counts in the format in which a model folder keeps them."""
    return (json.dumps(counts_V.tolist(), separators=(",", ":")) + "\n").encode()


def ranks_by_frequency(model_dir: str, vocabulary: Vocabulary) -> np.ndarray | None:
    """The rank of each token by frequency, from 1, int64 [V]; 0 for tokens never seen. None if the folder has no counts.

    `InputError` for counts that do not match the vocabulary.
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
