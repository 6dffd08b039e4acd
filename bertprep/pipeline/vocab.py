"""`train-vocab`: a folder of sentences to a WordPiece vocabulary, from the training split alone.

Words are counted partition by partition (one scratch part each), the counts are merged here, and the vocabulary is made
from the counts.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from .. import store
from ..errors import InputError
from ..files import is_uri
from ..runner import Execution
from ..settings import VocabSettings
from ..stages import vocab
from ..store import Identity, Location, Output
from ..vocabulary import Vocabulary
from . import job

VERSION = 1


def plan(sentences: str, output: str, settings: VocabSettings) -> job.Job:
    """The job that counts the words; its parts live in the scratch folder."""
    source = store.read_manifest(sentences, "segment")
    identity = Identity("train-vocab", VERSION, settings.as_dict(), {"sentences": source.digest})
    out = Output(output, identity)
    inputs = source.parts("train")
    parts = []
    for number, (path, rows) in enumerate(inputs):
        name = f"{store.SCRATCH}/{store.part_name('words', number, len(inputs))}"
        parts.append(job.Part(name, (path, out.path(name), name, identity, settings), rows))
    return job.Job(output, identity, write_counts, parts, "documents", input_bytes=source.bytes)


def train_vocab(
    sentences: str, output: str, settings: VocabSettings, execution: Execution, progress: job.Progress = job.silent
) -> job.Result:
    """Make a vocabulary folder from a folder of sentences."""
    started = time.monotonic()
    made = plan(sentences, output, settings)
    out = Output(output, made.identity)
    with store.lock(output):
        if out.is_complete() and not execution.overwrite:
            out.tidy()
            return job.Result(store.read_manifest(output), False, time.monotonic() - started)
        out.refuse_or_clear(execution.overwrite)
        store.log_run(output, "start", stage=made.identity.stage, workers=execution.worker_count)
        job.run_parts(made, out, execution, progress)
        counts = vocab.merge_counts([store.read_part(out.path(part.name)) for part in made.parts])
        vocabulary = _train(counts, settings)
        counters = {
            "words": int(pa.compute.sum(counts["count"]).as_py()),
            "distinct_words": len(counts),
            "entries": vocabulary.size,
        }
        manifest = out.finish(out.write_files(vocabulary_files(vocabulary)), counters)
        seconds = time.monotonic() - started
        store.log_run(output, "finish", stage="train-vocab", seconds=round(seconds, 3))
    return job.Result(manifest, True, seconds)


def _train(counts: pa.Table, settings: VocabSettings) -> Vocabulary:
    if len(counts) == 0:
        raise InputError("no words in the training split of the sentences; a vocabulary needs some text")
    return vocab.train(counts, settings)


def write_counts(
    source: Location, path: Location, name: str, identity: Identity, settings: VocabSettings
) -> dict[str, Any]:
    """Task: the words of one partition and how often each occurs. Returns the scratch part's entry."""
    lists = store.read_part(source)["sentences"].combine_chunks()
    table = vocab.count_words(lists.flatten(), settings)
    return store.write_part(path, name, table, identity, {})


def vocabulary_files(vocabulary: Vocabulary, below: str = "") -> dict[str, bytes]:
    """The files of a vocabulary, under names that begin with `below`."""
    return {below + name: data for name, data in sorted(vocabulary.files().items())}


def load_vocabulary(location: str, below: str = "") -> Vocabulary:
    """The vocabulary at a location, or under `below` in a folder of ours; `InputError` says what is wrong with it."""
    if not is_uri(location):
        return Vocabulary.load(Path(location) / below if below else location)
    with tempfile.TemporaryDirectory() as copy:
        for name, data in _fetched(location, below).items():
            (Path(copy) / name).write_bytes(data)
        try:
            return Vocabulary.load(copy)
        except InputError as error:
            raise InputError(str(error).replace(copy, location)) from error


def _fetched(location: str, below: str) -> dict[str, bytes]:
    """Files of a vocabulary in an object store, by their plain names: those of our manifest, else those that are there."""
    folder = store.folder_at(location)
    if folder.size(store.MANIFEST):
        manifest = store.read_manifest(location)
        found = {part["name"]: manifest.location(part) for part in manifest.content["parts"]}
        wanted = {name: found[below + name] for name in store.VOCABULARY_FILES if below + name in found}
    elif location.endswith((".json", ".txt")):
        wanted = {"tokenizer.json" if location.endswith(".json") else "vocab.txt": location}
    else:
        wanted = {name: folder.path(name) for name in store.VOCABULARY_FILES if folder.size(name)}
    try:
        return {name: store.read_bytes(path) for name, path in wanted.items()}
    except OSError as error:
        raise InputError(f"{location}: cannot be read ({error})") from error
