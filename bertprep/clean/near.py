"""The steps of `clean` that find near-duplicates, as tasks of the runner.

    bands          some parts: a sketch of every document, in a file per part, and its bands, spread over ranges of bands
    shared         a range of bands: the documents that share one; requests for their sketches, spread over the tasks of `bands`
    sketched       the same parts: the requested sketches, spread over the same ranges
    candidates     a range of bands: pairs of near-duplicates
    clusters       all pairs: the documents to drop, and the one kept in place of each

So a range reads only the sketches that it compares, and the sketches of a part are read once for all ranges. `clusters`
holds about 100 bytes per document that has a near-duplicate.

A document's number has that of its part in the upper 32 bits, and in the lower its index among the part's documents that
passed the other rules.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from .. import store
from ..core.ragged import runs
from ..processes.runner import report
from ..sentences.documents import id_heads
from ..store import Location
from ..store.levels import Levels, files_together, levels_for
from . import buckets, clusters, samples
from .across import range_of, ranges, written
from .bands import bands_for, least_estimate, sketches_of
from .judge import Verdicts, apply
from .steps import Cleaning, StepTask, scratch_name, write_rows

RANGE_BANDS = 1_000_000  # of documents, per task
PAIRS_AT_ONCE = 1_000_000  # added to the forest together
SKETCHES_AT_ONCE = 1 << 15  # requested sketches per table written: 9 MB
SHARED = 0.1  # share of documents' bands that others have too: a guess that determines the number of levels
FIXED_SPLIT = {"validation_ids", "validation_corpus"}  # inputs of a folder whose held-out documents the user chose

_NUMBER = pa.field("number", pa.uint64())
BANDS = pa.schema([pa.field("key", pa.uint64()), _NUMBER])
SKETCHES = pa.schema([pa.field("rank", pa.uint64()), pa.field("places", pa.binary(buckets.PLACES))])
ASKED = pa.schema([_NUMBER, pa.field("range", pa.int32())])
SKETCHED = pa.schema([_NUMBER, *SKETCHES])
PAIRS = pa.schema([pa.field(name, pa.uint64()) for name in ("later_rank", "later", "earlier_rank", "earlier")])
CLUSTERS = pa.schema([_NUMBER, pa.field("kept", pa.uint64())])


class Judged(NamedTuple):
    """A part of the input, the verdicts on its documents, and the location for the sketches of those that remain."""

    part: int
    path: Location
    verdicts: Location
    sketches: Location
    name: str  # name of the file of sketches
    is_held_out: bool | None  # None if the user did not choose the held-out documents


class Found(NamedTuple):
    """The documents to drop (columns `CLUSTERS`, one batch per part), counters, and the sketches of each part."""

    place: Location
    counters: dict[str, int]
    sketches: Sequence[Location]


def near_duplicates(cleaning: Cleaning, verdicts: Sequence[Location]) -> Found:
    """Find the documents to drop as near-duplicates."""
    threshold = cleaning.settings.near_duplicates
    assert threshold is not None
    members = cleaning.source.counters["documents"] * bands_for(threshold).number
    count, judged = ranges(members, RANGE_BANDS), _judged(cleaning, verdicts)
    by_range, slices = files_together(len(judged), count, 16 * members)
    by_task = levels_for(len(slices), count, round(12 * SHARED * members))
    of_sketches = levels_for(count, len(slices), round(SHARED * members) * (16 + buckets.PLACES))
    rows = [sum(cleaning.parts[part][2] for part in some) for some in slices]
    some_judged = [judged[some.start : some.stop] for some in slices]
    bands = cleaning.spread(
        "bands", write_bands, BANDS, [(some, threshold, by_range) for some in some_judged], by_range, sizes=rows
    )
    names = [scratch_name("members", number, count) for number in range(count)]
    shared = [(cleaning.output.path(name), name) for name in names]
    wanted = [(bands.of(number), number, *shared[number], len(slices[0]), by_task) for number in range(count)]
    asked = cleaning.spread("shared", write_shared, ASKED, wanted, by_task, "parts")
    extras = [
        ([each.sketches for each in some], some[0].part, asked.of(number), of_sketches)
        for number, some in enumerate(some_judged)
    ]
    sketched = cleaning.spread("sketched", write_sketched, SKETCHED, extras, of_sketches, "parts")
    compared = [(shared[number][0], sketched.of(number), threshold) for number in range(count)]
    pairs, _ = cleaning.step("candidates", write_pairs, compared, "parts")
    (found,), counters = cleaning.step("clusters", write_clusters, [(pairs, len(judged))], "parts")
    return Found(found, counters, [each.sketches for each in judged])


def _judged(cleaning: Cleaning, verdicts: Sequence[Location]) -> list[Judged]:
    is_fixed = bool(FIXED_SPLIT & cleaning.source.content["inputs"].keys())
    found = []
    for part, ((name, path, _), place) in enumerate(zip(cleaning.parts, verdicts, strict=True)):
        sketches = scratch_name("sketches", part, len(verdicts))
        held = name.startswith("validation") if is_fixed else None
        found.append(Judged(part, path, place, cleaning.output.path(sketches), sketches, held))
    return found


def write_bands(task: StepTask) -> dict[str, Any]:
    """Task: write the bands of the documents of some parts, and their sketches to separate files."""
    parts, threshold, levels = task.extra
    return write_rows(task, BANDS, (_bands_of(part, threshold, task, levels) for part in parts), levels)


def _bands_of(judged: Judged, threshold: float, task: StepTask, levels: Levels) -> tuple[pa.Table, np.ndarray]:
    """Write the sketches of a part's remaining documents; returns the documents' bands, and the range of each band."""
    table, _ = apply(store.read_part(judged.path), Verdicts.of(store.read_part(judged.verdicts)))
    report(len(table) // 4)
    bands = bands_for(threshold)
    made = sketches_of(table["sentences"].combine_chunks(), bands)
    ranks_D = clusters.ranks(id_heads(table["document_id"]), judged.is_held_out)
    sketches = pa.Table.from_arrays([pa.array(ranks_D), _as_binary(made.places_DK)], schema=SKETCHES)
    store.write_part(judged.sketches, judged.name, sketches, task.identity, {})
    with_D = np.flatnonzero(made.has_shingles_D)
    keys_M = made.keys_DB[with_D].ravel()
    numbers_M = np.repeat(with_D.astype(np.uint64) | np.uint64(judged.part << 32), bands.number)
    found = pa.Table.from_arrays([pa.array(keys_M), pa.array(numbers_M)], schema=BANDS)
    return found, range_of(keys_M, levels.partitions)


def write_shared(task: StepTask) -> dict[str, Any]:
    """Task: write the documents that share a band of a range, for the task that has their sketches; and their bands."""
    turns, number, path, name, parts, levels = task.extra
    table = pa.Table.from_batches(turns.batches(), BANDS).combine_chunks()
    table = table.filter(pa.array(buckets.shared(table["key"].to_numpy())))
    store.write_part(path, name, table, task.identity, {})
    numbers_D = np.unique(table["number"].to_numpy())
    requests = pa.Table.from_arrays(
        [pa.array(numbers_D), pa.array(np.full(len(numbers_D), number, np.int32))], schema=ASKED
    )
    return write_rows(task, ASKED, [(requests, _part(numbers_D) // parts)], levels)


def write_sketched(task: StepTask) -> dict[str, Any]:
    """Task: write the sketches of some parts that ranges have requested."""
    sketches, first_part, turns, levels = task.extra
    asked = pa.Table.from_batches(turns.batches(), ASKED)
    numbers_N, ranges_N = asked["number"].to_numpy(), asked["range"].to_numpy()
    order = np.argsort(numbers_N, kind="stable")
    return write_rows(task, SKETCHED, _sketched(sketches, first_part, numbers_N[order], ranges_N[order]), levels)


def _sketched(
    sketches: Sequence[Location], first_part: int, numbers_N: np.ndarray, ranges_N: np.ndarray
) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The sketches of documents, whose numbers must ascend, and the ranges that requested them."""
    for part, first, stop in _by_part(numbers_N):
        table = store.read_part(sketches[part - first_part]).combine_chunks()
        for start in range(first, stop, SKETCHES_AT_ONCE):
            some = slice(start, min(start + SKETCHES_AT_ONCE, stop))
            found = table.take(pa.array(_index_in_part(numbers_N[some])))
            yield found.add_column(0, _NUMBER, pa.array(numbers_N[some])), ranges_N[some]


def write_pairs(task: StepTask) -> dict[str, Any]:
    """Task: write pairs of near-duplicates that share a band of a range."""
    path, turns, threshold = task.extra
    members = store.read_part(path)
    numbers_D, which_M = np.unique(members["number"].to_numpy(), return_inverse=True)
    places_DK, ranks_D = np.empty((len(numbers_D), buckets.PLACES), np.uint8), np.empty(len(numbers_D), np.uint64)
    for batch in turns.batches():
        at = np.searchsorted(numbers_D, batch["number"].to_numpy())
        places_DK[at], ranks_D[at] = _as_places(batch["places"]), batch["rank"].to_numpy()
    order = np.lexsort((numbers_D, ranks_D))
    place_D = np.empty(len(order), np.int64)
    place_D[order] = np.arange(len(order))
    places_DK = places_DK[order]
    pairs = buckets.near_pairs(members["key"].to_numpy(), place_D[which_M], places_DK, least_estimate(threshold))
    later, earlier = order[pairs[:, 0]], order[pairs[:, 1]]
    columns = [ranks_D[later], numbers_D[later], ranks_D[earlier], numbers_D[earlier]]
    return written(task, pa.Table.from_arrays([pa.array(column) for column in columns], schema=PAIRS))


def write_clusters(task: StepTask) -> dict[str, Any]:
    """Task: write the documents to drop with the one kept in place of each, in one batch per part."""
    pairs, parts = task.extra
    forest = clusters.Forest()
    for table in _gathered(pairs):
        later_rank, later, earlier_rank, earlier = (column.to_numpy() for column in table.columns)
        forest.add(np.stack([later_rank, later], axis=1), np.stack([earlier_rank, earlier], axis=1))
    gone_N, kept_N = forest.dropped()
    table = pa.Table.from_arrays([pa.array(gone_N), pa.array(kept_N)], schema=CLUSTERS)
    bounds = np.searchsorted(_part(gone_N), np.arange(parts + 1)).tolist()
    return written(task, table, {"clusters_of_near_duplicates": len(np.unique(kept_N))}, bounds)


def _gathered(paths: Sequence[Location]) -> Iterator[pa.Table]:
    """The pairs of all files, in tables of about `PAIRS_AT_ONCE`."""
    held: list[pa.Table] = []
    for path in paths:
        held.append(store.read_part(path))
        if sum(map(len, held)) >= PAIRS_AT_ONCE:
            yield pa.concat_tables(held).combine_chunks()
            held = []
    if held:
        yield pa.concat_tables(held).combine_chunks()


# -- use of the results ------------------------------------------------------------------------------------------------


def duplicates_of(place: Location, part: int, verdicts: Verdicts) -> dict[int, tuple[int, int]]:
    """Row -> (number of its document, number of the one kept in its place), for the documents of a part to drop."""
    batch = store.open_batch(place, part)
    numbers_N, kept_N = (column.to_numpy() for column in batch.columns)
    rows_N = _rows_left(verdicts)[_index_in_part(numbers_N)]
    return dict(zip(rows_N.tolist(), zip(numbers_N.tolist(), kept_N.tolist(), strict=True), strict=True))


def add_kept(
    rows: list[dict[str, Any]], sources: Sequence[Location], verdicts: Sequence[Location], found: Found | None
) -> None:
    """Add to the samples of near-duplicates the id and text of the documents kept, and the estimated similarity."""
    for row in rows:
        if found and "kept" in row:
            numbers = np.array([row.pop("number"), row["kept"]], np.uint64)
            parts, own = _part(numbers).tolist(), _index_in_part(numbers)
            sketches = [store.read_part(found.sketches[part])["places"].combine_chunks() for part in parts]
            places_2K = np.concatenate([_as_places(each)[[at]] for each, at in zip(sketches, own, strict=True)])
            kept_row = int(_rows_left(Verdicts.of(store.read_part(verdicts[parts[1]])))[own[1]])
            batch = store.open_batch(sources[parts[1]]).slice(kept_row, 1)
            kept_sample = samples.shown(pa.Table.from_batches([batch]), 0, None)
            similarity = buckets.estimates(places_2K, np.array([0]), np.array([1])).astype(np.float32)
            row |= {
                "kept": kept_sample["document_id"],
                "similarity": float(similarity[0]),
                "kept_text": kept_sample["text"],
            }


def _rows_left(verdicts: Verdicts) -> np.ndarray:
    """The rows of a part's documents that passed the other rules, ascending; `apply` keeps the same."""
    return np.flatnonzero(verdicts.document_D == 0)


# -- numbers and sketches ----------------------------------------------------------------------------------------------


def _by_part(numbers_D: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(part, start, end) of the documents of each part; `numbers_D` must ascend."""
    if len(numbers_D):
        for first, stop in runs(_part(numbers_D)):
            yield int(numbers_D[first] >> np.uint64(32)), first, stop


def _part(numbers_D: np.ndarray) -> np.ndarray:
    return (numbers_D >> np.uint64(32)).astype(np.int32)


def _index_in_part(numbers_D: np.ndarray) -> np.ndarray:
    """The documents' indices within their parts."""
    return numbers_D.astype(np.uint32)


def _as_binary(places_DK: np.ndarray) -> pa.FixedSizeBinaryArray:
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(buckets.PLACES), len(places_DK), [None, pa.py_buffer(places_DK)]
    )


def _as_places(array: pa.FixedSizeBinaryArray) -> np.ndarray:
    flat = np.frombuffer(array.buffers()[1] or b"", np.uint8).reshape(-1, buckets.PLACES)
    return flat[array.offset : array.offset + len(array)]
