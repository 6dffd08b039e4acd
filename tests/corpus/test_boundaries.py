"""Wherever a file is cut, its concatenated pieces are the file: nothing is lost, read twice or counted wrongly."""

import bz2
import gzip
import json
import re
import tempfile
from pathlib import Path

import pytest
from corpora import documents, json_lines, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import boundaries
from bertprep.corpus import pieces as fileparts
from bertprep.corpus.sources import Source
from bertprep.corpus.wikipedia import pages as wikipages
from bertprep.sentences.settings import SegmentSettings

MANY = settings(max_examples=150, deadline=None)
FEWER = settings(max_examples=50, deadline=None)  # for examples that read several files, some of them compressed
SIZES = st.one_of(st.integers(1, 12), st.integers(1, 200))
CHARACTERS = st.sampled_from("ab .é中😀\u2028\u0085")
LINE_ENDS = st.sampled_from(
    ["\n", "\r\n", "\n\n", "\n \n", "\r\n\r\n", "\n\t \n\n", "\n" * 9, "\n" + " " * 30 + "\n", " \n\n "]
)


@st.composite
def plain_texts(draw: st.DrawFn) -> str:
    """Lines, some of them long, with all kinds of line ends and blank lines between."""
    parts = draw(st.lists(st.tuples(st.text(CHARACTERS, max_size=40), LINE_ENDS), max_size=12))
    start = draw(st.sampled_from(["", "\ufeff", "\n\n", " \r\n\n"]))
    return start + "".join(text + end for text, end in parts) + draw(st.sampled_from(["", "end", "é"]))


@pytest.fixture(scope="module")
def folder() -> Path:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def packed(path: Path, content: str | bytes, size: int) -> Source:
    """A bz2 file with about one stream, and so one block, per `size` bytes of content."""
    data = content.encode() if isinstance(content, str) else content
    return write(
        path, b"".join(bz2.compress(data[start : start + size + 40]) for start in range(0, len(data), size + 40))
    )


@FEWER
@given(plain_texts(), SIZES)
def test_pieces_of_plain_text(folder: Path, content: str, piece_bytes: int) -> None:
    source = write(folder / "a.txt", content or "x")
    whole = documents(source)
    assert documents(source, piece_bytes) == whole
    assert documents(packed(folder / "a.txt.bz2", content or "x", piece_bytes), 20 * piece_bytes) == documents(source)
    # and the whole is correct: the same text, and the line numbers at which documents begin
    words = "".join((content or "x").removeprefix("\ufeff").encode().decode().split())
    assert "".join("".join(row[3].split()) for row in whole) == words
    lines = (content or "x").split("\n")
    assert all(row[3].split("\n")[0] in lines[row[1] - 1] for row in whole)


def test_documents_lie_between_blank_lines(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", "\ufeffone\r\ntwo\r\n  \r\n\r\nthree\n\n\nfour")
    assert documents(source) == [(None, 1, None, "one\r\ntwo"), (None, 5, None, "three"), (None, 8, None, "four")]


def test_a_document_longer_than_many_pieces(tmp_path: Path) -> None:
    long = "\n".join(f"line {number} é" for number in range(500))
    source = write(tmp_path / "a.txt", f"first\n\n{long}\n\nlast\n")
    assert len(pieces(source, 100)) > 50
    assert [row[3] for row in documents(source, 100)] == ["first", long, "last\n"]


@pytest.mark.parametrize("unit", ["word ", "é中", "line\n"])
@pytest.mark.parametrize("window", [64, 300])
def test_an_endless_document_is_cut_but_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str, window: int
) -> None:
    monkeypatch.setattr(boundaries, "WINDOW_BYTES", window)
    monkeypatch.setattr(SegmentSettings, "whole_bytes", 0)
    content = "a\n\n" + unit * 400 + "\n\nz\n"
    source = write(tmp_path / "a.txt", content)
    for piece_bytes in (50, 333, 1 << 20):
        found = [row[3] for row in documents(source, piece_bytes)]
        assert "".join("".join(found).split()) == "".join(content.split())


@MANY
@given(plain_texts(), st.integers(20, 90), SIZES)
def test_small_windows_lose_nothing(folder: Path, content: str, window: int, piece_bytes: int) -> None:
    source = write(folder / "a.txt", content or "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "WINDOW_BYTES", window)
        patch.setattr(SegmentSettings, "whole_bytes", 0)
        found = [row[3] for row in documents(source, piece_bytes)]
    assert "".join("".join(found).split()) == "".join((content or "x").removeprefix("\ufeff").split())


LONG = 1000  # minimum of --max-document-chars
PARAGRAPHS = st.lists(
    st.tuples(st.sampled_from(["a", "é", "中", "😀", "ab "]), st.integers(1, 700), st.sampled_from(["", "\n", "\n\n"])),
    min_size=1,
    max_size=8,
).map(lambda parts: "x" + "".join(unit * count + end for unit, count, end in parts))


@MANY
@given(
    PARAGRAPHS, st.sampled_from(["a.txt", "a.txt.gz"]), st.sampled_from(["file", "blank-line"]), st.integers(60, 5000)
)
def test_no_document_is_cut_that_is_not_counted(
    folder: Path, content: str, name: str, separator: str, piece_bytes: int
) -> None:
    source = write(folder / name, content.encode() if name == "a.txt" else gzip.compress(content.encode()))
    whole = [content] if separator == "file" else [part for part in re.split("\n[ \r\t]*\n\\s*", content) if part]
    options = {"document_separator": separator, "max_document_chars": LONG}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "WINDOW_BYTES", 200)
        found = [row[3] for row in documents(source, piece_bytes, **options)]
    assert sum(map(len, found)) >= sum(len(part.rstrip("\n")) for part in whole)
    if all(len(text) <= LONG for text in found):  # longer ones are cut and counted later
        assert [text.rstrip("\n") for text in found] == [text.rstrip("\n") for text in whole]


def test_files_that_are_cut_are_told(tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "WINDOW_BYTES", 1000)
    write(tmp_path / "a.txt", "\n\n".join(f"Line {number} is here. It goes on." for number in range(100)))
    arguments = (
        "segment",
        tmp_path / "a.txt",
        "-o",
        tmp_path / "out",
        "--document-separator",
        "file",
        "--workers",
        "1",
    )
    code, out, err = command(*arguments, "--validation-share", "0")
    assert code == 0 and "1 document, 200 sentences" in out and "warning" not in err
    code, out, err = command(*arguments, "--quiet", "--max-document-chars", "1000", "--overwrite")
    assert (
        code == 0
        and "1 document was split although --document-separator is file, because it has more than 1,000 characters"
        in err
    )


ROWS = st.fixed_dictionaries(
    {"text": st.text(st.characters(codec="utf-8"), max_size=60)},
    optional={"id": st.one_of(st.none(), st.integers(), st.text(max_size=5)), "title": st.text(max_size=5)},
)


@FEWER
@given(
    st.lists(ROWS, min_size=1, max_size=12),
    SIZES,
    st.sampled_from(["\n", "\r\n", "\n\n", "\n  \n"]),
    st.booleans(),
    st.booleans(),
)
def test_pieces_of_json_lines(
    folder: Path, rows: list[dict], piece_bytes: int, end: str, ascii_only: bool, mark: bool
) -> None:
    lines = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
    source = write(folder / "a.jsonl", "\ufeff" * mark + end.join(lines))
    step = end.count("\n")
    expected = [
        (
            None if row.get("id") is None else str(row["id"]),
            number * step + 1 if row.get("id") is None else None,
            row.get("title"),
            row["text"],
        )
        for number, row in enumerate(rows)
    ]
    assert documents(source) == expected
    assert documents(source, piece_bytes) == expected
    content = (folder / "a.jsonl").read_bytes()
    assert documents(packed(folder / "a.jsonl.bz2", content, piece_bytes), 20 * piece_bytes) == expected


def test_a_line_of_json_longer_than_a_window_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "WINDOW_BYTES", 100)
    source = write(tmp_path / "a.jsonl", json_lines({"text": "a"}, {"text": "b" * 5000}, {"text": "c"}))
    for piece_bytes in (60, 1 << 20):
        assert [row[3] for row in documents(source, piece_bytes)] == ["a", "b" * 5000, "c"]


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "WINDOW_BYTES", 100)
    monkeypatch.setattr(boundaries, "LONGEST_BYTES", 1 << 20)
    source = write(tmp_path / "a.jsonl", b"[" + b"1," * (1 << 20) + b"1]")
    for piece_bytes in (1 << 16, 1 << 30):
        with pytest.raises(InputError, match=r"a\.jsonl: a line of more than 1 MiB"):
            documents(source, piece_bytes)


HEAD = '<mediawiki xml:lang="en">\n<siteinfo><namespaces><namespace key="0" /></namespaces></siteinfo>\n'


def dump(texts: list[str]) -> list[bytes]:
    pages = [
        f"<page>\n<title>T{number}</title><ns>0</ns><id>{number}</id>\n<revision><text>{text}</text></revision></page>\n"
        for number, text in enumerate(texts, 1)
    ]
    return [HEAD.encode(), *(page.encode() for page in pages), b"</mediawiki>\n"]


PAGES = st.lists(
    st.text(st.sampled_from("ab é中😀.\n"), min_size=1, max_size=60).map("Page {}x".format), min_size=1, max_size=8
)


@FEWER
@given(PAGES, SIZES)
def test_pieces_of_a_dump(folder: Path, texts: list[str], piece_bytes: int) -> None:
    parts = dump(texts)
    source = write(folder / "a.xml", b"".join(parts))
    whole = documents(source)
    assert [(row[0], row[2]) for row in whole] == [(str(number), f"T{number}") for number in range(1, len(texts) + 1)]
    assert documents(source, piece_bytes) == whole
    streams = write(folder / "a.xml.bz2", b"".join(map(bz2.compress, parts)))
    assert documents(streams, 20 * piece_bytes) == whole
    single = write(folder / "b.xml.bz2", bz2.compress(b"".join(parts)))
    assert documents(single, 20 * piece_bytes) == whole


@FEWER
@given(
    st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=9, unique=True), min_size=1, max_size=5),
    st.integers(0, 40),
    st.integers(10, 300),
    st.integers(1, 60),
)
def test_pieces_of_a_dump_with_histories(
    folder: Path, pages: list[list[int]], length: int, piece_bytes: int, block: int
) -> None:
    """The newest revision of each page is read, in any order, wherever the file is cut and whatever the memory limit."""
    parts = dump([""] * len(pages))
    for number, times in enumerate(pages, 1):
        history = "".join(
            f"<revision><id>{5 * time % 99}</id><timestamp>20{time:02}-01-01T00:00:00Z</timestamp><contributor><id>7</id>"
            f"</contributor><text>Page x{'é' * length} at {time}.</text></revision>\n"
            for time in times
        )
        parts[number] = parts[number].replace(b"<revision><text></text></revision>", history.encode())
    content = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wikipages, "SHORTENED_BYTES", 200)
        patch.setattr(wikipages, "MAX_PAGE_BYTES", 1000)  # a page is up to 3,000 bytes long
        patch.setattr(fileparts, "BLOCK_BYTES", block)
        found = [documents(write(folder / "a.xml", content), size) for size in (piece_bytes, 10 * piece_bytes, 1 << 20)]
        packed = write(folder / "b.xml.bz2", bz2.compress(content)), write(folder / "a.xml.gz", gzip.compress(content))
        found += [documents(source, 20 * piece_bytes) for source in packed]
    assert [row[3] for row in found[0]] == [f"Page x{'é' * length} at {max(times)}." for times in pages]
    assert all(each == found[0] for each in found)
