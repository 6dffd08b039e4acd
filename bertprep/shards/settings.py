"""Settings of `mask`."""

import dataclasses

from ..core.errors import UsageError
from ..core.fields import Settings, setting


@dataclasses.dataclass(frozen=True)
class MaskSettings(Settings):
    """Pairs -> masked examples in shards of equal size."""

    mask_prob: float = setting(
        0.15,
        "Fraction of the tokens, special tokens excepted, to mask and predict; rounded, but at least one token per row.",
        minimum=0.0,
        maximum=0.95,
        source="Devlin et al. 2019, section 3.1",
    )
    mask_replace_prob: float = setting(
        0.8,
        "Fraction of the masked tokens replaced by [MASK].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    random_replace_prob: float = setting(
        0.1,
        "Fraction of the masked tokens replaced by a random token; the rest is kept.",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    max_predictions: int | None = setting(
        None,
        "Maximum number of masked tokens per row [default: no limit].",
        minimum=1,
        source="max_predictions_per_seq",
    )
    strategy: str = setting(
        "token",
        "Units that are masked together: token, single tokens; whole-word, all pieces of a word; whole-word-zh, Chinese words "
        "too, found by a word segmenter (extra zh); whole-word-ja, -th, -km and -lo, the same for Japanese, Thai, Khmer and Lao "
        "(extras ja, th, km, lo); span, up to 10 consecutive words (SpanBERT).",
        choices=(
            "token",
            "whole-word",
            "whole-word-zh",
            "whole-word-ja",
            "whole-word-th",
            "whole-word-km",
            "whole-word-lo",
            "span",
        ),
    )
    copies: int = setting(
        1, "Number of independently masked copies of every pair.", minimum=1, maximum=1000, source="dupe_factor"
    )
    shards: int | None = setting(
        None, "Number of training shards per copy [default: one per pair file].", minimum=1, maximum=65536
    )
    compression: str = setting(
        "none",
        "Compression of the shards: zstd saves a third, lz4 an eighth, but compressed shards cannot be memory-mapped.",
        choices=("none", "zstd", "lz4"),
    )
    seed: int = setting(0, "Random seed of the masks.", minimum=0, maximum=2**63 - 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mask_replace_prob + self.random_replace_prob > 1:
            raise UsageError(
                f"--mask-replace-prob {self.mask_replace_prob} and --random-replace-prob {self.random_replace_prob} "
                "add up to more than 1"
            )
