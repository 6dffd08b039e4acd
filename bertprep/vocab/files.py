"""The files that hold a vocabulary, `tokenizer.json`, `tokenizer_config.json` and `vocab.txt`: read, and written.

In: a folder made by us, any Hugging Face folder or `tokenizer.json` whose model is WordPiece, or a bare `vocab.txt`.
The JSON is composed here and not by `tokenizers`, so that equal vocabularies are equal bytes under any version of it.
Refused: other models (BPE, Unigram), normalisers other than BERT's, added tokens that are not special (their ids could
not be given by WordPiece alone), duplicates and gaps.
"""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tokenizers import normalizers

from ..core.errors import InputError
from ..core.records import local_bytes, parsed

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


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


UNCASED = TextRules()  # those of the published uncased models


class Contents(NamedTuple):
    """What the files say: the tokens in order of id, how text is prepared, and special tokens besides BERT's five."""

    tokens: list[str]
    rules: TextRules
    extra_special: tuple[str, ...] = ()

    @property
    def ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}


# -- writing ----------------------------------------------------------------------------------------------------------


def written(contents: Contents) -> dict[str, bytes]:
    """The three files as bytes; equal for equal contents."""
    values = {"tokenizer.json": tokenizer_json(contents), "tokenizer_config.json": tokenizer_config(contents)}
    files = {name: json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n" for name, value in values.items()}
    return {**files, "vocab.txt": "".join(token + "\n" for token in contents.tokens).encode()}


def tokenizer_json(contents: Contents) -> dict[str, Any]:
    """As `tokenizers` writes it for a BERT, pairs with [CLS] A [SEP] B [SEP]."""
    ids, rules = contents.ids, contents.rules
    special = sorted(ids[token] for token in (*SPECIAL_TOKENS, *contents.extra_special))
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": contents.tokens[number], **flags} for number in special],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": rules.split_chinese,
            "strip_accents": rules.strip_accents,
            "lowercase": rules.lowercase,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": _template(ids),
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": rules.max_word_chars,
            "vocab": ids,
        },
    }


def _template(ids: dict[str, int]) -> dict[str, Any]:
    cls, sep = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("[CLS]", "[SEP]"))
    first, second = ({"Sequence": {"id": name, "type_id": kind}} for name, kind in (("A", 0), ("B", 1)))
    last = {"SpecialToken": {"id": "[SEP]", "type_id": 1}}
    return {
        "type": "TemplateProcessing",
        "single": [cls, first, sep],
        "pair": [cls, first, sep, second, last],
        "special_tokens": {
            token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
        },
    }


def tokenizer_config(contents: Contents) -> dict[str, Any]:
    """What `transformers` reads beside it."""
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    more = {"additional_special_tokens": list(contents.extra_special)} if contents.extra_special else {}
    return {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": contents.rules.lowercase,
        "strip_accents": contents.rules.strip_accents,
        "tokenize_chinese_chars": contents.rules.split_chinese,
        **dict(zip(names, SPECIAL_TOKENS, strict=True)),
        **more,
    }


# -- reading ----------------------------------------------------------------------------------------------------------


def vocabulary_file(path: Path) -> Path:
    """The file to read: of a folder tokenizer.json before vocab.txt."""
    if path.is_dir():
        found = [path / name for name in ("tokenizer.json", "vocab.txt") if (path / name).is_file()]
        if not found:
            raise InputError(
                f"{path}: neither tokenizer.json nor vocab.txt in this folder; bertprep train-vocab makes them"
            )
        return found[0]
    if not path.is_file():
        raise InputError(f"{path}: no such vocabulary; give a folder, a tokenizer.json or a vocab.txt")
    return path


def read(path: Path) -> Contents:
    """What a vocab.txt or tokenizer.json says."""
    return _load_json(path) if path.suffix == ".json" else _load_text(path)


def _load_text(path: Path) -> Contents:
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
    return Contents(tokens, _rules_beside(path, tokens))


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


def _load_json(path: Path) -> Contents:
    """tokenizer.json: the model's vocabulary, its added special tokens, and BERT's normaliser."""
    content = _parse(path)
    try:
        return _from_json(path, content)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{path}: something in it is missing or of another kind than in the files of tokenizers ({error!r})"
        ) from error


def _from_json(path: Path, content: dict[str, Any]) -> Contents:
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
    return Contents(tokens, rules, tuple(entry["content"] for entry in added))


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
