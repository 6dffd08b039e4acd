"""The stages of a `bertprep run`: their settings and folders, and how each is made."""

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from bertprep.core import events
from bertprep.core.errors import UsageError
from bertprep.core.stages import CLEAN, STAGES, TRAIN_VOCAB
from bertprep.vocab.given.roles import parsed_roles

from . import next_step
from .console import Console, outcome, outcome_lines, warn, written
from .data import execution_of
from .exclusions import VOCAB_NAMES
from .given_models import local_model
from .options import settings_from
from .shell import below
from .train import training_lines, warn_of_damage

if TYPE_CHECKING:
    from bertprep.sentences.cutting import Corpus
    from bertprep.store.job import PlanStep


def names_of(stage: str) -> dict[str, str]:
    """The settings of a stage, mapped to their option names in `run`."""
    fields = dataclasses.fields(STAGES[stage].settings)
    other = VOCAB_NAMES if stage == TRAIN_VOCAB.name else {}
    return {field.name: other.get(field.name, field.name) for field in fields}


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
        """`own` maps each stage to the values of its options."""
        from bertprep.sentences.fixed_split import FixedSplit
        from bertprep.sentences.job import settings_for

        self.corpus, self.root = corpus, output
        self.segmented, self.cleaned, self.pairs, self.shards, self.model = (
            below(output, name) for name in ("sentences", "clean", "pairs", "shards", "model")
        )
        self.sentences = self.cleaned if CLEAN.name in own else self.segmented  # input of the later stages
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
        """The files of the corpus, found and cut into pieces for `segment`."""
        from bertprep.sentences.cutting import scan

        return scan(self.corpus, self.settings["segment"], self.folders, fixed=self.fixed)

    def folder_of(self, stage: str) -> str:
        """The output folder of a stage."""
        return self.vocab if stage == TRAIN_VOCAB.name else below(self.root, STAGES[stage].folder)

    def overwrites(self, stage: str) -> bool:
        """Whether an existing output of a stage will be replaced."""
        return bool(self.training["overwrite"] if stage == "train" else self.executions[stage].overwrite)

    @property
    def vocabulary_size(self) -> int:
        """The size in the settings; for a vocabulary that is given, an estimate (that of BERT)."""
        settings = self.settings.get(TRAIN_VOCAB.name)
        return settings.size if settings else 30_522

    def go(self) -> None:
        """Run the stages and show the result of each; with --json, one object at the end."""
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
        """The parts of a data stage: which will be made, and why."""
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
