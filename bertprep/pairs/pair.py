"""Pairing: documents of sentences and their token ids in, sentence pairs out.

`make_pairs` works on one partition. The kind of pairing is a module of `pairings`, which makes sides A and B and the labels.
Every row records where its sides come from, so that its label can be checked in `sentences/`.

Rejects nothing: text that cannot be paired is counted. Trade-off: all token ids of a partition are in memory at once, which
makes it cheap to draw a random sentence of the partition (itself a random sample of the corpus).
"""

import importlib
from typing import Protocol, cast

import numpy as np
import pyarrow as pa

from ..core import randomness, schema
from ..core.ragged import flat_and_offsets, list_array, offsets_of, range_indices
from ..vocab.layout import BERT, Layout
from . import chunks
from .chunks import Sides
from .pairings import PAIRINGS
from .partition import COUNTERS, Counters, Made, Partition
from .settings import PairSettings


class Maker(Protocol):
    """The interface of the modules in `pairings`."""

    def make(self, part: Partition, settings: PairSettings) -> Made:
        """Make the pairs of a partition, and count what is left out."""


def make_pairs(
    sentences: pa.Table,
    ids: np.ndarray,
    token_offsets: np.ndarray,
    settings: PairSettings,
    identity: tuple,
    vocabulary_size: int,
    layout: Layout = BERT,
) -> tuple[pa.Table, Counters]:
    """Make the pairs of one partition (columns of `schema.pairs`) and its counters.

    `sentences` has the columns of `schema.SENTENCES` or `CLEANED`; `ids` [T] with `token_offsets` int64 [S + 1] are the
    concatenated token ids of its S sentences. `identity` is the key of the random draws: (pass, split, partition). `layout`
    says how many special tokens a row has.
    """
    sentence_column = sentences["sentences"].combine_chunks()
    sentence_offsets = sentence_column.offsets.to_numpy().astype(np.int64)
    key = ("pairs", settings.seed, *identity)
    bounds = sentence_offsets - sentence_offsets[0]
    entry = PAIRINGS[settings.pairing]
    part = Partition(
        chunks.text_of(token_offsets, bounds, _holes(sentences, bounds)),
        ids,
        sentence_column.flatten(),
        bounds,
        _codes(sentences["language"]),
        _sources(sentences),
        settings.max_length - layout.special_tokens(entry.label is not None),
        randomness.Stream(*key),
        randomness.Draws(*key, "one at a time"),
        dict.fromkeys(COUNTERS, 0),
    )
    counters = part.counters
    counters["documents"] = len(sentences)
    counters["documents_without_pair"] = len(sentences) - len(
        np.unique(part.text.document_P[np.diff(part.text.passage_bounds_P1) >= (2 if entry.label else 1)])
    )
    counters["tokens"] = len(ids)
    maker = cast(Maker, importlib.import_module(f"{__package__}.pairings.{entry.maker}"))
    made = maker.make(part, settings)
    table = _table(made, sentences["document_id"], ids, vocabulary_size)
    counters["pairs"] = len(table)
    counters["pairs_random"] = 0 if made.is_next is None else int((~made.is_next).sum())
    if made.b is not None:
        apart = part.source_D[made.a.document] != part.source_D[made.b.document]
        counters["pairs_of_two_sources"] = int(apart.sum())
    counters["tokens_in_pairs"] = sum(len(table[name].combine_chunks().values) for name in ("ids_a", "ids_b"))
    return table, counters


def tokens_drawn(counters: Counters) -> int:
    """The total of the token counters: the tokens of the text, plus those that `original` uses again in random B's."""
    return sum(counters[f"tokens_{name}"] for name in ("in_pairs", "trimmed", "left_over", "dropped"))


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Integer codes of strings, int64: equal for equal strings."""
    return pa.array(column.combine_chunks()).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _holes(sentences: pa.Table, bounds_D1: np.ndarray) -> np.ndarray | None:
    """Indices, over all documents, of the sentences before which something was removed."""
    if "holes" not in sentences.column_names:
        return None
    flat, offsets = flat_and_offsets(sentences["holes"])
    return np.repeat(bounds_D1[:-1], np.diff(offsets)) + flat


def _sources(sentences: pa.Table) -> np.ndarray:
    """Integer codes of the documents' sources; all 0 for a folder of an earlier version, which does not record sources."""
    has = "source_group" in sentences.column_names
    return _codes(sentences["source_group"]) if has else np.zeros(len(sentences), np.int64)


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
