"""What can be asked of `train-vocab`."""

import dataclasses

from ..core.fields import Settings, setting


@dataclasses.dataclass(frozen=True)
class VocabSettings(Settings):
    """Sentences -> a WordPiece vocabulary. Draws nothing at random."""

    size: int = setting(
        30522,
        "Entries in the vocabulary, special tokens included.",
        minimum=100,
        maximum=1_000_000,
        source="Devlin et al. 2019, section 3",
    )
    lowercase: bool = setting(True, "Lower-case the text, as the uncased models do.", option="--lowercase/--cased")
    strip_accents: bool | None = setting(
        None,
        "Remove combining marks [default: as --lowercase, like the original].",
        option="--strip-accents/--keep-accents",
    )
    min_frequency: int = setting(2, "Merge two pieces only if they occur together at least this often.", minimum=1)
    unused: int = setting(0, "Keep so many [unusedN] entries free for later.", minimum=0, maximum=10_000)
