"""The table of options that exclude each other, so that every option given has an effect or is refused."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from bertprep.core.errors import UsageError
from bertprep.core.stages import CLEAN, STAGES, TRAIN_VOCAB
from bertprep.corpus.formats import FORMATS
from bertprep.pairs.pairings import PAIRINGS

from .given import Given

TEXT_FIELD = "--text-field"
ONE_FIELD = ("--id-field", "--title-field", "--source-field")


@dataclasses.dataclass(frozen=True)
class Exclusion:
    """An option that has no effect together with another, or only with some values of it."""

    option: str
    other: str
    fits: tuple[str | bool, ...] = ()  # values of `other` with which it has an effect; if empty, there are none

    def is_met(self, values: Mapping[str, Given]) -> bool:
        """Whether the values do not conflict."""
        option, other = values[self.option], values[self.other]
        return not option.is_given or (other.value in self.fits if self.fits else not other.is_given)


ON_RAY = Exclusion("ray_address", "runner", ("ray",))
READ_OPTIONS = sorted({option for each in FORMATS.values() for option in each.options})

DECIDED_BY_EXTENDED = (
    "model",
    "size",
    "lowercase",
    "strip_accents",
    "unused",
)  # settings of train-vocab
VOCAB_NAMES = {"size": "vocab_size", "model": "vocab_model"}  # names in `run` of settings of train-vocab


def _formats_with(option: str) -> tuple[str, ...]:
    """Values of `--format` with which an option has an effect."""
    return "auto", *(name for name, each in FORMATS.items() if option in each.options)


STAGE_EXCLUSIONS: dict[str, tuple[Exclusion, ...]] = {
    "segment": (
        Exclusion("abbreviations", "splitter", ("rules",)),
        Exclusion("validation", "validation_ids"),
        Exclusion("validation", "validation_share"),
        Exclusion("validation_ids", "validation_share"),
        *(Exclusion(option, "format", _formats_with(option)) for option in READ_OPTIONS),
        ON_RAY,
    ),
    "clean": (ON_RAY,),
    "train-vocab": (*(Exclusion(option, "extend") for option in DECIDED_BY_EXTENDED), ON_RAY),
    "build-pairs": (
        *(
            Exclusion(option, "pairing", tuple(name for name, each in PAIRINGS.items() if option in each.options))
            for option in sorted({option for each in PAIRINGS.values() for option in each.options})
        ),
        ON_RAY,
    ),
    "mask": (ON_RAY,),
    "train": (
        Exclusion("model", "model_config"),
        Exclusion("model", "init_from"),
        Exclusion("model_config", "init_from"),
        Exclusion("initialization", "init_from"),
        Exclusion("epochs", "steps"),
        Exclusion("overwrite", "resume"),
        *(
            Exclusion(option, "decay_from")
            for option in ("init_from", "initialization", "model", "model_config", "epochs", "steps", "resume")
        ),
    ),
}
EXCLUSIONS = {
    **STAGE_EXCLUSIONS,
    "predict": (Exclusion("top", "next"), Exclusion("pieces", "next")),
    "inspect": (Exclusion("seed", "row"),),
}


def of_run(options: Mapping[str, Sequence[str]]) -> tuple[Exclusion, ...]:
    """The exclusions of `run`: options of a stage that is not reached, or that `--vocab` replaces. `options`: by stage."""
    names = list(STAGES)
    first_stage = {option: stage for stage in reversed(names) for option in options[stage]}
    reached = [Exclusion(option, "until", tuple(names[names.index(stage) :])) for option, stage in first_stage.items()]
    made = [Exclusion(option, "vocab") for option in options[TRAIN_VOCAB.name]]
    made += [Exclusion(option, "extend") for option in (VOCAB_NAMES.get(name, name) for name in DECIDED_BY_EXTENDED)]
    inputs = [
        Exclusion("vocab", "until", tuple(names[names.index("build-pairs") :])),
        Exclusion("init_from", "until", ("train",)),
        Exclusion("clean", "until", tuple(names[names.index(CLEAN.name) :])),
    ]
    cleaned = [Exclusion(option, "clean", (True,)) for option, stage in first_stage.items() if stage == CLEAN.name]
    return (*inputs, *made, *cleaned, *reached)


def settle(values: Mapping[str, Given], exclusions: Sequence[Exclusion]) -> None:
    """Resolve exclusions: two options from the same place are an error; otherwise the one with higher precedence holds."""
    for exclusion in exclusions:
        if exclusion.option not in values or exclusion.other not in values or exclusion.is_met(values):
            continue
        option, other = values[exclusion.option], values[exclusion.other]
        if option.place < other.place:
            option.forget()
        elif option.place > other.place and not exclusion.fits:
            other.forget()
        else:
            raise UsageError(_refusal(option, other, exclusion.fits))


def _refusal(option: Given, other: Given, fits: tuple[str | bool, ...]) -> str:
    if not fits:
        return f"{option.option} and {other.option} exclude each other; leave out one of them"
    name = max(other.param.opts, key=len)
    if fits == (True,):
        return f"{option.option} has no effect without {name}; leave it out, or add {name}"
    return (
        f"{option.option} has no effect with {name} {other.value}, only with {' or '.join(map(str, fits))}; leave it out, "
        f"or give another {name}"
    )


def values_after(given: Mapping[str, Given]) -> dict[str, Any]:
    """Map each option to its value."""
    return {name: each.value for name, each in given.items()}


def refuse_several_fields(args: list[str]) -> None:
    """Raise `UsageError` if an option that names one field is given twice; click would silently ignore the first."""
    for option in ONE_FIELD:
        named = list(_values_of(option, args).values())
        if len(set(named)) > 1:
            raise UsageError(f"{option} is given as {' and as '.join(named)}, and names one field")


def with_text_fields_joined(args: list[str]) -> list[str]:
    """The words of a command line with all `--text-field` options joined into one, separated by commas."""
    found = _values_of(TEXT_FIELD, args)
    named = list(dict.fromkeys(found.values()))
    if len(named) < 2:
        return args
    left_out = {*found} | {at + 1 for at in found if args[at] == TEXT_FIELD}
    return [f"{TEXT_FIELD}={','.join(named)}", *(word for at, word in enumerate(args) if at not in left_out)]


def _values_of(option: str, args: list[str]) -> dict[int, str]:
    """The positions of an option among the words of a command line, with its value at each."""
    end = args.index("--") if "--" in args else len(args)
    found = {}
    for at, word in enumerate(args[:end]):
        name, mark, value = word.partition("=")
        if name == option and (mark or at + 1 < end):
            found[at] = value if mark else args[at + 1]
    return found
