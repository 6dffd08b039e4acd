"""`--bad-input skip` skips and counts bad input; the rest is as if it had never been there."""

import gzip
import json
import lzma
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import answer, by_record, plain, record
from archives import page as web_page
from books import book, page
from corpora import documents, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import bad_input, sources

GOOD = [b'{"text": "Cats sleep. They hunt.", "id": "a"}', '{"text": "Fünf 六."}'.encode(), b'{"text": ""}', b""]
BAD = [
    b'{"text": "a\xff"}',
    b'{"text": ',
    b"[1]",
    b"7",
    b'{"txt": "a"}',
    b'{"text": 12}',
    b'{"text": {"a": 1}}',
    b"\x80",
]
MANY = settings(max_examples=40, deadline=None)


@MANY
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=20),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 120),
)
def test_json_lines_are_those_without_the_bad_ones(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[tuple[bool, int]], end: bytes, piece_bytes: int
) -> None:
    lines = [(is_bad, BAD[number] if is_bad else GOOD[number % len(GOOD)]) for is_bad, number in chosen]
    path = tmp_path_factory.getbasetemp() / "a.jsonl"
    whole = write(path, end.join(line for _, line in lines) + end)
    found = documents(whole, bad_input="skip")
    assert documents(whole, piece_bytes, bad_input="skip") == found
    kept = [number for number, (is_bad, line) in enumerate(lines, 1) if not is_bad and line]
    expected = documents(write(path, end.join(line for is_bad, line in lines if not is_bad) + end))
    assert [(row[0], *row[2:]) for row in found] == [(row[0], *row[2:]) for row in expected]
    assert [row[1] for row in found if row[0] is None] == [n for n in kept if lines[n - 1][1] != GOOD[0]]


@MANY
@given(
    st.lists(st.sampled_from([b"A line.", b"x\xffy", b"", "Fünf 六.".encode(), b"\xe9"]), min_size=1, max_size=20),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.integers(1, 60),
)
def test_text_is_that_without_the_bad_lines(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], end: bytes, piece_bytes: int
) -> None:
    source = write(tmp_path_factory.getbasetemp() / "a.txt", end.join([b"Start.", *lines]))
    found = documents(source, bad_input="skip")
    assert documents(source, piece_bytes, bad_input="skip") == found
    expected = [line.decode() for line in [b"Start.", *lines] if (line and line.isascii()) or b"F" in line]
    assert [line.strip() for row in found for line in row[3].splitlines() if line.strip()] == expected


def test_other_encodings_and_formats_too(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", "Gut.\n坏".encode("gb18030") + b"\xff\n" + "好的。".encode("gb18030"))
    assert [row[3] for row in documents(source, encoding="gb18030", bad_input="skip")] == ["Gut.\n好的。"]
    doc = b'<doc id="%d" url="u" title="T">\nT\n\n%s\n</doc>\n'
    source = write(
        tmp_path / "wiki_00", b"stray\n" + doc % (1, b"One.") + doc % (2, b"\xff") + b"<doc bad\n" + doc % (3, b"Two.")
    )
    assert [row[0] for row in documents(source, bad_input="skip")] == ["1", "3"]
    with pytest.raises(InputError, match="line 1: text outside"):
        documents(source)


def test_rows_of_tables_too(tmp_path: Path) -> None:
    rows = [
        b'1,"One.\nTwo."',
        b"2,a,b",
        b'3,"a\nb\xff\nc"',
        b'4,a"b"',
        b'5,"a"b',
        "6,Fünf.".encode(),
        b'7,"open',
        b"8,c",
    ]
    source = write(tmp_path / "a.csv", b"\n".join([b"id,text", *rows]))
    assert [(row[0], row[3]) for row in documents(source, bad_input="skip")] == [
        ("1", "One.\nTwo."),
        ("4", 'a"b"'),
        ("6", "Fünf."),
    ]
    source = write(tmp_path / "a.tsv", b"\n".join([b"id\ttext", b"1\tOne.", b"2", b"3\t\xff", b"4\tTwo."]))
    for piece_bytes in (1 << 20, 1, 9):
        assert [row[0] for row in documents(source, piece_bytes, bad_input="skip")] == ["1", "4"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([b"Cats sleep.", "Fünf 六.".encode(), b"", b"caf\xe9", b"\xff"]), min_size=1, max_size=40),
    st.integers(1, 9),
    st.sampled_from(["string", "binary", "dictionary"]),
)
def test_rows_of_columns_are_those_without_the_bad_ones(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], group: int, kind: str
) -> None:
    values = pa.array(texts, pa.binary())
    if kind != "binary":
        values = values.view(pa.string())
    if kind == "dictionary":
        values = pa.DictionaryArray.from_arrays(pa.array(range(len(texts))), values)
    table = pa.table({"text": values})
    rows = [
        (None, row, None, text.decode()) for row, text in enumerate(texts, 1) if b"\xe9" not in text and text != b"\xff"
    ]
    folder = tmp_path_factory.getbasetemp()
    pq.write_table(table, folder / "a.parquet", row_group_size=group)
    with pa.ipc.new_file(folder / "a.arrow", table.schema) as file:
        file.write_table(table, max_chunksize=group)
    with pa.ipc.new_stream(folder / "b.arrow", table.schema) as file:
        file.write_table(table, max_chunksize=group)
    for name in ("a.parquet", "a.arrow", "b.arrow")[kind == "dictionary" :]:
        [source] = sources.expand([str(folder / name)])
        for piece_bytes in (1 << 20, 1):
            assert documents(source, piece_bytes, bad_input="skip") == rows, name
        if len(rows) < len(texts):
            first = next(row for row, text in enumerate(texts, 1) if row not in {row[1] for row in rows})
            with pytest.raises(InputError, match=rf"{name}, row {first}: not UTF-8"):
                documents(source, 1)


def test_what_is_damaged_is_left_out_and_the_rest_is_kept(tmp_path: Path) -> None:
    texts = [f"Number {number} sleeps. {'It hunts. ' * 40}" for number in range(900)]
    table = pa.table({"text": texts})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=300, use_dictionary=False, compression="none")
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    for name, opened in (("a.arrow", pa.ipc.new_file), ("b.arrow", pa.ipc.new_stream)):
        with opened(tmp_path / name, table.schema, options=options) as file:
            file.write_table(table, max_chunksize=300)
    damaged = bytearray((tmp_path / "a.parquet").read_bytes())
    start = damaged.index(b"Number 450 ") - 4
    damaged[start : start + 4] = b"\xff\xff\xff\x7f"  # the length of a value
    found = documents(write(tmp_path / "a.parquet", bytes(damaged)), 1, bad_input="skip")
    numbers = [int(row[3].split()[1]) for row in found]
    assert set(numbers) >= {*range(300), *range(600, 900)} and not {*range(450, 600)} & set(numbers)
    assert all(row[1] == number + 1 for row, number in zip(found, numbers, strict=True))
    for name in ("a.arrow", "b.arrow"):
        data = bytearray((tmp_path / name).read_bytes())
        places = [at for at in range(len(data) - 4) if data[at : at + 4] == b"\x28\xb5\x2f\xfd"]  # start of zstd data
        data[places[len(places) // 2] + 4 : places[len(places) // 2] + 12] = b"\xff" * 8
        found = documents(write(tmp_path / name, bytes(data)), 1, bad_input="skip")
        numbers = {int(row[3].split()[1]) for row in found}
        assert set(range(300)) <= numbers and 450 not in numbers, name
        with pytest.raises(InputError, match="damaged Arrow data"):
            documents(write(tmp_path / name, bytes(data)), 1)


PAGE = "<page><title>%s</title><ns>0</ns><id>%d</id><revision><text>%s</text></revision></page>"


def test_pages_books_and_archives_too(tmp_path: Path) -> None:
    pytest.importorskip("resiliparse")
    pages = [PAGE % (name, number, f"{name} is here.") for number, name in enumerate(("One", "Two", "Three"), 1)]
    dump = "<mediawiki><siteinfo></siteinfo>" + "".join(pages)
    bad = dump.encode().replace(b"Two is", b"T\xffo is")
    assert [row[0] for row in documents(write(tmp_path / "a.xml", bad), bad_input="skip")] == ["1", "3"]
    torn = (dump + "</mediawiki>").encode()[:-80]
    for name, data in (("b.xml", torn), ("b.xml.xz", lzma.compress(dump.encode() * 50)[:-9])):
        assert documents(write(tmp_path / name, data), bad_input="skip")[0][0] == "1"
        with pytest.raises(InputError):
            documents(write(tmp_path / name, data))
    chapters = {f"{name}.xhtml": page(f"<p>{name} of the book.</p>") for name in ("one", "two")}
    whole = book(chapters)
    assert len(documents(write(tmp_path / "a.epub", whole), bad_input="skip")) == 2
    assert documents(write(tmp_path / "b.epub", whole[:-40]), bad_input="skip") == []
    assert documents(write(tmp_path / "a.nxml", "<article><front></article>"), bad_input="skip") == []
    html = web_page("The mill opens in May.", title="The mill").encode()
    for name, of in (("a.warc", plain), ("a.warc.gz", by_record)):
        data = of([record(answer(html))] * 30)[:-60]
        assert 20 < len(documents(write(tmp_path / name, data), bad_input="skip")) < 30, name
        with pytest.raises(InputError):
            documents(write(tmp_path / name, data))


def test_what_is_skipped_is_counted_and_reported(tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bertprep.sentences.cutting.SMALLEST_BYTES", 400)
    line = b'{"text": "Cats number %d sleep all day. They hunt at dusk."}\n'
    content = b"".join(b"{bad \xff %d\n" % number if number % 10 == 4 else line % number for number in range(100))
    write(tmp_path / "a.jsonl", content)
    digests = []
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        to = ("segment", tmp_path / "a.jsonl", "-o", out, "--workers", workers, "--validation-share", 0)
        if workers == 1:
            code, _, err = command(*to)
            assert code == 3 and not out.exists()
            assert "--bad-input skip leaves it out" in err and "line 5: not UTF-8 (byte 0xff)" in err
        code, shown, _ = command(*to, "--bad-input", "skip")
        assert code == 0 and "10 lines not in UTF-8" in shown
        first = [f"a.jsonl, line {number} (not UTF-8)" for number in (5, 15, 25)]
        assert f"bad input skipped, first: {'; '.join(first)}; listed in {out}/rejected.jsonl" in shown
        manifest = json.loads((out / "manifest.json").read_bytes())
        assert manifest["skipped"] == first and manifest["counters"]["lines_not_utf8"] == 10
        rejected = [json.loads(line) for line in (out / "rejected.jsonl").read_bytes().splitlines()]
        assert [each["line"] for each in rejected] == list(range(5, 100, 10))
        assert rejected[1] == {"file": "a.jsonl", "line": 15, "reason": "not UTF-8", "text": "{bad \\xff 14"}
        digests.append((manifest["digest"], (out / "rejected.jsonl").read_bytes()))
    assert digests[0] == digests[1]
    assert command("verify", out)[0] == 0 and "nothing to do" in command(*to, "--bad-input", "skip")[1]


def test_the_error_tells_the_first_wrong_places_of_each_kind(tmp_path: Path, command) -> None:
    lines = ['{"text": "Cats sleep."}'] * 90
    for number in range(30):
        lines[2 * number + 1] = "{bad"
    lines[80], lines[82] = '{"txt": 1}', '{"txt": 1}'
    write(tmp_path / "a.jsonl", "\n".join(lines))
    err = command("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out")[2]
    places = ", ".join(str(2 * number) for number in range(1, 21))
    assert "a.jsonl, line 2: not JSON" in err
    assert f"lines {places} and 10 more (not a JSON object); lines 81, 83 (no text field)" in err
    assert "--bad-input skip leaves such places out" in err and err.count("\n") == 1
    write(tmp_path / "b.jsonl", '{"body": "Cats sleep."}\n' * 9)
    err = command("segment", tmp_path / "b.jsonl", "-o", tmp_path / "out")[2]
    assert "name one with --text-field" in err and "skip" not in err  # skipping would leave nothing


def test_a_file_without_the_text_column_is_left_out_as_one(tmp_path: Path, command) -> None:
    table = pa.table({"body": ["Cats sleep."] * 30})
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "a.parquet", row_group_size=5)
    with pa.ipc.new_file(tmp_path / "in" / "a.arrow", table.schema) as writer:
        writer.write_table(table, 5)
    for name in ("a.tsv", "a.csv", "b.csv.gz"):
        rows = b"id,body\n" + b'1,"Cats sleep."\n' * 30
        write(tmp_path / "in" / name, gzip.compress(rows) if name.endswith(".gz") else rows)
    names = sorted(path.name for path in (tmp_path / "in").iterdir())
    for name in names:
        source = write(tmp_path / "in" / name, (tmp_path / "in" / name).read_bytes())
        assert documents(source, 1, bad_input="skip") == documents(source, bad_input="skip") == []
        with pytest.raises(InputError, match=r"no column 'text'; .* name one with --text-field$"):
            documents(source)
    write(tmp_path / "in" / "good.jsonl", GOOD[0] + b"\n")
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--bad-input", "skip")
    code, shown, _ = command(*to, "--validation-share", 0)
    assert code == 0 and "5 files without the text column" in shown
    rejected = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_bytes().splitlines()]
    assert sorted(each["file"] for each in rejected) == names and "no column 'text'" in rejected[0]["text"]


def test_the_report_is_bounded(tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_input, "MOST_OF_TASK", 7)
    for number in range(3):
        write(tmp_path / "in" / f"{number}.txt", b"Good one.\n\n" + (b"\xff" * 5000 + b"\n\n") * 30)
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--bad-input", "skip")
    code, shown, _ = command(*to, "--validation-share", 0)
    assert code == 0 and "90 lines not in UTF-8" in shown
    rejected = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_bytes().splitlines()]
    assert 7 <= len(rejected) <= 60 and all(len(each["text"]) <= 4 * bad_input.SAMPLE_BYTES for each in rejected)


def test_nothing_left_is_told_with_what_was_skipped(tmp_path: Path, command) -> None:
    write(tmp_path / "b.jsonl", b"{bad\n")
    code, _, err = command("segment", tmp_path / "b.jsonl", "-o", tmp_path / "b", "--bad-input", "skip", "--workers", 1)
    assert code == 3 and "1 line that is not a JSON object" in err


def test_what_was_wrong_without_a_line_is_counted():
    found = bad_input.Collected()
    for count, words in ((1, "1 chapter that cannot be read"), (2, "2 chapters that cannot be read")):
        found.add(bad_input.CHAPTER_DAMAGED, None, b"")
        assert found.counts == {bad_input.CHAPTER_DAMAGED: count}
        told = bad_input.others_in_words(found.first, found.counts, 0)
        assert told == words
