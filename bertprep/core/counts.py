"""Counts with their nouns, which agree in number, and the phrase for each counter of a stage.

    1 document, 2,000 documents, 3 redirects

Programs read a counter by its key (manifests, `--json`); people read its phrase.
"""

from collections.abc import Iterable, Mapping

from .stages import UNKNOWN

# counter of a manifest -> its phrase in the singular and the plural
PHRASES = {
    # reading the corpus
    "files": ("file", "files"),
    "lines": ("line", "lines"),
    "lines_not_utf8": ("line not in UTF-8", "lines not in UTF-8"),
    "lines_not_json": ("line that is not a JSON object", "lines that are not JSON objects"),
    "lines_without_text": ("line without the text field", "lines without the text field"),
    "elements_not_utf8": ("element not in UTF-8", "elements not in UTF-8"),
    "elements_not_json": ("element that is not a JSON object", "elements that are not JSON objects"),
    "elements_without_text": ("element without the text field", "elements without the text field"),
    "records_not_whole": ("incomplete record", "incomplete records"),
    "rows_not_csv": ("row that is not CSV", "rows that are not CSV"),
    "rows_of_other_length": (
        "row whose number of fields differs from the header",
        "rows whose number of fields differs from the header",
    ),
    "rows_damaged": ("row that is not UTF-8 or damaged", "rows that are not UTF-8 or damaged"),
    "row_groups_damaged": ("damaged row group", "damaged row groups"),
    "batches_damaged": ("damaged record batch", "damaged record batches"),
    "pages_not_readable": ("page that cannot be read", "pages that cannot be read"),
    "records_damaged": ("damaged record", "damaged records"),
    "files_of_other_xml": ("file in an unsupported XML format", "files in an unsupported XML format"),
    "files_not_mail": ("file that is not e-mail", "files that are not e-mail"),
    "chapters_damaged": ("chapter that cannot be read", "chapters that cannot be read"),
    "files_without_text": ("file without the text column", "files without the text column"),
    "files_damaged": ("damaged file", "damaged files"),
    "files_of_other_kinds": ("file of an unknown format", "files of unknown formats"),
    "files_not_readable": ("file without permission to read", "files without permission to read"),
    "files_beside_data": ("file that is not data", "files that are not data"),
    "files_empty": ("empty file", "empty files"),
    "files_undivided": ("file without a document separator", "files without a document separator"),
    "windows_separated": ("part of a file with a document separator", "parts of files with a document separator"),
    "pages_read": ("page read", "pages read"),
    "pages_redirect": ("redirect", "redirects"),
    "pages_other_namespace": ("page of another namespace", "pages of other namespaces"),
    "pages_disambiguation": ("disambiguation page", "disambiguation pages"),
    "pages_empty": ("page without text", "pages without text"),
    "revisions_older": ("older revision of a page", "older revisions of pages"),
    "pages_of_other_status": ("page with an HTTP status other than 200", "pages with an HTTP status other than 200"),
    "pages_not_html": ("page that is not HTML", "pages that are not HTML"),
    "pages_not_decodable": ("page of unknown encoding", "pages of unknown encoding"),
    "pages_nested_too_deep": ("page nested too deeply", "pages nested too deeply"),
    "pages_with_too_many_attributes": ("page with too many attributes", "pages with too many attributes"),
    "pages_too_long": ("page that is too long", "pages that are too long"),
    "pages_damaged": ("damaged page", "damaged pages"),
    "pages_cut_short": ("truncated page", "truncated pages"),
    "records_of_other_kinds": ("record that is not a page", "records that are not pages"),
    "chapters_not_text": ("chapter that is not text of the book", "chapters that are not text of the book"),
    "chapters_empty": ("chapter without text", "chapters without text"),
    "chapters_missing": ("missing chapter", "missing chapters"),
    "messages_without_text": ("message without text", "messages without text"),
    "messages_empty": ("message with no text of its author", "messages with no text of their author"),
    "messages_not_decodable": ("message of unknown encoding", "messages of unknown encoding"),
    "messages_nested_too_deep": ("message nested too deep", "messages nested too deep"),
    "lines_quoted": ("quoted line", "quoted lines"),
    "lines_of_signatures": ("line of a signature", "lines of signatures"),
    "lines_attached": ("line of a pasted file or patch", "lines of pasted files or patches"),
    "articles_not_readable": ("article that cannot be read", "articles that cannot be read"),
    "articles_without_abstract": ("article without an abstract", "articles without an abstract"),
    "abstracts_in_other_languages": ("second abstract of an article", "second abstracts of articles"),
    "articles_empty": ("article without text", "articles without text"),
    "paragraphs_not_text": ("paragraph of contents or captions", "paragraphs of contents or captions"),
    "tracked_deletions": ("tracked deletion", "tracked deletions"),
    "blocks_of_code": ("block of code", "blocks of code"),
    "footnotes": ("footnote", "footnotes"),
    "formulas": ("formula", "formulas"),
    # documents and sentences
    "documents": ("document", "documents"),
    "documents_read": ("document read", "documents read"),
    "documents_cut": ("document split because of its length", "documents split because of their length"),
    "documents_other_language": ("document in another language", "documents in other languages"),
    "documents_empty": ("document without a sentence", "documents without a sentence"),
    "documents_short": ("document that is too short", "documents that are too short"),
    "documents_duplicate": ("duplicate document", "duplicate documents"),
    "documents_without_source": ("document without its source field", "documents without their source field"),
    "documents_also_held_out": ("copy of a held-out document", "copies of held-out documents"),
    "validation_ids": ("id of a document to hold out", "ids of documents to hold out"),
    "validation_ids_not_found": ("id that no document has", "ids that no document has"),
    "documents_of_one_sentence": ("document of a single sentence", "documents of a single sentence"),
    "documents_unwrapped": ("document with wrapped lines", "documents with wrapped lines"),
    "documents_composed": ("document normalized to NFC", "documents normalized to NFC"),
    "documents_decoded_twice": ("document decoded with the wrong encoding", "documents decoded with the wrong encoding"),
    "documents_with_tags": ("document with HTML tags", "documents with HTML tags"),
    "licence_texts": ("licence text of Project Gutenberg", "licence texts of Project Gutenberg"),
    "aozora_readings": ("reading (ruby) of Aozora Bunko", "readings (ruby) of Aozora Bunko"),
    "aozora_annotations": ("annotation of Aozora Bunko", "annotations of Aozora Bunko"),
    "aozora_notices": ("notice of Aozora Bunko", "notices of Aozora Bunko"),
    "rows_in_quotes": ("row whose text is in quotes", "rows whose text is in quotes"),
    "wikitext_headings": ("heading of WikiText", "headings of WikiText"),
    "wikitext_marks": ("mark of WikiText", "marks of WikiText"),
    "lines_joined": ("line joined", "lines joined"),
    "hyphens_removed": ("hyphenated word rejoined", "hyphenated words rejoined"),
    "page_numbers_removed": ("page number", "page numbers"),
    "windows_1252_codes": ("character of Windows-1252", "characters of Windows-1252"),
    "quotes_made_plain": ("quotation mark made plain", "quotation marks made plain"),
    "control_characters": ("control character", "control characters"),
    "blanks_joined": ("run of spaces joined", "runs of spaces joined"),
    "sentences": ("sentence", "sentences"),
    "sentences_cut": ("sentence split because of its length", "sentences split because of their length"),
    "sentences_incomplete": ("sentence in which a word is missing", "sentences in which a word is missing"),
    "templates_unknown": ("unknown template where a word is missing", "unknown templates where a word is missing"),
    "sentences_without_letters": ("sentence without a letter", "sentences without a letter"),
    "sentences_without_end_mark": ("sentence without an end mark", "sentences without an end mark"),
    "words": ("word", "words"),
    "characters": ("character", "characters"),
    # cleaned sentences
    "input_documents": ("document of the input", "documents of the input"),
    "input_sentences": ("sentence of the input", "sentences of the input"),
    "input_words": ("word of the input", "words of the input"),
    "clusters_of_near_duplicates": ("cluster of near-duplicates", "clusters of near-duplicates"),
    "documents_without_stop_words": (
        "document in a language without a list of stop words",
        "documents in languages without a list of stop words",
    ),
    "holes": ("place where sentences were removed", "places where sentences were removed"),
    # vocabulary
    "distinct_words": ("distinct word", "distinct words"),
    "letters_stripped": ("letter without a mark that it needs", "letters without a mark that they need"),
    "letters_taken_apart": ("letter decomposed", "letters decomposed"),
    "entries": ("entry", "entries"),
    # pairs
    "documents_without_pair": ("document without a pair", "documents without a pair"),
    "tokens": ("token", "tokens"),
    "tokens_left_over": ("token left over", "tokens left over"),
    "tokens_trimmed": ("token trimmed", "tokens trimmed"),
    "tokens_dropped": ("token in dropped pairs", "tokens in dropped pairs"),
    "tokens_in_pairs": ("token in pairs", "tokens in pairs"),
    "tokens_unknown": ("unknown token", "unknown tokens"),
    "pairs": ("pair", "pairs"),
    "pairs_random": ("random pair", "random pairs"),
    "pairs_of_two_sources": ("pair of two sources", "pairs of two sources"),
    "pairs_dropped": ("pair dropped without a partner", "pairs dropped without a partner"),
    # shards
    "rows": ("row", "rows"),
    "tokens_ordinary": ("ordinary token", "ordinary tokens"),
    "masked": ("masked token", "masked tokens"),
    "masked_as_mask": ("token replaced by [MASK]", "tokens replaced by [MASK]"),
    "masked_as_random": ("token replaced by a random one", "tokens replaced by random ones"),
    "masked_as_itself": ("masked token that is kept", "masked tokens that are kept"),
}  # fmt: skip

BY_RULE = {f"rejected_{noun}s_": noun for noun in ("document", "sentence", "word")}  # counters of each rule of `clean`
WITHOUT_TEXT_FIELD = (
    "without_text_field_"  # plus the field's number: documents in which one of several text fields is empty
)
BY_SCRIPT = {"words_": "word", "characters_": "character"}  # prefixes of the counters kept per script


def by_script(counters: Mapping[str, int]) -> str:
    """`900 Latin words, 12 Thai characters`: the words of a corpus by script, the most frequent first."""
    names = [name for name in counters if name.startswith(tuple(BY_SCRIPT))]
    return ", ".join(told(counters, sorted(names, key=lambda name: (-counters[name], name))))


def quantity(count: int, noun: str) -> str:
    """Format a count with its noun, given in the singular.

    >>> quantity(1, "document"), quantity(2000, "document"), quantity(0, "pass"), quantity(3, "entry"), quantity(2, "day")
    ('1 document', '2,000 documents', '0 passes', '3 entries', '2 days')
    """
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a regular English noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def agreeing(count: int, one: str, more: str) -> str:
    """The verb or noun that agrees with a count, as in `1 document has`, `2 documents have`."""
    return one if count == 1 else more


def phrase(counter: str, count: int = 2) -> str:
    """The phrase for a counter of a manifest; a counter that this version does not know is shown by its key."""
    if counter.startswith(UNKNOWN):
        return f"{plural('unknown token') if count != 1 else 'unknown token'} in {counter.removeprefix(UNKNOWN)}"
    if counter.startswith(WITHOUT_TEXT_FIELD):
        number = counter.removeprefix(WITHOUT_TEXT_FIELD)
        return f"{'document' if count == 1 else 'documents'} without text field {number}"
    for prefix, noun in BY_RULE.items():
        if counter.startswith(prefix):
            rule = counter.removeprefix(prefix).replace("_", "-")
            return f"{noun if count == 1 else plural(noun)} rejected by {rule}"
    for prefix, noun in BY_SCRIPT.items():
        if counter.startswith(prefix):
            script = counter.removeprefix(prefix)
            return f"{script if script == 'other' else script.capitalize()} {noun if count == 1 else plural(noun)}"
    one, more = PHRASES.get(counter, (counter.replace("_", " "),) * 2)
    return one if count == 1 else more


def told(counters: Mapping[str, int], names: Iterable[str]) -> list[str]:
    """Format each of these counters that is not 0, as in `3 redirects`."""
    return [f"{counters[name]:,} {phrase(name, counters[name])}" for name in names if counters.get(name)]
