"""Documents with much repetition, of sentences or of runs of words.

Rejected if more than 30 % of the sentences, or 20 % of the characters in them, repeat earlier ones; if the most frequent
run of 2, 3 or 4 words takes more than 20, 18 or 16 % of the characters; or if repeats of runs of 5, 6, ... 10 words take
more than 15, 14, ... 10 % (table A1). Runs of words are not counted in scripts without spaces between words.

Few documents repeat much, and counting all runs in all of them takes ten times as long as all other rules. So an upper
bound comes first: the number of occurrences of each two consecutive words in their document, from a table of counters in
which collisions only make counts larger. A run of words occurs at most as often as any two consecutive words in it, and
repeats of ten words contain repeats of five. Only documents that exceed a limit by these bounds are counted exactly.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ...core import randomness
from ...core.ragged import long_row_sums
from ..settings import CleanSettings
from ..text import Text

SENTENCES, CHARACTERS = 0.3, 0.2
TOP = {2: 0.2, 3: 0.18, 4: 0.16}
DUPLICATE = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.1}
TABLE_BITS = 21


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    repeated = text.of_documents(text.is_repeated) > SENTENCES * text.sentence_counts
    repeated |= text.repeated_lengths > CHARACTERS * text.document_lengths
    bounds = text.document_word_bounds
    whole = text.document_lengths + text.sentence_counts - 1  # with a line break between sentences
    for document in np.flatnonzero(_could_repeat(text, whole) & ~text.is_unspaced & ~repeated).tolist():
        words = slice(bounds[document], bounds[document + 1])
        repeated[document] = repeats(
            text.word_hashes[words].tolist(), text.word_lengths[words].tolist(), int(whole[document])
        )
    return repeated


def _could_repeat(text: Text, whole_D: np.ndarray) -> np.ndarray:
    """Which documents may repeat too many runs of words, by an upper bound, bool [D]."""
    bounds, hashes, lengths = text.document_word_bounds, text.word_hashes, text.word_lengths
    if len(hashes) < 2:
        return np.zeros(len(whole_D), bool)
    salt = np.repeat(np.arange(len(whole_D), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15), np.diff(bounds))
    two = (hashes[:-1] * np.uint64(0xD1342543DE82EF95) + hashes[1:] + salt[:-1]) * np.uint64(0xBF58476D1CE4E5B9)
    slots = (two >> np.uint64(64 - TABLE_BITS)).astype(np.int32)
    counts = np.bincount(slots, minlength=1 << TABLE_BITS)[slots]
    last = bounds[1:-1][(bounds[1:-1] > 0) & (bounds[1:-1] <= len(counts))] - 1
    counts[last] = 1  # the last word of a document and the first of the next are not a run
    counts = np.append(counts, 1)
    could = np.zeros(len(whole_D), bool)
    filled = np.diff(bounds) > 0
    least, size = counts, lengths
    for n, share in TOP.items():
        size = _longer_runs(lengths, n - 1, size)
        least = counts if n == 2 else np.minimum(least, _shifted(counts, n - 2))
        most = np.zeros(len(whole_D), np.int64)
        most[filled] = np.maximum.reduceat(np.where(least > 1, least * size, 0), bounds[:-1][filled])
        could |= most > share * whole_D
    return could | (
        _repeated_characters(hashes + salt, np.minimum(least, _shifted(counts, 3)), lengths, bounds)
        > min(DUPLICATE.values()) * whole_D
    )


def _repeated_characters(hashes: np.ndarray, least: np.ndarray, lengths: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The number of characters of each document in repeats of runs of five words, each counted once, int64 [D].

    `hashes` include the document; `least` is the lowest count of two consecutive words in each run.
    """
    starts = np.flatnonzero(least[: max(len(least) - 4, 0)] > 1)
    runs = np.zeros(len(starts), np.uint64)
    for step in range(5):
        runs = randomness.mix(runs, hashes[starts + step])
    order = np.argsort(runs, kind="stable")
    is_later = np.zeros(len(runs), bool)
    is_later[order[1:]] = runs[order[1:]] == runs[order[:-1]]
    covered = np.zeros(len(lengths), bool)
    for step in range(5):
        covered[starts[is_later] + step] = True
    return long_row_sums(np.where(covered, lengths, 0), bounds)


def _shifted(values: np.ndarray, steps: int) -> np.ndarray:
    """The values `steps` words further on; 1 beyond the end."""
    return np.append(values[steps:], np.ones(min(steps, len(values)), values.dtype))


def _longer_runs(lengths: np.ndarray, steps: int, size: np.ndarray) -> np.ndarray:
    """The number of characters of runs that are one word longer, including the spaces between the words."""
    longer = size + 1
    longer[: max(len(lengths) - steps, 0)] += lengths[steps:]
    return longer


def repeats(words: Sequence[int], lengths: Sequence[int], whole: int) -> bool:
    """Whether repeated runs of words, given by hash and length, take too many of a document's `whole` characters."""
    for n, share in TOP.items():
        runs = Counter(zip(*(words[start:] for start in range(n)), strict=False))
        if not runs:
            continue
        run, count = runs.most_common(1)[0]
        if count > 1:
            size = dict(zip(words, lengths, strict=True))
            if count * (sum(size[word] for word in run) + n - 1) > share * whole:
                return True
    return any(_duplicated(words, lengths, n) > share * whole for n, share in DUPLICATE.items())


def _duplicated(words: Sequence[int], lengths: Sequence[int], n: int) -> int:
    """The number of characters in repeats of runs of n words; counted runs do not overlap."""
    seen: set[tuple[int, ...]] = set()
    total = start = 0
    while start <= len(words) - n:
        run = tuple(words[start : start + n])
        if run in seen:
            total += sum(lengths[start : start + n])
            start += n
        else:
            seen.add(run)
            start += 1
    return total
