"""The input of `segment` as it is cut: which files, in which pieces, for how many partitions.

All of it follows from the files' names and sizes alone, so it is the same on any machine, for any number of workers.
Refuses, with `InputError`: what is missing, empty or of no known kind.
"""

import collections
import dataclasses
from collections.abc import Sequence
from typing import Any

from .. import store
from ..core.errors import InputError
from ..core.fields import digest_of
from ..corpus.detection import text_bytes, why_left_out, with_format
from ..corpus.excluded import ExcludedFolders
from ..corpus.pieces import Piece, true_reason
from ..corpus.reader import reader_of
from ..corpus.sources import LeftOut, Source, find
from ..corpus.web import page
from ..store.levels import Levels, are_worth, task_bytes
from .fixed_split import BYTES_A_DOCUMENT, GIVEN, FixedSplit, IdList
from .settings import SegmentSettings

PARTITION_BYTES = 64 << 20
PIECE_BYTES = 32 << 20
SMALLEST_BYTES = 4 << 20
HELD_OUT = 0  # the group of sources whose documents are the validation split
NAMES_SHOWN = 3
NAMES_KEPT = 20
NOT_FIXED = FixedSplit()
WELL_SPREAD = 16  # so many partitions and pieces, even of a small corpus, keep the cores of one machine busy


@dataclasses.dataclass(frozen=True)
class Corpus:
    """The input as it is cut: tasks of pieces, and the partitions that its size asks for."""

    sources: Sequence[Source]
    tasks: Sequence[tuple[Piece, ...]]
    train: int
    validation: int
    levels: Levels  # of the spread over partitions
    left_out: Sequence[LeftOut] = ()  # what lies in the folders and is not read, with the reasons
    held_ids: IdList | None = None  # of the documents held out, where they are named

    @property
    def has_fixed_split(self) -> bool:
        """Whether the user says which documents are held out."""
        return self.held_ids is not None or any(source.group == HELD_OUT for source in self.sources)

    def fixed_inputs(self) -> dict[str, str]:
        """What an identity keeps of how the validation split is fixed; the content of another corpus is in `corpus`."""
        if self.held_ids is not None:
            return {"validation_ids": self.held_ids.digest}
        names = [[source.name, source.size] for source in self.sources if source.group == HELD_OUT]
        return {"validation_corpus": digest_of(names)} if names else {}

    def fingerprint(self) -> list[list[Any]]:
        """What tells at a glance that a file has changed; lives in `run.jsonl` and scratch files only."""
        return [glance(source) for source in self.sources]

    def counters(self) -> dict[str, int]:
        """How many files there are, and were left out, by reason."""
        ids = {GIVEN: self.held_ids.count} if self.held_ids else {}
        left_out = collections.Counter(sorted(each.counter for each in self.left_out))
        return {"files": len(self.sources), **ids, **left_out}

    def names_left_out(self) -> list[str]:
        """The first that were left out, by their names in the folders, with the reasons that are to be told."""
        told = [f"{each.name} ({each.reason})" for each in self.left_out if each.reason]
        return told[:NAMES_KEPT]

    def part_names(self) -> list[str]:
        train = [store.part_name("train", number, self.train) for number in range(self.train)]
        return train + [store.part_name("validation", number, self.validation) for number in range(self.validation)]


def glance(source: Source) -> list[Any]:
    """What tells at a glance whether a file has changed."""
    return [source.path, source.size, *source.stamp, source.group]


def nothing_found(arguments: Sequence[str], left_out: Sequence[LeftOut], other: str = "") -> InputError:
    """That no file of these arguments can be read, and what was left out."""
    return InputError(
        f"{', '.join(arguments)}: contains no file of a known format{other}{some_left_out(left_out)}; "
        "name their format with --format"
    )


def scan(
    corpus: Sequence[str],
    settings: SegmentSettings,
    outputs: Sequence[str] = (),
    spooled: Source | None = None,
    fixed: FixedSplit = NOT_FIXED,
) -> Corpus:
    """Find the files and cut them; `InputError` for what is missing, empty or of no known kind.

    `outputs` are folders that the command makes: nothing in them is input, even where they lie below the corpus folder.
    """
    if settings.html:
        page.require()
    excluded = ExcludedFolders(outputs, store.is_made_here)
    # what is held out comes first: of what lies in both, that is what is read
    held = [] if fixed.corpus is None else [fixed.corpus]
    found = find(
        [*held, *corpus], spooled, lambda source: why_left_out(source, settings), excluded, HELD_OUT if held else 1
    )
    sources = found.sources
    for arguments, is_held in ((held, True), (corpus, False)):
        if arguments and not any((source.group == HELD_OUT) is is_held for source in sources):
            other = " apart from those that --validation holds out" if held and not is_held else ""
            raise nothing_found(arguments, found.left_out, other)
    for source in sources:
        if source.size == 0:
            raise InputError(f"{source.path}: the file is empty")
    sources = [_with_format(source, settings) for source in sources]
    size = sum(text_bytes(source) for source in sources if source.group != HELD_OUT)
    raw = sum(source.size for source in sources)
    piece_bytes = min(PIECE_BYTES, max(SMALLEST_BYTES, raw // WELL_SPREAD))
    pieces = [piece for source in sources for piece in _pieces(source, piece_bytes, settings)]
    train = settings.partitions or max(-(-size // PARTITION_BYTES), min(WELL_SPREAD, -(-size // SMALLEST_BYTES)))
    ids = None if fixed.ids is None else IdList.of(fixed.ids)
    share = settings.validation_share
    validation = max(1, round(train * share / (1 - share))) if share else 0
    if held or ids:
        held_size = ids.count * BYTES_A_DOCUMENT if ids else sum(map(text_bytes, sources)) - size
        validation = max(1, -(-held_size // PARTITION_BYTES))
    text = sum(map(text_bytes, sources))
    tasks, spread = _levels(pieces, piece_bytes, train + validation, text, settings)
    return Corpus(sources, tasks, train, validation, spread, found.left_out, ids)


def _levels(
    pieces: list[Piece], piece_bytes: int, partitions: int, text: int, settings: SegmentSettings
) -> tuple[list[tuple[Piece, ...]], Levels]:
    """The tasks of the first step, and over how many levels they spread: two where that costs less.

    With two, a task has so many pieces that there are batches for all groups that are worth their request.
    """
    tasks, two = _tasks(pieces, piece_bytes, settings), Levels.two(partitions)
    larger = _tasks(pieces, max(piece_bytes, task_bytes(two)), settings)
    if are_worth(two, len(larger), len(tasks), text):
        return larger, two
    return tasks, Levels.one(partitions)


def some_left_out(left_out: Sequence[LeftOut]) -> str:
    """What was left out and has a reason to be told, in words for the end of a line: how much of it, and the first names."""
    told = [f"{each.path} ({each.reason})" for each in left_out if each.reason]
    if not told:
        return ""
    more = f" and {len(told) - NAMES_SHOWN:,} more" if len(told) > NAMES_SHOWN else ""
    count = (
        f"{len(told):,} files or folders in the corpus were" if len(told) > 1 else "1 file or folder in the corpus was"
    )
    return f"; {count} not read: {', '.join(told[:NAMES_SHOWN])}{more}"


def _with_format(source: Source, settings: SegmentSettings) -> Source:
    with true_reason(source):
        return with_format(source, settings)


def _pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
    with true_reason(source):
        return reader_of(source).pieces(source, piece_bytes, settings)


def _tasks(pieces: list[Piece], piece_bytes: int, settings: SegmentSettings) -> list[tuple[Piece, ...]]:
    """Group small files, so that a task is worth starting; with --limit everything is one task, read in order."""
    tasks: list[tuple[Piece, ...]] = []
    held: list[Piece] = []
    size = 0
    for piece in pieces:
        piece_size = piece.bytes[1] - piece.bytes[0]
        if held and size + piece_size > piece_bytes and settings.limit is None:
            tasks.append(tuple(held))
            held, size = [], 0
        held.append(piece)
        size += piece_size
    return [*tasks, tuple(held)]
