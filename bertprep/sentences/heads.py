"""The beginnings of all input files, read before any work: whether each is what its name says, with the fields asked for.

What is wrong further on shows only when it is read; `segment` refuses it then, or skips it with --bad-input skip.
"""

from collections.abc import Callable, Sequence

from .. import store
from ..core.errors import BertprepError, InputError
from ..corpus.detection import why_left_out, with_format
from ..corpus.excluded import ExcludedFolders
from ..corpus.pieces import PieceReader, true_reason
from ..corpus.reader import reader_of
from ..corpus.sources import STANDARD_INPUT, Source, find
from .settings import SegmentSettings

PIECE_BYTES = 1 << 20


def wrong_input(
    corpus: Sequence[str],
    settings: SegmentSettings,
    outputs: Sequence[str] = (),
    is_enough: Callable[[], bool] = lambda: False,
) -> list[BertprepError]:
    """What is wrong with arguments and with the beginnings of their files, each as the error that reading it raises.

    Files are looked at in order until `is_enough` says so.
    """
    excluded = ExcludedFolders(outputs, store.is_made_here)
    problems: list[BertprepError] = []
    sources: list[Source] = []
    for argument in corpus:
        if argument == STANDARD_INPUT:
            continue
        try:
            found = find([argument], None, lambda source: why_left_out(source, settings), excluded).sources
        except BertprepError as error:
            problems.append(error)
            continue
        if not found:
            problems.append(
                InputError(f"{argument}: no file of a known kind in it; say what the files are with --format")
            )
        sources += found
    for source in sources:
        if is_enough():
            break
        try:
            read_head(source, settings)
        except BertprepError as error:
            problems.append(error)
    return problems


def read_head(source: Source, settings: SegmentSettings) -> None:
    """Read the first documents of a file; raises what segmenting it would raise of them."""
    if source.size == 0:
        raise InputError(f"{source.path}: the file is empty")
    with true_reason(source):
        source = with_format(source, settings)
        reader = reader_of(source)
        piece = reader.pieces(source, max(PIECE_BYTES, source.size >> 6), settings)[0]
        with PieceReader(piece) as opened:
            next(iter(reader.read(opened, settings, {})), None)
