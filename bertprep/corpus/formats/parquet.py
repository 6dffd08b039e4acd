"""Parquet: a text column, and optionally an id and a title, named in the settings; cut at row groups.

A page is the smallest unit that can be decompressed, so memory is bounded by the largest page of the wanted columns. Writers
usually make pages of about 1 MB, but pyarrow by default puts a thousand rows into one, however long they are.

Raises `InputError` for files that are not Parquet or damaged, and columns that `tables` refuses.
"""

import functools
import itertools
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from ...core.errors import InputError
from ...core.places import unsound
from .. import nested, tables
from ..bad_input import GROUP_DAMAGED
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

BUFFER_BYTES = 4 << 20  # read at once per column; without it, the whole column of a row group
MOST_ROWS = 128  # decoded at once: more are hardly faster, and long rows may follow short ones


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Group row groups into pieces of about `piece_bytes`."""
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
    # the digest is over raw bytes: each piece covers an equal share of them, whichever row groups it holds
    count = len(bounds) - 1
    shares = [(number * source.size // count, (number + 1) * source.size // count) for number in range(count)]
    return [Piece(source, *groups, share) for groups, share in zip(itertools.pairwise(bounds), shares, strict=True)]


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is the row in the piece, and `counters["lines"]` its number of rows."""
    file, source = _open(reader), reader.piece.source
    columns: list[str] = []
    with reader.without_text_column():
        columns = _leaves(file, tables.wanted_columns(file.schema_arrow, source, settings))
    if not columns:
        return
    groups = list(range(reader.piece.start, reader.piece.stop))
    reader.units_before = lambda: sum(file.metadata.row_group(group).num_rows for group in range(reader.piece.start))
    yield from tables.document_batches(_parts(file, groups, columns, source), reader, settings, counters)


def _parts(
    file: pq.ParquetFile, groups: list[int], columns: list[str], source: Source
) -> Iterator[pa.RecordBatch | tables.DamagedRowsError]:
    """The rows of some row groups, in batches of about `tables.BATCH_BYTES`.

    The length of rows is known only after decoding: a few bytes may stand for a book in the column's dictionary. So the
    first row is decoded alone, and then twice as many each time, as long as the previous ones were short enough. In a
    damaged group, the rows before the damage are read.
    """
    count = 1
    for group in groups:
        given = 0
        try:
            for part in file.iter_batches(count, [group], columns, use_threads=False):
                yield part
                given += len(part)
                fitting = tables.BATCH_BYTES * len(part) // max(part.nbytes, 1)
                count = max(1, min(2 * count, fitting, MOST_ROWS))
                file.reader.set_batch_size(count)  # takes effect before every batch
        except (pa.ArrowException, OSError, ValueError) as error:
            problem = unsound(f"{source.path}, after row {given} of row group {group}", "damaged Parquet", error)
            if not isinstance(problem, InputError):
                raise problem from error
            words, rest = str(problem), file.metadata.row_group(group).num_rows - given
            yield tables.DamagedRowsError(GROUP_DAMAGED, functools.partial(str, words), rest)


def _leaves(file: pq.ParquetFile, wanted: list[str]) -> list[str]:
    """The leaf columns of the file that hold the wanted columns, and little else.

    The path to a value in a list has extra steps, whose names depend on the writer: `body_text.list.element.text`.
    """
    paths = [file.schema.column(number).path for number in range(len(file.schema))]
    chosen = []
    for name in wanted:
        column, way = nested.column_of(file.schema_arrow, name) or (name, [])
        for path in paths:
            steps = iter(path.removeprefix(column).split("."))
            if (path == column or path.startswith(f"{column}.")) and all(step in steps for step in way):
                chosen.append(path)
    return list(dict.fromkeys(chosen))


def _open(reader: PieceReader) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(reader.file, buffer_size=BUFFER_BYTES, pre_buffer=False, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise unsound(reader.piece.source.path, "not a valid Parquet file", error) from error
