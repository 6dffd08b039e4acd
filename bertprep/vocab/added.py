"""Tokens added to a WordPiece vocabulary, from the files of a folder that may hold them.

    tokenizer_config.json      added_tokens_decoder: if present, it alone counts
    tokenizer.json             added_tokens
    added_tokens.json          names and ids, without flags
    special tokens by name     tokenizer_config.json and special_tokens_map.json: bos_token, additional_special_tokens, ...

Added tokens get the ids that `transformers` gives them: those of the model's vocabulary if it has them, else the next free
ones, in order. Files that disagree, and ids that do not follow from this, raise `InputError`.
"""

import dataclasses
from typing import Any

from ..core.errors import InputError
from ..core.records import shown
from .contents import SPECIAL_TOKENS, AddedToken, Contents, TextRules
from .folder import CONFIG, VocabularyFolder

ROLES = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL_TOKENS, strict=True))
ENDS = ("bos_token", "eos_token")
DECODER = "added_tokens_decoder"


def with_added_tokens(tokens: list[str], rules: TextRules, folder: VocabularyFolder) -> Contents:
    """The model's tokens, followed by those that the folder adds."""
    special = _special(folder)
    declared = _declared(folder, special)
    ids = {token: number for number, token in enumerate(tokens)}
    added: dict[str, AddedToken] = {}
    for number, token in [*sorted(declared.items()), *((None, AddedToken(content)) for content in special)]:
        if token.content in added:
            continue
        found = ids.setdefault(token.content, len(ids))
        if number is not None and found != number:
            raise InputError(
                f"{folder.path}: the added token {token.content!r} is said to have id {number}, and transformers gives it "
                f"{found}; ids of added tokens follow those of the vocabulary, without gaps"
            )
        added[token.content] = dataclasses.replace(token, special=token.special or token.content in special)
    kept = [token for content, token in added.items() if content not in SPECIAL_TOKENS]
    if kept:
        _refuse_by_form(folder, kept, rules)
    return Contents(list(ids), rules, tuple(kept), len(tokens))


def _refuse_by_form(folder: VocabularyFolder, added: list[AddedToken], rules: TextRules) -> None:
    """`InputError` for tokens that are empty in prepared text, and for two that are the same there."""
    prepare = rules.normalizer().normalize_str
    seen: dict[str, str] = {}
    for token in added:
        form = prepare(token.content)
        if not form.strip():
            raise InputError(f"{folder.path}: the added token {token.content!r} is blank; remove it")
        if token.normalized and (other := seen.setdefault(form, token.content)) != token.content:
            raise InputError(
                f"{folder.path}: the added tokens {other!r} and {token.content!r} become the same after "
                "normalization, and which of them transformers finds varies between runs; remove one"
            )


def _declared(folder: VocabularyFolder, special: dict[str, bool]) -> dict[int, AddedToken]:
    """Added tokens with their ids, from all files that give ids; for the second argument see `_special`."""
    within = {entry["id"]: _token(entry) for entry in folder.tokenizer.get("added_tokens") or []}
    listed = {
        number: AddedToken(content, special=content in special, normalized=not special.get(content, False))
        for content, number in folder.added.items()
    }
    if DECODER not in folder.config:
        return {**listed, **within}
    stated = {int(number): _token(entry) for number, entry in folder.config[DECODER].items()}
    others = {(number, token.content) for number, token in listed.items()}
    if folder.tokenizer and (problem := _difference(stated, within)):
        raise InputError(
            f"{folder.file(CONFIG)}: {problem}, and tokenizer.json beside it says otherwise; remove one of them"
        )
    if others - {(number, token.content) for number, token in stated.items()}:
        raise InputError(
            f"{folder.file(CONFIG)}: {DECODER} lacks tokens that added_tokens.json beside it has; remove one of them"
        )
    return stated


def _token(entry: dict[str, Any]) -> AddedToken:
    """An added token from an entry of tokenizer.json or added_tokens_decoder; `ValueError` if it is invalid."""
    special = entry["special"]
    flags = {name: entry.get(name, False) for name in ("single_word", "lstrip", "rstrip")}
    token = AddedToken(entry["content"], special, entry.get("normalized", not special), **flags)
    if not isinstance(token.content, str) or any(type(flag) is not bool for flag in token.flags().values()):
        raise ValueError(f"added token {shown(entry)}")
    return token


def _difference(stated: dict[int, AddedToken], within: dict[int, AddedToken]) -> str | None:
    """A message about the first added token, except BERT's five, that is missing or different in one file; None if none is."""
    for number in sorted(stated.keys() | within.keys()):
        here, there = stated.get(number), within.get(number)
        if here != there and {token.content for token in (here, there) if token} - set(SPECIAL_TOKENS):
            return (
                f"{DECODER} has {here.content!r} with id {number}"
                if here
                else f"{DECODER} has no token with id {number}"
            )
    return None


def _special(folder: VocabularyFolder) -> dict[str, bool]:
    """Special tokens that files give by name, in the order in which `transformers` adds them.

    The value says whether `transformers` knows that they are special when it reads added_tokens.json; it matches the
    others in the prepared text, as if they were words.
    """
    config = folder.config
    later = {} if DECODER in config else folder.special_map  # in older folders; overrides the config
    named = {**config, **later}
    for role, expected in ROLES.items():
        content = _content(named.get(role))
        if content not in (None, expected):
            raise InputError(f"{folder.file(CONFIG)}: {role} is {content!r}; expected {expected}, as in BERT")
    extra = config.get("extra_special_tokens") or config.get("additional_special_tokens") or []
    by_name = extra if isinstance(extra, dict) else {}
    own = [name for name in named if name.endswith("_token") and name not in (*ROLES, *ENDS)]
    known = [named.get(name) for name in ENDS]
    late = [named[name] for name in own if isinstance(named[name], str | dict)] + list(by_name.values())
    if by_name:
        late += named.get("additional_special_tokens") or []
    elif not {"extra_special_tokens", "additional_special_tokens"} & config.keys():
        late += later.get("additional_special_tokens") or []
    lists = [] if by_name else list(extra)
    found = {**dict.fromkeys(map(_content, [*known]), True), **dict.fromkeys(map(_content, late), False)}
    found |= dict.fromkeys(map(_content, [*lists, *(later.get("extra_special_tokens") or [])]), True)
    return {content: is_known for content, is_known in found.items() if content is not None}


def _content(value: Any) -> str | None:
    """The text of a token, which may be given with flags; `ValueError` if it is invalid."""
    content = value["content"] if isinstance(value, dict) else value
    if content is not None and not isinstance(content, str):
        raise ValueError(f"special token {shown(value)}")
    return content
