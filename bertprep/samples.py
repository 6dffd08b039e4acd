"""Rows of any data folder, decoded: what `inspect` and reports show of them.

Each row comes as a dictionary of plain Python values, by the stage that made the folder:

    segment      row, document_id, source, source_id, title, language, sentences
    build-pairs  row, is_next, text_a, text_b, from_a, from_b (document, first_sentence, sentence_count, or None)
    mask         row, pair, next_sentence_label, tokens: one a position, with `shown`, `special`, `true` and `kind`
                 ("mask", "random" or "kept" where the token must be predicted, else None)
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from . import randomness, store
from .errors import StoreError, UsageError
from .pipeline.vocab import load_vocabulary
from .vocabulary import Vocabulary


def sample(folder: str, split: str, first: int | None, count: int, seed: int) -> tuple[str, list[dict[str, Any]]]:
    """The stage of a folder, and `count` of a split's rows: from row `first` on, or else chosen by the seed."""
    manifest = store.read_manifest(folder)
    stage = manifest.content["stage"]
    if stage not in DECODERS:
        raise StoreError(f"{folder}: holds the output of {stage}; rows to show are in those of {', '.join(DECODERS)}")
    parts = manifest.parts(split)
    total = sum(rows for _, rows in parts)
    if first is not None and first >= total:
        raise UsageError(f"--row is {first}; the {split} split of {folder} has {total} rows, from 0")
    numbers = _chosen(total, count, seed) if first is None else list(range(first, min(first + count, total)))
    vocabulary = None if stage == "segment" else load_vocabulary(folder, "vocab/")
    return stage, [{"row": number, **DECODERS[stage](_row(parts, number), vocabulary)} for number in numbers]


def training_curve(folder: str, points: int) -> list[dict[str, Any]]:
    """Means of a model's training losses over `points` stretches of its steps: step (the last), mlm_loss, nsp_loss."""
    try:
        lines = (Path(folder) / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        logged = [line for line in map(json.loads, lines) if "mlm_loss" in line]
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: its metrics.jsonl cannot be read ({error})") from error
    stretches = [stretch for stretch in np.array_split(np.arange(len(logged)), points) if len(stretch)]
    return [_mean([logged[number] for number in stretch]) for stretch in stretches]


def _mean(logged: list[dict[str, Any]]) -> dict[str, Any]:
    means = {name: sum(line[name] for line in logged) / len(logged) for name in ("mlm_loss", "nsp_loss")}
    return {"step": logged[-1]["step"], **means}


def _chosen(total: int, count: int, seed: int) -> list[int]:
    words = randomness.mix(randomness.key("sample", seed), np.arange(min(4 * count, 10_000)))
    chosen = list(dict.fromkeys(randomness.below(words, total).tolist() if total else []))
    return sorted(chosen[:count])


def _row(parts: list[tuple[store.Location, int]], number: int) -> dict[str, Any]:
    for path, rows in parts:
        if number < rows:
            table: pa.Table = store.read_part(path)
            return table.slice(number, 1).to_pylist()[0]
        number -= rows
    raise IndexError(number)


def _document(row: dict[str, Any], _: Any) -> dict[str, Any]:
    return row


def _pair(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    content: dict[str, Any] = {"is_next": row["is_next"]}
    for side in ("a", "b"):
        content[f"text_{side}"] = vocabulary.decode(row[f"ids_{side}"])
        names = ("document", "first_sentence", "sentence_count")
        where = {name: row[f"{name}_{side}"] for name in names}
        content[f"from_{side}"] = where if where["document"] is not None else None
    return content


def _example(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    hidden = dict(zip(row["masked_lm_positions"], row["masked_lm_ids"], strict=True))
    tokens = [_token(shown, hidden.get(place), vocabulary) for place, shown in enumerate(row["input_ids"])]
    return {"pair": row["pair"], "next_sentence_label": row["next_sentence_label"], "tokens": tokens}


def _token(shown: int, true: int | None, vocabulary: Vocabulary) -> dict[str, Any]:
    kind = None
    if true is not None:
        kind = "kept" if shown == true else "mask" if shown == vocabulary.mask_id else "random"
    return {
        "shown": vocabulary.tokens[shown],
        "special": not vocabulary.is_ordinary[shown],
        "true": None if true is None else vocabulary.tokens[true],
        "kind": kind,
    }


DECODERS: dict[str, Any] = {"segment": _document, "build-pairs": _pair, "mask": _example}
