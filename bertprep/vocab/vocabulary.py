"""A vocabulary: loaded, checked, saved, and identified by its digest.

`Vocabulary` holds the tokens in order of id. A BERT's also has rules that prepare texts (`TextRules`) and added tokens, which
are found in a text before it is split (`AddedToken`); for other tokenizers `given` defines all of that. `reading` defines which
files it is read from and what is refused; `files`, how it is saved. Here, `InputError` is raised for duplicates, and for a
vocabulary without one of BERT's five special tokens.
"""

import dataclasses
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from tokenizers import models, pre_tokenizers

from ..core.errors import InputError
from ..core.fields import digest_of
from .contents import SPECIAL_TOKENS, UNCASED, AddedToken, Contents, TextRules
from .files import written
from .folder import CONFIG, vocabulary_file
from .given.tokenizer import ROLES, Given, is_gap
from .layout import Layout
from .reading import NOTHING, read

__all__ = ["SPECIAL_TOKENS", "AddedToken", "TextRules", "Vocabulary"]

UNUSED = re.compile(r"\[unused\d+\]|<unused\d+>")


class Vocabulary:
    """The tokens of a model in order of id, the rules for text, and added tokens. Immutable, with a small pickle."""

    def __init__(
        self,
        tokens: Iterable[str],
        rules: TextRules = UNCASED,
        added: Iterable[AddedToken] = (),
        model_size: int | None = None,
        notes: Iterable[str] = (),
        given: Given | None = None,
        where: str = "vocabulary",
    ) -> None:
        """`added` are the added tokens, without BERT's five; the first `model_size` tokens are those of the model.

        `notes` are messages about the files; `given` is a tokenizer other than BERT's, whose tokens these are; `where` is
        the origin, used only in errors.
        """
        self.tokens = list(tokens)
        self.rules, self.notes, self.given = rules, tuple(notes), given
        _check_rules(rules, where)
        self.size = len(self.tokens)
        self.ids = {token: number for number, token in enumerate(self.tokens)}
        self.special_tokens = dict(zip(ROLES, SPECIAL_TOKENS, strict=True)) if given is None else dict(given.roles)
        self.special_tokens.setdefault("unk", self.special_tokens["pad"])  # a tokenizer for which nothing is unknown
        missing = [token for token in self.special_tokens.values() if token not in self.ids]
        if missing:
            raise InputError(
                f"{where}: {', '.join(missing)} missing; a BERT vocabulary has all of {', '.join(SPECIAL_TOKENS)}"
            )
        if len(self.ids) < self.size:
            raise InputError(f"{where}: a token occurs twice; every token must have one id")
        self.added = tuple(sorted(added, key=lambda token: self.ids[token.content]))
        self.model_size = self.size if model_size is None else model_size
        self.pad_id, self.unk_id, self.cls_id, self.sep_id, self.mask_id = (
            self.ids[self.special_tokens[role]] for role in ROLES
        )
        self.layout = Layout.of_bert(self.cls_id, self.sep_id) if given is None else given.layout
        self.dtype = np.dtype(np.uint16 if self.size <= 65_536 else np.uint32)

    @classmethod
    def load(cls, path: str | os.PathLike[str], special_tokens: Mapping[str, str] = NOTHING) -> "Vocabulary":
        """Read a folder (tokenizer.json before vocab.txt) or one of the two files; `InputError` says what is wrong and where.

        `special_tokens` are tokens by role (pad, unk, cls, sep, mask), if the files do not name them.
        """
        return cls(*read(Path(path), special_tokens), where=str(vocabulary_file(Path(path))))

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self.tokens, self.rules, self.added, self.model_size, self.notes, self.given)

    @property
    def lowercase(self) -> bool:
        return self.rules.lowercase

    @property
    def strip_accents(self) -> bool:
        return self.rules.strip_accents

    @cached_property
    def digest(self) -> str:
        """A hash of tokens, rules and added tokens, in hex; independent of the files they were loaded from."""
        if self.given:
            return digest_of([self.given.content, self.given.roles])
        added = [dataclasses.asdict(token) for token in self.added]
        more = [added, self.model_size] if added or self.model_size < self.size else []
        return digest_of([self.tokens, dataclasses.asdict(self.rules), more])

    @cached_property
    def is_ordinary(self) -> np.ndarray:
        """Whether a token is neither special nor [unusedN], so may be masked or be a random replacement, bool [size]."""
        special = {*self.special_tokens.values(), *(token.content for token in self.added if token.special)}
        ordinary = np.array([token not in special and not UNUSED.fullmatch(token) for token in self.tokens])
        if self.given:
            lacking = {number for number, token in enumerate(self.tokens) if is_gap(number, token)}
            ordinary[[*lacking, *(self.ids[token] for token in self.given.special if token in self.ids)]] = False
        return ordinary

    @cached_property
    def ordinary_ids(self) -> np.ndarray:
        """The ids of ordinary tokens, ascending, in the vocabulary's dtype."""
        return np.flatnonzero(self.is_ordinary).astype(self.dtype)

    @cached_property
    def is_continuation(self) -> np.ndarray:
        """Whether a token continues a word (`##ing`), bool [size]; if that depends on adjacent tokens, see `joins`."""
        if self.given:
            pieces = self.given.pieces
            return ~(pieces.begins_V | pieces.ends_V) & self.is_ordinary & pieces.told
        goes_on = np.array([token.startswith("##") and len(token) > 2 for token in self.tokens])
        goes_on[self.model_size :] = False
        return goes_on & self.is_ordinary

    def joins(self, ids_T: np.ndarray) -> np.ndarray:
        """Whether each token continues the word of the token before it, bool [T]."""
        return self.given.pieces.joins(ids_T) if self.given else self.is_continuation[ids_T]

    @property
    def tells_words(self) -> bool:
        """Whether word boundaries can be found from tokens alone."""
        return self.given is None or self.given.pieces.told

    @cached_property
    def texts(self) -> list[str]:
        """The text of each token, including a leading space that is part of it."""
        if self.given:
            return self.given.pieces.texts
        return [token[2:] if token.startswith("##") and len(token) > 2 else token for token in self.tokens]

    def names(self, ids_T: np.ndarray, joins_T: np.ndarray) -> list[str]:
        """Tokens for display, with `##` before one that continues a word, for all tokenizers as for WordPiece.

        Tokens of white space or incomplete characters are unchanged.
        """
        if self.given is None:
            return [self.tokens[number] for number in ids_T.tolist()]
        found = []
        for number, joins in zip(ids_T.tolist(), joins_T.tolist(), strict=True):
            text = self.texts[number].strip()
            is_text = self.is_ordinary[number] and text and "\ufffd" not in text
            found.append("##" * joins + text if is_text else self.tokens[number])
        return found

    @cached_property
    def _by_tokenizers(self) -> tuple[tokenizers.Tokenizer, np.ndarray]:
        """A tokenizer that recognizes added tokens but not BERT's five; and our id for each of its ids."""
        model = {token: number for number, token in enumerate(self.tokens[: self.model_size])}
        model.setdefault("[UNK]", len(model))
        tokenizer = tokenizers.Tokenizer(
            models.WordPiece(model, unk_token="[UNK]", max_input_chars_per_word=self.rules.max_word_chars)
        )
        tokenizer.normalizer = self.rules.normalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.add_tokens([token.for_tokenizers() for token in self.added])
        theirs = tokenizer.get_vocab(with_added_tokens=True)
        return tokenizer, np.array([self.ids[token] for token in sorted(theirs, key=theirs.__getitem__)])

    def encode_many(self, texts: list[str]) -> list[np.ndarray]:
        """Ids of each text, by `tokenizers`; no special tokens are added, and BERT's five are not recognized."""
        if self.given:
            return self.given.encode_many(texts)
        tokenizer, ours = self._by_tokenizers
        return [ours[encoding.ids] for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def encode_one(self, text: str) -> list[int]:
        """Ids of one text, like `encode_many`."""
        return self.encode_many([text])[0].tolist()

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """The pieces joined to text: `play ##ing [SEP]` gives `playing [SEP]`."""
        if self.given:
            return self.given.decode(ids)
        return " ".join(self.tokens[number] for number in ids).replace(" ##", "")

    def files(self) -> dict[str, bytes]:
        """tokenizer.json, tokenizer_config.json and vocab.txt (for a BERT) as bytes; equal for equal vocabularies."""
        return written(Contents(self.tokens, self.rules, self.added, self.model_size, given=self.given))

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the files into a folder, which is created if needed."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (folder / name).write_bytes(data)


def _check_rules(rules: TextRules, where: str) -> None:
    """`InputError` for values that JSON files may contain but tokenizers do not support."""
    for name, value in dataclasses.asdict(rules).items():
        is_length = type(value) is int and 0 < value < 1 << 31
        if not (is_length if name == "max_word_chars" else type(value) is bool):
            expected = "a number of characters" if name == "max_word_chars" else "true or false"
            known = f" (do_lower_case in {CONFIG})" if name == "lowercase" else ""
            raise InputError(f"{where}: {name}{known} is {str(value)[:40]!r}; expected {expected}")
