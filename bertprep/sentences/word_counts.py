"""Count the words of a corpus by script.

    Anna kennt 東京 und ภาษาไทย.      3 Latin words, 2 Han characters, 7 Thai characters

Words are separated by spaces and have the script of their first letter, or none if they begin with a digit. In scripts
without spaces between words, characters are counted instead, and count as words in the total.

S sentences, B bytes of a window, W words in it, C characters of scripts to be counted.
"""

import functools
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ..languages.scripts import SCRIPTS
from .split.kinds import character_length, code_points

WINDOW_BYTES = 1 << 22  # processed at a time; all at once would take more memory than the text
MARGIN = 24  # bytes of a word that are examined
MIXED = 255
STEPS = 4  # characters of a word among which the first letter is searched
LATIN, OTHER = "latin", "other"  # "other": numbers, signs, rare scripts


def count(sentences: pa.Array) -> dict[str, int]:
    """Count words and characters in total and by script (`words_latin`, `characters_han`); no sentence may be empty."""
    per_script = np.zeros(len(SCRIPTS) + 1, np.int64)
    characters = 0
    for window_B, starts_B, size in _windows(sentences):
        characters += int(np.count_nonzero((window_B[:size] & 0xC0) != 0x80))
        per_script += _words(window_B, starts_B, size)
        if window_B.max() >= 0xE0:  # lowest first byte of characters of scripts without spaces
            per_script += _unspaced(window_B, size)
    names = [OTHER, *SCRIPTS]
    prefixes = ["words_", *("words_" if script.spaces else "characters_" for script in SCRIPTS.values())]
    by_script = {prefix + name: int(n) for prefix, name, n in zip(prefixes, names, per_script, strict=True) if n}
    return {"words": sum(by_script.values()), "characters": characters, **by_script}


def _windows(sentences: pa.Array) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """The bytes of the sentences in windows, which of them begin a word, and their number without the margin."""
    _, offsets, data = sentences.buffers()
    if not len(sentences) or data is None:
        return
    bounds_S1 = np.frombuffer(offsets, np.int32)[sentences.offset : sentences.offset + len(sentences) + 1]
    bytes_B = np.frombuffer(data, np.uint8)[bounds_S1[0] : bounds_S1[-1]]
    bounds_S1 = bounds_S1 - bounds_S1[0]
    for start in range(0, len(bytes_B), WINDOW_BYTES):
        window_B = bytes_B[start : start + WINDOW_BYTES + MARGIN]
        size = min(WINDOW_BYTES, len(window_B))
        if len(window_B) < size + MARGIN:
            window_B = np.append(window_B, np.full(size + MARGIN - len(window_B), 32, np.uint8))
        starts_B = window_B > 32
        after_blank_B = ~starts_B
        after_blank_B[1:] = after_blank_B[:-1]
        after_blank_B[0] = start > 0 and bytes_B[start - 1] <= 32
        first, last = np.searchsorted(bounds_S1, [start, start + len(window_B)])
        after_blank_B[bounds_S1[first:last] - start] = True
        starts_B &= after_blank_B
        yield window_B, starts_B, size


def _words(window_B: np.ndarray, starts_B: np.ndarray, size: int) -> np.ndarray:
    """The number of words that begin in a window, by script."""
    table, count = script_table(), len(SCRIPTS) + 1
    per_script = np.zeros(count, np.int64)
    is_latin_B = starts_B[:size] & (
        ((window_B[:size] | 32) - np.uint8(ord("a"))) < 26
    )  # ASCII letters, the first letters of most words
    per_script[1 + list(SCRIPTS).index(LATIN)] = np.count_nonzero(is_latin_B)
    at_W = np.flatnonzero(starts_B[:size] > is_latin_B)
    is_number_W = (window_B[at_W] - np.uint8(ord("0"))) < 10
    per_script[0] = np.count_nonzero(is_number_W)
    at_W = at_W[~is_number_W]
    for _ in range(STEPS):
        points_W = code_points(window_B, at_W)
        found_W = table.take(points_W)
        per_script += np.bincount(found_W[found_W > 0], minlength=count)
        at_W, points_W = at_W[found_W == 0], points_W[found_W == 0]
        next_W = np.minimum(at_W + character_length(points_W), len(window_B) - 4)
        ended_W = (window_B[next_W] <= 32) | starts_B[next_W]
        per_script[0] += np.count_nonzero(ended_W)
        at_W = next_W[~ended_W]
    per_script[0] += len(at_W)
    per_script[[False, *(not script.spaces for script in SCRIPTS.values())]] = 0  # counted by characters
    return per_script


def _unspaced(window_B: np.ndarray, size: int) -> np.ndarray:
    """The number of characters of scripts without spaces in a window, by script."""
    at_C = np.flatnonzero(window_B[:size] >= 0xE0)
    pairs_C = window_B[at_C].astype(np.uint16) << 8 | window_B[at_C + 1]
    found_C = script_by_pair().take(pairs_C)
    mixed_C = at_C[found_C == MIXED]
    per_script = np.bincount(found_C, minlength=256)[: len(SCRIPTS) + 1]
    per_script += np.bincount(script_table().take(code_points(window_B, mixed_C)), minlength=len(SCRIPTS) + 1)
    per_script[[True, *(script.spaces for script in SCRIPTS.values())]] = 0
    return per_script


@functools.cache
def script_by_pair() -> np.ndarray:
    """The script number shared by all characters with these first two bytes, uint8 [65536]; `MIXED` if they differ."""
    by_pair = np.full(65536, MIXED, np.uint8)
    pages = script_table()[0x800:0x10000].reshape(-1, 64)  # characters of three bytes with the same first two
    for number, page in enumerate(pages, 0x800 >> 6):
        if (page == page[0]).all():
            by_pair[(0xE0 | number >> 6) << 8 | 0x80 | number & 0x3F] = page[0]
    return by_pair


@functools.cache
def script_table() -> np.ndarray:
    """The script number of each code point, uint8 [0x110000]: its index in `SCRIPTS` plus 1; 0 without a script."""
    table = np.zeros(0x110000, np.uint8)
    for number, script in enumerate(SCRIPTS.values(), 1):
        for first, last in script.ranges:
            table[first : last + 1] = number
    return table
