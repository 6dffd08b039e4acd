"""The whole toolkit from Python: one call a command, with the options of the command as keywords.

    import bertprep

    bertprep.segment("corpus", "out/sentences")
    bertprep.train_vocab("out/sentences", "out/vocab", size=8000)
    bertprep.build_pairs("out/sentences", "out/vocab", "out/pairs")
    bertprep.mask("out/pairs", "out/shards")
    model = bertprep.train("out/shards", "out/model", steps=1000)
    model.fill_mask("The cat sat on the [MASK].")

Every data stage gives a `Folder`, `train` a `Model`; both show what was made, also in a notebook. Nothing here knows how
anything is done: settings are checked by their classes, and the work is the stages' own. Errors are those of
`bertprep.core.errors`; a second call with the same arguments resumes or finds that nothing is left to do.
"""

import contextlib
import dataclasses
import html
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .core.counts import phrase, quantity, told
from .core.errors import UsageError
from .core.fields import Settings
from .core.stages import BUILD_PAIRS, CLEAN, MASK, SEGMENT, STAGES, TRAIN, TRAIN_VOCAB, Stage
from .core.synonyms import meant
from .core.terminal import printable

if TYPE_CHECKING:
    from .processes.runner import Execution
    from .store.job import Result
    from .verify import Finding

Path = str | os.PathLike[str]


# -- what the calls give back -----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Folder:
    """A finished folder of data."""

    path: str
    stage: str  # the command that made it
    made: bool  # False: it was there already
    seconds: float
    counters: dict[str, int]

    def rows(
        self, count: int = 3, split: str = "train", first: int | None = None, seed: int = 0
    ) -> list[dict[str, Any]]:
        """Rows as `bertprep inspect` decodes them: from row `first` on, or else chosen at random by `seed`."""
        return inspect(self.path, count, split, first, seed)

    def verify(self) -> "list[Finding]":
        """Every promise about this folder, recomputed from its data."""
        return verify(self.path)

    def __repr__(self) -> str:
        state = f"in {self.seconds:.1f} s" if self.made else "was already there"
        unit = STAGES[self.stage].unit
        counted = ", ".join([*told(self.counters, [unit]), ""])
        return f"<{printable(self.path)}: {self.stage}, {counted}{state}>"

    def _repr_html_(self) -> str:
        return _table(repr(self)[1:-1], {phrase(name): f"{value:,}" for name, value in self.counters.items()})


@dataclasses.dataclass(frozen=True)
class Model:
    """A trained model's folder, and what training it came to (the summary of `bertprep train --json`)."""

    path: str
    summary: dict[str, Any]

    def fill_mask(self, text: str, top: int = 5, pieces: bool = False) -> list[list[tuple[str, float]]]:
        """For each [MASK] in the text the `top` most probable words, each with its probability; `pieces`: any tokens."""
        return predict(self.path, text, top=top, pieces=pieces)

    def next_probability(self, first: str, second: str) -> float:
        """The probability that the second text follows the first."""
        return predict(self.path, first, next=second)

    def evaluate(self, *shards: Path) -> dict[str, Any]:
        """Losses and accuracies on the held-out rows of shard folders."""
        return evaluate(self.path, *shards)

    def __repr__(self) -> str:
        return f"<{printable(self.path)}: BERT, {quantity(self.summary['steps'], 'step')}, loss {self.summary['last_loss']:.3f}>"

    def _repr_html_(self) -> str:
        measured = self.summary.get("validation") or {}
        return _table(repr(self)[1:-1], {f"held-out {name}": value for name, value in measured.items()})


def _table(title: str, values: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>" for name, value in values.items()
    )
    return f"<details open><summary><code>{html.escape(title)}</code></summary><table>{rows}</table></details>"


# -- the stages -------------------------------------------------------------------------------------------------------


def segment(corpus: Path | Sequence[Path], output: Path, **options: Any) -> Folder:
    """Corpus files, folders, globs or URIs -> documents of sentences. Options: those of `bertprep segment`.

    `validation` (a path) or `validation_ids` (a file of ids) say which documents are held out, in place of
    `validation_share`.
    """
    return _segment(corpus, output, (), options)


def _segment(corpus: Path | Sequence[Path], output: Path, outputs: Sequence[str], options: dict[str, Any]) -> Folder:
    """`segment`, where other folders belong to the same run and are no input."""
    from .sentences.fixed_split import FixedSplit
    from .sentences.job import segment as call

    given = {name: options.pop(name, None) for name in ("validation", "validation_ids")}
    for name in given:
        if given[name] is not None and "validation_share" in options:
            raise UsageError(f"{name} and validation_share exclude each other; leave out one of them")
    fixed = FixedSplit(*(None if value is None else str(value) for value in given.values()))
    paths = [str(path) for path in ([corpus] if isinstance(corpus, str | os.PathLike) else corpus)]

    def made(settings: Any, execution: "Execution", progress: Any) -> "Result":
        return call(paths, str(output), settings, execution, progress, outputs, fixed)

    return _made(SEGMENT, output, options, made)


def clean(sentences: Path, output: Path, **options: Any) -> Folder:
    """Sentences -> the same without what rules reject, and without near-duplicates. Options: those of `bertprep clean`."""
    from .clean.job import clean as call

    return _made(CLEAN, output, options, lambda *how: call(str(sentences), str(output), *how), sentences)


def train_vocab(sentences: Path, output: Path, **options: Any) -> Folder:
    """Sentences -> a vocabulary. Options: those of `bertprep train-vocab`.

    `extend` is a published vocabulary that the sentences' words are added to.
    """
    from .vocab.job import train_vocab as call

    extended = options.pop("extend", None)

    def made(settings: Any, execution: "Execution", progress: Any) -> "Result":
        base = None if extended is None else str(extended)
        return call(str(sentences), str(output), settings, execution, progress, base)

    return _made(TRAIN_VOCAB, output, options, made)


def build_pairs(sentences: Path, vocab: Path, output: Path, **options: Any) -> Folder:
    """Sentences and a vocabulary -> sentence pairs. Options: those of `bertprep build-pairs`.

    `special_tokens` are tokens of the vocabulary by role, where its files do not name them: `{"mask": "<mask>"}`.
    """
    from .pairs.job import build_pairs as call

    special_tokens = options.pop("special_tokens", None) or {}

    def made(*how: Any) -> "Result":
        settings, execution, progress = how
        return call(str(sentences), str(vocab), str(output), settings, execution, progress, special_tokens)

    return _made(BUILD_PAIRS, output, options, made, sentences)


def mask(pairs: Path, output: Path, **options: Any) -> Folder:
    """Pairs -> shards of masked rows. Options: those of `bertprep mask`."""
    from .shards.job import mask_pairs as call

    return _made(MASK, output, options, lambda *how: call(str(pairs), str(output), *how))


def train(shards: Path | Sequence[Path], output: Path, **options: Any) -> Model:
    """Shards -> a trained BERT. Options: those of `bertprep train`, such as init_from, resume and overwrite.

    The same call resumes the run in `output`; with `resume`, the settings that are not given are those of that run, with
    `decay_from` those of the other one.
    """
    from . import train as package
    from .train.copies import local_checkpoint, local_copy, refuse_own_checkpoint
    from .train.history import run_of, settings_of_run
    from .train.settings import CacheSettings

    how: dict[str, Any] = {
        name: options.pop(name) for name in ("init_from", "decay_from", "overwrite") if name in options
    }
    resume = options.pop("resume", False)
    bar = _shown(options.pop("progress", None))
    how["cache"] = CacheSettings(options.pop("cache_dir", None), options.pop("cache_gb", None))
    own = ("init_from", "decay_from", "resume", "overwrite", "cache_dir", "cache_gb", "progress")
    settings = _settings(TRAIN, options, own)
    if resume and how.get("overwrite"):
        raise UsageError("resume and overwrite exclude each other; leave one of them out")
    if how.get("init_from"):
        how["init_from"] = local_copy(str(how["init_from"]), how["cache"])
    if how.get("decay_from"):
        refuse_own_checkpoint(str(how["decay_from"]), str(output))
        how["decay_from"] = local_checkpoint(str(how["decay_from"]), how["cache"])
    if resume:
        settings = settings_of_run(str(output), options)
    elif how.get("decay_from"):
        settings = settings_of_run(run_of(str(how["decay_from"])), options)
    paths = [shards] if isinstance(shards, str | os.PathLike) else list(shards)
    return Model(
        str(output),
        package.train([str(path) for path in paths], str(output), settings, quiet=not bar, **how),
    )


def run(corpus: Path | Sequence[Path], output: Path, *, until: str = "train", **options: Any) -> Folder | Model:
    """Every stage in order, each into its own folder below `output`; gives what the last one made.

    Options of the stages come as dictionaries by their names: `run("corpus", "out", train_vocab={"size": 8000}, seed=1)`;
    `seed` is that of all stages, and workers, overwrite, runner and progress count for all of them. `clean` is part of the run
    where its options are given, or `clean=True`.
    """
    from .processes.runner import close_connection, kept_connection

    cleaning = options.pop("clean", None)
    road = [stage for stage in STAGES.values() if stage is not CLEAN or cleaning not in (None, False)]
    if until not in (names := [stage.name for stage in road]):
        raise UsageError(f"until is {until!r}; it must be one of {', '.join(names)}")
    options[CLEAN.name] = {} if cleaning in (None, False, True) else cleaning
    own = {stage.name: dict(options.pop(stage.name.replace("-", "_"), {})) for stage in STAGES.values()}
    if "seed" in options:
        seed = options.pop("seed")
        for name in (BUILD_PAIRS.name, MASK.name, TRAIN.name):
            own[name].setdefault("seed", seed)
    _refuse_unknown("run", options, _HOW)
    at = {stage.folder: os.path.join(str(output), stage.folder) for stage in STAGES.values()}
    text = at["clean" if CLEAN in road else "sentences"]
    calls: dict[str, Callable[..., Folder | Model]] = {
        "segment": lambda **how: _segment(corpus, at["sentences"], list(at.values()), how),
        "clean": lambda **how: clean(at["sentences"], at["clean"], **how),
        "train-vocab": lambda **how: train_vocab(text, at["vocab"], **how),
        "build-pairs": lambda **how: build_pairs(text, at["vocab"], at["pairs"], **how),
        "mask": lambda **how: mask(at["pairs"], at["shards"], **how),
        "train": lambda **how: train(at["shards"], at["model"], **how),
    }
    with kept_connection():
        for stage in road:
            shared = {
                name: value
                for name, value in options.items()
                if stage is not TRAIN or name in ("overwrite", "progress")
            }
            if stage is TRAIN:
                close_connection()
            made = calls[stage.name](**shared, **own[stage.name])
            if stage.name == until:
                break
    return made


# -- looking, measuring, writing for others ---------------------------------------------------------------------------


def evaluate(
    model: Path,
    *shards: Path,
    device: str = "auto",
    pairs: Path | None = None,
    against: Path | None = None,
    task: Path | None = None,
    test: Path | None = None,
    cache_dir: Path | None = None,
    cache_gb: float | None = None,
) -> dict[str, Any]:
    """Figures of any Hugging Face BERT folder: on held-out rows of shard folders, on minimal `pairs`, or on a `task`.

    With `pairs`, `against` is another model to compare it with, and shards are used for token frequencies only. Shards in an
    object store are downloaded to `cache_dir`, which holds at most `cache_gb`.
    """
    from . import train as package
    from .train.copies import local_copy
    from .train.settings import CacheSettings

    folders, cache = [str(path) for path in shards], CacheSettings(cache_dir, cache_gb)
    copy = local_copy(str(model), cache)
    if task is not None:
        return package.evaluate_task(copy, str(task), test=None if test is None else str(test), device=device)
    if pairs is None:
        return package.evaluate(copy, folders, device, cache)
    other = None if against is None else local_copy(str(against), cache)
    return package.evaluate_pairs(copy, str(pairs), against=other, shards=folders, device=device)


def predict(model: Path, text: str, *, next: str | None = None, top: int = 5, pieces: bool = False) -> Any:
    """For each [MASK] of the text its most probable words; with `next` the probability that that text follows."""
    from . import train as package
    from .train.copies import local_copy

    if next is not None:
        return package.next_probability(local_copy(str(model)), text, next)
    return package.fill_mask(local_copy(str(model)), text, top, pieces)


def inspect(
    folder: Path,
    count: int = 3,
    split: str = "train",
    first: int | None = None,
    seed: int = 0,
    guesses: Path | None = None,
) -> list[dict[str, Any]]:
    """Rows of a data folder, decoded: from row `first` on, or else chosen at random by `seed`.

    With `guesses`, a model's folder, each masked token of shards has its `guess`, and each row its `next_probability`.
    """
    from .report.decoding import sample

    rows = sample(str(folder), split, first, count, seed)[1]
    if guesses is not None:
        from . import train as package
        from .train.copies import local_copy

        package.add_guesses(local_copy(str(guesses)), str(folder), rows)
    return rows


def verify(folder: Path, against: Path | None = None) -> "list[Finding]":
    """Every promise about a folder, recomputed from its data; `finding.ok` is False where one is broken."""
    from .verify import verify as call

    return call(str(folder), None if against is None else str(against))


def report(folder: Path, output: Path, *, other: Path | None = None) -> str:
    """One HTML page about a folder or a whole run, or about two beside each other; gives its path."""
    from .report import write_report

    write_report(str(folder), str(output), other=None if other is None else str(other))
    return str(output)


def export(shards: Path, output: Path, to: str = "parquet") -> str:
    """Shards written for others: `to` is "parquet" or "hf" (padded, as `transformers` takes them); gives the folder."""
    from .shards.export import export as call

    call(str(shards), str(output), to)
    return str(output)


# -- options ----------------------------------------------------------------------------------------------------------

_HOW = ("workers", "overwrite", "runner", "ray_address", "progress")


def _made(
    stage: Stage, output: Path, options: dict[str, Any], call: "Callable[..., Result]", source: Path | None = None
) -> Folder:
    """Run a data stage with its settings, how to run it, and a bar where somebody looks; `source` is what it reads."""
    from .pairs.validation import lost
    from .store import read_manifest
    from .store.job import silent

    how = {name: options.pop(name) for name in _HOW if name in options}
    settings = _settings(stage, options, _HOW)
    progress = _bar if _shown(how.pop("progress", None)) else silent
    result = call(settings, _execution(how), progress)
    is_lost = lost(result.manifest, None if source is None else read_manifest(str(source)))
    for text in (*result.warnings, *filter(None, [is_lost])):
        warnings.warn(printable(text), stacklevel=4)
    return Folder(str(output), stage.name, result.made, result.seconds, dict(result.manifest.counters))


def _execution(how: dict[str, Any]) -> "Execution":
    from .processes.runner import Execution

    return Execution(**{**how, "workers": how.get("workers") or 0})


def _settings(stage: Stage, options: dict[str, Any], others: Sequence[str]) -> Any:
    kind: type[Settings] = stage.settings
    _refuse_unknown(
        stage.name.replace("-", "_"), options, [*(field.name for field in dataclasses.fields(kind)), *others]
    )
    return kind(**options)


def _refuse_unknown(call: str, options: dict[str, Any], known: Sequence[str]) -> None:
    for name in options:
        if name not in known:
            close = meant(name, known)
            hint = f"; did you mean {close}?" if close else f"; it takes {', '.join(known)}"
            raise UsageError(f"{call}() has no option {name}{hint}")


def _shown(progress: bool | None) -> bool:
    """Whether to show bars: as asked for, or else where a person looks, at a terminal or in a notebook."""
    return (sys.stderr.isatty() or "ipykernel" in sys.modules) if progress is None else progress


@contextlib.contextmanager
def _bar(step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0) -> Iterator[Callable[[int], object]]:
    from tqdm.auto import tqdm

    with tqdm(total=total, initial=done, desc=step, unit=unit if unit == "B" else f" {unit}", unit_scale=True) as bar:
        yield bar.update
