"""Warnings about the output of a stage that is probably not as intended, from the counters of its manifest."""

from bertprep.clean.settings import CleanSettings
from bertprep.core.counts import agreeing, quantity
from bertprep.core.stages import MOST_UNKNOWN
from bertprep.pairs import validation
from bertprep.pairs.pair import tokens_drawn
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import Manifest

from . import cleaned
from .summaries import share, unknown_tokens, without_text_fields

MANY_WITH_TAGS = 0.1  # share of the documents
MUCH_TRIMMED = 0.25  # share of the tokens; about 0.01 at the default length
MANY_IN_QUOTES = 0.02  # share of the documents; a few texts may really be quotations


def warnings(manifest: Manifest, source: Manifest | None = None) -> list[str]:
    """Warnings about a folder; `source` is the folder it was made from."""
    find = WARNINGS.get(manifest.stage)
    found = (
        find(manifest.counters) if find else None,
        _decoded_twice(manifest.counters),
        _files_cut(manifest),
        _files_undivided(manifest.counters),
        _wikitext(manifest),
        _tags_of_html(manifest),
        _rows_in_quotes(manifest.counters),
        _field_nowhere(manifest),
        _trimmed(manifest),
        validation.lost(manifest, source),
        cleaned.mostly_rejected(manifest),
        cleaned.languages_missing(manifest),
    )
    return [warning for warning in found if warning]


def _decoded_twice(counted: dict[str, int]) -> str | None:
    """A warning if the text of the corpus was already damaged (decoded with the wrong encoding)."""
    count = counted.get("documents_decoded_twice", 0)
    if not count:
        return None
    return (
        f"{count:,} of {quantity(counted['documents_read'], 'document')} {agreeing(count, 'looks', 'look')} as if "
        f"decoded with the wrong encoding (donâ€™t for don’t); "
        "the text is kept unchanged. Repair the corpus, for example with the library ftfy, and segment it again"
    )


def _tags_of_html(manifest: Manifest) -> str | None:
    """A warning if many documents contain HTML tags."""
    count, read = manifest.counters.get("documents_with_tags", 0), manifest.counters.get("documents_read", 0)
    if not count or count < MANY_WITH_TAGS * read:
        return None
    return (
        f"{count:,} of {quantity(read, 'document')} {agreeing(count, 'contains', 'contain')} HTML tags such as <p>, which were "
        "kept as text; --html removes them"
    )


def _rows_in_quotes(counted: dict[str, int]) -> str | None:
    """A warning if quotation marks around TSV fields were kept as text."""
    count, read = counted.get("rows_in_quotes", 0), counted.get("documents_read", 0)
    if count < max(2, MANY_IN_QUOTES * read):
        return None
    return (
        f"{quantity(count, 'row')} of TSV, of {quantity(read, 'document')}, begin and end with a quotation mark, which was "
        "kept as text. If the program that wrote the file put them there, use --quoting standard; if they are text, "
        "--quoting none"
    )


def _files_cut(manifest: Manifest) -> str | None:
    """A warning if files that should be one document each were split."""
    settings, count = manifest.settings, manifest.counters.get("documents_cut", 0)
    if manifest.stage != "segment" or settings.get("document_separator") != "file" or not count:
        return None
    return (
        f"{quantity(count, 'document')} {agreeing(count, 'was', 'were')} split although --document-separator is "
        f"file, because {agreeing(count, 'it has', 'they have')} more than "
        f"{quantity(settings['max_document_chars'], 'character')}. A larger --max-document-chars keeps such documents whole"
    )


def _files_undivided(counted: dict[str, int]) -> str | None:
    """A warning if long files have no document boundaries: the opposite mistake of `_one_sentence`."""
    count = counted.get("files_undivided", 0)
    if not count:
        return None
    return (
        f"{count:,} of {quantity(counted['files'], 'file')} {agreeing(count, 'is', 'are')} one long document "
        f"each, without anything that separates documents. Is each line a "
        "document? Then use --document-separator line; or name the marker between them; or, if each file is one document, use "
        "--document-separator file"
    )


def _wikitext(manifest: Manifest) -> str | None:
    """A warning if paragraphs of WikiText became documents."""
    count = manifest.counters.get("wikitext_headings", 0)
    if not count or manifest.settings["document_separator"] != "blank-line":
        return None
    return (
        f"{quantity(count, 'line')} {agreeing(count, 'is a heading', 'are headings')} such as = Title = of "
        f"WikiText, and each paragraph there became a document. Use "
        "--document-separator 're: = ([^=].*) = ' to make each article one"
    )


def _one_sentence(counted: dict[str, int]) -> str | None:
    """A warning if sentences or paragraphs were taken for documents, a common mistake that makes a corpus useless."""
    if counted["documents_of_one_sentence"] * 2 <= counted["documents"]:
        return None
    return (
        f"{counted['documents_of_one_sentence']:,} of {quantity(counted['documents'], 'document')} "
        f"{agreeing(counted['documents_of_one_sentence'], 'has', 'have')} a single sentence, which gives no "
        "pair. If blank lines separate sentences or paragraphs, use --document-separator file, or put blank lines "
        "between documents only. If each document is one sentence, such as a tweet or a formula, use --pairing none in "
        "build-pairs, which needs no pairs"
    )


def _sentences_amiss(counted: dict[str, int]) -> str | None:
    return _one_sentence(counted) or _without_end_mark(counted)


def _without_end_mark(counted: dict[str, int]) -> str | None:
    """A warning if many sentences have no end mark, such as lines of wrapped text, table rows and menus."""
    count = counted.get("sentences_without_end_mark", 0)
    if count * 3 <= counted["sentences"]:
        return None
    return (
        f"{count:,} of {quantity(counted['sentences'], 'sentence')} {agreeing(count, 'ends', 'end')} without a "
        f"punctuation mark. If they are lines of wrapped text, use "
        "--line-breaks wrapped. Otherwise look at some with bertprep inspect: tables, menus and lists make poor pairs"
    )


def _stripped(counted: dict[str, int]) -> str | None:
    """A warning if stripping accents damages the script, such as Hindi vowel signs or Korean syllables."""
    if (apart := counted.get("letters_taken_apart", 0)) * 100 > counted["words"]:
        return (
            f"stripping accents decomposes {quantity(apart, 'letter')} in {quantity(counted['words'], 'word')}, "
            f"such as Korean syllables into single "
            "letters. Use --keep-accents"
        )
    if counted["letters_stripped"] * 100 <= counted["words"]:
        return None
    return (
        f"stripping accents removes from {quantity(counted['letters_stripped'], 'letter')} in "
        f"{quantity(counted['words'], 'word')} a mark that their "
        "script needs, such as a vowel sign, so that different words become the same. Use --keep-accents"
    )


def _unknown(counted: dict[str, int]) -> str | None:
    """A warning if many tokens are unknown: the vocabulary is for another language or another normalization."""
    if counted.get("tokens_unknown", 0) <= MOST_UNKNOWN * counted["tokens"]:
        return None
    return (
        f"{unknown_tokens(counted)}. The vocabulary cannot represent these words, and the model learns nothing about them. Use a "
        "vocabulary trained on this kind of text and with the same casing and accents, or a larger one"
    )


WARNINGS = {"segment": _sentences_amiss, "clean": _sentences_amiss, "train-vocab": _stripped, "build-pairs": _unknown}


def _field_nowhere(manifest: Manifest) -> str | None:
    """A warning if one of several text fields exists in no document, and is probably misspelt."""
    names = without_text_fields(manifest, everywhere=True) if manifest.stage == "segment" else []
    if not names:
        return None
    return f"no document has text in {' or '.join(names)}, which --text-field names; check the name"


def _trimmed(manifest: Manifest) -> str | None:
    """A warning if rows are too short for the sentences of the corpus, so that much of the text is cut off."""
    counted, settings = manifest.counters, manifest.settings
    if manifest.stage != "build-pairs" or counted["tokens_trimmed"] <= MUCH_TRIMMED * tokens_drawn(counted):
        return None
    lost = f"{share(counted['tokens_trimmed'], tokens_drawn(counted))} of the tokens are trimmed"
    room = quantity(settings["max_length"], "token")
    if settings["pairing"] == "none":
        return f"{lost}: many sentences do not fit into {room}. Use a larger --max-length"
    return (
        f"{lost}: two sentences often do not fit into {room}. Use a larger --max-length, or --pairing none, which needs room for "
        "one"
    )


SOME_LANGUAGES = (
    "ar, de, en, es, fr, hi, it, ja, ko, pt, ru, tr and zh"  # widely spoken languages, as examples of codes
)


def language_warnings(settings: SegmentSettings | CleanSettings) -> list[str]:
    """Warnings about the languages in the settings."""
    from bertprep.languages.given import question

    found = [_without_rules(settings)] if isinstance(settings, SegmentSettings) else []
    for code in (settings.keep_languages or "").split(","):
        if asked := question([code]):
            found.append(f"--keep-languages has {code}: {asked} {code} is the code of another language")
    return [each for each in found if each]


def _without_rules(settings: SegmentSettings) -> str | None:
    """A warning if there are no specific rules for the language of --lang, else None."""
    from bertprep.languages import codes
    from bertprep.languages.given import question

    if settings.splitter != "rules" or settings.lang in ("auto", "und", *(known := codes())):
        return None
    text = f"--lang {settings.lang}: "
    if asked := question([settings.lang]):
        text += f"{asked} "
    text += "There are no specific rules or abbreviations for this language, so its sentences are split by the general rules"
    if asked:
        return text
    return (
        f"{text}. {len(known)} languages have rules of their own, among them {SOME_LANGUAGES}. "
        "--splitter sentencex has lists for more"
    )
