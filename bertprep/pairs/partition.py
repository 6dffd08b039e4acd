"""What every pairing is given and what it gives, and the steps that pairings share; each step counts what it leaves out."""

import dataclasses

import numpy as np
import pyarrow as pa

from ..core import randomness
from . import chunks
from .chunks import Sides, Text
from .settings import PairSettings

Counters = dict[str, int]

# what every pairing counts; tokens are those of the text, before any pair is dropped
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
    """The text of a partition, what it is written in, the room in a row, the draws, and the counters to add to."""

    text: Text
    ids: np.ndarray  # of all tokens, laid end to end
    sentences: pa.Array  # all of them, those without tokens too
    bounds_D1: np.ndarray  # int64: document d has sentences [bounds[d], bounds[d + 1]) of these
    language_D: np.ndarray  # int64, equal numbers for equal languages
    source_D: np.ndarray  # int64, equal numbers for equal sources
    longest: int  # tokens that a row has room for, beside the special ones
    stream: randomness.Stream
    draws: randomness.Draws
    counters: Counters


@dataclasses.dataclass(frozen=True)
class Made:
    """N pairs: sides, and whether B is next; `b` is None without a second part."""

    a: Sides
    b: Sides | None
    is_next: np.ndarray | None  # bool [N]


Bounds = tuple[
    np.ndarray, np.ndarray, np.ndarray
]  # first sentence, one past the last, and passage of chunks; int64 [N]


def packed(part: Partition, settings: PairSettings, least: int) -> Bounds:
    """Chunks of at least so many sentences that fill a row, or with `short_probability` part of it."""
    return counted(part, chunks.pack(part.text, targets(part, settings, least), least))


def targets(part: Partition, settings: PairSettings, least: int) -> np.ndarray:
    """Lengths to aim at, more than enough of them for chunks of at least so many sentences."""
    most = len(part.text.number_S) // least + 1
    return chunks.draw_targets(part.stream, most, part.longest, settings.short_probability)


def counted(part: Partition, bounds: Bounds) -> Bounds:
    """The same chunks; the tokens in none of them are counted."""
    ends = part.text.token_offsets_S1
    used = int((ends[bounds[1]] - ends[bounds[0]]).sum())
    part.counters["tokens_left_over"] += int(ends[-1] - ends[0]) - used
    return bounds


def cut_in_two(part: Partition, bounds: Bounds) -> tuple[Sides, Sides]:
    """Sides of chunks, cut at a random sentence boundary."""
    first, last, passage = bounds
    middle = first + 1 + part.stream.below(np.maximum(last - first - 1, 1))
    return chunks.sides_of(part.text, first, middle, passage), chunks.sides_of(part.text, middle, last, passage)


def trimmed(part: Partition, a: Sides, b: Sides) -> tuple[Sides, Sides]:
    """Sides that fit into a row together."""
    before = int(a.length.sum() + b.length.sum())
    a, b = chunks.trim(a, b, part.longest, part.stream)
    part.counters["tokens_trimmed"] += before - int(a.length.sum() + b.length.sum())
    return a, b


def count_dropped(part: Partition, a: Sides, b: Sides, kept: np.ndarray) -> None:
    """Count the pairs that are not kept, and their tokens."""
    part.counters["pairs_dropped"] += int((~kept).sum())
    part.counters["tokens_dropped"] += int((a.length + b.length)[~kept].sum())
