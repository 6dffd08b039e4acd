"""How text is prepared for models other than WordPiece, as tokenizer.json says it, and the words of a text by it.

    metaspace    `Don't (stop).`  ->  ▁Don ' t ▁( stop ) .      a space is a mark at the beginning of a word
    bytes        `Don't (stop).`  ->  ĠDon 't Ġ( stop ).        the same, in bytes of UTF-8, each with a character of its own

No piece goes across words, so words are all that has to be counted. In counts they are kept as they are read, a space in front
where there is one. Both begin a text as if a space stood before it, since a sentence is encoded apart from the one before it.
"""

import dataclasses
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tokenizers
from tokenizers import normalizers, pre_tokenizers

from ..settings import VocabSettings
from ..spelling import BLANK, byte_characters, bytes_of_characters
from ..training import HARMS, letters_harmed, text_rules

WORD = r" ?[^\s\p{P}]+| ?\p{P}|\s"  # or one mark of punctuation
ROWS = 1 << 17  # sentences whose words are counted at once
LONGEST = 256  # characters of a word; longer ones are no words


@dataclasses.dataclass(frozen=True)
class Preparation:
    """The steps before and after a model."""

    form: str  # the Unicode normalisation that comes first
    pre_tokenizer: dict[str, Any]
    decoder: dict[str, Any]
    in_bytes: bool = False
    least: int = 0  # entries that there must be besides special ones


def _metaspace(split: bool) -> dict[str, Any]:
    return {"type": "Metaspace", "replacement": BLANK, "prepend_scheme": "first", "split": split}


def _byte_level() -> dict[str, Any]:
    return {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}


METASPACE = Preparation(
    "NFKC",
    {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": WORD}, "behavior": "Isolated", "invert": False},
            _metaspace(split=False),
        ],
    },
    _metaspace(split=True),
)
BYTES = Preparation(
    "NFC",
    _byte_level(),
    {"type": "Sequence", "decoders": [_byte_level(), {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
    in_bytes=True,
    least=256,
)


def normalizer(preparation: Preparation, settings: VocabSettings) -> dict[str, Any]:
    """What is done to characters; where accents are stripped, what was taken apart for it is put together again."""
    steps = [preparation.form]
    if settings.lowercase:
        steps.append("Lowercase")
    if text_rules(settings).strip_accents:
        steps += ["NFD", "StripAccents", "NFC"]
    return {"type": "Sequence", "normalizers": [{"type": step} for step in steps]}


class Words:
    """Cuts words that stand between spaces as the tokenizer does."""

    def __init__(self, preparation: Preparation, settings: VocabSettings) -> None:
        self._in_bytes = preparation.in_bytes
        steps = [getattr(normalizers, step["type"])() for step in normalizer(preparation, settings)["normalizers"]]
        self._normalizer = normalizers.Sequence(steps)
        bare = {"model": {"type": "BPE", "vocab": {}, "merges": []}, "version": "1.0", "added_tokens": []}
        whole = tokenizers.Tokenizer.from_str(json.dumps({**bare, "pre_tokenizer": preparation.pre_tokenizer}))
        self._split: pre_tokenizers.PreTokenizer = whole.pre_tokenizer

    def of(self, chunk: str) -> list[str]:
        """The words of what stands between two spaces, with the space in front."""
        words = [word for word, _ in self._split.pre_tokenize_str(" " + self._normalizer.normalize_str(chunk))]
        return [from_bytes(word) for word in words] if self._in_bytes else [word.replace(BLANK, " ") for word in words]


def count_words(
    texts: pa.Array | pa.ChunkedArray, preparation: Preparation, settings: VocabSettings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct words and how often each occurs, in no order, those too long left out; and the letters harmed."""
    words = Words(preparation, settings)
    is_stripped = text_rules(settings).strip_accents
    harmed = np.zeros(len(HARMS), np.int64)
    found: dict[str, int] = {}
    for start in range(0, len(texts), ROWS):
        column = texts.slice(start, ROWS)
        chunks = pc.list_flatten(pc.split_pattern(column.cast(pa.large_string()), " "))
        counted = pc.value_counts(chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks)
        if is_stripped and len(counted):  # before stripping: the words have lost what is counted
            harmed += letters_harmed(counted.field("values"), counted.field("counts").to_numpy())
        for chunk, count in zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True):
            for word in words.of(chunk):
                if len(word) <= LONGEST:
                    found[word] = found.get(word, 0) + count
    return np.array(list(found), object), np.array(list(found.values()), np.int64), harmed


def to_bytes(word: str) -> str:
    """A word as a byte-level tokenizer spells it."""
    characters = byte_characters()
    return "".join(characters[byte] for byte in word.encode())


def from_bytes(spelled: str) -> str:
    """The word that is spelled so."""
    numbers = bytes_of_characters()
    return bytes(numbers[character] for character in spelled).decode("utf-8", "replace")
