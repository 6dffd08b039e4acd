"""Gold sentences to evaluate a splitter: JSON lines, and treebanks in CoNLL-U (Universal Dependencies).

JSON lines have `lang`, `text` and `sentences`. The language of a treebank is in the name of its file (`de_gsd-dev.conllu`). Its
sentences are joined to documents as it marks them, else 20 at a time, with spaces according to their tokens, and an empty line
between paragraphs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SENTENCES_A_DOCUMENT = 20  # for treebanks that do not mark documents
NO_SPACES = ("zh", "ja", "th", "km", "lo", "my", "bo")
NEWDOC, NEWPAR, TEXT = "# newdoc", "# newpar", "# text = "


@dataclass
class Gold:
    """A document with its sentences."""

    language: str
    text: str = ""
    sentences: list[str] = field(default_factory=list)


def read_gold(path: Path, most: int) -> list[Gold]:
    """The documents of a file, until they have `most` sentences."""
    documents = of_treebank(path) if path.suffix == ".conllu" else of_json_lines(path)
    held: list[Gold] = []
    count = 0
    for document in documents:
        held.append(document)
        count += len(document.sentences)
        if count >= most:
            break
    return held


def of_json_lines(path: Path) -> Iterator[Gold]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Gold(row["lang"], row["text"], row["sentences"])


def of_treebank(path: Path) -> Iterator[Gold]:
    language = re.split(r"[_-]", path.name)[0]
    blocks = [block for block in path.read_text("utf-8").split("\n\n") if TEXT in block]
    marked = any(NEWDOC in block for block in blocks)
    document, glue = Gold(language), ""
    for number, block in enumerate(blocks):
        lines = block.split("\n")
        begins = any(line.startswith(NEWDOC) for line in lines) if marked else number % SENTENCES_A_DOCUMENT == 0
        if begins and document.sentences:
            yield document
            document, glue = Gold(language), ""
        if any(line.startswith(NEWPAR) for line in lines) and document.sentences:
            glue = "\n\n"
        sentence = next(line for line in lines if line.startswith(TEXT)).removeprefix(TEXT).strip()
        document.text += glue + sentence
        document.sentences.append(sentence)
        glue = "" if "SpaceAfter=No" in last_token(lines) or language in NO_SPACES else " "
    if document.sentences:
        yield document


def last_token(lines: list[str]) -> str:
    """The last column of the last surface token; for several words written as one, that of their range."""
    tokens = [
        line.split("\t") for line in lines if line and not line.startswith("#") and "." not in line.split("\t")[0]
    ]
    ranges = [token for token in tokens if "-" in token[0]]
    if ranges and ranges[-1][0].split("-")[1] == tokens[-1][0]:
        return ranges[-1][-1]
    return tokens[-1][-1]
