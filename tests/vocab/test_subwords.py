"""BPE, byte-level BPE and Unigram: learnt from counts as `tokenizers` learns them from a text, and read by everybody."""

import collections
import json
from pathlib import Path

import pyarrow as pa
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, pre_tokenizers, trainers

from bertprep.core.errors import UsageError
from bertprep.vocab import subwords
from bertprep.vocab.settings import VocabSettings
from bertprep.vocab.subwords.preparation import MARK, to_bytes
from bertprep.vocab.training import merge_counts
from bertprep.vocab.vocabulary import SPECIAL_TOKENS

SAMPLES = Path(__file__).parents[2] / "sample_corpus" / "small"
HARD = ["Don't (stop), Zoë! it's 12.5% — naïve 猫; [SEP] ##a ▁b Ġc", "x ´ é\u00a0fi", "", "한국어 ภาษา हिन्दी"]
PARTS = st.sampled_from([*"aÉb'.-( 1猫한ß", " ", "e\u0301", "´"])
ALL = list(subwords.MODELS)


def lines() -> list[str]:
    found = [line for file in sorted(SAMPLES.glob("*/*.txt")) for line in file.read_text(encoding="utf-8").split("\n")]
    return [" ".join(line.split()) for line in found if line.strip()][:3000]


LINES = lines()


def trained(model: str, texts: list[str], **changes: object) -> dict[str, bytes]:
    how = VocabSettings(model=model, **{"size": 1500, **changes})  # type: ignore[arg-type]
    return subwords.train(subwords.count(pa.array(texts), how)[0], how)[0]


def tokenizer_of(files: dict[str, bytes]) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(files["tokenizer.json"].decode())


TOKENIZERS = {
    (model, cased): tokenizer_of(trained(model, LINES, lowercase=not cased)) for model in ALL for cased in (False, True)
}


@settings(max_examples=40)
@given(st.lists(st.lists(PARTS, max_size=20).map("".join), max_size=4), st.sampled_from(ALL), st.booleans())
def test_words_are_those_of_the_tokenizer(texts: list[str], model: str, cased: bool) -> None:
    texts = [" ".join(filter(None, text.split(" "))) for text in [*texts, *HARD]]  # as segment leaves them
    theirs = TOKENIZERS[model, cased]
    expected = collections.Counter(
        word
        for text in texts
        if text
        for word, _ in theirs.pre_tokenizer.pre_tokenize_str(theirs.normalizer.normalize_str(text))
    )
    table, _ = subwords.count(pa.array(texts), VocabSettings(model=model, lowercase=not cased))
    spell = to_bytes if model == "byte-bpe" else lambda word: word.replace(" ", MARK)
    found = {spell(word): count for word, count in zip(*(column.to_pylist() for column in table.columns), strict=True)}
    lonely = spell(" ")  # where nothing is left of a word, or where it ends a text, a space may stand alone or not
    assert {**found, lonely: 0} == {**expected, lonely: 0}


@pytest.mark.parametrize("model", ["bpe", "byte-bpe"])
def test_merges_are_those_of_tokenizers(model: str) -> None:
    # where characters are left out theirs joins what stands on both sides of one
    texts = LINES if model == "byte-bpe" else [line for line in LINES if line.isascii()]
    ours = json.loads(trained(model, texts)["tokenizer.json"])["model"]
    theirs = tokenizers.Tokenizer(models.BPE(unk_token=ours["unk_token"]))
    theirs.normalizer, theirs.pre_tokenizer = (
        TOKENIZERS[model, False].normalizer,
        TOKENIZERS[model, False].pre_tokenizer,
    )
    trainer = trainers.BpeTrainer(
        vocab_size=1500,
        min_frequency=2,
        special_tokens=[*SPECIAL_TOKENS],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if model == "byte-bpe" else [],
    )
    theirs.train_from_iterator(texts, trainer)
    learnt = json.loads(theirs.to_str())["model"]
    assert len(ours["merges"]) > 400 and ours["merges"] == learnt["merges"] and ours["vocab"] == learnt["vocab"]


@pytest.mark.parametrize("model", ALL)
def test_everybody_reads_the_files(tmp_path: Path, model: str) -> None:
    transformers = pytest.importorskip("transformers")
    files = trained(model, LINES, lowercase=False, multiple_of=64)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    ours, theirs = tokenizer_of(files), transformers.AutoTokenizer.from_pretrained(tmp_path)
    assert len(theirs) % 64 == 0 and theirs.vocab_size == len(theirs)
    ids = [theirs.pad_token_id, theirs.unk_token_id, theirs.cls_token_id, theirs.sep_token_id, theirs.mask_token_id]
    assert theirs.convert_ids_to_tokens(ids) == [*SPECIAL_TOKENS]
    texts = [*LINES[::40], *HARD]
    assert theirs(texts)["input_ids"] == [encoding.ids for encoding in ours.encode_batch(texts)]
    pair = theirs("The cat", "sat.")
    first, second = (theirs(text, add_special_tokens=False)["input_ids"] for text in ("The cat", "sat."))
    assert pair["input_ids"] == [ids[2], *first, ids[3], *second, ids[3]]
    assert pair["token_type_ids"] == [0] * (len(first) + 2) + [1] * (len(second) + 1)
    masked = theirs.convert_ids_to_tokens(theirs("the [MASK] sat", add_special_tokens=False)["input_ids"])
    assert masked[1].strip() == "[MASK]" and len(masked) >= 3
    for text in LINES[::40] if model == "byte-bpe" else [line for line in LINES[::40] if line.isascii()]:
        assert theirs.decode(theirs(text, add_special_tokens=False)["input_ids"]) == text


@pytest.mark.parametrize("model", ALL)
def test_equal_counts_give_equal_bytes(model: str) -> None:
    how = VocabSettings(model=model, size=700, unused=3, multiple_of=64)
    halves = [subwords.count(pa.array(half), how)[0] for half in (LINES[1::2][::-1], LINES[::2])]
    files, entries = subwords.train(merge_counts(halves), how)
    assert files == subwords.train(subwords.count(pa.array(LINES), how)[0], how)[0]
    assert entries == len(json.loads(files["tokenizer.json"])["model"]["vocab"]) <= 700 + 64
    tiny, count = subwords.train(subwords.count(pa.array(["a b", "a c"]), how)[0], how)
    assert count % 64 == 0 and b"[unused3]" in tiny["tokenizer.json"]
    with pytest.raises(UsageError, match="leaves no room for pieces"):
        subwords.train(halves[0], VocabSettings(model=model, size=100, unused=250))
