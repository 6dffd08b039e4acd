"""Random draws are a function of their key; the values below must never change, since all data would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from partitions import few

from bertprep.core import randomness
from bertprep.core.randomness import Draws, Stream


def test_known_words():
    assert Stream("pairs", 0, 1, "train").words(2).tolist() == [14992324892410804180, 18330816078591770294]
    assert randomness.mix(randomness.key("mask", 0, 0), np.arange(2)).tolist() == [
        8883959579778749036,
        14964330141329599314,
    ]


def test_mix_is_the_published_generator():
    # the first words of SplitMix64 seeded with 1234567, as published with its reference code
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert randomness.mix(1234567, np.arange(4)).tolist() == published


identities = st.lists(st.one_of(st.integers(-3, 2**64), st.text("ab1", max_size=3)), max_size=4)


@few
@given(identities, identities)
def test_other_identity_other_key(one, other):
    assert (randomness.key(*one) == randomness.key(*other)) == (list(map(repr, one)) == list(map(repr, other)))


def test_a_stream_goes_on_where_it_stopped():
    whole, parts = Stream("x").words(10).tolist(), Stream("x")
    assert [
        *parts.words(3).tolist(),
        *parts.words(0).tolist(),
        *parts.words(1).tolist(),
        *parts.words(6).tolist(),
    ] == whole


def test_a_row_gets_its_bits_without_the_rows_before_it():
    keys = randomness.mix(7, np.arange(100))
    assert randomness.mix(7, np.arange(50, 100)).tolist() == keys[50:].tolist()
    assert randomness.mix(keys[:, None], np.arange(3))[40].tolist() == randomness.mix(keys[40], np.arange(3)).tolist()


@few
@given(st.lists(st.integers(1, 2**32 - 1), max_size=50), st.integers(0, 9))
def test_integers_stay_below_their_limits(limits, seed):
    drawn = Stream(seed).below(np.array(limits, np.int64))
    assert drawn.dtype == np.int64 and len(drawn) == len(limits)
    assert ((drawn >= 0) & (drawn < np.array(limits, np.int64))).all()


def test_draws_are_uniform():
    # 60,000 draws; a cell of 6,000 has a standard error of 73
    for drawn in (Stream(1).below(np.full(60_000, 10)), (Stream(2).uniform(60_000) * 10).astype(int)):
        assert (abs(np.bincount(drawn, minlength=10) - 6000) < 5 * 73).all()
    one_by_one = Draws(3)
    counts = np.bincount([one_by_one.randint(5, 14) for _ in range(60_000)], minlength=15)
    assert counts[:5].sum() == 0 and (abs(counts[5:] - 6000) < 5 * 73).all()
    assert abs(np.mean([one_by_one.random() for _ in range(60_000)]) - 0.5) < 5 * 0.289 / 60_000**0.5


def test_permutations_are_uniform():
    places = np.array([Stream("p", seed).permutation(5) for seed in range(5000)])
    assert (np.sort(places, 1) == np.arange(5)).all()
    counts = np.array([np.bincount(places[:, column], minlength=5) for column in range(5)])
    assert (abs(counts - 1000) < 5 * 28).all()  # a standard error is 28
