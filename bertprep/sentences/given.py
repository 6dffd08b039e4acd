"""The corpus as given to `segment`, divided into tasks, and the removal of its output if the input turns out to be bad."""

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
def removed_on_bad_input(output: str) -> Iterator[None]:
    """Delete what was written to a new folder if the input turns out to be bad, since it would be of no use."""
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
    """Divide the corpus; standard input is first copied to the output folder, which is locked meanwhile.

    If the output is in an object store, the copy is in a temporary folder.
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
