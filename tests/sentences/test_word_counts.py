"""Words are counted by the script of their first letter; in scripts without spaces, characters are counted."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.counts import by_script
from bertprep.core.scripts import script_of
from bertprep.languages.scripts import SCRIPTS, UNSPACED
from bertprep.sentences import word_counts

SCRIPT_OF = {
    chr(point): name for name, script in SCRIPTS.items() for a, b in script.ranges for point in range(a, b + 1)
}


def restated(sentences: list[str]) -> dict[str, int]:
    """The definition, character by character."""
    counted: Counter[str] = Counter()
    for word in (word for sentence in sentences for word in sentence.split(" ")):
        head = "" if word[0] in "0123456789" else word[: word_counts.STEPS]
        script = next((SCRIPT_OF[letter] for letter in head if letter in SCRIPT_OF), "other")
        if script == "other" or SCRIPTS[script].spaces:
            counted[f"words_{script}"] += 1
        unspaced = [
            SCRIPT_OF[letter] for letter in word if letter in SCRIPT_OF and not SCRIPTS[SCRIPT_OF[letter]].spaces
        ]
        counted.update(f"characters_{name}" for name in unspaced)
    return {"words": counted.total(), "characters": sum(map(len, sentences)), **counted}


WORD = st.text(st.sampled_from("abé1,.«(жшकह가ชา京カပ中𠀀—😀ﾊ"), min_size=1, max_size=7)
SENTENCE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)


@pytest.mark.parametrize("window", [25, 1 << 22])
def test_counts_are_those_of_the_definition_whatever_the_window(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_counts, "WINDOW_BYTES", window)

    @settings(max_examples=150)
    @given(st.lists(SENTENCE, max_size=6))
    def law(sentences: list[str]) -> None:
        array = pa.array(["before", *sentences], pa.string()).slice(1)
        assert word_counts.count(array) == restated(sentences)

    law()


def test_each_script_is_named_and_the_most_come_first() -> None:
    text = pa.array(["Anna kennt 東京 und ภาษาไทย 1994.", "Она 12."])
    counted = word_counts.count(text)
    assert by_script(counted) == "7 Thai characters, 3 Latin words, 2 Han characters, 2 other words, 1 Cyrillic word"
    assert counted["words"] == 15


def test_both_tables_of_scripts_say_the_same() -> None:
    """The ranges here and the Unicode names in `core.scripts`: a letter in a script's range is of that script."""
    for letter, name in SCRIPT_OF.items():
        assert script_of(letter) in ("", name), (letter, name)
    assert all(SCRIPT_OF.get(letter, "") == script_of(letter) for letter in "aжแກကក༠東カ가אمαնঅ" if letter.isalpha())
    assert {SCRIPT_OF[chr(first)] for first, _ in UNSPACED} == {
        "han",
        "kana",
        "thai",
        "lao",
        "myanmar",
        "khmer",
        "tibetan",
    }


def test_summaries_tell_the_words_of_each_script(tmp_path: Path, command) -> None:
    (tmp_path / "a.txt").write_text("Anna lives in 東京.\n\nОна живёт там.\n", encoding="utf-8")
    out = command("segment", tmp_path / "a.txt", "-o", tmp_path / "s", "--validation-share", 0, "--workers", 1)[1]
    assert "2 sentences, 8 words (3 Cyrillic words, 3 Latin words, 2 Han characters)" in out
    code, out, err = command("train-vocab", tmp_path / "s", "-o", tmp_path / "v", "--size", 100, "--workers", 1)
    assert code == 0, err
    assert "from 10 words (3 Cyrillic words, 3 Latin words, 2 Han words, 2 other words; 9 distinct)" in out
