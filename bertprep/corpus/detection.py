"""Detect the format of a source: from the settings, else its name, else its first bytes.

Raises `InputError` for binary data of an unknown format.
"""

import dataclasses
import os
import re

from ..core.errors import InputError
from . import signatures
from .encodings import beginning, marked, refuse_unmarked
from .formats import FORMATS
from .pieces import Piece, PieceReader, misnamed
from .settings import ReadSettings
from .sources import LeftOut, Source
from .table_head import is_header

HEAD_BYTES = 4096
COMPRESSION_RATIOS = {None: 1.0, "gzip": 2.8, "zstd": 3.2, "bz2": 3.6, "xz": 4.0}
OTHER_KIND, BESIDE, EMPTY = "files_of_other_kinds", "files_beside_data", "files_empty"

SHARED_ENDINGS = (".xml",)  # used by several formats, so the content decides

SAVED_WITH = re.compile(r"_files/[^/]*$")  # browsers save the frames of page.html in a folder page_files


def with_format(source: Source, settings: ReadSettings) -> Source:
    """The source with its format set; `InputError` if none fits."""
    name = settings.format if settings.format != "auto" else by_name(source) or _by_content(source, settings)
    if settings.format == "auto" and source.kind in SHARED_ENDINGS:
        name = _begun(*_head(source, settings)) or name
    encoding = settings.encoding if "encoding" in FORMATS[name].options else None
    skips_bad = settings.bad_input == "skip" and "bad_input" in FORMATS[name].options
    known = dataclasses.replace(source, format=name, is_said=settings.format != "auto", encoding=encoding)
    return dataclasses.replace(known, holds_html=settings.html, skips_bad=skips_bad)


def why_left_out(source: Source, settings: ReadSettings) -> LeftOut | None:
    """Why a file in a folder is not read, by its name and size alone; None for files that are read.

    A file that was itself named by the user is always read, or refused.
    """
    if source.named:
        return None
    name = os.path.basename(source.path)
    if signatures.BESIDE.fullmatch(name) or _is_part_of_page(source):
        return LeftOut(source.path, source.name, BESIDE, "")
    if source.size == 0:
        return LeftOut(source.path, source.name, EMPTY, "")
    if settings.format != "auto" or by_name(source) is not None:
        return None
    ending = os.path.splitext(name)[1]
    return LeftOut(source.path, source.name, OTHER_KIND, f"no format for {ending}" if ending else "no ending")


def by_name(source: Source) -> str | None:
    """The format that a file's name implies, or None."""
    name = os.path.basename(source.path)
    if signatures.BESIDE.fullmatch(name) or _is_part_of_page(source):
        return None
    stem = name if source.compression is None else os.path.splitext(name)[0]
    by_pattern = (name for name, each in FORMATS.items() if each.names and each.names.fullmatch(stem))
    return next(by_pattern, None) or next((name for name, each in FORMATS.items() if source.kind in each.endings), None)


def _is_part_of_page(source: Source) -> bool:
    return bool(SAVED_WITH.search(source.path)) and source.kind in FORMATS["html"].endings


def _head(source: Source, settings: ReadSettings) -> tuple[bytes, bytes]:
    """The first bytes of a source's content, and its beginning as UTF-8 without byte order mark and white space."""
    source = dataclasses.replace(source, skips_bad=settings.bad_input == "skip")
    stop = source.size if source.compression else min(source.size, HEAD_BYTES)
    with PieceReader(Piece(source, 0, stop)) as reader:
        head = next(reader.decompressed(), b"")[:HEAD_BYTES]
    return head, beginning(head, settings.encoding or marked(head))


def _begun(head: bytes, start: bytes) -> str | None:
    """The format whose content begins like this, or None."""
    return next((name for name, each in FORMATS.items() if each.fits(head, start)), None)


def _by_content(source: Source, settings: ReadSettings) -> str:
    head, start = _head(source, settings)
    if (name := _begun(head, start)) is not None:
        return name
    refuse_unmarked(start, source.path)
    signatures.refuse(head, start, source.path, "text", settings.html)
    if b"\0" in start or misnamed(source):  # if it is compressed, `true_reason` says so
        raise InputError(f"{source.path}: binary data of unknown format; specify it with --format")
    first_line = start.split(b"\n")[0].decode("utf-8", "replace")
    return "csv" if is_header(first_line, settings) else "text"


def text_bytes(source: Source) -> int:
    """Estimate the bytes of text in a source whose format is set."""
    return int(source.size * COMPRESSION_RATIOS[source.compression] * FORMATS[source.format].text_share)
