"""What can be asked of reading a corpus."""

import dataclasses

from ..core.fields import Settings, knob
from .formats import FORMATS


@dataclasses.dataclass(frozen=True)
class ReadSettings(Settings):
    """Corpus files -> documents as they are in the files."""

    format: str = knob(
        "auto",
        "What the corpus files are: "
        + "; ".join(f"{name}, {each.help}" for name, each in FORMATS.items())
        + "; auto goes by their names, or else their first bytes.",
        choices=("auto", *FORMATS),
    )
    document_separator: str = knob(
        "blank-line",
        "Where a plain-text document ends. In books a blank line is only a paragraph: say file there.",
        choices=("blank-line", "file"),
    )
    text_field: str = knob("text", "Field or column that holds the text, in the formats that have any.")
    id_field: str = knob(
        "id", "Field or column that names a document; where it is absent, the line or row number does."
    )
    title_field: str = knob("title", "Field or column that holds the title, if there is one.")
    html: bool = knob(
        False,
        "The field or column holds HTML: of a whole page the main text is taken, of less all of it (extra web).",
        option="--html/--no-html",
    )

    @property
    def whole_bytes(self) -> int:
        """From how many bytes on a document of plain text may be cut as it is read."""
        return 0
