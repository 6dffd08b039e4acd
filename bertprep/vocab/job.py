"""`train-vocab`: a folder of sentences to a vocabulary, from the training split alone.

Words are counted partition by partition (one scratch part each), the counts are merged here, and the vocabulary is made
from the counts: anew, or as an extension of a published one.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from .. import store
from ..core.errors import InputError, UsageError
from ..core.fields import option_name
from ..core.scripts import script_of
from ..core.stages import SEGMENT, TRAIN_VOCAB
from ..processes.runner import Execution
from ..store import Identity, Location, Output, job
from . import subwords
from . import training as vocab
from .contents import TextRules
from .extending import extend, unused_slots
from .loading import load_vocabulary, vocabulary_files
from .settings import WORDPIECE, WORDS_ADDED, VocabSettings
from .vocabulary import Vocabulary

MERGED_AT_ONCE = 1_000_000  # words, with repetitions between parts


def plan(sentences: str, output: str, settings: VocabSettings, extended: str | None = None) -> job.Job:
    """The job that counts the words; its parts live in the scratch folder. `extended` is a vocabulary to add words to."""
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
    out = Output(output, identity)
    rules = base.rules if base else vocab.text_rules(settings)
    inputs = source.parts("train")
    tasks = []
    for number, (path, rows) in enumerate(inputs):
        name = f"{store.SCRATCH}/{store.part_name('words', number, len(inputs))}"
        tasks.append(CountTask(out.path(name), name, identity, rows, path, settings, rules))
    return job.Job(output, identity, write_counts, tasks, "documents", input_bytes=source.bytes)


def settings_of_extension(settings: VocabSettings, base: Vocabulary) -> VocabSettings:
    """The settings with what follows from the vocabulary that is extended; `UsageError` for one that says otherwise."""
    if base.given:
        raise UsageError(
            f"--extend: words are added to the WordPiece vocabulary of a BERT, and this one is {base.given.kind}; "
            "train a vocabulary on the text instead, with --model"
        )
    if base.model_size < base.size and base.size % settings.multiple_of:
        raise UsageError(
            f"--multiple-of {settings.multiple_of}: the vocabulary that is extended has {base.size:,} entries, and none can be "
            f"put behind its pieces, where {base.tokens[base.model_size]!r} was added; leave it out: the table of the model's "
            "embeddings may be larger than its vocabulary (resize_token_embeddings with pad_to_multiple_of in transformers)"
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
    """Make a vocabulary folder from a folder of sentences, or add their words to the vocabulary `extended`."""
    base = load_vocabulary(extended) if extended else None
    counting = _plan(sentences, output, settings, base)
    out = Output(output, counting.identity)

    def work() -> job.Made:
        parts = job.run_parts(counting, out, execution, progress)
        rows = sum(part["rows"] for part in parts)
        counts, counters = merged_counts([out.path(task.name) for task in counting.tasks], rows)
        store.add_counters(counters, job.total_counters(parts))
        pa.default_memory_pool().release_unused()
        with job.nothing_left_if_refused(output):
            files, learnt = _learnt(counts, VocabSettings(**counting.identity.settings), base)
        return out.write_files(files), counters | learnt

    made = job.make(out, execution, work)
    return dataclasses.replace(made, warnings=base.notes) if base else made


def merged_counts(paths: Sequence[Location], rows: int) -> tuple[pa.Table, dict[str, int]]:
    """The counts of all parts together, as many of the most frequent as `vocab.train` looks at, and the sums over all.

    Distinct words grow with the corpus without end, so they are merged by turns: in each turn those with the same
    remainder of a hash, which decides nothing but the turn.
    """
    turns = -(-rows // MERGED_AT_ONCE) or 1
    frequent = vocab.merge_counts([])
    counters = {"words": 0, "distinct_words": 0}
    for turn in range(turns):
        merged = vocab.merge_counts([_of_turn(store.read_part(path), turn, turns) for path in paths])
        counters["words"] += int(pa.compute.sum(merged["count"]).as_py() or 0)
        counters["distinct_words"] += len(merged)
        store.add_counters(counters, words_by_script(merged))
        both = pa.concat_tables([frequent, merged])
        order = pa.compute.sort_indices(both, sort_keys=[("count", "descending"), ("word", "ascending")])
        frequent = both.take(order[: vocab.TRAINING_WORDS]).combine_chunks()
    return frequent.sort_by("word"), counters


def words_by_script(counts: pa.Table) -> dict[str, int]:
    """The words of a table of counts by the script of their first character, such as `words_latin`."""
    heads = pa.compute.utf8_slice_codeunits(pa.compute.utf8_ltrim(counts["word"], " "), 0, 1)
    by_head = pa.table({"head": heads, "count": counts["count"]}).group_by("head").aggregate([("count", "sum")])
    found: dict[str, int] = {}
    for head, number in zip(by_head["head"].to_pylist(), by_head["count_sum"].to_pylist(), strict=True):
        store.add_counters(found, {f"words_{script_of(head) or 'other'}": number})
    return dict(sorted(found.items()))


def _of_turn(table: pa.Table, turn: int, turns: int) -> pa.Table:
    if turns == 1:
        return table
    import polars as pl

    remainders = pl.Series("w", table["word"].combine_chunks()).hash() % turns
    return table.filter((remainders == turn).to_arrow())


def _learnt(
    counts: pa.Table, settings: VocabSettings, base: Vocabulary | None
) -> tuple[dict[str, bytes], dict[str, int]]:
    """The files of the vocabulary of these words, and its entries, with what there is to count of an extension."""
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


@dataclasses.dataclass(frozen=True)
class CountTask(job.PartTask):
    """A partition of which the words are counted."""

    source: Location
    settings: VocabSettings
    rules: TextRules  # of WordPiece


def write_counts(task: CountTask) -> dict[str, Any]:
    """The words of one partition and how often each occurs. Returns the scratch part's entry."""
    lists = store.read_part(task.source)["sentences"].combine_chunks()
    if task.settings.model == WORDPIECE:
        table, counters = vocab.count_words(lists.flatten(), task.rules)
    else:
        table, counters = subwords.count(lists.flatten(), task.settings)
    return store.write_part(task.path, task.name, table, task.identity, counters)
