"""BPE, byte-level BPE and Unigram: learnt from counts as `tokenizers` learns from text, and readable by other libraries."""

import collections
import functools
import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, pre_tokenizers, trainers

from bertprep.core.errors import UsageError
from bertprep.vocab import subwords
from bertprep.vocab.extending import extend
from bertprep.vocab.settings import VocabSettings
from bertprep.vocab.spelling import BLANK
from bertprep.vocab.subwords import unigram
from bertprep.vocab.subwords.preparation import to_bytes
from bertprep.vocab.training import WORD_COUNTS, frequent_words, merge_counts
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, Vocabulary

SAMPLES = Path(__file__).parents[2] / "sample_corpus" / "small"
HARD = ["Don't (stop), Zoë! it's 12.5% — naïve 猫; [SEP] ##a ▁b Ġc", "x ´ é\u00a0fi", "", "한국어 ภาษา हिन्दी"]
PARTS = st.sampled_from([*"aÉb'.-( 1猫한ß", " ", "e\u0301", "´"])
ALL = list(subwords.MODELS)


def lines() -> list[str]:
    found = [line for file in sorted(SAMPLES.glob("*/*.txt")) for line in file.read_text(encoding="utf-8").split("\n")]
    return [" ".join(line.split()) for line in found if line.strip()][:3000]


LINES = lines()
FEW = LINES[::4]


def trained(model: str, texts: list[str], **changes: object) -> dict[str, bytes]:
    how = VocabSettings(model=model, **{"size": 1500, **changes})  # type: ignore[arg-type]
    return subwords.train(subwords.count(pa.array(texts), how)[0], how)[0]


def tokenizer_of(files: dict[str, bytes]) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(files["tokenizer.json"].decode())


@functools.cache
def tokenizer_for(model: str, cased: bool) -> tokenizers.Tokenizer:
    return tokenizer_of(trained(model, FEW, lowercase=not cased))


@settings(max_examples=40)
@given(st.lists(st.lists(PARTS, max_size=20).map("".join), max_size=4), st.sampled_from(ALL), st.booleans())
def test_words_are_those_of_the_tokenizer(texts: list[str], model: str, cased: bool) -> None:
    texts = [" ".join(filter(None, text.split(" "))) for text in [*texts, *HARD]]  # as after segment
    theirs = tokenizer_for(model, cased)
    expected = collections.Counter(
        word
        for text in texts
        if text
        for word, _ in theirs.pre_tokenizer.pre_tokenize_str(theirs.normalizer.normalize_str(text))
    )
    table, _ = subwords.count(pa.array(texts), VocabSettings(model=model, lowercase=not cased))
    spell = to_bytes if model == "byte-bpe" else lambda word: word.replace(" ", BLANK)
    found = {spell(word): count for word, count in zip(*(column.to_pylist() for column in table.columns), strict=True)}
    lonely = spell(" ")  # an empty word, or the end of a text, may give a lone space or nothing
    assert {**found, lonely: 0} == {**expected, lonely: 0}


@pytest.mark.parametrize("model", ["bpe", "byte-bpe"])
def test_merges_are_those_of_tokenizers(model: str) -> None:
    # theirs joins the parts on both sides of a character that is left out
    texts = LINES if model == "byte-bpe" else [line for line in LINES if line.isascii()]
    ours = json.loads(trained(model, texts)["tokenizer.json"])["model"]
    theirs = tokenizers.Tokenizer(models.BPE(unk_token=ours["unk_token"]))
    parts = tokenizer_for(model, False)
    theirs.normalizer, theirs.pre_tokenizer = parts.normalizer, parts.pre_tokenizer
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


def test_unigram_cuts_into_fewer_pieces_than_the_trainer_of_tokenizers_and_is_likelier() -> None:
    texts = [line for line in LINES if line.isascii()]
    ours = tokenizer_of(trained("unigram", texts))
    theirs = tokenizers.Tokenizer(models.Unigram())
    theirs.normalizer, theirs.pre_tokenizer = ours.normalizer, ours.pre_tokenizer
    trainer = trainers.UnigramTrainer(
        vocab_size=1500, unk_token="[UNK]", special_tokens=[*SPECIAL_TOKENS], show_progress=False
    )
    theirs.train_from_iterator(texts, trainer)
    pieces, likelihood = [], []
    for tokenizer in (ours, theirs):
        scores = dict(json.loads(tokenizer.to_str())["model"]["vocab"])
        tokens = [
            token for encoding in tokenizer.encode_batch(texts, add_special_tokens=False) for token in encoding.tokens
        ]
        pieces.append(len(tokens))
        likelihood.append(sum(scores[token] for token in tokens))
    assert pieces[0] < pieces[1] and likelihood[0] > likelihood[1], (pieces, likelihood)


WAYS = st.dictionaries(st.text("ab", min_size=1, max_size=7), st.integers(1, 5), min_size=1, max_size=8)


@settings(max_examples=40)
@given(WAYS, st.lists(st.floats(0.01, 1), min_size=60, max_size=60))
def test_the_lattice_knows_all_ways(counts: dict[str, int], chances: list[float]) -> None:
    table = pa.table([list(counts), list(counts.values())], schema=WORD_COUNTS)
    words = frequent_words(table)
    pieces = unigram.seeds(words, 2)
    text = "".join(map(chr, words.codes_P.tolist()))
    spelled = [text[at : at + length] for at, length in zip(pieces.place_K, pieces.length_K, strict=True)]
    assert len(set(spelled)) == len(spelled)
    often = {
        part: sum(n for word, n in counts.items() for at in range(len(word)) if word.startswith(part, at))
        for part in {word[i:j] for word in counts for i in range(len(word)) for j in range(i + 1, len(word) + 1)}
    }
    assert {part: n for part, n in often.items() if n > 1 or len(part) == 1} == dict(
        zip(spelled, pieces.count_K.tolist(), strict=True)
    )
    chance = dict(zip(spelled, chances, strict=False))
    corpus, parts = unigram.lattices(words, pieces)
    probabilities = np.array([chance.setdefault(part, 0.5) for part in spelled])
    expected, order = dict.fromkeys(spelled, 0.0), [*sorted(counts, key=lambda word: (-counts[word], word))]
    best = []
    for word in order:
        ways = [way for way in all_ways(word) if all(part in chance for part in way)]
        values = [math.prod(chance[part] for part in way) for way in ways]
        best.append(math.log(max(values)))
        for way, value in zip(ways, values, strict=True):
            for part in way:
                expected[part] += counts[word] * value / sum(values)
    np.testing.assert_allclose(corpus.expected(probabilities), list(expected.values()), rtol=1e-9)
    scores, owners, used = corpus.likeliest(np.log(probabilities))
    np.testing.assert_allclose(scores, best, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.bincount(owners, np.log(probabilities)[used]), best, rtol=1e-9, atol=1e-12)
    instead, _, _ = parts.likeliest(np.log(probabilities))
    for part, value in zip(spelled, instead.tolist(), strict=True):
        ways = [way for way in all_ways(part) if len(way) > 1 and all(each in chance for each in way)]
        expected_value = max((sum(math.log(chance[each]) for each in way) for way in ways), default=-math.inf)
        assert value == pytest.approx(expected_value)


def all_ways(word: str) -> list[list[str]]:
    return [[]] if not word else [[word[:end], *way] for end in range(1, len(word) + 1) for way in all_ways(word[end:])]


@pytest.mark.parametrize("model", ALL)
def test_everybody_reads_the_files(tmp_path: Path, model: str) -> None:
    transformers = pytest.importorskip("transformers")
    files = trained(model, FEW, lowercase=False, multiple_of=64)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    ours, theirs = tokenizer_of(files), transformers.AutoTokenizer.from_pretrained(tmp_path)
    assert len(theirs) % 64 == 0 and theirs.vocab_size == len(theirs)
    ids = [theirs.pad_token_id, theirs.unk_token_id, theirs.cls_token_id, theirs.sep_token_id, theirs.mask_token_id]
    assert theirs.convert_ids_to_tokens(ids) == [*SPECIAL_TOKENS]
    texts = [*LINES[::40], *HARD]
    assert theirs(texts)["input_ids"] == [encoding.ids for encoding in ours.encode_batch(texts)]
    loaded, plain = Vocabulary.load(tmp_path), [text for text in texts if "[SEP]" not in text]
    inner = [encoding.ids for encoding in ours.encode_batch(plain, add_special_tokens=False)]
    assert [ids.tolist() for ids in loaded.encode_many(plain)] == inner and loaded.size == len(theirs)
    with pytest.raises(UsageError, match="--extend takes a BERT's WordPiece vocabulary"):
        extend(loaded, subwords.count(pa.array(texts), VocabSettings(model=model))[0], 5, 1)
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
    halves = [subwords.count(pa.array(half), how)[0] for half in (FEW[1::2][::-1], FEW[::2])]
    files, entries = subwords.train(merge_counts(halves), how)
    assert files == subwords.train(subwords.count(pa.array(FEW), how)[0], how)[0]
    assert entries == len(json.loads(files["tokenizer.json"])["model"]["vocab"]) <= 700 + 64
    tiny, count = subwords.train(subwords.count(pa.array(["a b", "a c"]), how)[0], how)
    assert count % 64 == 0 and b"[unused3]" in tiny["tokenizer.json"]
    with pytest.raises(UsageError, match="leaves no room for pieces"):
        subwords.train(halves[0], VocabSettings(model=model, size=100, unused=250))
