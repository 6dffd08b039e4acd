"""Properties of the couples that exchange their B's."""

import collections

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from partitions import few

from bertprep.core.randomness import Stream
from bertprep.pairs.exchange import choose, couples

documents = st.one_of(
    st.lists(st.integers(0, 5), max_size=60),
    st.lists(st.sampled_from([0, 0, 0, 0, 1, 2]), max_size=60),
)


@few
@given(documents)
def test_couples_are_of_two_documents_and_as_many_as_can_be(document):
    found, left = couples(np.array(document, np.int64))
    for one, other in found.tolist():
        assert document[one] != document[other]
    assert sorted([*found.ravel().tolist(), *left.tolist()]) == list(range(len(document)))
    largest = max(collections.Counter(document).values(), default=0)
    assert len(found) == min(len(document) // 2, len(document) - largest)


def test_neighbours_come_together():
    found, left = couples(np.array([1, 2, 3, 3, 4, 5, 6]))
    assert found.tolist() == [[0, 1], [2, 4], [3, 5]] and left.tolist() == [6]


@few
@given(st.integers(0, 50), st.integers(0, 150), st.integers(0, 3))
def test_half_of_what_is_kept_exchanges_and_little_is_dropped(couple_count, left_count, seed):
    changing, staying, alone = choose(couple_count, left_count, Stream(seed))
    kept = 2 * len(changing) + 2 * len(staying) + len(alone)
    assert 4 * len(changing) == kept
    chosen = [*changing.tolist(), *staying.tolist()]
    assert len(set(chosen)) == len(chosen) and set(chosen) <= set(range(couple_count))
    assert len(set(alone.tolist())) == len(alone) and set(alone.tolist()) <= set(range(left_count))
    assert 2 * couple_count + min(left_count, 2 * couple_count) - kept <= 3


def test_every_couple_is_as_likely_to_exchange():
    times = np.zeros(10)
    for seed in range(2000):
        times[choose(10, 0, Stream(seed))[0]] += 1
    assert (abs(times - 1000) < 5 * 500**0.5).all()  # five standard errors of 2,000 throws


def test_similar_couples_do_not_predict_each_other():
    # the two pairs of a couple have the same label; neighbouring couples mostly differ, which cancels this: among the four
    # pairs of two neighbouring couples, labels agree as often as not
    same = differ = 0
    for seed in range(500):
        chosen = np.zeros(32, bool)
        chosen[choose(32, 0, Stream(seed))[0]] = True
        one, other = chosen[::2], chosen[1::2]
        same += 2 * 16 + 4 * int((one == other).sum())
        differ += 4 * int((one != other).sum())
    assert same == differ
