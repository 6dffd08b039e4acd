"""Texts that were decoded twice are counted, whatever they say; normal texts are not."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from corpora import json_lines, write

from bertprep.sentences import mojibake

TRUE = [
    "It’s a café in Zürich. Don’t go – it is closed.",
    "Über die Straße gehen drei Männer. Sie möchten Käse kaufen.",
    "L’été dernier, nous avons visité l’église à côté. Ça coûtait 5 €. « CAFÉ » — DÉJÀ…",
    "Zażółć gęślą jaźń. Dziękuję bardzo za wszystko, co było.",
    "Não há ação sem reação; a canção do mar é só emoção. NÃO. AÇÃO!",
    "Trời hôm nay rất đẹp. Chúng tôi đi công viên.",
    "Привет, мир. Россия и США подписали соглашение. Самара, Ростов, Рязань.",
    "Рівне і Січ. Рівненська область, Січовий степ: її історія, її люди і їхні мрії.",
    "今天天气很好。我们去公园。",
    "こんにちは。今日はいい天気です。",
    "Türkçe güzel bir dildir. Şimdi gidiyorum, ığdır.",
    "Γειά σου κόσμε. Αυτό είναι ένα κείμενο.",
]


def twice(text: str, encoding: str) -> str:
    """The text as it looks when its UTF-8 is read in another encoding; bytes undefined there are kept."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


def count(*texts: str) -> int:
    return mojibake.decoded_twice(pa.array(texts, pa.string()))


@pytest.mark.parametrize("text", TRUE)
def test_true_text_is_not_counted(text: str) -> None:
    assert count(text) == count(text.upper()) == count(text * 20) == 0


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1251"])
@pytest.mark.parametrize("text", TRUE)
def test_text_decoded_twice_is_counted(text: str, encoding: str) -> None:
    if encoding == "cp1251" and "и" not in text:
        pytest.skip("told for Cyrillic alone")
    wrong = twice(text, encoding)
    assert count(wrong) == 1
    assert count("plain", wrong, text, wrong) == 2


@pytest.mark.parametrize("text", ["Donâ€™t go.", "He said â€œyesâ€\x9d.", "It costs â‚¬5.", "cafÃ© ZÃ¼rich"])
def test_a_few_characters_are_enough(text: str) -> None:
    assert count(text) == 1


@pytest.mark.parametrize("text", ["", "a", "Ã", "Ã¼", "â", "É\u00a0!", "50 Â°", "Ð", "РС", "РІ"])
def test_one_alone_is_not(text: str) -> None:
    assert count(text) == 0


def test_a_slice_is_looked_at_by_itself() -> None:
    column = pa.array(["cafÃ© ZÃ¼rich", "plain", "cafÃ© ZÃ¼rich", "cafÃ© ZÃ¼rich"])
    assert [mojibake.decoded_twice(column.slice(first, 2)) for first in range(4)] == [1, 1, 2, 1]


def test_it_is_told(tmp_path: Path, command) -> None:
    write(tmp_path / "a.jsonl", json_lines({"text": twice(TRUE[0], "cp1252")}, {"text": TRUE[1]}))
    code, out, err = command("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1", "--json")
    assert code == 0 and json.loads(out)["counters"]["documents_decoded_twice"] == 1
    assert "warning: 1 of 2 documents looks as if decoded with the wrong encoding" in err and "ftfy" in err
