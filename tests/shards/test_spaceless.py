"""Whole words in scripts without spaces: found by a segmenter, or refused with the reason."""

import importlib
import re
import sys

import pyarrow as pa
import pytest
from masking import CLS, SEP, SPECIAL, UNK, masked

from bertprep.core.errors import StageError, UsageError
from bertprep.shards import word_check
from bertprep.shards.settings import MaskSettings
from bertprep.shards.strategies import STRATEGIES, load, segmenters
from bertprep.vocab.vocabulary import Vocabulary

TOKENS = [
    "ภาษา",
    "##ไทย",
    "##ง่าย",
    "##มาก",
    "ดี",
    "##ไทยง",
    "##่าย",
    "cat",
    "##s",
    "東",
    "京",
    "に",
    "##ある",
    "ပါ",
    "##တယ်",
    "བོད",
    "་",
    "ខ្មែរ",
    "ລາວ",
]
WORDS = {"ภาษา", "ไทย", "ง่าย", "มาก", "ดี", "東京", "に", "ある"}
VOCABULARY = Vocabulary([*SPECIAL, *TOKENS])
ID = {token: number for number, token in enumerate(VOCABULARY.tokens)}


def dictionary_words(line: str) -> list[str]:
    """The longest words of `WORDS`, from the left."""
    words = []
    while line:
        words.append(max((word for word in WORDS if line.startswith(word)), key=len, default=line[0]))
        line = line[len(words[-1]) :]
    return words


def groups(strategy: str, *tokens: str) -> set[tuple[int, ...]]:
    """The positions of a row that are always masked together, found with many draws of a single word."""
    row = [CLS, *(ID.get(token, UNK) for token in tokens), SEP]
    draws = masked([row] * 300, MaskSettings(strategy=strategy, mask_prob=0.5), words=VOCABULARY)
    together = {place: set(range(1, len(row) - 1)) for place in range(1, len(row) - 1)}
    for _, positions, _ in draws:
        for place in together:
            together[place] &= set(positions) if place in positions else set(together) - set(positions)
    return {tuple(sorted(places)) for places in together.values()}


@pytest.fixture
def by_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenters, "load", lambda code: dictionary_words)


@pytest.mark.usefixtures("by_dictionary")
def test_the_pieces_of_a_segmenter_s_word_go_together_and_words_do_not() -> None:
    thai = "whole-word-th"
    assert groups(thai, "ภาษา", "##ไทย", "##ง่าย", "ดี") == {(1,), (2,), (3,), (4,)}
    assert groups("whole-word", "ภาษา", "##ไทย", "##ง่าย", "ดี") == {(1, 2, 3), (4,)}  # clauses; refused below
    # a piece that spans two words keeps them together; a space, another script and [UNK] end a run
    assert groups(thai, "ภาษา", "##ไทยง", "##่าย", "ดี", "##มาก") == {(1,), (2, 3), (4,), (5,)}
    assert groups(thai, "ดี", "ดี", "cat", "##s", "ดี", "[UNK]", "##มาก") >= {(1,), (2,), (3, 4), (5,), (7,)}
    assert groups("whole-word-ja", "東", "京", "に", "##ある", "cat", "##s") == {(1, 2), (3,), (4,), (5, 6)}


def test_a_segmenter_that_loses_text_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenters, "load", lambda code: lambda line: [line[1:]])
    with pytest.raises(StageError, match="th does not give all of its text back: 'ภาษา"):
        groups("whole-word-th", "ภาษา", "##ไทย")


def test_a_segmenter_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for code, each in segmenters.SEGMENTERS.items():
        monkeypatch.setitem(sys.modules, each.package, None)
        segmenters.load.cache_clear()
        with pytest.raises(UsageError, match=rf"{each.package}.*pip install 'bertprep\[{each.extra}\]'"):
            load(f"whole-word-{code}")
    assert [load(strategy) for strategy in ("token", "whole-word", "span")] == [None] * 3


def pairs(*tokens: str) -> pa.Table:
    ids = [[ID[token] for token in tokens]]
    return pa.table({name: pa.array(ids, pa.list_(pa.uint16())) for name in ("ids_a", "ids_b")})


def test_words_that_are_clauses_or_characters_are_refused_or_warned_of() -> None:
    latin = ["cat"] * 9
    for strategy in (name for name in STRATEGIES if name != "token"):
        assert word_check.check(strategy, pairs(*latin), VOCABULARY) is None
    for tokens, own, told in (
        (
            ("ภาษา", "##ไทย"),
            ["whole-word-th"],
            "Thai, written without spaces .* whole clauses .* Use --strategy whole-word-th .Thai, extra th. or token$",
        ),
        (
            ("東", "京"),
            ["whole-word-zh", "whole-word-ja"],
            "Han, .* single characters for words there.* Use --strategy whole-word-zh .*, whole-word-ja .* or token$",
        ),
        (("東", "に", "##ある"), ["whole-word-ja"], "Kana and .* Han|Han and .* Kana"),
        (("ខ្មែរ",), ["whole-word-km"], "Khmer, .*extra km"),
        (("ລາວ",), ["whole-word-lo"], "Lao, .*extra lo"),
        (("ပါ", "##တယ်"), [], "Myanmar, .* Use --strategy token; for Burmese no segmenter"),
        (("བོད",), [], "Tibetan, .*botok, which downloads"),
    ):
        for strategy in ("whole-word", "span", *own):
            if strategy in own:
                assert word_check.check(strategy, pairs(*tokens, *latin), VOCABULARY) is None
                continue
            with pytest.raises(UsageError, match=told):
                word_check.check(strategy, pairs(*tokens * 10, "cat"), VOCABULARY)
            warned = word_check.check(strategy, pairs(*tokens, *latin), VOCABULARY)
            assert warned and "written without spaces" in warned and f"--strategy {strategy} " in warned
            named = re.findall("--strategy|whole-word-[a-z]+", warned.split(" Use ")[1])
            assert len(named) == len(set(named))  # the option and each strategy are mentioned once
        assert word_check.check("token", pairs(*tokens), VOCABULARY) is None


def test_mask_refuses_clauses_as_words_and_takes_tokens(tmp_path, command) -> None:
    paragraph = "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน ประเทศไทยมีภาษาไทยเป็นภาษาราชการ ผู้คนพูดกันทุกวัน"
    (tmp_path / "a.txt").write_text("\n\n".join(f"{paragraph} {number} เมือง\n{paragraph}" for number in range(12)))
    run = (
        "run",
        tmp_path / "a.txt",
        "-o",
        tmp_path / "run",
        "--workers",
        1,
        "--until",
        "mask",
        "--validation-share",
        0,
    )
    run = (*run, "--vocab-size", 200, "--splitter", "lines", "--max-length", 64)
    code, _, err = command(*run, "--strategy", "whole-word")
    assert code == 2 and "of the tokens are Thai, written without spaces" in err and "whole-word-th" in err
    assert command(*run, "--strategy", "token")[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("code", segmenters.SEGMENTERS)
def test_real_segmenters_give_all_of_their_text_back(code: str) -> None:
    pytest.importorskip(segmenters.SEGMENTERS[code].package)
    importlib.invalidate_caches()
    segmenters.load.cache_clear()
    text = {
        "ja": "東京都は日本の首都である。2020年に",
        "th": "ภาษาไทยเป็นภาษาราชการ 12",
        "km": "ភាសាខ្មែរគឺជាភាសាផ្លូវការ",
        "lo": "ພາສາລາວເປັນພາສາທາງການ",
    }
    words = segmenters.load(code)(text[code])
    assert "".join(words) == text[code] and 3 < len(words) < len(text[code])
