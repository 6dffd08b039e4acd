"""The plan of `segment`'s input: files, pieces and number of partitions.

It depends only on the files' names and sizes, so it is the same on any machine and for any number of workers.
Raises `InputError` for input that is missing, empty or of an unknown format.
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
WELL_SPREAD = (
    16  # minimum number of partitions and pieces, which keeps one machine's cores busy even for a small corpus
)


@dataclasses.dataclass(frozen=True)
class Corpus:
    """The input divided into tasks of pieces, and the number of partitions that its size needs."""

    sources: Sequence[Source]
    tasks: Sequence[tuple[Piece, ...]]
    train: int
    validation: int
    levels: Levels  # of the spread over partitions
    left_out: Sequence[LeftOut] = ()  # files in the folders that are not read, with the reasons
    held_ids: IdList | None = None  # ids of the documents to hold out, if given

    @property
    def has_fixed_split(self) -> bool:
        """Whether the user chooses the held-out documents."""
        return self.held_ids is not None or any(source.group == HELD_OUT for source in self.sources)

    def fixed_inputs(self) -> dict[str, str]:
        """The part of an identity about the fixed validation split; content of a validation corpus is part of `corpus`."""
        if self.held_ids is not None:
            return {"validation_ids": self.held_ids.digest}
        names = [[source.name, source.size] for source in self.sources if source.group == HELD_OUT]
        return {"validation_corpus": digest_of(names)} if names else {}

    def fingerprint(self) -> list[list[Any]]:
        """Sizes and stamps, by which changed files are noticed; only in `run.jsonl` and scratch files."""
        return [glance(source) for source in self.sources]

    def counters(self) -> dict[str, int]:
        """The number of files that are read, and of those left out by reason."""
        ids = {GIVEN: self.held_ids.count} if self.held_ids else {}
        left_out = collections.Counter(sorted(each.counter for each in self.left_out))
        return {"files": len(self.sources), **ids, **left_out}

    def names_left_out(self) -> list[str]:
        """The first files that were left out for a reason worth reporting."""
        names = [f"{each.name} ({each.reason})" for each in self.left_out if each.reason]
        return names[:NAMES_KEPT]

    def part_names(self) -> list[str]:
        train = [store.part_name("train", number, self.train) for number in range(self.train)]
        return train + [store.part_name("validation", number, self.validation) for number in range(self.validation)]


def glance(source: Source) -> list[Any]:
    """Path, size and stamp, by which a changed file is noticed without reading it."""
    return [source.path, source.size, *source.stamp, source.group]


def nothing_found(arguments: Sequence[str], left_out: Sequence[LeftOut], other: str = "") -> InputError:
    """The error for arguments without a readable file; it lists what was left out."""
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
    """Find the input files and divide them; `InputError` for input that is missing, empty or of an unknown format.

    `outputs` are folders that the command writes; they are never input, even if they lie within the corpus folder.
    """
    if settings.html:
        page.require()
    excluded = ExcludedFolders(outputs, store.is_made_here)
    # held-out arguments come first: a file within both is held out
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
    """The tasks of the first step, and the levels of the spread: two if that costs less.

    With two levels, a task gets enough pieces for batches for all groups that are worth a request.
    """
    tasks, two = _tasks(pieces, piece_bytes, settings), Levels.two(partitions)
    larger = _tasks(pieces, max(piece_bytes, task_bytes(two)), settings)
    if are_worth(two, len(larger), len(tasks), text):
        return larger, two
    return tasks, Levels.one(partitions)


def some_left_out(left_out: Sequence[LeftOut]) -> str:
    """A phrase for the end of a message: the number of files left out for a reason worth reporting, and the first names."""
    names = [f"{each.path} ({each.reason})" for each in left_out if each.reason]
    if not names:
        return ""
    more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
    count = (
        f"{len(names):,} files or folders in the corpus were"
        if len(names) > 1
        else "1 file or folder in the corpus was"
    )
    return f"; {count} not read: {', '.join(names[:NAMES_SHOWN])}{more}"


def _with_format(source: Source, settings: SegmentSettings) -> Source:
    with true_reason(source):
        return with_format(source, settings)


def _pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
    with true_reason(source):
        return reader_of(source).pieces(source, piece_bytes, settings)


def _tasks(pieces: list[Piece], piece_bytes: int, settings: SegmentSettings) -> list[tuple[Piece, ...]]:
    """Group small pieces so that a task is worth its overhead; with --limit there is one task, read in order."""
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
