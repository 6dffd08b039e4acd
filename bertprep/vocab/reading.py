"""The files of a vocabulary as `transformers.AutoTokenizer` reads them; what would come out otherwise there is refused by name.

In: a folder made by us, any Hugging Face folder of a BERT, a `tokenizer.json` whose model is WordPiece, or a `vocab.txt`.

Refused: other models (BPE, Unigram), classes and normalisers than BERT's, files that contradict each other, duplicates,
gaps, tokens that end in a blank.
"""

from pathlib import Path

from ..core.errors import InputError
from ..core.records import shown
from .added import with_added_tokens
from .contents import Contents
from .folder import CONFIG, LISTED, TOKENIZER, VocabularyFolder, lines_of, open_folder
from .rules import agreed_rules, rules_beside, rules_within


def read(path: Path) -> Contents:
    """What a folder, a vocab.txt or a tokenizer.json says; `InputError` says what is wrong where."""
    folder = open_folder(path)
    is_json = folder.path.suffix == ".json"
    try:
        _refuse_what_is_not_kept(folder)
        contents = _from_json(folder) if is_json else _from_list(folder)
        if path.is_dir() and is_json and folder.file(LISTED).is_file():
            _refuse_another_list(folder, contents)
        return contents
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{folder.path}: something in it or in a file beside it is missing, or of another kind than tokenizers writes "
            f"({error!r})"
        ) from error


def _refuse_what_is_not_kept(folder: VocabularyFolder) -> None:
    """Settings of tokenizer_config.json with which text is prepared otherwise than here."""
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
    """vocab.txt: one token a line, the id is the line."""
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
                f"{path}, line {line}: {token!r} is already in line {seen[token]} already; every token must have one id"
            )
        _refuse_blanks(f"{path}, line {line}", token)
        seen[token] = line
    if folder.is_bert is False and not folder.file(TOKENIZER).is_file():
        raise InputError(f"{folder.file(CONFIG)}: tokenizer_class asks for a tokenizer.json, and there is none")
    return with_added_tokens(tokens, rules_beside(folder, tokens), folder)


def _from_json(folder: VocabularyFolder) -> Contents:
    """tokenizer.json: the model's vocabulary, its added tokens, and BERT's normaliser."""
    path, model = folder.path, folder.tokenizer.get("model") or {}
    # very old files leave the type out; only WordPiece has this prefix and a longest word
    kind = model.get("type") or ("WordPiece" if "max_input_chars_per_word" in model else "not named")
    if kind != "WordPiece":
        raise InputError(f"{path}: the model is {kind}; only WordPiece is supported for now")
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
        _refuse_blanks(str(path), token)
        if "\n" in token or "\r" in token:
            raise InputError(
                f"{path}: the token {token!r} contains a line break, which vocab.txt cannot represent; remove it"
            )
    contents = with_added_tokens(tokens, rules, folder)
    return contents._replace(notes=(*contents.notes, *note))


def _refuse_another_list(folder: VocabularyFolder, contents: Contents) -> None:
    """A vocab.txt beside tokenizer.json that has other tokens: one of the two was edited, or is of another model."""
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


def _refuse_blanks(where: str, token: str) -> None:
    """A token that ends in a blank is one token with it and another without; which of them depends on who reads it.

    A token of blanks alone is nobody's: Google's Chinese vocabulary has `##\\u2028`.
    """
    if token != token.rstrip() and token.rstrip().removeprefix("##"):
        raise InputError(f"{where}: {token!r} ends in a space, which some readers keep and others strip; remove it")
