"""Parquet: a text column, and perhaps an id and a title, by the names in the settings; cut at row groups.

Refuses, with the file: what is not Parquet or damaged, and columns that `tables` refuses.
"""

import itertools
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from ...core.places import unsound
from .. import tables
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

ENDINGS = (".parquet", ".pq")
BATCH_ROWS = 4096


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Runs of row groups of about `piece_bytes`."""
    with PieceReader(Piece(source, 0, 0)) as reader:
        metadata = _open(reader).metadata
    sizes = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    bounds, held = [0], 0
    for number, size in enumerate(sizes):
        if held and held + size > piece_bytes:
            bounds.append(number)
            held = 0
        held += size
    bounds.append(len(sizes))
    # the digest is over raw bytes: the pieces answer for equal shares of them, whatever row groups they hold
    count = len(bounds) - 1
    shares = [(number * source.size // count, (number + 1) * source.size // count) for number in range(count)]
    return [Piece(source, *groups, share) for groups, share in zip(itertools.pairwise(bounds), shares, strict=True)]


def documents(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is the row in the piece, and `counters["lines"]` its rows."""
    file = _open(reader)
    columns = tables.wanted_columns(file.schema_arrow, reader, settings)
    groups = range(reader.piece.start, reader.piece.stop)
    rows = 0
    try:
        for part in file.iter_batches(BATCH_ROWS, list(groups), columns):
            yield tables.documents(part, rows, reader, settings)
            rows += len(part)
            counters["lines"] = rows
    except (pa.ArrowException, OSError, ValueError) as error:
        place = f"{reader.piece.source.path}, after row {rows} of row group {reader.piece.start}"
        raise unsound(place, "damaged Parquet", error) from error


def _open(reader: PieceReader) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(reader.file, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise unsound(reader.piece.source.path, "not a sound Parquet file", error) from error
