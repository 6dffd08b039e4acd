"""Arrow files: a stream (as saved by `datasets`) or a file with a footer (IPC, Feather), cut at record batches.

Columns as in Parquet; no others are read. Local files are memory-mapped, so finding the batches reads next to nothing; a
compressed batch is decompressed as a whole.

Raises `InputError` for files that are not Arrow or damaged, streams that end before or after their file, and columns that
`tables` refuses.
"""

import functools
import itertools
from collections.abc import Iterator

import pyarrow as pa

from ...core.counts import quantity
from ...core.errors import InputError
from ...core.places import is_uri, unsound
from .. import tables
from ..bad_input import BATCH_DAMAGED, NoTextColumnError
from ..changes import changed, has_changed
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

FILE_MAGIC = b"ARROW1"
STREAM_START = 8  # a file with a footer is a stream between magic bytes and footer
DAMAGE = (pa.ArrowException, OSError, EOFError, ValueError)


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Group record batches into pieces of about `piece_bytes` in the columns that are read."""
    bounds, held, count = [0], 0, 0
    with PieceReader(Piece(source, 0, 0)) as reader:
        try:
            for part in _batches(reader, 0, None, settings):
                if isinstance(part, tables.DamagedRowsError) and settings.bad_input == "refuse":
                    raise InputError(
                        f"{source.path}: not a valid Arrow file ({part.message()}); --bad-input skip leaves it out"
                    )
                size = 0 if isinstance(part, tables.DamagedRowsError) else part.nbytes
                if held and held + size > piece_bytes:
                    bounds.append(count)
                    held = 0
                held += size
                count += 1
        except NoTextColumnError:
            if settings.bad_input == "refuse":
                raise
        except DAMAGE as error:
            raise unsound(source.path, "not a valid Arrow file", error) from error
    # the digest of the first piece covers the bytes of the whole file
    return [
        Piece(source, start, stop, (0, 0) if start else (0, source.size))
        for start, stop in itertools.pairwise([*bounds, count])
    ]


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is the row in the piece, and `counters["lines"]` its number of rows."""
    piece = reader.piece
    reader.units_before = functools.partial(_rows_before, reader, settings)
    parts = _batches(reader, piece.start, piece.stop, settings)
    try:
        with reader.without_text_column():
            yield from _while_unchanged(tables.document_batches(parts, reader, settings, counters), piece.source)
    except DAMAGE as error:
        place = f"{piece.source.path}, after row {counters.get('lines', 0)} from batch {piece.start}"
        raise unsound(place, "damaged Arrow data", error) from error


def _rows_before(reader: PieceReader, settings: ReadSettings) -> int:
    """The number of rows of the file before the piece, for messages."""
    with PieceReader(Piece(reader.piece.source, 0, 0)) as again:
        parts = _batches(again, 0, reader.piece.start, settings)
        return sum(len(part) for part in parts if not isinstance(part, tables.DamagedRowsError))


def _batches(
    reader: PieceReader, start: int, stop: int | None, settings: ReadSettings
) -> Iterator[pa.RecordBatch | tables.DamagedRowsError]:
    """The record batches with these numbers, only in the wanted columns; for a damaged one, its error instead."""
    source = reader.piece.source
    is_local = not is_uri(source.path)
    file = pa.memory_map(source.file) if is_local else reader.file
    is_file = reader.read_at(0, len(FILE_MAGIC)) == FILE_MAGIC
    file.seek(0)
    columns = (pa.ipc.open_file if is_file else pa.ipc.open_stream)(file).schema
    wanted = tables.top_columns(columns, tables.wanted_columns(columns, source, settings))
    options = pa.ipc.IpcReadOptions(included_fields=[columns.names.index(name) for name in wanted])
    file.seek(0)
    if is_file:
        # memory-mapped data are not copied, which selecting columns would do
        is_mapped = is_local and not _is_compressed(file)
        opened = pa.ipc.open_file(file, options=None if is_mapped else options)
        last = opened.num_record_batches if stop is None else stop
        parts: Iterator[pa.RecordBatch | tables.DamagedRowsError] = (
            _batch(opened, number) for number in range(start, last)
        )
    else:
        parts = itertools.islice(_whole_stream(file, options), start, stop)
    yield from (part if isinstance(part, tables.DamagedRowsError) else part.select(wanted) for part in parts)


def _batch(opened: pa.ipc.RecordBatchFileReader, number: int) -> pa.RecordBatch | tables.DamagedRowsError:
    try:
        return opened.get_batch(number)
    except DAMAGE as error:
        return _damage(f"batch {number}", error)


def _damage(place: str, error: Exception) -> tables.DamagedRowsError:
    """The error for a damaged batch; `StageError` if reading it failed."""
    problem = unsound(place, "damaged Arrow data", error)
    if not isinstance(problem, InputError):
        raise problem from error
    return tables.DamagedRowsError(BATCH_DAMAGED, functools.partial(str, str(problem)))


def _whole_stream(
    file: pa.NativeFile, options: pa.ipc.IpcReadOptions
) -> Iterator[pa.RecordBatch | tables.DamagedRowsError]:
    """The record batches of a stream, and an error at the end if the stream does not end with a mark at the end of the file.

    The end mark is missing if the writer was interrupted, or a copy was truncated between two batches.
    """
    parts = pa.ipc.open_stream(file, options=options)
    number = 0
    while True:
        before = file.tell()
        try:
            part = parts.read_next_batch()
        except StopIteration:
            break
        except DAMAGE as error:
            yield _damage(f"from batch {number} on", error)
            return
        yield part
        number += 1
    after, size = file.tell(), file.size()
    what = None
    if after == before:
        what = "it has no end-of-stream marker: it was truncated, or its writer was interrupted; create it again"
    elif after < size:
        what = f"{quantity(size - after, 'byte')} after the stream's end; write them to a separate file"
    if what:
        yield _damage("the stream", ValueError(what))


def _while_unchanged(parts: Iterator[pa.RecordBatch], source: Source) -> Iterator[pa.RecordBatch]:
    """Yield the parts while their file is unchanged: reading a mapped file beyond its new end would crash the process."""
    if is_uri(source.path):
        yield from parts
        return
    while not has_changed(source):
        if (part := next(parts, None)) is None:
            return
        yield part
    raise changed(source)


def _is_compressed(file: pa.NativeFile) -> bool:
    """Whether the first record batch of a file with a footer is compressed, which pyarrow does not report.

    It is if the table RecordBatch of its metadata has the fourth field, `compression` (Message.fbs of the Arrow format).
    """
    file.seek(STREAM_START)
    messages = pa.ipc.MessageReader.open_stream(file)
    data = next((message.metadata.to_pybytes() for message in messages if message.type == "record batch"), b"")
    root = int.from_bytes(data[:4], "little")
    header = root + _slot(data, root, 2)
    header += int.from_bytes(data[header : header + 4], "little")
    return _slot(data, header, 3) > 0


def _slot(data: bytes, table: int, number: int) -> int:
    """Offset of a field within a FlatBuffers table, from the start of the table; 0 if the field is absent."""
    vtable = table - int.from_bytes(data[table : table + 4], "little", signed=True)
    size = int.from_bytes(data[vtable : vtable + 2], "little")
    at = 4 + 2 * number
    return int.from_bytes(data[vtable + at : vtable + at + 2], "little") if at < size else 0
