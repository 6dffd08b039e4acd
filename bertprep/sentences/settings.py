"""Settings of `segment`."""

import dataclasses

from ..core.errors import UsageError
from ..core.fields import setting
from ..corpus.settings import ReadSettings
from ..languages.given import language_codes

ONE_LANGUAGE = "must be auto, or the code of a language in two or three small letters, such as en, de or zh"
SEVERAL_LANGUAGES = "takes codes of two or three small letters separated by commas, such as en,zh"


def kept_languages(given: str) -> str:
    """Normalize the codes of `--keep-languages`, so that equal sets are equal settings; `UsageError` if one is invalid."""
    return ",".join(sorted(set(language_codes(given.split(","), "--keep-languages has", SEVERAL_LANGUAGES))))


@dataclasses.dataclass(frozen=True)
class SegmentSettings(ReadSettings):
    """Options of `segment`, which uses no random numbers."""

    lang: str = setting(
        "auto",
        "Language of the corpus as a code (en, zh, also deu or pt-BR); auto detects it for each document.",
    )
    line_breaks: str = setting(
        "auto",
        "What a line break means: paragraph, it ends a paragraph; wrapped, the text is wrapped at some width, as in "
        "books, mail and text extracted from PDF, and lines are joined; auto decides for each document of plain text, "
        "also for text in fields, and is paragraph for EPUB, Word, Markdown, web pages, articles and wikis.",
        choices=("auto", "paragraph", "wrapped"),
    )
    keep_languages: str | None = setting(
        None,
        "Keep only documents in these languages: codes separated by commas, such as en,zh; und means unknown.",
    )
    splitter: str = setting(
        "rules",
        "How text is split into sentences: rules, the built-in rules; lines, one sentence per line, as the original "
        "BERT script expects; sentencex, the library of that name (extra sentencex).",
        choices=("rules", "lines", "sentencex"),
    )
    abbreviations: str | None = setting(
        None,
        "File of abbreviations that do not end a sentence, separated by white space, # for comments; replaces the built-in "
        "lists.",
        unit="file",
    )
    validation_share: float = setting(
        0.02, "Fraction of the documents held out for validation.", minimum=0.0, maximum=0.5
    )
    partitions: int | None = setting(
        None, "Number of training partitions [default: depends on the size of the input].", minimum=1, maximum=4096
    )
    limit: int | None = setting(None, "Read at most this many documents.", minimum=1)
    min_document_chars: int = setting(0, "Drop documents shorter than this.", minimum=0, unit="characters")
    max_document_chars: int = setting(
        2_000_000, "Split longer documents into several.", minimum=1000, unit="characters"
    )
    max_sentence_chars: int = setting(10_000, "Split longer sentences at spaces.", minimum=10, unit="characters")
    unicode_nfc: bool = setting(
        True, "Normalize Unicode to composed characters (NFC).", option="--unicode-nfc/--keep-unicode"
    )
    drop_control: bool = setting(True, "Remove control characters.", option="--drop-control/--keep-control")
    join_blanks: bool = setting(
        True, "Replace tabs, special spaces and runs of spaces by one space.", option="--join-blanks/--keep-blanks"
    )
    plain_quotes: bool = setting(
        False,
        "Replace typographic quotation marks and apostrophes by plain ones (\" and '), except in languages without "
        "spaces between words. Their style can reveal the publisher, and so whether B follows A.",
        option="--plain-quotes/--keep-quotes",
    )
    drop_symbols: bool = setting(True, "Drop sentences without a letter.", option="--drop-symbols/--keep-symbols")
    keep_duplicates: bool = setting(
        False,
        "Of documents with the same text after cleaning, keep one, or keep all.",
        option="--keep-duplicates/--drop-duplicates",
    )

    @property
    def whole_bytes(self) -> int:
        """A size in bytes of UTF-8 above which a text always exceeds `max_document_chars`."""
        return 4 * (self.max_document_chars + 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lang != "auto":  # it also selects the file of abbreviations
            [code] = language_codes([self.lang], "--lang is", ONE_LANGUAGE)
            object.__setattr__(self, "lang", code)
        if self.keep_languages is not None:
            self._check_keep_languages(self.keep_languages)
        if self.abbreviations is not None and self.splitter != "rules":
            raise UsageError(
                f"--abbreviations has no effect with --splitter {self.splitter}; leave it out, or use --splitter rules"
            )

    def _check_keep_languages(self, given: str) -> None:
        """`UsageError` if the corpus language is not among the codes."""
        kept = kept_languages(given)
        if self.lang not in ("auto", *kept.split(",")):
            raise UsageError(
                f"--lang {self.lang} is not among --keep-languages {kept}, so no document would remain; "
                "drop one of the two options"
            )
        object.__setattr__(self, "keep_languages", kept)
