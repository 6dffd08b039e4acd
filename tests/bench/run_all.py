"""Run all benchmarks, one after another, and update docs/performance.md.

    python tests/bench/run_all.py [--english CORPUS] [--other CORPUS] [--chinese CORPUS] [--dump DUMP] [--gold FILE ...]
        [--megabytes 60] [--only NAME ...]

Grows the corpora to --megabytes (Chinese to a quarter), makes the folders that the benchmarks need, runs each benchmark in its
own process, and puts its tables between its two comments in docs/performance.md, whose prose does not change; then draws the
chart of that page again. --other is a second English corpus with different words. By default, the sample corpus is used, which
is small, so that caches look too good; give real corpora. Libraries to compare with are left out if they are not installed.
Takes about 13 minutes with 60 MB on an idle machine.
"""

import argparse
import importlib.metadata
import os
import platform
import re
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "performance.md"
SAMPLE = ROOT / "sample_corpus" / "small"
LIBRARIES = ("numpy", "pyarrow", "polars", "tokenizers", "torch", "transformers", "datasets", "sentencex")


class FailedError(Exception):
    """A benchmark failed; the others continue."""


def machine() -> str:
    """One line about the machine."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else [platform.processor()]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES if _installed(name)]
    cores = len(os.sched_getaffinity(0))
    return f"{names[0]}, {cores} cores, {memory:.0f} GiB; Python {platform.python_version()}, {', '.join(versions)}"


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def run(*command: object, into: Path | None = None) -> str:
    """Run a Python script, or `bertprep` if the command does not begin with one; returns its standard output."""
    words = [str(word) for word in command]
    program = [sys.executable] if words[0].endswith(".py") else [sys.executable, "-m", "bertprep_cli"]
    print("+", *words, file=sys.stderr, flush=True)
    with open(into or os.devnull, "w") as file:
        out = file if into else subprocess.PIPE
        done = subprocess.run([*program, *words], stdout=out, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode:
        raise FailedError(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
    return done.stdout or ""


class Corpora:
    """The grown corpora and the folders made from them, each made on first use."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self._asked, self._folder = asked, folder

    def grown(self, name: str) -> Path:
        path = self._folder / f"{name}.jsonl"
        if not path.exists():
            megabytes = self._asked.megabytes / (4 if name == "chinese" else 1)
            run(HERE / "grow.py", getattr(self._asked, name), "--megabytes", megabytes, into=path)
        return path

    def made(self, name: str, stage: str) -> Path:
        """The folder of a stage of a corpus; `plain` is the English corpus, not grown."""
        made = self._folder / f"{name}-{stage}"
        if made.exists():
            return made
        if stage == "segment":
            inputs = [Path(self._asked.english) if name == "plain" else self.grown(name)]
        elif stage == "build-pairs":
            inputs = [self.made(name, "segment"), "--vocab", self.made(name, "train-vocab")]
        else:
            inputs = [self.made(name, {"train-vocab": "segment", "mask": "build-pairs"}[stage])]
        run(stage, *inputs, "-o", made, "--quiet", "--workers", 1)
        return made


def commands(asked: argparse.Namespace, corpora: Corpora) -> dict[str, Callable[[], list[object]]]:
    """The command of each benchmark, by name on the page."""
    made, grown = corpora.made, corpora.grown

    def ids(name: str) -> Callable[[], list[object]]:
        return lambda: [HERE / "bench_ids.py", made(name, "segment"), made(name, "train-vocab"), "--megabytes", 12]

    found: dict[str, Callable[[], list[object]]] = {
        "splitting": lambda: [HERE / "bench_split.py", "--speed", grown("english"), grown("chinese")],
        "boundaries": lambda: [HERE / "bench_split.py", "--gold", *asked.gold],
        "extraction": lambda: [HERE / "bench_extract.py", asked.dump],
        "ids": ids("english"),
        "ids-other": ids("other"),
        "ids-chinese": ids("chinese"),
        "pairs": lambda: [HERE / "bench_pairs.py", made("english", "segment"), "--rounds", 2],
        "pairs-other": lambda: [HERE / "bench_pairs.py", made("other", "segment"), "--rounds", 1],
        "beside": lambda: [
            *(HERE / "bench_beside.py", made("english", "segment"), made("english", "train-vocab")),
            *("--megabytes", 15),
        ],
        "leakage": lambda: [
            HERE / "bench_leakage.py",
            made("plain", "build-pairs"),
            "--sentences",
            made("plain", "segment"),
        ],
        "near-duplicates": lambda: [HERE / "bench_near_duplicates.py", made("english", "segment")],
        "masking": lambda: [HERE / "bench_mask.py", made("english", "build-pairs")],
        "loading": lambda: [HERE / "bench_loader.py", made("english", "mask")],
        "training": lambda: [HERE / "bench_train.py", "tiny", "small", "--turns", 3],
        "workers": lambda: [HERE / "bench_workers.py", grown("english"), "--rounds", 2],
        "starts": lambda: [HERE / "bench_starts.py", SAMPLE / "english", "--rounds", 3],
    }
    if not asked.gold:
        del found["boundaries"]
    return found


def put(page: str, name: str, text: str) -> str:
    """The page with this text between the two comments of a name."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if begin not in page:
        raise SystemExit(f"{PAGE}: no {begin}")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--english", default=str(SAMPLE / "english"))
    parser.add_argument("--other", default=str(SAMPLE / "wiki-pages-articles-multistream.xml.bz2"))
    parser.add_argument("--chinese", default=str(SAMPLE / "chinese"))
    parser.add_argument("--dump", default=str(SAMPLE / "wiki-pages-articles-multistream.xml.bz2"))
    parser.add_argument("--gold", nargs="*", default=[])
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    asked = parser.parse_args()
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        for benchmark, command in commands(asked, Corpora(asked, Path(name))).items():
            if asked.only and benchmark not in asked.only:
                continue
            began = time.perf_counter()
            try:
                found = run(*command()).replace(str(Path(name)) + "/", "")
            except FailedError as error:
                failed.append(f"{benchmark}: {error}")
                print(f"= {failed[-1]}", file=sys.stderr, flush=True)
                continue
            print(f"= {benchmark}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
            # read again each time, so that an interrupted run keeps its results
            page = put(PAGE.read_text(), "machine", f"Measured on: {machine()}.")
            PAGE.write_text(put(page, benchmark, f"\n{found.strip()}\n"))
    chart = runpy.run_path(str(ROOT / "docs" / "make_pictures.py"))["speeds_picture"]()
    (ROOT / "docs" / "pictures" / "speeds.svg").write_text(chart, encoding="utf-8")
    if failed:
        raise SystemExit("\n\n".join(failed))


if __name__ == "__main__":
    main()
