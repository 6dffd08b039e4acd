"""From sentences to shards, beside the time that `tokenizers` alone takes for the ids of the same sentences.

    python tests/bench/bench_pairs.py SENTENCES VOCAB

SENTENCES and VOCAB are folders made by `bertprep segment` and `bertprep train-vocab`. Prints CPU seconds (user and system)
of whole processes with one worker: `build-pairs`, `mask`, and `encode_batch_fast` on one thread, and their ratio.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BATCH = 10_000


def cpu_seconds(arguments: list[str]) -> float:
    """CPU time of a process and its children, in seconds."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    environment = {**os.environ, **one_thread, "TOKENIZERS_PARALLELISM": "false"}
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("vocab")
    parser.add_argument("--baseline", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.baseline:
        encode_all(asked.sentences, asked.vocab)
        return
    command = [sys.executable, "-m", "bertprep_cli"]
    with tempfile.TemporaryDirectory(dir=Path(asked.sentences).parent) as folder:
        making = [*command, "build-pairs", asked.sentences, "--vocab", asked.vocab, "-o", f"{folder}/pairs"]
        pairs = cpu_seconds([*making, "--workers", "1", "--quiet"])
        masks = cpu_seconds(
            [*command, "mask", f"{folder}/pairs", "-o", f"{folder}/shards", "--workers", "1", "--quiet"]
        )
    baseline = cpu_seconds([sys.executable, __file__, asked.sentences, asked.vocab, "--baseline"])
    print(f"build-pairs {pairs:.1f} s, mask {masks:.1f} s, encode_batch_fast {baseline:.1f} s of CPU time")
    print(f"build-pairs and mask together: {(pairs + masks) / baseline:.3f} of encode_batch_fast alone")


if __name__ == "__main__":
    main()
