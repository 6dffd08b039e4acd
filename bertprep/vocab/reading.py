"""Read the files of a vocabulary like `transformers.AutoTokenizer`; files that it would read differently are refused.

In: a folder made by us, any Hugging Face folder of a BERT, a `vocab.txt`, or any other `tokenizer.json` (`given/`).

For a BERT, raises `InputError` for files that contradict each other, duplicates, gaps, and tokens that end in white space.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..core.errors import InputError, UsageError
from ..core.records import shown
from .added import ROLES, with_added_tokens
from .contents import SPECIAL_TOKENS, Contents, TextRules
from .folder import BERT_CLASSES, BERT_MODELS, CONFIG, LISTED, TOKENIZER, VocabularyFolder, lines_of, open_folder
from .given.reading import read_given
from .given.roles import OPTION
from .rules import agreed_rules, rules_beside, rules_within

NOTHING: Mapping[str, str] = MappingProxyType({})


def read(path: Path, special_tokens: Mapping[str, str] = NOTHING) -> Contents:
    """Read a folder, a vocab.txt or a tokenizer.json; `InputError` says what is wrong and where.

    `special_tokens` are tokens by role (cls, sep, pad, mask, unk), for tokenizers other than BERT's whose files lack them.
    """
    folder = open_folder(path)
    is_json = folder.path.suffix == ".json"
    try:
        _refuse_unsupported_settings(folder)
        if is_json and not _is_bert(folder, special_tokens):
            return _from_given(folder, special_tokens)
        _refuse_other_specials(folder, special_tokens)
        contents = _from_json(folder) if is_json else _from_list(folder)
        if path.is_dir() and is_json and folder.file(LISTED).is_file():
            _refuse_another_list(folder, contents)
        return contents
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{folder.path}: it or a file beside it lacks something, or has values that tokenizers would not write "
            f"({error!r})"
        ) from error


def _is_bert(folder: VocabularyFolder, special_tokens: Mapping[str, str]) -> bool:
    """Whether a tokenizer.json is a BERT's, with its five special tokens; if so, it is read by BERT's rules.

    A tokenizer that BertTokenizer reads is one, or contradicts itself and is refused.
    """
    content, model = folder.tokenizer, folder.tokenizer.get("model") or {}
    if folder.stated_class in BERT_CLASSES:
        return True
    if _kind(model) != "WordPiece":
        return False
    if folder.stated_class is None and folder.model_config.get("model_type") in BERT_MODELS:
        return True
    steps = [(content.get(part) or {}).get("type") for part in ("normalizer", "pre_tokenizer")]
    special = {*special_tokens.values(), *(named for role in ROLES if (named := folder.named(role)))}
    return (
        steps == ["BertNormalizer", "BertPreTokenizer"]
        and content["normalizer"].get("clean_text", True)
        and (model.get("unk_token"), model.get("continuing_subword_prefix")) == ("[UNK]", "##")
        and special <= {*SPECIAL_TOKENS}
    )


def _kind(model: Mapping[str, Any]) -> str:
    """The type of a model; very old files leave it out, and only WordPiece has a maximum word length."""
    return model.get("type") or ("WordPiece" if "max_input_chars_per_word" in model else "not named")


def _refuse_other_specials(folder: VocabularyFolder, special_tokens: Mapping[str, str]) -> None:
    """`UsageError` for special tokens other than BERT's."""
    for role, token in special_tokens.items():
        if token != ROLES[f"{role}_token"]:
            raise UsageError(
                f"{OPTION} {role}={token}: {folder.path} is a BERT's vocabulary, in which {role} is {ROLES[f'{role}_token']}; "
                "leave the option out"
            )


def _from_given(folder: VocabularyFolder, special_tokens: Mapping[str, str]) -> Contents:
    """Another tokenizer, as its file defines it."""
    given, notes = read_given(folder, special_tokens)
    prepared = given.prepared("AÉ")
    rules = TextRules(
        lowercase="A" not in prepared, strip_accents=not {"É", "é", "\u0301"} & {*prepared}, split_chinese=False
    )
    return Contents(given.tokens, rules, notes=notes, given=given)


def _refuse_unsupported_settings(folder: VocabularyFolder) -> None:
    """`InputError` for settings in tokenizer_config.json that prepare text in ways not supported here."""
    config, where = folder.config, folder.file(CONFIG)
    if (words := config.get("word_tokenizer_type")) not in (None, "basic"):
        raise InputError(
            f"{where}: words are split by {shown(words)} (word_tokenizer_type); only that of BERT is supported"
        )
    if "AutoTokenizer" in (config.get("auto_map") or {}):
        raise InputError(f"{where}: the tokenizer is custom code (auto_map); only that of BERT is supported")
    if config.get("split_special_tokens"):
        raise InputError(f"{where}: split_special_tokens is true; only false is supported, as in BERT")
    if config.get("fast_tokenizer_files", [TOKENIZER]) != [TOKENIZER]:
        raise InputError(
            f"{where}: there is a tokenizer.json for each version of transformers (fast_tokenizer_files); keep one"
        )


def _from_list(folder: VocabularyFolder) -> Contents:
    """Read a vocab.txt: one token per line; the line number, from 0, is the id."""
    path = folder.path
    tokens = lines_of(path)
    if not tokens:
        raise InputError(f"{path}: empty; expected one token per line")
    seen: dict[str, int] = {}
    for line, token in enumerate(tokens, 1):
        if not token:
            raise InputError(
                f"{path}, line {line}: empty line; expected one token per line, because line numbers are ids"
            )
        if token in seen:
            raise InputError(
                f"{path}, line {line}: {token!r} is in line {seen[token]} already; every token must have one id"
            )
        _refuse_blanks(path, token, line)
        seen[token] = line
    if folder.is_bert is False and not folder.file(TOKENIZER).is_file():
        raise InputError(f"{folder.file(CONFIG)}: tokenizer_class asks for a tokenizer.json, and there is none")
    return with_added_tokens(tokens, rules_beside(folder, tokens), folder)


def _from_json(folder: VocabularyFolder) -> Contents:
    """Read a tokenizer.json: the model's vocabulary, its added tokens, and BERT's normalizer."""
    path, model = folder.path, folder.tokenizer.get("model") or {}
    if (kind := _kind(model)) != "WordPiece":
        raise InputError(
            f"{path}: the model is {kind}, and tokenizer_class beside it is {folder.stated_class}, which is WordPiece; "
            f'write "PreTrainedTokenizerFast" in {CONFIG} to have it read as it is'
        )
    if model.get("unk_token") != "[UNK]" or model.get("continuing_subword_prefix") != "##":
        raise InputError(
            f"{path}: expected [UNK] as the unknown token and ## as the prefix of continuation pieces, as in BERT"
        )
    rules, note = agreed_rules(folder, rules_within(path, folder.tokenizer, model.get("max_input_chars_per_word", 100)))
    ids = model["vocab"]
    tokens = sorted(ids, key=ids.__getitem__)
    if not tokens:
        raise InputError(f"{path}: the vocabulary is empty")
    for expected, token in enumerate(tokens):
        if ids[token] != expected:
            raise InputError(
                f"{path}: id {expected} is missing or given twice (near {token!r}); ids must run from 0 without gaps"
            )
        _refuse_blanks(path, token)
        if "\n" in token or "\r" in token:
            raise InputError(
                f"{path}: the token {token!r} contains a line break, which vocab.txt cannot represent; remove it"
            )
    contents = with_added_tokens(tokens, rules, folder)
    return contents._replace(notes=(*contents.notes, *note))


def _refuse_another_list(folder: VocabularyFolder, contents: Contents) -> None:
    """`InputError` if a vocab.txt has other tokens than tokenizer.json: one was edited, or is of another model."""
    path = folder.file(LISTED)
    lines = lines_of(path)
    if lines in (contents.tokens, contents.tokens[: contents.model_size]):
        return
    pairs = zip(lines, contents.tokens, strict=False)
    line = next(
        (number for number, (ours, theirs) in enumerate(pairs) if ours != theirs), min(len(lines), len(contents.tokens))
    )
    here, there = (repr(column[line]) if line < len(column) else "nothing" for column in (lines, contents.tokens))
    raise InputError(
        f"{path}, line {line + 1}: {here}, where {TOKENIZER} beside it has {there}; the two must have the same tokens: "
        "remove the outdated file, or name the one to use"
    )


def _refuse_blanks(path: Path, token: str, line: int | None = None) -> None:
    """`InputError` for a token that ends in white space, which some readers strip and others keep.

    A token of white space alone never matches and is accepted: Google's Chinese vocabulary has `##\\u2028`.
    """
    if token != token.rstrip() and token.rstrip().removeprefix("##"):
        where = f"{path}, line {line}" if line else str(path)
        raise InputError(f"{where}: {token!r} ends in a space, which some readers keep and others strip; remove it")
