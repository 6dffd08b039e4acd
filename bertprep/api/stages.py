"""The stages, and `run`, which makes all of them in order."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.stages import BUILD_PAIRS, CLEAN, MASK, SEGMENT, STAGES, TRAIN, TRAIN_VOCAB
from .made import Folder, Model, Path
from .options import HOW, made_by, refuse_unknown, settings_of, shown

if TYPE_CHECKING:
    from ..processes.runner import Execution
    from ..store.job import Result


def segment(corpus: Path | Sequence[Path], output: Path, **options: Any) -> Folder:
    """Turn corpus files, folders, globs or URIs into documents of sentences. Options: those of `bertprep segment`.

    `validation` (a path) or `validation_ids` (a file of ids) name the documents to hold out, instead of
    `validation_share`.
    """
    return _segment(corpus, output, (), options)


def _segment(corpus: Path | Sequence[Path], output: Path, outputs: Sequence[str], options: dict[str, Any]) -> Folder:
    """`segment`; `outputs` are the other folders of the same run, which are never read as input."""
    from ..sentences.fixed_split import FixedSplit
    from ..sentences.job import segment as call

    given = {name: options.pop(name, None) for name in ("validation", "validation_ids")}
    for name in given:
        if given[name] is not None and "validation_share" in options:
            raise UsageError(f"{name} and validation_share exclude each other; leave out one of them")
    fixed = FixedSplit(*(None if value is None else str(value) for value in given.values()))
    paths = [str(path) for path in ([corpus] if isinstance(corpus, str | os.PathLike) else corpus)]

    def made(settings: Any, execution: "Execution", progress: Any) -> "Result":
        return call(paths, str(output), settings, execution, progress, outputs, fixed)

    return made_by(SEGMENT, output, options, made)


def clean(sentences: Path, output: Path, **options: Any) -> Folder:
    """Filter sentences by quality rules and drop near-duplicates. Options: those of `bertprep clean`."""
    from ..clean.job import clean as call

    return made_by(CLEAN, output, options, lambda *how: call(str(sentences), str(output), *how), sentences)


def train_vocab(sentences: Path, output: Path, **options: Any) -> Folder:
    """Train a vocabulary on sentences. Options: those of `bertprep train-vocab`.

    `extend` is a published vocabulary to which words of the sentences are added.
    """
    from ..vocab.job import train_vocab as call

    extended = options.pop("extend", None)

    def made(settings: Any, execution: "Execution", progress: Any) -> "Result":
        base = None if extended is None else str(extended)
        return call(str(sentences), str(output), settings, execution, progress, base)

    return made_by(TRAIN_VOCAB, output, options, made)


def build_pairs(sentences: Path, vocab: Path, output: Path, **options: Any) -> Folder:
    """Make sentence pairs from sentences with a vocabulary. Options: those of `bertprep build-pairs`.

    `special_tokens` names special tokens of the vocabulary that its files do not: `{"mask": "<mask>"}`.
    """
    from ..pairs.job import build_pairs as call

    special_tokens = options.pop("special_tokens", None) or {}

    def made(*how: Any) -> "Result":
        settings, execution, progress = how
        return call(str(sentences), str(vocab), str(output), settings, execution, progress, special_tokens)

    return made_by(BUILD_PAIRS, output, options, made, sentences)


def mask(pairs: Path, output: Path, **options: Any) -> Folder:
    """Mask pairs and write shards. Options: those of `bertprep mask`."""
    from ..shards.job import mask_pairs as call

    return made_by(MASK, output, options, lambda *how: call(str(pairs), str(output), *how))


def train(shards: Path | Sequence[Path], output: Path, **options: Any) -> Model:
    """Train a BERT on shards. Options: those of `bertprep train`, such as init_from, resume and overwrite.

    The same call resumes the run in `output`. With `resume`, settings that are not given are taken from that run; with
    `decay_from`, from the run of that checkpoint.
    """
    from .. import train as package
    from ..train.copies import local_checkpoint, local_copy, refuse_own_checkpoint
    from ..train.history import run_of, settings_of_run
    from ..train.settings import CacheSettings

    how: dict[str, Any] = {
        name: options.pop(name) for name in ("init_from", "decay_from", "overwrite") if name in options
    }
    resume = options.pop("resume", False)
    bar = shown(options.pop("progress", None))
    how["cache"] = CacheSettings(options.pop("cache_dir", None), options.pop("cache_gb", None))
    own = ("init_from", "decay_from", "resume", "overwrite", "cache_dir", "cache_gb", "progress")
    settings = settings_of(TRAIN, options, own)
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
    """Run all stages in order, each into its own folder in `output`; returns the result of the last one.

    Give options of a stage as a dictionary: `run("corpus", "out", train_vocab={"size": 8000}, seed=1)`. `seed`, workers,
    overwrite, runner and progress apply to all stages. `clean` is included if its options are given, or with `clean=True`.
    """
    from ..processes.runner import close_connection, kept_connection

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
    refuse_unknown("run", options, HOW)
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
