"""Corpus files for tests, and what readers read from them."""

import bz2
import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pyarrow as pa

from bertprep.core import schema
from bertprep.corpus import sources
from bertprep.corpus.detection import with_format
from bertprep.corpus.pieces import Piece, PieceReader
from bertprep.corpus.reader import reader_of
from bertprep.corpus.sources import Source
from bertprep.sentences.settings import SegmentSettings


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstd, ".xz": lzma.compress}


def write(path: Path, data: bytes | str) -> Source:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (source,) = sources.expand([str(path)])
    return source


def json_lines(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def pieces(source: Source, piece_bytes: int, **settings: Any) -> list[Piece]:
    known = SegmentSettings(**settings)
    source = with_format(source, known)
    return reader_of(source).pieces(source, piece_bytes, known)


def batches(source: Source, piece_bytes: int = 32 << 20, keep: bool = True) -> list[pa.RecordBatch]:
    """The record batches of all pieces; with `keep` False they are read but not returned."""
    known = SegmentSettings()
    source = with_format(source, known)
    reader = reader_of(source)
    kept = []
    for piece in reader.pieces(source, piece_bytes, known):
        with PieceReader(piece) as opened:
            for batch in reader.read(opened, known, {}):
                kept += [batch] if keep else []
    return kept


def documents(source: Source, piece_bytes: int = 1 << 30, **settings: Any) -> list[tuple]:
    """(source_id, line in the file, title, text) of every document of all pieces, in order."""
    known = SegmentSettings(**settings)
    source = with_format(source, known)
    reader = reader_of(source)
    rows, lines = [], 0
    for piece in reader.pieces(source, piece_bytes, known):
        counters: dict[str, int] = {}
        with PieceReader(piece) as opened:
            for batch in reader.read(opened, known, counters):
                batch.validate(full=True)
                assert batch.schema.equals(schema.DOCUMENTS)
                columns = batch.to_pydict()
                assert set(columns["source"]) <= {source.name}
                for name, line, title, text in zip(
                    *(columns[key] for key in ("source_id", "line", "title", "text")), strict=True
                ):
                    rows.append((name, None if line is None else line + lines, title, text))
        lines += counters.get("lines", 0)
    return rows


def texts(source: Source, **settings: Any) -> list[str]:
    return [row[-1] for row in documents(source, **settings)]
