"""Properties of masking; those parametrized over the table of strategies hold for any strategy added to it."""

import collections
import dataclasses
import itertools
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from masking import CHINESE, CLS, MASK, SEP, UNK, any_rows, masked, random_rows, vocabulary
from partitions import few

from bertprep.core import randomness
from bertprep.core.errors import UsageError
from bertprep.shards import mask
from bertprep.shards.settings import MaskSettings
from bertprep.shards.strategies import STRATEGIES, chinese, span

pytest.importorskip("rjieba")
# they hold for the strategies of other languages too, but rows without text in these languages would test nothing
every_strategy = pytest.mark.parametrize(
    "strategy", [name for name in STRATEGIES if name != "whole-word-ja" or find_spec("sudachipy")]
)


def budget(row, settings):
    """The budget by the settings, with Python's `round`, which rounds ties to even."""
    ordinary = int(vocabulary().is_ordinary[row].sum())
    wanted = min(round(settings.mask_prob * ordinary), settings.max_predictions or ordinary)
    return min(max(wanted, 1), ordinary)


def words_of_row(row):
    """Sizes and first positions of the words of a row, in a plain implementation."""
    ordinary, pieces, words = vocabulary().is_ordinary, vocabulary().is_continuation, []
    for place, token in enumerate(row):
        if not ordinary[token]:
            continue
        if pieces[token] and place and ordinary[row[place - 1]]:
            words[-1].append(place)
        else:
            words.append([place])
    return words


def test_the_table_is_what_the_option_offers():
    field = next(field for field in dataclasses.fields(MaskSettings) if field.name == "strategy")
    assert field.metadata["choices"] == tuple(STRATEGIES)


@every_strategy
@few
@given(
    rows=any_rows,
    prob=st.sampled_from([0.0, 0.01, 0.15, 0.3, 0.5, 0.95]),
    most=st.sampled_from([None, 1, 3]),
    seed=st.integers(0, 3),
)
def test_the_budget_is_never_exceeded_and_every_row_restores(strategy, rows, prob, most, seed):
    settings = MaskSettings(strategy=strategy, mask_prob=prob, max_predictions=most, seed=seed)
    for row, (ids, positions, true_ids) in zip(rows, masked(rows, settings), strict=True):
        assert len(positions) <= budget(row, settings)
        if strategy == "token":
            assert len(positions) == budget(row, settings)
        assert positions == sorted(set(positions))
        assert all(vocabulary().is_ordinary[row[place]] for place in positions)
        restored = list(ids)
        for place, token in zip(positions, true_ids, strict=True):
            restored[place] = token
        assert restored == row
        assert all(ids[place] == MASK or vocabulary().is_ordinary[ids[place]] for place in positions)


@every_strategy
@few
@given(rows=any_rows, prob=st.sampled_from([0.15, 0.4]))
def test_a_row_falls_short_only_where_no_word_fits(strategy, rows, prob):
    settings = MaskSettings(strategy=strategy, mask_prob=prob)
    for row, (_, positions, _) in zip(rows, masked(rows, settings), strict=True):
        left = budget(row, settings) - len(positions)
        words = [[place] for place in range(len(row))] if strategy == "token" else words_of_row(row)
        untouched = [word for word in words if word[0] not in positions and vocabulary().is_ordinary[row[word[0]]]]
        # only the segmenter knows the sizes of Chinese words
        told = [
            word
            for word in untouched
            if strategy not in ("whole-word-zh", "whole-word-ja") or vocabulary().tokens[row[word[0]]] not in CHINESE
        ]
        assert all(len(word) > left for word in told)


@pytest.mark.parametrize("strategy", ["whole-word", "span"])
@few
@given(rows=any_rows)
def test_the_pieces_of_a_word_go_together(strategy, rows):
    for row, (_, positions, _) in zip(rows, masked(rows, MaskSettings(strategy=strategy)), strict=True):
        for word in words_of_row(row):
            assert len(set(word) & set(positions)) in (0, len(word))


@every_strategy
@few
@given(rows=any_rows, order=st.randoms(use_true_random=False), copy=st.integers(0, 2))
def test_masks_of_a_row_do_not_depend_on_other_rows(strategy, rows, order, copy):
    settings = MaskSettings(strategy=strategy)
    together = masked(rows, settings, copy=copy)
    shuffled = list(range(len(rows)))
    order.shuffle(shuffled)
    cut = len(rows) // 2
    for part in (shuffled[:cut], shuffled[cut:]):
        apart = masked([rows[n] for n in part], settings, pairs=part, copy=copy)
        assert apart == [together[n] for n in part]


@every_strategy
def test_the_size_of_chunks_changes_nothing(strategy, monkeypatch):
    rows, settings = random_rows(200), MaskSettings(strategy=strategy)
    whole = masked(rows, settings)
    monkeypatch.setattr(mask, "CHUNK_TOKENS", 100)
    assert masked(rows, settings) == whole


@every_strategy
def test_another_seed_copy_or_pair_gives_other_masks(strategy):
    rows, settings = random_rows(50), MaskSettings(strategy=strategy)
    found = [
        masked(rows, settings),
        masked(rows, dataclasses.replace(settings, seed=1)),
        masked(rows, settings, copy=1),
        masked(rows, settings, pairs=range(50, 100)),
    ]
    assert len({str(each) for each in found}) == 4


@every_strategy
def test_chosen_tokens_are_replaced_with_the_given_probabilities(strategy):
    rows = random_rows(4000)
    settings = MaskSettings(strategy=strategy, mask_replace_prob=0.7, random_replace_prob=0.2)
    kinds = collections.Counter()
    for ids, positions, true_ids in masked(rows, settings):
        for place, true in zip(positions, true_ids, strict=True):
            kinds["mask" if ids[place] == MASK else "kept" if ids[place] == true else "random"] += 1
    total = kinds.total()
    # a span's tokens share one draw: 10 tokens at most, so the error is at most sqrt(10) as large
    width = 10**0.5 if strategy == "span" else 1
    same = 1 / len(vocabulary().ordinary_ids)  # a random token may be the true one
    for kind, share in (("mask", 0.7), ("random", 0.2 * (1 - same)), ("kept", 0.1 + 0.2 * same)):
        assert abs(kinds[kind] - share * total) < 5 * width * (share * (1 - share) * total) ** 0.5


def test_tokens_are_chosen_uniformly_over_positions():
    row, settings = random_rows(1, longest=80)[0], MaskSettings()
    trials, chosen = 20_000, np.zeros(len(row))
    for _, positions, _ in masked([row] * trials, settings):
        chosen[positions] += 1
    ordinary = vocabulary().is_ordinary[row]
    share = budget(row, settings) / ordinary.sum()
    assert (chosen[~ordinary] == 0).all()
    assert (abs(chosen[ordinary] - share * trials) < 5 * (share * (1 - share) * trials) ** 0.5).all()


def test_any_two_tokens_are_equally_likely_to_be_chosen_together():
    row, trials = [CLS, *range(50, 60), SEP], 20_000
    together = np.zeros((12, 12))
    for _, positions, _ in masked([row] * trials, MaskSettings(mask_prob=0.3)):
        together[np.ix_(positions, positions)] += 1
    share = 3 / 10 * 2 / 9
    pairs = together[np.triu_indices(12, 1)].reshape(-1)
    assert (abs(pairs[pairs > 0] - share * trials) < 5 * (share * (1 - share) * trials) ** 0.5).all()
    assert (pairs > 0).sum() == 45


def test_random_tokens_are_uniform_over_the_ordinary_ones():
    rows = random_rows(3000)
    settings = MaskSettings(mask_replace_prob=0.0, random_replace_prob=1.0)
    put_in = np.concatenate([np.array(ids)[positions] for ids, positions, _ in masked(rows, settings)])
    ordinary = vocabulary().is_ordinary
    counts, expected = np.bincount(put_in, minlength=len(ordinary)), len(put_in) / ordinary.sum()
    assert counts[~ordinary].sum() == 0
    assert (abs(counts[ordinary] - expected) < 5 * expected**0.5).all()


@pytest.mark.parametrize(
    ("prob", "most", "ordinary", "expected"),
    [
        (0.15, None, 10, 2),  # 1.5, a tie, to even
        (0.5, None, 5, 2),  # 2.5, a tie, to even
        (0.5, None, 7, 4),
        (0.0, None, 10, 1),  # at least one
        (0.15, 20, 1000, 20),
        (0.15, 20, 100, 15),
        (0.95, None, 1, 1),
        (0.15, None, 0, 0),  # nothing to choose
    ],
)
def test_budgets_by_hand(prob, most, ordinary, expected):
    settings = MaskSettings(mask_prob=prob, max_predictions=most)
    assert mask.budgets(np.array([ordinary]), settings).tolist() == [expected]
    row = [CLS, *[100] * ordinary, UNK, SEP]
    assert len(masked([row], settings)[0][1]) == expected


@every_strategy
def test_rows_without_an_ordinary_token_stay_as_they_are(strategy):
    rows = [[CLS, UNK, SEP, SEP], [], [5, 6], [CLS, 100, SEP]]
    done = masked(rows, MaskSettings(strategy=strategy))
    assert [(ids, positions) for ids, positions, _ in done[:3]] == [(row, []) for row in rows[:3]]
    assert done[3][1] == [1]


def test_replacing_everything_or_nothing_is_allowed():
    rows = random_rows(20)
    for ids, positions, _ in masked(rows, MaskSettings(mask_replace_prob=1.0, random_replace_prob=0.0)):
        assert all(ids[place] == MASK for place in positions)
    stay = masked(rows, MaskSettings(mask_replace_prob=0.0, random_replace_prob=0.0))
    assert [ids for ids, _, _ in stay] == rows


@pytest.mark.parametrize(
    "wrong",
    [
        {"mask_prob": 0.96},
        {"mask_prob": float("nan")},
        {"mask_replace_prob": 0.95, "random_replace_prob": 0.1},
        {"max_predictions": 0},
        {"strategy": "words"},
        {"copies": 0},
    ],
)
def test_settings_out_of_bounds_are_refused(wrong):
    with pytest.raises(UsageError):
        MaskSettings(**wrong)


def test_span_lengths_are_geometric_and_end_at_ten():
    count = 100_000
    lengths = span.span_lengths(randomness.mix(0, np.arange(count)))
    share = 0.2 * 0.8 ** np.arange(10) / (1 - 0.8**10)
    found = np.bincount(lengths, minlength=11)
    assert len(found) == 11 and found[0] == 0
    assert (abs(found[1:] - share * count) < 5 * (share * (1 - share) * count) ** 0.5).all()
    assert abs(lengths.mean() - 3.8) < 0.05  # the paper's figure


def test_spans_are_as_long_as_drawn_where_there_is_room():
    words = [token for token in vocabulary().ordinary_ids.tolist() if not vocabulary().is_continuation[token]]
    row, settings = [CLS, *(words * 8)[:1000], SEP], MaskSettings(strategy="span", mask_prob=0.05)
    rows = [row] * 300
    lengths = collections.Counter(
        len(list(run))
        for _, positions, _ in masked(rows, settings)
        for _, run in itertools.groupby(enumerate(positions), lambda each: each[1] - each[0])
    )
    mean = sum(length * count for length, count in lengths.items()) / lengths.total()
    assert 3.7 < mean < 4.2  # 3.8, and some spans touch


def test_spans_never_cross_a_special_token_and_are_replaced_alike():
    words = [token for token in vocabulary().ordinary_ids.tolist() if not vocabulary().is_continuation[token]]
    rows = [[CLS, *words[:20], SEP, *words[20:40], SEP]] * 500
    runs = 0
    for ids, positions, true_ids in masked(rows, MaskSettings(strategy="span", mask_prob=0.1, random_replace_prob=0.0)):
        kinds = [ids[place] == MASK for place in positions]
        assert all(kind or ids[place] == true for kind, place, true in zip(kinds, positions, true_ids, strict=True))
        runs += sum(one + 1 == other for one, other in itertools.pairwise(positions))
    assert runs > 500  # neighbours go together far more often than single tokens would (about 150)


def test_chinese_words_go_together():
    number = {token: place for place, token in enumerate(vocabulary().tokens)}
    # the segmenter knows: 我 来到 北京 清华大学
    row = [CLS, *(number[character] for character in "我来到北京清华大学"), SEP]
    words = [{1}, {2, 3}, {4, 5}, {6, 7, 8, 9}]
    seen = set()
    for _, positions, _ in masked([row] * 200, MaskSettings(strategy="whole-word-zh", mask_prob=0.5)):
        assert all(word & set(positions) in (set(), word) for word in words)
        seen.update(positions)
    assert seen == set(range(1, 10))
    alone = masked([row] * 200, MaskSettings(strategy="whole-word", mask_prob=0.5))
    assert any(len({6, 7, 8, 9} & set(positions)) not in (0, 4) for _, positions, _ in alone)


def test_chinese_words_do_not_cross_other_tokens():
    number = {token: place for place, token in enumerate(vocabulary().tokens)}
    north, capital = number["北"], number["京"]
    rows = [[CLS, north, SEP, capital, SEP], [CLS, north, 250, capital, SEP], [CLS, north, UNK, capital, SEP]]
    for row in rows:
        together = {tuple(positions) for _, positions, _ in masked([row] * 50, MaskSettings(strategy="whole-word-zh"))}
        assert all(len(positions) == 1 for positions in together) and len(together) >= 2


def test_a_missing_segmenter_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    with pytest.raises(UsageError, match=r"rjieba.*pip install 'bertprep\[zh\]'"):
        chinese.load_segmenter()


def test_chinese_characters_are_those_of_bert_s_ranges():
    codes = chinese.character_codes(vocabulary())
    tokens = vocabulary().tokens
    assert [token for token, code in zip(tokens, codes, strict=True) if code] == tokens[7 : 7 + (codes > 0).sum()]
    assert (codes > 0).sum() == 20
