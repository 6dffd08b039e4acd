"""Several text fields: each is a section of the document, in the order given, the same from every format."""

import csv
import io
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import documents, json_lines, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.counts import WITHOUT_TEXT_FIELD
from bertprep.core.errors import InputError, UsageError
from bertprep.corpus import sources
from bertprep.corpus.detection import with_format
from bertprep.corpus.pieces import PieceReader
from bertprep.corpus.reader import reader_of
from bertprep.corpus.sources import Source
from bertprep.sentences.settings import SegmentSettings

NAMES = ("title", "text", "note")
VALUE = st.none() | st.text(st.sampled_from('ab é.,"'), max_size=4)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, VALUE)), min_size=1, max_size=8)


def write_all(folder: Path, rows: list[dict]) -> dict[str, Source]:
    """Write the same rows in every format with fields; in JSON lines some null fields are missing."""
    table = pa.Table.from_pylist(rows, pa.schema(dict.fromkeys(rows[0], pa.string())))
    kept = [{name: value for name, value in row.items() if value is not None or name == "text"} for row in rows]
    write(folder / "a.jsonl", json_lines(*kept))
    write(folder / "b.jsonl", json_lines(*kept) + "\n")  # a blank line: parsed line by line
    out = io.StringIO()
    csv.writer(out).writerows([list(rows[0]), *([row[name] or "" for name in rows[0]] for row in rows)])
    write(folder / "a.csv", out.getvalue())
    pq.write_table(table, folder / "a.parquet", row_group_size=3)
    with pa.ipc.new_file(folder / "a.arrow", table.schema) as file:
        file.write_table(table, max_chunksize=2)
    names = ("a.jsonl", "b.jsonl", "a.csv", "a.parquet", "a.arrow")
    return {name: sources.expand([str(folder / name)])[0] for name in names}


def counted(source: Source, **options: object) -> dict[str, int]:
    known = SegmentSettings(**options)
    found, total = with_format(source, known), Counter()
    for piece in reader_of(found).pieces(found, 1 << 30, known):
        counters: dict[str, int] = {}
        with PieceReader(piece) as reader:
            list(reader_of(found).read(reader, known, counters))
        total.update({name: count for name, count in counters.items() if name.startswith(WITHOUT_TEXT_FIELD)})
    return {name: count for name, count in total.items() if count}


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_fields_become_sections_in_the_order_given_in_every_format(tmp_path_factory, rows: list[dict]) -> None:
    for order in (("title", "text"), ("note", "text", "title")):
        expected = ["\n\n".join(row[name] for name in order if row[name]) for row in rows]
        missing = {f"{WITHOUT_TEXT_FIELD}{n}": sum(not row[name] for row in rows) for n, name in enumerate(order, 1)}
        missing = {name: count for name, count in missing.items() if count}
        for name, source in write_all(tmp_path_factory.mktemp("fields"), rows).items():
            for size in (1 << 30, 20):
                found = documents(source, size, text_field=",".join(order), title_field="title")
                assert [row[-1] for row in found] == expected, name
            if not name.endswith(".csv"):  # CSV does not distinguish null from empty
                assert [row[2] for row in found] == [row["title"] for row in rows], name
            assert counted(source, text_field=",".join(order)) == missing, name


def test_a_name_may_have_spaces_dots_or_the_comma_itself(tmp_path: Path) -> None:
    for source in write_all(tmp_path, [{"a": "A.", "b": "B.", "a,b": "Both."}]).values():
        assert [row[-1] for row in documents(source, text_field="a,b")] == ["Both."]
        assert [row[-1] for row in documents(source, text_field="b, a")] == ["B.\n\nA."]
        assert [row[-1] for row in documents(source, text_field=["b", "a"])] == ["B.\n\nA."]
    for blank in ("", "\n"):  # parsed at once, and line by line: a null is not text
        rows = json_lines({"a": "A.", "b": "B.", "a,b": None}) + blank
        assert [row[-1] for row in documents(write(tmp_path / "null.jsonl", rows), text_field="a,b")] == ["A.\n\nB."]
    deep = write(tmp_path / "deep.jsonl", json_lines({"a": {"t": "T."}, "b": ["One.", "Two."]}))
    assert [row[-1] for row in documents(deep, text_field="a.t,b")] == ["T.\n\nOne.\n\nTwo."]


def test_a_field_that_is_nowhere_or_no_text_is_named(tmp_path: Path) -> None:
    for name, source in write_all(tmp_path, [{"title": "A", "text": "B"}]).items():
        with pytest.raises(InputError, match="no column 'body'" if "json" not in name else "no field 'head' or 'body'"):
            documents(source, text_field="title,body" if "json" not in name else "head,body")
    wrong = write(tmp_path / "wrong.jsonl", json_lines({"title": "A", "text": "B"}, {"title": "A", "text": {"a": 1}}))
    with pytest.raises(InputError, match="line 2: field 'text' is not a string but an object"):
        documents(wrong, text_field="title,text")
    for value in ("a,,b", "a,a", ",a", ",".join(f"c{number}" for number in range(21))):
        with pytest.raises(UsageError, match="--text-field is"):
            SegmentSettings(text_field=value)


def test_fields_of_html_do_not_run_into_each_other(tmp_path: Path) -> None:
    from bertprep.corpus.web.fields import without_markup

    pytest.importorskip("resiliparse")
    rows = [{"title": "The <i>mill</i>", "text": "opens <p>at six."}, {"title": None, "text": "<p>Shut."}]
    known = SegmentSettings(text_field="title,text", html=True)
    for source in write_all(tmp_path, rows).values():
        found = with_format(source, known)
        for piece in reader_of(found).pieces(found, 1 << 30, known):
            with PieceReader(piece) as reader:
                texts = [
                    text
                    for batch in reader_of(found).read(reader, known, {})
                    for text in without_markup(batch, {}).column("text").to_pylist()
                ]
                assert texts == ["The mill\n\nopens\nat six.", "Shut."]
