"""The fast and the slow way of a reader give the same documents, or the same error about the same line.

For any bytes, and however a file is read: whole, in pieces, by windows, by small blocks.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from corpora import documents, write
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import boundaries, json_at_once, pieces
from bertprep.corpus.formats import jsonl

MANY = settings(max_examples=150, deadline=None)
LONGER_THAN_ANY = 1000  # bytes; larger than any generated document, so that no window cuts one


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def outcome(
    path: Path, piece_bytes: int = 1 << 30, document_separator: str = "blank-line", **names: object
) -> list[tuple] | str:
    """The documents of a file, or its error, with some attributes of the readers' modules replaced."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in names.items():
            module, _, attribute = name.partition("__")
            patch.setattr(
                {"boundaries": boundaries, "pieces": pieces, "jsonl": jsonl, "json_at_once": json_at_once}[module],
                attribute,
                value,
            )
        try:
            return documents(write(path, path.read_bytes()), piece_bytes, document_separator=document_separator)
        except InputError as error:  # without the advice, which depends on what was read together
            return str(error).split("; ")[0].split(", unlike ")[0] if "not UTF-8" in str(error) else str(error)


VALUES = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.integers(-(2**70), 2**70)),
        st.text(st.sampled_from('ab {}[]"\\é中😀\ud800\x00\x01\n\r,:'), max_size=8),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abtext"), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["text", "id", "title", "x"])
OBJECTS = st.dictionaries(FIELDS, VALUES, max_size=4)
DOCUMENTS = st.fixed_dictionaries(
    {"text": st.text(st.sampled_from('ab {}[]"\\é中😀\x00'), max_size=12)},
    optional={"id": st.integers() | st.text(max_size=3) | VALUES, "title": st.text(max_size=3) | VALUES, "x": VALUES},
)
DEPTHS = st.sampled_from([json_at_once.MOST_LEVELS - 1, json_at_once.MOST_LEVELS, 20_000])
ODD_LINES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(b"", b"  ", b"[]", b"7", b"null", b"{}", b'{"text": 12}', b'{"text": null}', b'{"text": ["a"]}', b"{}{}"),
            *(
                b'{"text": "a"} {"text": "b"}',
                b'{"text": "a"}\0{}',
                b'{"text": "a"}\0x}',
                b'{"text": "a", "text": "b"}',
            ),
            *(b'{"text": "a",}', b'{"text": "a" "b": 1}', b"{'text': 'a'}", b'{"text": "a"} x}', b'{"text": "\t"}'),
            *(b'{"text": "a", "n": 01}', b'{"text": "a", "n": NaN}', b'{"text": "a", "n": -Infinity}'),
            *(b'{"text": "a", "n": 1%s}' % (b"0" * 5000), b'{"text": "a", "id": 1%s}' % (b"0" * 5000)),
            *(b'{"text": "a", "id": -0}', b'{"text": "a", "id": 1e2}', b'{"text": "a", "n": 1e999}'),
            *(b'{"text": "\\ud800"}', b'{"text": "\xed\xa0\x80"}', b'\xef\xbb\xbf{"text": "a"}', b'{"text": "a"}\r'),
            *(b'{"text": "a"}\r\r', b'{"text": "a"}\r{"text": "b"}', b'{"text": "\\x"}', b'{"text": "a"'),
            *('{"text": "a"}'.encode("utf-16-le"), '{"text": "a"}'.encode("utf-32"), b'{"te\0xt": "a"}'),
        ]
    ),
    DEPTHS.map(lambda depth: b'{"text": "a", "x": %s%s}' % (b"[" * depth, b"]" * depth)),
    DEPTHS.map(lambda depth: b'{"text": "%s"}' % (b"[" * depth)),
    OBJECTS.map(lambda row: json.dumps(row).encode()),
)
PLAIN_LINES = st.builds(
    lambda row, is_ascii: json.dumps(row, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass"),
    DOCUMENTS,
    st.booleans(),
)


@st.composite
def lines_of_json(draw: st.DrawFn) -> bytes:
    """Mostly valid lines, so that the fast way is used, and one odd line."""
    lines = draw(st.lists(PLAIN_LINES, max_size=6))
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(ODD_LINES))
    return draw(st.sampled_from([b"\n", b"\r\n"])).join(lines) + draw(st.sampled_from([b"", b"\n"]))


@settings(max_examples=50, deadline=None)
@given(lines_of_json(), st.integers(1, 200), st.integers(1, 200))
@example(b'{"text": 12}', 1, 1)
@example(b'{"text": "a"}\n{"text": 12}', 1, 1)
@example(b'{"text": "a"}\n{"text": "b", "x": %s%s}' % (b'{"a":' * 20_000 + b"1", b"}" * 20_000), 50, 50)
@example(b'{"text": "a"}\0}', 1, 1)
def test_both_ways_of_json_lines_agree(folder: Path, content: bytes, size: int, piece_bytes: int) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(content or b"\n")
    whole = outcome(path)
    assert outcome(path, jsonl__parse_at_once=lambda *_: None) == whole
    assert outcome(path, json_at_once__RUN_BYTES=size) == whole
    assert outcome(path, piece_bytes, boundaries__WINDOW_BYTES=size, pieces__BLOCK_BYTES=size) == whole
    assert outcome(path, piece_bytes, jsonl__parse_at_once=lambda *_: None) == whole


def test_the_fast_way_is_taken_for_what_is_plain(tmp_path: Path) -> None:
    rows = [{"id": number, "text": "{[" * 50 + "é", "x": {"y": [1, {}]}} for number in range(100)]
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert outcome(tmp_path / "a.jsonl", jsonl___LineParser=lambda *_: SimpleNamespace(id_before=None)) == [
        (str(row["id"]), None, None, row["text"]) for row in rows
    ]


CELLS = st.text(st.sampled_from('ab,;"\n\r\té\ufeff'), max_size=8).map(str.encode) | st.binary(max_size=4)


@MANY
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=3).map(b",".join), max_size=6),
    st.sampled_from([b"\n", b"\r\n", b"\r", b'"\n', b'\n"']),
    st.integers(1, 30),
)
def test_csv_is_the_same_in_small_blocks(folder: Path, lines: list[bytes], end: bytes, block: int) -> None:
    path = folder / "a.csv"
    path.write_bytes(end.join([b"text,id", *lines]))
    assert outcome(path, pieces__BLOCK_BYTES=block) == outcome(path)


PARTS = st.text(st.sampled_from("ab .é中\u2028=-"), max_size=12).map(str.encode) | st.binary(max_size=3)
BLANKS = st.lists(
    st.sampled_from(
        [
            *(
                "\n",
                "\r\n",
                "\r",
                "\n\n",
                "\r\r",
                "\r\r\n",
                " ",
                "\t",
                "\f",
                "\x1c",
                "\x85",
                "\xa0",
                "\u2003",
                "\u3000",
            ),
            *("---", "= a ="),
        ]
    ),
    max_size=5,
).map(lambda blanks: "".join(blanks).encode())
SEPARATORS = st.sampled_from(["blank-line", "line", "---", "--", "- ", "\u3000-", "re: *= (.*) =", "re:.*b.*"])


@MANY
@given(
    st.lists(st.tuples(PARTS, BLANKS).map(b"".join), max_size=40).map(b"".join),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\n\n"]),
    SEPARATORS,
    st.integers(1, 200),
    st.integers(1, 50),
)
@example("x-\u3000-a".encode(), b"", "\u3000-", 3, 1)
@example(b"a\r\r\nb\n\xe3\x80\x80\n\xe3\x80\x80c", b"", "blank-line", 3, 1)
@example("\x85\n\na\n".encode(), b"", "blank-line", 1, 1)
@example(b"a" + b"-" * 20 + b"b", b"", "---", 4, 1)
@example(b"=\r\n=\r", b"", "line", 1, 1)
def test_text_is_the_same_whole_and_in_pieces(
    folder: Path, content: bytes, start: bytes, separator: str, size: int, block: int
) -> None:
    path = folder / "a.txt"
    path.write_bytes(start + content or b"x")
    whole = outcome(path, document_separator=separator)
    assert outcome(path, size, document_separator=separator, pieces__BLOCK_BYTES=block) == whole
    small = {"boundaries__WINDOW_BYTES": LONGER_THAN_ANY, "pieces__BLOCK_BYTES": block}
    assert outcome(path, document_separator=separator, **small) == whole


@MANY
@given(
    st.lists(st.tuples(st.sampled_from(["ab", "c."]), BLANKS.map(bytes.decode)).map("".join), max_size=30).map("".join)
)
def test_a_blank_line_is_white_space_of_any_kind_between_line_ends_of_any_system(folder: Path, content: str) -> None:
    path = folder / "a.txt"
    path.write_bytes(content.encode() or b"x")
    lines = re.sub(r"\r*\n|\r", "\n", content or "x")
    expected = [part.strip() for part in re.split(r"\n[^\S\n]*\n", lines) if part.strip()]
    found = [re.sub(r"\r*\n|\r", "\n", row[3]).strip() for row in outcome(path)]
    assert found == expected
