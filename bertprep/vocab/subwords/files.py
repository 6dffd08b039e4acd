"""Write a tokenizer of a model other than WordPiece: `tokenizer.json` and `tokenizer_config.json`.

Special tokens have BERT's names and rows BERT's layout, for all models. [MASK] includes the space before it, since the pieces of
words begin with their space. The JSON is composed here, so that equal vocabularies have equal bytes with any `tokenizers`.
"""

import json
from typing import Any

from ..added import ROLES
from ..contents import SPECIAL_TOKENS, AddedToken
from ..files import described, template
from ..settings import VocabSettings
from .preparation import Preparation, normalizer


def written(
    tokens: list[str], model: dict[str, Any], preparation: Preparation, settings: VocabSettings
) -> dict[str, bytes]:
    """The files as bytes; equal for equal arguments."""
    ids = {token: number for number, token in enumerate(tokens)}
    special = sorted((ids[token], AddedToken(token, lstrip=token == "[MASK]")) for token in SPECIAL_TOKENS)
    values = {
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": number, **described(token)} for number, token in special],
            "normalizer": normalizer(preparation, settings),
            "pre_tokenizer": preparation.pre_tokenizer,
            "post_processor": template(ids),
            "decoder": preparation.decoder,
            "model": model,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **ROLES,
        },
    }
    return {name: json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n" for name, value in values.items()}
