"""Checks that `run` makes before hours of work: input, vocabulary, weights, extras, device, folders and disk, all at once."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bertprep.core.counts import quantity
from bertprep.core.errors import BertprepError, InputError, UsageError

from .given_models import refuse_missing

if TYPE_CHECKING:
    from .road import Road

MOST_SHOWN = 20
SECONDS = 30.0  # time limit for reading the beginnings of all files


class ManyProblemsError(BertprepError):
    """Several errors found before any work; the exit code is that of the first."""

    def __init__(self, problems: Sequence[BertprepError]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
        self.exit_code = problems[0].exit_code

    def lines(self) -> list[str]:
        """A line for each error, at most MOST_SHOWN."""
        shown = [f"  - {problem}" for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        head = f"bertprep: {quantity(len(self.problems), 'problem')}; nothing was made"
        return [head, *shown, *([f"  - and {more:,} more"] if more > 0 else [])]


def refuse(problems: Sequence[BertprepError]) -> None:
    """Raise the errors, if any: a single one as it is, several as `ManyProblemsError`."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ManyProblemsError(problems)


def found_in(*calls: Callable[[], Any]) -> list[BertprepError]:
    """Make all calls, and collect the errors that they raise or return."""
    found: list[BertprepError] = []
    for call in calls:
        try:
            found += call() or ()
        except BertprepError as error:
            found.append(error)
    return found


def problems_of(road: "Road") -> list[BertprepError]:
    """The errors that would stop a run, as far as they can be found before any work."""
    return found_in(
        lambda: wrong_input(road),
        lambda: wrong_vocabulary(road),
        lambda: missing_extras(road),
        lambda: wrong_device(road),
    )


def wrong_input(road: "Road") -> list[BertprepError]:
    """Errors in the beginnings of the files of the corpus."""
    from bertprep.sentences.heads import wrong_input as in_files

    until = time.monotonic() + SECONDS
    return in_files(road.corpus, road.settings["segment"], road.folders, lambda: time.monotonic() > until)


def wrong_vocabulary(road: "Road") -> list[BertprepError]:
    """Errors in --vocab or --extend and --init-from, or disagreement between their vocabularies."""
    from bertprep.vocab.compare import difference, words_added
    from bertprep.vocab.loading import load_vocabulary
    from bertprep.vocab.vocabulary import Vocabulary

    init_from, found = road.training.get("init_from"), []
    vocabulary = None
    option, given = ("--extend", road.extended) if road.extended else ("--vocab", road.vocab)
    if road.extended or ("train-vocab" not in road.stages and "build-pairs" in road.stages):
        try:
            refuse_missing(given, option)
            vocabulary = load_vocabulary(given, special_tokens={} if road.extended else road.special_tokens)
        except BertprepError as error:
            found.append(error)
    if not init_from:
        return found
    try:
        refuse_missing(init_from, "--init-from")
        if "://" not in init_from:  # else it is not downloaded yet
            read_shape(init_from)
    except BertprepError as error:
        return [*found, error]
    has_own = any((Path(init_from) / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    own = Vocabulary.load(init_from) if vocabulary and has_own else None
    if "train-vocab" in road.stages and not road.extended:
        found.append(
            UsageError(
                f"--init-from {init_from}: its weights are for its own vocabulary; add --vocab {init_from}, or --extend "
                f"{init_from} to add words of the corpus to it"
            )
        )
    elif own and vocabulary and words_added(own, vocabulary) is None:
        problem = difference(own, vocabulary)
        found.append(
            InputError(
                f"--init-from {init_from} and {option} {given}: their vocabularies differ in {problem}; "
                f"use {option} {init_from}"
            )
        )
    return found


def read_shape(model: str) -> None:
    """Raise `InputError` if a folder contains no readable BERT."""
    from bertprep.train.bert.folder import read_config
    from bertprep.train.bert.weights import weight_files

    read_config(Path(model), None)
    weight_files(Path(model))


def missing_extras(road: "Road") -> Iterator[BertprepError]:
    """Errors for packages that a stage will need and that are not installed."""
    from bertprep.sentences.split.sentencex import load_segment
    from bertprep.shards import strategies

    wanted: list[Callable[[], Any]] = []
    if road.settings["segment"].splitter == "sentencex":
        wanted.append(load_segment)
    if "mask" in road.settings:
        wanted.append(lambda: strategies.load(road.settings["mask"].strategy))
    if "train" in road.settings and road.settings["train"].tensorboard:
        from bertprep.train.log import summary_writer

        wanted.append(summary_writer)
    if any(execution.runner == "ray" for execution in road.executions.values()):
        from bertprep.processes.connection import load_ray

        wanted.append(load_ray)
    for load in wanted:
        try:
            load()
        except BertprepError as error:
            yield error


def wrong_device(road: "Road") -> None:
    """Raise `UsageError` for a device that does not exist."""
    if "train" in road.settings:
        from bertprep.train.world import device_for

        device_for(road.settings["train"].device)


def too_little_disk(folder: str, needed: int) -> str | None:
    """A warning if a local disk has less free space than the stages are estimated to need (to a factor of two), else None."""
    if "://" in folder or needed <= 0:
        return None
    place = os.path.abspath(folder)
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    free = shutil.disk_usage(place).free
    if free >= needed:
        return None
    return (
        f"{folder}: about {needed / 1e9:,.1f} GB of disk space is needed, but only {free / 1e9:,.1f} GB is free; free some, or "
        "choose another -o"
    )


def bytes_there(folder: str) -> int:
    """Bytes that a local folder occupies already, which will be kept or replaced; 0 for a URI."""
    if "://" in folder:
        return 0
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file() and not path.is_symlink())
