"""Rows too short for the sentences of a corpus lose much of its text, which is said when the pairs are made."""

import pytest


@pytest.fixture
def sentences(tmp_path, command):
    """Documents of sentences of 20 words, with a vocabulary that knows each word."""
    words = [f"w{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh"]
    documents = [
        " ".join("A " + " ".join(words[(7 * number + 3 * at) % 40 :][:19]) + "." for at in range(8))
        for number in range(6)
    ]
    (tmp_path / "corpus.txt").write_text("\n\n".join(documents))
    assert command("segment", tmp_path / "corpus.txt", "-o", tmp_path / "s", "--workers", 1)[0] == 0
    assert command("train-vocab", tmp_path / "s", "-o", tmp_path / "v", "--size", 200, "--workers", 1)[0] == 0
    return tmp_path


@pytest.mark.parametrize(
    ("pairing", "length", "told"),
    [
        ("matched", 24, "two sentences often do not fit into 24 tokens. Use a larger --max-length, or --pairing none"),
        ("matched", 64, None),
        ("none", 16, "many sentences do not fit into 16 tokens. Use a larger --max-length"),
        ("none", 24, None),
    ],
)
def test_much_trimmed_text_is_told_with_what_to_do(pairing, length, told, sentences, command):
    line = ("build-pairs", sentences / "s", "--vocab", sentences / "v", "-o", sentences / "p", "--workers", 1)
    code, _, err = command(*line, "--pairing", pairing, "--max-length", length, "--short-probability", 0)
    assert code == 0 and ("of the tokens are trimmed" in err) == (told is not None), err
    assert told is None or told in err
