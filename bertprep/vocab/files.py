"""A vocabulary as files: `tokenizer.json`, `tokenizer_config.json` and `vocab.txt`, as `transformers` stores BERT's.

The JSON is composed here and not by `tokenizers`, so that equal vocabularies have equal bytes with any version of it.
"""

import json
from typing import Any

from .added import ROLES
from .contents import LONGEST_WORD, SPECIAL_TOKENS, AddedToken, Contents
from .given.template import template_json
from .layout import Layout

FLAGS = (  # in the order in which `tokenizers` writes them
    "single_word",
    "lstrip",
    "rstrip",
    "normalized",
    "special",
)


def written(contents: Contents) -> dict[str, bytes]:
    """The three files as bytes, equal for equal contents; for tokenizers other than BERT's the first two, as given."""
    given = contents.given
    values = {
        "tokenizer.json": given.content if given else tokenizer_json(contents),
        "tokenizer_config.json": given.config() if given else tokenizer_config(contents),
    }
    files = {name: _indented(value).encode() + b"\n" for name, value in values.items()}
    if given:
        return files
    listed = contents.tokens[: contents.model_size]
    return {**files, "vocab.txt": "".join(token + "\n" for token in listed).encode()}


def _indented(value: dict[str, Any]) -> str:
    """JSON indented as by `json.dumps`, which is slow for the many entries of a vocabulary."""
    vocab = value.get("model", {}).get("vocab")
    if not isinstance(vocab, dict) or not vocab or [*value][-1] != "model" or [*value["model"]][-1] != "vocab":
        return json.dumps(value, ensure_ascii=False, indent=2)
    frame = json.dumps({**value, "model": {**value["model"], "vocab": None}}, ensure_ascii=False, indent=2)
    before, after = frame.rsplit("null", 1)  # the last entry of the last table
    entries = json.dumps(vocab, ensure_ascii=False, separators=(",\n      ", ": "))
    return f"{before}{{\n      {entries[1:-1]}\n    }}{after}"


def tokenizer_json(contents: Contents) -> dict[str, Any]:
    """The content of tokenizer.json as `tokenizers` writes it for BERT, with pairs as [CLS] A [SEP] B [SEP]."""
    ids, rules = contents.ids, contents.rules
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, **token} for number, token in _added_tokens(contents).items()],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": rules.split_chinese,
            "strip_accents": rules.strip_accents,
            "lowercase": rules.lowercase,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": template(ids),
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": rules.max_word_chars,
            "vocab": {token: ids[token] for token in contents.tokens[: contents.model_size]},
        },
    }


def template(ids: dict[str, int]) -> dict[str, Any]:
    """BERT's layout as the post-processor of a tokenizer.json."""
    cls, sep = ids["[CLS]"], ids["[SEP]"]
    return template_json(Layout.of_bert(cls, sep), {cls: "[CLS]", sep: "[SEP]"})


def _added_tokens(contents: Contents) -> dict[int, dict[str, Any]]:
    """BERT's five and the added tokens by id, as described in the files."""
    tokens = {token.content: token for token in (*map(AddedToken, SPECIAL_TOKENS), *contents.added)}
    found = sorted((contents.ids[content], token) for content, token in tokens.items())
    return {number: described(token) for number, token in found}


def described(token: AddedToken) -> dict[str, Any]:
    """An added token as in the files, without its id."""
    return {"content": token.content, **{name: getattr(token, name) for name in FLAGS}}


def tokenizer_config(contents: Contents) -> dict[str, Any]:
    """The content of tokenizer_config.json."""
    config: dict[str, Any] = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": contents.rules.lowercase,
        "strip_accents": contents.rules.strip_accents,
        "tokenize_chinese_chars": contents.rules.split_chinese,
        **ROLES,
    }
    if (
        contents.rules.max_word_chars != LONGEST_WORD
    ):  # BertTokenizer always uses LONGEST_WORD; the other class takes the value of tokenizer.json
        config["tokenizer_class"] = "PreTrainedTokenizerFast"
        config["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    if special := [token.content for token in contents.added if token.special]:
        config["additional_special_tokens"] = special
    if contents.added:
        config["added_tokens_decoder"] = {str(number): token for number, token in _added_tokens(contents).items()}
    return config
