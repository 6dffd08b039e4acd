"""From sentences to shards, with compiled loops and in NumPy, compared with the time of `tokenizers` for the ids alone.

    python tests/bench/bench_pairs.py SENTENCES [--rounds 3]

SENTENCES is a folder made by `bertprep segment`. Prints CPU seconds (user and system) of whole processes with one worker,
both implementations in turns: `train-vocab`, `build-pairs`, `mask`, then `encode_batch_fast` on one thread once, and their ratio.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tables import table

BATCH = 10_000
STAGES = ("train-vocab", "build-pairs", "mask")


def cpu_seconds(arguments: list[str], **variables: str) -> float:
    """CPU time of a process and its children, in seconds."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    environment = {**os.environ, **one_thread, "TOKENIZERS_PARALLELISM": "false", **variables}
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=True)
    return float(done.stdout)


def encode_all(sentences: str, vocab: str) -> None:
    """The baseline: every sentence through `encode_batch_fast`."""
    import tokenizers

    from bertprep import store

    tokenizer = tokenizers.Tokenizer.from_file(f"{vocab}/tokenizer.json")
    manifest = store.read_manifest(sentences, "segment")
    for split in store.SPLITS:
        for path, _ in manifest.parts(split):
            texts = store.read_part(path)["sentences"].combine_chunks().flatten().to_pylist()
            for first in range(0, len(texts), BATCH):
                tokenizer.encode_batch_fast(texts[first : first + BATCH], add_special_tokens=False)


def road(sentences: str, folder: Path, native: str) -> list[float]:
    """CPU seconds of each of STAGES; BERTPREP_NATIVE is 1 or 0."""
    shutil.rmtree(folder, ignore_errors=True)
    commands = (
        ["train-vocab", sentences, "-o", f"{folder}/vocab"],
        ["build-pairs", sentences, "--vocab", f"{folder}/vocab", "-o", f"{folder}/pairs"],
        ["mask", f"{folder}/pairs", "-o", f"{folder}/shards"],
    )
    program, quiet = [sys.executable, "-m", "bertprep_cli"], ["--workers", "1", "--quiet"]
    return [cpu_seconds([*program, *command, *quiet], BERTPREP_NATIVE=native) for command in commands]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--baseline", metavar="VOCAB", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.baseline:
        encode_all(asked.sentences, asked.baseline)
        return
    with tempfile.TemporaryDirectory(dir=Path(asked.sentences).parent) as name:
        folder = Path(name)
        turns = [[road(asked.sentences, folder / native, native) for native in "10"] for _ in range(asked.rounds)]
        baseline = cpu_seconds([sys.executable, __file__, asked.sentences, "--baseline", str(folder / "1" / "vocab")])
    compiled, plain = (
        dict(zip(STAGES, map(statistics.median, zip(*runs, strict=True)), strict=True))
        for runs in zip(*turns, strict=True)
    )
    sums = {stage: (stage,) for stage in STAGES} | {"build-pairs and mask": STAGES[1:], "all three": STAGES}
    rows = []
    for what, stages in sums.items():
        one, other = (sum(found[stage] for stage in stages) for found in (compiled, plain))
        shares = [f"{each / baseline:.3f}" for each in (one, other)]
        rows.append([what, f"{one:.1f}", f"{other:.1f}", f"{other / one:.2f}", *shares])
    columns = [
        "seconds of CPU, compiled",
        "in NumPy",
        "times",
        "compiled / encode_batch_fast",
        "NumPy / encode_batch_fast",
    ]
    print(table(["", *columns], rows))
    print(f"\n`encode_batch_fast` alone took {baseline:.1f} s.")


if __name__ == "__main__":
    main()
