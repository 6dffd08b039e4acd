"""`build-pairs`: a folder of sentences and a vocabulary to a folder of pairs, one part per pass and partition."""

from functools import lru_cache
from pathlib import Path

from .. import store
from ..errors import InputError
from ..runner import Execution
from ..settings import PairSettings
from ..stages import pair
from ..store import Identity
from ..vocabulary import Vocabulary
from ..wordpiece import Encoder
from . import job
from .vocab import copy_vocabulary


def plan(sentences: str, vocab: str, output: str, settings: PairSettings) -> job.Job:
    """The job that makes the pairs."""
    source = store.read_manifest(sentences, "segment")
    vocabulary = Vocabulary.load(vocab)
    identity = Identity(
        "build-pairs", pair.VERSION, settings.as_dict(), {"sentences": source.digest, "vocabulary": vocabulary.digest}
    )
    parts = []
    for split in store.SPLITS:
        inputs = source.parts(split)
        count = len(inputs) * settings.passes
        for number in range(count):
            path, rows = inputs[number % len(inputs)]
            name = store.part_name(split, number, count)
            key = (number // len(inputs), split, number % len(inputs))
            parts.append(job.Part(name, (str(path), vocab, output, name, identity, settings, key), rows))
    return job.Job(Path(output), identity, write_part, parts, "documents")


def build_pairs(
    sentences: str,
    vocab: str,
    output: str,
    settings: PairSettings,
    execution: Execution,
    progress: job.Progress = job.silent,
) -> job.Result:
    """Make a folder of pairs from a folder of sentences; `InputError` when the corpus gives none."""
    made = plan(sentences, vocab, output, settings)
    return job.execute(made, execution, progress, lambda out: copy_vocabulary(vocab, out.folder), _refuse_none)


def write_part(
    source: str,
    vocab: str,
    output: str,
    name: str,
    identity: Identity,
    settings: PairSettings,
    key: tuple[int, str, int],
) -> None:
    """Task: the pairs of one partition."""
    sentences = store.read_part(Path(source))
    encoder = _encoder(vocab)
    lists = sentences["sentences"].combine_chunks()
    ids, offsets = encoder.encode(lists.flatten())
    table, counters = pair.make_pairs(sentences, ids, offsets, settings, key, encoder.vocabulary.size)
    store.write_part(Path(output), name, table, identity, counters)


@lru_cache(maxsize=1)
def _encoder(vocab: str) -> Encoder:
    """One encoder a process, since it remembers the words it has seen."""
    return Encoder(Vocabulary.load(vocab))


def _refuse_none(counters: dict[str, int]) -> None:
    if counters["pairs"] == 0:
        raise InputError(
            f"no pair can be made: {counters['documents_without_pair']} of {counters['documents']} documents have fewer than "
            f"two sentences, and {counters['pairs_dropped']} pairs found no partner from another document of their language; "
            "give more documents, say with --document-separator where a document ends, or take --pairing none"
        )
