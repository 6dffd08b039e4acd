"""Tokens and the vocabulary: frequent tokens, the kinds of entries, and words and characters that it does not cover."""

import numpy as np

from ..core.counts import agreeing, quantity
from ..core.stages import MOST_UNKNOWN
from ..vocab.vocabulary import Vocabulary
from . import distributions, page, plots
from .page import percent
from .run import RunFolders

TOKENS_SHOWN, SCRIPTS_SHOWN, LANGUAGES_SHOWN = 30, 12, 12


def tokens(run: RunFolders) -> str:
    """Frequent and rare tokens, and the curve of frequencies by rank."""
    counted = run.mask_counts or run.pair_counts
    if counted is None or run.vocabulary is None:
        return ""
    counts, vocabulary = counted.tokens_V, run.vocabulary
    order = np.argsort(-counts, kind="stable")
    used = order[counts[order] > 0]
    total = int(counts.sum())
    if not total:
        return ""
    frequent = [(vocabulary.tokens[one], percent(int(counts[one]), total)) for one in used[:TOKENS_SHOWN]]
    rarest = [(vocabulary.tokens[one], f"{counts[one]:,}") for one in used[::-1][:TOKENS_SHOWN]]
    unused = int((counts == 0).sum() - (~vocabulary.is_ordinary & (counts == 0)).sum())
    half = int(np.searchsorted(np.cumsum(counts[used]), total / 2)) + 1
    rank = np.unique(np.geomspace(1, len(used), 200).astype(int))
    drawn = plots.lines(("", rank, 100 * counts[used][rank - 1] / total, "-"), xscale="log", yscale="log")
    curve = page.figure(
        f"{half:,} of {quantity(vocabulary.size, 'entry')} {agreeing(half, 'makes', 'make')} up half of the text; "
        f"{unused:,} never {agreeing(unused, 'occurs', 'occur')}",
        plots.svg("ranks", "tokens by rank", "rank of the token", "share of all tokens, %", drawn),
        f"from {quantity(total, 'token')}",
    )
    cards = [
        page.card("The most frequent tokens", page.words(frequent)),
        page.card("The rarest tokens that occur", page.words(rarest)),
    ]
    return page.grid(curve, *cards)


def vocabulary(run: RunFolders) -> str:
    """The kinds of entries, how the vocabulary splits words, and unknown words and characters."""
    if run.vocabulary is None:
        return ""
    cards = [_made_of(run.vocabulary)]
    if run.text in run.manifests:
        spelling = distributions.look_at_spelling(run.manifests[run.text], run.vocabulary)
        cards += [_by_language(spelling), _unknown(spelling), _characters(spelling)]
    return page.grid(*cards)


def _made_of(held: Vocabulary) -> str:
    ordinary, goes_on = held.is_ordinary, held.is_continuation
    single = np.array([len(text.strip() or text) == 1 for text in held.texts])
    kinds = {
        "special": ~ordinary,
        "single characters": ordinary & single,
        "words and beginnings of words": ordinary & ~goes_on & ~single,
        "continuations (##)": ordinary & goes_on & ~single,
    }
    lines = [(words, int(which.sum()), True) for words, which in kinds.items()]
    return page.card(f"{quantity(held.size, 'entry')} in the vocabulary", page.funnel(lines, held.size))


def _by_language(spelling: distributions.Spelling) -> str:
    found = sorted(spelling.languages.items(), key=lambda item: (-item[1][0], item[0]))[:LANGUAGES_SHOWN]
    rows = [
        (language, int(words), float(pieces / max(words, 1)), percent(int(unknown), int(words)))
        for language, (words, pieces, unknown) in found
    ]
    words, pieces, _ = sum(spelling.languages.values(), np.zeros(3, np.int64))
    title = f"A word has {pieces / max(words, 1):.2f} pieces on average"
    return page.card(title, page.table(["language", "words", "pieces per word", "unknown"], rows))


def _unknown(spelling: distributions.Spelling) -> str:
    rows = spelling.by_script()
    total, unknown = sum(row["words"] for row in rows), sum(row["unknown"] for row in rows)
    shown = [
        (row["script"], row["words"], percent(row["unknown"], row["words"]), " ".join(row["examples"]))
        for row in rows[:SCRIPTS_SHOWN]
    ]
    heads = ["script", "words", "unknown", "examples"]
    return page.card(
        f"{percent(unknown, total)} of the words become [UNK]", _warning(unknown, total) + page.table(heads, shown)
    )


def _warning(unknown: int, total: int) -> str:
    if unknown <= MOST_UNKNOWN * total:
        return ""
    text = f"More than {MOST_UNKNOWN:.0%} of the words are unknown: the vocabulary does not fit this text."
    return f'<p class="warn">{page.escape(text)}</p>'


def _characters(spelling: distributions.Spelling) -> str:
    """The characters that the vocabulary lacks; those in most words first."""
    found = distributions.most_of(spelling.characters, TOKENS_SHOWN)
    if not found:
        return ""
    entries = [(character, f"U+{ord(character):04X}, {count:,}") for character, count in found]
    count = len(spelling.characters)
    title = f"{quantity(count, 'character')} of the text {agreeing(count, 'is', 'are')} not in the vocabulary"
    return page.card(
        title, page.words(entries) + page.note("With their code points and the number of words that contain them.")
    )
