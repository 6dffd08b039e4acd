"""Simulate the stages without data: tasks, files, reads, bytes and requests, counted from their plans.

    python tests/bench/simulate.py                        the tables of docs/scale.md
    python tests/bench/simulate.py --gigabytes 700        the same for a corpus of this size
    python tests/bench/simulate.py --rates RUN            with the rates of a run of your own (`bertprep run ... -o RUN`)
    python tests/bench/simulate.py --check CORPUS...      the counts compared with those of a real run, by strace

The corpus is a list of names and sizes; file operations of tasks are counted according to the code (`stage_counts`). What does
not follow from plans is measured (`stage_rates`): bytes of output per byte of text, and seconds.
"""

import argparse
import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import traced
from run_rates import of_run
from stage_counts import Count, hours, planned, stage_seconds, steps, total
from stage_rates import RATES, Rates
from tables import table

from bertprep.sentences import cutting
from bertprep.store import levels

GIGABYTES = (20, 200, 2000, 10_000)
CORES = (16, 100, 1000)


def short(number: float) -> str:
    """`1.2 million`."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,.1f} {word}"
    return f"{number:,.0f}"


def volume(number: float) -> str:
    for size, unit in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB")):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number / 1e6:,.0f} MB"


def time_told(number: float) -> str:
    """Format hours, in minutes or seconds if that is easier to read."""
    if number < 1 / 30:
        return f"{3600 * number:,.0f} s"
    return f"{number:,.1f} h" if number >= 2 else f"{60 * number:,.0f} min"


Shape = tuple[str, float, cutting.Corpus, dict[str, dict[str, Count]]]


def shapes(gigabytes: Sequence[float], rates: Rates) -> Iterator[Shape]:
    """Yield the corpora by name and size: as they are cut, and if that needs two levels, in one level too."""
    for size in (1e9 * each for each in gigabytes):
        for number in range(1 + planned(size).levels.are_two, 0, -1):
            cut = planned(size, one_level=number == 1)
            called = f"{volume(size).replace('.0', '')}, {('one level', 'two levels')[number - 1]}"
            with mock.patch.object(levels, "are_worth", lambda *some: False) if number == 1 else mock.MagicMock():
                yield called, size, cut, steps(cut, rates, with_clean=True)


def counts_table(corpora: Sequence[Shape]) -> str:
    """File operations of each stage; for one level, if it is not the default, only those of the distribution."""
    rows = []
    for name, size, cut, made in corpora:
        is_chosen = cut.levels == planned(size).levels
        for stage, found in made.items():
            if not is_chosen and stage in ("build-pairs", "mask"):
                continue
            count, asked = total(found.values()), sum(each.requests for each in found.values())
            cells = [short(count.tasks), short(count.opened), short(count.reads)]
            cells += [volume(count.read_bytes), volume(count.written_bytes), short(asked)]
            rows.append([name, f"`{stage}`", *cells])
    return table(["corpus", "stage", "tasks", "files opened", "reads", "read", "written", "requests"], rows, names=2)


def hours_table(corpora: Sequence[Shape], rates: Rates) -> str:
    """Total time of all stages, without `clean`."""
    rows = []
    for name, size, cut, found in corpora:
        made = {stage: found[stage] for stage in found if stage != "clean"}
        spent = sum(stage_seconds(found, size, rates) for found in made.values())
        cells = [f"{len(cut.sources):,}", f"{len(cut.tasks):,}", f"{cut.train + cut.validation:,}"]
        cells += [time_told(each) for each in (spent / 3600, *(hours(cut, made, cores, rates) for cores in CORES))]
        rows.append([name, *cells])
    cores = [f"{cores:,} cores" for cores in CORES]
    return table(["corpus", "files", "tasks", "partitions", "core hours", *cores], rows)


def rates_table(rates: Rates) -> str:
    """The rates, and the origin of each."""
    rows = [
        [f"`{field.name}`", field.metadata["what"], origin(rates, field), f"{getattr(rates, field.name):,.4g}"]
        for field in dataclasses.fields(rates)
        if "what" in field.metadata
    ]
    return table(["rate", "what it is", "measured with", "value"], rows, names=3)


def origin(rates: Rates, field: dataclasses.Field[float]) -> str:
    """The origin of a rate; rates that a run does not determine are those of `RATES`."""
    own = getattr(rates, field.name) != getattr(RATES, field.name)
    return rates.origin if own else field.metadata["origin"]


def check_lines(asked: argparse.Namespace) -> Iterator[str]:
    """A row for each stage: simulated counts, real counts, and their ratios."""
    yield "| corpus | stage | files opened | reads | MB read | files written | MB written |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    with tempfile.TemporaryDirectory() as name:
        folder = asked.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        for shape, stage, *counts in traced.check(asked.check, folder, asked.partitions, asked.stages, asked.lang):
            cells = [f"{one:,.0f} / {other:,.0f} = {one / max(other, 1e-9):.2f}" for one, other in pairs(*counts)]
            yield f"| {shape} | `{stage}` | {' | '.join(cells)} |"


def pairs(simulated: Count, real: Count) -> Iterator[tuple[float, float]]:
    """Simulated and real value of each count except tasks; bytes in MB."""
    for field in dataclasses.fields(Count)[1:]:
        unit = 1e6 if field.name.endswith("bytes") else 1
        yield getattr(simulated, field.name) / unit, getattr(real, field.name) / unit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=Path, nargs="+", metavar="CORPUS", help="files of JSON lines")
    parser.add_argument("--partitions", type=int, help="for the check: many of them are spread in two levels")
    parser.add_argument("--lang", default="auto", help="for the check: the language, which saves detecting it")
    parser.add_argument("--stages", choices=traced.STAGES, default=traced.STAGES, nargs="+", help="for the check")
    parser.add_argument("--folder", type=Path, help="for the check: where to make the folders, and keep them")
    parser.add_argument("--gigabytes", type=float, nargs="+", default=GIGABYTES, help="of text, a row for each")
    parser.add_argument("--rates", type=Path, metavar="RUN", help="the folder of a run with one worker")
    asked = parser.parse_args()
    if asked.check:
        for line in check_lines(asked):
            print(line, flush=True)
        return
    rates = of_run(asked.rates) if asked.rates else RATES
    corpora = list(shapes(asked.gigabytes, rates))
    print(counts_table(corpora), hours_table(corpora, rates), rates_table(rates), sep="\n\n")


if __name__ == "__main__":
    main()
