"""A WordPiece vocabulary: loaded, checked, saved, and known by its digest.

`Vocabulary` is the tokens in order of id with the rules that prepare a text for them (`TextRules`). Which files it is
read from and saved as, and what of them is refused, is in `vocabulary_files`; refused here are duplicates and a
vocabulary without one of BERT's five special tokens.
"""

import dataclasses
import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from tokenizers import models, pre_tokenizers

from ..core.errors import InputError
from ..core.fields import digest_of
from .files import SPECIAL_TOKENS, UNCASED, Contents, TextRules, read, vocabulary_file, written

__all__ = ["SPECIAL_TOKENS", "TextRules", "Vocabulary"]

UNUSED = re.compile(r"\[unused\d+\]")


class Vocabulary:
    """The tokens of a WordPiece model in order of id, and the rules for text. Pickles small; never changes."""

    def __init__(
        self,
        tokens: Iterable[str],
        rules: TextRules = UNCASED,
        extra_special: Iterable[str] = (),
        where: str = "vocabulary",
    ) -> None:
        """`extra_special` are special tokens besides BERT's five; `where` names the origin in errors only."""
        self.tokens = list(tokens)
        self.rules = rules
        _check_rules(rules, where)
        self.size = len(self.tokens)
        self.ids = {token: number for number, token in enumerate(self.tokens)}
        missing = [token for token in SPECIAL_TOKENS if token not in self.ids]
        if missing:
            raise InputError(
                f"{where}: {', '.join(missing)} missing; a BERT vocabulary has all of {', '.join(SPECIAL_TOKENS)}"
            )
        if len(self.ids) < self.size:
            raise InputError(f"{where}: a token occurs twice; every token must have one id")
        self.extra_special = tuple(sorted(set(extra_special) - set(SPECIAL_TOKENS)))
        self.pad_id, self.unk_id, self.cls_id, self.sep_id, self.mask_id = (self.ids[token] for token in SPECIAL_TOKENS)
        self.dtype = np.dtype(np.uint16 if self.size <= 65_536 else np.uint32)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Vocabulary":
        """Read a folder (tokenizer.json before vocab.txt) or one of the two files; `InputError` says what is wrong where."""
        file = vocabulary_file(Path(path))
        return cls(*read(file), where=str(file))

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self.tokens, self.rules, self.extra_special)

    @property
    def lowercase(self) -> bool:
        return self.rules.lowercase

    @property
    def strip_accents(self) -> bool:
        return self.rules.strip_accents

    @cached_property
    def digest(self) -> str:
        """Hex digest over tokens and rules, wherever they were loaded from."""
        return digest_of([self.tokens, dataclasses.asdict(self.rules), self.extra_special])

    @cached_property
    def is_ordinary(self) -> np.ndarray:
        """bool [size]: neither special nor [unusedN], so it may be masked or put in."""
        special = {*SPECIAL_TOKENS, *self.extra_special}
        return np.array([token not in special and not UNUSED.fullmatch(token) for token in self.tokens])

    @cached_property
    def ordinary_ids(self) -> np.ndarray:
        """The ordinary ids, ascending, in the vocabulary's dtype."""
        return np.flatnonzero(self.is_ordinary).astype(self.dtype)

    @cached_property
    def is_continuation(self) -> np.ndarray:
        """bool [size]: a piece that goes on with a word (`##ing`)."""
        ordinary = self.is_ordinary
        return np.array([token.startswith("##") and len(token) > 2 for token in self.tokens]) & ordinary

    @cached_property
    def tokenizer(self) -> tokenizers.Tokenizer:
        """WordPiece by `tokenizers` without added tokens, so that a special token written in a text stays text."""
        model = models.WordPiece(self.ids, unk_token="[UNK]", max_input_chars_per_word=self.rules.max_word_chars)
        tokenizer = tokenizers.Tokenizer(model)
        tokenizer.normalizer = self.rules.normalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return tokenizer

    def encode_one(self, text: str) -> list[int]:
        """Ids of one text, by `tokenizers`; no special tokens are put in, none is recognised in the text."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """The pieces joined for people: `play ##ing [SEP]` gives `playing [SEP]`."""
        return " ".join(self.tokens[number] for number in ids).replace(" ##", "")

    def files(self) -> dict[str, bytes]:
        """tokenizer.json, tokenizer_config.json and vocab.txt as bytes; equal for equal vocabularies."""
        return written(Contents(self.tokens, self.rules, self.extra_special))

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the files into a folder, which is made if it is not there."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (folder / name).write_bytes(data)


def _check_rules(rules: TextRules, where: str) -> None:
    """Refuse values that a JSON file may hold and no tokenizer has."""
    for name, value in dataclasses.asdict(rules).items():
        is_length = type(value) is int and 0 < value < 1 << 31
        if not (is_length if name == "max_word_chars" else type(value) is bool):
            raise InputError(f"{where}: {name} is {str(value)[:40]!r}; expected a switch, or a number of characters")
