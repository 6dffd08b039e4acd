"""What a finished stage says of itself in a few lines, from the counters of its manifest."""

from bertprep.clean.settings import CleanSettings
from bertprep.core.counts import WITHOUT_TEXT_FIELD, agreeing, by_script, quantity, told
from bertprep.core.stages import MOST_UNKNOWN, UNKNOWN
from bertprep.corpus.bad_input import REASONS, REPORT
from bertprep.pairs import validation
from bertprep.pairs.pair import tokens_drawn
from bertprep.pairs.pairings import PAIRINGS
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import Manifest

from . import cleaned

# Devlin et al. 2019, section 3.1: 2,500 million words of English Wikipedia
BERT_WIKIPEDIA_WORDS = 2_500_000_000
MANY_WITH_TAGS = 0.1  # of the documents
MANY_IN_QUOTES = 0.02  # of the documents; some texts are a quotation


def share(part: int, whole: int) -> str:
    """`12.3 %`."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    if 0 < percent < 0.001:
        return "under 0.001 %"
    return f"{percent:.1f} %" if percent >= 0.1 else f"{percent:.1g} %"


def segment(manifest: Manifest) -> list[str]:
    """Documents, sentences and words, and what was left out."""
    counted = manifest.counters
    lines = [
        f"{quantity(counted['documents'], 'document')}, {quantity(counted['sentences'], 'sentence')}, "
        f"{quantity(counted['words'], 'word')} ({by_script(counted)})",
        f"held out for validation: {quantity(manifest.parts_rows('validation'), 'document')}",
    ]
    if counted["words"] >= BERT_WIKIPEDIA_WORDS // 1000:
        lines.append(f"{share(counted['words'], BERT_WIKIPEDIA_WORDS)} of the words of BERT's English Wikipedia")
    skipped = told(counted, (name for name in counted if name in LEFT_OUT))
    if counted.get("documents_unwrapped"):
        lines.append(
            f"wrapped lines joined in {quantity(counted['documents_unwrapped'], 'document')} "
            f"({quantity(counted['lines_joined'], 'line')}, "
            f"{quantity(counted['hyphens_removed'], 'hyphenated word')} rejoined)"
        )
    if counted.get("quotes_made_plain"):
        lines.append(
            f"{counted['quotes_made_plain']:,} typographic quotation marks and apostrophes replaced by plain ones"
        )
    if kept := [*told(counted, ["documents_without_source"]), *_without_text_fields(manifest)]:
        lines.append(f"kept nevertheless: {', '.join(kept)}")
    if skipped:
        lines.append("dropped or split: " + ", ".join(skipped))
    if first := manifest.content.get("skipped"):
        lines.append(f"bad input skipped, first: {'; '.join(first)}; listed in {report_of_rejected(manifest)}")
    if templates := manifest.content.get("unknown_templates"):
        lines.append(
            f"{told(counted, ['templates_unknown'])[0]}, most often: {', '.join(templates)}; define them with "
            "--templates FILE"
        )
    return lines


def report_of_rejected(manifest: Manifest) -> str:
    """Where the file is that tells of the bad input that was skipped."""
    entry = next(part for part in manifest.content["parts"] if part["name"] == REPORT)
    return str(manifest.location(entry))


LEFT_OUT = (
    *REASONS,
    "files_of_other_kinds",
    "files_not_readable",
    "files_beside_data",
    "files_empty",
    "pages_redirect",
    "pages_other_namespace",
    "pages_disambiguation",
    "pages_empty",
    "revisions_older",
    "pages_of_other_status",
    "pages_not_html",
    "pages_not_decodable",
    "pages_nested_too_deep",
    "pages_with_too_many_attributes",
    "pages_too_long",
    "pages_damaged",
    "pages_cut_short",
    "records_of_other_kinds",
    "chapters_not_text",
    "chapters_empty",
    "chapters_missing",
    "articles_empty",
    "articles_without_abstract",
    "abstracts_in_other_languages",
    "messages_without_text",
    "messages_empty",
    "messages_not_decodable",
    "messages_nested_too_deep",
    "lines_quoted",
    "lines_of_signatures",
    "documents_cut",
    "documents_other_language",
    "documents_empty",
    "documents_short",
    "documents_duplicate",
    "documents_also_held_out",
    "sentences_cut",
    "sentences_incomplete",
    "licence_texts",
    "aozora_notices",
    "aozora_annotations",
    "aozora_readings",
    "wikitext_headings",
    "page_numbers_removed",
    "sentences_without_letters",
)


def _without_text_fields(manifest: Manifest, everywhere: bool = False) -> list[str]:
    """In how many documents which of several text fields is empty; the names of those that are `everywhere`, or the others."""
    counted, read, found = manifest.counters, manifest.counters.get("documents_read", 0), []
    for number, name in enumerate(str(manifest.settings.get("text_field", "")).split(","), 1):
        count = counted.get(f"{WITHOUT_TEXT_FIELD}{number}", 0)
        if count and (count >= read) == everywhere:
            found.append(name.strip() if everywhere else f"{quantity(count, 'document')} without {name.strip()}")
    return found


def _field_nowhere(manifest: Manifest) -> str | None:
    """That a name among several text fields is probably misspelt."""
    names = _without_text_fields(manifest, everywhere=True) if manifest.stage == "segment" else []
    if not names:
        return None
    return f"no document has text in {' or '.join(names)}, which --text-field names; check the name"


def warnings(manifest: Manifest, source: Manifest | None = None) -> list[str]:
    """What is probably not as meant in a folder; `source` is the one that it was made from."""
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
        validation.lost(manifest, source),
        cleaned.mostly_rejected(manifest),
        cleaned.languages_missing(manifest),
    )
    return [warning for warning in found if warning]


def _decoded_twice(counted: dict[str, int]) -> str | None:
    """That the text was damaged before it came here."""
    count = counted.get("documents_decoded_twice", 0)
    if not count:
        return None
    return (
        f"{count:,} of {quantity(counted['documents_read'], 'document')} {agreeing(count, 'looks', 'look')} as if "
        f"decoded with the wrong encoding (donâ€™t for don’t); "
        "the text is kept unchanged. Repair the corpus, for example with the library ftfy, and segment it again"
    )


def _tags_of_html(manifest: Manifest) -> str | None:
    """That a good part of the documents hold HTML."""
    count, read = manifest.counters.get("documents_with_tags", 0), manifest.counters.get("documents_read", 0)
    if not count or count < MANY_WITH_TAGS * read:
        return None
    return (
        f"{count:,} of {quantity(read, 'document')} {agreeing(count, 'contains', 'contain')} HTML tags such as <p>, which were "
        "kept as text; --html removes them"
    )


def _rows_in_quotes(counted: dict[str, int]) -> str | None:
    """That quotes around fields of TSV were taken for text."""
    count, read = counted.get("rows_in_quotes", 0), counted.get("documents_read", 0)
    if count < max(2, MANY_IN_QUOTES * read):
        return None
    return (
        f"{quantity(count, 'row')} of TSV, of {quantity(read, 'document')}, begin and end with a quotation mark, which was "
        "kept as text. If the program that wrote the file put them there, use --quoting standard; if they are text, "
        "--quoting none"
    )


def _files_cut(manifest: Manifest) -> str | None:
    """That files which were to be one document each are several."""
    settings, count = manifest.settings, manifest.counters.get("documents_cut", 0)
    if manifest.stage != "segment" or settings.get("document_separator") != "file" or not count:
        return None
    return (
        f"{quantity(count, 'document')} {agreeing(count, 'was', 'were')} split although --document-separator is "
        f"file, because {agreeing(count, 'it has', 'they have')} more than "
        f"{quantity(settings['max_document_chars'], 'character')}. A larger --max-document-chars keeps such documents whole"
    )


def _files_undivided(counted: dict[str, int]) -> str | None:
    """The opposite mistake of that which `_one_sentence` tells."""
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
    """That paragraphs of WikiText were taken for documents."""
    count = manifest.counters.get("wikitext_headings", 0)
    if not count or manifest.settings["document_separator"] != "blank-line":
        return None
    return (
        f"{quantity(count, 'line')} {agreeing(count, 'is a heading', 'are headings')} such as = Title = of "
        f"WikiText, and each paragraph there became a document. Use "
        "--document-separator 're: = ([^=].*) = ' to make each article one"
    )


SOME_LANGUAGES = (
    "ar, de, en, es, fr, hi, it, ja, ko, pt, ru, tr and zh"  # widely spoken ones, to tell what codes look like
)


def language_warnings(settings: SegmentSettings | CleanSettings) -> list[str]:
    """What may be amiss with the languages that are asked for."""
    from bertprep.languages.given import question

    told = [_without_rules(settings)] if isinstance(settings, SegmentSettings) else []
    for code in (settings.keep_languages or "").split(","):
        if asked := question([code]):
            told.append(f"--keep-languages has {code}: {asked} {code} is the code of another language")
    return [each for each in told if each]


def _without_rules(settings: SegmentSettings) -> str | None:
    """That a language given has nothing of its own here, or None."""
    from bertprep.languages import codes
    from bertprep.languages.given import question

    if settings.splitter != "rules" or settings.lang in ("auto", "und", *(known := codes())):
        return None
    told = f"--lang {settings.lang}: "
    if asked := question([settings.lang]):
        told += f"{asked} "
    told += "There are no specific rules or abbreviations for this language, so its sentences are split by the general rules"
    if asked:
        return told
    return (
        f"{told}. {len(known)} languages have rules of their own, among them {SOME_LANGUAGES}. "
        "--splitter sentencex has lists for more"
    )


def _one_sentence(counted: dict[str, int]) -> str | None:
    """The mistake that has ruined corpora: sentences or paragraphs taken for documents."""
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
    """Lines of wrapped text, rows of tables, menus of web pages."""
    count = counted.get("sentences_without_end_mark", 0)
    if count * 3 <= counted["sentences"]:
        return None
    return (
        f"{count:,} of {quantity(counted['sentences'], 'sentence')} {agreeing(count, 'ends', 'end')} without a "
        f"punctuation mark. If they are lines of wrapped text, use "
        "--line-breaks wrapped. Otherwise look at some with bertprep inspect: tables, menus and lists make poor pairs"
    )


def _stripped(counted: dict[str, int]) -> str | None:
    """Hindi without its vowel signs, Korean in single letters, and the like."""
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
    """A vocabulary of another language, or of another way to prepare text."""
    if counted.get("tokens_unknown", 0) <= MOST_UNKNOWN * counted["tokens"]:
        return None
    return (
        f"{unknown_tokens(counted)}. The vocabulary cannot represent these words, and the model learns nothing about them. Use a "
        "vocabulary trained on this kind of text and with the same casing and accents, or a larger one"
    )


def unknown_tokens(counted: dict[str, int]) -> str:
    """`2.3 % of the tokens are [UNK]: hangul 2.1 %, han 0.2 %`, the most first; shares are of all tokens."""
    scripts = {name.removeprefix(UNKNOWN): count for name, count in counted.items() if name.startswith(UNKNOWN)}
    most = sorted(scripts, key=lambda script: (-scripts[script], script))[:5]
    told = f"{share(counted['tokens_unknown'], counted['tokens'])} of the tokens are [UNK]"
    return (
        told + (": " if most else "") + ", ".join(f"{name} {share(scripts[name], counted['tokens'])}" for name in most)
    )


WARNINGS = {"segment": _sentences_amiss, "clean": _sentences_amiss, "train-vocab": _stripped, "build-pairs": _unknown}


def clean(manifest: Manifest) -> list[str]:
    """What is left, and what each rule took."""
    counted = manifest.counters
    kinds = ("documents", "sentences", "words")
    kept = ", ".join(
        f"{quantity(counted[kind], kind[:-1])} ({share(counted[kind], counted[f'input_{kind}'])})" for kind in kinds
    )
    lines = [
        f"{kept} of the input are kept",
        f"held out for validation: {quantity(manifest.parts_rows('validation'), 'document')}",
    ]
    lines += [f"{kind} rejected: {', '.join(found)}" for kind in kinds[:2] if (found := _taken(counted, kind))]
    if counted["holes"]:
        lines.append(f"{told(counted, ['holes'])[0]}; no pair spans one")
    return lines


def _taken(counted: dict[str, int], kind: str) -> list[str]:
    """`letters 3` for each rule of documents or of sentences that rejected some, the most first."""
    of_documents = {name.removeprefix("rejected_documents_") for name in counted}
    prefix = f"rejected_{kind}_"
    found = {name.removeprefix(prefix): count for name, count in counted.items() if name.startswith(prefix) and count}
    names = [name for name in found if (kind == "documents") == (name in of_documents)]
    return [f"{name.replace('_', '-')} {found[name]:,}" for name in sorted(names, key=lambda name: -found[name])]


def vocab(manifest: Manifest) -> list[str]:
    """Entries, and what they were made from."""
    counted = manifest.counters
    if "added" in counted:
        return _extension(manifest)
    lines = [
        f"{quantity(counted['entries'], 'entry')}, from {quantity(counted['words'], 'word')} "
        f"({by_script(counted)}; {counted['distinct_words']:,} distinct)"
    ]
    if counted["entries"] < manifest.settings["size"]:
        lines.append(
            f"the corpus is too small for {manifest.settings['size']:,} entries: the vocabulary has all that the corpus yields, "
            "including each of its characters, so nothing is missing"
        )
    return lines


def _extension(manifest: Manifest) -> list[str]:
    """The words that were added, and what they save."""
    counted, asked = manifest.counters, manifest.settings["add"]
    before, after = (counted[name] / counted["frequent_words"] for name in ("pieces_before", "pieces_after"))
    lines = [
        f"{quantity(counted['entries'], 'entry')}, {counted['added']:,} of them new words, {counted['added_in_unused']:,} in "
        f"[unusedN] entries; from {quantity(counted['words'], 'word')} ({by_script(counted)}; "
        f"{counted['distinct_words']:,} distinct)",
        f"{before:.3f} pieces per word before, {after:.3f} after ({after / before - 1:+.1%}); unknown words "
        f"{counted['unknown_before']:,} before, {counted['unknown_after']:,} after",
        f"{share(counted['cut_anew'], counted['frequent_words'])} of the words begin with a new word and are split "
        "differently, into at most as many pieces; all others keep their ids",
    ]
    if counted["added"] < asked:
        lines.append(
            f"{asked:,} were requested, but no other word occurs {manifest.settings['min_frequency']} times and saves a piece"
        )
    return lines


def pairs(manifest: Manifest) -> list[str]:
    """Pairs, the share of each label, and the tokens lost."""
    counted = manifest.counters
    label = PAIRINGS[manifest.settings["pairing"]].label
    row = "pair" if label else "row"
    one = (
        f"{share(counted['pairs_random'], counted['pairs'])} of them {label.word}" if label else "without a second part"
    )
    ways = {"tokens_trimmed": "trimmed", "tokens_left_over": "left over", "tokens_dropped": "in dropped pairs"}
    lost = ", ".join(f"{share(counted[name], tokens_drawn(counted))} {words}" for name, words in ways.items())
    return [
        f"{quantity(counted['pairs'], row)}, {one}; "
        f"{manifest.parts_rows('validation'):,} of them held out for validation",
        f"tokens not used: {lost}; {quantity(counted['documents_without_pair'], 'document')} yielded no {row}",
        *([unknown_tokens(counted)] if "tokens_unknown" in counted else []),
        *([_two_sources(counted)] if counted.get("pairs_of_two_sources") else []),
    ]


def _two_sources(counted: dict[str, int]) -> str:
    count = counted["pairs_of_two_sources"]
    return (
        f"{quantity(count, 'pair')} ({share(count, counted['pairs'])}) with A and B from two sources, where a source has too few "
        "documents of its own, or with --pairing original"
    )


def mask(manifest: Manifest) -> list[str]:
    """Rows, tokens, and the split of the masked ones."""
    counted = manifest.counters
    shards = sum(len(manifest.parts(split)) for split in ("train", "validation"))
    kinds = ((("masked_as_mask"), "[MASK]"), ("masked_as_random", "random"), ("masked_as_itself", "kept"))
    return [
        f"{quantity(counted['rows'], 'row')} in {quantity(shards, 'shard')}, {quantity(counted['tokens'], 'token')}",
        f"masked: {share(counted['masked'], counted['tokens_ordinary'])} of the ordinary tokens ("
        + ", ".join(f"{share(counted[name], counted['masked'])} {word}" for name, word in kinds)
        + ")",
    ]
