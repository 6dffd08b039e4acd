"""Merging in batches, and the compiled loop, give the result of merging one at a time, by the textbook algorithm below."""

import collections
import itertools

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bertprep.core import native
from bertprep.vocab import merges
from bertprep.vocab import training as vocab
from bertprep.vocab.settings import VocabSettings
from bertprep.vocab.vocabulary import SPECIAL_TOKENS

# few letters and small counts: pairs overlap, chains are long, and equal counts are common
WORDS = st.dictionaries(st.text("abc", min_size=1, max_size=12), st.integers(1, 6), min_size=1, max_size=30)


def one_by_one(counts: dict[str, int], size: int, min_frequency: int) -> list[str]:
    """Merge the most frequent adjacent pair, that with the smallest ids among equals, from left to right, and repeat."""
    letters = sorted({letter for word in counts for letter in word})
    inner = sorted({letter for word in counts for letter in word[1:]})
    tokens = [*SPECIAL_TOKENS, *letters, *("##" + letter for letter in inner)]
    words = [(["##" * (at > 0) + letter for at, letter in enumerate(word)], count) for word, count in counts.items()]
    while len(tokens) < size:
        pairs: collections.Counter[tuple[int, int]] = collections.Counter()
        for pieces, count in words:
            for left, right in itertools.pairwise(pieces):
                pairs[tokens.index(left), tokens.index(right)] += count
        if not pairs or max(pairs.values()) < min_frequency:
            break
        left, right = (tokens[number] for number in min(pairs, key=lambda pair: (-pairs[pair], pair)))
        new = left + right.removeprefix("##")
        if new not in tokens:
            tokens.append(new)
        words = [(merged(pieces, left, right, new), count) for pieces, count in words]
    return tokens


def merged(pieces: list[str], left: str, right: str, new: str) -> list[str]:
    done: list[str] = []
    while pieces:
        both = pieces[:2] == [left, right]
        done.append(new if both else pieces[0])
        pieces = pieces[2 if both else 1 :]
    return done


@given(WORDS, st.integers(6, 60), st.integers(1, 3))
@example({"aaaaa": 2, "aaaa": 1, "baaab": 3}, 50, 1)  # repeated pieces
@example({"abcab": 2, "cabc": 2, "bcabca": 1}, 50, 1)  # a piece that arises in two ways
@example({"abc": 3, "abcc": 3, "abccb": 3}, 50, 1)  # a merged pair as frequent as its parts
def test_turns_learn_what_one_by_one_learns(counts: dict[str, int], room: int, min_frequency: int) -> None:
    table = pa.table([list(counts), list(counts.values())], schema=vocab.WORD_COUNTS)
    settings = VocabSettings(size=100, min_frequency=min_frequency, unused=95 - room)
    expected = one_by_one(counts, 5 + room, min_frequency)
    with pytest.MonkeyPatch.context() as patch:
        for loops in (native.loops, None):
            patch.setattr(native, "loops", loops)
            learnt = [token for token in vocab.train(table, settings).tokens if not token.startswith("[unused")]
            assert learnt == expected


def test_many_merges_share_a_turn(monkeypatch) -> None:
    taken = []
    whole = merges.PieceNeighbours.merge
    monkeypatch.setattr(native, "loops", None)
    monkeypatch.setattr(
        merges.PieceNeighbours, "merge", lambda pairs, turn: (taken.append(len(turn)), whole(pairs, turn))
    )
    counts = {a + b: 10 + 26 * ord(a) + ord(b) for a in "bcdfg" for b in "hjklm"}
    table = pa.table([list(counts), list(counts.values())], schema=vocab.WORD_COUNTS)
    vocab.train(table, VocabSettings(size=200, min_frequency=1, unused=0))
    assert taken == [25]
