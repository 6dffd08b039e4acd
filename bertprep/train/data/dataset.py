"""The data of a run: training rows in order, validation rows and vocabulary; and checks that the model fits them.

Refuses folders with different vocabularies, and a model with another vocabulary or with fewer positions than the longest row.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ... import store
from ...core.counts import quantity
from ...core.errors import InputError, UsageError
from ...pairs.validation import why_no_validation as why_lost
from ...store.lineage import lineage
from ...vocab.compare import difference
from ...vocab.loading import whole_vocabulary
from ...vocab.vocabulary import Vocabulary
from ..bert.model import Bert
from ..settings import TrainSettings
from .cache_folder import StoredFile
from .collate import Batch, pack
from .examples import Examples, MappedPart, StoredPart
from .loader import SLAB_ROWS, RowBatch, dynamic_masks, joined, masked_anew, words_in
from .mixture import Mixture, pools_of, sources_of
from .shelf import Shelf
from .stored import needs

MOST_SPARE = 128  # embeddings beyond the vocabulary; tables are padded to a multiple of 8 or 64, rarely of 128


class Data:
    """The shard folders of a run, with or without weights (mixture.py)."""

    def __init__(self, shards: list[str], settings: TrainSettings, shelf: Shelf[RowBatch] | None = None) -> None:
        """`shelf` is the local cache of folders in an object store."""
        self.sources = sources = sources_of(shards)
        self.folders = [source.folder for source in sources]
        self.vocabulary = common_vocabulary(self.folders)
        self.starts_word_V = self.vocabulary.is_ordinary & ~self.vocabulary.is_continuation
        self.training, self.validation = (
            Examples(self.folders, split, self.vocabulary, shelf) for split in ("train", "validation")
        )
        self.shelf = shelf
        self._planned: tuple[list[int], list[int]] | None = None
        self.mixture = Mixture(sources, self.training, settings.seed)
        self.mask_settings = dynamic_masks(self.folders, settings)

    def given_twice(self) -> list[str]:
        """Which folders hold the same shards as an earlier one, in words."""
        digests = [store.read_manifest(folder, "mask").digest for folder in self.folders]
        return [
            f"{folder} holds the same shards as {self.folders[first]}, so their rows count twice; leave out one of them"
            for number, folder in enumerate(self.folders)
            if (first := digests.index(digests[number])) < number
        ]

    def look_ahead(self, first: int, last: int, end: int) -> None:
        """Plan the download of the shards of these samples, then of the next ones before sample `end`, from an object store."""
        if self.shelf is None or (parts := self.mixture.parts_from(first, last, end)) == self._planned:
            return
        self._planned = parts
        now, coming = (stored_of(self.training.parts[number] for number in numbers) for numbers in parts)
        held_out = stored_of(self.validation.parts)
        fits = sum(file.bytes for file in {*now, *held_out}) <= self.shelf.folder.most
        self.shelf.plan([*now, *(held_out if fits else ()), *coming])

    def stored(self) -> dict[str, int]:
        """Bytes of shards in an object store: all, those needed on this machine at once, and those needed to read ahead.

        Empty for local shards.
        """
        if self.shelf is None:
            return {}
        needed = needs(pools_of(self.sources), SLAB_ROWS)
        return {"bytes": needed.total, "bytes_at_once": needed.least, "bytes_to_read_ahead": needed.enough}

    def names(self) -> dict[str, str]:
        """The folders by a readable name: name and share in a mixture, or a number."""
        if mixed := self.mixture.described():
            called = [f"{name} (share {described['share']:.1%})" for name, described in mixed.items()]
        else:
            called = [f"Folder {number}" for number in range(1, len(self.folders) + 1)]
        return dict(zip(called if len(called) > 1 or mixed else ["Shards"], self.folders, strict=True))

    def batch(self, epochs_B: np.ndarray, rows_B: np.ndarray, jagged: bool) -> Batch:
        """Make a batch of rows, with new masks for their epoch in dynamic masking."""
        pieces = []
        for epoch in np.unique(epochs_B).tolist():
            found = self.training.take(rows_B[epochs_B == epoch])
            if self.mask_settings:
                found = masked_anew(found, self.mask_settings, self.vocabulary, epoch)
            pieces.append(found)
        rows = joined(pieces)
        batch = pack(rows, jagged)
        batch.words = words_in(rows, self.starts_word_V)
        return batch


def stored_of(parts: Iterable[MappedPart | StoredPart]) -> list[StoredFile]:
    """The files of the parts that are in an object store."""
    return [part.file for part in parts if isinstance(part, StoredPart)]


def why_no_validation(folders: list[str]) -> str:
    """Why shard folders have no validation rows, in words."""
    reasons = [why_lost(lineage(store.read_manifest(folder, "mask"))) for folder in folders]
    return "; ".join(dict.fromkeys(reasons))


def common_vocabulary(shards: list[str]) -> Vocabulary:
    """The vocabulary of shard folders; `InputError` if they differ."""
    if not shards:
        raise UsageError("no shard folder given; give one or more that `bertprep mask` made")
    for folder in shards:
        store.read_manifest(folder, "mask")  # first, for its errors say more than that a vocabulary is missing
    vocabularies = [whole_vocabulary(folder) for folder in shards]
    for folder, vocabulary in zip(shards, vocabularies, strict=True):
        if problem := difference(vocabulary, vocabularies[0]):
            raise InputError(
                f"{folder}: made with another vocabulary than {shards[0]}; they differ in {problem}; "
                "build the pairs of both with the same --vocab"
            )
    return vocabularies[0]


def check_vocabulary(model_dir: str, model: Bert, own: Vocabulary | None, vocabulary: Vocabulary) -> None:
    """Raise `InputError` if a model's own vocabulary differs from that of the shards, or if it has too few embeddings."""
    rows, size = model.config.vocab_size, vocabulary.size
    if own and (problem := difference(own, vocabulary)):
        raise InputError(
            f"{model_dir}: its vocabulary is not that of the shards; they differ in {problem}; "
            f"build the pairs with --vocab {model_dir}"
        )
    if rows < size and own:
        raise InputError(
            f"{model_dir}: {quantity(size, 'token')} in its vocabulary, {rows:,} in its weights; "
            "model.resize_token_embeddings(len(tokenizer)) in transformers makes room for the others"
        )
    if not own and not size <= rows < size + MOST_SPARE:
        raise InputError(
            f"{model_dir}: {quantity(rows, 'token')} in its weights, {size:,} in the vocabulary of the shards, and it has no "
            "tokenizer.json or vocab.txt of its own; build the pairs with the vocabulary of the model, or put its files there "
            "if that of the shards extends it"
        )


def own_vocabulary(model_dir: str) -> Vocabulary | None:
    """The vocabulary in a model folder, or None if it has no tokenizer files."""
    has_own = any((Path(model_dir) / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    return Vocabulary.load(model_dir) if has_own else None


def oddities(model: Bert, vocabulary: Vocabulary) -> list[str]:
    """Warnings about a model and a vocabulary that fit each other, but probably not as intended."""
    rows, pad, warnings = model.config.vocab_size, model.config.pad_token_id, []
    if pad is not None and pad != vocabulary.pad_id:
        name = repr(vocabulary.tokens[pad]) if pad < vocabulary.size else "no token"
        warnings.append(
            f"pad_token_id is {pad} ({name}), and {vocabulary.special_tokens['pad']} has id {vocabulary.pad_id}; "
            "the embedding at pad_token_id is not trained, as in transformers; correct it in config.json"
        )
    if rows >= vocabulary.size + MOST_SPARE:
        warnings.append(
            f"{rows - vocabulary.size:,} of {rows:,} embeddings are unused: no token of the vocabulary has them"
        )
    return warnings


def check_lengths(model: Bert, *splits: Examples) -> None:
    """Raise `InputError` if a row has more tokens than the model has positions."""
    for examples in splits:
        examples.refuse_longer(model.config.max_position_embeddings)
