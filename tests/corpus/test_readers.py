"""Each format gives the documents that were written, with any compression, and is detected by name or content."""

import csv
import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import COMPRESS, documents, json_lines, pieces, texts, write
from hypothesis import given
from hypothesis import strategies as st

from bertprep.core.errors import InputError, UsageError
from bertprep.corpus import sources
from bertprep.corpus.detection import by_name, with_format
from bertprep.corpus.formats import jsonl
from bertprep.corpus.sources import Source
from bertprep.sentences.settings import SegmentSettings

PLAIN = "One. Two.\nThree.\n\nFour.\n\nFünf 六.\n"
LINES = json_lines({"id": "a", "title": "A", "text": "One."}, {"text": "Two\nThree"}, {"id": 7, "text": ""})
DUMP = """<mediawiki xml:lang="en"><siteinfo><namespaces><namespace key="0" /></namespaces></siteinfo>
<page><title>A</title><ns>0</ns><id>12</id><revision><text>An '''article'''.</text></revision></page></mediawiki>"""


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize(("name", "content"), [("a.txt", PLAIN), ("a.jsonl", LINES), ("a.xml", DUMP)])
def test_packed_gives_what_plain_gives(tmp_path: Path, ending: str, name: str, content: str) -> None:
    plain = documents(write(tmp_path / name, content))
    data, half = content.encode(), len(content) // 2
    compress = COMPRESS[ending]
    assert documents(write(tmp_path / (name + ending), compress(data))) == plain
    assert documents(write(tmp_path / (name + ending), compress(data[:half]) + compress(data[half:]))) == plain


def format_of(source: Source) -> str:
    return with_format(source, SegmentSettings()).format


@pytest.mark.parametrize(("content", "kind"), [(PLAIN, "text"), (LINES, "jsonl"), (DUMP, "wikipedia"), ("", "text")])
def test_formats_are_known_by_content(tmp_path: Path, content: str, kind: str) -> None:
    assert format_of(write(tmp_path / "corpus", content)) == kind
    assert format_of(write(tmp_path / "corpus", "\ufeff\n  " + content)) == kind
    assert format_of(write(tmp_path / "corpus.gz", COMPRESS[".gz"](content.encode()))) == kind


def test_what_the_settings_say_comes_first(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", LINES)
    assert texts(source)[0].startswith('{"id"')
    assert texts(source, format="jsonl")[0] == "One."


def test_binary_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="binary data of unknown format"):
        format_of(write(tmp_path / "corpus", b"\x7fELF\0\0\0"))


# plain text


def test_a_file_may_be_a_document(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", PLAIN)
    assert texts(source, document_separator="file") == [PLAIN]
    assert texts(source) == ["One. Two.\nThree.", "Four.", "Fünf 六.\n"]


WIKITEXT = " \n = Mill = \n \n It is old . \n = = Use = = \n \n It grinds . \n = Bridge = \n"


def test_documents_are_parted_by_what_the_user_names(tmp_path: Path) -> None:
    cases = [
        ("line", "A.\n\n B.\r\nC.\rD.", [(1, "A."), (3, "B."), (4, "C."), (5, "D.")]),
        ("blank-line", "A.\r\rB.\n\u3000\nC.\n\xa0\r\n\tD.\r\r\nE.", [(1, "A."), (3, "B."), (5, "C."), (7, "D.\r\r\nE.")]),
        ("<|endoftext|>", "<|endoftext|>A.\n\nB.<|endoftext|>\nC.<|endoftext|>", [(1, "A.\n\nB."), (4, "C.")]),
        ("-----", "One.\n-------------\nTwo.\n-----\n-----\nThree.", [(1, "One."), (3, "Two."), (6, "Three.")]),
    ]  # fmt: skip
    for separator, content, expected in cases:
        found = documents(write(tmp_path / "a.txt", content), document_separator=separator)
        assert [(line, text.strip()) for _, line, _, text in found] == expected, separator
    found = documents(write(tmp_path / "a.txt", WIKITEXT), document_separator="re: = ([^=].*) = ")
    assert [(line, title, text.strip()) for _, line, title, text in found] == [
        (4, "Mill", "It is old . \n = = Use = = \n \n It grinds ."),
        (9, "Bridge", ""),
    ]


@pytest.mark.parametrize(
    ("separator", "told"),
    [
        ("", "needs a character"),
        ("lines", "did you mean line"),
        ("re:[", "not a valid regular expression"),
        ("re:.*", "matches an empty line"),
    ],
)
def test_separators_that_cannot_be_meant_are_refused(separator: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        SegmentSettings(document_separator=separator)


def test_separators_that_part_nothing_are_told(tmp_path: Path, command) -> None:
    write(tmp_path / "a.txt", "A line of words is here. Here is another one.\n" * 1000)
    to = ("-o", tmp_path / "out", "--workers", 1, "--validation-share", 0)
    for separator, told in (("=====", "is nowhere"), ("re:=+", "fits no whole line")):
        code, _, err = command("segment", tmp_path / "a.txt", *to, "--document-separator", separator)
        assert code == 3 and told in err and not (tmp_path / "out").exists()
    for separator, is_told in (("blank-line", True), ("file", False)):
        code, _, err = command("segment", tmp_path / "a.txt", *to, "--document-separator", separator, "--overwrite")
        assert code == 0 and ("1 of 1 file is one long document" in err) == is_told
    write(tmp_path / "a.txt", WIKITEXT)
    assert "headings such as = Title = of WikiText" in command("segment", tmp_path / "a.txt", *to, "--overwrite")[2]


# JSON lines


def test_fields_of_json_lines(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", LINES)
    assert documents(source) == [("a", None, "A", "One."), (None, 2, None, "Two\nThree"), ("7", None, None, "")]
    other = write(tmp_path / "b.jsonl", json_lines({"body": "x", "url": "u", "head": 5, "text": 1}))
    assert documents(other, text_field="body", id_field="url", title_field="head") == [("u", None, "5", "x")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('{"text": null}', ""),
        ('{"text": "\\ud83d\\ude00 \\u00e9"}', "😀 é"),
        ('{"text": "half \\ud83d pair"}', "half ? pair"),
        ('{"text": "a", "other": NaN}', "a"),
        ('{"text": "old", "text": "new"}', "new"),
        ('  {"x": {"text": "no"}, "text": "yes"}  ', "yes"),
        ('{"text": "tab\\there", "x": [{"y": 1}, {}]}', "tab\there"),
        ('{"\\u0074ext": "escaped name"}', "escaped name"),
    ],
)
def test_odd_lines_of_json(tmp_path: Path, line: str, text: str) -> None:
    for content in (line, line + "\n", f'{{"text": "before"}}\n{line}\r\n\n{{"text": "after"}}'):
        found = documents(write(tmp_path / "a.jsonl", content))
        assert text in [row[3] for row in found]
        assert [row[1] for row in found] in ([1], [1, 2, 4])


def test_ids_of_every_kind(tmp_path: Path) -> None:
    ids = [1, 2**70, "x", None, 1.5, True, [1, "é"], {"a": None}]
    source = write(tmp_path / "a.jsonl", json_lines(*({"id": one, "text": "t"} for one in ids)))
    assert [row[0] for row in documents(source)] == [
        "1",
        str(2**70),
        "x",
        None,
        "1.5",
        "true",
        '[1, "\\u00e9"]',
        '{"a": null}',
    ]


def test_plain_lines_are_parsed_at_once_and_the_others_as_they_were(tmp_path: Path, monkeypatch) -> None:
    rows = [
        {"id": number, "text": f'Text {number} \u00e9 \\ " \n\0 😀', "other": [{"text": "no"}]} for number in range(50)
    ]
    plain = json_lines(*rows)
    source = write(tmp_path / "a.jsonl", plain)
    found = documents(source)
    assert found == [(str(row["id"]), None, None, row["text"]) for row in rows]
    assert documents(write(tmp_path / "a.jsonl", plain.replace("\n", "\r\n"))) == found
    monkeypatch.setattr(jsonl._LineParser, "rows", None)
    assert documents(write(tmp_path / "a.jsonl", plain)) == found
    monkeypatch.undo()
    monkeypatch.setattr(jsonl, "parse_at_once", lambda *_: None)
    assert documents(source) == found


@pytest.mark.parametrize(
    "odd", ['{"text":\n"a"}\n{"text": "b"}{"text": "c"}', '{"text": "a"} {"text": "b"}', '{"text": "a"},']
)
def test_an_object_is_a_line(tmp_path: Path, odd: str) -> None:
    with pytest.raises(InputError, match="line 2: not JSON"):
        documents(write(tmp_path / "a.jsonl", f'{{"text": "first"}}\n{odd}\n'))


# Parquet


def test_row_groups_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([str(number) if number % 3 else None for number in range(100)]),
            "title": pa.array([f"T{number}" for number in range(100)]),
            "text": pa.array([f"Text {number} " * number if number % 7 else None for number in range(100)]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=9)
    (source,) = sources.expand([str(tmp_path / "a.parquet")])
    expected = [
        (name, None if name else number, title, text or "")
        for number, (name, title, text) in enumerate(zip(*table.to_pydict().values(), strict=True), 1)
    ]
    assert documents(source) == expected
    assert len(pieces(source, 1)) == 12
    for piece_bytes in (1, 2000, 1 << 20):
        assert documents(source, piece_bytes) == expected


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_strings_of_every_kind(tmp_path: Path, kind: pa.DataType) -> None:
    text = pa.array(["a", None, "b"]).cast(kind)
    try:
        pq.write_table(pa.table({"content": text, "id": [3, 4, 5]}), tmp_path / "a.pq")
    except pa.ArrowNotImplementedError:
        pytest.skip("pyarrow before 21 writes no string views")
    (source,) = sources.expand([str(tmp_path / "a.pq")])
    assert documents(source, text_field="content") == [
        ("3", None, None, "a"),
        ("4", None, None, ""),
        ("5", None, None, "b"),
    ]


def test_parquet_without_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    (source,) = sources.expand([str(tmp_path / "a.parquet")])
    assert documents(source) == []


# Arrow

COLUMNS = {
    "id": [f"n{number}" if number % 3 else None for number in range(100)],
    "text": [f"Text {number} é. " * number if number % 7 else None for number in range(100)],
    "more": list(range(100)),
}
EXPECTED = [
    (name, None if name else number, None, text or "")
    for number, (name, text) in enumerate(zip(COLUMNS["id"], COLUMNS["text"], strict=True), 1)
]


@pytest.mark.parametrize("opened", [pa.ipc.new_stream, pa.ipc.new_file])
@pytest.mark.parametrize("compression", [None, "zstd"])
def test_batches_of_arrow(tmp_path: Path, opened, compression: str | None) -> None:
    path = tmp_path / "a.arrow"
    table = pa.table(COLUMNS)
    with opened(path, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as out:
        out.write_table(table, max_chunksize=9)
    (source,) = sources.expand([str(path)])
    assert len(pieces(source, 1)) == 12
    for piece_bytes in (1, 2000, 1 << 20):
        assert documents(source, piece_bytes) == EXPECTED
    path.rename(tmp_path / "unnamed")
    assert format_of(sources.expand([str(tmp_path / "unnamed")])[0]) == "arrow"
    (remote,) = sources.expand([f"file://{tmp_path}/unnamed"])
    assert documents(remote, 2000) == EXPECTED


def test_a_stream_of_arrow_that_does_not_end_where_its_file_does_is_refused(tmp_path: Path) -> None:
    path, table = (
        tmp_path / "a.arrow",
        pa.table({"text": ["One.", "Two.", "Three."], "n": pa.array([0, -1, 0], pa.int32())}),
    )
    with pa.ipc.new_stream(path, table.schema) as out:
        out.write_table(table, max_chunksize=1)
    whole = path.read_bytes()
    batches = [at for at in range(len(whole)) if whole[at : at + 4] == b"\xff" * 4 and at % 8 == 0][1:]
    for data, problem in (
        (whole[:-8], "no end-of-stream marker"),
        (whole[: batches[-2]], "no end-of-stream marker"),
        (whole[: batches[0]], "no end-of-stream marker"),
        (whole + whole, "bytes? after"),
        (whole + b"\0", "bytes? after"),
        (whole[:-20], "Arrow file"),
    ):
        path.write_bytes(data)
        for name in (str(path), f"file://{path}"):
            with pytest.raises(InputError, match=problem):
                documents(sources.expand([name])[0])


def test_arrow_without_batches(tmp_path: Path) -> None:
    with pa.ipc.new_stream(tmp_path / "a.arrow", pa.schema({"text": pa.string()})):
        pass
    assert documents(sources.expand([str(tmp_path / "a.arrow")])[0]) == []


def test_folders_that_datasets_saves(tmp_path: Path, command) -> None:
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_dict(COLUMNS)
    made.save_to_disk(tmp_path / "one", num_shards=3)
    datasets.DatasetDict({"train": made, "test": made.select(range(10))}).save_to_disk(tmp_path / "two")
    found = [source for source in sources.expand([str(tmp_path / "one")]) if by_name(source)]
    rows = [(row[0], row[2], row[3]) for source in found for row in documents(source)]
    assert rows == [(row[0], row[2], row[3]) for row in EXPECTED]
    code, out, err = command("segment", tmp_path / "two", "-o", tmp_path / "out", "--workers", "1", "--json")
    assert code == 0, err
    assert json.loads(out)["counters"]["documents_read"] == 110


# CSV


def test_fields_of_csv(tmp_path: Path) -> None:
    content = 'id,text,title\n1,"One, ""two"".\n\nThree.",T\n\n2,Fünf.,\n,"",U\n'
    expected = [("1", None, "T", 'One, "two".\n\nThree.'), ("2", None, None, "Fünf."), (None, 7, "U", "")]
    assert documents(write(tmp_path / "a.csv", content)) == expected
    assert documents(write(tmp_path / "a.csv", "\ufeff" + content)) == expected
    assert documents(write(tmp_path / "a.csv", content.rstrip("\n"))) == expected
    windows = [(name, line, title, text.replace("\n", "\r\n")) for name, line, title, text in expected]
    assert documents(write(tmp_path / "a.csv", content.replace("\n", "\r\n"))) == windows
    for ending, compress in COMPRESS.items():
        assert documents(write(tmp_path / f"a.csv{ending}", compress(content.encode()))) == expected


@pytest.mark.parametrize(
    ("name", "separator"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("b", ",")]
)
def test_separators_of_csv(tmp_path: Path, name: str, separator: str) -> None:
    rows = [("id", "text"), ("7", 'a, b; c | d "e"'), ("8", "f")]
    quoted = [separator.join('"' + field.replace('"', '""') + '"' for field in row) for row in rows]
    source = write(tmp_path / name, "\n".join(quoted))
    assert format_of(source) == "csv"
    assert documents(source) == [("7", None, None, rows[1][1]), ("8", None, None, "f")]


def test_one_column_of_csv(tmp_path: Path) -> None:
    assert documents(write(tmp_path / "a.csv", "text\na\nb\n")) == [(None, 2, None, "a"), (None, 3, None, "b")]
    assert documents(write(tmp_path / "a.csv", "body\na\n"), text_field="body") == [(None, 2, None, "a")]


@given(st.lists(st.lists(st.text(st.sampled_from('ab,;"\n\r\té'), max_size=8), min_size=3, max_size=3), max_size=6))
def test_whatever_csv_writes_is_read(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["id", "text", "title"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        found = documents(write(Path(folder) / "a.csv", buffer.getvalue()))
    assert [(row[0], row[3], row[2]) for row in found] == [
        (name or None, text, title or None) for name, text, title in rows
    ]


def test_a_long_field_of_csv(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.csv", "text\n" + "x" * 300_000 + "\n")) == ["x" * 300_000]


# WikiExtractor

DOCS = """<doc id="12" url="https://en.wikipedia.org/wiki?curid=12" title="A &amp; "B"">
A & "B"

One sentence, 5 &lt; 6.

A section.
- more
</doc>

<doc id="13" revid="5" url="u" title="C">
Text only.
</doc>
<doc id="14" url="u" title="Empty">
Empty

</doc>
"""


def test_docs_of_wikiextractor(tmp_path: Path) -> None:
    expected = [
        ("12", None, 'A & "B"', "One sentence, 5 < 6.\n\nA section.\n- more"),
        ("13", None, "C", "Text only."),
        ("14", None, "Empty", ""),
    ]
    for name in ("AA/wiki_00", "docs"):
        source = write(tmp_path / name, DOCS)
        assert format_of(source) == "wikiextractor"
        for piece_bytes in (1, 50, 140, 1 << 20):
            assert documents(source, piece_bytes) == expected
    packed = write(tmp_path / "AA" / "wiki_01.bz2", COMPRESS[".bz2"](DOCS.encode()))
    assert documents(packed) == expected


def test_json_of_wikiextractor(tmp_path: Path) -> None:
    content = json_lines(
        {"id": "12", "url": "u", "title": "A", "text": "One.\nTwo."}, {"id": "13", "title": "B", "text": "C."}
    )
    source = write(tmp_path / "AA" / "wiki_00", content)
    assert format_of(source) == "wikiextractor"
    expected = [("12", None, "A", "One.\nTwo."), ("13", None, "B", "C.")]
    for piece_bytes in (1, 50, 1 << 20):
        assert documents(source, piece_bytes) == expected


HEADS = (
    '<doc id="7" url="u" title="Aven" language="en" revision="991">',
    '<doc title="Aven" id="7">',
    '<doc revision="991" id="7" language="en" url="u" title="Aven" >\r',
    '<doc id="7" url="u" title="Aven" nonfiltered="1" processed="1" dbindex="0">',
)
LEFT = {  # output of the program, and what our own reader of dumps gives
    'Aven (, , local: "Abben"), formally Aven (), is a town.': 'Aven (local: "Abben"), formally Aven, is a town.',
    '&lt;templatestyles src="A/styles.css" /&gt;__NOTOC__\nIt has a mill.': "It has a mill.",
    "If formula_12 is codice_3, it stops (formula_4).": "If is, it stops.",
    "It has a [[mill|stone mill]] and [[file]] ''here''.": "It has a stone mill and file here.",
    "thumb|300px|The mill\nIt grinds.\n|- style=x\n| a || b": "It grinds.",
    "File:Mill.jpg|thumb|The mill": "",
    "One paragraph\nand another.\n\nA third, 5 &lt; 6 &amp;amp; so on.": "One paragraph\nand another.\n\nA third, 5 < 6 & so on.",
    "main() and f(x) stay, A|B too.": "main() and f(x) stay, A|B too.",
}


def test_every_header_and_residue_of_wikiextractor(tmp_path: Path) -> None:
    for head in HEADS:
        source = write(tmp_path / "docs", f"{head}\nAven\n\nIt is a town.\n</doc>\n")
        assert format_of(source) == "wikiextractor"
        assert documents(source) == [("7", None, "Aven", "It is a town.")], head
    quoted = '<doc id="8" title=""Weird Al" of Aven" url="u">\n"Weird Al" of Aven\n\nText.\n</doc>\n'
    assert documents(write(tmp_path / "docs", quoted)) == [("8", None, '"Weird Al" of Aven', "Text.")]
    for left, prose in LEFT.items():
        source = write(tmp_path / "wiki_00", f"{HEADS[0]}\nAven\n\n{left}\n</doc>\n")
        assert texts(source) == [prose]
        plain = left.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        source = write(tmp_path / "wiki_01", json_lines({"id": "7", "title": "Aven", "text": f"Aven\n\n{plain}"}))
        assert texts(source) == [prose]


# files in folders


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text"),
        ("a.JSON.gz", "jsonl"),
        ("a.ndjson.zst", "jsonl"),
        ("train-00000-of-00002.parquet", "parquet"),
        ("data-00000-of-00001.arrow", "arrow"),
        ("a.feather", "arrow"),
        ("a.tsv.bz2", "csv"),
        ("enwiki-latest-pages-articles.xml.bz2", "wikipedia"),
        ("enwiki-20240101-pages-articles1.xml-p1p41242.bz2", "wikipedia"),
        ("enwiki-20240101-pages-articles-multistream1.xml-p1p41242.bz2", "wikipedia"),
        ("wiki_00", "wikiextractor"),
        ("wiki_17.bz2", "wikiextractor"),
        ("enwiki-latest-pages-articles-multistream-index.txt.bz2", None),
        ("enwiki-20240101-pages-articles-multistream-index1.txt-p1p41242.bz2", None),
        ("dataset_info.json", None),
        ("state.json", None),
        ("cache-1234567890abcdef.arrow", None),
        ("notes.pdf", None),
        ("README", None),
    ],
)
def test_names_tell_formats(name: str, kind: str | None) -> None:
    assert by_name(Source(f"some/{name}", name, 1, 0)) == kind
