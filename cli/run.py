"""`bertprep run`: the stages in order, each in its own folder, going on where an earlier run stopped."""

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import click

from bertprep.clean.settings import CleanSettings
from bertprep.core import events
from bertprep.core.errors import UsageError
from bertprep.core.stages import CLEAN, STAGES, TRAIN_VOCAB
from bertprep.pairs.settings import PairSettings
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards.settings import MaskSettings
from bertprep.train.settings import TrainSettings
from bertprep.vocab.given.roles import parsed_roles
from bertprep.vocab.settings import VocabSettings

from . import next_step, road_plan
from .checks import refuse
from .commands import command_of
from .console import Console, outcome, outcome_lines, warn, written
from .data import OUTPUT, SPECIAL_TOKENS, VALIDATION, VALIDATION_IDS, VOCAB_HELP, execution_of
from .exclusions import STAGE_EXCLUSIONS, VOCAB_NAMES, of_run, settle
from .given import given_to_stage
from .given_models import local_model
from .options import (
    EXECUTION,
    PLACE,
    GroupedCommand,
    GroupedOption,
    execution_options,
    settings_from,
    settings_options,
)
from .shell import below
from .train import training_lines, warn_of_damage

if TYPE_CHECKING:
    from bertprep.sentences.cutting import Corpus
    from bertprep.store.job import PlanStep

FIXED_SPLIT = ("validation", "validation_ids")


def names_of(stage: str) -> dict[str, str]:
    """The settings of a stage, and what `run` calls them."""
    fields = dataclasses.fields(STAGES[stage].settings)
    other = VOCAB_NAMES if stage == TRAIN_VOCAB.name else {}
    return {field.name: other.get(field.name, field.name) for field in fields}


class RunCommand(GroupedCommand):
    """`run` alone has options of stages that it may not come to."""

    exclusions = of_run(
        {stage: [*names_of(stage).values(), *(["extend"] if stage == TRAIN_VOCAB.name else [])] for stage in STAGES}
    )


@click.command("run", cls=RunCommand, epilog="Example: bertprep run sample_corpus/english -o demo --vocab-size 4000")
@click.argument("corpus", nargs=-1, required=True, type=PLACE)
@OUTPUT
@click.option(
    "--until", type=click.Choice(list(STAGES)), default="train", show_default=True, help="Stop after this stage."
)
@click.option("--vocab", type=PLACE, metavar="PATH", help=f"Use this vocabulary instead of training one: {VOCAB_HELP}")
@SPECIAL_TOKENS
@VALIDATION
@VALIDATION_IDS
@settings_options(SegmentSettings, "Options of segment")
@click.option(
    "--clean",
    is_flag=True,
    cls=GroupedOption,
    group="Options of clean",
    help="Filter the sentences by quality rules before the vocabulary is trained and pairs are made.",
)
@settings_options(CleanSettings, "Options of clean", skip=("keep_languages",))
@click.option(
    "--extend",
    type=PLACE,
    metavar="PATH",
    cls=GroupedOption,
    group="Options of train-vocab",
    help="Add words to the WordPiece vocabulary of this BERT instead of training one; with --init-from, give the same "
    "model.",
)
@settings_options(VocabSettings, "Options of train-vocab", VOCAB_NAMES)
@settings_options(PairSettings, "Options of build-pairs (--seed is for all stages)")
@settings_options(MaskSettings, "Options of mask", skip=("seed",))
@settings_options(TrainSettings, "Options of train", skip=("seed",))
@click.option(
    "--init-from",
    type=PLACE,
    metavar="DIR",
    cls=GroupedOption,
    group="Options of train",
    help="Start from the weights of a Hugging Face BERT folder; give its vocabulary with --vocab.",
)
@execution_options
def run_command(corpus: tuple[str, ...], output: str, until: str, **values: Any) -> int:
    """Run all stages from CORPUS to a trained model: segment, train-vocab, build-pairs, mask, train; with --clean also clean.

    Each stage writes a folder in DIR. Running the same command again resumes where it stopped; finished stages are kept.
    Environment variables and configuration tables of the stages apply here too, such as BERTPREP_MASK_SEED=1 and [mask].
    """
    road = [stage for stage in STAGES if stage != CLEAN.name or values["clean"]]
    if until not in road:
        raise UsageError(f"--until {until}: that stage is not part of this run; add --{until}")
    own = {stage: values_of_stage(stage) for stage in road[: road.index(until) + 1]}
    vocab = own["build-pairs"]["vocab"] if "build-pairs" in own else None
    if vocab:
        del own[TRAIN_VOCAB.name]
    if "train" in own:
        from bertprep.train import train  # noqa: F401  missing extras are told before hours of work, not after

    run = Road(corpus, output, vocab, values, own)
    plan = road_plan.made(run)
    if values["dry_run"]:
        return road_plan.show(run.console, plan)
    refuse(plan.problems)
    run.go()
    return 0


def values_of_stage(stage: str) -> dict[str, Any]:
    """The values of a stage's options: those of `run` and of the stage itself, whichever were given nearer."""
    names = names_of(stage) | {
        name: name for name in (*EXECUTION, *FIXED_SPLIT, "vocab", "special_token", "extend", "init_from", "dry_run")
    }
    given = given_to_stage(click.get_current_context(), command_of(stage), stage, names)
    settle(given, STAGE_EXCLUSIONS[stage])
    values = {name: each.value for name, each in given.items()}
    if given["dry_run"].is_given and given["dry_run"].command != "run":
        raise UsageError(
            f"{given['dry_run'].option}: run cannot continue after a stage that makes nothing; use run --dry-run"
        )
    return values


class Road:
    """The stages of one run, with their settings and folders."""

    def __init__(
        self,
        corpus: tuple[str, ...],
        output: str,
        vocab: str | None,
        values: dict[str, Any],
        own: dict[str, dict[str, Any]],
    ) -> None:
        """`own` holds the values of each stage."""
        from bertprep.sentences.fixed_split import FixedSplit
        from bertprep.sentences.job import settings_for

        self.corpus, self.root = corpus, output
        self.segmented, self.cleaned, self.pairs, self.shards, self.model = (
            below(output, name) for name in ("sentences", "clean", "pairs", "shards", "model")
        )
        self.sentences = self.cleaned if CLEAN.name in own else self.segmented  # that later stages read
        vocab, self.extended = (
            local_model(path, weights=False) if path and path.startswith("hf://") else path
            for path in (vocab, own.get(TRAIN_VOCAB.name, {}).get("extend"))
        )
        self.vocab = vocab or below(output, "vocab")
        self.special_tokens = parsed_roles(own["build-pairs"]["special_token"] if "build-pairs" in own else ())
        if self.special_tokens and not vocab:
            raise UsageError("--special-token names tokens of a given vocabulary; add --vocab, or leave it out")
        self.folders = [below(output, stage.folder) for stage in STAGES.values()]
        self.stages = list(own)
        self.settings: dict[str, Any] = {
            stage: settings_from(STAGES[stage].settings, each, typed=names_of(stage)) for stage, each in own.items()
        }
        self.fixed = FixedSplit(own["segment"]["validation"], own["segment"]["validation_ids"])
        self.settings["segment"] = settings_for(self.settings["segment"], self.fixed)
        data = [stage for stage in own if stage != "train"]
        inputs = [*corpus, own["segment"]["validation"], own["segment"]["validation_ids"]]
        self.executions = {stage: execution_of({**values, **own[stage]}, inputs, *data) for stage in data}
        self.training = dict(own.get("train", {}))
        self.console, self.is_dry = Console(values), values["dry_run"]
        init_from = self.training.get("init_from") or ""
        if init_from.startswith("hf://") and self.is_dry:
            self.console.say(f"--init-from {init_from}: would be downloaded")
        elif "://" in init_from:
            self.training["init_from"] = local_model(init_from)

    @functools.cached_property
    def cut(self) -> "Corpus":
        """The corpus, found and cut for `segment`."""
        from bertprep.sentences.cutting import scan

        return scan(self.corpus, self.settings["segment"], self.folders, fixed=self.fixed)

    def folder_of(self, stage: str) -> str:
        """Where a stage writes."""
        return self.vocab if stage == TRAIN_VOCAB.name else below(self.root, STAGES[stage].folder)

    def overwrites(self, stage: str) -> bool:
        """Whether what is in a stage's folder is to be replaced."""
        return bool(self.training["overwrite"] if stage == "train" else self.executions[stage].overwrite)

    @property
    def vocabulary_size(self) -> int:
        """That asked for, or the usual one of a vocabulary that is given."""
        settings = self.settings.get(TRAIN_VOCAB.name)
        return settings.size if settings else 30_522

    def go(self) -> None:
        """Run the stages and show each one's result; with --json one object at the end."""
        from bertprep.processes.runner import kept_connection

        done = {}
        with kept_connection():
            for number, stage in enumerate(self.stages, 1):
                self.console.say(f"[{number}/{len(self.stages)}] {stage}")
                done[stage] = self._train() if stage == "train" else self._data_stage(stage)
                events.tell("stage", stage=stage, outputs=done[stage]["outputs"], seconds=done[stage]["seconds"])
        last = self.stages[-1]
        then = next_step.after(last, below(self.root, STAGES[last].folder), "clean" in done)
        if "train" in done and not done["train"]["finished"]:
            then = next_step.resume([self.shards], self.model)
        outputs = [each for stage in done.values() for each in stage["outputs"]]
        self.console.done([f"next: {then}"], {"stages": done, "outputs": outputs, "next": then})

    def _data_stage(self, stage: str) -> dict[str, Any]:
        from bertprep import store
        from bertprep.pairs import job as pairs
        from bertprep.sentences import job as segment
        from bertprep.shards import job as mask
        from bertprep.vocab import job as vocab

        from . import summaries, warned

        settings, how = self.settings[stage], (self.executions[stage], self.console.progress)
        if stage == "segment":
            for warning in warned.language_warnings(settings):
                self.console.warn(warning)
            output, lines_of = self.segmented, summaries.segment
            result = segment.segment(self.corpus, output, settings, *how, self.folders, self.fixed)
        elif stage == "clean":
            from bertprep.clean import job as clean

            output, lines_of = self.cleaned, summaries.clean
            result = clean.clean(self.segmented, output, settings, *how)
        elif stage == "train-vocab":
            output, lines_of = self.vocab, summaries.vocab
            result = vocab.train_vocab(self.sentences, output, settings, *how, self.extended)
        elif stage == "build-pairs":
            output, lines_of = self.pairs, summaries.pairs
            result = pairs.build_pairs(self.sentences, self.vocab, output, settings, *how, self.special_tokens)
        else:
            output, lines_of = self.shards, summaries.mask
            result = mask.mask_pairs(self.pairs, output, settings, *how)
        made_from = {"clean": self.segmented, "build-pairs": self.sentences}.get(stage)
        warn(self.console, result, store.read_manifest(made_from) if made_from else None)
        if not self.console.quiet:
            self.console.lines(outcome_lines(output, result, lines_of(result.manifest)))
        return outcome(stage, output, result)

    def _train(self) -> dict[str, Any]:
        from bertprep.processes.runner import close_connection
        from bertprep.train import train

        close_connection()  # no data stage comes after this one
        values = self.training
        summary = train(
            [self.shards],
            self.model,
            self.settings["train"],
            init_from=values["init_from"],
            overwrite=values["overwrite"],
            quiet=self.console.quiet,
            warn=self.console.warn,
        )
        warn_of_damage(self.console, summary)
        if not self.console.quiet:
            self.console.lines(training_lines(self.model, summary))
        return {**summary, "output": self.model, "outputs": [written(self.model)]}

    def plan_of(self, stage: str) -> "list[PlanStep]":
        """The parts of a data stage, which to make and why."""
        from bertprep.pairs import job as pairs
        from bertprep.sentences import job as segment
        from bertprep.shards import job as mask
        from bertprep.store import job
        from bertprep.vocab import job as vocab

        settings, again = self.settings[stage], self.executions[stage].overwrite
        if stage == "segment":
            warn = self.console.warn if self.is_dry else lambda text: None
            return segment.plan_of(self.cut, self.segmented, settings, again, warn)
        if stage == "clean":
            from bertprep.clean import job as clean

            return job.plan(clean.plan(self.segmented, self.cleaned, settings), again)
        if stage == "train-vocab":
            return job.plan(vocab.plan(self.sentences, self.vocab, settings, self.extended), again)
        if stage == "build-pairs":
            planned = pairs.plan(self.sentences, self.vocab, self.pairs, settings, self.special_tokens)
            return job.plan(planned, again)
        return job.plan(mask.plan(self.pairs, self.shards, settings), again)
