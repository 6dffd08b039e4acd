"""`train-vocab`: a folder of sentences to a WordPiece vocabulary, from the training split alone.

Words are counted partition by partition (one scratch part each), the counts are merged here, and the vocabulary is made
from the counts.
"""

import tempfile
import time
from pathlib import Path

import pyarrow as pa

from .. import store
from ..errors import InputError
from ..runner import Execution, run_tasks
from ..settings import VocabSettings
from ..stages import vocab
from ..store import Identity, Output
from ..vocabulary import Vocabulary
from . import job

VERSION = 1


def plan(sentences: str, output: str, settings: VocabSettings) -> job.Job:
    """The job that counts the words; its parts live in the scratch folder."""
    source = store.read_manifest(sentences, "segment")
    identity = Identity("train-vocab", VERSION, settings.as_dict(), {"sentences": source.digest})
    scratch = Path(output) / store.SCRATCH
    inputs = source.parts("train")
    parts = []
    for number, (path, rows) in enumerate(inputs):
        name = f"{store.SCRATCH}/{store.part_name('words', number, len(inputs))}"
        parts.append(job.Part(name, (str(path), str(scratch), Path(name).name, identity, settings), rows))
    return job.Job(Path(output), identity, write_counts, parts, "documents")


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
        missing = [part for part in made.parts if not _has_counts(out, part.name)]
        with progress("train-vocab", sum(part.size for part in made.parts) + 1, made.unit) as advance:
            advance(sum(part.size for part in made.parts) - sum(part.size for part in missing))
            for number, _ in run_tasks(made.function, [part.task for part in missing], execution.worker_count):
                advance(missing[number].size)
            counts = vocab.merge_counts([store.read_part(out.folder / part.name) for part in made.parts])
            vocabulary = _train(counts, settings)
            advance(1)
        names = save_vocabulary(vocabulary, out.folder)
        counters = {
            "words": int(pa.compute.sum(counts["count"]).as_py()),
            "distinct_words": len(counts),
            "entries": vocabulary.size,
        }
        manifest = out.finish(names, counters)
        store.log_run(output, "finish", stage="train-vocab", seconds=round(time.monotonic() - started, 3))
    return job.Result(manifest, True, time.monotonic() - started)


def _has_counts(out: Output, name: str) -> bool:
    record = store.read_record(out.folder / name) if (out.folder / name).is_file() else None
    return record is not None and not out.identity.changes_from(record)


def _train(counts: pa.Table, settings: VocabSettings) -> Vocabulary:
    if len(counts) == 0:
        raise InputError("no words in the training split of the sentences; a vocabulary needs some text")
    return vocab.train(counts, settings)


def write_counts(source: str, scratch: str, name: str, identity: Identity, settings: VocabSettings) -> None:
    """Task: the words of one partition and how often each occurs."""
    lists = store.read_part(Path(source))["sentences"].combine_chunks()
    table = vocab.count_words(lists.flatten(), settings)
    store.write_part(Path(scratch), name, table, identity, {})


def save_vocabulary(vocabulary: Vocabulary, folder: Path) -> list[str]:
    """Write the vocabulary's files, each whole or absent, and return their names."""
    with tempfile.TemporaryDirectory() as temporary:
        vocabulary.save(temporary)
        paths = sorted(Path(temporary).iterdir())
        for path in paths:
            store.write_file(folder / path.name, path.read_bytes())
        return [path.name for path in paths]


def copy_vocabulary(vocab: str, folder: Path) -> None:
    """Put the vocabulary into `vocab/` of a folder, so that the folder stands alone."""
    save_vocabulary(Vocabulary.load(vocab), folder / "vocab")
