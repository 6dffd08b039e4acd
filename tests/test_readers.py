"""Each format gives the documents that were written, whatever it is packed in, and is known by name or content."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import COMPRESS, documents, json_lines, pieces, texts, write

from bertprep import files, readers
from bertprep.errors import InputError
from bertprep.files import Source
from bertprep.settings import SegmentSettings

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
    return readers.format_of(source, SegmentSettings())


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
    with pytest.raises(InputError, match="binary data of a kind that is not known"):
        format_of(write(tmp_path / "corpus", b"\x7fELF\0\0\0"))


# plain text


def test_a_file_may_be_a_document(tmp_path: Path) -> None:
    source = write(tmp_path / "a.txt", PLAIN)
    assert texts(source, document_separator="file") == [PLAIN]
    assert texts(source) == ["One. Two.\nThree.", "Four.", "Fünf 六.\n"]


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
    (source,) = files.expand([str(tmp_path / "a.parquet")])
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
    pq.write_table(pa.table({"content": text, "id": [3, 4, 5]}), tmp_path / "a.pq")
    (source,) = files.expand([str(tmp_path / "a.pq")])
    assert documents(source, text_field="content") == [
        ("3", None, None, "a"),
        ("4", None, None, ""),
        ("5", None, None, "b"),
    ]


def test_parquet_without_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    (source,) = files.expand([str(tmp_path / "a.parquet")])
    assert documents(source) == []
