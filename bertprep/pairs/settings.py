"""Settings of `build-pairs`."""

import dataclasses

from ..core.fields import Settings, setting
from .pairings import PAIRINGS


@dataclasses.dataclass(frozen=True)
class PairSettings(Settings):
    """Sentences and a vocabulary -> sentence pairs."""

    max_length: int = setting(
        128,
        "Maximum length of a row, including special tokens.",
        minimum=16,
        maximum=8192,
        unit="tokens",
        source="Devlin et al. 2019, A.2",
    )
    pairing: str = setting(
        "matched",
        "How pairs are made: " + "; ".join(f"{name}, {each.help}" for name, each in PAIRINGS.items()) + ".",
        choices=tuple(PAIRINGS),
    )
    short_probability: float = setting(
        0.1,
        "Probability that a pair is built to a random shorter length.",
        minimum=0.0,
        maximum=1.0,
        source="create_pretraining_data.py, short_seq_prob",
    )
    passes: int = setting(
        1,
        "Number of passes over the text, each split and paired differently.",
        minimum=1,
        maximum=1000,
        source="dupe_factor",
    )
    seed: int = setting(0, "Random seed of the pairs.", minimum=0, maximum=2**63 - 1)
