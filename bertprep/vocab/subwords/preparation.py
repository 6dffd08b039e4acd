"""How text is prepared for models other than WordPiece, as in tokenizer.json, and the resulting words of a text.

    metaspace    `Don't (stop).`  ->  ▁Don ' t ▁( stop ) .      a space becomes a mark at the start of a word
    bytes        `Don't (stop).`  ->  ĠDon 't Ġ( stop ).        the same, in bytes of UTF-8, each shown as a character

No piece spans words, so only words need to be counted. Counts keep their spelling, with a leading space if there is one.
Both treat a text as if a space preceded it, since each sentence is encoded separately.
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

WORD = r" ?[^\s\p{P}]+| ?\p{P}|\s"  # a word or one punctuation character
ROWS = 1 << 17  # sentences whose words are counted at once
LONGEST = 256  # characters of a word; longer ones are left out


@dataclasses.dataclass(frozen=True)
class Preparation:
    """The steps before and after a model."""

    form: str  # the Unicode normalization form that is applied first
    pre_tokenizer: dict[str, Any]
    decoder: dict[str, Any]
    in_bytes: bool = False
    least: int = 0  # minimum number of entries besides special ones


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
    """The steps that change characters; if accents are stripped, the rest is composed again."""
    steps = [preparation.form]
    if settings.lowercase:
        steps.append("Lowercase")
    if text_rules(settings).strip_accents:
        steps += ["NFD", "StripAccents", "NFC"]
    return {"type": "Sequence", "normalizers": [{"type": step} for step in steps]}


class Words:
    """Splits words between spaces like the tokenizer."""

    def __init__(self, preparation: Preparation, settings: VocabSettings) -> None:
        self._in_bytes = preparation.in_bytes
        steps = [getattr(normalizers, step["type"])() for step in normalizer(preparation, settings)["normalizers"]]
        self._normalizer = normalizers.Sequence(steps)
        bare = {"model": {"type": "BPE", "vocab": {}, "merges": []}, "version": "1.0", "added_tokens": []}
        whole = tokenizers.Tokenizer.from_str(json.dumps({**bare, "pre_tokenizer": preparation.pre_tokenizer}))
        self._split: pre_tokenizers.PreTokenizer = whole.pre_tokenizer

    def of(self, chunk: str) -> list[str]:
        """The words within the text between two spaces, with the leading space."""
        words = [word for word, _ in self._split.pre_tokenize_str(" " + self._normalizer.normalize_str(chunk))]
        return [from_bytes(word) for word in words] if self._in_bytes else [word.replace(BLANK, " ") for word in words]


def count_words(
    texts: pa.Array | pa.ChunkedArray, preparation: Preparation, settings: VocabSettings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct words and their counts, in no order, without those that are too long; and the letters changed."""
    words = Words(preparation, settings)
    is_stripped = text_rules(settings).strip_accents
    harmed = np.zeros(len(HARMS), np.int64)
    found: dict[str, int] = {}
    for start in range(0, len(texts), ROWS):
        column = texts.slice(start, ROWS)
        chunks = pc.list_flatten(pc.split_pattern(column.cast(pa.large_string()), " "))
        counted = pc.value_counts(chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks)
        if is_stripped and len(counted):  # before stripping, since the words lack the marks afterwards
            harmed += letters_harmed(counted.field("values"), counted.field("counts").to_numpy())
        for chunk, count in zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True):
            for word in words.of(chunk):
                if len(word) <= LONGEST:
                    found[word] = found.get(word, 0) + count
    return np.array(list(found), object), np.array(list(found.values()), np.int64), harmed


def to_bytes(word: str) -> str:
    """A word in the spelling of a byte-level tokenizer."""
    characters = byte_characters()
    return "".join(characters[byte] for byte in word.encode())


def from_bytes(spelled: str) -> str:
    """The word with this byte-level spelling."""
    numbers = bytes_of_characters()
    return bytes(numbers[character] for character in spelled).decode("utf-8", "replace")
