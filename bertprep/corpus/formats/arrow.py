"""Arrow files, of one stream (as `datasets` saves them) or with a footer (IPC, Feather), cut at record batches.

Columns as in Parquet. Local files are mapped, so that looking for the batches reads next to nothing.

Refuses, with the file: what is not Arrow or damaged, and columns that `tables` refuses.
"""

import itertools
from collections.abc import Iterator

import pyarrow as pa

from ...core.places import is_uri, unsound
from .. import tables
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

ENDINGS = (".arrow", ".ipc", ".feather")
FILE_MAGIC = b"ARROW1"
STREAM_MAGIC = b"\xff\xff\xff\xff"
BATCH_ROWS = 4096
DAMAGE = (pa.ArrowException, OSError, EOFError, ValueError)


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Runs of record batches of about `piece_bytes`."""
    bounds, held, count = [0], 0, 0
    with PieceReader(Piece(source, 0, 0)) as reader:
        try:
            for part in _batches(reader, 0, None):
                if held and held + part.nbytes > piece_bytes:
                    bounds.append(count)
                    held = 0
                held += part.nbytes
                count += 1
        except DAMAGE as error:
            raise unsound(source.path, "not a sound Arrow file", error) from error
    # the first piece answers for the bytes of the whole file
    return [
        Piece(source, start, stop, (0, 0) if start else (0, source.size))
        for start, stop in itertools.pairwise([*bounds, count])
    ]


def documents(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is the row in the piece, and `counters["lines"]` its rows."""
    rows = 0
    piece = reader.piece
    try:
        for part in _batches(reader, piece.start, piece.stop):
            part = part.select(tables.wanted_columns(part.schema, reader, settings))
            for first in range(0, len(part), BATCH_ROWS):
                some = part.slice(first, BATCH_ROWS)
                yield tables.documents(some, rows, reader, settings)
                rows += len(some)
                counters["lines"] = rows
    except DAMAGE as error:
        place = f"{piece.source.path}, after row {rows} from batch {piece.start}"
        raise unsound(place, "damaged Arrow data", error) from error


def _batches(reader: PieceReader, start: int, stop: int | None) -> Iterator[pa.RecordBatch]:
    """The record batches with these numbers."""
    mapped = None if is_uri(reader.piece.source.path) else pa.memory_map(reader.piece.source.file)
    file = reader.file if mapped is None else mapped
    if reader.read_at(0, len(FILE_MAGIC)) == FILE_MAGIC:
        opened = pa.ipc.open_file(file)
        last = opened.num_record_batches if stop is None else stop
        yield from (opened.get_batch(number) for number in range(start, last))
    else:
        file.seek(0)
        yield from itertools.islice(pa.ipc.open_stream(file), start, stop)
