"""The top of the page: six figures with their meaning, and the commands that made the folders."""

import dataclasses
import os
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple

from .. import store
from ..core.counts import quantity
from ..core.fields import option_name
from ..core.stages import MOST_UNKNOWN, STAGES, Stage
from ..pairs.pairings import PAIRINGS
from ..pairs.validation import fixed_by
from ..train.verdicts import by_heart, verdicts
from . import page
from .page import percent
from .run import RunFolders

FEW_WORDS = 200_000  # words of text below which next-sentence prediction is rarely learnt (docs/learning.md)
INPUTS_SHOWN = 3
OF_FILES = ("file", "lines file", "config.json")  # units of settings whose value is the content of a file
GOOD, FAIR, BAD = "good", "fair", "bad"
SHADES = {"learnt": GOOD, "part": FAIR, "not_yet": FAIR, "worse": BAD, "unknown": FAIR}


class Number(NamedTuple):
    """One of the six figures: its label and value, a shade for its verdict, and a note with the reason."""

    label: str
    value: str
    shade: str
    note: str


def opening(run: RunFolders) -> str:
    """The figures, warnings of memorised rows, and the commands."""
    heart = "".join(f'<p class="warn">{page.escape(each.sentence)}</p>' for each in by_heart(run.metrics))
    lines = "\n".join(page.escape(line) for name in run.folders if (line := command_of(run, name)))
    made = f"<details open><summary>Made by</summary><pre>{lines}</pre></details>" if lines else ""
    return stats(run) + heart + made


def stats(run: RunFolders) -> str:
    """The figures as cards."""
    cards = "".join(
        f'<div class="stat {each.shade}"><span>{page.escape(each.label)}</span><b>{page.escape(each.value)}</b>'
        f"<p>{page.escape(each.note)}</p></div>"
        for each in numbers(run)
    )
    return f'<div class="stats">{cards}</div>'


def numbers(run: RunFolders) -> list[Number]:
    """Those of the six figures for which there are folders."""
    manifests = run.manifests
    found = [
        make(manifests[name].counters, manifests[name].settings)
        for name, make in {run.text: _text, **DATA}.items()
        if name in manifests
    ]
    measured = run.summary.get("validation") or {}
    for verdict in verdicts(measured, run.summary.get("steps")):
        label, name, form = MEASURED[verdict.task]
        found.append(Number(label, form.format(measured[name]), SHADES[verdict.state], verdict.sentence))
    return [each for each in found if each]


def _text(counted: Mapping[str, int], _: Mapping[str, Any]) -> Number:
    words, documents = counted["words"], quantity(counted["documents"], "document")
    few = words < FEW_WORDS
    note = f"{documents}, {quantity(counted['sentences'], 'sentence')}."
    note += f" A small corpus: next sentences usually need {FEW_WORDS:,} words." if few else ""
    return Number("words of text", f"{words:,}", FAIR if few else GOOD, note)


def _entries(counted: Mapping[str, int], settings: Mapping[str, Any]) -> Number:
    short = counted["entries"] < settings["size"]
    note = f"{counted['distinct_words']:,} distinct words were counted."
    note += f" Fewer than the {settings['size']:,} requested: the corpus yields no more." if short else ""
    return Number("vocabulary entries", f"{counted['entries']:,}", FAIR if short else GOOD, note)


def _pairs(counted: Mapping[str, int], settings: Mapping[str, Any]) -> Number:
    label = PAIRINGS[settings["pairing"]].label
    note = f"{percent(counted['pairs_random'], counted['pairs'])} of them {label.word}. " if label else ""
    unknown = counted.get("tokens_unknown", 0)
    many = unknown > MOST_UNKNOWN * counted["tokens"]
    note += f"{percent(unknown, counted['tokens'])} of the tokens are unknown to the vocabulary"
    note += ", too many: use one trained on this kind of text." if many else "."
    return Number("pairs", f"{counted['pairs']:,}", BAD if many else GOOD, note)


def _masked(counted: Mapping[str, int], settings: Mapping[str, Any]) -> Number:
    share, wanted = counted["masked"] / max(1, counted["tokens_ordinary"]), settings["mask_prob"]
    near = abs(share - wanted) <= 0.02 * wanted + 0.005
    note = f"of the ordinary tokens must be predicted (--mask-prob {wanted:g}); {quantity(counted['rows'], 'row')}."
    return Number("masked", f"{share:.1%}", GOOD if near else FAIR, note)


DATA = {"vocab": _entries, "pairs": _pairs, "shards": _masked}


MEASURED = {
    "masked": ("masked words, held out", "mlm_loss", "{:.2f} nats"),
    "next": ("next sentences, held out", "nsp_accuracy", "{:.1%}"),
}


def command_of(run: RunFolders, name: str) -> str:
    """The command that makes a folder again, with all settings that are not defaults; or a comment why it is not known."""
    if name == "model":
        stage, settings = STAGES["train"], run.training.get("settings", {})
    else:
        stage, settings = STAGES[run.manifests[name].stage], run.manifests[name].settings
    if reason := _not_recorded(run, name, stage, settings):
        return f"# bertprep {stage.name} ... ({reason})"
    given = [word for field in dataclasses.fields(stage.settings) for word in _option(field, settings)]
    return " ".join(["bertprep", stage.name, *map(shlex.quote, [*_inputs(run, name), "-o", name, *given])])


def _not_recorded(run: RunFolders, name: str, stage: Stage, settings: Mapping[str, Any]) -> str | None:
    """Why a command made from the settings would not make the folder again; None if it would."""
    if name == "sentences":
        if option := fixed_by(run.manifests[name]):
            return f"{option} was given; its path is not recorded"
        if not (count := len(sources_of(run.folders[name]))):
            return "its input is not recorded"
        if count > INPUTS_SHOWN:
            return f"its input was {count:,} files and folders"
    if name == "model":
        if run.training.get("init_from"):
            return "--init-from was given; its path is not recorded"
        if len(run.training["data"]) > 1:
            return f"{len(run.training['data'])} folders of shards were given; their paths are not recorded"
    for field in dataclasses.fields(stage.settings):
        if field.metadata["unit"] in OF_FILES and settings.get(field.name) is not None:
            return f"{option_name(field)} was given; its path is not recorded"
    return None


def _inputs(run: RunFolders, name: str) -> list[str]:
    if name == "sentences":
        return sources_of(run.folders[name])
    return {
        "clean": ["sentences"],
        "vocab": [run.text],
        "pairs": [run.text, "--vocab", "vocab"],
        "shards": ["pairs"],
        "model": ["shards"],
    }[name]


def sources_of(sentences: str) -> list[str]:
    """The arguments of `segment` from its log: for each group of files its only file, or the folder that contains them all."""
    lists = [line["files"] for line in store.read_runs(sentences) if line.get("files")]
    groups: dict[int, list[str]] = {}
    for path, *_, group in lists[-1] if lists else []:
        groups.setdefault(group, []).append(path)
    return [files[0] if len(files) == 1 else _folder_of(files) for _, files in sorted(groups.items())]


def _folder_of(files: list[str]) -> str:
    """The folder that contains all files, which may be URIs."""
    folder, root, _ = os.path.commonprefix(files).rpartition("/")  # noqa: RUF071  `commonpath` spoils s3://
    return folder or root or "."


def _option(field: dataclasses.Field, settings: Mapping[str, Any]) -> list[str]:
    """The words of the command line that set a field; none if it has its default."""
    value = settings.get(field.name, field.default)
    if value == field.default or value is None:
        return []
    if isinstance(value, bool):
        names = (field.metadata["option"] or f"{option_name(field)}/--no-{field.name.replace('_', '-')}").split("/")
        return [names[0] if value else names[-1]]
    return [option_name(field), str(value)]
