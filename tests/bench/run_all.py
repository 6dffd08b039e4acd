"""All benchmarks, one after the other, into docs/performance.md.

    python tests/bench/run_all.py [--english CORPUS] [--chinese CORPUS] [--dump DUMP] [--gold FILE ...] [--only NAME ...]

Grows the English corpus to --megabytes, makes the folders that the benchmarks need, runs each in a process of its own, and
puts what it prints between its two comments in docs/performance.md, whose prose stays. Without options the sample corpus
is the input, which is small and so flatters caches; give a real one. Libraries to compare with are used where they are
installed, and left out where not.
"""

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "performance.md"
SAMPLE = ROOT / "sample_corpus" / "small"
LIBRARIES = ("numpy", "pyarrow", "polars", "tokenizers", "torch", "transformers", "datasets", "sentencex")


def machine() -> str:
    """One line about where the figures are from."""
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
    """Run a Python script, or `bertprep` when the command does not begin with one; its standard output."""
    words = [str(word) for word in command]
    program = [sys.executable] if words[0].endswith(".py") else [sys.executable, "-m", "bertprep_cli"]
    print("+", *words, file=sys.stderr, flush=True)
    with open(into or os.devnull, "w") as file:
        out = file if into else subprocess.PIPE
        done = subprocess.run([*program, *words], stdout=out, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
    return done.stdout or ""


def folders(corpus: Path, folder: Path, name: str) -> dict[str, Path]:
    """Sentences, vocabulary, pairs and shards of a corpus."""
    made = {stage: folder / f"{name}-{stage}" for stage in ("sentences", "vocab", "pairs", "shards")}
    quiet = ("--quiet", "--workers", 1)
    run("segment", corpus, "-o", made["sentences"], *quiet)
    run("train-vocab", made["sentences"], "-o", made["vocab"], *quiet)
    run("build-pairs", made["sentences"], "--vocab", made["vocab"], "-o", made["pairs"], *quiet)
    run("mask", made["pairs"], "-o", made["shards"], *quiet)
    return made


def prepared(asked: argparse.Namespace, folder: Path) -> dict[str, list[object]]:
    """The command of each benchmark, by its name on the page."""
    english, chinese = folder / "english.jsonl", folder / "chinese.jsonl"
    run(HERE / "grow.py", asked.english, "--megabytes", asked.megabytes, into=english)
    run(HERE / "grow.py", asked.chinese, "--megabytes", asked.megabytes / 4, into=chinese)
    en, zh = folders(english, folder, "english"), folders(chinese, folder, "chinese")
    real = folders(Path(asked.english), folder, "plain")
    gold = ["--gold", *asked.gold] if asked.gold else []
    return {
        "splitting": [HERE / "bench_split.py", "--speed", english, chinese, *gold],
        "extraction": [HERE / "bench_extract.py", asked.dump],
        "ids": [HERE / "bench_ids.py", en["sentences"], en["vocab"]],
        "ids-chinese": [HERE / "bench_ids.py", zh["sentences"], zh["vocab"]],
        "pairs": [HERE / "bench_pairs.py", en["sentences"], en["vocab"]],
        "beside": [HERE / "bench_beside.py", en["sentences"], en["vocab"]],
        "leakage": [HERE / "bench_leakage.py", real["pairs"], "--sentences", real["sentences"]],
        "near-duplicates": [HERE / "bench_near_duplicates.py", en["sentences"]],
        "masking": [HERE / "bench_mask.py", en["pairs"]],
        "loading": [HERE / "bench_loader.py", en["shards"]],
        "training": [HERE / "bench_train.py", "tiny", "small"],
        "workers": [HERE / "bench_workers.py", english],
    }


def put(page: str, name: str, text: str) -> str:
    """The page with this text between the two comments of a name."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if begin not in page:
        raise SystemExit(f"{PAGE}: no {begin}")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n{text.rstrip()}\n{end}{rest.split(end, 1)[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--english", default=str(SAMPLE / "english"))
    parser.add_argument("--chinese", default=str(SAMPLE / "chinese"))
    parser.add_argument("--dump", default=str(SAMPLE / "wiki-pages-articles-multistream.xml.bz2"))
    parser.add_argument("--gold", nargs="*", default=[])
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    asked = parser.parse_args()
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as name:
        for benchmark, command in prepared(asked, Path(name)).items():
            if asked.only and benchmark not in asked.only:
                continue
            found = run(*command).replace(str(Path(name)) + "/", "")
            # read anew each time: a run that is ended half-way keeps what it has measured
            page = put(PAGE.read_text(), "machine", f"Measured on: {machine()}.")
            PAGE.write_text(put(page, benchmark, f"```output\n{found.rstrip()}\n```"))


if __name__ == "__main__":
    main()
