"""Summaries of finished stages in a few lines, from the counters of their manifests."""

from bertprep.core.counts import WITHOUT_TEXT_FIELD, by_script, quantity, told
from bertprep.core.stages import UNKNOWN
from bertprep.corpus.bad_input import REASONS, REPORT
from bertprep.pairs.pair import tokens_drawn
from bertprep.pairs.pairings import PAIRINGS
from bertprep.store import Manifest

# Devlin et al. 2019, section 3.1: 2,500 million words of English Wikipedia
BERT_WIKIPEDIA_WORDS = 2_500_000_000


def share(part: int, whole: int) -> str:
    """Format a share, such as `12.3 %`."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    if 0 < percent < 0.001:
        return "under 0.001 %"
    return f"{percent:.1f} %" if percent >= 0.1 else f"{percent:.1g} %"


def segment(manifest: Manifest) -> list[str]:
    """Documents, sentences and words, and what was dropped."""
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
    if kept := [*told(counted, ["documents_without_source"]), *without_text_fields(manifest)]:
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
    """The path of the file that lists skipped bad input."""
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
    "lines_attached",
    "paragraphs_not_text",
    "tracked_deletions",
    "blocks_of_code",
    "footnotes",
    "formulas",
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


def without_text_fields(manifest: Manifest, everywhere: bool = False) -> list[str]:
    """Text fields (of several) that are empty in some documents, with counts; with `everywhere`, those empty in all."""
    counted, read, found = manifest.counters, manifest.counters.get("documents_read", 0), []
    for number, name in enumerate(str(manifest.settings.get("text_field", "")).split(","), 1):
        count = counted.get(f"{WITHOUT_TEXT_FIELD}{number}", 0)
        if count and (count >= read) == everywhere:
            found.append(name.strip() if everywhere else f"{quantity(count, 'document')} without {name.strip()}")
    return found


def unknown_tokens(counted: dict[str, int]) -> str:
    """A text such as `2.3 % of the tokens are [UNK]: hangul 2.1 %, han 0.2 %`; shares are of all tokens, largest first."""
    scripts = {name.removeprefix(UNKNOWN): count for name, count in counted.items() if name.startswith(UNKNOWN)}
    most = sorted(scripts, key=lambda script: (-scripts[script], script))[:5]
    text = f"{share(counted['tokens_unknown'], counted['tokens'])} of the tokens are [UNK]"
    return (
        text + (": " if most else "") + ", ".join(f"{name} {share(scripts[name], counted['tokens'])}" for name in most)
    )


def clean(manifest: Manifest) -> list[str]:
    """What was kept, and what each rule rejected."""
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
    """Texts such as `letters 3` for each rule (of documents or of sentences) that rejected any; largest count first."""
    of_documents = {name.removeprefix("rejected_documents_") for name in counted}
    prefix = f"rejected_{kind}_"
    found = {name.removeprefix(prefix): count for name, count in counted.items() if name.startswith(prefix) and count}
    names = [name for name in found if (kind == "documents") == (name in of_documents)]
    return [f"{name.replace('_', '-')} {found[name]:,}" for name in sorted(names, key=lambda name: -found[name])]


def vocab(manifest: Manifest) -> list[str]:
    """Entries, and the words that they were trained on."""
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
    """The words that were added, and the pieces per word before and after."""
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
    """Rows, tokens, and the shares of [MASK], random and kept among the masked tokens."""
    counted = manifest.counters
    shards = sum(len(manifest.parts(split)) for split in ("train", "validation"))
    kinds = ((("masked_as_mask"), "[MASK]"), ("masked_as_random", "random"), ("masked_as_itself", "kept"))
    return [
        f"{quantity(counted['rows'], 'row')} in {quantity(shards, 'shard')}, {quantity(counted['tokens'], 'token')}",
        f"masked: {share(counted['masked'], counted['tokens_ordinary'])} of the ordinary tokens ("
        + ", ".join(f"{share(counted[name], counted['masked'])} {word}" for name, word in kinds)
        + ")",
    ]
