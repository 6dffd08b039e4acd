"""Input and output of every pairing, and the steps that pairings share; each step counts what it leaves out."""

import dataclasses

import numpy as np
import pyarrow as pa

from ..core import randomness
from . import chunks
from .chunks import Sides, Text
from .settings import PairSettings

Counters = dict[str, int]

# the counters of every pairing; "tokens" are those of the text, before any pair is dropped
COUNTERS = (
    "documents",
    "documents_without_pair",
    "tokens",
    "tokens_left_over",
    "tokens_trimmed",
    "pairs",
    "pairs_random",
    "pairs_of_two_sources",
    "pairs_dropped",
    "tokens_dropped",
    "tokens_in_pairs",
)


@dataclasses.dataclass(frozen=True)
class Partition:
    """The text of a partition, its languages and sources, the room in a row, random streams, and the counters to add to."""

    text: Text
    ids: np.ndarray  # of all tokens, concatenated
    sentences: pa.Array  # all of them, including those without tokens
    bounds_D1: np.ndarray  # int64: document d is sentences [bounds[d], bounds[d + 1]) of `sentences`
    language_D: np.ndarray  # int64, equal numbers for equal languages
    source_D: np.ndarray  # int64, equal numbers for equal sources
    longest: int  # tokens that a row has room for, not counting special tokens
    stream: randomness.Stream
    draws: randomness.Draws
    counters: Counters


@dataclasses.dataclass(frozen=True)
class Made:
    """N pairs: their sides and labels; `b` and `is_next` are None if rows have no B."""

    a: Sides
    b: Sides | None
    is_next: np.ndarray | None  # bool [N]


Bounds = tuple[
    np.ndarray, np.ndarray, np.ndarray
]  # first sentence, one past the last, and passage of chunks; int64 [N]


def packed(part: Partition, settings: PairSettings, least: int) -> Bounds:
    """Chunks of at least `least` sentences that fill a row, or with probability `short_probability` part of one."""
    return counted(part, chunks.pack(part.text, targets(part, settings, least), least))


def targets(part: Partition, settings: PairSettings, least: int) -> np.ndarray:
    """Target lengths, more than enough of them for chunks of at least `least` sentences."""
    most = len(part.text.number_S) // least + 1
    return chunks.draw_targets(part.stream, most, part.longest, settings.short_probability)


def counted(part: Partition, bounds: Bounds) -> Bounds:
    """Count the tokens that are in no chunk; returns the chunks unchanged."""
    ends = part.text.token_offsets_S1
    used = int((ends[bounds[1]] - ends[bounds[0]]).sum())
    part.counters["tokens_left_over"] += int(ends[-1] - ends[0]) - used
    return bounds


def cut_in_two(part: Partition, bounds: Bounds) -> tuple[Sides, Sides]:
    """Cut each chunk into A and B at a random sentence boundary."""
    first, last, passage = bounds
    middle = first + 1 + part.stream.below(np.maximum(last - first - 1, 1))
    return chunks.sides_of(part.text, first, middle, passage), chunks.sides_of(part.text, middle, last, passage)


def trimmed(part: Partition, a: Sides, b: Sides) -> tuple[Sides, Sides]:
    """Trim A and B so that they fit into a row together, and count the trimmed tokens."""
    before = int(a.length.sum() + b.length.sum())
    a, b = chunks.trim(a, b, part.longest, part.stream)
    part.counters["tokens_trimmed"] += before - int(a.length.sum() + b.length.sum())
    return a, b


def count_dropped(part: Partition, a: Sides, b: Sides, kept: np.ndarray) -> None:
    """Count the pairs that are not kept, and their tokens."""
    part.counters["pairs_dropped"] += int((~kept).sum())
    part.counters["tokens_dropped"] += int((a.length + b.length)[~kept].sum())
