"""What a reader is: a module of `corpus.formats` with the two functions of `Reader`."""

import importlib
from collections.abc import Iterator
from typing import Protocol, cast

import pyarrow as pa

from .formats import FORMATS
from .pieces import Piece, PieceReader
from .settings import ReadSettings
from .sources import Source


class Reader(Protocol):
    """How a format is cut and read."""

    def pieces(self, source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
        """The pieces of a source, of about so many bytes; their order is that of the documents."""

    def read(self, reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
        """The documents of a piece in order; `counters` get what was passed over, and its lines or rows as `lines`."""


def reader_of(source: Source) -> Reader:
    """The reader of a source that knows its format; loaded when it is first asked for."""
    return cast(Reader, importlib.import_module(f"{__package__}.formats.{FORMATS[source.format].reader}"))
