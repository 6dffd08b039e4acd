"""Settings of `train-vocab`."""

import dataclasses

from ..core.fields import Settings, setting

WORDPIECE = "wordpiece"
WORDS_ADDED = 1000  # default of --add


@dataclasses.dataclass(frozen=True)
class VocabSettings(Settings):
    """Options of `train-vocab`, which uses no random numbers."""

    model: str = setting(
        WORDPIECE,
        "Kind of vocabulary: wordpiece (BERT), bpe, byte-bpe (RoBERTa) or unigram (ALBERT, XLM-R).",
        choices=(WORDPIECE, "bpe", "byte-bpe", "unigram"),
    )
    size: int = setting(
        30522,
        "Vocabulary size, including special tokens.",
        minimum=100,
        maximum=1_000_000,
        source="Devlin et al. 2019, section 3",
    )
    multiple_of: int = setting(
        1,
        "Round the vocabulary size up to a multiple of this, such as 64, which suits tensor cores; with --extend, by "
        "adding [unusedN] entries.",
        minimum=1,
        maximum=1024,
    )
    lowercase: bool = setting(True, "Lowercase the text, as the uncased models do.", option="--lowercase/--cased")
    strip_accents: bool | None = setting(
        None,
        "Remove accents and other combining marks [default: as --lowercase, like BERT].",
        option="--strip-accents/--keep-accents",
    )
    min_frequency: int = setting(
        2,
        "Merge two pieces only if they occur together at least this many times; with --extend, add a word only if it "
        "occurs at least this many times.",
        minimum=1,
    )
    unused: int = setting(0, "Number of free [unusedN] entries to reserve.", minimum=0, maximum=10_000)
    add: int | None = setting(
        None,
        f"With --extend: number of words to add, chosen to save the most pieces [default: {WORDS_ADDED:,}].",
        minimum=1,
        maximum=100_000,
    )
