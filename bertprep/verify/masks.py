"""The masks of shards: check their number per row, and the tokens inserted, against the settings."""

from typing import Any

import numpy as np

from ..core.counts import quantity
from ..core.ragged import row_sums
from ..vocab.vocabulary import Vocabulary
from .checks import STANDARD_ERRORS, Finding, LoadedPart, Tally, within
from .shard_rows import ShardRows


class Budget:
    """Checks the number of masked tokens per row: exactly the budget for `token`, at most that for other strategies."""

    def __init__(self, settings: dict[str, Any], vocabulary: Vocabulary) -> None:
        self.settings, self.vocabulary = settings, vocabulary
        self.exact = settings["strategy"] == "token"
        words = "exactly" if self.exact else "at most"
        most = f", at most {settings['max_predictions']}" if settings["max_predictions"] else ""
        self.tally = Tally(
            "the number of masks is right", f"{words} {settings['mask_prob']:.4g} of the ordinary tokens{most}"
        )

    def add(self, part: LoadedPart, rows: ShardRows) -> None:
        """Check rows."""
        ordinary = row_sums(self.vocabulary.is_ordinary[rows.true_T], rows.offsets)
        budget = np.round(self.settings["mask_prob"] * ordinary)
        if self.settings["max_predictions"]:
            budget = np.minimum(budget, self.settings["max_predictions"])
        budget = np.minimum(np.maximum(budget, 1), ordinary)
        masked = np.diff(rows.mask_offsets)
        self.tally.add(part, (masked != budget) if self.exact else (masked > budget), rows.numbers)


class Kinds:
    """Checks the shares of masked tokens that are [MASK], random and kept, against the settings.

    The standard error is computed from the rows: with p the expected share, a row with n masked tokens, k of them of this kind,
    adds (k - p n)^2. So it is also right if several tokens are masked together, and for any number of tokens per row.
    """

    def __init__(self, settings: dict[str, Any], vocabulary: Vocabulary) -> None:
        to_mask, to_random = settings["mask_replace_prob"], settings["random_replace_prob"]
        self.names = (vocabulary.tokens[vocabulary.mask_id], "random", "kept")
        # with probability 1 / ordinary tokens, a random token is the true one and looks kept
        same = to_random / max(len(vocabulary.ordinary_ids), 1)
        self.shares = (to_mask, to_random - same, 1 - to_mask - to_random + same)
        self.vocabulary = vocabulary
        self.counts, self.squares, self.total, self.strange = np.zeros(3, np.int64), np.zeros(3), 0, 0

    def add(self, rows: ShardRows) -> None:
        """Count the masked tokens of some rows."""
        shown, true = rows.shown_T[rows.place_P], rows.true_T[rows.place_P]
        is_mask, is_kept = shown == self.vocabulary.mask_id, shown == true
        kinds = (is_mask, ~is_mask & ~is_kept, is_kept)
        masked = np.diff(rows.mask_offsets)
        self.total += len(shown)
        self.strange += int((~is_mask & ~is_kept & ~self.vocabulary.is_ordinary[shown]).sum())
        for number, (kind, share) in enumerate(zip(kinds, self.shares, strict=True)):
            found = row_sums(kind, rows.mask_offsets)
            self.counts[number] += int(found.sum())
            self.squares[number] += float(((found - share * masked) ** 2).sum())

    def findings(self) -> list[Finding]:
        deviations = np.sqrt(self.squares)
        ok = all(
            within(int(count), self.total, share, float(deviation))
            for count, share, deviation in zip(self.counts, self.shares, deviations, strict=True)
        )
        total = max(self.total, 1)
        expected = " / ".join(f"{100 * share:.4g}" for share in self.shares)
        found = ", ".join(
            f"{100 * count / total:.2f} ± {100 * STANDARD_ERRORS * deviation / total:.2f} % {name}"
            for count, deviation, name in zip(self.counts, deviations, self.names, strict=True)
        )
        strange = (
            f"{self.strange:,} of {self.total:,}" if self.strange else f"none of {quantity(self.total, 'masked token')}"
        )
        return [
            Finding(
                f"masked tokens: {', '.join(self.names)}",
                f"{expected} %, within {STANDARD_ERRORS:g} standard errors",
                found,
                ok,
            ),
            Finding("no special token is inserted", f"none but {self.names[0]}", strange, not self.strange),
        ]
