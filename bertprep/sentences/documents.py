"""Segmenting: documents -> documents of clean sentences (columns of `schema.SENTENCES`).

In order: cut over-long documents, join wrapped lines, clean, detect the language, split into sentences, drop what is not a
sentence, hash the cleaned text to get the document's id, and choose the partition by the id. Whatever is left out is counted.

The partition depends on the text alone. So every partition is a random sample of the corpus, exact duplicates are in the
same partition, and the validation documents are the same for any order or number of inputs.
"""

import functools
import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.literals import holding
from ..core.ragged import filtered_lists, offsets_of, row_sums, runs
from ..corpus.documents import HOLE
from . import aozora, boilerplate, clean, language, lines, mojibake, quotes, split, wikitext_marks, word_counts
from .line_marks import open_ended
from .settings import SegmentSettings
from .split.sentencex import split_sentencex

Counters = dict[str, int]

COUNTERS = (
    "documents_read",
    "documents_cut",
    "documents_other_language",
    "documents_empty",
    "documents_short",
    "sentences_cut",
    "sentences_incomplete",
    "sentences_without_letters",
    *boilerplate.COUNTERS,
    *wikitext_marks.COUNTERS,
    *lines.COUNTERS,
    *clean.COUNTERS,
    *mojibake.COUNTERS,
    *quotes.COUNTERS,
)

RUN_BYTES = 12 << 20  # of text processed at a time: segmenting temporarily takes about thirty times as much memory


def segment(documents: pa.Table, settings: SegmentSettings) -> tuple[pa.Table, Counters]:
    """Segment documents into sentences; returns a table in the same order, and counters.

    `documents` has the columns of `schema.DOCUMENTS`; further columns are kept. The result has `document_id`, `language`
    and `sentences` instead of `text`. Documents without a sentence are left out.
    """
    counters: Counters = dict.fromkeys(COUNTERS, 0)
    counters["documents_read"] = len(documents)
    documents = _cut_long(documents, settings.max_document_chars, counters)
    tables = [_segmented(some, settings, counters) for some in _runs(documents)]
    return pa.concat_tables(tables), counters


def _runs(documents: pa.Table) -> Iterator[pa.Table]:
    """Slices of documents with about `RUN_BYTES` of text; at least one."""
    lengths_N = pc.fill_null(pc.binary_length(documents["text"]), 0).to_numpy().astype(np.int64)
    numbers_N = np.cumsum(lengths_N) // RUN_BYTES
    for first, stop in runs(numbers_N):
        yield documents.slice(first, stop - first)


def _segmented(documents: pa.Table, settings: SegmentSettings, counters: Counters) -> pa.Table:
    """Segment one slice of documents, and update `counters`."""
    paragraph_lines_N = pc.fill_null(documents["paragraph_lines"], False).to_numpy()
    in_lines = functools.partial(_in_paragraphs, settings, counters, paragraph_lines_N)
    texts = documents["text"].combine_chunks()
    counters["documents_decoded_twice"] += mojibake.decoded_twice(texts)
    texts = clean.clean(texts, settings, counters, in_lines)
    codes = _languages(texts, documents["declared_language"], settings)
    if settings.keep_languages is not None:
        kept = pc.is_in(codes, pa.array(settings.keep_languages.split(",")))
        documents, texts, codes = documents.filter(kept).combine_chunks(), texts.filter(kept), codes.filter(kept)
        counters["documents_other_language"] += len(kept) - len(codes)
    lists = _split(texts, codes, settings)
    if settings.plain_quotes:
        lists = quotes.plain(lists, codes, counters)
    lists = _select_sentences(lists, settings, counters)
    table = documents.drop_columns(["text", "declared_language", "paragraph_lines"])
    for name, column in (("document_id", _identities(lists)), ("language", codes), ("sentences", lists)):
        table = table.append_column(name, column)
    return _select_documents(table, settings, counters)


def _languages(texts: pa.Array, declared: pa.ChunkedArray, settings: SegmentSettings) -> pa.Array:
    """The language of each text: as set by the user, else detected, else as declared by its source."""
    if settings.lang != "auto":
        return _constant(settings.lang, len(texts))
    codes = language.detect(texts)
    if declared.null_count == len(declared):
        return codes
    return pc.if_else(
        pc.equal(codes, language.UNKNOWN), pc.fill_null(declared.combine_chunks(), language.UNKNOWN), codes
    )


def _in_paragraphs(
    settings: SegmentSettings, counters: Counters, paragraph_lines_N: np.ndarray, texts: pa.Array
) -> pa.Array:
    """Remove licences and the notation of WikiText and Aozora Bunko, and join the lines of a paragraph."""
    texts = wikitext_marks.without_marks(boilerplate.without_licences(texts, counters), counters)
    texts = aozora.plain(texts, counters)
    return (
        texts
        if settings.splitter == "lines"
        else lines.unwrap(texts, settings.line_breaks, counters, paragraph_lines_N)
    )


def _split(texts: pa.Array, codes: pa.Array, settings: SegmentSettings) -> pa.ListArray:
    if settings.splitter == "lines":
        return split.split_lines(texts)
    if settings.splitter == "sentencex":
        return split_sentencex(texts, codes)
    own = None if settings.abbreviations is None else frozenset(settings.abbreviations.split())
    return split.split(texts, codes, abbreviations=own)


def partition_numbers(
    document_ids: pa.Array, train: int, validation: int, share: float, held_N: np.ndarray | None = None
) -> np.ndarray:
    """The partition of each document, int64 [N]: 0 .. train - 1, or train .. train + validation - 1 for validation.

    The id's first 32 bits are a fraction of the hash range: below `share` is validation, and the rest is divided evenly.
    With `held_N`, bool [N], the held-out documents are given, and each split uses the whole range.
    """
    heads = (id_heads(document_ids) >> np.uint64(32)).astype(np.int64)
    if held_N is not None:
        return np.where(held_N, train + (validation * heads >> 32), train * heads >> 32)
    border = round(share * 2**32) if validation else 0
    in_train = train * np.maximum(heads - border, 0) // (2**32 - border)
    in_validation = train + validation * heads // max(border, 1)
    return np.where(heads < border, in_validation, in_train)


def id_heads(document_ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The first 64 bits of hexadecimal ids, uint64 [N]."""
    digits = "".join(pc.utf8_slice_codeunits(document_ids, 0, 16).to_pylist())
    return np.frombuffer(bytes.fromhex(digits), ">u8").astype(np.uint64)


def gather(table: pa.Table, keep_duplicates: bool = False) -> tuple[pa.Table, Counters]:
    """Sort the documents of a partition by id, and keep only the first of equal ids unless `keep_duplicates`; returns
    them with counters of their content."""
    ids = table["document_id"].combine_chunks()
    order = pc.sort_indices(ids)  # stable: of equal ids, the first in input order comes first
    ordered = ids.take(order)
    keep = np.ones(len(ids), bool)
    if not keep_duplicates:
        keep[1:] = pc.not_equal(ordered[1:], ordered[:-1]).to_numpy(zero_copy_only=False)
    kept = table.take(order.filter(pa.array(keep))).combine_chunks()
    return kept, {"documents_duplicate": int((~keep).sum()), **contents(kept)}


def contents(table: pa.Table) -> Counters:
    """Counters of a part's content: sentences, words by script, sentences without an end mark."""
    lists = table["sentences"].combine_chunks()
    return {
        "documents": len(table),
        "documents_of_one_sentence": int((pc.list_value_length(lists).to_numpy() == 1).sum()),
        "sentences": len(lists.flatten()),
        "sentences_without_end_mark": open_ended(lists.flatten()),
        **word_counts.count(lists.flatten()),
    }


def _constant(value: str, count: int) -> pa.Array:
    return pa.array([value] * count, pa.string())


def _cut_long(documents: pa.Table, longest: int, counters: Counters) -> pa.Table:
    """Cut documents over `longest` characters at the last possible line end, else space, else character."""
    lengths = pc.fill_null(pc.utf8_length(documents["text"]), 0).to_numpy()
    long = np.flatnonzero(lengths > longest)
    if not len(long):
        return documents
    counters["documents_cut"] += len(long)
    parts, done = [], 0
    for row in long.tolist():
        parts.append(documents.slice(done, row - done))
        pieces = _pieces(documents["text"][row].as_py(), longest)
        one, place = documents.slice(row, 1), documents.schema.get_field_index("text")
        # without the text, whose copies for each piece would make the cost quadratic
        copies = one.drop_columns(["text"]).take(pa.array([0] * len(pieces)))
        parts.append(copies.add_column(place, documents.schema.field(place), pa.array(pieces, pa.string())))
        done = row + 1
    return pa.concat_tables([*parts, documents.slice(done)]).cast(documents.schema)


def _pieces(text: str, longest: int) -> list[str]:
    pieces, start = [], 0
    while len(text) - start > longest:
        end = start + longest
        # at a line end in the second half, else at a space there, else at the limit
        cut = max(text.rfind("\n", start + longest // 2, end), -1)
        if cut < 0:
            cut = text.rfind(" ", start + longest // 2, end)
        stop = end if cut < 0 else cut + 1
        pieces.append(text[start:stop])
        start = stop
    return [*pieces, text[start:]]


def _select_sentences(lists: pa.ListArray, settings: SegmentSettings, counters: Counters) -> pa.ListArray:
    """Cut over-long sentences, and drop those with a hole, and by default those without a letter."""
    import polars as pl

    missing = holding(lists.flatten(), HOLE)
    counters["sentences_incomplete"] += int(missing.sum())
    lists = _cut_sentences(filtered_lists(lists, ~missing), settings.max_sentence_chars, counters)
    if not settings.drop_symbols:
        return lists
    spoken = pl.Series("s", lists.flatten()).str.contains(r"\p{L}").to_numpy()
    counters["sentences_without_letters"] += int((~spoken).sum())
    return filtered_lists(lists, spoken)


def _cut_sentences(lists: pa.ListArray, longest: int, counters: Counters) -> pa.ListArray:
    """Cut sentences over `longest` characters at the last possible space, or else anywhere; no text is lost."""
    values = lists.flatten()
    long = np.flatnonzero(pc.utf8_length(values).to_numpy(zero_copy_only=False) > longest)
    if not len(long):
        return lists
    counters["sentences_cut"] += len(long)
    counts, parts, done = np.ones(len(values), np.int64), [], 0
    for row in long.tolist():
        pieces = [stripped for piece in _pieces(values[row].as_py(), longest) if (stripped := piece.strip())]
        parts += [values.slice(done, row - done), pa.array(pieces, pa.string())]
        counts[row], done = len(pieces), row + 1
    before = np.concatenate([[0], np.cumsum(counts)])
    offsets = lists.offsets.to_numpy().astype(np.int64)
    return pa.ListArray.from_arrays(
        pa.array(before[offsets - offsets[0]].astype(np.int32)), pa.concat_arrays([*parts, values.slice(done)])
    )


def _identities(lists: pa.ListArray) -> pa.Array:
    """128-bit hashes, in hex, of the sentences joined by newlines."""
    joined = pc.binary_join(lists, "\n")
    digests = [hashlib.blake2b(text.as_buffer(), digest_size=16).hexdigest() for text in joined]
    return pa.array(digests, pa.string())


def _select_documents(table: pa.Table, settings: SegmentSettings, counters: Counters) -> pa.Table:
    import polars as pl

    lists = table["sentences"].combine_chunks()
    counts = pc.list_value_length(lists).to_numpy()
    lengths = pl.Series("s", lists.flatten(), dtype=pl.String).str.len_chars().to_numpy()
    short = (counts > 0) & (row_sums(lengths, offsets_of(counts)) < settings.min_document_chars)
    counters["documents_empty"] += int((counts == 0).sum())
    counters["documents_short"] += int(short.sum())
    return table.filter(pa.array((counts > 0) & ~short))
