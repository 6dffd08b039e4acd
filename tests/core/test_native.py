"""The compiled loops give the results of NumPy, and refuse invalid arguments instead of accessing memory out of bounds."""

import subprocess
import sys
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from bertprep_cli.config import refuse_unknown_variables
from hypothesis import given, settings
from hypothesis import strategies as st
from masking import any_rows, vocabulary

from bertprep import api
from bertprep.core import native
from bertprep.core.errors import UsageError
from bertprep.core.ragged import offsets_of
from bertprep.pairs import job as pairs_job
from bertprep.pairs.chunks import Text, pack
from bertprep.shards.mask import mask_rows
from bertprep.shards.settings import MaskSettings
from bertprep.vocab import chunked
from bertprep.vocab.merges import Pieces, merge
from bertprep.vocab.training import count_words
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, TextRules, Vocabulary
from bertprep.vocab.wordpiece import Encoder, normaliser_of

LOOPS = native.loops
pytestmark = pytest.mark.skipif(LOOPS is None, reason="the loops were not compiled here")
few = settings(max_examples=40, deadline=None)
PIECES = [
    "the",
    "##n",
    "un",
    "##able",
    "猫",
    "中",
    "국",
    *"abcdef,.-",
    *("##" + each for each in "abcdef"),
    "a" * 40,
    "##" + "b" * 40,
]
# long words, combining and control characters, scripts without spaces, and pieces of the vocabulary
texts = st.lists(
    st.lists(
        st.one_of(
            st.sampled_from([*PIECES, " ", "\t", "e\u0301", "É", "\x00", "a" * 101, "b" * 3000]), st.text(max_size=4)
        )
    ).map("".join),
    max_size=8,
)


def both_ways(action):
    """The results of a function with the compiled loops and with NumPy."""
    with pytest.MonkeyPatch.context() as patch:
        compiled = action()
        patch.setattr(native, "loops", None)
        return compiled, action()


def assert_same(compiled, plain):
    for one, other in zip(compiled, plain, strict=True):
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()


@cache
def words_of(lowercase, is_wide):
    more = [f"[unused{number}]" for number in range(65_536 if is_wide else 1)]
    return Vocabulary([*SPECIAL_TOKENS, *PIECES, *more], TextRules(lowercase, lowercase))


@pytest.mark.parametrize(("lowercase", "is_wide"), [(False, False), (True, False)])
@settings(max_examples=20, deadline=None)
@given(batches=st.lists(texts, min_size=1, max_size=3), limit=st.sampled_from([2, 5, 1000]))
def test_ids_are_the_same_whatever_the_text_and_the_memory(lowercase, is_wide, batches, limit):
    assert_same_ids(words_of(lowercase, is_wide), batches, limit)


def test_ids_of_32_bits_are_the_same():
    assert_same_ids(words_of(True, True), [PIECES, ["".join(PIECES)] * 2], 4)


def assert_same_ids(vocabulary, batches, limit):
    def encode():
        normaliser_of.cache_clear()  # so that both learn characters themselves
        encoder = Encoder(vocabulary, cache_limit=limit)
        assert bool(encoder._chunks._table) == bool(native.loops)
        return [array for batch in batches for array in encoder.encode(pa.array(batch, pa.string()))]

    assert_same(*both_ways(encode))


@few
@given(texts, st.booleans(), st.sampled_from([16, 1 << 20]))
def test_words_are_counted_the_same(batch, lowercase, block):
    rules = TextRules(lowercase, lowercase, max_word_chars=50)

    def count():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chunked, "PART_BYTES", block)
            words, harmed = count_words(pa.array([*batch, *batch[:2]], pa.string()), rules)
        return words.to_pydict(), harmed

    compiled, plain = both_ways(count)
    assert compiled == plain


PIECE_LISTS = st.lists(st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(1, 9)), max_size=30)


@few
@given(PIECE_LISTS, st.integers(0, 30), st.integers(1, 4), st.sampled_from(["", "##"]))
def test_merges_are_the_same(words, room, least, prefix):
    letters = ["a", "b", "##a", "##b"] if prefix else ["a", "b", "ab", "ba"]  # some pieces arise in several ways
    first_P = np.array([at == 0 for pieces, _ in words for at in range(len(pieces))], bool)
    pieces_P = np.array([piece for pieces, _ in words for piece in pieces], np.int64)
    weights_P = np.array([count for pieces, count in words for _ in pieces], np.int64)

    def learn():
        tokens = list(letters)
        made = merge(tokens, Pieces(pieces_P, first_P, weights_P), 4 + room, least, prefix)
        return tokens, made

    compiled, plain = both_ways(learn)
    assert compiled == plain


@few
@given(
    any_rows,
    st.sampled_from([0.01, 0.15, 0.95]),
    st.sampled_from([None, 1, 3]),
    st.sampled_from([np.uint16, np.uint32]),
)
def test_masks_are_the_same(rows, share, most, dtype):
    asked = MaskSettings(mask_prob=share, max_predictions=most, seed=7)
    flat = np.concatenate([np.empty(0, dtype), *(np.array(row, dtype) for row in rows)])
    offsets, pairs = offsets_of(np.array([len(row) for row in rows], np.int64)), np.arange(len(rows), dtype=np.uint64)

    def masked():
        found = mask_rows(flat, offsets, pairs, asked, vocabulary(), copy=1)
        return found.ids_T, found.positions_P, found.true_ids_P, found.mask_offsets_N1

    assert_same(*both_ways(masked))


@few
@given(st.lists(st.lists(st.integers(1, 60), max_size=12), max_size=6), st.integers(1, 3), st.integers(2, 80))
def test_chunks_are_the_same(documents, least, longest):
    lengths = np.array([length for document in documents for length in document], np.int64)
    bounds = offsets_of(np.array([len(each) for each in documents], np.int64))
    text = Text(offsets_of(lengths), np.arange(lengths.size), bounds, np.arange(len(documents)))
    targets = np.where(np.arange(lengths.size) % 3, longest, 2)
    assert_same(*both_ways(lambda: pack(text, targets, least)))


def test_the_road_from_sentences_to_shards_is_the_same(tmp_path):
    corpus = tmp_path / "corpus.txt"
    lines = [f"The {'cat' * (n % 40)} no. {n * n} sat — unable, naïve, 猫中국 {chr(0x100 + n)}." for n in range(400)]
    corpus.write_text("\n\n".join("\n".join(lines[first : first + 9]) for first in range(0, 400, 9)))
    api.segment(corpus, tmp_path / "sentences", workers=1)

    def made():
        name = str(native.loops is None)
        api.train_vocab(tmp_path / "sentences", tmp_path / name / "vocab", workers=1, size=500)
        pairs_job._encoder.cache_clear()
        api.build_pairs(
            tmp_path / "sentences", tmp_path / name / "vocab", tmp_path / name / "pairs", workers=1, max_length=32
        )
        api.mask(tmp_path / name / "pairs", tmp_path / name / "shards", workers=1)
        files = sorted((tmp_path / name).rglob("*.[at]*"))
        return {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files}

    compiled, plain = both_ways(made)
    assert {"vocab/vocab.txt", "pairs/train-00000-of-00001.arrow", "shards/train-00000-of-00001.arrow"} <= {*plain}
    assert compiled == plain


buffers = st.one_of(
    st.binary(max_size=40),
    st.lists(st.integers(-2, 9), max_size=6).map(lambda values: np.array(values, np.int64).tobytes()),
    st.sampled_from([bytes(256), bytes(0x110000), bytes(0x1100)]),
)
callables = st.sampled_from(
    [lambda left, right: -1, lambda left, right: left | right, lambda left, right: 9, abs, None]
)
numbers = st.one_of(st.integers(-3, 5), st.sampled_from([2, 4, 2**31]))
SIGNATURES = {
    "cut": "rrrrww", "number": "trrw", "chunks": "tn", "lengths": "rrrw", "gather": "rrrnw", "pieces": "rrrrrrnww",
    "ordinary": "rnrrw", "mask_tokens": "rnrrrrffnrwww", "pack": "rrrnwww", "table": "r", "merge": "trrrnc",
    "likeliest": "rrrrrrfnnww", "joined": "trrrww",
}  # fmt: skip


@few
@given(st.data())
def test_arguments_that_do_not_fit_are_refused(data):
    """`make sanitize` runs this under the address sanitizer."""
    kinds = {"r": buffers, "w": buffers.map(bytearray), "n": numbers, "f": st.just(0.5), "c": callables}
    table = LOOPS.table(bytes(16))
    for name, signature in SIGNATURES.items():
        given_ = [table if kind == "t" else data.draw(kinds[kind]) for kind in signature]
        try:
            getattr(LOOPS, name)(*given_)
        except (ValueError, OverflowError, TypeError):
            continue
    pieces_P = np.array(data.draw(st.lists(st.integers(-2, 3), max_size=9)), np.int32)
    numbers_given = data.draw(st.lists(st.integers(-1, 5), max_size=9))
    weights_P = np.arange(pieces_P.size)
    LOOPS.merge(
        native.new_table(), pieces_P, weights_P % 4 == 0, weights_P, 0, lambda *_: (numbers_given or [-1]).pop()
    )


def test_a_table_grows_and_tells_apart_what_begins_alike():
    words = [f"{'x' * (number % 40)}{number}" for number in range(5000)] * 2
    text, offsets = (
        np.frombuffer("".join(words).encode(), np.uint8),
        offsets_of(np.array([len(word) for word in words])),
    )
    index = np.empty(len(words), np.uint32)
    table = native.new_table()
    LOOPS.number(table, text, offsets, index)
    assert index.tolist() == [*range(5000)] * 2
    assert LOOPS.chunks(table, 4999)[0] == words[4999].encode()


def test_a_variable_turns_the_loops_off(monkeypatch):
    code = "from bertprep.core import native; print(native.loops, native.state())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={native.VARIABLE: "0"})
    assert done.stdout == "None NumPy (BERTPREP_NATIVE=0)\n"
    assert native.state() == "compiled"
    monkeypatch.setenv(native.VARIABLE, "yes")
    with pytest.raises(UsageError, match="must be 0 or 1"):
        refuse_unknown_variables()
