"""The validation split as chosen by the user: documents given by their ids, or all documents of another corpus.

An id is a document's own in the corpus (`--id-field`, a page's id) or its `document_id` in a folder of sentences. The
held-out documents are known once all documents are segmented; copies of them elsewhere in the corpus are then left out of
training, and counted, so that no text is in both splits.

Raises `InputError` for a list of ids that is empty, unreadable, changed meanwhile or without any match, and `UsageError`
for standard input.
"""

import dataclasses
import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.counts import agreeing, quantity
from ..core.errors import InputError, UsageError
from ..core.fields import digest_of
from ..core.places import Location, read_bytes
from ..core.records import MOST_BYTES, reason
from ..corpus.sources import STANDARD_INPUT

WHAT_IDS_ARE = (
    "an id is a document's own in the corpus (--id-field), or its document_id in a folder of sentences made with the same "
    "settings"
)
NAMES_SHOWN = 3
NAMES_KEPT = 20
BYTES_A_DOCUMENT = 4096  # typical size of a text, to choose the number of validation partitions
ALSO_HELD_OUT = "documents_also_held_out"
GIVEN, NOT_FOUND = "validation_ids", "validation_ids_not_found"
HELD = pa.schema([pa.field("document_id", pa.string())])


@dataclasses.dataclass(frozen=True)
class FixedSplit:
    """What to hold out: the documents of a corpus, or those with the ids in a file."""

    corpus: str | None = None
    ids: str | None = None

    def __post_init__(self) -> None:
        if self.corpus is not None and self.ids is not None:
            raise UsageError("--validation and --validation-ids exclude each other; leave out one of them")
        for option, value in (("--validation", self.corpus), ("--validation-ids", self.ids)):
            if value == STANDARD_INPUT:
                raise UsageError(f"{option} is -; what is held out must be a file or folder that can be read again")


@dataclasses.dataclass(frozen=True)
class IdList:
    """A list of ids in a file, with a digest of its content."""

    path: str
    digest: str
    count: int

    @classmethod
    def of(cls, path: str) -> "IdList":
        """Read the list in a file; `InputError` if it has no ids."""
        found = _ids_in(path)
        if not found:
            raise InputError(f"{path}: contains no ids; expected ids of documents, one per line")
        return cls(path, digest_of(found), len(found))

    def ids(self) -> list[str]:
        """The ids, sorted; `InputError` if the file has changed."""
        return _same_ids(self.path, self.digest)


@functools.lru_cache(maxsize=1)
def _same_ids(path: str, digest: str) -> list[str]:
    found = _ids_in(path)
    if digest_of(found) != digest:
        raise InputError(f"{path}: changed while the corpus was read; run the command again")
    return found


def _ids_in(path: str) -> list[str]:
    try:
        text = read_bytes(path, MOST_BYTES).decode().removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as a list of document ids, one per line ({reason(error)}); a corpus to hold out is "
            "given to --validation"
        ) from error
    return sorted({line.strip() for line in text.split("\n")} - {""})


def held_out(documents: pa.Table, from_other_corpus_P: Sequence[bool], ids: IdList | None) -> np.ndarray:
    """Which segmented documents are held out, bool [N]: those of held-out pieces, and those with one of the ids."""
    held_N = np.array(from_other_corpus_P, bool)[documents["piece"].to_numpy()]
    if ids is None:
        return held_N
    wanted = pa.array(ids.ids(), pa.string())
    named = [pc.is_in(documents[column], wanted) for column in ("document_id", "source_id")]
    return held_N | np.logical_or.reduce([each.to_numpy() for each in named])


def gather_ids(batches: Iterable[pa.RecordBatch], with_own: bool) -> tuple[pa.Array, set[str]]:
    """The sorted `document_id`s of all held-out documents, and if `with_own` their ids of both kinds, else an empty set.

    `batches` are the documents that were spread to the validation split.
    """
    documents, own = [pa.array([], pa.string())], set[str]()
    for batch in batches:
        documents.append(batch.column("document_id"))
        if with_own:
            own.update(filter(None, batch.column("source_id").to_pylist()))
    held = pc.unique(pa.concat_arrays(documents))
    return held.take(pc.sort_indices(held)), own | set(held.to_pylist() if with_own else [])


def write(path: Location, held: pa.Array) -> None:
    """Write the ids of held-out documents to a file for the tasks that gather."""
    with store.ipc_file(path, HELD) as writer:
        writer.write_batch(pa.record_batch([held], schema=HELD))


def without_held_out(documents: pa.Table, path: Location) -> pa.Table:
    """The training documents whose text is not held out."""
    held = store.open_part(path, mapped=False).get_batch(0).column("document_id")
    return documents.filter(pc.invert(pc.is_in(documents["document_id"], held)))


def missing(ids: IdList, found: set[str]) -> list[str]:
    """The ids without a document, in order."""
    return [name for name in ids.ids() if name not in found]


def missing_ids_message(path: str, given: int, count: int, names: Sequence[str]) -> str:
    """A message about ids that match no document."""
    more = f" and {count - NAMES_SHOWN:,} more" if count > NAMES_SHOWN else ""
    some = ", ".join(names[:NAMES_SHOWN])
    match = agreeing(count, "matches", "match")
    return f"{path}: {count:,} of {quantity(given, 'id')} {match} no document ({some}{more}); {WHAT_IDS_ARE}"


def refuse_empty(fixed: FixedSplit, parts: Sequence[dict[str, Any]], limit: int | None) -> None:
    """`InputError` if a fixed split leaves training or validation empty, unless --limit can be the cause."""
    if fixed == FixedSplit() or limit is not None:
        return
    rows = {split: sum(part["rows"] for part in parts if part["name"].startswith(split)) for split in store.SPLITS}
    if not rows["validation"] and fixed.ids is not None:
        raise InputError(
            f"{fixed.ids}: none of its ids belongs to a document of the corpus, so nothing would be held out; {WHAT_IDS_ARE}"
        )
    if not rows["validation"]:
        raise InputError(f"{fixed.corpus}: no document of it is left to hold out; look at it with bertprep segment")
    if not rows["train"]:
        raise InputError(
            f"{fixed.ids or fixed.corpus}: holds out every document of the corpus, so none is left for training"
        )
