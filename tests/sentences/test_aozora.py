"""Texts of Aozora Bunko: the library's additions are removed and counted, and other texts are unchanged."""

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.corpus.documents import HOLE
from bertprep.sentences import aozora

RULE = "-" * 55
EXPLANATION = (
    f"{RULE}\n【テキスト中に現れる記号について】\n\n《》：ルビ\n（例）水車《すいしゃ》\n\n"
    f"［＃］：入力者注\n（例）［＃７字下げ］\n{RULE}\n"
)
COLOPHON = (
    "底本：「水車の話」例文庫、例社\n　　　1950（昭和25）年1月1日発行\n"
    "入力：甲\n校正：乙\n青空文庫作成ファイル：\nこのファイルです。\n"
)
SIGNED = {
    "水車《すいしゃ》が回る。": "水車が回る。",
    "この｜小さな家《いえ》と、｜そこ。": "この小さな家と、｜そこ。",
    "［＃７字下げ］一［＃「一」は中見出し］": "一",
    "冬［＃「冬」に傍点］と※［＃「てへん＋劣」、第3水準1-84-77］り《むしり》": "冬と挘り",
    "※［＃「二の字点、1-2-22］、※［＃「土へん＋竒」、U+57FC、12-3］、※［＃「魚＋市」、第4水準2-93-37］": "〻、埼、魳",
    "※［＃「口＋斗」、12-3］が鳴く。": f"{HOLE}が鳴く。",
    "川［＃「川」に「※［＃「さんずい＋胃」、第3水準1-87-1］」の注記］": "川",
    "いよ／＼、しば／″＼。": "いよ〳〵、しば〴〵。",
    "〔cafe' a` Fu:r l'homme, E'tude, Gru:n〕と〔談話〕と〔ab〕": "café à Für l'homme, Étude, Grünと〔談話〕と〔ab〕",
    "［＃挿絵（fig1.png、横320×縦322）入る］\n雨。": "\n雨。",
}


def of(*texts: str) -> tuple[list[str], dict[str, int]]:
    counters: dict[str, int] = {}
    return aozora.plain(pa.array(texts, pa.string()), counters).to_pylist(), counters


def test_signs_are_resolved_and_notices_go() -> None:
    body, plain = "\n".join(SIGNED), "\n".join(SIGNED.values())
    for end in ("\n", "\r\n"):
        whole = f"水車\n丙\n\n{EXPLANATION}\n{body}\n\n\n{COLOPHON}".replace("\n", end)
        (found, untouched), counters = of(whole, body)
        assert found == f"水車\n丙\n\n\n{plain}\n\n\n" and untouched == body
        assert counters == {"aozora_notices": 2, "aozora_annotations": 11, "aozora_readings": 3}
    cut, counters = of(f"水車\n{EXPLANATION}水車《すいしゃ》が回る。\n")  # without a colophon
    assert cut == ["水車\n水車が回る。\n"] and counters["aozora_notices"] == 1
    without_readings, counters = of(f"水車《すいしゃ》［＃「水車」に傍点］\n{COLOPHON}")
    assert without_readings == ["水車《すいしゃ》\n"] and counters["aozora_notices"] == 1  # without their explanation


TEXTS = st.lists(
    st.sampled_from(
        [
            *SIGNED,
            "《",
            "》",
            "［＃",
            "］",
            "｜",
            RULE,
            "【テキスト中に現れる記号について】",
            "底本：「甲」",
            "青空文庫",
        ]
    ),
    max_size=8,
).map("\n".join)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS)
def test_what_was_taken_out_once_is_out_and_other_texts_stay(body: str, other: str) -> None:
    (found,), _ = of(f"水車\n丙\n\n{EXPLANATION}\n{body}\n{COLOPHON}")
    assert "入力者注" not in found and "入力：甲" not in found and "すいしゃ" not in found.replace("水車の", "")
    if aozora.LIBRARY not in other:
        assert of(other, f"丁《てい》\n{other}")[0] == [other, f"丁《てい》\n{other}"]


def test_a_work_is_cleaned_in_its_own_encoding(tmp_path, command) -> None:
    text = f"水車\n丙\n\n{EXPLANATION}\n　水車《すいしゃ》が回る。※［＃「口＋斗」、12-3］が鳴く。夜になった。\n\n{COLOPHON}"
    (tmp_path / "1_ruby_2.txt").write_bytes(text.replace("\n", "\r\n").encode("cp932"))
    to = ("segment", tmp_path / "1_ruby_2.txt", "-o", tmp_path / "out", "--workers", 1, "--validation-share", 0)
    code, out, err = command(*to, "--document-separator", "file", "--encoding", "cp932", "--json")
    assert code == 0, err
    counters = json.loads(out)["counters"]
    assert [counters[name] for name in (*aozora.COUNTERS, "sentences_incomplete")] == [1, 1, 2, 1]
    shown = command("inspect", tmp_path / "out")[1]
    assert "水車が回る。" in shown and "夜になった。" in shown and "鳴く" not in shown and "底本" not in shown
