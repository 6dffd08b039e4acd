"""The language of a text: by script, then by common words; bounded, and the same whatever stands beside it."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.sentences.language import PREFIX_CHARACTERS, detect

SAMPLES = {
    "en": "The cat sat on the mat because it was tired, and nobody told it that it should not.",
    "de": "Die Katze saß auf der Matte, weil sie müde war, und niemand hat es ihr verboten.",
    "fr": "Le chat était assis sur le tapis parce qu'il était fatigué, et personne ne le lui a interdit.",
    "es": "El gato estaba sentado en la alfombra porque estaba cansado y nadie se lo había prohibido.",
    "it": "Il gatto era seduto sul tappeto perché era stanco e nessuno glielo aveva vietato, ma non dormiva.",
    "pt": "O gato estava sentado no tapete porque estava cansado e ninguém lhe disse que não podia.",
    "nl": "De kat zat op de mat omdat hij moe was en niemand had hem gezegd dat het niet mocht.",
    "pl": "Kot siedział na macie, bo był zmęczony, i nikt mu nie powiedział, że nie może tam być.",
    "sv": "Katten satt på mattan för att den var trött, och ingen hade sagt att den inte fick det.",
    "tr": "Kedi yorgun olduğu için bir minderin üzerinde oturdu ve kimse ona bunun yasak olduğunu söylemedi.",
    "ru": "Кошка сидела на ковре, потому что она устала, и никто ей этого не запрещал.",
    "uk": "Кішка сиділа на килимі, тому що вона втомилася, і ніхто їй цього не забороняв.",
    "bg": "Котката седеше на килима, защото беше уморена, и никой не ѝ беше забранил това.",
    "zh": "猫坐在垫子上，因为它累了，没有人告诉它不可以。",
    "ja": "猫は疲れていたので、マットの上に座っていました。",
    "ko": "고양이는 피곤해서 매트 위에 앉아 있었다.",
    "ar": "جلست القطة على السجادة لأنها كانت متعبة.",
    "fa": "گربه روی فرش نشست چون خسته بود و هیچ کس چیزی نگفت.",
    "hi": "बिल्ली चटाई पर बैठी थी क्योंकि वह थकी हुई थी।",
    "el": "Η γάτα κάθισε στο χαλί γιατί ήταν κουρασμένη.",
    "he": "החתול ישב על השטיח כי הוא היה עייף.",
    "th": "แมวนั่งบนเสื่อเพราะมันเหนื่อย",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_language_of_one_sentence(code: str) -> None:
    assert detect(pa.array([SAMPLES[code]])).to_pylist() == [code]


@pytest.mark.parametrize("text", [None, "", "   \n", "12345 67.8", "!!! ???", "😀😀", "xyzzy plugh qwrt"])
def test_nothing_to_tell_by_is_unknown(text: str | None) -> None:
    assert detect(pa.array([text], pa.string())).to_pylist() == ["und"]


def test_chinese_with_a_japanese_title_stays_chinese() -> None:
    text = "这部电影的日文名字叫做となりのトトロ，" + "是一部很有名的动画电影，讲述了两个女孩在乡下的生活。" * 5
    assert detect(pa.array([text])).to_pylist() == ["zh"]


def test_empty_column() -> None:
    found = detect(pa.array([], pa.string()))
    assert (len(found), found.type) == (0, pa.string())


def test_only_a_prefix_counts() -> None:
    beginning = (SAMPLES["en"] + " ") * 20
    assert len(beginning) > PREFIX_CHARACTERS
    assert detect(pa.array([beginning + SAMPLES["ja"] * 1000])).to_pylist() == ["en"]


def test_slices_of_a_column() -> None:
    texts = pa.array([*SAMPLES.values(), None])
    assert detect(texts.slice(3, 5)).to_pylist() == list(SAMPLES)[3:8]


@given(st.lists(st.one_of(st.none(), st.text(max_size=60), st.sampled_from(sorted(SAMPLES.values()))), max_size=6))
def test_each_text_by_itself_gives_the_same(texts: list[str | None]) -> None:
    together = detect(pa.array(texts, pa.string())).to_pylist()
    assert together == [detect(pa.array([text], pa.string()))[0].as_py() for text in texts]
