"""Pairing: documents of sentences and their token ids in, sentence pairs out.

`make_pairs` works on one partition; its ways of pairing are the functions in PAIRINGS, each from the cut text to sides A
and B and whether B is next. Every row says where its sides come from, so that any label can be checked in `sentences/`.

Refuses nothing: what cannot be paired is counted. Trade-off taken: a partition's token ids are in memory at once, which
is what makes a random sentence of the partition (a random sample of the corpus) cheap.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from ..core import randomness, schema
from ..core.ragged import list_array, offsets_of, range_indices
from . import chunks
from .chunks import Sides, Text
from .exchange import choose, couples
from .original import original_pairs
from .scripts import Scripts
from .settings import PairSettings

SPECIAL_TOKENS = 3  # [CLS], [SEP], [SEP]
Counters = dict[str, int]


@dataclasses.dataclass(frozen=True)
class Partition:
    """What pairing is given: the text of a partition, what it is written in, and the draws for it."""

    text: Text
    ids: np.ndarray  # of all tokens, laid end to end
    sentences: pa.Array  # all of them, those without tokens too
    bounds_D1: np.ndarray  # int64: document d has sentences [bounds[d], bounds[d + 1]) of these
    language_D: np.ndarray  # int64, equal numbers for equal languages
    stream: randomness.Stream
    draws: randomness.Draws


@dataclasses.dataclass(frozen=True)
class Made:
    """N pairs: sides, and whether B is next; `b` is None without a second part."""

    a: Sides
    b: Sides | None
    is_next: np.ndarray | None  # bool [N]


def make_pairs(
    sentences: pa.Table,
    ids: np.ndarray,
    token_offsets: np.ndarray,
    settings: PairSettings,
    identity: tuple,
    vocabulary_size: int,
) -> tuple[pa.Table, Counters]:
    """Pairs of one partition (columns of `schema.pairs`) and what was counted.

    `sentences` has the columns of `schema.SENTENCES`; `ids` [T] with `token_offsets` int64 [S + 1] are the token ids of
    its S sentences, laid end to end. `identity` keys the draws: (pass, split, partition).
    """
    sentence_column = sentences["sentences"].combine_chunks()
    sentence_offsets = sentence_column.offsets.to_numpy().astype(np.int64)
    key = ("pairs", settings.seed, *identity)
    bounds = sentence_offsets - sentence_offsets[0]
    part = Partition(
        chunks.text_of(token_offsets, bounds),
        ids,
        sentence_column.flatten(),
        bounds,
        _codes(sentences["language"]),
        randomness.Stream(*key),
        randomness.Draws(*key, "one at a time"),
    )
    counters: Counters = dict.fromkeys(COUNTERS, 0)
    counters["documents"] = len(sentences)
    counters["documents_without_pair"] = int((np.diff(part.text.document_bounds_D1) < 2).sum())
    counters["tokens"] = len(ids)
    made = PAIRINGS[settings.pairing](part, settings, counters)
    table = _table(made, sentences["document_id"], ids, vocabulary_size)
    counters["pairs"] = len(table)
    counters["pairs_random"] = 0 if made.is_next is None else int((~made.is_next).sum())
    counters["tokens_in_pairs"] = sum(len(table[name].combine_chunks().values) for name in ("ids_a", "ids_b"))
    return table, counters


# what every pairing counts; tokens are those of the text, before any pair is dropped
COUNTERS = (
    "documents",
    "documents_without_pair",
    "tokens",
    "tokens_left_over",
    "tokens_trimmed",
    "pairs",
    "pairs_random",
    "pairs_dropped",
    "tokens_dropped",
    "tokens_in_pairs",
)


def tokens_drawn(counters: Counters) -> int:
    """The tokens of which the shares of `COUNTERS` add up to all: those of the text, and where a random B was taken from
    elsewhere (`original`), those of it once more."""
    return sum(counters[f"tokens_{name}"] for name in ("in_pairs", "trimmed", "left_over", "dropped"))


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Equal numbers for equal strings."""
    return pa.array(column.combine_chunks()).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _cut_in_two(part: Partition, bounds: tuple) -> tuple[Sides, Sides]:
    """Sides of chunks, cut at a random sentence boundary."""
    first, last, document = bounds
    middle = first + 1 + part.stream.below(np.maximum(last - first - 1, 1))
    return chunks.sides_of(part.text, first, middle, document), chunks.sides_of(part.text, middle, last, document)


def _trim(a: Sides, b: Sides, longest: int, stream: randomness.Stream, counters: Counters) -> tuple[Sides, Sides]:
    before = int(a.length.sum() + b.length.sum())
    a, b = chunks.trim(a, b, longest, stream)
    counters["tokens_trimmed"] += before - int(a.length.sum() + b.length.sum())
    return a, b


def _packed(part: Partition, settings: PairSettings, least: int, longest: int, counters: Counters) -> tuple:
    """Chunks of the text at the settings' lengths; what is left over is counted."""
    text = part.text
    if settings.pairing == "sentence":
        bounds = chunks.couples(text)
    else:
        most = len(text.number_S) // least + 1
        targets = chunks.draw_targets(part.stream, most, longest, settings.short_probability)
        bounds = chunks.pack(text, targets, least)
        if settings.pairing == "order":
            bounds = _half_backwards(part, bounds, chunks.pack_backwards(text, targets, least))
    ends = text.token_offsets_S1
    used = int((ends[bounds[1]] - ends[bounds[0]]).sum())
    counters["tokens_left_over"] += int(ends[-1] - ends[0]) - used
    return bounds


def _half_backwards(part: Partition, forwards: tuple, backwards: tuple) -> tuple:
    """The chunks of each document as packed from its beginning or from its end, by the toss of a coin.

    A chunk closes before the sentence that does not fit, so the one after it begins with a long sentence. Packed one way
    only, the first side of a chunk would have the longer sentences, and lengths would tell the order.
    """
    turned_D = (part.stream.words(len(part.language_D)) >> np.uint64(63)).astype(bool)
    kept = [~turned_D[forwards[2]], turned_D[backwards[2]]]
    both = [np.concatenate([one[kept[0]], other[kept[1]]]) for one, other in zip(forwards, backwards, strict=True)]
    by_place = np.argsort(both[0], kind="stable")
    return tuple(column[by_place] for column in both)


def matched(part: Partition, settings: PairSettings, counters: Counters) -> Made:
    """Adjacent pairs of which exactly half, chosen at random, exchange their B's; see `exchange.py`."""
    longest = settings.max_length - SPECIAL_TOKENS
    bounds = _packed(part, settings, 2, longest, counters)
    whole_a, whole_b = _cut_in_two(part, bounds)
    a, b = _trim(whole_a, whole_b, longest, part.stream, counters)
    writing = _writing(part, a, b)
    alike = _in_likeness(part, writing, b, whole_a.length + whole_b.length > a.length + b.length)
    changing, staying, alone = _chosen(part, alike, writing, b.document)
    b = _equalise(b, np.concatenate([changing, staying]), counters)
    taken, random = np.arange(len(alike)), np.zeros(len(alike), bool)
    taken[changing] = changing[:, ::-1]
    random[changing] = True
    kept = np.zeros(len(alike), bool)
    for group in (changing, staying, alone):
        kept[group] = True
    _count_dropped(a, b, kept, counters)
    return Made(a.take(kept), b.take(taken[kept]), ~random[kept])


def _writing(part: Partition, a: Sides, b: Sides) -> np.ndarray:
    """Equal numbers for pairs of one language and script whose A's are of one script and whose B's are, int64 [N].

    Only such pairs exchange their B's. So a random B has the language and the script of A's document, and also where
    documents mix scripts, as those that teach a language do, the scripts of A and B tell nothing of the label.
    """
    scripts = Scripts(part.sentences, part.bounds_D1)
    numbers = part.language_D[b.document]
    stretches = [(part.bounds_D1[b.document], part.bounds_D1[b.document + 1])]
    for side in (a, b):
        first = part.bounds_D1[side.document] + side.first_sentence
        stretches.append((first, first + side.sentence_count))
    for first, stop in stretches:
        numbers = numbers * len(scripts.names) + scripts.of(first, stop)
    return numbers


def _in_likeness(part: Partition, writing: np.ndarray, b: Sides, trimmed: np.ndarray) -> np.ndarray:
    """The pairs in an order in which neighbours are alike in all that could tell the label, ties at random, int64 [N].

    Language and scripts; whether the pair was trimmed, for then a side begins or ends within a sentence; the length of B;
    where B was cut; and its last and first token (a quotation mark follows on another, a heading on a number).
    """
    text = part.text
    cut_front = ~np.isin(b.start, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    cut_back = ~np.isin(b.stop, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    # the trimmed ones run from long to short, so that long ones meet where the two groups do
    length = np.where(trimmed, -b.length, b.length)
    tie = part.stream.permutation(len(trimmed))
    head, tail = part.ids[b.start], part.ids[b.stop - 1]
    return np.lexsort((tie, head, tail, cut_back, cut_front, length, trimmed, writing))


def _chosen(
    part: Partition, alike: np.ndarray, writing: np.ndarray, document_N: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Couples [C, 2] that exchange, couples that stay, and pairs [G] that stay alone; half are random in each writing."""
    changing, staying, alone = [np.empty((0, 2), np.int64)], [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    for group in np.split(alike, np.flatnonzero(np.diff(writing[alike])) + 1):
        found, left = couples(document_N[group])
        change, stay, single = choose(len(found), len(left), part.stream)
        changing.append(group[found[change]])
        staying.append(group[found[stay]])
        alone.append(group[left[single]])
    return np.concatenate(changing), np.concatenate(staying), np.concatenate(alone)


def _equalise(b: Sides, couples_C2: np.ndarray, counters: Counters) -> Sides:
    """Cut the longer B of each couple, exchanged or not, at its end: the lengths then cannot tell which it was."""
    keep = b.length
    keep[couples_C2] = keep[couples_C2].min(1, keepdims=True)
    counters["tokens_trimmed"] += int((b.length - keep).sum())
    return dataclasses.replace(b, stop=b.start + keep)


def _count_dropped(a: Sides, b: Sides, kept: np.ndarray, counters: Counters) -> None:
    counters["pairs_dropped"] += int((~kept).sum())
    counters["tokens_dropped"] += int((a.length + b.length)[~kept].sum())


def order(part: Partition, settings: PairSettings, counters: Counters) -> Made:
    """Adjacent pairs of which exactly half, chosen at random, have A and B swapped (Lan et al. 2020, section 3.1)."""
    longest = settings.max_length - SPECIAL_TOKENS
    first, second = _cut_in_two(part, _packed(part, settings, 2, longest, counters))
    count = len(first.start)
    shuffled = part.stream.permutation(count)
    swapped, kept = np.zeros(count, bool), np.ones(count, bool)
    swapped[shuffled[: count // 2]] = True
    kept[shuffled[count - count % 2 :]] = False
    # trimmed after swapping: of two equal sides B loses a token more, which must not tell which came first
    a, b = _trim(second.where(swapped, first), first.where(swapped, second), longest, part.stream, counters)
    _count_dropped(a, b, kept, counters)
    return Made(a.take(kept), b.take(kept), ~swapped[kept])


def none(part: Partition, settings: PairSettings, counters: Counters) -> Made:
    """Sentences of one document packed to the length, without a second part (Liu et al. 2019, DOC-SENTENCES)."""
    longest = settings.max_length - 2
    first, last, document = _packed(part, settings, 1, longest, counters)
    a = chunks.sides_of(part.text, first, last, document)
    nothing = dataclasses.replace(a, start=a.stop)
    return Made(_trim(a, nothing, longest, part.stream, counters)[0], None, None)


def original(part: Partition, settings: PairSettings, counters: Counters) -> Made:
    """The pairs of the BERT release; see `original.py`. Sentences put back are used again."""
    longest = settings.max_length - SPECIAL_TOKENS
    table = original_pairs(part.text, longest, settings.short_probability, part.draws)
    a = chunks.sides_of(part.text, table[:, 0], table[:, 1], table[:, 2])
    b = chunks.sides_of(part.text, table[:, 3], table[:, 4], table[:, 5])
    a, b = _trim(a, b, longest, part.stream, counters)
    return Made(a, b, table[:, 6] == 0)


Pairing = Callable[[Partition, PairSettings, Counters], Made]
PAIRINGS: dict[str, Pairing] = {
    "matched": matched,
    "sentence": matched,
    "original": original,
    "order": order,
    "none": none,
}


def _table(made: Made, document_ids: pa.ChunkedArray, ids: np.ndarray, vocabulary_size: int) -> pa.Table:
    """The pairs as Arrow columns; the only place where token ids are copied."""
    columns = schema.pairs(vocabulary_size)
    names = pa.array(document_ids.combine_chunks())
    count = len(made.a.start)
    kind = columns.field("ids_a").type
    empty = np.zeros(count + 1, np.int64)
    without = made.b is None
    arrays = {
        "ids_a": _gather(ids, made.a, kind),
        "ids_b": list_array(ids[:0], empty, kind) if made.b is None else _gather(ids, made.b, kind),
        "is_next": pa.nulls(count, pa.bool_()) if without else pa.array(made.is_next),
    }
    for name, side in (("a", made.a), ("b", made.b)):
        for column, values in _provenance(side, names, count).items():
            arrays[f"{column}_{name}"] = values
    return pa.Table.from_arrays([arrays[name].cast(columns.field(name).type) for name in columns.names], schema=columns)


def _gather(ids: np.ndarray, side: Sides, kind: pa.DataType) -> pa.ListArray:
    return list_array(ids[range_indices(side.start, side.length)], offsets_of(side.length), kind)


def _provenance(side: Sides | None, names: pa.Array, count: int) -> dict[str, pa.Array]:
    if side is None:
        return {
            "document": pa.nulls(count, pa.string()),
            "first_sentence": pa.nulls(count, pa.uint32()),
            "sentence_count": pa.nulls(count, pa.uint32()),
        }
    return {
        "document": names.take(pa.array(side.document)),
        "first_sentence": pa.array(side.first_sentence.astype(np.uint32)),
        "sentence_count": pa.array(side.sentence_count.astype(np.uint32)),
    }
