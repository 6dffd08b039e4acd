"""Settings for reading a corpus."""

import dataclasses
import reprlib

from ..core.errors import UsageError
from ..core.fields import Settings, setting
from . import separators
from .encodings import is_text_encoding
from .formats import FORMATS
from .wikipedia import own_templates

MOST_TEXT_FIELDS = 20


@dataclasses.dataclass(frozen=True)
class ReadSettings(Settings):
    """Options for reading corpus files into documents."""

    format: str = setting(
        "auto",
        "Format of the corpus files: "
        + "; ".join(f"{name}, {each.help}" for name, each in FORMATS.items())
        + "; auto, by file name, otherwise by the first bytes.",
        choices=("auto", *FORMATS),
    )
    document_separator: str = setting(
        "blank-line",
        "What separates documents in plain text: blank-line; line, each line is a document; file, each file is one (use it for "
        "books, where a blank line only ends a paragraph); re:PATTERN, a heading line that matches a regular expression, whose "
        "first group is the title, as in 're: = ([^=].*) ='; or any other string as a marker, such as <|endoftext|>.",
        unit="separator",
    )
    encoding: str | None = setting(
        None,
        "Character encoding of the text files, by any name that Python knows, such as gb18030 or windows-1252 "
        "[default: UTF-8, or as the byte order mark says].",
        unit="name",
    )
    text_field: str = setting(
        "text",
        "Field or column that holds the text; of several, such as title,abstract (or the option given more than once), each "
        "becomes a section of the document, in this order.",
        unit="names",
    )
    id_field: str = setting("id", "Field or column with the document id; without one, the line or row number is used.")
    title_field: str = setting("title", "Field or column that holds the title, if any.")
    source_field: str | None = setting(
        None,
        "Field or column that names the source of a document, such as meta.pile_set_name; a random B is taken from the same "
        "source [default: the argument that named the file].",
        unit="name",
    )
    quoting: str = setting(
        "auto",
        "How fields of CSV and TSV are quoted: standard, quotes inside are doubled; backslash, a backslash "
        "comes before quotes inside; none, quotes are part of the text, and \\n and \\t stand for a line "
        "break and a tab; auto, none for .tsv, otherwise standard.",
        choices=("auto", "standard", "backslash", "none"),
    )
    html: bool = setting(
        False,
        "The text is HTML: take the main text of whole pages, and all text of fragments (extra web).",
        option="--html/--no-html",
    )

    templates: str | None = setting(
        None,
        "File of Wikipedia templates that the summary lists as unknown, with what a reader sees of each, "
        "one per line, such as fmtn = $1.",
        unit="lines file",
    )

    bad_input: str = setting(
        "refuse",
        "What to do about a line, row, record or page that cannot be read (not UTF-8, not JSON, without the "
        "text field, damaged): refuse it, or skip it and count it by reason; up to 1,000 are written to "
        "rejected.jsonl in the output folder.",
        choices=("refuse", "skip"),
    )

    @property
    def text_fields(self) -> list[str]:
        """The names in `text_field`, which are separated by commas."""
        return [name.strip() for name in self.text_field.split(",")]

    def options_of_fields(self, text_fields: list[str]) -> dict[str, str]:
        """The fields or columns of text, id, title and source, with the options that name them."""
        named = {
            **dict.fromkeys(text_fields, "--text-field"),
            self.id_field: "--id-field",
            self.title_field: "--title-field",
        }
        return named if self.source_field is None else {self.source_field: "--source-field", **named}

    @property
    def whole_bytes(self) -> int:
        """The size in bytes from which a document of plain text may be cut while it is read."""
        return 0

    def __post_init__(self) -> None:
        if isinstance(self.text_field, list | tuple):  # from a call in Python
            object.__setattr__(self, "text_field", ",".join(map(str, self.text_field)))
        super().__post_init__()
        names = self.text_fields
        if len(names) > 1 and (len(set(names)) < len(names) or not all(names) or len(names) > MOST_TEXT_FIELDS):
            raise UsageError(
                f"--text-field is {reprlib.repr(self.text_field)}; it must be one name, or 2 to {MOST_TEXT_FIELDS} different "
                "ones with commas between"
            )
        if self.templates is not None and (wrong := own_templates.problem_of(self.templates)):
            raise UsageError(f"--templates, {wrong}")
        if problem := separators.problem_of(self.document_separator):
            raise UsageError(f"--document-separator is {reprlib.repr(self.document_separator)}; {problem}")
        if self.encoding is not None and not is_text_encoding(self.encoding):
            raise UsageError(
                f"--encoding is {reprlib.repr(self.encoding)}, which is not a text encoding known to Python; examples are "
                "gb18030, shift-jis, windows-1251 and latin-1"
            )
