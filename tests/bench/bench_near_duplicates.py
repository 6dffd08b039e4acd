#!/usr/bin/env python3
"""Sketches of documents for near-duplicates, compared with rensa and datasketch if they are installed.

    bench_near_duplicates.py SENTENCES [--megabytes 40]

Ours makes the sketch of every document from an Arrow column of sentences. The libraries get our hashes of shingles, so only their
signatures are measured; datasketch gets a tenth of the documents. On one thread, in turns; figures are the best of several turns,
in MB of text per CPU-second. The error is that of the estimated Jaccard similarity, over 200 pairs with similarity 0.8, of 20 and
of 500 shingles.
"""

import argparse
import os
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from tables import table
from turns import seconds_in_turns

os.environ["RAYON_NUM_THREADS"] = "1"

from bertprep import store
from bertprep.clean.bands import bands_for, sketches_of
from bertprep.clean.normalized_words import normalized_words
from bertprep.clean.signatures import PLACES, shingles_of, signatures

Signatures = Callable[[np.ndarray, np.ndarray], np.ndarray]


def makers() -> dict[str, Signatures]:
    """Functions from shingles and offsets to signatures, uint [D, 256], by name."""
    found: dict[str, Signatures] = {"ours": signatures}
    try:
        from rensa import RMinHash
    except ImportError:
        pass
    else:
        for name in ("", "_rho"):
            make = getattr(RMinHash, f"digest_matrix_from_flat_token_hashes{name}")

            def theirs(flat: np.ndarray, offsets: np.ndarray, make: Callable[..., object] = make) -> np.ndarray:
                return make(np.ascontiguousarray(flat), offsets.astype(np.uint64), PLACES, 42)  # type: ignore[return-value]

            found["rensa" + name.replace("_", " ")] = theirs
    try:
        from datasketch import MinHash
    except ImportError:
        return found

    def slow(flat: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        rows = []
        for first, stop in zip(offsets[:-1:10], offsets[1::10], strict=False):
            one = MinHash(num_perm=PLACES, hashfunc=int)
            one.update_batch((flat[first:stop] >> np.uint64(32)).tolist())
            rows.append(one.hashvalues)
        return np.array(rows)

    return found | {"datasketch": slow}


def error(make: Signatures, size: int) -> str:
    """Mean and standard deviation of estimates over 200 pairs of sets of this size, and the true value."""
    shared = size * 8 // 9
    drawn = np.random.Philox(key=1).random_raw(200 * (2 * size - shared)).reshape(200, -1)
    both = np.concatenate([drawn[:, :size], drawn[:, size - shared :]], axis=1).ravel()
    found = make(both, np.arange(401) * size)
    table = found if isinstance(found, np.ndarray) else np.array(found.to_rows())
    share = (table[::2] == table[1::2]).mean(axis=1)
    return f"{share.mean():.3f} +- {share.std():.3f} (true {shared / (2 * size - shared):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    column = pa.concat_arrays(
        [
            store.read_part(path)["sentences"].combine_chunks()
            for path, _ in store.read_manifest(asked.sentences).parts("train")[: max(1, round(asked.megabytes / 18))]
        ]
    )
    offsets = column.offsets.to_numpy().astype(np.int64)
    size = column.flatten().nbytes
    words = normalized_words(column.flatten())
    flat, bounds = shingles_of(words, offsets)
    runs: dict[str, Callable[[], object]] = {
        "sketches, all of it": lambda: sketches_of(column, bands_for(0.8)),
        "words": lambda: normalized_words(column.flatten()),
        "shingles of them": lambda: shingles_of(words, offsets),
    }
    made = makers()
    for name, make in made.items():
        runs[f"signatures, {name}"] = lambda make=make: make(flat, bounds)
    best = {name: min(seconds) for name, seconds in seconds_in_turns(runs, asked.turns).items()}
    print(f"{len(column):,} documents of {size / len(column):,.0f} bytes.\n")
    rates = {name: size / best[name] / 1e6 / (10 if "datasketch" in name else 1) for name in best}
    print(table(["", "MB/s"], [[name, f"{rate:,.1f}"] for name, rate in rates.items()]))
    sizes = (20, 500)
    errors = [[name, *(error(make, each) for each in sizes)] for name, make in made.items() if name != "datasketch"]
    print("\nSimilarity found where it is 0.74 or 0.80:\n")
    print(table(["signatures", *(f"of {each} shingles" for each in sizes)], errors))


if __name__ == "__main__":
    main()
