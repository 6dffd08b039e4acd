"""Shard folders as one sequence of rows, local or in an object store.

Local parts are memory-mapped at once. Of a part in a store, only the number of rows is known until it is read for the first time;
so statistics of all rows are estimated from the parts read so far.

Refuses folders that `bertprep mask` did not make, or that lack a part.
"""

import contextlib
import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ... import store
from ...core.counts import quantity
from ...core.errors import InputError, StoreError, UsageError
from ...core.places import is_uri
from ...store.lineage import refuse_parts_of_others
from ...vocab.layout import BERT
from ...vocab.vocabulary import Vocabulary
from .cache_folder import StoredFile
from .loader import NO_LABEL, VERIFY, RowBatch, joined, open_part, wrong_values
from .shelf import Shelf
from .stored import stored_files
from .watch import Watched

COUNTED_ROWS = 1_000_000  # rows of a remote folder in which frequencies are counted; about 20 million masked tokens


class MappedPart:
    """A local part, memory-mapped."""

    def __init__(self, file: Watched) -> None:
        self.path: Path | str = file.path
        self._file, self._rows = file, open_part(file.path)
        self.rows, self.tokens, self.longest = len(self._rows), *lengths_of(self._rows)

    @contextlib.contextmanager
    def reading(self) -> Iterator[RowBatch]:
        """The rows, for the duration of the context; `StoreError` if the file has changed before or after."""
        self._file.check()
        yield self._rows
        self._file.check()


class StoredPart:
    """A part in an object store, of which only the number of rows is known until it is downloaded."""

    def __init__(self, file: StoredFile, rows: int, shelf: Shelf[RowBatch]) -> None:
        self.path: Path | str = file.location
        self.file, self.rows, self._shelf = file, rows, shelf
        self.tokens = self.longest = 0

    @contextlib.contextmanager
    def reading(self) -> Iterator[RowBatch]:
        """The rows, for the duration of the context; waits for their download."""
        with self._shelf.reading(self.file) as rows:
            if not self.longest:
                if len(rows) != self.rows:
                    raise StoreError(
                        f"{self.path}: {quantity(len(rows), 'row')}, {self.rows:,} in the manifest; {VERIFY}"
                    )
                self.tokens, self.longest = lengths_of(rows)
            yield rows


def lengths_of(rows: RowBatch) -> tuple[int, int]:
    """The total number of tokens of rows, and the length of the longest row."""
    return int(rows.offsets[-1] - rows.offsets[0]), int(np.diff(rows.offsets).max(initial=0))


def parts_of(folder: str, split: str, shelf: Shelf[RowBatch] | None) -> list[MappedPart] | list[StoredPart]:
    """The parts of a split, in order; `shelf` is the local cache of an object store."""
    if not is_uri(folder):
        return [MappedPart(file) for file in watched_parts(folder, split)]
    if shelf is None:
        raise UsageError(f"{folder}: this needs a local folder; copy it to this machine first")
    return [StoredPart(file, rows, shelf) for file, rows in stored_files(folder, split)]


class Examples:
    """One split of one or more shard folders, as one sequence of rows; `StoreError` for ids outside the vocabulary."""

    def __init__(
        self, folders: list[str], split: str, vocabulary: Vocabulary | None = None, shelf: Shelf[RowBatch] | None = None
    ) -> None:
        self.vocabulary_size, self.layout = (vocabulary.size, vocabulary.layout) if vocabulary else (1 << 32, BERT)
        self.most_tokens: int | None = None  # maximum length of a row; longer ones are an error
        by_folder = [parts_of(folder, split, shelf) for folder in folders]
        self.parts: list[MappedPart | StoredPart] = [part for parts in by_folder for part in parts]
        self.first_parts = np.cumsum([0, *map(len, by_folder)])
        self.ends = np.cumsum([0, *(part.rows for part in self.parts)])
        self.counted = list(range(len(self.parts)))  # the parts in which frequencies are counted
        if split == "train":
            self.counted = [
                number for first, last in itertools.pairwise(self.first_parts) for number in self._few(first, last)
            ]

    def _few(self, first: int, last: int) -> Iterator[int]:
        """Yield the parts of a folder, of a remote one those with about `COUNTED_ROWS` rows, a random sample of the corpus."""
        rows = 0
        for number in range(first, last):
            part = self.parts[number]
            if isinstance(part, StoredPart) and rows >= COUNTED_ROWS:
                return
            rows += part.rows
            yield number

    def __len__(self) -> int:
        return int(self.ends[-1])

    def take(self, index: np.ndarray) -> RowBatch:
        """The rows at these indices, grouped by part, so not necessarily in this order."""
        homes = np.searchsorted(self.ends, index, side="right") - 1
        read, pieces = np.unique(homes).tolist(), []
        for home in read:
            with self.reading(home) as rows:
                pieces.append(rows.take(index[homes == home] - self.ends[home]))
        found = dataclasses.replace(joined(pieces), layout=self.layout)
        if wrong_values(found, self.vocabulary_size):
            for home, piece in zip(read, pieces, strict=True):
                if problem := wrong_values(piece, self.vocabulary_size):
                    raise StoreError(f"{self.parts[home].path}: {problem}; {VERIFY}")
        return found

    def has_labels(self) -> bool:
        """Whether rows have a label of next sentences; those of a folder all have one, or none has."""
        first_rows = self.ends[self.first_parts[:-1]]
        return bool((self.take(first_rows[first_rows < len(self)]).labels != NO_LABEL).any())

    @contextlib.contextmanager
    def reading(self, number: int) -> Iterator[RowBatch]:
        """The rows of a part, for the duration of the context; `InputError` if a row is too long."""
        part = self.parts[number]
        with part.reading() as rows:
            if self.most_tokens is not None and part.longest > self.most_tokens:
                raise InputError(too_long(part.path, part.longest, self.most_tokens))
            yield rows

    def refuse_longer(self, most: int) -> None:
        """Raise `InputError` for rows with more than `most` tokens; in remote parts, when they are read."""
        self.most_tokens = most
        length, path = self.longest()
        if length > most:
            raise InputError(too_long(path, length, most))

    def tokens(self, first_part: int = 0, last_part: int | None = None) -> int:
        """Number of tokens in all parts or in [first_part, last_part); estimated if not all have been read."""
        parts = self.parts[first_part:last_part]
        seen = [part for part in parts if part.tokens] or [part for part in self.parts if part.tokens]
        rows = sum(part.rows for part in parts)
        return round(sum(part.tokens for part in seen) / max(1, sum(part.rows for part in seen)) * rows)

    def longest(self) -> tuple[int, Path | str]:
        """The length of the longest row, and its file; for remote parts, among those read so far."""
        return max(((part.longest, part.path) for part in self.parts), key=lambda each: each[0], default=(0, Path()))

    def spread_rows(self, most: int) -> np.ndarray:
        """Indices of up to `most` rows, spread evenly over the `counted` parts."""
        ends = np.cumsum([0, *(self.parts[number].rows for number in self.counted)])
        count = int(ends[-1])
        places = np.unique(np.linspace(0, max(0, count - 1), min(count, most), dtype=np.int64))
        homes = np.searchsorted(ends, places, side="right") - 1
        return places - ends[homes] + self.ends[np.array(self.counted, np.int64)[homes]]

    def unigram_counts(self, vocabulary_size: int) -> np.ndarray:
        """How often each id is the true id of a masked token in the `counted` parts, int64 [V]."""
        counts = np.zeros(vocabulary_size, np.int64)
        for number in self.counted:
            with self.reading(number) as part:
                ids = part.true_ids[part.mask_offsets[0] : part.mask_offsets[-1]]
                if int(ids.max(initial=0)) >= vocabulary_size:  # before bincount allocates that many counts
                    raise StoreError(
                        f"{self.parts[number].path}: masked_lm_ids has an id of {ids.max()}, and the vocabulary "
                        f"{quantity(vocabulary_size, 'entry')}; {VERIFY}"
                    )
                counts += np.bincount(ids, minlength=vocabulary_size)
        return counts


def too_long(path: Path | str, length: int, limit: int) -> str:
    """The error message for a row with more tokens than the model has positions."""
    return (
        f"{path}: a row has {quantity(length, 'token')}, the model {quantity(limit, 'position')}; "
        f"build the pairs with --max-length {limit} or less, or train a new model with more max_position_embeddings in a "
        "--model-config"
    )


def watched_parts(folder: str, split: str) -> list[Watched]:
    """The files of a split of a complete shard folder, in order."""
    manifest = store.read_manifest(folder, "mask")
    refuse_parts_of_others(manifest, split)
    files = [Watched(Path(manifest.location(part)), part["checksum"]) for part in manifest.entries(split)]
    for file in files:
        if not file.path.is_file():
            raise StoreError(f"{file.path}: in the manifest but not there; copy it back or run `bertprep mask` again")
    return files
