"""`bertprep run`: the stages in order, each in its own folder, going on where an earlier run stopped."""

from pathlib import Path
from typing import Any

import click

from bertprep.core.errors import UsageError
from bertprep.core.stages import STAGES, TRAIN_VOCAB
from bertprep.pairs.settings import PairSettings
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards.settings import MaskSettings
from bertprep.train.settings import TrainSettings
from bertprep.vocab.settings import VocabSettings

from .console import Console, outcome, outcome_lines, show_plan, warn
from .data import OUTPUT, below, execution_of, warn_of_vocabulary
from .options import PLACE, GroupedCommand, execution_options, settings_from, settings_options
from .train import predict_command_for, resume_command, training_lines, warn_of_damage

VOCAB_NAMES = {"size": "vocab_size"}


@click.command(
    "run", cls=GroupedCommand, epilog="Example: bertprep run sample_corpus/english -o demo --vocab-size 4000"
)
@click.argument("corpus", nargs=-1, required=True, type=PLACE)
@OUTPUT
@click.option(
    "--until", type=click.Choice(list(STAGES)), default="train", show_default=True, help="Stop after this stage."
)
@click.option("--vocab", type=PLACE, metavar="PATH", help="Use this vocabulary instead of making one.")
@settings_options(SegmentSettings, "Options of segment")
@settings_options(VocabSettings, "Options of train-vocab", VOCAB_NAMES)
@settings_options(PairSettings, "Options of build-pairs; the seed is that of all stages")
@settings_options(MaskSettings, "Options of mask", skip=("seed",))
@settings_options(TrainSettings, "Options of train", skip=("seed",))
@execution_options
def run_command(corpus: tuple[str, ...], output: str, until: str, vocab: str | None, **values: Any) -> None:
    """Go the whole road from CORPUS to a trained model: segment, train-vocab, build-pairs, mask, train.

    Each stage has its folder in DIR. The same command again goes on where it stopped; finished stages are kept.
    """
    road = list(STAGES)
    stages = [stage for stage in road[: road.index(until) + 1] if not (stage == TRAIN_VOCAB.name and vocab)]
    if "train" in stages:
        from bertprep.train import train  # noqa: F401  missing extras are told before hours of work, not after

        if "://" in output:
            raise UsageError(f"-o is {output}; a model is trained in a folder of this machine, so say --until mask")

    run = Road(corpus, output, vocab, values)
    run.plan(stages) if values["dry_run"] else run.go(stages)


class Road:
    """The stages of one run, with their settings and folders."""

    def __init__(self, corpus: tuple[str, ...], output: str, vocab: str | None, values: dict[str, Any]) -> None:
        self.corpus, self.root = corpus, output
        self.sentences, self.pairs, self.shards, self.model = (
            below(output, name) for name in ("sentences", "pairs", "shards", "model")
        )
        self.vocab = vocab or below(output, "vocab")
        self.folders = [below(output, stage.folder) for stage in STAGES.values()]
        self.segmenting = settings_from(SegmentSettings, values)
        self.vocabulary = settings_from(VocabSettings, values, VOCAB_NAMES)
        self.pairing = settings_from(PairSettings, values)
        self.masking = settings_from(MaskSettings, values)
        self.training = settings_from(TrainSettings, values)
        self.execution = execution_of(values)
        self.console = Console(values)

    def go(self, stages: list[str]) -> None:
        """Run the stages and show each one's result; with --json one object at the end."""
        done = {}
        for number, stage in enumerate(stages, 1):
            self.console.say(f"[{number}/{len(stages)}] {stage}")
            done[stage] = self._train() if stage == "train" else self._data_stage(stage)
        then = f"bertprep report {self.root} -o {below(self.root, 'report.html')}"
        if stages[-1] == "train":
            finished = done["train"]["finished"]
            then = predict_command_for(self.model) if finished else resume_command([self.shards], self.model)
        self.console.result([f"next: {then}"], {"stages": done, "next": then})

    def _data_stage(self, stage: str) -> dict[str, Any]:
        from bertprep import store
        from bertprep.pairs import job as pairs
        from bertprep.sentences import job as segment
        from bertprep.shards import job as mask
        from bertprep.vocab import job as vocab

        from . import summaries

        how = (self.execution, self.console.progress)
        if stage == "segment":
            if warning := summaries.language_warning(self.segmenting):
                self.console.warn(warning)
            output, lines_of = self.sentences, summaries.segment
            result = segment.segment(self.corpus, output, self.segmenting, *how, self.folders)
        elif stage == "train-vocab":
            output, lines_of = self.vocab, summaries.vocab
            result = vocab.train_vocab(self.sentences, output, self.vocabulary, *how)
        elif stage == "build-pairs":
            warn_of_vocabulary(self.console, self.vocab)
            output, lines_of = self.pairs, summaries.pairs
            result = pairs.build_pairs(self.sentences, self.vocab, output, self.pairing, *how)
        else:
            output, lines_of = self.shards, summaries.mask
            result = mask.mask_pairs(self.pairs, output, self.masking, *how)
        warn(self.console, result, store.read_manifest(self.sentences) if stage == "build-pairs" else None)
        if not self.console.as_json:
            self.console.result(outcome_lines(output, result, lines_of(result.manifest)), {})
        return outcome(stage, output, result)

    def _train(self) -> dict[str, Any]:
        from bertprep.train import train

        begun = (Path(self.model) / "training.json").is_file()
        overwrite = self.execution.overwrite
        quiet = self.console.quiet
        summary = train(
            [self.shards], self.model, self.training, resume=begun and not overwrite, overwrite=overwrite, quiet=quiet
        )
        warn_of_damage(self.console, summary)
        if not self.console.as_json:
            self.console.result(training_lines(self.model, summary), {})
        return summary

    def plan(self, stages: list[str]) -> None:
        """Show what each stage would do, as far as that follows from what is there."""
        from bertprep.core.errors import StoreError
        from bertprep.pairs import job as pairs
        from bertprep.sentences import job as segment
        from bertprep.shards import job as mask
        from bertprep.store import job
        from bertprep.vocab import job as vocab

        again = self.execution.overwrite
        plans = {
            "segment": lambda: segment.plan(self.corpus, self.sentences, self.segmenting, again, self.folders),
            "train-vocab": lambda: job.plan(vocab.plan(self.sentences, self.vocab, self.vocabulary), again),
            "build-pairs": lambda: job.plan(pairs.plan(self.sentences, self.vocab, self.pairs, self.pairing), again),
            "mask": lambda: job.plan(mask.plan(self.pairs, self.shards, self.masking), again),
        }
        steps = []
        for stage in stages:
            try:
                steps += plans[stage]() if stage in plans else [job.Step("model", True, "train on the shards")]
            except StoreError as error:
                steps.append(job.Step(stage, True, f"waits for the stage before it ({error})"))
        show_plan(self.console, steps)
