"""Text in any encoding is read if a mark or the user names it; other text that is not UTF-8 is refused with likely ones."""

import codecs
import csv
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import COMPRESS, documents, pieces, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import UsageError
from bertprep.corpus import encodings, standard_input
from bertprep.corpus import pieces as pieces_module
from bertprep.corpus.settings import ReadSettings

MANY = settings(max_examples=100, deadline=None)
ENCODINGS = (
    *(
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-7",
        "latin-1",
        "windows-1252",
        "windows-1251",
        "koi8-r",
        "gb18030",
    ),
    *("gbk", "big5", "shift-jis", "euc-jp", "iso2022-jp", "euc-kr", "cp037", "ascii", "utf-8", "UTF8"),
)
MARKED = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
}


def as_text(texts: list[str]) -> str:
    return "\n\n".join(texts)


def as_json(texts: list[str]) -> str:
    return "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)


def as_csv(texts: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["text", "n"], *([text, 1] for text in texts)])
    return buffer.getvalue()


def as_docs(texts: list[str]) -> str:
    return "".join(f'<doc id="1" url="u" title="T">\n{text}\n</doc>\n' for text in texts)


WRITERS = {"a.txt": as_text, "a.jsonl": as_json, "a.csv": as_csv, "wiki_00": as_docs}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@MANY
@given(
    st.lists(st.text(st.sampled_from("ab .,é€я中あ한😀"), min_size=1, max_size=30), min_size=1, max_size=5),
    st.sampled_from(ENCODINGS),
    st.sampled_from(sorted(WRITERS)),
    st.integers(1, 60),
    st.sampled_from([*COMPRESS, ""]),
)
def test_what_is_said_is_read_as_utf8_is(
    folder: Path, texts: list[str], encoding: str, name: str, block: int, ending: str
) -> None:
    content = WRITERS[name](texts).encode(encoding, "ignore")
    whole = documents(write(folder / name, content.decode(encoding)))
    packed = COMPRESS[ending](content) if ending else content
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces_module, "BLOCK_BYTES", block)
        found = documents(write(folder / (name + ending), packed), 20, encoding=encoding)
    assert found == whole


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("name", WRITERS)
def test_a_mark_is_enough(tmp_path: Path, mark: bytes, name: str) -> None:
    texts = ["One é. Two 中.", "Three 😀."]
    content = mark + WRITERS[name](texts).encode(MARKED[mark])
    expected = documents(write(tmp_path / name, WRITERS[name](texts)))
    source = write(tmp_path / name, content)
    assert documents(source) == documents(source, 10) == expected
    assert len(pieces(source, 10)) == 1
    assert documents(write(tmp_path / "unnamed", content)) == expected
    assert documents(write(tmp_path / f"{name}.gz", COMPRESS[".gz"](content))) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("name", [*WRITERS, "unnamed"])
def test_without_a_mark_utf16_is_refused_by_name(refused, tmp_path: Path, encoding: str, name: str) -> None:
    texts = ["It’s late. The cat’s asleep, and nobody is awake."] * 20
    content = WRITERS.get(name, as_text)(texts).encode(encoding)
    write(tmp_path / name, content)
    assert f"{name}: not UTF-8 but {encoding} without a byte order mark" in refused(name)
    write(tmp_path / f"{name}.gz", COMPRESS[".gz"](content))
    assert f"use --encoding {encoding}" in refused(f"{name}.gz")


GERMAN = "Über die Straße gehen drei Männer. Sie möchten Käse kaufen, aber der Laden ist längst geschlossen."


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("今天天气很好。我们去公园。\n他有一只狗。", "gbk", "gb18030"),
        ("今天天氣很好，我們去公園散步。孩子們在草地上跑來跑去。", "big5", "big5"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "shift-jis", "cp932"),
        ("오늘은 날씨가 좋습니다. 우리는 공원에 갑니다.", "euc-kr", "cp949"),
        ("Привет, мир. Это обычный русский текст, в котором есть предложения.", "windows-1251", "windows-1251"),
        ("Привет, мир. Это обычный русский текст, в котором есть предложения.", "koi8-r", "koi8-r"),
        ("It cost €5. “Too much,” she said – twice.", "windows-1252", "windows-1252"),
        ("weight;107.4±30.0;12 µg;5½;from 3 to 5 °C", "windows-1252", "windows-1252"),
        ("107.4±30.0", "windows-1252", "windows-1252"),
        ("L’été dernier, nous avons visité l’église à côté.", "windows-1252", "windows-1252"),
        (GERMAN, "windows-1252", "windows-1252"),
        (GERMAN, "latin-1", "windows-1252"),  # the same letters in both
        ("Zażółć gęślą jaźń. Dziękuję bardzo za wszystko, co było.", "windows-1250", "windows-1250"),
    ],
)
def test_the_advice_names_the_encoding(refused, tmp_path: Path, text: str, encoding: str, name: str) -> None:
    write(tmp_path / "a.txt", f"A line.\n{text}\n".encode(encoding))
    said = refused("a.txt")
    assert "a.txt, line 2: not UTF-8 (byte 0x" in said and f"it may be {name} (" in said
    told = f"name the right one, as in --encoding {name}"
    ends = ("; --bad-input skip leaves it out", ". In all: lines 2, 3 (not UTF-8)")
    assert said.rstrip().endswith(tuple(told + end for end in ends))
    assert codecs.lookup(name)
    source = write(tmp_path / "a.txt", f"A line.\n{text}\n".encode(encoding))
    assert documents(source, encoding=name) == [(None, 1, None, f"A line.\n{text}\n")]


def test_a_zero_among_letters_is_not_taken_for_an_encoding(tmp_path: Path) -> None:
    for text in (
        "One sen\0tence. Two.",
        "Ein schö\0ner Tag.\0",
        "One\0.",
        "Ein schö\0ner Tag.",
    ):  # even and odd positions
        assert [found for *_, found in documents(write(tmp_path / "a.txt", text.encode()))] == [text]


def test_a_damaged_line_among_others_is_not_taken_for_an_encoding(refused, tmp_path: Path) -> None:
    good = [json.dumps({"text": f"Ein schöner Tag, Nummer {number}."}, ensure_ascii=False) for number in range(30)]
    write(
        tmp_path / "a.jsonl", "\n".join(good[:20]).encode() + b'\n{"text": "caf\xe9"}\n' + "\n".join(good[20:]).encode()
    )
    said = refused("a.jsonl")
    assert "a.jsonl, line 21: not UTF-8 (byte 0xe9), unlike other lines; the line is damaged" in said
    assert "--encoding" not in said


def test_what_is_not_of_the_encoding_is_refused_with_its_line(refused, tmp_path: Path) -> None:
    content = ("今天天气很好。\n" * 1000).encode("gbk")
    write(tmp_path / "a.txt", content + b"\xff\xff\n" + content)
    assert "a.txt, line 1001: not gb18030 (byte 0xff)" in refused("a.txt", "--encoding=gb18030")
    write(tmp_path / "b.txt", content[:-2])
    assert "b.txt, line 1000: not gb18030 (byte 0xa1)" in refused("b.txt", "--encoding=gb18030")
    write(tmp_path / "c.jsonl", '{"text": "é"}\n'.encode("utf-16") + b"\n")
    assert "c.jsonl, line 2: not utf-16-le" in refused("c.jsonl")


@pytest.mark.parametrize("name", ["hex", "rot13", "no-such", "", "\0", "é"])
def test_unknown_encodings_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not a text encoding known to Python"):
        ReadSettings(encoding=name)


def test_the_encoding_is_that_of_text_files_alone(tmp_path: Path, command) -> None:
    write(tmp_path / "corpus" / "a.txt", "今天天气很好。我们去公园。".encode("gbk"))
    pq.write_table(pa.table({"text": ["他有一只狗。它很老。"]}), tmp_path / "corpus" / "b.parquet")
    line = ("segment", tmp_path / "corpus", "-o", tmp_path / "out", "--workers", "1", "--json", "--encoding", "gbk")
    code, out, err = command(*line)
    assert code == 0, err
    assert json.loads(out)["counters"]["sentences"] == 4
    code, _, err = command(*line[:2], "-o", tmp_path / "other", "--format", "parquet", "--encoding", "gbk")
    assert code == 2 and "--encoding has no effect with --format parquet" in err


@given(st.binary(max_size=300))
def test_any_bytes_may_be_looked_at(data: bytes) -> None:
    assert len(encodings.likely(data)) <= encodings.MOST_GUESSES
    encodings.advice(data)


def test_a_spooled_stream_may_have_a_mark(tmp_path: Path) -> None:
    content = codecs.BOM_UTF16_LE + "One. Two.".encode("utf-16-le")
    with standard_input.spool(io.BufferedReader(io.BytesIO(content)), str(tmp_path / "spool")) as source:
        assert documents(source) == [(None, 1, None, "One. Two.")]
