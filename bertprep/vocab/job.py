"""`train-vocab`: from a folder of sentences to a vocabulary, using the training split alone.

Words are counted by parts and their counts merged by ranges of a hash (`counting`); from the counts a new vocabulary is
trained, or a published one is extended.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, cast

import pyarrow as pa

from .. import store
from ..core.errors import InputError, UsageError
from ..core.fields import option_name
from ..core.stages import SEGMENT, TRAIN_VOCAB
from ..processes.runner import Execution
from ..store import Identity, Output, job
from . import subwords
from . import training as vocab
from .counting import CountTask, merged_counts, tasks_of, write_counts
from .extending import extend, unused_slots
from .loading import load_vocabulary, vocabulary_files
from .settings import WORDPIECE, WORDS_ADDED, VocabSettings
from .vocabulary import Vocabulary


def plan(sentences: str, output: str, settings: VocabSettings, extended: str | None = None) -> job.Job:
    """The job that counts the words, with its parts in the scratch folder. `extended` is a vocabulary to add words to."""
    return _plan(sentences, output, settings, load_vocabulary(extended) if extended else None)


def _plan(sentences: str, output: str, settings: VocabSettings, base: Vocabulary | None) -> job.Job:
    source = store.read_manifest(sentences, SEGMENT.name)
    inputs_read = {"sentences": source.digest}
    if base is None and settings.add is not None:
        raise UsageError("--add: the words are added to a published vocabulary; name it with --extend")
    if base is not None:
        inputs_read["vocabulary"] = base.digest
        settings = settings_of_extension(settings, base)
    settings = dataclasses.replace(settings, size=settings.size + -settings.size % settings.multiple_of)
    identity = Identity.of(TRAIN_VOCAB, settings, inputs_read)
    rules = base.rules if base else vocab.text_rules(settings)
    tasks = tasks_of(source, Output(output, identity), settings, rules)
    return job.Job(output, identity, write_counts, tasks, "documents", input_bytes=source.bytes)


def settings_of_extension(settings: VocabSettings, base: Vocabulary) -> VocabSettings:
    """The settings completed from the vocabulary that is extended; `UsageError` if they contradict it."""
    if base.given:
        raise UsageError(
            f"--extend: words are added to the WordPiece vocabulary of a BERT, and this one is {base.given.kind}; "
            "train a vocabulary on the text instead, with --model"
        )
    if base.model_size < base.size and base.size % settings.multiple_of:
        raise UsageError(
            f"--multiple-of {settings.multiple_of}: the vocabulary that is extended has {base.size:,} entries, and none can be "
            f"appended, because {base.tokens[base.model_size]!r} was added after its pieces; leave it out: the table "
            "of embeddings may be larger than its vocabulary (resize_token_embeddings with pad_to_multiple_of in transformers)"
        )
    add = settings.add or WORDS_ADDED
    given: dict[str, Any] = {
        "model": WORDPIECE,
        "size": base.size + max(0, add - len(unused_slots(base))),
        "lowercase": base.lowercase,
        "strip_accents": base.strip_accents,
        "unused": 0,
    }
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if field.name in given and value not in (field.default, given[field.name]):
            raise UsageError(
                f"{option_name(field)} and --extend: the vocabulary that is extended decides it; leave it out"
            )
    return dataclasses.replace(settings, add=add, **given)


def train_vocab(
    sentences: str,
    output: str,
    settings: VocabSettings,
    execution: Execution,
    progress: job.Progress = job.silent,
    extended: str | None = None,
) -> job.Result:
    """Make a vocabulary folder from a folder of sentences, or add its words to the vocabulary `extended`."""
    base = load_vocabulary(extended) if extended else None
    counting = _plan(sentences, output, settings, base)
    out = Output(output, counting.identity)

    def work() -> job.Made:
        parts = job.run_parts(counting, out, execution, progress)
        counts, counters = merged_counts(cast(Sequence[CountTask], counting.tasks), out, execution, progress)
        store.add_counters(counters, job.total_counters(parts))
        pa.default_memory_pool().release_unused()
        with job.discarded_on_input_error(output):
            files, learnt = _learnt(counts, VocabSettings(**counting.identity.settings), base)
        return out.write_files(files), counters | learnt

    made = job.make(out, execution, work)
    return dataclasses.replace(made, warnings=base.notes) if base else made


def _learnt(
    counts: pa.Table, settings: VocabSettings, base: Vocabulary | None
) -> tuple[dict[str, bytes], dict[str, int]]:
    """The files of the vocabulary for these words, its number of entries, and counters of an extension."""
    if len(counts) == 0:
        raise InputError("the training split of the sentences contains no words")
    if settings.model != WORDPIECE:
        files, entries = subwords.train(counts, settings)
        return files, {"entries": entries}
    if base is not None:
        add = settings.add or WORDS_ADDED
        vocabulary, added = extend(base, counts, add, settings.min_frequency, settings.multiple_of)
    else:
        vocabulary, added = vocab.train(counts, settings), {}
    return vocabulary_files(vocabulary), {**added, "entries": vocabulary.size}
