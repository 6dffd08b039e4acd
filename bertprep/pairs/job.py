"""`build-pairs`: a folder of sentences and a vocabulary to a folder of pairs, one part per pass and partition."""

import dataclasses
from functools import lru_cache, partial
from typing import Any

from .. import store
from ..core.counts import agreeing, quantity
from ..core.errors import InputError
from ..core.stages import BUILD_PAIRS, SEGMENT, UNKNOWN
from ..processes.runner import Execution, report
from ..store import Identity, Location, Manifest, job
from ..vocab.loading import load_vocabulary, vocabulary_files
from ..vocab.vocabulary import Vocabulary
from ..vocab.wordpiece import Encoder
from . import pair
from .pairings import PAIRINGS, Pairing
from .settings import PairSettings


def plan(sentences: str, vocab: str, output: str, settings: PairSettings) -> job.Job:
    """The job that makes the pairs."""
    return _plan(store.read_manifest(sentences, SEGMENT.name), vocab, load_vocabulary(vocab), output, settings)


def _plan(source: Manifest, vocab: str, vocabulary: Vocabulary, output: str, settings: PairSettings) -> job.Job:
    identity = Identity.of(BUILD_PAIRS, settings, {"sentences": source.digest, "vocabulary": vocabulary.digest})
    output_folder = store.Output(output, identity)
    tasks = []
    for split in store.SPLITS:
        inputs = source.parts(split)
        count = len(inputs) * settings.passes
        for number in range(count):
            path, rows = inputs[number % len(inputs)]
            name = store.part_name(split, number, count)
            key = (number // len(inputs), split, number % len(inputs))
            tasks.append(PairTask(output_folder.path(name), name, identity, rows, path, vocab, settings, key))
    files = vocabulary_files(vocabulary, "vocab/")
    return job.Job(output, identity, write_pairs, tasks, "documents", files, source.bytes * settings.passes)


def build_pairs(
    sentences: str,
    vocab: str,
    output: str,
    settings: PairSettings,
    execution: Execution,
    progress: job.Progress = job.silent,
) -> job.Result:
    """Make a folder of pairs from a folder of sentences; `InputError` when the corpus gives none."""
    source, vocabulary = store.read_manifest(sentences, SEGMENT.name), load_vocabulary(vocab)
    planned = _plan(source, vocab, vocabulary, output, settings)
    made = job.execute(planned, execution, progress, partial(_refuse_none, PAIRINGS[settings.pairing]))
    return dataclasses.replace(made, warnings=vocabulary.notes)


@dataclasses.dataclass(frozen=True)
class PairTask(job.PartTask):
    """A partition that is paired once."""

    source: Location
    vocabulary: str
    settings: PairSettings
    key: tuple[int, str, int]  # pass, split and number of the partition


def write_pairs(task: PairTask) -> dict[str, Any]:
    """The pairs of one partition. Returns the part's entry."""
    sentences = store.read_part(task.source)
    encoder = _encoder(task.vocabulary, task.identity.inputs["vocabulary"])
    lists = sentences["sentences"].combine_chunks()
    ids, offsets = encoder.encode(lists.flatten())
    report(len(sentences) // 2)
    table, counters = pair.make_pairs(sentences, ids, offsets, task.settings, task.key, encoder.vocabulary.size)
    counters["tokens_unknown"] = int((ids == encoder.vocabulary.unk_id).sum())
    unknown = encoder.unknown(lists.flatten(), ids, offsets)
    counters |= {f"{UNKNOWN}{script}": count for script, count in unknown.items()}
    return store.write_part(task.path, task.name, table, task.identity, counters)


@lru_cache(maxsize=1)
def _encoder(vocab: str, digest: str) -> Encoder:
    """One encoder a process, since it remembers the words it has seen; the digest tells that it is still the same."""
    return Encoder(load_vocabulary(vocab))


def _refuse_none(pairing: Pairing, counters: dict[str, int]) -> None:
    if counters["pairs"] == 0:
        needs = f"; {pairing.needs}" if pairing.needs else ""
        short = counters["documents_without_pair"]
        raise InputError(
            f"no pairs can be made: {short:,} of {quantity(counters['documents'], 'document')} "
            f"{agreeing(short, 'has', 'have')} fewer than "
            f"two sentences, and {quantity(counters['pairs_dropped'], 'pair')} found no partner{needs}. "
            "Use more documents, or segment with --document-separator set to what separates them (a book: 're:(CHAPTER .*)'), "
            "or use --pairing none"
        )
