"""Read a folder's tokenizer.json as a tokenizer of any kind, with the special tokens of rows.

In: any tokenizer.json that `tokenizers` reads. Its truncation and padding are ignored, since rows are packed to the length
here. Raises `InputError` for roles without a token and layouts that are not pairs (`roles`, `template`), for randomness
(BPE-dropout), since the same text must give the same ids, and for a model without a vocabulary.
"""

import json
from collections.abc import Mapping
from typing import Any

import tokenizers

from ...core.errors import InputError
from ..folder import VocabularyFolder
from ..layout import Layout
from .roles import refuse_missing, roles_of, structural
from .template import layout_of, template_json
from .tokenizer import Given, in_order, spells_all, tokens_of

MODELS = ("BPE", "Unigram", "WordPiece", "WordLevel")


def read_given(folder: VocabularyFolder, asked: Mapping[str, str]) -> tuple[Given, tuple[str, ...]]:
    """The tokenizer, and notes for its user; `asked` are tokens that the user gave by role."""
    try:
        return _read(folder, asked)
    except BaseException as error:  # `tokenizers` raises plain Exception, and PanicException for a Rust panic
        if type(error) is Exception or type(error).__name__ == "PanicException":
            raise InputError(f"{folder.path}: tokenizers cannot read it ({error}); expected a tokenizer.json") from None
        raise


def _read(folder: VocabularyFolder, asked: Mapping[str, str]) -> tuple[Given, tuple[str, ...]]:
    content = _content(folder)
    where = str(folder.path)
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(content))
    try:
        tokens = tokens_of(tokenizer)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    ids = {token: number for number, token in enumerate(tokens)}
    given = {role: asked[role] for role in ("cls", "sep") if role in asked}
    layout = None if len(given) == 2 and not _is_own(tokenizer, given, ids) else layout_of(tokenizer, where)
    from_content = {} if layout is None else {"cls": tokens[layout.before[0]], "sep": tokens[layout.between[0]]}
    if unknown := _unknown(content["model"]):
        from_content["unk"] = unknown
    roles = roles_of(folder, asked, from_content, content)
    all_spelled = spells_all(content)
    refuse_missing(folder, roles, ids, all_spelled)
    if layout is None or not {ids[token] for token in given.values()} <= set(layout.ids):
        layout = Layout.of_bert(ids[roles["cls"]], ids[roles["sep"]])
        content["post_processor"] = template_json(layout, {number: tokens[number] for number in layout.ids})
    stay_text = structural(folder, roles) | {tokens[number] for number in layout.ids}
    found = Given(json.dumps(content, ensure_ascii=False), in_order(roles), tuple(sorted(stay_text)), layout)
    found.encode_many([""])  # raises now what `tokenizers` refuses without the tokens that stay text
    return found, _notes(where, content, all_spelled)


def _content(folder: VocabularyFolder) -> dict[str, Any]:
    """The JSON without truncation and padding."""
    content = {**folder.tokenizer, "truncation": None, "padding": None}
    model = dict(content.get("model") or {})
    kind = model.get("type") or _kind(model)
    if kind not in MODELS:
        raise InputError(f"{folder.path}: the model is {kind}; expected one of {', '.join(MODELS)}")
    if model.get("dropout"):
        raise InputError(
            f"{folder.path}: dropout is {model['dropout']}, with which a text gives other ids each time; set it to null"
        )
    if not model.get("vocab"):
        raise InputError(f"{folder.path}: the vocabulary is empty")
    content["model"] = {"type": kind, **model}
    return content


def _kind(model: dict[str, Any]) -> str:
    """The model's type; very old files do not name it."""
    marks = {"merges": "BPE", "unk_id": "Unigram", "max_input_chars_per_word": "WordPiece"}
    return next((kind for mark, kind in marks.items() if mark in model), "not named")


def _unknown(model: dict[str, Any]) -> str | None:
    """The model's own unknown token."""
    if (number := model.get("unk_id")) is not None:
        return model["vocab"][number][0]
    return model.get("unk_token") or None


def _is_own(tokenizer: tokenizers.Tokenizer, given: dict[str, str], ids: dict[str, int]) -> bool:
    """Whether the template uses these tokens."""
    try:
        layout = layout_of(tokenizer, "")
    except InputError:
        return False
    return layout is not None and {ids.get(token) for token in given.values()} <= set(layout.ids)


def _notes(where: str, content: dict[str, Any], all_spelled: bool) -> tuple[str, ...]:
    model = content["model"]
    drops = not all_spelled and _unknown(model) is None
    return (f"{where}: has no unknown token, so characters without a piece are dropped",) if drops else ()
