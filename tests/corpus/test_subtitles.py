"""Subtitles give the spoken text in whole sentences, without numbers, times and tags."""

from pathlib import Path

import pytest
from corpora import COMPRESS, documents, texts, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus.formats.subtitles import speech

TIMES = "00:00:01,000 --> 00:00:03,000"
CUES = [  # cues in a file, and the resulting paragraphs
    (["- Where were you?\n- At the <i>old</i> mill,", "with Ann."], ["- Where were you?", "- At the old mill, with Ann."]),
    (["{\\an8}It was", "so cold.", "Then it rained."], ["It was so cold.", "Then it rained."]),
    (["He lives with", "Mary."], ["He lives with", "Mary."]),  # nothing shows that the sentence continues
    (["Good.\nSit down.", "and wait"], ["Good. Sit down.", "and wait"]),
    (["<v Anna>Tom &amp; I <00:01.500>left,", "And\ncame back."], ["Tom & I left, And came back."]),
    ([f"Tom &#{'9' * 5000}; left."], ["Tom \ufffd left."]),
    (["we were\nthere", "there\nall day"], ["we were there all day"]),  # rolling captions
    (["今天\n天气很好", "我们去公园"], ["今天天气很好", "我们去公园"]),
    (["-Why?\n–Because 5 - 3 is 2."], ["-Why?", "–Because 5 - 3 is 2."]),
    (["5 < 6 and 2 > 1"], ["5 < 6 and 2 > 1"]),
    (["", " \n"], []),
]  # fmt: skip


def srt(cues: list[str], end: str = "\n") -> str:
    return "\n".join(f"{number}\n{TIMES}\n{cue}\n" for number, cue in enumerate(cues, 1)).replace("\n", end)


def vtt(cues: list[str]) -> str:
    notes = "WEBVTT - a film\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE nobody says\nthis\n\n"
    return notes + "\n".join(f"00:01.000 --> 00:03.000 align:start\n{cue}\n" for cue in cues)


def test_what_is_said_is_whole_in_both_forms_and_all_line_ends() -> None:
    for cues, wanted in CUES:
        ways = [srt(cues), srt(cues, "\r\n"), srt(cues, "\r"), vtt(cues)]
        assert [speech(way).split("\n") if wanted else speech(way) for way in ways] == [wanted or ""] * 4, cues


def test_cues_without_a_blank_line_between_them_are_cues() -> None:
    assert speech(srt(["Hello there.", "The mill is old."]).replace("\n\n", "\n")) == "Hello there.\nThe mill is old."
    assert speech(f"{TIMES}\nIn\n{TIMES}\n\n1984\n\n{TIMES}\n1984") == "In\n1984"


def test_a_paragraph_of_many_cues_takes_no_square_of_its_length() -> None:
    cues = 200_000
    assert speech(srt(["and on,"] * 2 + ["and so on,", "and on,"] * (cues // 2))).count("on,") == cues + 1


def test_a_file_is_a_document_known_by_its_name_or_its_beginning(tmp_path: Path) -> None:
    content = srt(["It rains.", "Jé reste."])
    for name in ("a.srt", "a.vtt", "a.srt.gz"):
        data = content.encode() if name.endswith("t") else COMPRESS[".gz"](content.encode())
        assert documents(write(tmp_path / name, data)) == [(None, 1, None, "It rains.\nJé reste.")]
    assert texts(write(tmp_path / "captions", "\ufeff" + vtt(["It rains."]))) == ["It rains."]
    old = write(tmp_path / "b.srt", content.encode("cp1252"))
    assert texts(old, encoding="cp1252") == ["It rains.\nJé reste."]
    assert texts(old, bad_input="skip") == ["It rains."]
    with pytest.raises(InputError, match=r"b\.srt, line 7: not UTF-8"):
        texts(old)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="a1 \n\r->:,.<>{}\\&;é中", max_size=80), st.integers(0, 60))
def test_any_text_is_read(mixture: str, at: int) -> None:
    said = speech(mixture[:at] + f"\n\n{TIMES}\n" + mixture[at:])
    assert "\n\n" not in said and "\r" not in said and TIMES not in said
