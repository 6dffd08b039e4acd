"""How the page opens: six numbers with what they mean, and the commands that made the folders."""

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from .. import store
from ..core.counts import quantity
from ..core.fields import option_name
from ..core.stages import MOST_UNKNOWN, STAGES
from ..pairs.pairings import PAIRINGS
from ..train.verdicts import by_heart, verdicts
from . import page
from .page import percent
from .run import RunFolders

FEW_WORDS = 200_000  # of text, below which next sentences are rarely learnt (docs/learning.md)
FILES_SHOWN = 3
GOOD, FAIR, BAD = "good", "fair", "bad"
SHADES = {"learnt": GOOD, "part": FAIR, "not_yet": FAIR, "worse": BAD, "unknown": FAIR}


class Number(NamedTuple):
    """One of the six: what it is, its value, whether that is well, and why."""

    label: str
    value: str
    shade: str
    note: str


def opening(run: RunFolders) -> str:
    """The numbers, what was learnt by heart, and the commands."""
    heart = "".join(f'<p class="warn">{page.escape(each.sentence)}</p>' for each in by_heart(run.metrics))
    lines = "\n".join(page.escape(line) for name in run.folders if (line := command_of(run, name)))
    made = f"<details open><summary>Made by</summary><pre>{lines}</pre></details>" if lines else ""
    return stats(run) + heart + made


def stats(run: RunFolders) -> str:
    """The numbers as cards."""
    cards = "".join(
        f'<div class="stat {each.shade}"><span>{page.escape(each.label)}</span><b>{page.escape(each.value)}</b>'
        f"<p>{page.escape(each.note)}</p></div>"
        for each in numbers(run)
    )
    return f'<div class="stats">{cards}</div>'


def numbers(run: RunFolders) -> list[Number]:
    """As many of the six as the folders tell."""
    manifests = run.manifests
    found = [
        make(manifests[name].counters, manifests[name].settings) for name, make in DATA.items() if name in manifests
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
    note += f" Fewer than the {settings['size']:,} asked for: the corpus has no more." if short else ""
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
    note = f"of the ordinary tokens are to be predicted (--mask-prob {wanted:g}); {quantity(counted['rows'], 'row')}."
    return Number("masked", f"{share:.1%}", GOOD if near else FAIR, note)


DATA = {"sentences": _text, "vocab": _entries, "pairs": _pairs, "shards": _masked}


MEASURED = {
    "masked": ("masked words, held out", "mlm_loss", "{:.2f} nats"),
    "next": ("next sentences, held out", "nsp_accuracy", "{:.1%}"),
}


def command_of(run: RunFolders, name: str) -> str:
    """The command that makes a folder again, with every setting that is not the default."""
    if name == "model":
        stage, settings = STAGES["train"], run.training.get("settings", {})
    else:
        stage, settings = STAGES[run.manifests[name].stage], run.manifests[name].settings
    given = [word for field in dataclasses.fields(stage.settings) for word in _option(field, settings)]
    return " ".join(["bertprep", stage.name, *map(shlex.quote, [*_inputs(run, name), "-o", name, *given])])


def _inputs(run: RunFolders, name: str) -> list[str]:
    if name == "sentences":
        return sources_of(run.folders[name])
    return {
        "vocab": ["sentences"],
        "pairs": ["sentences", "--vocab", "vocab"],
        "shards": ["pairs"],
        "model": ["shards"],
    }[name]


def sources_of(sentences: str) -> list[str]:
    """The input of `segment` as its log has it: some files, or the folders that they lie in."""
    lists = [line["files"] for line in store.read_runs(sentences) if line.get("files")]
    files = [str(entry[0]) for entry in lists[-1]] if lists else []
    folders = list(dict.fromkeys(str(PurePath(file).parent) for file in files))
    return files if len(files) <= FILES_SHOWN else folders[:FILES_SHOWN]


def _option(field: dataclasses.Field, settings: Mapping[str, Any]) -> list[str]:
    """The words that set a field, none where it has its default."""
    value = settings.get(field.name, field.default)
    if value == field.default or value is None:
        return []
    if isinstance(value, bool):
        names = (field.metadata["option"] or f"{option_name(field)}/--no-{field.name.replace('_', '-')}").split("/")
        return [names[0] if value else names[-1]]
    return [option_name(field), str(value)] if not isinstance(value, Mapping) else []
