"""Find and parse the files of a vocabulary in a folder, and determine the kind of tokenizer.

    tokenizer.json             tokens, and how text is prepared
    vocab.txt                  tokens, if there is no tokenizer.json; else the same ones
    tokenizer_config.json      how text is prepared; for BertTokenizer it overrides tokenizer.json
    config.json                the kind of model, if tokenizer_config.json names no class
    added_tokens.json, special_tokens_map.json    added tokens in older folders

A path to a file means its folder, but with the tokens of that file.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..core.records import local_bytes, parsed, shown

TOKENIZER, LISTED, CONFIG = "tokenizer.json", "vocab.txt", "tokenizer_config.json"
MODEL_CONFIG, ADDED, SPECIAL_MAP = "config.json", "added_tokens.json", "special_tokens_map.json"
OTHER_FORMS = ("spiece.model", "spm.model", "sentencepiece.bpe.model", "tokenizer.model", "merges.txt")
FILES = (TOKENIZER, LISTED, CONFIG, MODEL_CONFIG, ADDED, SPECIAL_MAP)

# BERT's tokenizer, and its names in models that use the same one; Python and Rust classes
BERT_CLASSES = {
    name + ending
    for name in ("Bert", "DistilBert", "Electra", "LayoutLM", "Lxmert", "MobileBert", "SqueezeBert")
    for ending in ("Tokenizer", "TokenizerFast")
}
PLAIN_CLASSES = {"PreTrainedTokenizerFast", "TokenizersBackend"}  # these use tokenizer.json unchanged
BERT_MODELS = {
    "bert",
    "convbert",
    "distilbert",
    "electra",
    "ernie",
    "layoutlm",
    "megatron-bert",
    "qdqbert",
    "squeezebert",
}


@dataclasses.dataclass
class VocabularyFolder:
    """The parsed files of a vocabulary; {} for a missing one."""

    path: Path  # the file with the tokens
    tokenizer: dict[str, Any]
    config: dict[str, Any]
    model_config: dict[str, Any]
    added: dict[str, Any]
    special_map: dict[str, Any]

    def file(self, name: str) -> Path:
        """The path of one of the files."""
        return self.path.with_name(name)

    @property
    def stated_class(self) -> str | None:
        """The tokenizer class named in the files, if any."""
        return self.config.get("tokenizer_class") or self.model_config.get("tokenizer_class")

    def named(self, name: str) -> str | None:
        """The token that a file gives this name, such as mask_token."""
        for file, content in ((CONFIG, self.config), (SPECIAL_MAP, self.special_map)):
            value = content.get(name)
            value = value.get("content") if isinstance(value, dict) else value
            if value is not None and not isinstance(value, str):
                raise InputError(f"{self.file(file)}: {name} is {shown(value)}; expected a token")
            if value:
                return value
        return None

    @property
    def is_bert(self) -> bool | None:
        """Whether BertTokenizer reads it (else tokenizer.json is used unchanged); None if the files do not say."""
        for name, content in ((CONFIG, self.config), (MODEL_CONFIG, self.model_config)):
            if stated := content.get("tokenizer_class"):
                if stated not in BERT_CLASSES | PLAIN_CLASSES:
                    raise InputError(
                        f"{self.file(name)}: tokenizer_class is {shown(stated)}, which preprocesses text "
                        "differently; only BertTokenizer is supported"
                    )
                return stated in BERT_CLASSES
        kind = self.model_config.get("model_type")
        if kind is not None and kind not in BERT_MODELS:
            raise InputError(
                f"{self.file(MODEL_CONFIG)}: model_type is {shown(kind)}, whose tokenizer is not known to be BERT's; if it is, "
                f'say so in {CONFIG}: "tokenizer_class": "BertTokenizer"'
            )
        return True if kind else None


def open_folder(path: Path) -> VocabularyFolder:
    """Parse the files of a folder, or of the folder of a vocab.txt or tokenizer.json."""
    file = vocabulary_file(path)
    names = {CONFIG: "config", MODEL_CONFIG: "model_config", ADDED: "added", SPECIAL_MAP: "special_map"}
    beside = {
        field: _parse(place) if (place := file.with_name(name)).is_file() else {} for name, field in names.items()
    }
    return VocabularyFolder(file, _parse(file) if file.suffix == ".json" else {}, **beside)


def vocabulary_file(path: Path) -> Path:
    """The file with the tokens: in a folder tokenizer.json, else vocab.txt."""
    if path.is_dir():
        found = [path / name for name in (TOKENIZER, LISTED) if (path / name).is_file()]
        if not found:
            others = [name for name in OTHER_FORMS if (path / name).is_file()]
            advice = (
                f"{others[0]} is of an older form: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(OTHER) in transformers "
                "writes a tokenizer.json"
                if others
                else "bertprep train-vocab makes them"
            )
            if (path / "vocab" / TOKENIZER).is_file():
                advice = f"give {path / 'vocab'}"
            raise InputError(f"{path}: neither tokenizer.json nor vocab.txt in this folder; {advice}")
        return found[0]
    if not path.is_file():
        raise InputError(f"{path}: no such vocabulary; give a folder, a tokenizer.json or a vocab.txt")
    return path


def lines_of(path: Path) -> list[str]:
    """The tokens in a vocab.txt."""
    lines = [line.removesuffix("\r") for line in _read(path).split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _read(path: Path) -> str:
    """Read a file as text, with its line ends; `InputError` names the line that is not UTF-8."""
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
    except ValueError as error:  # a number of thousands of digits, deep nesting, a lone surrogate
        raise InputError(f"{path}: not JSON ({error})") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}, line 1: expected a JSON object, found {type(content).__name__}")
    return content
