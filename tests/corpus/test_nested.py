"""Texts that are lists, fields within objects or bytes: the same documents from every format that supports them."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import documents, json_lines, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import sources

NULL_OR = st.none() | st.text(st.sampled_from("ab é.\n"), max_size=5)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.lists(NULL_OR, max_size=3),
            "deep": st.none() | st.lists(st.none() | st.lists(NULL_OR, max_size=2), max_size=2),
            "article": st.none() | st.fixed_dictionaries({"body": NULL_OR, "title": NULL_OR}),
            "body_text": st.lists(st.fixed_dictionaries({"text": NULL_OR, "section": NULL_OR}), max_size=3),
            "a.b": NULL_OR,
        }
    ),
    max_size=6,
)
STRINGS = pa.list_(pa.string())
SCHEMA = pa.schema(
    {
        "text": STRINGS,
        "deep": pa.large_list(STRINGS),
        "article": pa.struct({"body": pa.binary(), "title": pa.string()}),
        "body_text": pa.list_(pa.struct({"text": pa.large_string(), "section": pa.string()})),
        "a.b": pa.string(),
    }
)
FIELDS = ("text", "deep", "article.body", "body_text", "body_text.text", "a.b")


def write_all(folder: Path, rows: list[dict], schema: pa.Schema | None = None) -> list[sources.Source]:
    """Write the same rows as JSON lines, Parquet and Arrow."""
    table = pa.Table.from_pylist(rows, schema)
    write(folder / "a.jsonl", json_lines(*rows))
    pq.write_table(table, folder / "a.parquet", row_group_size=3)
    with pa.ipc.new_file(folder / "a.arrow", table.schema) as out:
        out.write_table(table, max_chunksize=2)
    return [sources.expand([str(folder / f"a.{ending}")])[0] for ending in ("jsonl", "parquet", "arrow")]


@settings(max_examples=15, deadline=None)  # each example reads thirty files
@given(ROWS)
def test_every_format_gives_the_same_of_nested_values(tmp_path_factory, rows: list[dict]) -> None:
    lines, *others = write_all(tmp_path_factory.mktemp("nested"), rows, SCHEMA)
    for field in FIELDS:
        expected = documents(lines, text_field=field, title_field="article.title")
        assert len(expected) == len(rows)
        for source in others:
            assert documents(source, text_field=field, title_field="article.title") == expected
            assert documents(source, 1, text_field=field, title_field="article.title") == expected


def test_paragraphs_are_parted_by_blank_lines(tmp_path: Path) -> None:
    paper = {
        "id": "p",
        "text": ["One.", "Two."],
        "pdf_parse": {"body_text": [{"text": "A.", "section": "S"}, {"text": "B."}]},
    }
    for source in write_all(tmp_path, [paper]):
        assert documents(source) == [("p", None, None, "One.\n\nTwo.")]
        assert documents(source, text_field="pdf_parse.body_text") == [("p", None, None, "A.\n\nB.")]


BYTES = pa.array(["é.".encode(), b"b"])
KINDS = {
    **{str(kind): BYTES.cast(kind) for kind in (pa.binary(), pa.large_binary(), pa.binary_view())},
    "dictionary": BYTES.dictionary_encode(),
    **{
        str(kind): pa.array([["é."], ["b"]], kind)
        for kind in (
            pa.list_(pa.binary()),
            pa.large_list(pa.string()),
            pa.list_(pa.string(), 1),
            pa.list_view(pa.string()),
        )
    },
}


def test_columns_of_bytes_and_lists_are_read_and_wrong_bytes_refused(tmp_path: Path) -> None:
    for name, column in KINDS.items():
        pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
        with pa.ipc.new_stream(tmp_path / "a.arrow", pa.schema({"text": column.type})) as out:
            out.write_table(pa.table({"text": column}))
        for file in ("a.parquet", "a.arrow"):
            found = documents(sources.expand([str(tmp_path / file)])[0])
            assert [row[-1] for row in found] == ["é.", "b"], name
    pq.write_table(pa.table({"text": pa.array([b"a", b"\xff\xfe"])}), tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"b\.parquet, row 2: not UTF-8 .* --text-field"):
        documents(sources.expand([str(tmp_path / "b.parquet")])[0])


def test_what_holds_no_text_is_refused_with_the_names_within(tmp_path: Path) -> None:
    rows = [{"id": 1, "article": {"body": "A.", "n": 3}, "parts": [{"head": "H."}], "n": [1]}]
    for source in write_all(tmp_path, rows):
        for field, said in {
            "text": "it has: id, article.body, article.n, parts.head, n; name one with --text-field",
            "article.text": "it has: id, article.body",
            "article.body.text": "'article.body.text'",
            "article": "'article' is",
            "parts": "'parts' is",
            "article.n": "'article.n' is",
            "n": "'n' is",
        }.items():
            with pytest.raises(InputError, match=said):
                documents(source, text_field=field)


CALLS = st.lists(
    st.sampled_from(
        [
            *('{"index": {"_type": "page", "_id": "12"}}', '{"create":{"_id":7}}', '{"index": {}}', "", " "),
            *(
                '{"text": "A."}',
                '{"text": "B.", "id": "own", "title": "T"}',
                '{"text": null}',
                ' {"index": {"_id": "x"}}',
            ),
        ]
    ),
    max_size=9,
)


@settings(max_examples=50, deadline=None)
@given(CALLS, st.integers(1, 60))
def test_a_line_of_a_bulk_call_names_the_next_document_whatever_the_cut(tmp_path_factory, lines, piece_bytes) -> None:
    source = write(tmp_path_factory.mktemp("bulk") / "a.json", "".join(f"{line}\n" for line in lines))
    expected, name = [], ""
    for number, line in enumerate(lines, 1):
        row = json.loads(line) if line.strip() else {}
        if "text" in row:
            name = row.get("id") or name
            expected.append((name or None, None if name else number, row.get("title"), row["text"] or ""))
        about = row.get("index") or row.get("create") or {}
        name = str(about.get("_id", ""))
    assert documents(source) == expected
    assert documents(source, piece_bytes) == expected
