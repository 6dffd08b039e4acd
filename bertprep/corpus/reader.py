"""The interface of a reader, which is a module of `corpus.formats` with two functions."""

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
        """Divide a source into pieces of about `piece_bytes`, in the order of the documents."""

    def read(self, reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
        """The documents of a piece in order; `counters` get what was skipped, and the number of lines or rows as `lines`."""


def reader_of(source: Source) -> Reader:
    """The reader of a source whose format is set; imported when first used."""
    return cast(Reader, importlib.import_module(f"{__package__}.formats.{FORMATS[source.format].reader}"))
