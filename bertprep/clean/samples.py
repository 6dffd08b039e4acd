"""Counters and samples of what was rejected, by reason.

Samples are chosen by a hash of the document and the position in it, so they are the same for any number of workers and any
order of work, and nobody selects what looks good.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from ..core import randomness
from ..sentences import word_counts
from ..sentences.documents import id_heads
from .judge import Verdicts
from .rules import NUMBER, REASONS, Rule

KEPT = 10  # samples per reason
FROM_PART = 40  # first rejections of a part, of which the distinct ones are candidates
MOST_CHARACTERS = 1000  # of a sample's text

SAMPLES = pa.schema(
    [
        pa.field("reason", pa.uint8()),
        pa.field("draw", pa.uint64()),
        pa.field("document_id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("source_id", pa.string()),
        pa.field("sentence", pa.int64()),  # index in its document; null for a rejected document
        pa.field("text", pa.string()),
        pa.field("number", pa.uint64()),  # a near-duplicate's number (`near`)
        pa.field("kept", pa.uint64()),  # number of the document kept in its place
    ]
)


def counters(table: pa.Table, verdicts: Verdicts, reasons: list[Rule]) -> dict[str, int]:
    """The number of documents, sentences and words rejected for each reason."""
    sentences = table["sentences"].combine_chunks().flatten()
    reason_S = _reasons(verdicts)
    found = {}
    for rule in reasons:
        number = NUMBER[rule.name]
        if rule.of == "documents":
            found[f"rejected_documents_{rule.key}"] = int((verdicts.document_D == number).sum())
        mine = reason_S == number
        found[f"rejected_sentences_{rule.key}"] = int(mine.sum())
        words = word_counts.count(sentences.filter(pa.array(mine)))["words"] if mine.any() else 0
        found[f"rejected_words_{rule.key}"] = words
    return found


def _reasons(verdicts: Verdicts) -> np.ndarray:
    """The first reason that rejects each sentence or its document, uint8 [S]; 0 for kept sentences."""
    of_document_S = np.repeat(verdicts.document_D, np.diff(verdicts.bounds_D1))
    first_S = np.minimum(of_document_S - np.uint8(1), verdicts.sentence_S - np.uint8(1))  # 0 wraps to the maximum
    return first_S + np.uint8(1)


def of_part(table: pa.Table, verdicts: Verdicts, duplicates: dict[int, tuple[int, int]]) -> pa.Table:
    """Samples of each reason, columns `SAMPLES`, in random order; `duplicates` has the numbers of near-duplicates."""
    heads_D = id_heads(table["document_id"]) >> np.uint64(4)
    document_S = np.repeat(np.arange(len(table)), np.diff(verdicts.bounds_D1))
    reason_S = _reasons(verdicts)
    rows: list[dict[str, Any]] = []
    for number, rule in enumerate(REASONS, 1):
        if rule.of == "documents":
            documents, sentences = np.flatnonzero(verdicts.document_D == number), None
        else:
            sentences = np.flatnonzero(reason_S == number)
            documents = document_S[sentences]
            sentences = sentences - verdicts.bounds_D1[documents]
        draws = randomness.mix(randomness.key("rejected", rule.name), heads_D[documents])
        if sentences is not None:
            draws = randomness.mix(draws, sentences)
        for place in np.argsort(draws, kind="stable")[:FROM_PART].tolist():
            sentence = None if sentences is None else int(sentences[place])
            fields = shown(table, int(documents[place]), sentence)
            own, kept = duplicates.get(int(documents[place]), (None, None)) if sentence is None else (None, None)
            rows.append({"reason": number, "draw": int(draws[place]), **fields, "number": own, "kept": kept})
    return pa.Table.from_pylist(rows, schema=SAMPLES)


def shown(table: pa.Table, row: int, sentence: int | None) -> dict[str, Any]:
    """The fields of a sample that describe a document or a sentence."""
    fields = {name: table[name][row].as_py() for name in ("document_id", "source", "source_id")}
    sentences = table["sentences"][row]
    if sentence is not None:
        return {**fields, "sentence": sentence, "text": sentences[sentence].as_py()[:MOST_CHARACTERS]}
    text, number = "", 0
    while number < len(sentences) and len(text) < MOST_CHARACTERS:
        text += ("\n" if number else "") + sentences[number].as_py()
        number += 1
    return {**fields, "sentence": None, "text": text[:MOST_CHARACTERS]}


def chosen(parts: Iterable[pa.Table]) -> list[dict[str, Any]]:
    """The first `KEPT` different texts of all parts for each reason, as written to the file of samples."""
    first = SAMPLES.empty_table()
    for part in parts:
        first = _first(pa.concat_tables([first, part]))
    names = [name for name in SAMPLES.names if name not in ("reason", "draw")]
    return [
        {"rule": REASONS[row["reason"] - 1].name, **{name: row[name] for name in names if row[name] is not None}}
        for row in first.to_pylist()
    ]


def _first(samples: pa.Table) -> pa.Table:
    """The first `KEPT` different texts for each reason."""
    ordered = samples.sort_by([("reason", "ascending"), ("draw", "ascending")])
    seen: dict[int, set[str]] = {}
    rows = []
    for row, (reason, text) in enumerate(zip(ordered["reason"].to_pylist(), ordered["text"].to_pylist(), strict=True)):
        texts = seen.setdefault(reason, set())
        if len(texts) < KEPT and text not in texts:
            texts.add(text)
            rows.append(row)
    return ordered.take(pa.array(rows, pa.int64()))
