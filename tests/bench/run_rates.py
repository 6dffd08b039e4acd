"""Rates measured in your own run (`bertprep run CORPUS -o RUN --until mask`), so that the tables are those of your machine.

The sizes of folders are in the manifests; seconds and workers of each stage are in `run.jsonl`. Rates within a stage (reads in
`segment`, the merges of a vocabulary) are scaled by the same factor relative to `RATES` as their stage, so that with these rates
the model predicts the actual seconds of the run.
"""

import dataclasses
import os
from pathlib import Path

from stage_counts import planned, stage_seconds, steps
from stage_rates import GROWTH, RATES, Rates

from bertprep import store
from bertprep.core.errors import InputError
from bertprep.corpus.sources import COMPRESSIONS
from bertprep.vocab import training
from bertprep.vocab.settings import WORDPIECE, VocabSettings

FOLDERS = {"segment": "sentences", "train-vocab": "vocab", "build-pairs": "pairs", "mask": "shards"}
SECONDS = {
    "segment": ("segment", "copy", "read", "name"),
    "train-vocab": ("train_vocab", "merge", "vocabulary"),
    "build-pairs": ("build_pairs",),
    "mask": ("mask",),
}


def of_run(folder: Path) -> Rates:
    """The rates of the run in this folder; `InputError` if its logs are not sufficient."""
    seconds = {stage: core_seconds(folder / name) for stage, name in FOLDERS.items()}
    files = next(run["files"] for run in store.read_runs(folder / FOLDERS["segment"]) if "files" in run)
    sentences, pairs, shards = (bytes_of(folder / FOLDERS[stage]) for stage in ("segment", "build-pairs", "mask"))
    is_packed = any(Path(path).suffix in COMPRESSIONS for path, *_ in files)
    text = sentences / RATES.sentences if is_packed else sum(size for _, size, *_ in files)
    sizes = {"sentences": sentences / text, "pairs": pairs / text, "shards": shards / text}
    sizes |= units_of(folder / FOLDERS["segment"])
    sizes |= words_of(folder / FOLDERS["segment"], folder / FOLDERS["train-vocab"])
    rates = dataclasses.replace(RATES, **sizes, origin=f"{text / 1e6:,.0f} MB in {folder}")
    partitions = store.read_manifest(folder / FOLDERS["segment"]).settings["partitions"]
    made = steps(planned(text, round(text / len(files)), partitions=partitions), rates)
    for stage, names in SECONDS.items():
        rest = stage_seconds(made[stage], text, dataclasses.replace(rates, **dict.fromkeys(names, 0.0)))
        slower = (seconds[stage] - rest) / (stage_seconds(made[stage], text, rates) - rest)
        if slower <= 0:
            raise InputError(
                f"{folder}: {stage} took {seconds[stage]:.1f} s, too little to tell its rates; use more text"
            )
        rates = dataclasses.replace(rates, **{name: slower * getattr(rates, name) for name in names})
    return rates


def core_seconds(folder: Path) -> float:
    """Seconds of the last run, times its workers; `InputError` if it was resumed or has not finished."""
    runs = [run for run in store.read_runs(folder) if run["event"] in ("start", "finish")]
    if [run["event"] for run in runs[-2:]] != ["start", "finish"] or [run["event"] for run in runs[-3:-2]] == ["start"]:
        raise InputError(f"{folder}: no run that made it all at once; make it with --overwrite")
    return runs[-1]["seconds"] * runs[-2]["workers"]


def units_of(folder: Path) -> dict[str, float]:
    """Mean sizes of documents, sentences and words in a folder of sentences."""
    counters = store.read_manifest(folder).counters
    return {unit: bytes_of(folder) / counters[f"{unit}s"] for unit in ("document", "sentence", "word")}


def words_of(sentences: Path, vocabulary: Path) -> dict[str, float]:
    """Number of distinct words in a part of a folder of sentences, and in all of it."""
    settings = VocabSettings(**store.read_manifest(vocabulary).settings)
    if settings.model != WORDPIECE:
        return {}
    parts = [path for path, _ in store.read_manifest(sentences).parts("train")]
    sizes = [os.path.getsize(path) for path in parts]
    lists = store.read_part(parts[0])["sentences"].combine_chunks()
    counted, _ = training.count_words(lists.flatten(), training.text_rules(settings))
    row = counted.nbytes / len(counted)
    distinct = row * store.read_manifest(vocabulary).counters["distinct_words"]
    return {
        "row": row,
        "words": counted.nbytes / sizes[0] ** GROWTH,
        "distinct": distinct / sum(sizes) ** GROWTH,
    }


def bytes_of(folder: Path) -> int:
    """Bytes of the parts of a folder."""
    return sum(
        part["bytes"] for part in store.read_manifest(folder).content["parts"] if part["name"].endswith(".arrow")
    )
