"""A JSON file that is an array, or an object that contains one, gives the same documents as its elements in JSON lines."""

import json
from pathlib import Path

import pytest
from corpora import COMPRESS, documents, json_lines, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import json_values
from bertprep.corpus.bad_input import FILE_DAMAGED
from bertprep.corpus.detection import with_format
from bertprep.corpus.json_scan import Elements
from bertprep.corpus.pieces import PieceReader
from bertprep.corpus.reader import reader_of
from bertprep.corpus.refusals import with_others
from bertprep.corpus.sources import Source
from bertprep.sentences.settings import SegmentSettings

LETTERS = st.text(st.sampled_from('ab é"\\,[]{}:\n\r/'), max_size=6)
VALUE = st.recursive(st.none() | st.integers(0, 9) | LETTERS, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
ROWS = st.lists(
    st.fixed_dictionaries({"text": LETTERS | st.lists(LETTERS, max_size=2)}, optional={"id": LETTERS, "other": VALUE}),
    max_size=6,
)
FORMS = (None, 1, "\t")  # of indentation
ROW = {"id": "a", "text": "It rains."}


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(1, 40))
def test_elements_are_read_as_lines_are_wherever_the_file_is_cut(tmp_path_factory, rows: list[dict], size: int) -> None:
    folder = tmp_path_factory.mktemp("json")
    expected = documents(write(folder / "a.jsonl", json_lines(*rows)))
    for number, indent in enumerate(FORMS):
        for around in ((lambda rows: rows), (lambda rows: {"n": [1, "[{"], "v": "}", "data": rows, "more": []})):
            value = around(rows)
            if not rows and isinstance(value, dict):
                continue  # an empty array cannot be recognized as the one with documents
            content = json.dumps(value, indent=indent, ensure_ascii=bool(number % 2))
            source = write(folder / f"{number}{type(value).__name__}.json", content)
            assert documents(source) == expected
            assert documents(source, size) == expected


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(1, 9), st.sampled_from(FORMS))
def test_the_ends_of_elements_do_not_depend_on_blocks(rows: list[dict], size: int, indent: object) -> None:
    content = json.dumps(rows, indent=indent).encode()[1:]
    elements = Elements((content[at : at + size] for at in range(0, len(content), size)), levels=1, is_first=True)
    assert [json.loads(each) for run in elements for each in run] == rows
    assert elements.has_ended and elements.problem is None


def test_a_piece_of_an_array_is_read_without_the_rest_of_its_object(tmp_path: Path, monkeypatch) -> None:
    cut = [
        piece
        for indent in (None, 1)
        for piece in pieces(write(tmp_path / f"{indent}.json", json.dumps({"data": [ROW] * 99}, indent=indent)), 500)
    ]
    assert len(cut) > 9
    monkeypatch.setattr(json_values, "members_of", None)  # would read all of it
    count = 0
    for piece in cut:
        with PieceReader(piece) as reader:
            count += sum(map(len, reader_of(piece.source).read(reader, SegmentSettings(), {})))
    assert count == 2 * 99


def test_arrays_are_read_compressed_in_other_encodings_and_from_any_name(tmp_path: Path) -> None:
    rows = [{"text": f"Tág {number}."} for number in range(3)]
    for content in (json.dumps(rows), json.dumps({"data": rows}), json.dumps({"data": rows}, indent=1)):
        for ending, compress in COMPRESS.items():
            source = write(tmp_path / f"a.json{ending}", compress(content.encode()))
            assert [row[1::2] for row in documents(source, 10)] == [(n + 1, row["text"]) for n, row in enumerate(rows)]
        for encoding in ("utf-16", "utf-8-sig"):
            assert len(documents(write(tmp_path / "b.json", content.encode(encoding)), 10)) == 3
    unnamed = write(tmp_path / "standard-input", json.dumps(rows))
    assert with_format(unnamed, SegmentSettings()).format == "jsonl" and len(documents(unnamed)) == 3
    assert documents(write(tmp_path / "empty.json", "\n[ ]\n")) == []
    assert len(pieces(write(tmp_path / "c.json", json.dumps(100 * rows)), 500)) > 5


def test_which_array_of_an_object_is_meant_is_not_guessed(tmp_path: Path) -> None:
    objects = {
        "squad": {"version": "v2", "data": [{"title": "T", "paragraphs": [{"context": "A."}, {"context": "B."}]}]},
        "rows": {"features": [{"name": "text"}], "rows": [{"row": {"text": "A."}}, {"row": {"text": "B."}}]},
        "paper": {"paper_id": "p", "abstract": [{"text": "A."}], "body_text": [{"text": "B."}, {"text": "C."}]},
        "nested": {"meta": {"data": [{"text": "No."}]}, "text_s": "[{", "items": [{"text": "A."}]},
        "split": {"train": [ROW], "test": [ROW]},
    }
    for indent in (None, 1):
        read = {
            name: write(tmp_path / f"{name}.json", json.dumps(each, indent=indent)) for name, each in objects.items()
        }
        assert [row[2:] for row in documents(read["squad"], 9, text_field="paragraphs.context")] == [("T", "A.\n\nB.")]
        assert [row[-1] for row in documents(read["rows"], 9, text_field="row.text")] == ["A.", "B."]
        assert [row[-1] for row in documents(read["nested"], 9)] == ["A."]
        assert documents(read["paper"], 9, text_field="body_text", id_field="paper_id") == [
            ("p", None, None, "B.\n\nC.")
        ]
        for name, found in (("split", "2 of them"), ("paper", "2 of them"), ("rows", "none of them")):
            with pytest.raises(InputError, match=rf"{name}.json: one JSON object with several arrays .*, and {found}"):
                documents(read[name])
    for name, value in {"line.jsonl": objects["nested"], "line.json": {"n": 1, "parts": [{"head": "A."}]}}.items():
        with pytest.raises(
            InputError, match=r"line.jsonl?, line 1: no field 'text'; it has: .*(items.text|parts.head)"
        ):
            documents(write(tmp_path / name, json.dumps(value) + "\n"))
    table = write(tmp_path / "table.json", json.dumps({"a": ROW, "b": ROW}, indent=1))
    with pytest.raises(InputError, match=r"no field 'text' and no array of objects \(it has: a, b\)"):
        documents(table)
    several = write(tmp_path / "several.json", 2 * json.dumps(ROW, indent=1))
    with pytest.raises(InputError, match="several JSON objects over several lines"):
        documents(several)
    for content in ('{"data": [{"text": "A."}], "data": [{"text": "B."}]}', '{"data": 1,\n "data": [{"text": "B."}]}'):
        with pytest.raises(InputError, match="one JSON object with several members 'data'; give them different names"):
            documents(write(tmp_path / "doubled.json", content))


def skipped(source: Source, size: int) -> tuple[int, list[tuple]]:
    known = SegmentSettings(bad_input="skip")
    found = with_format(source, known)
    count, told = 0, []
    for piece in reader_of(found).pieces(found, size, known):
        with PieceReader(piece) as reader:
            count += sum(map(len, reader_of(found).read(reader, known, {})))
            told += [(each.reason, each.line and each.line + reader.units_before()) for each in reader.skipped.first]
    return count, told


def test_what_is_wrong_is_told_by_element_and_line_and_may_be_skipped(tmp_path: Path) -> None:
    good = json.dumps([ROW] * 6, indent=1)
    wrong = {
        good.replace("It rains", "It\nrains", 1): ("element 1 .line 2.: not JSON .Invalid control character", 5),
        json.dumps([ROW, 5, {"a": 1}, ROW], indent=1): ("element 2 .line 6.: not a JSON object", 2),
        json.dumps([None, ROW, ROW]): ("element 1: not a JSON object", 2),
        json.dumps(["It rains.", ROW]): ("element 1: not a JSON object", 1),
        json.dumps([ROW, {"a": 1}, ROW]): ("element 2: no field 'text'; it has: a", 2),
        json.dumps([ROW])[:-1] + ",]": ("element 2: not JSON", 1),
        json.dumps([ROW, ROW]).replace("}, {", "}, , {"): ("element 2: not JSON", 2),
        json.dumps([ROW, ROW]).replace("}, {", "} {"): ("element 1: not JSON .Extra data", 0),
        json.dumps([ROW, ROW])[:-1] + ",": ("element 3: the JSON does not end", 2),
        good[:-20]: ("element 6 .line 22.: the JSON does not end", 5),
        good.replace('rains."', "rains.", 1): ("element 1 .line 2.: the JSON does not end", 0),
        good[:-1] + "}": ("closed by }", 6),
        good + good: ("something follows its end", 6),
    }
    for content, (message, kept) in wrong.items():
        source = write(tmp_path / "a.json", content)
        with pytest.raises(InputError, match=message):
            documents(source)
        counts = {size: skipped(source, size) for size in (1 << 30, 30)}
        assert counts[1 << 30] == counts[30] and counts[30][0] == kept and counts[30][1], content
    bytes_ = write(tmp_path / "b.json", json.dumps([ROW, {"text": "caf\u00e9"}], ensure_ascii=False).encode("latin-1"))
    with pytest.raises(InputError, match=r"element 2: not UTF-8 \(byte 0xe9"):
        documents(bytes_)
    cut = write(tmp_path / "c.json.gz", COMPRESS[".gz"](good.encode())[:-12])
    assert [reason for reason, _ in skipped(cut, 1 << 30)[1]] == [FILE_DAMAGED]


def test_a_refusal_tells_of_other_elements_by_their_number(tmp_path: Path) -> None:
    source = with_format(write(tmp_path / "a.json", json.dumps([ROW, {}, ROW, 5, *[ROW] * 9])), SegmentSettings())
    (piece,) = reader_of(source).pieces(source, 1 << 30, SegmentSettings())
    with PieceReader(piece) as reader, pytest.raises(InputError) as found:
        list(reader_of(source).read(reader, SegmentSettings(), {}))
    told = str(with_others(found.value, piece, SegmentSettings()))
    assert "element 2 (no text field); element 4 (not a JSON object); --bad-input skip leaves such places out" in told
