"""A tokenizer from elsewhere, as defined by its tokenizer.json: byte-level BPE, BPE, Unigram, WordPiece, WordLevel.

Texts are encoded by `tokenizers` itself, with one exception: special tokens of rows (`<s>`, `<mask>`) are treated as ordinary
text if a text contains them, so that no text can insert a separator. They are removed from the added tokens, and renamed in the
model to something that no text contains.
"""

import copy
import dataclasses
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import tokenizers

from ...core.errors import InputError
from ..layout import Layout
from ..spelling import BLANK, byte_characters
from .pieces import BYTE, Pieces, kinds_of, merges_of, pieces_of, steps_of
from .roles import ROLES

NO_TEXT = "\U0010ffff \U0010fffe {} \U0010fffe \U0010ffff"  # a name with noncharacters, and spaces within a piece
MOST_GAPS = 1 << 20  # ids without a token


class ByPart(NamedTuple):
    """The prefix that the normalizer adds to every non-empty text, and the tokenizer without that step.

    For Llama, the prefix is the space before the first word: the text `a b` becomes ` a b`, with the parts ` a` and ` b`.
    """

    leading: str
    content: dict[str, Any]  # without the tokens that stay text
    tokenizer: tokenizers.Tokenizer


@dataclasses.dataclass(frozen=True)
class Given:
    """A tokenizer.json without truncation and padding, the token of each role, and the tokens that stay text; a value."""

    text: str  # JSON
    roles: tuple[
        tuple[str, str], ...
    ]  # (role, token) in the order of ROLES; unk may be missing if all text can be spelled
    stay_text: tuple[str, ...]
    layout: Layout

    @cached_property
    def content(self) -> dict[str, Any]:
        """The parsed JSON."""
        return json.loads(self.text)

    @cached_property
    def tokens(self) -> list[str]:
        """Tokens by id; an id without a token gets a name in brackets."""
        return tokens_of(self.tokenizer)

    @cached_property
    def tokenizer(self) -> tokenizers.Tokenizer:
        """The file as a tokenizer of `tokenizers`."""
        return tokenizers.Tokenizer.from_str(self.text)

    @cached_property
    def kind(self) -> str:
        """The kind of model, as text."""
        name = self.content["model"]["type"]
        return f"byte-level {name}" if "ByteLevel" in kinds_of(self.content, "pre_tokenizer") else name

    @cached_property
    def pieces(self) -> Pieces:
        """The texts and word boundaries of the tokens."""
        return pieces_of(self.content, self.tokenizer, self.tokens)

    @cached_property
    def special(self) -> set[str]:
        """Tokens that are not text: never masked, and never random replacements."""
        added = {token["content"] for token in self.content.get("added_tokens") or [] if token.get("special")}
        return added | set(self.stay_text)

    @cached_property
    def found_in_text(self) -> list[dict[str, Any]]:
        """Added tokens that are recognized in a text, as the file describes them."""
        return [token for token in self.content.get("added_tokens") or [] if token["content"] not in self.stay_text]

    @cached_property
    def by_text(self) -> tuple[tokenizers.Tokenizer, np.ndarray]:
        """A tokenizer for plain text, and our id for each of its ids."""
        return self._without(set(self.stay_text))

    @cached_property
    def by_masked_text(self) -> tuple[tokenizers.Tokenizer, np.ndarray]:
        """The same, except that the mask token is recognized."""
        return self._without(set(self.stay_text) - {dict(self.roles)["mask"]})

    @cached_property
    def by_part(self) -> "ByPart":
        """The tokenizer for parts of texts."""
        tokenizer = self.by_text[0]
        replaces = {"type": "Replace", "pattern": {"String": " "}, "content": BLANK}
        if steps_of(self.content.get("normalizer")) != [{"type": "Prepend", "prepend": BLANK}, replaces]:
            return ByPart("", self.content, tokenizer)
        tokenizer = tokenizers.Tokenizer.from_str(tokenizer.to_str())
        tokenizer.normalizer = tokenizers.normalizers.Replace(" ", BLANK)
        return ByPart(" ", {**self.content, "normalizer": replaces}, tokenizer)

    def encode_parts(self, parts: Sequence[str]) -> list[np.ndarray]:
        """Ids of each part of a text; no prefix is added."""
        tokenizer, ours = self.by_part.tokenizer, self.by_text[1]
        return [ours[each.ids] for each in tokenizer.encode_batch_fast(list(parts), add_special_tokens=False)]

    def _without(self, hidden: set[str]) -> tuple[tokenizers.Tokenizer, np.ndarray]:
        content = copy.deepcopy(self.content)
        content["post_processor"] = None
        content["added_tokens"] = [
            token for token in content.get("added_tokens") or [] if token["content"] not in hidden
        ]
        names = {token: NO_TEXT.format(token) for token in hidden}
        _rename(content["model"], names)
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(content))
        ours = {names.get(token, token): number for number, token in enumerate(self.tokens)}
        theirs = tokenizer.get_vocab(with_added_tokens=True)
        ids = np.zeros(max(theirs.values()) + 1, np.int64)
        for token, number in theirs.items():
            ids[number] = ours[token]
        return tokenizer, ids

    def prepared(self, text: str) -> str:
        """The normalized form of a text."""
        normalizer = self.tokenizer.normalizer
        return text if normalizer is None else normalizer.normalize_str(text)

    def encode_many(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Ids of each text; no special tokens are added."""
        tokenizer, ours = self.by_text
        return [ours[each.ids] for each in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode_masked(self, text: str) -> list[int]:
        """Ids of a text in which the mask token is recognized."""
        tokenizer, ours = self.by_masked_text
        return ours[tokenizer.encode(text, add_special_tokens=False).ids].tolist()

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """Text of tokens by the tokenizer's own decoder, including special tokens; without one, the tokens' texts joined."""
        if self.content.get("decoder") is None:
            between = "" if self.pieces.has_spaces else " "
            return between.join(self.pieces.texts[number] for number in ids)
        return self.tokenizer.decode([int(number) for number in ids], skip_special_tokens=False)

    def config(self) -> dict[str, Any]:
        """The content of tokenizer_config.json."""
        names = ["input_ids", *([] if self.layout.early is None else ["token_type_ids"]), "attention_mask"]
        return {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": names,
            "clean_up_tokenization_spaces": False,
            **{f"{role}_token": token for role, token in self.roles},
        }


def tokens_of(tokenizer: tokenizers.Tokenizer) -> list[str]:
    """Tokens by id; an id without a token gets a name in brackets."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    size = max(ids.values(), default=-1) + 1
    if size > len(ids) + MOST_GAPS:
        raise InputError(f"ids reach {size - 1:,}, and there are {len(ids):,} tokens; ids must have no gaps")
    tokens = [f"[gap{number}]" for number in range(size)]
    for token, number in ids.items():
        tokens[number] = token
    return tokens


def is_gap(number: int, token: str) -> bool:
    """Whether a name from `tokens_of` is that of an id without a token."""
    return token == f"[gap{number}]"


def spells_all(content: dict[str, Any]) -> bool:
    """Whether the model has a piece for every byte, so that nothing is unknown to it."""
    model = content["model"]
    vocabulary = model["vocab"] if isinstance(model["vocab"], dict) else {entry[0] for entry in model["vocab"]}
    if model.get("byte_fallback"):
        return sum(BYTE.fullmatch(token) is not None for token in vocabulary) >= 256
    if "ByteLevel" not in kinds_of(content, "pre_tokenizer") | kinds_of(content, "normalizer"):
        return False
    return all(character in vocabulary for character in byte_characters())


def in_order(roles: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(role, token) pairs in the order of ROLES."""
    return tuple((role, roles[role]) for role in ROLES if role in roles)


def _rename(model: dict[str, Any], names: dict[str, str]) -> None:
    """Rename tokens of a model, in place; merges that make them are removed."""
    vocabulary = model["vocab"]
    if isinstance(vocabulary, dict):
        model["vocab"] = {names.get(token, token): number for token, number in vocabulary.items()}
    else:
        model["vocab"] = [[names.get(token, token), score] for token, score in vocabulary]
    if model.get("unk_token") in names:
        model["unk_token"] = names[model["unk_token"]]
    if "merges" in model:
        pairs = merges_of(model)
        prefix = model.get("continuing_subword_prefix") or ""
        made = [{*pair, pair[0] + pair[1].removeprefix(prefix)} for pair in pairs]
        model["merges"] = [pair for pair, tokens in zip(pairs, made, strict=True) if not tokens & names.keys()]
