"""Web archives: one document per page wherever the file is cut, headers are never text, and skipped records are counted."""

import gzip
import itertools
import json
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path

import pytest
from archives import answer, by_record, page, plain, record, wet
from corpora import COMPRESS, documents, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus.formats import warc
from bertprep.corpus.pieces import PieceReader
from bertprep.corpus.sources import Source
from bertprep.corpus.web import http
from bertprep.corpus.web.records import records
from bertprep.sentences.settings import SegmentSettings

pytest.importorskip("resiliparse")
brotli = pytest.importorskip("brotli")

TEXT = "The mill opens in May.\nBring your own corn."
HTML = page(*TEXT.split("\n"), title="The mill").encode()
INFO = record(b"software: test\r\n", kind="warcinfo", content="application/warc-fields")
REQUEST = record(b"GET / HTTP/1.1\r\nHost: mill.example\r\n\r\n", kind="request")
HOSTILE = "\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/\r\n\r\n"


def of(source: Source, piece_bytes: int = 1 << 30) -> tuple[list[tuple], dict[str, int]]:
    """(address, title, text) of every page, and the counters that are not 0."""
    rows, counted = [], Counter[str]()
    for piece in pieces(source, piece_bytes):
        found: dict[str, int] = {}
        with PieceReader(piece) as reader:
            for batch in warc.read(reader, SegmentSettings(), found):
                rows += zip(*(batch.column(name).to_pylist() for name in ("source_id", "title", "text")), strict=True)
        counted.update(found)
    return rows, {name: count for name, count in counted.items() if count}


def one(block: bytes, folder: Path) -> tuple[str, str]:
    """The text of the page in a record, and its counters."""
    rows, counted = of(write(folder / "a.warc", record(block)))
    return "".join(text for _, _, text in rows), " ".join(counted)


# what is a page


def test_pages_of_an_archive(tmp_path: Path) -> None:
    records = [
        INFO,
        REQUEST,
        record(answer(HTML), "http://mill.example/1"),
        record(answer(b"", status="301 Moved", Location="http://mill.example/2"), "http://mill.example/"),
        record(answer(HTML, status="404 Not Found"), "http://mill.example/3"),
        record(answer(b"\x89PNG", "image/png"), "http://mill.example/4"),
        record(HTML, "http://mill.example/5", "resource", "text/html"),
        record(b"{}", "http://mill.example/6", "metadata", "application/json"),
        record(answer(HTML), "http://mill.example/7", "revisit"),
        record(answer(b"<nav>Home</nav>"), "http://mill.example/8"),
        record(answer(HTML, kind=""), "<http://mill.example/9>"),
        record(answer(b"plain", kind=""), "http://mill.example/10"),
        record(answer(HTML), "http://mill.example/11", WARC_Truncated="length"),
    ]
    expected = [(f"http://mill.example/{number}", "The mill", TEXT) for number in (1, 5, 9, 11)]
    counted = {
        "records_of_other_kinds": 4, "pages_of_other_status": 2, "pages_not_html": 2, "pages_empty": 1, "pages_cut_short": 1,
    }  # fmt: skip
    for name, data in (
        ("a.warc", plain(records)),
        ("a.warc.gz", by_record(records)),
        ("b.warc.gz", gzip.compress(plain(records))),
    ):
        assert of(write(tmp_path / name, data)) == (expected, counted)
    assert of(write(tmp_path / "a.warc.zst", COMPRESS[".zst"](plain(records)))) == (expected, counted)
    assert of(write(tmp_path / "unnamed", plain(records))) == (expected, counted)
    bare = INFO.replace(b"\r\n", b"\n").replace(b"Length: 16", b"Length: 15")
    assert of(write(tmp_path / "lf.warc", plain([bare, records[2]])))[0] == expected[:1]


def test_text_of_wet_is_taken_as_it_is(tmp_path: Path) -> None:
    text = "Home\nAbout\nThe mill opens in May.\n\nWe close at six, 5 < 6 &amp; <b>."
    records = [INFO, wet(text, "http://a.example/"), wet("", "http://b.example/"), wet("Müller.", "http://c.example/")]
    expected = [("http://a.example/", None, text), ("http://c.example/", None, "Müller.")]
    for name, data in (("a.warc.wet.gz", by_record(records)), ("a.wet", plain(records))):
        assert of(write(tmp_path / name, data)) == (expected, {"records_of_other_kinds": 1, "pages_empty": 1})


# server responses

ENCODERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": COMPRESS[".zst"]}


def chunked(data: bytes, size: int = 100, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in parts) + end


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("name", ["", *ENCODERS, "raw", "gzip, br"])
@pytest.mark.parametrize("transfer", ["", "chunked"])
def test_encodings_of_content_and_transfer(name: str, transfer: str, tmp_path: Path) -> None:
    body = HTML
    for encoder in [] if name in ("", "raw") else name.split(", "):
        body = ENCODERS[encoder](body)
    body = raw_deflate(body) if name == "raw" else body
    header = "deflate" if name == "raw" else name
    body = chunked(body) if transfer else body
    assert one(answer(body, Content_Encoding=header, Transfer_Encoding=transfer), tmp_path) == (TEXT, "")
    # crawlers undo both and keep the headers
    assert one(answer(HTML, Content_Encoding=header, Transfer_Encoding=transfer), tmp_path) == (TEXT, "")


@pytest.mark.parametrize("name", ["", *ENCODERS])
@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"zz\r\n", b""])
def test_of_a_page_that_is_cut_short_what_is_there_is_kept(name: str, end: bytes, tmp_path: Path) -> None:
    long = page(*(f"Sack {number} is weighed." for number in range(12_000))).encode()
    encoded = ENCODERS.get(name, bytes)(long)
    body = chunked(encoded[: 2 * len(encoded) // 3], end=end)
    text, counted = one(answer(body, Content_Encoding=name, Transfer_Encoding="chunked"), tmp_path)
    assert text.startswith("Sack 0 is weighed.\nSack 1 is weighed.")
    assert counted == ("pages_cut_short" if name or not end.startswith(b"0") else "")


def test_a_page_that_bursts_is_counted(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(http, "LONGEST_BYTES", 1 << 20)
    bomb = b"<p>" + b" " * (2 << 20)
    for name, encode in ENCODERS.items():
        assert one(answer(encode(bomb), Content_Encoding=name), tmp_path) == ("", "pages_too_long")
    assert one(answer(bomb), tmp_path) == ("", "pages_too_long")


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: words in a header",
        b"<p>no answer</p>",
        b"GET / HTTP/1.1\r\n\r\n<p>a request</p>",
        b"HTTP/1.1 OK\r\n\r\n<p>no status</p>",
    ],
)
def test_what_is_no_answer_gives_no_text(block: bytes, tmp_path: Path) -> None:
    assert one(block, tmp_path) == ("", "pages_damaged")


@given(st.binary(max_size=300), st.sampled_from(["", *ENCODERS, "x"]), st.sampled_from(["", "chunked"]), st.booleans())
def test_no_body_is_an_error(body: bytes, name: str, transfer: str, is_begun: bool) -> None:
    encoded = ENCODERS.get(name, bytes)(b"<p>text")[:20] + body if is_begun else body
    found = http.parse(answer(encoded, Content_Encoding=name, Transfer_Encoding=transfer))
    assert found.status == 200 and found.damage is None


@given(st.binary(max_size=2000), st.sampled_from(list(ENCODERS)), st.integers(1, 500))
def test_a_body_comes_back_as_it_was(body: bytes, name: str, size: int) -> None:
    sent = chunked(ENCODERS[name](b"<p>" + body), size)
    found = http.parse(answer(sent, Content_Encoding=name, Transfer_Encoding="chunked"))
    assert (found.body, found.is_whole) == (b"<p>" + body, True)


def test_the_encoding_of_a_page_is_in_the_header_of_its_answer(tmp_path: Path) -> None:
    body = "<p>Мельник мелет зерно.</p>".encode("koi8-r")
    assert one(answer(body, "text/html; charset=KOI8-R"), tmp_path) == ("Мельник мелет зерно.", "")


# cutting archives


@st.composite
def archives(draw):
    """Records of every kind, some containing what looks like a record, or an archive."""
    records, expected = [], []
    for number in range(draw(st.integers(1, 12))):
        uri = f"http://mill.example/{number}"
        text = draw(st.sampled_from(["Short.", "Words and more words. " * 40, "Müller. " * 300])).strip()
        inner = by_record([record(answer(HTML), f"{uri}/{n}") for n in range(3)])
        kind = draw(st.sampled_from(["page", "wet", "hostile", "image", "archive"]))
        if kind == "page":
            records.append(record(answer(f"<p>{text}</p>".encode()), uri))
        elif kind == "wet":
            records.append(wet(text, uri))
        elif kind == "hostile":
            text = f"{text}{HOSTILE}{text}"
            records.append(wet(text, uri))
        elif kind == "image":
            noise = draw(st.binary(max_size=300)) + b"\x1f\x8b\x08\x00" + HOSTILE.encode()
            records.append(record(answer(noise, "image/png"), uri))
        else:
            records.append(record(inner, uri, "resource", "application/warc"))
        if kind in ("page", "wet", "hostile"):
            expected.append((uri, None, text))
    return records, expected


@settings(max_examples=20)
@given(archives(), st.integers(0, 9), st.sampled_from([150, 333, 1000, 4000]))
def test_an_archive_may_be_cut_anywhere(tmp_path_factory, made, level: int, piece_bytes: int) -> None:
    records, expected = made
    folder = tmp_path_factory.mktemp("archive")
    for name, data in (("a.warc", plain(records)), ("a.warc.gz", by_record(records, level))):
        source = write(folder / name, data)
        whole = of(source)
        assert whole[0] == expected
        assert of(source, piece_bytes) == whole
        assert len(pieces(source, piece_bytes)) == 1 or len(data) > piece_bytes


def test_an_archive_within_an_archive_is_not_cut_at_its_records(tmp_path: Path) -> None:
    """Within a gzip member, another archive may be in stored blocks, unchanged; within a plain archive it always is."""
    inner = [
        record(answer(page(f"Inner {number}. " * 30).encode()), f"http://inner.example/{number}")
        for number in range(40)
    ]
    outer = record(answer(HTML), "http://mill.example/")
    for inside in (by_record(inner), plain(inner)):
        records = [outer, record(inside, "http://mill.example/a.warc", "resource", "application/warc"), outer]
        for level in (0, 6):
            source = write(tmp_path / "a.warc.gz", by_record(records, level))
            for piece_bytes in (500, 1000, 5000, 1 << 20):
                assert [row[0] for row in documents(source, piece_bytes)] == ["http://mill.example/"] * 2
        source = write(tmp_path / "a.warc", plain(records))
        for piece_bytes in (500, 1000, 5000):
            try:
                assert [row[0] for row in documents(source, piece_bytes)] == ["http://mill.example/"] * 2
            except InputError as error:
                assert "a record seems to begin inside another; compress the archive by record" in str(error)


def test_gzip_of_one_member_or_of_blocks_is_one_piece(tmp_path: Path) -> None:
    data = plain([INFO, *(record(answer(HTML)) for _ in range(20))])
    blocks = b"".join(gzip.compress(data[at : at + 777]) for at in range(0, len(data), 777))
    for packed in (gzip.compress(data), blocks):
        source = write(tmp_path / "a.warc.gz", packed)
        assert len(pieces(source, 100)) == 1 and len(documents(source, 100)) == 20
    assert len(pieces(write(tmp_path / "a.warc.gz", by_record([INFO, record(answer(HTML))])), 100)) > 1


def test_workers_make_the_same_bytes(tmp_path: Path, command, monkeypatch) -> None:
    from bertprep.sentences import cutting

    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 5000)
    records = [
        record(answer(page(f"Page {n}. " * (n % 40 + 1)).encode()), f"http://mill.example/{n}") for n in range(200)
    ]
    write(tmp_path / "a.warc.gz", by_record(records))
    digests = []
    for workers in (1, 2):
        folder = tmp_path / f"out{workers}"
        code, out, err = command("segment", tmp_path / "a.warc.gz", "-o", folder, "--workers", str(workers), "--json")
        assert code == 0, err
        digests.append(json.loads(out)["digest"])
    assert len(pieces(write(tmp_path / "a.warc.gz", by_record(records)), 5000)) > 2
    assert digests[0] == digests[1]


def test_zeros_behind_an_archive_are_ignored(tmp_path: Path) -> None:
    records = [record(answer(page(f"Page {n}. " * 9).encode()), f"http://mill.example/{n}") for n in range(40)]
    packed = by_record(records)
    for piece_bytes in (1000, 1 << 20):
        expected = documents(write(tmp_path / "a.warc.gz", packed), piece_bytes)
        assert len(expected) == 40
        for zeros in (1, 5000):
            assert documents(write(tmp_path / "a.warc.gz", packed + bytes(zeros)), piece_bytes) == expected


# errors


def test_an_archive_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    records = [record(answer(HTML), f"http://mill.example/{number}") for number in range(3)]
    data, packed = plain(records), by_record(records)
    for cut in range(len(data) - 5, len(data) - 300, -7):
        with pytest.raises(
            InputError, match=r"a\.warc, record 3 \(http://mill\.example/2\): \d+ of its \d+ bytes are missing"
        ):
            documents(write(tmp_path / "a.warc", data[:cut]))
    for cut in range(len(packed) - 1, len(packed) - len(packed) // 3 + 1, -11):
        for piece_bytes in (100, 1 << 20):
            with pytest.raises(InputError, match=r"corrupt gzip data|bytes are missing"):
                documents(write(tmp_path / "a.warc.gz", packed[:cut]), piece_bytes)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"The mill opens in May.\n\nIt does.\n", "record 1: no WARC header where a record should begin"),
        (record(b"x").replace(b"Content-Length: 1", b"Content-Length: x"), "Content-Length is 'x'"),
        (record(b"x").replace(b"Content-Length: 1\r\n", b""), "Content-Length is ''"),
        (record(b"x") + b"junk\r\n\r\n" + record(b"y"), "record 2: no WARC header"),
        (record(b"xyz").replace(b"Content-Length: 3", b"Content-Length: 1"), "record 2: no WARC header"),
        (b"WARC/1.0\r\n" + b"x" * 100_000, "record 1: no WARC header"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        documents(write(tmp_path / "a.warc", data))
    assert message in str(refused.value)


@given(st.data())
def test_a_changed_byte_is_no_other_error(tmp_path_factory, data) -> None:
    """Whatever is damaged: the result is pages or an error, and words of a header are never text."""
    records = [record(answer(HTML, X_Powered="Gristmill"), f"http://mill.example/{n}") for n in range(3)]
    packed = data.draw(st.sampled_from([plain(records), by_record(records)]))
    at, byte = data.draw(st.integers(0, len(packed) - 1)), data.draw(st.integers(0, 255))
    broken = packed[:at] + bytes([byte]) + packed[at + 1 :]
    name = "a.warc.gz" if packed.startswith(b"\x1f") else "a.warc"
    source = write(tmp_path_factory.mktemp("broken") / name, broken)
    try:
        found = documents(source, data.draw(st.sampled_from([300, 1 << 20])))
    except InputError:
        return
    assert not any("Gristmill" in row[3] or "WARC" in row[3] for row in found)


def test_a_record_that_is_not_wanted_is_not_held() -> None:
    head = record(b"").replace(b"Content-Length: 0", b"Content-Length: %d" % (1 << 40))[:-4]
    blocks = itertools.chain([head], (bytes(1 << 20) for _ in range(200)))
    tracemalloc.start()
    with pytest.raises(InputError, match="bytes are missing"):
        next(records(blocks, lambda _: False, "a.warc"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20
