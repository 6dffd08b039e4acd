"""Functions that inspect, evaluate and export folders and models."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..verify import Finding

Path = str | os.PathLike[str]


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
    """Evaluate any Hugging Face BERT folder on held-out rows of shard folders, on minimal `pairs`, or on a `task`.

    With `pairs`, `against` is another model to compare with, and shards are used only for token frequencies. Shards in an
    object store are downloaded to `cache_dir`, which uses at most `cache_gb` gigabytes.
    """
    from .. import train as package
    from ..train.copies import local_copy
    from ..train.settings import CacheSettings

    folders, cache = [str(path) for path in shards], CacheSettings(cache_dir, cache_gb)
    copy = local_copy(str(model), cache)
    if task is not None:
        return package.evaluate_task(copy, str(task), test=None if test is None else str(test), device=device)
    if pairs is None:
        return package.evaluate(copy, folders, device, cache)
    other = None if against is None else local_copy(str(against), cache)
    return package.evaluate_pairs(copy, str(pairs), against=other, shards=folders, device=device)


def predict(model: Path, text: str, *, next: str | None = None, top: int = 5, pieces: bool = False) -> Any:
    """Return the most probable words for each [MASK] in `text`, or with `next` the probability that `next` follows `text`."""
    from .. import train as package
    from ..train.copies import local_copy

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
    """Return decoded rows of a data folder: from row `first` on, or a random sample drawn with `seed`.

    With `guesses`, a model folder, each masked token of shards has a `guess`, and each row a `next_probability`.
    """
    from ..report.decoding import sample

    rows = sample(str(folder), split, first, count, seed)[1]
    if guesses is not None:
        from .. import train as package
        from ..train.copies import local_copy

        package.add_guesses(local_copy(str(guesses)), str(folder), rows)
    return rows


def verify(folder: Path, against: Path | None = None) -> "list[Finding]":
    """Check every guarantee about a folder against its data; `finding.ok` is False if a guarantee is broken."""
    from ..verify import verify as call

    return call(str(folder), None if against is None else str(against))


def report(folder: Path, output: Path, *, other: Path | None = None) -> str:
    """Write one HTML page about a folder or a whole run, or comparing two; returns its path."""
    from ..report import write_report

    write_report(str(folder), str(output), other=None if other is None else str(other))
    return str(output)


def export(shards: Path, output: Path, to: str = "parquet") -> str:
    """Write shards as Parquet, with `to="hf"` padded for `transformers`; returns the output folder."""
    from ..shards.export import export as call

    call(str(shards), str(output), to)
    return str(output)
