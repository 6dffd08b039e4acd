"""Random draws, each keyed by its purpose.

A draw is a function of identity, never of history: `stream("pairs", seed, pass, split, partition)` gives the same words
in any process and in any order of work. Rows use `mix`, a counter-based hash that computes the bits of row 7 without those
of rows 0 to 6. Only raw Philox words and integer arithmetic are used, whose values are the same in all NumPy versions;
`Generator` methods come without that promise.
"""

import hashlib
from typing import Any

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def key(*identity: int | str) -> int:
    """A 64-bit key for a purpose and its identity; the types and the order of the parts matter."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in identity)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


class Stream:
    """An endless stream of random 64-bit words for one identity."""

    def __init__(self, *identity: int | str) -> None:
        # Philox words for a given key are part of NumPy's compatibility promise
        self._words = np.random.Philox(key=np.array([key(*identity), 0], dtype=np.uint64))

    def words(self, count: int) -> np.ndarray:
        """The next `count` words, uint64 [count]."""
        return np.atleast_1d(self._words.random_raw(count)) if count else np.empty(0, np.uint64)

    def below(self, limits_N: np.ndarray) -> np.ndarray:
        """A random integer from 0 to n - 1 for each limit n (1 to 2**32 - 1), int64 [N]."""
        limits_N = np.asarray(limits_N)
        return below(self.words(limits_N.size), limits_N)

    def uniform(self, count: int) -> np.ndarray:
        """Random numbers in [0, 1) with 53 random bits, float64 [count]."""
        return uniform(self.words(count))

    def permutation(self, count: int) -> np.ndarray:
        """A random permutation of 0 .. count - 1, int64 [count]."""
        return np.argsort(self.words(count), kind="stable")


class Draws:
    """Single numbers from a stream, with the method names of `random.Random`."""

    def __init__(self, *identity: int | str) -> None:
        self._stream = Stream(*identity)
        self._words: list[int] = []

    def _next(self) -> int:
        if not self._words:
            self._words = self._stream.words(4096)[::-1].tolist()
        return self._words.pop()

    def random(self) -> float:
        """A random number in [0, 1) with 53 random bits."""
        return (self._next() >> 11) * 2.0**-53

    def randint(self, low: int, high: int) -> int:
        """A random integer from low to high, both included."""
        return low + ((self._next() >> 32) * (high - low + 1) >> 32)


def below(words: np.ndarray, limits: Any) -> np.ndarray:
    """Map words to integers from 0 to limit - 1, int64; limits below 2**32. The bias is below limit / 2**32."""
    return (((words >> np.uint64(32)) * np.asarray(limits).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)


def uniform(words: np.ndarray) -> np.ndarray:
    """Map words to float64 in [0, 1)."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def mix(keys: np.ndarray | int, counters: np.ndarray | int) -> np.ndarray:
    """Hash keys and counters, broadcast against each other, to random words, uint64.

    The finalizer of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford) over key + counter * golden ratio.
    """
    with np.errstate(over="ignore"):
        z = np.asarray(keys, np.uint64) + (np.asarray(counters, np.uint64) + np.uint64(1)) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
