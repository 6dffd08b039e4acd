"""`clean`: from a folder of sentences to one of the same parts without rejected sentences and documents, in steps of tasks.

    hashes, repeated           only with --repeated-sentences: find sentences that occur in too many documents
    verdicts                   only with --near-duplicates: apply all other rules before documents are compared
    bands to clusters          only with --near-duplicates: find near-duplicates
    clean                      for each part: write the remaining documents, counters, and samples of what was rejected

Documents keep their id, part and order, so held-out documents stay held out. Files of an earlier run are reused in every
step.
"""

import dataclasses
import json
from typing import Any

import numpy as np

from .. import store
from ..core.counts import quantity
from ..core.errors import InputError
from ..core.stages import CLEAN, SEGMENT
from ..processes.runner import Execution, report
from ..sentences.documents import contents
from ..store import Identity, Location, Manifest, Output, job
from . import samples
from .across import repeated_sentences
from .judge import Verdicts, apply, judge
from .near import Found, add_kept, duplicates_of, near_duplicates
from .rules import EMPTIED, LANGUAGE, NEAR_DUPLICATE, NUMBER, REASONS, REPEATED, Rule
from .rules.gopher_stop_words import without_list
from .settings import CleanSettings
from .steps import Cleaning, StepTask, parts_of, scratch_name

STOP_WORDS = "gopher-stop-words"
REJECTED = "rejected.jsonl"  # samples of rejected text for each rule


@dataclasses.dataclass(frozen=True)
class CleanTask(job.PartTask):
    """A part to be written without what is rejected."""

    source: Location
    settings: CleanSettings
    number: int  # of the part among all parts
    samples: Location  # scratch file for samples of what is rejected
    samples_name: str
    repeated: Location | None = None
    verdicts: Location | None = None
    duplicates: Location | None = None


def identity_of(source: Manifest, settings: CleanSettings) -> Identity:
    """The identity of a folder of cleaned sentences."""
    return Identity.of(CLEAN, settings, {"sentences": source.digest})


def plan(sentences: str, output: str, settings: CleanSettings) -> job.Job:
    """The job that writes the parts; its tasks lack the results of the earlier steps."""
    source = store.read_manifest(sentences, SEGMENT.name)
    out = Output(output, identity_of(source, settings))
    return _job(source, out, _tasks(source, out, settings))


def _job(source: Manifest, out: Output, tasks: list[CleanTask]) -> job.Job:
    return job.Job(out.location, out.identity, write_clean, tasks, "documents", input_bytes=source.bytes)


def _tasks(source: Manifest, out: Output, settings: CleanSettings) -> list[CleanTask]:
    parts, tasks = parts_of(source), []
    for number, (name, path, rows) in enumerate(parts):
        shown = scratch_name("rejected", number, len(parts))
        task = CleanTask(out.path(name), name, out.identity, rows, path, settings, number, out.path(shown), shown)
        tasks.append(task)
    return tasks


def clean(
    sentences: str, output: str, settings: CleanSettings, execution: Execution, progress: job.Progress = job.silent
) -> job.Result:
    """Make a folder of cleaned sentences from a folder of sentences; `InputError` if nothing remains."""
    source = store.read_manifest(sentences, SEGMENT.name)
    out = Output(output, identity_of(source, settings))
    cleaning = Cleaning(source, out, settings, execution, progress)

    def work() -> job.Made:
        across = _look_across(cleaning)
        tasks = [across.applied_to(task) for task in _tasks(source, out, settings)]
        parts = job.run_parts(_job(source, out, tasks), out, execution, progress)
        with job.discarded_on_input_error(output):
            counters = job.total_counters(parts, _refuse_empty, across.near.counters if across.near else None)
        chosen = samples.chosen(store.read_part(task.samples) for task in tasks)
        add_kept(chosen, [path for _, path, _ in cleaning.parts], across.verdicts, across.near)
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in chosen)
        return [*parts, *out.write_files({REJECTED: lines.encode()})], counters

    return job.make(out, execution, work)


@dataclasses.dataclass(frozen=True)
class Across:
    """Results of the steps that look across documents: locations of scratch files."""

    repeated: Location | None = None
    verdicts: tuple[Location, ...] = ()  # one per part
    near: Found | None = None

    def applied_to(self, task: CleanTask) -> CleanTask:
        """The task with these results that concern it."""
        verdicts = self.verdicts[task.number] if self.verdicts else None
        duplicates = self.near.place if self.near else None
        return dataclasses.replace(task, repeated=self.repeated, verdicts=verdicts, duplicates=duplicates)


def _look_across(cleaning: Cleaning) -> Across:
    """Run the steps that look across documents, if the settings need them."""
    settings, parts = cleaning.settings, cleaning.parts
    repeated = repeated_sentences(cleaning)
    if settings.near_duplicates is None:
        return Across(repeated)
    extras = [(path, settings, repeated) for _, path, _ in parts]
    verdicts, _ = cleaning.step("verdicts", write_verdicts, extras, sizes=[rows for _, _, rows in parts])
    return Across(repeated, tuple(verdicts), near_duplicates(cleaning, verdicts))


def write_verdicts(task: StepTask) -> dict[str, Any]:
    """Task: write the verdicts on the documents of one part; returns the scratch file's entry."""
    path, settings, repeated = task.extra
    table = judge(store.read_part(path), settings, _hashes(repeated)).as_table()
    report(task.size)
    return store.write_part(task.path, task.name, table, task.identity, {})


def write_clean(task: CleanTask) -> dict[str, Any]:
    """Task: write what remains of one part, and samples of what was rejected; returns the part's entry."""
    table = store.read_part(task.source)
    if task.verdicts is not None:
        verdicts = Verdicts.of(store.read_part(task.verdicts))
    else:
        verdicts = judge(table, task.settings, _hashes(task.repeated))
    report(task.size // 2)
    duplicates = {} if task.duplicates is None else duplicates_of(task.duplicates, task.number, verdicts)
    verdicts.document_D[list(duplicates)] = NUMBER[NEAR_DUPLICATE.name]
    cleaned, _ = apply(table, verdicts)
    shown = samples.of_part(table, verdicts, duplicates)
    # samples first: if the part is complete, they are too
    store.write_part(task.samples, task.samples_name, shown, task.identity, {})
    counters = samples.counters(table, verdicts, applied(task.settings))
    counters |= {**contents(cleaned), "holes": len(cleaned["holes"].combine_chunks().flatten())}
    if STOP_WORDS in task.settings.rule_names:
        counters["documents_without_stop_words"] = without_list(cleaned["language"])
    for kind in ("documents", "sentences", "words"):
        taken = (value for key, value in counters.items() if key.startswith(f"rejected_{kind}_"))
        counters[f"input_{kind}"] = counters[kind] + sum(taken)
    return store.write_part(task.path, task.name, cleaned, task.identity, counters)


def applied(settings: CleanSettings) -> list[Rule]:
    """The rules that these settings apply."""
    names = {*settings.rule_names, EMPTIED.name}
    asked = {
        LANGUAGE: settings.keep_languages,
        REPEATED: settings.repeated_sentences,
        NEAR_DUPLICATE: settings.near_duplicates,
    }
    names |= {rule.name for rule, value in asked.items() if value is not None}
    return [rule for rule in REASONS if rule.name in names]


def _hashes(place: Location | None) -> np.ndarray | None:
    return None if place is None else store.read_part(place)["hash"].to_numpy()


def _refuse_empty(counters: dict[str, int]) -> None:
    if counters["documents"] == 0:
        most = sorted(
            ((value, name) for name, value in counters.items() if name.startswith("rejected_documents_") and value),
            reverse=True,
        )
        advice = "Leave out rules with --rules, or lower --min-words"
        if most and most[0][1].endswith("_language"):
            advice = "Name the languages that the documents have with --keep-languages (bertprep inspect shows them)"
        counts = ", ".join(
            f"{name.removeprefix('rejected_documents_').replace('_', '-')} {value:,}" for value, name in most
        )
        raise InputError(
            f"no document is left of {quantity(counters['input_documents'], 'document')}; rejected by: {counts}. {advice}"
        )
