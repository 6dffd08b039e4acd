"""Text that a vocabulary cannot spell is counted as [UNK] by its script, and reported prominently."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep import store
from bertprep.core.stages import UNKNOWN
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, AddedToken, Vocabulary
from bertprep.vocab.wordpiece import Encoder

KNOWN = Vocabulary(
    [
        *SPECIAL_TOKENS,
        *"abcdefghijklmnopqrstuvwxyz0123456789.,",
        *("##" + each for each in "abcdefghijklmnopqrstuvwxyz0123456789"),
    ]
)
KOREAN = ["오늘은 날씨가 좋아서 산책을 나갔다.", "길에서 오래된 친구를 만났다.", "해가 질 무렵 집으로 돌아왔다."]
ENGLISH = ["the old bridge crosses the river.", "nobody knew why it stood there.", "we went home in the rain."]


def unknown(texts: list[str | None], words: Vocabulary = KNOWN) -> tuple[dict[str, int], int]:
    encoder = Encoder(words)
    array = pa.array(texts, pa.string())
    ids, offsets = encoder.encode(array)
    return encoder.unknown(array, ids, offsets), int((ids == words.unk_id).sum())


def test_scripts_of_unknown_text_by_hand():
    found, total = unknown(["the 안녕 cat; 東京 안녕!", None, "ж", "", "all known."])
    assert found == {"cyrillic": 1, "han": 2, "hangul": 2, "signs": 2} and total == 7


@given(st.lists(st.one_of(st.none(), st.text(st.sampled_from("abc 안녕東ж;!\u0301\t12"), max_size=20)), max_size=8))
def test_counts_by_script_add_up(texts):
    found, total = unknown(texts)
    assert sum(found.values()) == total


def test_added_tokens_are_not_unknown():
    words = Vocabulary(
        [*KNOWN.tokens, "[안녕]", "東京"],
        added=[AddedToken("[안녕]"), AddedToken("東京", False, True)],
        model_size=KNOWN.size,
    )
    assert unknown(["[안녕] the 안녕", "a [안녕][안녕]"], words) == ({"hangul": 1}, 1)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    KNOWN.save(folder / "vocab")
    for name, lines, share in (("korean", KOREAN, 1.0), ("few", KOREAN, 0.02), ("english", ENGLISH, 1.0)):
        documents = [
            "\n".join(f"{line} {number}" for line in (lines if number < share * 200 else ENGLISH))
            for number in range(200)
        ]
        (folder / f"{name}.txt").write_text("\n\n".join(documents) + "\n")
    return folder


def test_build_pairs_counts_tells_and_warns(corpora, tmp_path, command):
    shown = {}
    for name in ("korean", "few", "english"):
        assert command("segment", corpora / f"{name}.txt", "-o", tmp_path / name, "--validation-share", 0.1)[0] == 0
        line = (
            "build-pairs",
            tmp_path / name,
            "--vocab",
            corpora / "vocab",
            "-o",
            tmp_path / f"{name}-p",
            "--pairing",
            "none",
        )
        code, out, err = command(*line)
        assert code == 0
        shown[name] = out, err, store.read_manifest(str(tmp_path / f"{name}-p")).counters
    out, err, counters = shown["korean"]
    assert counters["tokens_unknown"] == counters[UNKNOWN + "hangul"] > counters["tokens"] / 2
    assert "of the tokens are [UNK]: hangul" in out and "warning:" in err and "cannot represent these words" in err
    out, err, counters = shown["few"]
    assert 0 < counters["tokens_unknown"] < counters["tokens"] / 100
    assert "of the tokens are [UNK]: hangul" in out and "cannot spell" not in err
    out, err, counters = shown["english"]
    assert counters["tokens_unknown"] == 0 and "0 % of the tokens are [UNK]" in out and "warning" not in err


@pytest.mark.parametrize("passes", [1, 2])
def test_counters_are_those_of_the_text(corpora, tmp_path, result, passes):
    result("segment", corpora / "few.txt", "-o", tmp_path / "s", "--validation-share", 0.1)
    line = ("build-pairs", tmp_path / "s", "--vocab", corpora / "vocab", "-o", tmp_path / "p", "--passes", passes)
    counters = result(*line)["counters"]
    manifest, expected = store.read_manifest(str(tmp_path / "s")), 0
    for split in store.SPLITS:
        for path, _ in manifest.parts(split):
            for text in store.read_part(path)["sentences"].combine_chunks().flatten().to_pylist():
                expected += KNOWN.encode_one(text).count(KNOWN.unk_id)
    assert (
        counters["tokens_unknown"]
        == passes * expected
        == sum(n for name, n in counters.items() if name.startswith(UNKNOWN))
    )


def test_verify_warns_and_breaks_nothing(corpora, tmp_path, command, result):
    result(
        "run",
        corpora / "korean.txt",
        "-o",
        tmp_path / "r",
        "--until",
        "mask",
        "--vocab",
        corpora / "vocab",
        "--pairing",
        "none",
        "--validation-share",
        0.1,
    )
    for folder in ("pairs", "shards"):
        code, out, _ = command("verify", tmp_path / "r" / folder)
        assert code == 0 and "1 with a warning" in out
        [told] = [each for each in result("verify", tmp_path / "r" / folder)["folders"][0]["promises"] if each["warns"]]
        assert told["ok"] and float(told["found"].split()[0]) > 50
    result(
        "run",
        corpora / "english.txt",
        "-o",
        tmp_path / "e",
        "--until",
        "mask",
        "--vocab",
        corpora / "vocab",
        "--validation-share",
        0.1,
    )
    for folder in ("pairs", "shards"):
        out = command("verify", tmp_path / "e" / folder)[1]
        assert "0.00 %" in out and "warning" not in out


def test_shares_of_verify_are_counted_from_the_rows(corpora, tmp_path, result):
    result(
        "run",
        corpora / "few.txt",
        "-o",
        tmp_path / "r",
        "--until",
        "mask",
        "--vocab",
        corpora / "vocab",
        "--validation-share",
        0.1,
    )
    totals = []
    for folder, columns in (("pairs", ("ids_a", "ids_b")), ("shards", ("input_ids",))):
        count = total = 0
        for path in (tmp_path / "r" / folder).glob("*.arrow"):
            table = pa.ipc.open_file(path).read_all()
            ids = np.concatenate([table[name].combine_chunks().values.to_numpy() for name in columns])
            count, total = (
                count + (ids == KNOWN.unk_id).sum(),
                total + (~np.isin(ids, [KNOWN.cls_id, KNOWN.sep_id])).sum(),
            )
        promises = result("verify", tmp_path / "r" / folder)["folders"][0]["promises"]
        [told] = [each["found"] for each in promises if each["promise"] == "the vocabulary covers the text"]
        assert told == f"{100 * count / total:.2f} % of {total:,} tokens"
        totals.append(total)
    assert totals[0] == totals[1]
