"""What can be asked of reading a corpus."""

import dataclasses
import reprlib

from ..core.errors import UsageError
from ..core.fields import Settings, setting
from .encodings import is_text_encoding
from .formats import FORMATS


@dataclasses.dataclass(frozen=True)
class ReadSettings(Settings):
    """Corpus files -> documents as they are in the files."""

    format: str = setting(
        "auto",
        "What the corpus files are: "
        + "; ".join(f"{name}, {each.help}" for name, each in FORMATS.items())
        + "; auto goes by their names, or else their first bytes.",
        choices=("auto", *FORMATS),
    )
    document_separator: str = setting(
        "blank-line",
        "Where a plain-text document ends. In books a blank line is only a paragraph: say file there.",
        choices=("blank-line", "file"),
    )
    encoding: str | None = setting(
        None,
        "What the text files are in, by any name that Python knows, such as gb18030 or windows-1252 "
        "[default: UTF-8, or what a byte order mark says].",
        unit="name",
    )
    text_field: str = setting("text", "Field or column that holds the text, in the formats that have any.")
    id_field: str = setting(
        "id", "Field or column that names a document; where it is absent, the line or row number does."
    )
    title_field: str = setting("title", "Field or column that holds the title, if there is one.")
    html: bool = setting(
        False,
        "The field or column holds HTML: of a whole page the main text is taken, of less all of it (extra web).",
        option="--html/--no-html",
    )

    @property
    def whole_bytes(self) -> int:
        """From how many bytes on a document of plain text may be cut as it is read."""
        return 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.encoding is not None and not is_text_encoding(self.encoding):
            raise UsageError(
                f"--encoding is {reprlib.repr(self.encoding)}; Python knows no encoding of text by that name; say, for "
                "example, gb18030, shift-jis, windows-1251 or latin-1"
            )
