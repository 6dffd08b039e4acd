"""The corpus that `segment` is given, cut into tasks, and what is left of its folder when that turns out to be bad."""

import contextlib
import sys
from collections.abc import Iterator, Sequence

from .. import store
from ..core.errors import InputError, UsageError
from ..corpus.sources import STANDARD_INPUT
from ..corpus.standard_input import spool
from ..store import Output
from . import input_identity
from .cutting import Corpus, scan
from .fixed_split import FixedSplit
from .settings import SegmentSettings


@contextlib.contextmanager
def no_trace_of_bad_input(output: str) -> Iterator[None]:
    """Take away what was written to a new folder when the input turns out to be bad: nothing of it would be used."""
    is_new = not store.folder_at(output).exists()
    try:
        yield
    except (InputError, UsageError):
        if is_new:
            store.discard(output)
        raise


@contextlib.contextmanager
def given(
    corpus: Sequence[str], output: str, settings: SegmentSettings, outputs: Sequence[str], fixed: FixedSplit
) -> Iterator[Corpus]:
    """The corpus as it is cut; what comes from standard input lies in the output folder meanwhile, which is held.

    In an object store there is no disk, so there it lies in a private folder for temporary files.
    """
    if STANDARD_INPUT not in corpus:
        yield scan(corpus, settings, outputs, fixed=fixed)
        return
    Output(output, input_identity.identity_of(settings)).refuse_others()
    with (
        store.folder_at(output).temporary("standard-input") as place,
        spool(sys.stdin.buffer, place) as spooled,
    ):
        yield scan(corpus, settings, outputs, spooled, fixed)
