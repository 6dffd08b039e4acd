"""CSV and TSV as they occur: quotes that are text, escapes, old line ends, spaces in the header; cut where that is safe."""

import csv
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from corpora import documents, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core import schema
from bertprep.core.errors import InputError
from bertprep.corpus import quotes
from bertprep.corpus.formats import separated
from bertprep.corpus.sources import Source
from bertprep.corpus.web.fields import break_lines


def rows(tmp_path: Path, name: str, content: str, **settings: str) -> list[str]:
    return [row[-1] for row in documents(write(tmp_path / name, content), **settings)]


def test_quotes_are_text_in_tsv_unless_its_header_has_some(tmp_path: Path) -> None:
    content = 'id\ttext\n1\t"Go!" he said.\n2\tIt is 5" long.\n3\tA\\nb\\tc \\\\n \\x.\n4\t\\N\n5\t"open\n'
    found = ['"Go!" he said.', 'It is 5" long.', "A\nb\tc \\n \\x.", "", '"open']
    assert rows(tmp_path, "a.tsv", content) == rows(tmp_path, "a.tab", content) == found
    assert rows(tmp_path, "a.csv", content, quoting="none") == found
    assert rows(tmp_path, "a.tsv", content.replace("\n", "\r\n")) == found
    assert rows(tmp_path, "a.tsv", 'id\ttext\n1\t"a\tb"\n', quoting="standard") == ["a\tb"]
    assert rows(tmp_path, "a.tsv", '"id"\t"text"\n1\t"a\tb"\n') == ["a\tb"]


def test_other_forms_are_read_or_named(tmp_path: Path) -> None:
    escaped = 'id,text\n1,"He \\"did\\" say so, once."\n2,Fine.\n'
    assert rows(tmp_path, "a.csv", escaped, quoting="backslash") == ['He "did" say so, once.', "Fine."]
    with pytest.raises(InputError, match="use --quoting backslash if they are escaped"):
        rows(tmp_path, "a.csv", escaped)
    assert rows(tmp_path, "a.csv", "id,text\r1,One.\r2,Two.\r") == ["One.", "Two."]
    assert rows(tmp_path, "a.tsv", "id\ttext\r1\tOne.\r2\tTwo.") == ["One.", "Two."]
    assert rows(tmp_path, "a.csv", 'id, text\n1, "One, two."\n2, Three.\n') == ["One, two.", "Three."]
    assert rows(tmp_path, "a.csv", "id , text \n1,One.\n") == ["One."]
    with pytest.raises(
        InputError, match=r"a\.tsv, line 3: 3 fields, where the header has 2; a tab .* must be written \\t"
    ):
        rows(tmp_path, "a.tsv", "id\ttext\n1\tOne.\n2\tTwo\tparts.\n")


def test_quotes_that_a_program_put_around_fields_of_tsv_are_warned_of(tmp_path: Path, command) -> None:
    plain, quoted = "It is a cat.\n", '"It says ""no"" to cats, he thinks."\n'
    told = {
        "text\n" + plain * 60 + quoted * 3: True,
        "text\n" + plain * 60 + '"To be seen is all, he thought.\n' * 4 + '"Go!" she said, "or stay."\n' * 4: False,
        "text\n" + plain * 600 + quoted * 2: False,
        "text\n" + plain * 3 + quoted: False,
    }
    for number, (content, is_told) in enumerate(told.items()):
        source = write(tmp_path / f"{number}.tsv", content)
        code, _, err = command("segment", source.path, "-o", tmp_path / f"out{number}", "--workers", 1)
        assert code == 0 and ("use --quoting standard; if they are text, --quoting none" in err) == is_told
    wide = write(tmp_path / "wide.tsv", 'id\ttext\n1\t"It has a\ttab."\n')
    with pytest.raises(
        InputError, match=r"must be written \\t or \\n, or the field be in quotes, with --quoting standard"
    ):
        documents(wide)
    assert documents(wide, quoting="standard")[0][-1] == "It has a\ttab."


CELL = st.text(st.sampled_from('ab "\\n\r,é中'), max_size=6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(CELL, CELL) | st.just(()), max_size=12), st.integers(1, 40), st.booleans())
def test_rows_without_quotes_are_the_same_whatever_the_cut(
    lines: list[tuple[str, ...]], size: int, ended: bool
) -> None:
    content = "\n".join(["id\ttext", *("\t".join(line) for line in lines)]) + ("\n" if ended else "")
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "a.tsv", content)
        whole = documents(source)
        assert documents(source, size) == whole
        assert len(whole) == sum(1 for line in lines if "\t".join(line).strip("\r") or line)
        if len(content.encode()) > size and "\r" not in content:
            assert len(pieces(source, size)) > 1


def test_a_bad_row_of_a_later_piece_is_told_by_its_line(tmp_path: Path) -> None:
    source = write(tmp_path / "a.tsv", "id\ttext\n" + "1\tOne.\n" * 40 + "2\n" + "1\tOne.\n" * 40)
    for size in (1 << 20, 30):
        with pytest.raises(InputError, match=r"a\.tsv, line 42: 1 field, where the header has 2"):
            documents(source, size)


@pytest.mark.parametrize("name", ["a.tsv", "a.csv"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_decoded_the_same_however_many_at_once(tmp_path: Path, monkeypatch, name: str, end: str) -> None:
    separator = "\t" if name == "a.tsv" else ","
    lines = [f"{number}{separator}Zeile {number} käme" for number in range(20)]
    content = "\ufeff" + end.join([f"id{separator}text", *lines, ""])
    source = write(tmp_path / name, content)
    for at_once in (1000, 3, 1):
        monkeypatch.setattr(separated, "LINES_AT_ONCE", at_once)
        assert [row[3] for row in documents(source)] == [f"Zeile {number} käme" for number in range(20)]
    damaged = write(tmp_path / name, content.encode().replace("10 käme".encode(), b"10 k\xe4me"))
    for at_once in (1000, 3, 1):
        monkeypatch.setattr(separated, "LINES_AT_ONCE", at_once)
        with pytest.raises(InputError, match=rf"{name}, line 12: not UTF-8 \(byte 0xe4\)"):
            documents(damaged)


def test_tags_of_line_ends_in_fields_are_line_ends() -> None:
    texts = ["One.<br /><br />Two.<BR>Three.", "a < b <broken", None]
    columns = {name: [None] * 3 for name in schema.DOCUMENTS.names} | {"text": texts}
    batch = pa.RecordBatch.from_pydict(columns, schema=schema.DOCUMENTS)
    assert break_lines(batch)["text"].to_pylist() == ["One.\n\nTwo.\nThree.", "a < b <broken", None]


FIELD = st.text(alphabet='ab",\n é', max_size=6)
STRAY = ['x"y', '"x"y', '"open', "a\rb", '""', ' "x"', '"a\rb"']


def outcome(source: Source, size: int, **settings: str) -> object:
    """The documents, or the first error."""
    try:
        return documents(source, size, **settings)
    except InputError as error:
        return str(error)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=12),
    st.integers(1, 40),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(STRAY) | st.none(),
    st.integers(1, 9),
    st.booleans(),
)
def test_rows_with_quotes_are_the_same_whatever_the_cut(
    rows: list[tuple[str, str]], size: int, end: str, stray: str | None, block: int, skips: bool
) -> None:
    held = io.StringIO()
    csv.writer(held, lineterminator=end).writerows([("id", "text"), *rows])
    lines = held.getvalue().split(end)
    if stray:
        lines.insert(len(lines) // 2, f"1,{stray}")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "BLOCKS", block)
        source = write(Path(folder) / "a.csv", "\ufeff" * (size % 2) + end.join(lines))
        more = {"bad_input": "skip"} if skips else {}
        assert outcome(source, size, **more) == outcome(source, 1 << 20, **more)
        if not stray and size < min(len(f"{a},{b}{end}") for a, b in rows):  # no piece has room for two rows
            assert len(pieces(source, size)) > len(rows)
