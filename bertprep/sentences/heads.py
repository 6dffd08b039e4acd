"""Check the beginnings of all input files before any work: the format that the name suggests, and the requested fields.

Errors further on are found only during reading; `segment` then stops, or skips them with --bad-input skip.
"""

from collections.abc import Callable, Sequence

from .. import store
from ..core.errors import BertprepError, InputError
from ..corpus.detection import why_left_out, with_format
from ..corpus.excluded import ExcludedFolders
from ..corpus.pieces import PieceReader, true_reason
from ..corpus.reader import reader_of
from ..corpus.sources import STANDARD_INPUT, LeftOut, Source, find
from .cutting import nothing_found
from .settings import SegmentSettings


def wrong_input(
    corpus: Sequence[str],
    settings: SegmentSettings,
    outputs: Sequence[str] = (),
    is_enough: Callable[[], bool] = lambda: False,
) -> list[BertprepError]:
    """Errors in the arguments and in the beginnings of their files, as reading them would raise.

    Files are checked in order until `is_enough` returns true.
    """
    excluded = ExcludedFolders(outputs, store.is_made_here)
    problems: list[BertprepError] = []
    sources: list[Source] = []
    empty: list[str] = []
    left_out: list[LeftOut] = []
    for argument in corpus:
        if argument == STANDARD_INPUT:
            continue
        try:
            found = find([argument], None, lambda source: why_left_out(source, settings), excluded)
        except BertprepError as error:
            problems.append(error)
            continue
        if not found.sources:
            empty.append(argument)
            left_out += found.left_out
        sources += found.sources
    if empty:
        problems.append(nothing_found(empty, left_out))
    for source in sources:
        if is_enough():
            break
        try:
            read_head(source, settings)
        except BertprepError as error:
            problems.append(error)
    return problems


def read_head(source: Source, settings: SegmentSettings) -> None:
    """Read the first documents of a file; raises the errors that segmenting them would raise."""
    if source.size == 0:
        raise InputError(f"{source.path}: the file is empty")
    with true_reason(source):
        source = with_format(source, settings)
        reader = reader_of(source)
        piece = reader.pieces(source, source.size, settings)[0]  # a single piece, so that no boundary is searched for
        with PieceReader(piece) as opened:
            next(iter(reader.read(opened, settings, {})), None)
