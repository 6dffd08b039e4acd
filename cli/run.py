"""`bertprep run`: all stages in order, each in its own folder; resumes where an earlier run stopped (`road`)."""

from typing import Any

import click

from bertprep.clean.settings import CleanSettings
from bertprep.core.errors import UsageError
from bertprep.core.stages import CLEAN, STAGES, TRAIN_VOCAB
from bertprep.pairs.settings import PairSettings
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards.settings import MaskSettings
from bertprep.train.settings import TrainSettings
from bertprep.vocab.settings import VocabSettings

from . import road_plan
from .checks import refuse
from .commands import command_of
from .data import OUTPUT, SPECIAL_TOKENS, VALIDATION, VALIDATION_IDS, VOCAB_HELP
from .exclusions import STAGE_EXCLUSIONS, VOCAB_NAMES, of_run, settle
from .given import given_to_stage
from .options import (
    EXECUTION,
    PLACE,
    GroupedCommand,
    GroupedOption,
    execution_options,
    settings_options,
)
from .road import Road, names_of

FIXED_SPLIT = ("validation", "validation_ids")


class RunCommand(GroupedCommand):
    """`run`, which also has options of stages that it may not reach."""

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
        from bertprep.train import train  # noqa: F401  report missing extras before hours of work, not after

    run = Road(corpus, output, vocab, values, own)
    plan = road_plan.made(run)
    if values["dry_run"]:
        return road_plan.show(run.console, plan)
    refuse(plan.problems)
    run.go()
    return 0


def values_of_stage(stage: str) -> dict[str, Any]:
    """The values of a stage's options, from `run` or from the stage itself, whichever takes precedence."""
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
