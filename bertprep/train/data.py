"""All that a run reads: the training rows in their order, the validation rows, and the vocabulary."""

import numpy as np

from ..settings import TrainSettings
from .collate import Batch, pack
from .evaluate import common_vocabulary
from .loader import Examples, joined, mask_settings, masked_anew, words_in
from .mixture import Mixture, sources_of


class Data:
    """The shard folders of a run, given plainly or with weights (mixture.py)."""

    def __init__(self, shards: list[str], settings: TrainSettings) -> None:
        sources = sources_of(shards)
        self.folders = [source.folder for source in sources]
        self.vocabulary = common_vocabulary(self.folders)
        self.starts_word_V = self.vocabulary.is_ordinary & ~self.vocabulary.is_continuation
        size = self.vocabulary.size
        self.training, self.validation = (Examples(self.folders, split, size) for split in ("train", "validation"))
        self.mixture = Mixture(sources, self.training, settings.seed)
        self.mask_settings = mask_settings(self.folders, settings.seed) if settings.dynamic else None

    def batch(self, epochs_B: np.ndarray, rows_B: np.ndarray, jagged: bool) -> Batch:
        """The rows as the model reads them, masked anew for their epoch if the run does so."""
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
