"""The header of a CSV or TSV file, and what it tells: the separator, what ends a line, and whether fields are quoted."""

import csv

from . import text_fields
from .pieces import Piece, PieceReader
from .settings import ReadSettings
from .sources import Source

SEPARATORS = ",;\t|"
UNQUOTED = (".tsv", ".tab")
LONGEST_BYTES = 1 << 26  # of a line or a field, for which the module csv needs four bytes per character
HEAD_BYTES = 1 << 12
BOM = b"\xef\xbb\xbf"


def first_line(source: Source) -> tuple[str, bytes]:
    """The header, and the line end: LF (also after CR), or CR alone as on old Macs."""
    held = b""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        for block in reader.content():
            held += block
            if b"\n" in held or b"\r" in held[:HEAD_BYTES] or len(held) > LONGEST_BYTES:
                break
    end = b"\r" if b"\n" not in held[:HEAD_BYTES] and b"\r" in held[:HEAD_BYTES] else b"\n"
    return held.removeprefix(BOM).split(end, 1)[0].decode("utf-8", "replace").removesuffix("\r"), end


def quoting_of(head: str, source: Source, settings: ReadSettings) -> str:
    """How fields of a file with this header are quoted."""
    if settings.quoting != "auto":
        return settings.quoting
    return "none" if source.kind in UNQUOTED and '"' not in head else "standard"


def has_spaces(head: str, separator: str) -> bool:
    """Whether spaces follow separators, which may come before quotes too."""
    return any(name.startswith(" ") for name in head.split(separator))


def separator_of(head: str, settings: ReadSettings, source: Source) -> str:
    """The field separator: a tab in .tsv, else the one with which the header has the text columns."""
    if source.kind in UNQUOTED:
        return "\t"
    found = [separator for separator in SEPARATORS if has_text(_fields(head, separator), settings)]
    return max(found or SEPARATORS, key=head.count)


def is_header(line: str, settings: ReadSettings) -> bool:
    """Whether a line has several fields, with the text columns among them."""
    found = (_fields(line, separator) for separator in SEPARATORS)
    return any(has_text(fields, settings) and len(fields) > 1 for fields in found)


def has_text(fields: list[str], settings: ReadSettings) -> bool:
    return set(text_fields.names_in(settings, fields.__contains__)) <= set(fields)


def _fields(line: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])]
    except csv.Error:  # contains a CR
        return []
