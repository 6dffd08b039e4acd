"""What can be asked of `mask`."""

import dataclasses

from ..core.errors import UsageError
from ..core.fields import Settings, setting


@dataclasses.dataclass(frozen=True)
class MaskSettings(Settings):
    """Pairs -> masked examples in shards of equal size."""

    mask_prob: float = setting(
        0.15,
        "Share of the ordinary tokens that the model must predict.",
        minimum=0.0,
        maximum=0.95,
        source="Devlin et al. 2019, section 3.1",
    )
    mask_replace_prob: float = setting(
        0.8,
        "Share of the chosen tokens that become [MASK].",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    random_replace_prob: float = setting(
        0.1,
        "Share of the chosen tokens that become a random token; the rest stays.",
        minimum=0.0,
        maximum=1.0,
        source="Devlin et al. 2019, section 3.1",
    )
    max_predictions: int | None = setting(
        None, "At most so many predictions a row [default: no limit].", minimum=1, source="max_predictions_per_seq"
    )
    strategy: str = setting(
        "token",
        "What is chosen together: token, single ones; whole-word, all pieces of a word; whole-word-zh, Chinese words "
        "too, found by a segmenter (extra zh); span, up to 10 neighbouring words (SpanBERT).",
        choices=("token", "whole-word", "whole-word-zh", "span"),
    )
    copies: int = setting(
        1, "Mask everything so many times, independently.", minimum=1, maximum=1000, source="dupe_factor"
    )
    shards: int | None = setting(
        None, "Number of training shards a copy [default: as many as there are pair files].", minimum=1, maximum=65536
    )
    compression: str = setting(
        "none",
        "Compress the shards: zstd takes a third off, lz4 an eighth. Readers cannot map them then: what is open is in memory.",
        choices=("none", "zstd", "lz4"),
    )
    seed: int = setting(0, "Another seed, other masks.", minimum=0, maximum=2**63 - 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mask_replace_prob + self.random_replace_prob > 1:
            raise UsageError(
                f"--mask-replace-prob {self.mask_replace_prob} and --random-replace-prob {self.random_replace_prob} "
                "add up to more than 1"
            )
