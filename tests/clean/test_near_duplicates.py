"""Near-duplicates: words, shingles, signatures, bands, buckets and clusters, compared with plain implementations."""

import itertools
import random

import near_duplicates as plain
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.clean import bands, buckets, clusters, normalized_words, signatures

THRESHOLD = 0.8
LISTS = pa.list_(pa.string())
TEXT = st.text(alphabet="abAB12 .,-ÄäΣ東京二กข\u0301\U00020000", max_size=24)


def shingled(documents):
    """The set of shingle hashes of each document."""
    lists = pa.array(documents, LISTS)
    found, offsets = signatures.shingles_of(
        normalized_words.normalized_words(lists.flatten()), lists.offsets.to_numpy().astype(np.int64)
    )
    return [set(found[first:stop].tolist()) for first, stop in itertools.pairwise(offsets)]


def near(documents, threshold=THRESHOLD):
    """Pairs (later, earlier) of documents found to be near-duplicates, by number."""
    cut = bands.bands_for(threshold)
    sketches = bands.sketches_of(pa.array(documents, LISTS), cut)
    rows = np.flatnonzero(sketches.has_shingles_D)
    keys, members = sketches.keys_DB[rows].ravel(), np.repeat(rows, cut.number)
    kept = buckets.shared(keys)
    least = bands.least_estimate(threshold)
    return buckets.near_pairs(keys[kept], members[kept], sketches.places_DK, least)


@given(st.lists(st.lists(TEXT, max_size=4), max_size=5))
@settings(max_examples=50)
def test_shingles_are_those_of_the_plain_restatement(documents):
    plain_ones = [plain.shingles(document) for document in documents]
    ours = shingled(documents)
    assert [len(one) for one in ours] == [len(one) for one in plain_ones]
    # a shingle has the same hash in all documents, and different shingles have different hashes
    for document, own in zip(documents, ours, strict=True):
        assert shingled([["", *document, ""]]) == [own]
    for left, right, own_left, own_right in zip(plain_ones, plain_ones[1:], ours, ours[1:], strict=False):
        assert len(left & right) == len(own_left & own_right)


def test_windows_of_any_size_give_the_same_words(monkeypatch):
    sentences = pa.array([sentence for document in plain.documents(3, 4) for sentence in [*document, "", "二二 12"]])
    whole = normalized_words.normalized_words(sentences)
    monkeypatch.setattr(normalized_words, "WINDOW_CHARACTERS", 50)
    for sliced, shift in ((sentences, 0), (sentences.slice(5), 5)):
        parts = normalized_words.normalized_words(sliced)
        assert (parts.hashes_W == whole.hashes_W[whole.offsets_S1[shift] :]).all()
        assert (parts.offsets_S1 == whole.offsets_S1[shift:] - whole.offsets_S1[shift]).all()


def test_places_agree_as_often_as_the_sets_have_in_common():
    """For sets of 1 to 20,000 shingles, within 5 standard errors of the mean over 200 pairs."""
    draws = np.random.Philox(key=5)
    for size in (1, 3, 17, 60, 150, 400, 20_000):
        for shared in (0, size // 3, size * 8 // 9, size):
            count = 200 if size < 1000 else 6
            drawn = draws.random_raw(count * (2 * size - shared)).reshape(count, -1)
            both = np.concatenate([drawn[:, :size], drawn[:, size - shared :]], axis=1).ravel()
            found = signatures.signatures(both, np.arange(2 * count + 1) * size)
            assert (found != signatures.EMPTY).all()
            true = shared / (2 * size - shared)
            share = (found[::2] == found[1::2]).mean(axis=1)
            error = np.sqrt(true * (1 - true) / signatures.PLACES)
            assert abs(share.mean() - true) <= 5 * error / np.sqrt(count), (size, shared)
            assert share.std() <= 1.3 * error, (size, shared)


def test_signatures_follow_from_the_set_alone(monkeypatch):
    """They do not depend on the order or number of occurrences of shingles, other documents, or how work is divided."""
    draws = np.random.Philox(key=6)
    sets = [draws.random_raw(size) if size > 1 else np.array([7], np.uint64) for size in (1, 900, 4, 40, 300, 1)]
    empty = np.empty(0, np.uint64)
    rows = [*sets, empty, *(np.concatenate([one[::-1], one[:3]]) for one in sets)]
    offsets = np.cumsum([0, *map(len, rows)])
    found = signatures.signatures(np.concatenate(rows), offsets)
    assert (found[:6] == found[7:]).all()
    assert (found[6] == signatures.EMPTY).all()
    monkeypatch.setattr(signatures, "RUN_SHINGLES", 50)
    monkeypatch.setattr(signatures, "BLOCK_DOCUMENTS", 1)
    assert (signatures.signatures(np.concatenate(rows), offsets) == found).all()


def test_the_draws_are_those_that_were_published():
    """Signatures decide what is dropped, so other values need another version of the stage."""
    found = signatures.signatures(np.arange(1, 41, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15), np.array([0, 40]))
    keys = bands.band_keys(found, bands.bands_for(THRESHOLD))
    assert found[0, :3].tolist() == [1106419607, 2150018960, 460062437]
    assert keys[0, 0] == 15317977771812480510
    assert shingled([["One two three four 5."]]) == [{8213472066226641878}]


def test_planted_near_duplicates_are_found():
    """Recall is at least 0.97 at a Jaccard similarity of 0.8 and above; at most 0.5 % are found at 0.5 and below."""
    draws = random.Random(2)
    documents = [
        version for document in plain.documents(1, 300) for version in (document, plain.edited(document, draws))
    ]
    true = np.array([plain.jaccard(*documents[row : row + 2]) for row in range(0, len(documents), 2)])
    pairs = near(documents)
    found = {tuple(pair) for pair in pairs.tolist()}
    hits = np.array([(row + 1, row) in found for row in range(0, len(documents), 2)])
    assert (true >= THRESHOLD).sum() > 120
    assert hits[true >= THRESHOLD].mean() >= 0.97
    assert (true <= 0.5).sum() > 40
    assert hits[true <= 0.5].mean() <= 0.005
    assert (pairs[:, 0] // 2 == pairs[:, 1] // 2).all(), "documents that have nothing in common"


def test_bands_keep_their_step_below_the_threshold():
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0):
        cut = bands.bands_for(threshold)
        assert cut.number <= bands.MOST_BANDS
        assert cut.number * cut.places <= signatures.PLACES
        assert (1 - threshold**cut.places) ** cut.number <= bands.MISSED
        assert cut.places > 1, "one place alone makes nearly all documents candidates"


@pytest.mark.parametrize("threshold", [0.5, 1.0])
def test_few_words(threshold):
    """A document with fewer than 5 words, or 7 characters, is not compared with any other."""
    alike = [
        ["One two three four five."],
        ["one TWO, three", "four five"],
        ["東京二三四五六"],
        ["「東京」二三四五六。"],
    ]
    assert near(alike, threshold).tolist() == [[1, 0], [3, 2]]
    assert (
        len(near([["Cookie notice."], ["Cookie notice."], ["東京二三四五"], ["東京二三四五"], [], [""]], threshold))
        == 0
    )


def test_hundred_versions_of_one_document_are_one_cluster():
    draws = random.Random(4)
    (document,) = plain.documents(9, 1, shortest=400, longest=400)
    versions = [[*document, f"Version {'x' * number} of it."] for number in range(100)]
    draws.shuffle(versions)
    pairs = near([*plain.documents(10, 5), *versions])
    assert (clusters.connected(105, pairs[:, 0], pairs[:, 1]) == [0, 1, 2, 3, 4, *[5] * 100]).all()


def test_a_bucket_of_many_is_not_compared_all_with_all(monkeypatch):
    """100,000 copies in one bucket take as many comparisons; 3,000 dissimilar documents 64 times as many."""
    counted = []
    plain_estimates = buckets.estimates
    monkeypatch.setattr(buckets, "estimates", lambda *given: counted.append(len(given[1])) or plain_estimates(*given))
    copies = np.zeros((100_000, signatures.PLACES), np.uint8)
    found = buckets.near_pairs(np.zeros(100_000, np.uint64), np.arange(100_000), copies, 0.75)
    assert (len(found), sum(counted)) == (99_999, 99_999)
    assert not found[:, 1].any()
    counted.clear()
    unlike = np.random.Philox(key=1).random_raw(3000 * 32).view(np.uint8).reshape(3000, 256)
    assert len(buckets.near_pairs(np.zeros(3000, np.uint64), np.arange(3000), unlike, 0.75)) == 0
    assert sum(counted) == buckets.MOST_CENTRES * 2999


def test_pairs_of_a_bucket_are_found_through_its_centres():
    """Every document is similar to an earlier centre or a centre itself, and no two centres are similar."""
    draws = np.random.Philox(key=2)
    kinds = draws.random_raw(12 * 32).view(np.uint8).reshape(12, 256)
    which = (draws.random_raw(300) % 12).astype(int)
    keys = (draws.random_raw(300) % 5).astype(np.uint64)
    pairs = buckets.near_pairs(keys, np.arange(300), kinds[which], 0.75)
    found = clusters.connected(300, pairs[:, 0], pairs[:, 1])
    for row in range(300):
        same = [other for other in range(300) if which[other] == which[row] and keys[other] == keys[row]]
        assert found[row] == found[same[0]]
        assert which[found[row]] == which[row]
    assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs)


@given(st.integers(1, 30), st.data())
@settings(max_examples=50)
def test_clusters_are_the_connected_components_in_any_order(count, data):
    pairs = data.draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=40)
    )
    ranks = np.array(data.draw(st.permutations(range(count))), np.uint64) // np.uint64(2)  # some are equal
    nodes = np.stack([ranks, np.arange(count, dtype=np.uint64)], axis=1)

    def dropped(pairs, size):
        forest = clusters.Forest()
        for first in range(0, len(pairs), size):
            left, right = np.array(pairs[first : first + size]).T
            forest.add(nodes[left], nodes[right])
        return [numbers.tolist() for numbers in forest.dropped()]

    parent = list(range(count))
    for _ in range(count):
        for left, right in pairs:
            parent[left] = parent[right] = min(parent[left], parent[right])
    stays = {
        row: min((each for each in range(count) if parent[each] == parent[row]), key=lambda each: (ranks[each], each))
        for row in range(count)
    }
    expected = [row for row in range(count) if stays[row] != row]
    assert dropped(pairs, 100) == [expected, [stays[row] for row in expected]]
    assert dropped(data.draw(st.permutations(pairs)), data.draw(st.integers(1, 5))) == dropped(pairs, 100)


def test_what_is_held_out_by_name_comes_first():
    heads = np.random.Philox(key=3).random_raw(100)
    assert clusters.ranks(heads, True).max() < clusters.ranks(heads, False).min()
    order = np.argsort(clusters.ranks(heads))
    assert abs(np.corrcoef(order, np.argsort(heads))[0, 1]) < 0.4, (
        "the ids themselves say in which partition a document lies"
    )


@pytest.mark.slow
def test_pairs_are_those_of_datasketch():
    """For pairs that are not near the threshold, where both may err, both give the same result."""
    datasketch = pytest.importorskip("datasketch", reason="another MinHash to compare with")
    draws = random.Random(12)
    documents = [version for one in plain.documents(11, 200) for version in (one, plain.edited(one, draws))]
    index, hashes = datasketch.MinHashLSH(threshold=THRESHOLD, num_perm=256), []
    for number, document in enumerate(documents):
        hashes.append(datasketch.MinHash(num_perm=256))
        hashes[-1].update_batch(["\n".join(shingle).encode() for shingle in plain.shingles(document)])
        index.insert(number, hashes[-1])
    theirs = {
        (max(pair), min(pair))
        for number, own in enumerate(hashes)
        for other in index.query(own)
        if other != number and own.jaccard(hashes[other]) >= bands.least_estimate(THRESHOLD)
        for pair in [(number, other)]
    }
    ours = {tuple(pair) for pair in near(documents).tolist()}
    differ = {pair: plain.jaccard(*(documents[number] for number in pair)) for pair in ours ^ theirs}
    assert len(ours & theirs) > 80
    assert not [pair for pair, found in differ.items() if not 0.65 < found < 0.9], differ
