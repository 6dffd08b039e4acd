"""Parquet: a text column, and perhaps an id and a title, by the names in the settings; cut at row groups.

Refuses, with the file: what is not Parquet, a text column that is missing or holds no strings.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .. import schema
from ..errors import InputError
from ..files import Piece, PieceReader, Source
from ..settings import SegmentSettings

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
    # the digest is over raw bytes: the pieces answer for equal shares of them, whatever row groups they hold
    count = len(bounds) - 1
    shares = [(number * source.size // count, (number + 1) * source.size // count) for number in range(count)]
    return [Piece(source, *groups, share) for groups, share in zip(itertools.pairwise(bounds), shares, strict=True)]


def documents(reader: PieceReader, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is the row in the piece, and `counters["lines"]` its rows."""
    file = _open(reader)
    columns = _columns(file, reader, settings)
    groups = range(reader.piece.start, reader.piece.stop)
    rows = 0
    try:
        for part in file.iter_batches(BATCH_ROWS, list(groups), columns):
            yield _batch(part, rows, reader, settings)
            rows += len(part)
            counters["lines"] = rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{reader.piece.source.path}, after row {rows} of row group {reader.piece.start}: damaged Parquet ({error})"
        ) from error


def _open(reader: PieceReader) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(reader.file)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{reader.piece.source.path}: not a sound Parquet file ({error})") from error


def _columns(file: pq.ParquetFile, reader: PieceReader, settings: SegmentSettings) -> list[str]:
    names = file.schema_arrow.names
    if settings.text_field not in names:
        raise InputError(
            f"{reader.piece.source.path}: no column {settings.text_field!r}; it has: {', '.join(names)}; "
            "name one with --text-field"
        )
    kind = file.schema_arrow.field(settings.text_field).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise InputError(f"{reader.piece.source.path}: column {settings.text_field!r} is {kind}, not string")
    wanted = (settings.text_field, settings.id_field, settings.title_field)
    return list(dict.fromkeys(name for name in wanted if name in names))


def _batch(part: pa.RecordBatch, rows: int, reader: PieceReader, settings: SegmentSettings) -> pa.RecordBatch:
    count = len(part)
    ids = _strings(part, settings.id_field)
    numbers = np.arange(rows + 1, rows + count + 1)
    has_id = ids.is_valid().to_numpy(zero_copy_only=False)
    columns = [
        pa.array([reader.piece.source.name] * count, pa.string()),
        ids,
        pa.array(numbers, pa.int64(), mask=has_id),
        _strings(part, settings.title_field),
        part.column(settings.text_field).cast(pa.string()).fill_null(""),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema.DOCUMENTS)


def _strings(part: pa.RecordBatch, name: str) -> pa.Array:
    """A column as strings; nulls where there is none."""
    if name not in part.schema.names:
        return pa.nulls(len(part), pa.string())
    return part.column(name).cast(pa.string())
