"""With `--bad-input skip` what is wrong is left out and counted, and the rest is as if it had never been there."""

import json
from pathlib import Path

import pytest
from corpora import documents, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError

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


def test_what_is_skipped_is_counted_and_the_first_are_named(
    tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bertprep.sentences.cutting.SMALLEST_BYTES", 400)
    line = b'{"text": "Cats number %d sleep all day. They hunt at dusk."}\n'
    content = b"".join(b"{bad\n" if number % 10 == 4 else line % number for number in range(100))
    write(tmp_path / "a.jsonl", content)
    digests = []
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        to = ("segment", tmp_path / "a.jsonl", "-o", out, "--workers", workers, "--validation-share", 0)
        assert command(*to)[0] == 3 and not out.exists()
        code, shown, _ = command(*to, "--bad-input", "skip")
        assert code == 0 and "10 lines not json" in shown
        first = [f"a.jsonl, line {number} (not a JSON object)" for number in (5, 15, 25)]
        assert f"bad input skipped, first: {'; '.join(first)}" in shown
        manifest = json.loads((out / "manifest.json").read_bytes())
        assert manifest["skipped"] == first and manifest["counters"]["lines_not_json"] == 10
        digests.append(manifest["digest"])
    assert digests[0] == digests[1]
    write(tmp_path / "b.jsonl", b"{bad\n")
    code, _, err = command("segment", tmp_path / "b.jsonl", "-o", tmp_path / "b", "--bad-input", "skip")
    assert code == 3 and "1 lines not json" in err
