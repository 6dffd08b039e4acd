"""Masking: rows of token ids in, masked rows and their labels out (Devlin et al. 2019, section 3.1, task 1).

In each row `round(mask_prob * ordinary tokens)` positions are chosen (ties to even, at least 1, at most --max-predictions).
80% of the chosen tokens are replaced by [MASK], 10% by a random ordinary token, and 10% are kept. Special tokens, including
[UNK] and [unusedN], are not counted, not chosen, and never inserted. The strategy (`strategies/`) decides which positions are
chosen together.

Every draw is a hash of (seed, copy or epoch, pair, position), so the masks of a row do not depend on the rows around it.

Axes: N rows, T tokens in total, P predictions in total.
"""

import dataclasses
import itertools

import numpy as np

from ..core import native, randomness
from ..core.ragged import offsets_of, row_sums
from ..vocab.vocabulary import Vocabulary
from .settings import MaskSettings
from .strategies import STRATEGIES, Choice, RowsToMask
from .strategies.rows import KIND, REPLACEMENT

# rows are masked in chunks whose arrays fit into the processor's cache: 3 times as fast as all rows at once
CHUNK_TOKENS = 1 << 17
MAX_ROW_LENGTH = 65_535  # positions are uint16


@dataclasses.dataclass(frozen=True)
class MaskedRows:
    """Masked rows: `ids_T` with the offsets of the input, and for each row the masked positions and the true ids there."""

    ids_T: np.ndarray  # dtype of the vocabulary
    positions_P: np.ndarray  # uint16, ascending in each row
    true_ids_P: np.ndarray  # dtype of the vocabulary
    mask_offsets_N1: np.ndarray  # int64


def budgets(ordinary_N: np.ndarray, settings: MaskSettings) -> np.ndarray:
    """Number of tokens to predict per row, int64 [N], from its number of ordinary tokens; 0 only if it has none."""
    wanted = np.rint(settings.mask_prob * ordinary_N).astype(np.int64)
    if settings.max_predictions is not None:
        wanted = np.minimum(wanted, settings.max_predictions)
    return np.clip(wanted, np.minimum(ordinary_N, 1), ordinary_N)


def mask_rows(
    ids: np.ndarray,
    offsets: np.ndarray,
    pairs: np.ndarray,
    settings: MaskSettings,
    vocabulary: Vocabulary,
    copy: int,
) -> MaskedRows:
    """Mask N rows given as flat ids [T] and offsets int64 [N + 1]; rows have at most 65,535 tokens.

    `pairs` uint64 [N] are the row numbers; they, the seed and `copy` (the epoch, in dynamic masking) determine every draw.
    """
    keys = randomness.mix(randomness.key("mask", settings.seed, copy), pairs)
    if native.loops and settings.strategy == "token" and ids.dtype in (np.uint16, np.uint32):
        return _mask_by_loops(ids, offsets, keys, settings, vocabulary)
    bounds = _chunk_bounds(offsets)
    done = [
        _mask_chunk(
            ids[offsets[low] : offsets[high]],
            offsets[low : high + 1] - offsets[low],
            keys[low:high],
            settings,
            vocabulary,
        )
        for low, high in itertools.pairwise(bounds)
    ]
    counts = [np.diff(part.mask_offsets_N1) for part in done]
    return MaskedRows(
        np.concatenate([ids[:0], *(part.ids_T for part in done)]),
        np.concatenate([np.empty(0, np.uint16), *(part.positions_P for part in done)]),
        np.concatenate([ids[:0], *(part.true_ids_P for part in done)]),
        offsets_of(np.concatenate([np.empty(0, np.int64), *counts])),
    )


def _mask_by_loops(
    ids: np.ndarray, offsets: np.ndarray, keys: np.ndarray, settings: MaskSettings, vocabulary: Vocabulary
) -> MaskedRows:
    """The strategy `token`, in compiled code."""
    ids, width = np.ascontiguousarray(ids), ids.dtype.itemsize
    rows = vocabulary.is_ordinary, np.ascontiguousarray(offsets, np.int64)
    ordinary_N = np.empty(len(keys), np.int64)
    native.loops.ordinary(ids, width, *rows, ordinary_N)
    budget_N = budgets(ordinary_N, settings)
    masked, count = ids.copy(), int(budget_N.sum())
    positions, true_ids = np.empty(count, np.uint16), np.empty(count, ids.dtype)
    shares = settings.mask_replace_prob, settings.mask_replace_prob + settings.random_replace_prob
    instead = *shares, vocabulary.mask_id, vocabulary.ordinary_ids.astype(np.int64)
    native.loops.mask_tokens(ids, width, *rows, keys, budget_N, *instead, masked, positions, true_ids)
    return MaskedRows(masked, positions, true_ids, offsets_of(budget_N))


def _chunk_bounds(offsets: np.ndarray) -> list[int]:
    """Row bounds of the chunks; a chunk has about CHUNK_TOKENS tokens and fewer than 65,536 rows."""
    bounds = [0]
    rows = len(offsets) - 1
    while bounds[-1] < rows:
        low = bounds[-1]
        high = int(np.searchsorted(offsets, offsets[low] + CHUNK_TOKENS, side="right")) - 1
        bounds.append(min(max(high, low + 1), low + 65_535, rows))
    return bounds


def _mask_chunk(
    ids_T: np.ndarray, offsets_N1: np.ndarray, keys_N: np.ndarray, settings: MaskSettings, vocabulary: Vocabulary
) -> MaskedRows:
    ordinary_T = vocabulary.is_ordinary[ids_T]
    budget_N = budgets(row_sums(ordinary_T, offsets_N1), settings)
    choice = STRATEGIES[settings.strategy](RowsToMask(ids_T, offsets_N1, ordinary_T, budget_N, keys_N, vocabulary))
    flat_P = choice.position_P.astype(np.int64) + np.repeat(offsets_N1[:-1], choice.count_N)
    true_ids_P = ids_T[flat_P]
    masked_T = ids_T.copy()
    masked_T[flat_P] = _replacements(true_ids_P, choice, np.repeat(keys_N, choice.count_N), settings, vocabulary)
    return MaskedRows(masked_T, choice.position_P.astype(np.uint16), true_ids_P, offsets_of(choice.count_N))


def _replacements(
    true_ids_P: np.ndarray, choice: Choice, keys_P: np.ndarray, settings: MaskSettings, vocabulary: Vocabulary
) -> np.ndarray:
    """The ids that replace the true ids: [MASK], a random ordinary token, or the true id."""
    which_P = randomness.uniform(randomness.mix(keys_P, KIND + choice.lead_P))
    words_P = randomness.mix(keys_P, REPLACEMENT + choice.position_P)
    random_P = vocabulary.ordinary_ids[randomness.below(words_P, len(vocabulary.ordinary_ids))]
    to_mask = which_P < settings.mask_replace_prob
    to_random = ~to_mask & (which_P < settings.mask_replace_prob + settings.random_replace_prob)
    return np.where(to_mask, vocabulary.mask_id, np.where(to_random, random_P, true_ids_P)).astype(true_ids_P.dtype)
