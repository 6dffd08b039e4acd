"""What can be asked of `segment`."""

import dataclasses
import re
import reprlib

from ..core.errors import UsageError
from ..core.fields import setting
from ..corpus.settings import ReadSettings

LANGUAGE = re.compile("[a-z]{2,3}")


@dataclasses.dataclass(frozen=True)
class SegmentSettings(ReadSettings):
    """Corpus files -> documents of sentences. Draws nothing at random."""

    lang: str = setting(
        "auto",
        "Language of the corpus as a code (en, zh, ...); auto tells it by document.",
    )
    line_breaks: str = setting(
        "auto",
        "What the end of a line means: nothing where text is wrapped, as in books, mail and text of PDF files, and the end of a "
        "paragraph elsewhere (auto, told by document); paragraph or wrapped says it for all documents.",
        choices=("auto", "paragraph", "wrapped"),
    )
    keep_languages: str | None = setting(
        None,
        "Leave out documents in other languages than these codes, separated by commas (en,zh); und is a language that "
        "is not known.",
    )
    splitter: str = setting(
        "rules",
        "How text becomes sentences: by rules; one sentence a line (lines), as in the original BERT script's input; or by the "
        "library sentencex (extra sentencex).",
        choices=("rules", "lines", "sentencex"),
    )
    abbreviations: str | None = setting(
        None,
        "File with abbreviations after which no sentence ends, separated by white space, # for comments; "
        "in place of the lists for known languages.",
        unit="file",
    )
    validation_share: float = setting(
        0.02, "Share of the documents kept apart for validation.", minimum=0.0, maximum=0.5
    )
    partitions: int | None = setting(
        None, "Number of training partitions [default: from the size of the input].", minimum=1, maximum=4096
    )
    limit: int | None = setting(None, "Read only the first so many documents.", minimum=1)
    min_document_chars: int = setting(0, "Leave out documents shorter than this.", minimum=0, unit="characters")
    max_document_chars: int = setting(2_000_000, "Cut longer documents into several.", minimum=1000, unit="characters")
    max_sentence_chars: int = setting(10_000, "Cut longer sentences at spaces.", minimum=10, unit="characters")
    unicode_nfc: bool = setting(
        True, "Bring text into Unicode's composed form (NFC).", option="--unicode-nfc/--keep-unicode"
    )
    drop_control: bool = setting(True, "Leave out control characters.", option="--drop-control/--keep-control")
    join_blanks: bool = setting(
        True, "Make one space of tabs, odd spaces and runs of them.", option="--join-blanks/--keep-blanks"
    )
    drop_symbols: bool = setting(True, "Leave out sentences without a letter.", option="--drop-symbols/--keep-symbols")
    keep_duplicates: bool = setting(
        False, "Keep documents whose cleaned text is the same.", option="--keep-duplicates/--drop-duplicates"
    )

    @property
    def whole_bytes(self) -> int:
        """So many bytes of UTF-8 have more characters than `max_document_chars`, and are cut and counted anyway."""
        return 4 * (self.max_document_chars + 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lang != "auto" and not LANGUAGE.fullmatch(self.lang):  # it names a file of abbreviations, too
            raise UsageError(
                f"--lang is {reprlib.repr(self.lang)}; it must be auto, or the code of a language in two or three small "
                "letters, such as en, de or zh"
            )
        if self.keep_languages is not None:
            self._check_keep_languages(self.keep_languages)
        if self.abbreviations is not None and self.splitter != "rules":
            raise UsageError(
                f"--abbreviations has no part in --splitter {self.splitter}; leave it out, or say --splitter rules"
            )

    def _check_keep_languages(self, given: str) -> None:
        """Bring the codes into one order, so that the same ones are the same setting."""
        kept = sorted(set(given.replace(" ", "").split(",")))
        if wrong := [code for code in kept if not LANGUAGE.fullmatch(code)]:
            raise UsageError(
                f"--keep-languages has {reprlib.repr(wrong[0])}; it takes codes of two or three small letters separated by "
                "commas, such as en,zh"
            )
        if self.lang not in ("auto", *kept):
            raise UsageError(
                f"--lang {self.lang} is not among --keep-languages {','.join(kept)}, so no document would be left; leave one out"
            )
        object.__setattr__(self, "keep_languages", ",".join(kept))
