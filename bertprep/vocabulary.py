"""A WordPiece vocabulary: loaded, checked, saved, and known by its digest.

In: a folder made by us, any Hugging Face folder or `tokenizer.json` whose model is WordPiece, or a bare `vocab.txt`.
Out: `Vocabulary`, the tokens in order of id with the rules that prepare a text for them (`TextRules`); `save` writes the
three files that `tokenizers` and `transformers` load. The JSON is composed here and not by `tokenizers`, so that equal
vocabularies are equal bytes under any version of it.
Refused: other models (BPE, Unigram), normalisers other than BERT's, added tokens that are not special (their ids could
not be given by WordPiece alone), duplicates, gaps, and a vocabulary without one of BERT's five special tokens.
"""

import dataclasses
import json
import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers

from .errors import InputError
from .metadata import local_bytes, parsed
from .settings import digest_of

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
UNUSED = re.compile(r"\[unused\d+\]")


@dataclasses.dataclass(frozen=True)
class TextRules:
    """How text is prepared before pieces are looked up: the settings of BERT's normaliser, and the longest word."""

    lowercase: bool = True
    strip_accents: bool = True
    split_chinese: bool = True
    max_word_chars: int = 100

    def normalizer(self) -> normalizers.Normalizer:
        """The same rules as `tokenizers` applies them."""
        return normalizers.BertNormalizer(
            clean_text=True,
            handle_chinese_chars=self.split_chinese,
            strip_accents=self.strip_accents,
            lowercase=self.lowercase,
        )


class Vocabulary:
    """The tokens of a WordPiece model in order of id, and the rules for text. Pickles small; never changes."""

    def __init__(
        self,
        tokens: Iterable[str],
        rules: TextRules = TextRules(),
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
        path = Path(path)
        if path.is_dir():
            found = [path / name for name in ("tokenizer.json", "vocab.txt") if (path / name).is_file()]
            if not found:
                raise InputError(
                    f"{path}: neither tokenizer.json nor vocab.txt in this folder; bertprep train-vocab makes them"
                )
            path = found[0]
        if not path.is_file():
            raise InputError(f"{path}: no such vocabulary; give a folder, a tokenizer.json or a vocab.txt")
        return _load_json(path) if path.suffix == ".json" else _load_text(path)

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
        contents = {"tokenizer.json": self._json(), "tokenizer_config.json": self._config()}
        files = {name: json.dumps(content, ensure_ascii=False, indent=2).encode() for name, content in contents.items()}
        lines = "".join(token + "\n" for token in self.tokens)
        return {**{name: data + b"\n" for name, data in files.items()}, "vocab.txt": lines.encode()}

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the files into a folder, which is made if it is not there."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (folder / name).write_bytes(data)

    def _json(self) -> dict[str, Any]:
        special = sorted(self.ids[token] for token in (*SPECIAL_TOKENS, *self.extra_special))
        flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        cls, sep = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("[CLS]", "[SEP]"))
        first, second = ({"Sequence": {"id": name, "type_id": kind}} for name, kind in (("A", 0), ("B", 1)))
        last = {"SpecialToken": {"id": "[SEP]", "type_id": 1}}
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": number, "content": self.tokens[number], **flags} for number in special],
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": self.rules.split_chinese,
                "strip_accents": self.strip_accents,
                "lowercase": self.lowercase,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [cls, first, sep],
                "pair": [cls, first, sep, second, last],
                "special_tokens": {
                    token: {"id": token, "ids": [self.ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
                },
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": self.rules.max_word_chars,
                "vocab": self.ids,
            },
        }

    def _config(self) -> dict[str, Any]:
        names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
        return {
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": self.lowercase,
            "strip_accents": self.strip_accents,
            "tokenize_chinese_chars": self.rules.split_chinese,
            **dict(zip(names, SPECIAL_TOKENS, strict=True)),
            **({"additional_special_tokens": list(self.extra_special)} if self.extra_special else {}),
        }


def _check_rules(rules: TextRules, where: str) -> None:
    """Refuse values that a JSON file may hold and no tokenizer has."""
    for name, value in dataclasses.asdict(rules).items():
        is_length = type(value) is int and 0 < value < 1 << 31
        if not (is_length if name == "max_word_chars" else type(value) is bool):
            raise InputError(f"{where}: {name} is {str(value)[:40]!r}; expected a switch, or a number of characters")


def _load_text(path: Path) -> Vocabulary:
    """vocab.txt: one token a line, the id is the line; rules from a tokenizer_config.json beside it."""
    tokens = _read(path).split("\n")
    while tokens and not tokens[-1].strip("\r"):
        tokens.pop()
    tokens = [token.removesuffix("\r") for token in tokens]
    if not tokens:
        raise InputError(f"{path}: empty; expected one token a line")
    seen: dict[str, int] = {}
    for line, token in enumerate(tokens, 1):
        if not token:
            raise InputError(f"{path}, line {line}: empty line; expected one token a line, and the line gives the id")
        if token in seen:
            raise InputError(
                f"{path}, line {line}: {token!r} stands in line {seen[token]} already; every token must have one id"
            )
        seen[token] = line
    return Vocabulary(tokens, _rules_beside(path, tokens), where=str(path))


def _rules_beside(path: Path, tokens: list[str]) -> TextRules:
    """Rules from tokenizer_config.json; without one, capital letters in the tokens tell a cased vocabulary."""
    beside = path.with_name("tokenizer_config.json")
    config = _parse(beside) if beside.is_file() else {}
    cased = any(re.search("[A-Z]", token) for token in tokens if not token.startswith("["))
    lowercase = config.get("do_lower_case", not cased)
    strip_accents = config.get("strip_accents")
    return TextRules(
        lowercase=lowercase,
        strip_accents=lowercase if strip_accents is None else strip_accents,
        split_chinese=config.get("tokenize_chinese_chars", True),
    )


def _load_json(path: Path) -> Vocabulary:
    """tokenizer.json: the model's vocabulary, its added special tokens, and BERT's normaliser."""
    content = _parse(path)
    try:
        return _from_json(path, content)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{path}: something in it is missing or of another kind than in the files of tokenizers ({error!r})"
        ) from error


def _from_json(path: Path, content: dict[str, Any]) -> Vocabulary:
    model = content.get("model") or {}
    # very old files leave the type out; only WordPiece has this prefix and a longest word
    kind = model.get("type") or ("WordPiece" if "max_input_chars_per_word" in model else "not named")
    if kind != "WordPiece":
        raise InputError(f"{path}: the model is {kind}; only WordPiece is supported for now")
    if model.get("unk_token") != "[UNK]" or model.get("continuing_subword_prefix") != "##":
        raise InputError(f"{path}: expected [UNK] as the unknown token and ## before pieces that go on, as in BERT")
    rules = _rules_within(path, content, model.get("max_input_chars_per_word", 100))
    added = content.get("added_tokens") or []
    plain = [entry["content"] for entry in added if not entry["special"]]
    if plain:
        raise InputError(
            f"{path}: {len(plain)} added tokens are not special ({plain[0]!r} ...); only WordPiece's own are supported"
        )
    ids = {**model["vocab"], **{entry["content"]: entry["id"] for entry in added}}
    tokens = sorted(ids, key=ids.__getitem__)
    if not tokens:
        raise InputError(f"{path}: the vocabulary is empty")
    for expected, token in enumerate(tokens):
        if ids[token] != expected:
            raise InputError(
                f"{path}: id {expected} is missing or given twice (near {token!r}); ids must run from 0 without gaps"
            )
    return Vocabulary(tokens, rules, (entry["content"] for entry in added), where=str(path))


def _rules_within(path: Path, content: dict[str, Any], max_word_chars: int) -> TextRules:
    normalizer = content.get("normalizer") or {}
    before = content.get("pre_tokenizer") or {}
    if normalizer.get("type") != "BertNormalizer" or before.get("type") != "BertPreTokenizer":
        raise InputError(
            f"{path}: text is prepared by {normalizer.get('type')} and {before.get('type')}; "
            "only BertNormalizer and BertPreTokenizer are supported for now"
        )
    if not normalizer.get("clean_text", True):
        raise InputError(f"{path}: clean_text is false; only BertNormalizer with clean_text is supported for now")
    lowercase = normalizer.get("lowercase", True)
    strip_accents = normalizer.get("strip_accents")
    return TextRules(
        lowercase=lowercase,
        strip_accents=lowercase if strip_accents is None else strip_accents,
        split_chinese=normalizer.get("handle_chinese_chars", True),
        max_word_chars=max_word_chars,
    )


def _read(path: Path) -> str:
    """A file as text, its line ends as they are; `InputError` names the line that is not UTF-8."""
    try:
        content = local_bytes(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8") from error


def _parse(path: Path) -> dict[str, Any]:
    text = _read(path)
    if not text.strip():
        raise InputError(f"{path}: empty; expected JSON")
    try:
        content = parsed(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    except ValueError as error:  # a number of thousands of digits, brackets within brackets, half a character
        raise InputError(f"{path}: not JSON ({error})") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}, line 1: expected a JSON object, found {type(content).__name__}")
    return content
