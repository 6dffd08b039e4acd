"""The steps of `clean` that look across documents, as tasks of the runner.

    hashes         a part: which sentences it has, and in how many documents         by hash
    repeated       a range of hashes: those in more than so many documents
    signatures     a part: a sketch of every document, and its bands                 by band
    candidates     a range of bands: pairs of documents that are nearly the same
    clusters       all pairs: which documents go, and which one stays in their place

What is sorted by a hash is read in ranges: task number k of K takes from every file the batch of its range, so a range is as
large as asked for whatever the corpus, and in an object store nothing else is read.
`clusters` holds about 100 bytes for each document that has a near-duplicate.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..core.ragged import runs, values_and_offsets
from ..processes.runner import report
from ..sentences.documents import id_heads
from ..store import Location
from . import buckets, clusters, repeated
from .bands import bands_for, least_estimate, sketches_of
from .judge import Verdicts, apply, sentence_verdicts
from .steps import Cleaning, StepTask

RANGE_HASHES = 4_000_000  # of sentences, in one task
RANGE_BANDS = 1_000_000  # of documents, in one task
PAIRS_AT_ONCE = 1_000_000  # joined, or looked up
BATCH_DOCUMENTS = 2048  # of which the places are one batch, 512 kB
FIXED_SPLIT = {"validation_ids", "validation_corpus"}  # inputs of a folder where it was said what is held out

HASHES = pa.schema([pa.field("hash", pa.uint64()), pa.field("documents", pa.int64())])
REPEATED = pa.schema([pa.field("hash", pa.uint64())])
# a row is a batch. The first has `ranks` and `rows`; then comes one for each range of keys, with `keys` and `documents`; then
# one for each so many documents, with `places`. All other lists are empty
SKETCHES = pa.schema(
    [
        pa.field("keys", pa.list_(pa.uint64())),
        pa.field("documents", pa.list_(pa.uint32())),
        pa.field("places", pa.list_(pa.uint8())),
        pa.field("ranks", pa.list_(pa.uint64())),
        pa.field("rows", pa.list_(pa.uint32())),  # of the documents in the part
    ]
)
PAIRS = pa.schema([pa.field(name, pa.uint64()) for name in ("later_rank", "later", "earlier_rank", "earlier")])
CLUSTERS = pa.schema(
    [
        pa.field("part", pa.int32()),
        pa.field("row", pa.int64()),
        pa.field("kept", pa.string()),
        pa.field("similarity", pa.float32()),
        pa.field("kept_part", pa.int32()),
        pa.field("kept_row", pa.int64()),
    ]
)


# -- repeated sentences ------------------------------------------------------------------------------------------------


def repeated_sentences(cleaning: Cleaning) -> Location | None:
    """The hashes of the sentences that are in more documents than allowed, in order; None where that is not asked for."""
    most = cleaning.settings.repeated_sentences
    if most is None:
        return None
    count = _ranges(cleaning.source.counters["sentences"], RANGE_HASHES)
    extras = [(path, cleaning.settings, count) for _, path, _ in cleaning.parts]
    paths, _ = cleaning.step("hashes", write_hashes, extras, sizes=[rows for _, _, rows in cleaning.parts])
    ranges = [(paths, number, most) for number in range(count)]
    found, _ = cleaning.step("repeated", write_repeated, ranges, "parts")
    if count > 1:
        found, _ = cleaning.step("repeated", join_repeated, [(found,)], "parts")
    return found[0]


def write_hashes(task: StepTask) -> dict[str, Any]:
    """The sentences of a part that rules of sentences leave, by hash, a batch a range."""
    path, settings, count = task.extra
    table = store.read_part(path)
    table, _ = apply(table, sentence_verdicts(table, settings))
    sentences, bounds_D1 = values_and_offsets(table["sentences"])
    found = repeated.document_counts(repeated.sentence_hashes(sentences), bounds_D1)
    table = pa.Table.from_arrays([pa.array(column) for column in found], schema=HASHES)
    return _written(task, table, bounds=_bounds(found[0], count))


def write_repeated(task: StepTask) -> dict[str, Any]:
    """The hashes of a range that are in more than so many documents of all parts."""
    paths, number, most = task.extra
    hashes, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for path in paths:
        batch = store.open_batch(path, number)
        hashes.append(batch["hash"].to_numpy().copy())
        counts.append(batch["documents"].to_numpy().copy())
    hashes_H, counts_H = repeated.summed(np.concatenate(hashes), np.concatenate(counts))
    return _written(task, pa.Table.from_arrays([pa.array(hashes_H[counts_H > most])], schema=REPEATED))


def join_repeated(task: StepTask) -> dict[str, Any]:
    """What was found in all ranges."""
    (paths,) = task.extra
    return _written(task, pa.concat_tables([store.read_part(path) for path in paths]))


# -- near-duplicates ---------------------------------------------------------------------------------------------------


def near_duplicates(cleaning: Cleaning, verdicts: Sequence[Location]) -> tuple[Location, dict[str, int]]:
    """Where it is written which documents go as near-duplicates (columns `CLUSTERS`), and counters."""
    threshold = cleaning.settings.near_duplicates
    assert threshold is not None
    is_fixed = bool(FIXED_SPLIT & cleaning.source.content["inputs"].keys())
    sources = [path for _, path, _ in cleaning.parts]
    count = _ranges(cleaning.source.counters["documents"] * bands_for(threshold).number, RANGE_BANDS)
    extras = [
        (path, judged, threshold, count, name.startswith("validation") if is_fixed else None)
        for (name, path, _), judged in zip(cleaning.parts, verdicts, strict=True)
    ]
    sketches, _ = cleaning.step("signatures", write_sketches, extras, sizes=[rows for _, _, rows in cleaning.parts])
    ranges = [(sketches, number, count, threshold) for number in range(count)]
    pairs, _ = cleaning.step("candidates", write_pairs, ranges, "parts")
    (found,), counters = cleaning.step("clusters", write_clusters, [(pairs, sketches, sources, count)], "parts")
    return found, counters


def write_sketches(task: StepTask) -> dict[str, Any]:
    """Sketches of the documents of a part that are left by now, and their bands in order."""
    path, judged, threshold, count, is_held_out = task.extra
    table, rows_D = apply(store.read_part(path), Verdicts.of(store.read_part(judged)))
    report(task.size // 4)
    bands = bands_for(threshold)
    made = sketches_of(table["sentences"].combine_chunks(), bands)
    with_D = np.flatnonzero(made.has_shingles_D)
    ranks_D = clusters.ranks(id_heads(table["document_id"]), is_held_out)
    keys_M = made.keys_DB[with_D].ravel()
    order = np.argsort(keys_M, kind="stable")
    documents_M = np.repeat(with_D.astype(np.uint32), bands.number)[order]
    columns = [keys_M[order], documents_M, made.places_DK.ravel(), ranks_D, rows_D.astype(np.uint32)]
    # how much of each column there is up to each batch
    documents, ranges = len(rows_D), _bounds(keys_M[order], count)
    some = [min(first, documents) for first in range(BATCH_DOCUMENTS, documents + BATCH_DOCUMENTS, BATCH_DOCUMENTS)]
    by_range = [0, *ranges, *[ranges[-1]] * len(some)]
    by_places = [*[0] * (count + 2), *(stop * buckets.PLACES for stop in some)]
    once = [0, *[documents] * (count + 1 + len(some))]
    lists = [
        pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), pa.array(values), type=field.type)
        for values, bounds, field in zip(columns, (by_range, by_range, by_places, once, once), SKETCHES, strict=True)
    ]
    return _written(task, pa.Table.from_arrays(lists, schema=SKETCHES), bounds=range(len(once)))


def write_pairs(task: StepTask) -> dict[str, Any]:
    """Pairs of near-duplicates that share a band of a range: the number of a document is that of its part, then its own."""
    paths, number, count, threshold = task.extra
    keys, numbers = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for part, path in enumerate(paths):
        keys_M, documents_M = _lists(path, 1 + number, "keys", "documents")
        keys.append(keys_M.copy())
        numbers.append(documents_M.astype(np.uint64) | np.uint64(part << 32))
    keys_M, numbers_M = np.concatenate(keys), np.concatenate(numbers)
    is_shared_M = buckets.shared(keys_M)
    keys_M, numbers_M = keys_M[is_shared_M], numbers_M[is_shared_M]
    numbers_D, which_M = np.unique(numbers_M, return_inverse=True)
    places_DK, ranks_D = _sketches(paths, numbers_D, count)
    order = np.lexsort((numbers_D, ranks_D))
    place_D = np.empty(len(order), np.int64)
    place_D[order] = np.arange(len(order))
    pairs = buckets.near_pairs(keys_M, place_D[which_M], places_DK[order], least_estimate(threshold))
    later, earlier = order[pairs[:, 0]], order[pairs[:, 1]]
    columns = [ranks_D[later], numbers_D[later], ranks_D[earlier], numbers_D[earlier]]
    return _written(task, pa.Table.from_arrays([pa.array(column) for column in columns], schema=PAIRS))


def write_clusters(task: StepTask) -> dict[str, Any]:
    """Which documents go, by part and row, and for each which one stays and how much they have in common."""
    pairs, sketches, sources, count = task.extra
    forest = clusters.Forest()
    for table in _gathered(pairs):
        later_rank, later, earlier_rank, earlier = (column.to_numpy() for column in table.columns)
        forest.add(np.stack([later_rank, later], axis=1), np.stack([earlier_rank, earlier], axis=1))
    gone_N, kept_N = forest.dropped()
    similarity_N = np.empty(len(gone_N), np.float32)
    for first in range(0, len(gone_N), PAIRS_AT_ONCE // 8):
        some = slice(first, first + PAIRS_AT_ONCE // 8)
        numbers_D, which = np.unique(np.concatenate([gone_N[some], kept_N[some]]), return_inverse=True)
        places_DK, _ = _sketches(sketches, numbers_D, count)
        similarity_N[some] = buckets.estimates(places_DK, *np.split(which, 2))
    kept_D, which_N = np.unique(kept_N, return_inverse=True)
    rows_D, ids = _origins(sketches, sources, kept_D)
    gone_rows_N, _ = _origins(sketches, None, gone_N)
    columns: list[Any] = [_part(gone_N), gone_rows_N, ids.take(pa.array(which_N)), similarity_N]
    columns += [_part(kept_N), rows_D[which_N]]
    table = pa.Table.from_arrays([pa.array(column) for column in columns], schema=CLUSTERS)
    return _written(task, table, {"clusters_of_near_duplicates": len(kept_D)})


def duplicates_of(path: Location, part: int) -> pa.Table:
    """What is written of the documents of one part (columns `CLUSTERS`)."""
    batch = store.open_batch(path)
    first, stop = np.searchsorted(batch["part"].to_numpy(), [part, part + 1]).tolist()
    return pa.Table.from_batches([batch.slice(first, stop - first)])


def _gathered(paths: Sequence[Location]) -> Iterator[pa.Table]:
    """The pairs of all files, as many at a time as are worth the joining."""
    held: list[pa.Table] = []
    for path in paths:
        held.append(store.read_part(path))
        if sum(map(len, held)) >= PAIRS_AT_ONCE:
            yield pa.concat_tables(held).combine_chunks()
            held = []
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _sketches(paths: Sequence[Location], numbers_D: np.ndarray, ranges: int) -> tuple[np.ndarray, np.ndarray]:
    """Places, uint8 [D, K], and ranks of documents, whose numbers ascend, from files with so many ranges of keys."""
    places_DK, ranks_D = np.empty((len(numbers_D), buckets.PLACES), np.uint8), np.empty(len(numbers_D), np.uint64)
    for part, first, stop in _by_part(numbers_D):
        (ranks,) = _lists(paths[part], 0, "ranks")
        index = numbers_D[first:stop].astype(np.uint32)  # the lower half is the number within the part
        ranks_D[first:stop] = ranks[index]
        for low, high in runs(index // BATCH_DOCUMENTS):
            number, some = int(index[low]) // BATCH_DOCUMENTS, index[low:high] % BATCH_DOCUMENTS
            (places,) = _lists(paths[part], 1 + ranges + number, "places")
            places_DK[first + low : first + high] = places.reshape(-1, buckets.PLACES)[some]
    return places_DK, ranks_D


def _origins(
    sketches: Sequence[Location], sources: Sequence[Location] | None, numbers_D: np.ndarray
) -> tuple[np.ndarray, pa.Array]:
    """The rows of documents in the parts of the input, int64, and if `sources` are given their ids there; numbers ascend."""
    rows_D, ids = np.empty(len(numbers_D), np.int64), [pa.array([], pa.string())]
    for part, first, stop in _by_part(numbers_D):
        (rows,) = _lists(sketches[part], 0, "rows")
        rows_D[first:stop] = rows[numbers_D[first:stop].astype(np.uint32)]
        if sources is not None:
            ids.append(store.open_batch(sources[part])["document_id"].take(pa.array(rows_D[first:stop])))
    return rows_D, pa.concat_arrays(ids)


def _by_part(numbers_D: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Part, first and one past the last index of the documents of each part."""
    if len(numbers_D):
        for first, stop in runs(_part(numbers_D)):
            yield int(numbers_D[first] >> np.uint64(32)), first, stop


def _part(numbers_D: np.ndarray) -> np.ndarray:
    return (numbers_D >> np.uint64(32)).astype(np.int32)


# -- what the steps share ----------------------------------------------------------------------------------------------


def _written(
    task: StepTask, table: pa.Table, counters: dict[str, int] | None = None, bounds: Sequence[int] | None = None
) -> dict[str, Any]:
    return store.write_part(task.path, task.name, table, task.identity, counters or {}, bounds=bounds)


def _ranges(total: int, most: int) -> int:
    return max(1, -(-total // most))


def _bounds(hashes: np.ndarray, count: int) -> list[int]:
    """Where, among hashes in order, each of so many ranges begins, and the last ends."""
    firsts = np.array([(number << 64) // count for number in range(1, count)], np.uint64)
    return [0, *np.searchsorted(hashes, firsts).tolist(), len(hashes)]


def _lists(path: Location, number: int, *names: str) -> list[np.ndarray]:
    """The values of lists in one batch of a file, of one row, mapped."""
    batch = store.open_batch(path, number)
    return [batch[name].values.to_numpy() for name in names]
