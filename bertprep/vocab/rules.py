"""Determine how text is prepared from a folder's files, as `transformers` does; contradictory files are refused."""

from pathlib import Path
from typing import Any

from ..core.errors import InputError
from .contents import LONGEST_WORD, TextRules
from .folder import CONFIG, VocabularyFolder

# names of the rules in tokenizer_config.json
STATED = {"lowercase": "do_lower_case", "strip_accents": "strip_accents", "split_chinese": "tokenize_chinese_chars"}
CASED_SHARE = 0.01  # of the pieces with cased letters; in cased BERTs a fifth or more are capitalized


def rules_beside(folder: VocabularyFolder, tokens: list[str]) -> TextRules:
    """Rules from tokenizer_config.json; if it does not say, capital letters in the tokens mean a cased vocabulary."""
    if "do_lower_case" in folder.config:
        return _stated_rules(folder)
    cased = is_cased(tokens)
    if cased and folder.is_bert:
        raise InputError(
            f"{folder.path}: its capital letters say that text is not lower-cased, but transformers lower-cases it unless "
            f'tokenizer_config.json says otherwise; write "do_lower_case": false (or true) there'
        )
    return _stated_rules(folder, lowercase=not cased)


def is_cased(tokens: list[str]) -> bool:
    """Whether the word pieces were learnt from text that was not lower-cased.

    Only pieces of letters count: `[CLS]`, and `<S>` in old Chinese vocabularies, are placeholders. A few are ignored, since
    names may have been added in unused entries.
    """
    pieces = [piece for token in tokens if (piece := token.removeprefix("##")).isalpha()]
    capital = sum(piece != piece.lower() for piece in pieces)
    with_case = sum(piece != piece.lower() or piece != piece.upper() for piece in pieces)
    return capital > 0 and capital >= CASED_SHARE * with_case


def _stated_rules(folder: VocabularyFolder, **default: bool) -> TextRules:
    """The rules of a BertTokenizer with this tokenizer_config.json."""
    config = folder.config
    lowercase = config.get("do_lower_case", default.get("lowercase", True))
    strip_accents = config.get("strip_accents")
    return TextRules(
        lowercase=lowercase,
        strip_accents=lowercase if strip_accents is None else strip_accents,
        split_chinese=config.get("tokenize_chinese_chars", True),
    )


def rules_within(path: Path, content: dict[str, Any], max_word_chars: int) -> TextRules:
    """The rules in tokenizer.json."""
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


def agreed_rules(folder: VocabularyFolder, within: TextRules) -> tuple[TextRules, list[str]]:
    """The effective rules, and a note if tokenizer_config.json overrides tokenizer.json, as in `transformers`."""
    if folder.is_bert is False:  # a class that uses tokenizer.json unchanged
        return within, []
    stated = _stated_rules(folder)
    differing = [name for name in STATED if getattr(stated, name) != getattr(within, name)]
    stated_names = [name for name in differing if STATED[name] in folder.config]
    if "do_lower_case" in folder.config and "strip_accents" in differing:
        stated_names.append("strip_accents")  # implied by it
    if folder.is_bert is None and not stated_names:
        return within, []
    if folder.is_bert and within.max_word_chars != LONGEST_WORD:
        raise InputError(
            f"{folder.path}: max_input_chars_per_word is {within.max_word_chars}, and for a BertTokenizer it is {LONGEST_WORD}; "
            f'say so there, or "tokenizer_class": "PreTrainedTokenizerFast" in {CONFIG}'
        )
    if not differing:
        return within, []

    def values(rules: TextRules) -> str:
        return ", ".join(f"{STATED[name]} {str(getattr(rules, name)).lower()}" for name in differing)

    problem = f"{folder.path}: has {values(within)}, and {CONFIG} {values(stated)}"
    if folder.is_bert and set(differing) <= set(stated_names):
        return stated, [f"{problem}; the second counts, as in transformers"]
    raise InputError(
        f"{problem}{'' if stated_names else ' by default'}, which is what transformers takes; "
        "write the intended value in both files"
    )
