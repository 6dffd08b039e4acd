"""The amount read at once is bounded in bytes, whatever a row or a line contains."""

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import batches, json_lines
from hypothesis import given
from hypothesis import strategies as st

from bertprep.corpus import sources, tables
from bertprep.corpus.documents import BATCH_BYTES, BATCH_ROWS
from bertprep.corpus.formats import jsonl
from bertprep.corpus.pieces import Piece, PieceReader
from bertprep.corpus.settings import ReadSettings
from bertprep.shards import export

SHORT_THEN_LONG = [20] * 3000 + [100_000] * 100  # bytes of each document, 10 MB


def book(size: int) -> str:
    """A text of `size` bytes."""
    return ("Here is another sentence of a long book. " * (size // 40 + 1))[:size]


def write_text(path: Path, sizes: list[int]) -> None:
    path.write_text("\n\n".join(map(book, sizes)))


def write_json(path: Path, sizes: list[int]) -> None:
    path.write_text(json_lines(*({"text": book(size)} for size in sizes)))


def write_odd_json(path: Path, sizes: list[int]) -> None:
    """Write JSON lines that cannot be parsed at once."""
    path.write_text("\n".join(json_lines(*({"text": book(size)} for size in sizes)).splitlines(keepends=True)))


def write_csv(path: Path, sizes: list[int]) -> None:
    path.write_text("id,text\n" + "".join(f'{number},"{book(size)}"\n' for number, size in enumerate(sizes)))


def write_docs(path: Path, sizes: list[int]) -> None:
    path.write_text("".join(f'<doc id="1" url="u" title="T">\nT\n\n{book(size)}\n</doc>\n' for size in sizes))


def write_dump(path: Path, sizes: list[int]) -> None:
    page = "<page><title>A</title><ns>0</ns><id>1</id><revision><text>{}</text></revision></page>\n"
    path.write_text(
        "<mediawiki><siteinfo></siteinfo>\n" + "".join(page.format(book(size)) for size in sizes) + "</mediawiki>"
    )


def of_kind(kind: pa.DataType, sizes: list[int]) -> pa.Table:
    return pa.table({"text": pa.array(list(map(book, sizes))).cast(kind)})


def write_parquet(kind: pa.DataType) -> Callable[[Path, list[int]], None]:
    return lambda path, sizes: pq.write_table(of_kind(kind, sizes), path, compression="zstd")


def write_arrow(kind: pa.DataType) -> Callable[[Path, list[int]], None]:
    def write_it(path: Path, sizes: list[int]) -> None:
        table = of_kind(kind, sizes)
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)

    return write_it


DICTIONARY = pa.dictionary(pa.int32(), pa.string())
WRITERS = {
    "a.txt": write_text,
    "a.jsonl": write_json,
    "odd.jsonl": write_odd_json,
    "a.csv": write_csv,
    "wiki_00": write_docs,
    "a.xml": write_dump,
    "a.parquet": write_parquet(pa.string()),
    "dictionary.parquet": write_parquet(DICTIONARY),
    "a.arrow": write_arrow(pa.string()),
    "large.arrow": write_arrow(pa.large_string()),
    "view.arrow": write_arrow(pa.string_view()),
    "dictionary.arrow": write_arrow(DICTIONARY),
}


@pytest.mark.parametrize("name", WRITERS)
def test_batches_of_every_format_are_bounded_in_bytes_and_rows(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name, SHORT_THEN_LONG)
    (source,) = sources.expand([str(tmp_path / name)])
    found = batches(source)
    sizes = [[len(text) for text in batch["text"].to_pylist()] for batch in found]
    assert [size for batch in sizes for size in batch] == pytest.approx(
        SHORT_THEN_LONG, abs=1
    )  # without trailing space
    most = BATCH_BYTES + max(SHORT_THEN_LONG) + 1000
    assert all(sum(batch) <= most and len(batch) <= max(BATCH_ROWS, most // 30) for batch in sizes)


KINDS = st.sampled_from(
    [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.string()), DICTIONARY]
)
VALUES = st.one_of(st.none(), st.text(st.sampled_from("aé中"), max_size=60))


@given(st.lists(VALUES, max_size=150), KINDS, KINDS, st.integers(1, 300), st.integers(0, 20))
def test_slices_are_the_table_in_bounded_runs(
    values: list[str | None], kind: pa.DataType, other: pa.DataType, most: int, skipped: int
) -> None:
    columns = [pa.array(values, pa.string()).cast(each) for each in (kind, other)]
    part = pa.record_batch([*columns, pa.array(range(len(values)))], names=["text", "id", "title"]).slice(skipped)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "BATCH_BYTES", most)
        patch.setattr(tables, "BATCH_ROWS", 40)
        slices = list(tables.bounded_slices(part))
    assert [row for some in slices for row in some.to_pylist()] == part.to_pylist()
    for some in slices:
        size = 2 * sum(len((value or "").encode()) for value in some.column("text").cast(pa.string()).to_pylist())
        assert len(some) == 1 or (len(some) <= 40 and size <= most)


# peak memory of whole processes; one that only imports the readers starts at about 80 MiB

READ = """
import sys
from bertprep.core.errors import InputError
from bertprep.corpus import sources
from corpora import batches
for path in sys.argv[1:]:
    (source,) = sources.expand([path])
    try: batches(source, keep=False)
    except InputError as error: print(error, file=sys.stderr)
"""
SEGMENT = "import sys; from bertprep_cli.main import run; run(['segment', *sys.argv[1:], '--workers', '1', '--quiet'])"


def peak(code: str, *arguments: object) -> int:
    """Peak memory, in MiB, of a new Python process that runs this code."""
    code += "\nprint('peak', next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) >> 10


def peak_of_reading(*paths: Path) -> int:
    """Peak memory, in MiB, of reading all pieces of some files, or until one is refused."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells a process's own peak")
    return peak(READ, *paths)


SAME = pa.DictionaryArray.from_arrays(pa.array(np.zeros(3000, np.int32)), pa.array([book(300_000)]))


def test_a_dictionary_of_one_book_is_not_written_out(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": SAME}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    with pa.ipc.new_file(tmp_path / "a.arrow", pa.schema({"text": SAME.type})) as writer:
        writer.write_table(pa.table({"text": SAME}))
    assert peak_of_reading(tmp_path / "a.parquet", tmp_path / "a.arrow") < 250


def test_of_a_row_group_no_more_is_held_than_its_largest_page(tmp_path: Path) -> None:
    table = pa.table({"text": [book(500_000)] * 500})
    pq.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False, write_batch_size=4)
    assert (tmp_path / "a.parquet").stat().st_size > 250_000_000
    assert peak_of_reading(tmp_path / "a.parquet") < 200


def test_a_long_line_of_json_is_held_as_bytes_and_as_text_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json_lines({"text": book(20_000_000)}))
    (source,) = sources.expand([str(tmp_path / "a.jsonl")])
    with PieceReader(Piece(source, 0, source.size)) as opened:
        found = jsonl.read(opened, ReadSettings(), {})
        tracemalloc.start()
        batch = next(found)
        held, _ = tracemalloc.get_traced_memory()  # Python's own, while the batch is in use
        tracemalloc.stop()
    assert batch["text"].nbytes > 20_000_000
    assert held < 2.5 * 20_000_000


def test_columns_that_are_not_wanted_are_not_decompressed(tmp_path: Path) -> None:
    table = pa.table({"page": pa.array([bytes(100_000)] * 3000), "text": ["A text."] * 3000, "other": [1] * 3000})
    for name, opened in (("file", pa.ipc.new_file), ("stream", pa.ipc.new_stream)):
        with opened(tmp_path / name, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
    assert peak_of_reading(tmp_path / "file", tmp_path / "stream") < 250


def test_a_mapped_batch_is_not_copied(tmp_path: Path) -> None:
    """Its pages count only while they are accessed; the process's own memory is the same for any batch."""
    paths = [tmp_path / "file.arrow", tmp_path / "stream.arrow"]
    table = pa.table({"id": np.arange(300), "text": [book(500_000)] * 300})
    for path, opened in zip(paths, (pa.ipc.new_file, pa.ipc.new_stream), strict=True):
        with opened(path, table.schema) as writer:
            writer.write_table(table)
    code = READ + "import pyarrow\nprint(pyarrow.default_memory_pool().max_memory() >> 20)"
    done = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert int(done.stdout) < 60, done.stderr


def test_rows_of_many_empty_columns_are_not_held_together(tmp_path: Path) -> None:
    """4096 rows of a million columns once took 32 GB."""
    head = ",".join(f"c{number}" for number in range(100_000))
    (tmp_path / "a.csv").write_text(f"{head},text\n" + ("," * 100_000 + "Some text.\n") * 150)
    assert peak_of_reading(tmp_path / "a.csv") < 200


def test_line_ends_take_no_memory(tmp_path: Path) -> None:
    for name in ("a.txt", "a.jsonl"):
        (tmp_path / name).write_bytes(b'{"text": "One."}' + b"\n" * (24 << 20))
    assert peak_of_reading(tmp_path / "a.txt", tmp_path / "a.jsonl") < 250


def test_a_line_without_end_is_cut_or_refused_in_little_memory(tmp_path: Path) -> None:
    starts = {"a.txt": b"", "a.jsonl": b'{"text": "', "a.csv": b"id,text\n1,", "wiki_00": b'<doc id="1" title="T">\n'}
    for name, start in starts.items():
        with open(tmp_path / name, "wb") as file:
            file.write(start)
            for _ in range(200):
                file.write(b"words " * ((1 << 20) // 6))
    assert peak_of_reading(*(tmp_path / name for name in starts)) < 450


@pytest.mark.slow
def test_a_book_a_thousand_times_is_segmented_in_the_memory_of_a_few(tmp_path: Path) -> None:
    same = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1000, np.int32)), pa.array([book(200_000)]))
    pq.write_table(pa.table({"text": same}), tmp_path / "a.parquet")
    taken = peak(SEGMENT, tmp_path / "a.parquet", "-o", tmp_path / "out")
    counters = json.loads((tmp_path / "out" / "manifest.json").read_text())["counters"]
    assert (counters["documents_read"], counters["documents_duplicate"], counters["documents"]) == (1000, 999, 1)
    assert taken < 450


def test_long_rows_are_exported_few_at_a_time() -> None:
    table = pa.table({"pair": np.arange(40_000)})
    for length in (64, 512, 8192):
        some = [len(each) for each in export._batches(table, length * export.TOKEN_BYTES)]
        assert sum(some) == 40_000 and max(some) * length * export.TOKEN_BYTES <= export.BATCH_BYTES
