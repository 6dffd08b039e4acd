"""Parquet: a text column, and perhaps an id and a title, by the names in the settings; cut at row groups.

Refuses, with the file: what is not Parquet or damaged, and columns that `tables` refuses.
"""

import itertools
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from ..files import Piece, PieceReader, Source
from ..settings import SegmentSettings
from . import tables

ENDINGS = (".parquet", ".pq")
BATCH_ROWS = 4096


def pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
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
    # the first piece answers for the bytes of the whole file
    return [
        Piece(source, start, stop, (0, 0) if start else (0, source.size)) for start, stop in itertools.pairwise(bounds)
    ]


def documents(reader: PieceReader, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
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
        raise InputError(
            f"{reader.piece.source.path}, after row {rows} of row group {reader.piece.start}: damaged Parquet ({error})"
        ) from error


def _open(reader: PieceReader) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(reader.file, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{reader.piece.source.path}: not a sound Parquet file ({error})") from error
