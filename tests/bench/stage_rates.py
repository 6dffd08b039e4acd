"""Measured rates that do not follow from plans: bytes of output per byte of text, and seconds; each with its origin.

`RATES` are those of docs/scale.md; `run_rates` computes those of your own run.
"""

import dataclasses
from typing import Any

from bertprep.clean import near

ONE_GB = "1 GB of English JSON lines, one worker, others at work"
AT_REST = "200 MB of English JSON lines, one worker, machine at rest"
TWO_LEVELS = "60 MB of English JSON lines in two levels"
ENGLISH = "about those of English Wikipedia"
GROWTH = 0.783  # distinct words grow with this power of the size of the text


def figure(value: float, what: str, origin: str) -> Any:
    """A field of `Rates`."""
    return dataclasses.field(default=value, metadata={"what": what, "origin": origin})


@dataclasses.dataclass(frozen=True)
class Rates:
    """Bytes per byte of text, and CPU seconds."""

    segment: float = figure(0.0905, "seconds per MB: `segment`, reading and spreading", AT_REST)
    train_vocab: float = figure(0.034, "seconds per MB: `train-vocab`, counting words", AT_REST)
    build_pairs: float = figure(0.0385, "seconds per MB: `build-pairs`", AT_REST)
    mask: float = figure(0.0145, "seconds per MB: `mask`", AT_REST)
    vocabulary: float = figure(5.0, "seconds, in one process, to learn a vocabulary from the counted words", ONE_GB)
    merge: float = figure(0.0019, "seconds per MB: merging counted words", "50 MB of English JSON lines in 8 parts")
    copy: float = figure(0.014, "seconds per MB: reading and writing for the second level", TWO_LEVELS)
    read: float = figure(
        0.0003, "seconds per batch read, in addition to its bytes", "16 files in 4,000 partitions against 16"
    )
    name: float = figure(0.00005, "seconds, in one process, to plan a file or a part", "`--dry-run` of 100,000 files")
    scratch: float = figure(
        1.034, "bytes in scratch files per byte of text, without overhead per batch", "1 and 3 GB of English JSON lines"
    )
    sentences: float = figure(1.029, "bytes of sentences per byte of text", ONE_GB)
    words: float = figure(4.09, "bytes of the counted words of a part, per (bytes of the part)^0.783", ONE_GB)
    distinct: float = figure(4.09, "bytes of all distinct words, per (bytes of all sentences)^0.783", "as of a part")
    row: float = figure(21, "bytes per counted word", ONE_GB)
    word: float = figure(6.0, "bytes of sentences per word", ENGLISH)
    sentence: float = figure(120, "bytes per sentence", ENGLISH)
    document: float = figure(3300, "bytes of sentences per document", ENGLISH)
    shared: float = figure(near.SHARED, "share of the bands that occur in several documents", "assumed in `clean`")
    cleaned: float = figure(1.0, "share of the bytes of sentences that `clean` keeps", "a corpus without repetition")
    pairs: float = figure(0.623, "bytes of pairs per byte of text", ONE_GB)
    shards: float = figure(0.614, "bytes of shards per byte of text", ONE_GB)
    origin: str = ""  # the origin of all rates, if they have the same


RATES = Rates()
