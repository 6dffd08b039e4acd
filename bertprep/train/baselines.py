"""Baselines for held-out metrics: predictions without a model, from the training rows alone.

    by frequency     masked tokens, predicted by their frequency among the masked tokens of the training rows (add-one smoothing)
    shared pieces    next sentences, predicted by a logistic regression fitted on training rows, with three features: the number
                     of pieces that A and B share, the same weighted by rarity, and their share of A and B

A model whose MLM loss is not below the first has learnt only which words are frequent. A model whose NSP accuracy is not above
the second has not learnt that neighbours share words.

Axes: N rows, V vocabulary, P pieces, F features.
"""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..vocab.vocabulary import Vocabulary
from .data.examples import Examples
from .data.loader import NO_LABEL, RowBatch

BLOCK_ROWS = 4096  # rows processed together
FITTED_ROWS = 16_384  # of the training rows, spread over all of them; three weights need no more
NEWTON_STEPS = 20


class Baselines:
    """The baselines for one set of held-out rows, computed on first use."""

    def __init__(self, training: Examples, validation: Examples, vocabulary: Vocabulary) -> None:
        self.training, self.validation, self.vocabulary = training, validation, vocabulary
        self.characters_V = characters_of(vocabulary)

    @cached_property
    def figures(self) -> dict[str, float | None]:
        """All baselines by the names in `metrics.METRICS`; None if there are no rows to compute one from."""
        return {**self.by_frequency(), **self.by_shared_pieces()}

    @cached_property
    def training_counts(self) -> np.ndarray:
        """How often each token is masked in the training rows, int64 [V]."""
        return self.training.unigram_counts(self.vocabulary.size)

    @cached_property
    def training_loss_by_frequency(self) -> float | None:
        """MLM loss of guessing by frequency on training rows, from a sample of them; None without masks."""
        counts_V = np.bincount(self.training.take(self.fitted_index).true_ids).astype(np.float64)
        shares = counts_V[counts_V > 0] / max(1.0, counts_V.sum())
        return float(-(shares * np.log(shares)).sum()) if len(shares) else None

    @property
    def fitted_index(self) -> np.ndarray:
        """Indices of the training rows on which baselines are fitted."""
        return self.training.spread_rows(FITTED_ROWS)

    def by_frequency(self) -> dict[str, float | None]:
        """Baselines for masked tokens: `unigram_` loss, perplexity, accuracy and bits_per_character."""
        size = self.vocabulary.size
        seen_V = self.validation.unigram_counts(size)
        names = ("loss", "perplexity", "accuracy", "bits_per_character")
        if not len(self.training) or not seen_V.sum():
            return dict.fromkeys((f"unigram_{name}" for name in names), None)
        counts_V = self.training_counts
        nats = float(-(seen_V * np.log((counts_V + 1) / (counts_V + 1).sum())).sum())
        loss, characters = nats / int(seen_V.sum()), int((seen_V * self.characters_V).sum())
        return {
            "unigram_loss": loss,
            "unigram_perplexity": math.exp(loss),
            "unigram_accuracy": int(seen_V[counts_V.argmax()]) / int(seen_V.sum()),
            "unigram_bits_per_character": nats / math.log(2) / max(1, characters),
        }

    def by_shared_pieces(self) -> dict[str, float | None]:
        """Baselines for next sentences: `shared_pieces_` loss and accuracy."""
        fitted = list(labelled(self.training, self.fitted_index))
        held_out = labelled(self.validation, np.arange(len(self.validation)))
        pieces = SharedPieces.fitted(fitted, self.vocabulary)
        results = [pieces.results(rows) for rows in held_out] if pieces else []
        if not results:
            return {"shared_pieces_loss": None, "shared_pieces_accuracy": None}
        loss, right, count = (sum(column) for column in zip(*results, strict=True))
        return {"shared_pieces_loss": loss / count, "shared_pieces_accuracy": right / count}


def characters_of(vocabulary: Vocabulary) -> np.ndarray:
    """Number of characters of text in each token, int64 [V], not counting marks such as `##` and spaces.

    A token that is part of a character counts as one character.
    """
    if vocabulary.given:
        return np.array([len(text.replace(" ", "")) for text in vocabulary.texts], np.int64)
    goes_on = vocabulary.is_continuation.tolist()
    return np.array([len(token) - 2 * mark for token, mark in zip(vocabulary.tokens, goes_on, strict=True)], np.int64)


def labelled(examples: Examples, index_N: np.ndarray) -> Iterator[RowBatch]:
    """Yield the rows at `index_N` that have a label, in blocks; blocks without any are left out."""
    for start in range(0, len(index_N), BLOCK_ROWS):
        rows = examples.take(index_N[start : start + BLOCK_ROWS])
        places = np.flatnonzero(rows.labels != NO_LABEL)
        if len(places):
            yield rows.take(places)


class Results(NamedTuple):
    """The results of a classifier, summed over rows."""

    loss: float  # nats
    right: int
    rows: int


class SharedPieces:
    """A logistic regression on the pieces that A and B share; masked tokens are as the model sees them."""

    def __init__(self, rarity_V: np.ndarray, is_ordinary_V: np.ndarray) -> None:
        self.rarity_V, self.is_ordinary_V = rarity_V, is_ordinary_V
        self.mean_F = self.spread_F = self.weights_F = np.zeros(0)

    @classmethod
    def fitted(cls, blocks: list[RowBatch], vocabulary: Vocabulary) -> "SharedPieces | None":
        """Fit to these rows; None if they do not have both labels."""
        labels_N = np.concatenate([rows.labels for rows in blocks]) if blocks else np.zeros(0)
        if len(np.unique(labels_N)) < 2:
            return None
        holding_V = np.zeros(vocabulary.size)
        pieces = cls(holding_V, vocabulary.is_ordinary)
        for rows in blocks:
            holding_V += np.bincount(np.union1d(*pieces.sides(rows)) % vocabulary.size, minlength=vocabulary.size)
        pieces.rarity_V = np.log((len(labels_N) + 1) / (holding_V + 1))
        pieces.fit(np.concatenate([pieces.features(rows) for rows in blocks]), labels_N)
        return pieces

    def sides(self, rows: RowBatch) -> tuple[np.ndarray, np.ndarray]:
        """The distinct ordinary pieces of A and of B, coded as row * V + id, ascending."""
        lengths_N, size = np.diff(rows.offsets), len(self.rarity_V)
        row_P = np.repeat(np.arange(len(rows)), lengths_N)
        in_b_P = np.arange(len(row_P)) - rows.offsets[row_P] >= rows.segment_b_start[row_P]
        keys_P, counts_P = row_P * size + rows.ids, self.is_ordinary_V[rows.ids]
        return np.unique(keys_P[counts_P & ~in_b_P]), np.unique(keys_P[counts_P & in_b_P])

    def features(self, rows: RowBatch) -> np.ndarray:
        """Features [N, 3]: number of shared pieces, sum of their rarity, and that sum normalised as in a cosine."""
        a, b = self.sides(rows)
        size, count = len(self.rarity_V), len(rows)

        def rarity(keys: np.ndarray) -> np.ndarray:
            return np.bincount(keys // size, self.rarity_V[keys % size], count)

        shared = np.intersect1d(a, b, assume_unique=True)
        rare_N = rarity(shared)
        share_N = rare_N / np.sqrt(np.maximum(rarity(a) * rarity(b), 1e-9))
        return np.stack([np.bincount(shared // size, minlength=count), rare_N, share_N], 1)

    def fit(self, features_NF: np.ndarray, labels_N: np.ndarray) -> None:
        """Fit by Newton's method, with L2 regularisation (lambda 1) so that it always converges."""
        self.mean_F, self.spread_F = features_NF.mean(0), features_NF.std(0) + 1e-9
        x_NF = self.scaled(features_NF)
        self.weights_F = np.zeros(x_NF.shape[1])
        for _ in range(NEWTON_STEPS):
            random_N = sigmoid(x_NF @ self.weights_F)
            slope_F = x_NF.T @ (random_N - labels_N) + self.weights_F
            bend_FF = (x_NF.T * (random_N * (1 - random_N))) @ x_NF + np.eye(len(self.weights_F))
            self.weights_F = self.weights_F - np.linalg.solve(bend_FF, slope_F)

    def scaled(self, features_NF: np.ndarray) -> np.ndarray:
        """Standardised features (mean 0, standard deviation 1), and a column of ones."""
        return np.hstack([(features_NF - self.mean_F) / self.spread_F, np.ones((len(features_NF), 1))])

    def results(self, rows: RowBatch) -> Results:
        """Loss and number of correct predictions on rows with labels."""
        is_random_N = rows.labels == 1
        right_N = sigmoid(self.scaled(self.features(rows)) @ self.weights_F * np.where(is_random_N, 1, -1))
        return Results(float(-np.log(np.maximum(right_N, 1e-12)).sum()), int((right_N > 0.5).sum()), len(rows))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1 + np.tanh(x / 2))
