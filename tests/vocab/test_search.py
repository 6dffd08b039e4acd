"""The compiled searches of Unigram and BPE give the ids of `tokenizers`, and are used only while they do."""

import made_tokenizers
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models

from bertprep.core import native
from bertprep.core.errors import StageError
from bertprep.core.ragged import offsets_of
from bertprep.vocab import chunked
from bertprep.vocab.given import search
from bertprep.vocab.vocabulary import Vocabulary
from bertprep.vocab.wordpiece import Encoder

pytestmark = pytest.mark.skipif(native.loops is None, reason="the loops were not compiled here")
LETTERS = "abé中"
WORDS = st.lists(st.text(LETTERS, max_size=12), max_size=6)
PIECES = st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), st.integers(-8, 1), max_size=12)


def found(model, words):
    """The pieces of each word; None for one with an unknown character."""
    symbols = [model.symbols(word) for word in words]
    known = [each for each in symbols if each is not None]
    bounds = offsets_of(np.array([len(each) for each in known], np.int64))
    ids, counts = model.pieces(np.concatenate([model.symbols(""), *known]), bounds)
    ends = np.cumsum(np.maximum(counts, 0))
    rows = iter([None if n < 0 else ids[end - n : end].tolist() for n, end in zip(counts, ends, strict=True)])
    return [None if each is None else next(rows) for each in symbols]


@settings(max_examples=50, deadline=None)
@given(PIECES, WORDS, st.sampled_from([1.0, 0.1, 1 / 3]), st.booleans(), st.sampled_from(["<unk>", "a"]))
def test_the_likeliest_pieces_are_those_of_tokenizers_whatever_is_equal(scores, words, unit, by_bytes, unk):
    vocab = [[unk, 0.0], *([piece, score * unit] for piece, score in scores.items() if piece != unk)]
    theirs = models.Unigram([tuple(pair) for pair in vocab], 0, by_bytes)
    model = {"vocab": vocab, "unk_id": 0, "byte_fallback": by_bytes}
    for word, row in zip(words, found(search.Unigram(model), words), strict=True):
        expected = [token.id for token in theirs.tokenize(word)] if word else []
        assert row == (None if row is None and (unk in word or (by_bytes and 0 in expected)) else expected)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12), WORDS, st.booleans())
def test_merges_come_in_the_order_of_tokenizers_whatever_makes_the_same_piece(choices, words, by_bytes):
    tokens, merges = [*LETTERS[:3], *(f"<0x{byte:02X}>" for byte in "中".encode())], []
    for left, right in choices:
        pair = tokens[left % len(tokens)], tokens[right % len(tokens)]
        merges.append(pair)
        tokens += ["".join(pair)] * ("".join(pair) not in tokens)
    vocab = {token: number for number, token in enumerate([*tokens, "<unk>"])}
    model = {"vocab": vocab, "merges": [list(pair) for pair in merges], "byte_fallback": by_bytes}
    theirs = models.BPE(vocab, merges, unk_token="<unk>", byte_fallback=by_bytes)
    for word, row in zip(words, found(search.Bpe(model), words), strict=True):
        expected = [token.id for token in theirs.tokenize(word)] if word else []
        assert row == (None if "中" in word and not by_bytes else expected)


def test_the_search_is_used_where_it_can_be_and_only_as_long_as_it_agrees(tmp_path, monkeypatch):
    texts = pa.array(["The cat sat on the mat.", "Naïve, don't! 中文", "the the the"])
    used = {}
    for name in ("t5", "own", "llama", "mistral", "roberta", "xlm", "wordpiece"):
        encoder = Encoder(Vocabulary.load(made_tokenizers.write(tmp_path / name, made_tokenizers.MADE[name]())))._given
        encoder._quick = None
        encoder.encode(texts)
        used[name] = encoder._search != encoder._encode_parts
        if used[name]:  # including words with punctuation
            [words] = chunked.blocks(pa.array([" sat,", "The", " (the", " mat!?"], pa.large_string()))
            assert encoder._search.__self__._found(*words)[0].all(), name
        if name == "t5":
            t5 = encoder
    assert used == {
        "t5": True,
        "own": True,
        "llama": True,
        "mistral": True,
        "roberta": True,
        "xlm": False,
        "wordpiece": False,
    }
    wrong = search.Unigram.pieces
    monkeypatch.setattr(search.Unigram, "pieces", lambda *given: (wrong(*given)[0] * 0 + 9, wrong(*given)[1]))
    with pytest.raises(
        StageError, match=r"the compiled search gave other ids than tokenizers; run .* BERTPREP_NATIVE=0"
    ):
        t5.encode(pa.array(["another text"]))
    again = Encoder(Vocabulary.load(tmp_path / "t5"))._given
    expected = again.encode(texts)[0].tolist()
    assert again._search == again._encode_parts  # the trial detected it
    monkeypatch.undo()
    monkeypatch.setattr(native, "loops", None)
    plain = Encoder(Vocabulary.load(tmp_path / "t5"))._given
    assert plain.encode(texts)[0].tolist() == expected and plain._search == plain._encode_parts


def test_words_of_a_tokenizer_that_puts_a_space_first_are_counted_as_in_a_text(tmp_path):
    ours = Vocabulary.load(made_tokenizers.write(tmp_path, made_tokenizers.llama()))
    assert ours.given.by_part.leading == " "
    [(_, counts, unknown, pieces)] = Encoder(ours).words(pa.array(["The cat sat on the mat"]))
    assert (counts * pieces).sum() == len(ours.encode_one("The cat sat on the mat")) and not unknown.any()
