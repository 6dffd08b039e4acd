"""`build-pairs`: make a folder of pairs from a folder of sentences and a vocabulary, one part per pass and partition."""

import dataclasses
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from .. import store
from ..core.counts import agreeing, quantity
from ..core.errors import InputError
from ..core.stages import BUILD_PAIRS, SEGMENT, UNKNOWN
from ..processes.runner import Execution, report
from ..store import Identity, Location, Manifest, job
from ..vocab.loading import load_vocabulary, vocabulary_files
from ..vocab.reading import NOTHING
from ..vocab.vocabulary import Vocabulary
from ..vocab.wordpiece import Encoder
from . import pair
from .pairings import PAIRINGS, Pairing
from .settings import PairSettings

Named = tuple[str, tuple[tuple[str, str], ...]]  # path of a vocabulary; (role, token) pairs that its files do not name


def plan(
    sentences: str, vocab: str, output: str, settings: PairSettings, special_tokens: Mapping[str, str] = NOTHING
) -> job.Job:
    """Plan the job; `special_tokens` maps roles to tokens if the files of the vocabulary do not name them."""
    given = tuple(sorted(special_tokens.items()))
    vocabulary = load_vocabulary(vocab, special_tokens=special_tokens)
    return _plan(store.read_manifest(sentences, SEGMENT.name), (vocab, given), vocabulary, output, settings)


def _plan(source: Manifest, vocab: Named, vocabulary: Vocabulary, output: str, settings: PairSettings) -> job.Job:
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
    special_tokens: Mapping[str, str] = NOTHING,
) -> job.Result:
    """Make a folder of pairs from a folder of sentences; `InputError` if no pair can be made.

    `special_tokens` maps roles to tokens if the files of the vocabulary do not name them.
    """
    source = store.read_manifest(sentences, SEGMENT.name)
    vocabulary = load_vocabulary(vocab, special_tokens=special_tokens)
    planned = _plan(source, (vocab, tuple(sorted(special_tokens.items()))), vocabulary, output, settings)
    made = job.execute(planned, execution, progress, partial(_refuse_none, PAIRINGS[settings.pairing]))
    return dataclasses.replace(made, warnings=vocabulary.notes)


@dataclasses.dataclass(frozen=True)
class PairTask(job.PartTask):
    """One pass over one partition."""

    source: Location
    vocabulary: Named
    settings: PairSettings
    key: tuple[int, str, int]  # pass, split and number of the partition


def write_pairs(task: PairTask) -> dict[str, Any]:
    """Write the pairs of one partition. Returns the part's entry in the manifest."""
    sentences = store.read_part(task.source)
    encoder = _encoder(task.vocabulary, task.identity.inputs["vocabulary"])
    lists = sentences["sentences"].combine_chunks()
    texts = encoder.sentences(lists)
    ids, offsets = encoder.encode(texts)
    report(len(sentences) // 2)
    vocabulary = encoder.vocabulary
    table, counters = pair.make_pairs(
        sentences, ids, offsets, task.settings, task.key, vocabulary.size, vocabulary.layout
    )
    counters["tokens_unknown"] = int((ids == vocabulary.unk_id).sum())
    unknown = encoder.unknown(texts, ids, offsets)
    counters |= {f"{UNKNOWN}{script}": count for script, count in unknown.items()}
    return store.write_part(task.path, task.name, table, task.identity, counters)


@lru_cache(maxsize=1)
def _encoder(vocab: Named, digest: str) -> Encoder:
    """One encoder per process, since it caches the words it has seen; `digest` is the cache key if the vocabulary changes."""
    location, special_tokens = vocab
    return Encoder(load_vocabulary(location, special_tokens=dict(special_tokens)))


def _refuse_none(pairing: Pairing, counters: dict[str, int]) -> None:
    if counters["pairs"] == 0:
        if pairing.label is None:
            raise InputError(
                "no rows can be made: no document has a token; look at the sentences with: bertprep inspect"
            )
        needs = f"; {pairing.needs}" if pairing.needs else ""
        short = counters["documents_without_pair"]
        raise InputError(
            f"no pairs can be made: {short:,} of {quantity(counters['documents'], 'document')} "
            f"{agreeing(short, 'has', 'have')} fewer than "
            f"two sentences, and {quantity(counters['pairs_dropped'], 'pair')} found no partner{needs}. "
            "Use more documents, or segment with --document-separator set to what separates them (a book: 're:(CHAPTER .*)'), "
            "or use --pairing none"
        )
