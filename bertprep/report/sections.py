"""Sections about the data: each takes the folders of the run and returns HTML, or nothing if a folder is missing."""

from collections.abc import Sequence

import numpy as np

from ..core.counts import phrase, quantity, told
from ..pairs.pair import tokens_drawn
from ..pairs.pairings import PAIRINGS
from ..store import Manifest
from ..verify.checks import auc
from . import cleaned, distributions, page, plots
from .page import percent
from .run import RunFolders

WITHOUT_SOURCE = "documents_without_source"
NOT_DROPPED = {  # counters of documents that were kept or changed, not dropped
    *("documents", "documents_read", "documents_of_one_sentence", "documents_unwrapped", "documents_cut"),
    *("documents_composed", "documents_decoded_twice", "documents_with_tags", WITHOUT_SOURCE),
}
SENTENCES_DROPPED = ("sentences_without_letters",)
SCRIPTS_SHOWN, SOURCES_SHOWN, ENDS_SHOWN = 12, 12, 10
Lines = list[tuple[str, int, bool]]  # lines of `page.funnel`: words, count, kept


def kept_and_dropped(run: RunFolders) -> str:
    """Funnels of documents, sentences, tokens, pairs and masks: found, minus each thing dropped, equals kept."""
    cards = []
    if "sentences" in run.manifests:
        cards += _text_funnels(run.manifests["sentences"].counters)
    if "clean" in run.manifests:
        cards += cleaned.funnels(run.manifests["clean"])
    if "pairs" in run.manifests:
        cards += _pair_funnels(run.manifests["pairs"])
    if "shards" in run.manifests:
        cards.append(_mask_funnel(run.manifests["shards"].counters))
    return page.grid(*cards)


def balanced(found: str, total: int, dropped: Sequence[tuple[str, int]], kept: str, left: int, more: str) -> Lines:
    """The lines of a funnel: found, each thing dropped, any other difference (named `more`), kept."""
    lines: Lines = [(found, total, True)]
    lines += [(f"– {words}", count, False) for words, count in dropped if count]
    rest = left - (total - sum(count for _, count in dropped))
    if rest:
        lines.append((f"+ {more}", rest, True) if rest > 0 else ("– for other reasons", -rest, False))
    return [*lines, (f"= {kept}", left, True)]


def _text_funnels(counted: dict[str, int]) -> list[str]:
    # pages that are not articles never become documents, so "found" is the sum of both
    before = [name for name in counted if name.startswith("pages_") and name != "pages_read"]
    after = [name for name in counted if name.startswith("documents_") and name not in NOT_DROPPED]
    found = counted.get("documents_read", counted["documents"]) + sum(counted[name] for name in before)
    dropped = [(phrase(name, counted[name]), counted[name]) for name in (*before, *after)]
    more = f"parts of {quantity(counted.get('documents_cut', 0), 'long document')}"
    documents = balanced("documents found", found, dropped, "documents kept", counted["documents"], more)
    lost = [(phrase(name, counted[name]), counted[name]) for name in SENTENCES_DROPPED if counted.get(name)]
    total = counted["sentences"] + sum(count for _, count in lost)
    sentences = balanced("sentences found", total, lost, "sentences kept", counted["sentences"], "")
    title = f"{quantity(counted['documents'], 'document')} with {quantity(counted['sentences'], 'sentence')} and "
    body = page.funnel(documents) + (page.funnel(sentences) if lost else "")
    if counted.get(WITHOUT_SOURCE):
        body += f"<p>kept: {told(counted, [WITHOUT_SOURCE])[0]}</p>"
    return [page.card(f"{title}{quantity(counted['words'], 'word')} are kept", body)]


def _pair_funnels(manifest: Manifest) -> list[str]:
    counted, drawn = manifest.counters, tokens_drawn(manifest.counters)
    twice = drawn - counted["tokens"]
    lines: Lines = [("tokens of the text, all passes", counted["tokens"], True)]
    lines += [("including random B's, drawn once more", drawn, True)] if twice > 0 else []
    names = ("tokens_left_over", "tokens_trimmed", "tokens_dropped")
    lost = [(phrase(name), counted[name]) for name in names]
    tokens = [*lines[:-1], *balanced(*lines[-1][:2], lost, "tokens in pairs", counted["tokens_in_pairs"], "")]
    found = counted["pairs"] + counted.get("pairs_dropped", 0)
    dropped = [(phrase("pairs_dropped"), counted.get("pairs_dropped", 0))]
    pairs = balanced("pairs cut from documents", found, dropped, "pairs made", counted["pairs"], "")
    label = PAIRINGS[manifest.settings["pairing"]].label
    random = f", {percent(counted['pairs_random'], counted['pairs'])} of them {label.word}" if label else ""
    made = "was made" if counted["pairs"] == 1 else "were made"
    without = counted["documents_without_pair"]
    note = (
        f"{quantity(without, 'document')} gave no {'pair' if label else 'row'}; a document is counted once per pass."
        if without
        else ""
    )
    return [
        page.card(f"{percent(counted['tokens_in_pairs'], drawn)} of the tokens are in pairs", page.funnel(tokens)),
        page.card(f"{quantity(counted['pairs'], 'pair')} {made}{random}", page.funnel(pairs) + page.note(note)),
    ]


def _mask_funnel(counted: dict[str, int]) -> str:
    """The funnel of masks; shares are of the ordinary tokens, which are those that may be masked."""
    lines: Lines = [
        ("ordinary tokens", counted["tokens_ordinary"], True),
        ("masked, to be predicted", counted["masked"], True),
    ]
    kinds = (
        ("masked_as_mask", "shown as [MASK]"),
        ("masked_as_random", "shown as a random token"),
        ("masked_as_itself", "shown unchanged"),
    )
    lines += [(f"of these {words}", counted[name], False) for name, words in kinds]
    special = counted["tokens"] - counted["tokens_ordinary"]
    note = f"Not counted: {quantity(special, 'special token')} such as [CLS], [SEP] and [UNK], which are never masked."
    title = f"{percent(counted['masked'], counted['tokens_ordinary'])} of the ordinary tokens must be predicted"
    return page.card(title, page.funnel(lines) + page.note(note))


def rejected(run: RunFolders) -> str:
    """Samples of what `clean` rejected."""
    return cleaned.rejected(run.manifests["clean"]) if "clean" in run.manifests else ""


def texts(run: RunFolders) -> str:
    """Distributions of the sentences."""
    if run.text not in run.manifests:
        return ""
    found = distributions.look_at_sentences(run.manifests[run.text])
    if not found.documents:
        return ""
    note = f"from {quantity(found.documents, 'document')}, a random sample"
    per_document, characters = found.sentences_per_document, found.characters_per_sentence
    first = page.figure(
        f"Half of the documents have {quantity(per_document.quantile(0.5), 'sentence')} or fewer, one in ten over "
        f"{per_document.quantile(0.9):,}",
        plots.svg("documents", "sentences in a document", "sentences in a document", "documents",
                  plots.bars(*per_document.binned(per_document.quantile(0.99)))),
        note,
    )  # fmt: skip
    second = page.figure(
        f"Half of the sentences have {quantity(characters.quantile(0.5), 'character')} or fewer, one in ten over "
        f"{characters.quantile(0.9):,}",
        plots.svg("sentences", "characters in a sentence", "characters in a sentence", "sentences",
                  plots.bars(*characters.binned(characters.quantile(0.99)))),
        f"{note}; the longest 1 % are in the last bar",
    )  # fmt: skip
    return page.grid(
        first,
        second,
        _by_documents("language", found.languages, found),
        _by_documents("source file", found.sources, found),
        _ends(found),
    )


def _by_documents(what: str, counts: distributions.Counter[str], found: distributions.Texts) -> str:
    rows = [
        (name, count, percent(count, found.documents)) for name, count in distributions.most_of(counts, SOURCES_SHOWN)
    ]
    return page.card(f"{quantity(len(counts), what)}, by documents", page.table([what, "documents", "share"], rows))


def _ends(found: distributions.Texts) -> str:
    """Last characters of sentences: marks by frequency, and all letters and digits in one line."""
    total = sum(found.ends.values())
    open_ = sum(count for end, count in found.ends.items() if end.isalnum())
    marks = distributions.Counter({end: count for end, count in found.ends.items() if not end.isalnum()})
    rows = [(end, count, percent(count, total)) for end, count in distributions.most_of(marks, ENDS_SHOWN)]
    rows += [("a letter or digit", open_, percent(open_, total))] if open_ else []
    title = f"{percent(open_, total)} of the sentences end without a mark"
    return page.card(title, page.table(["last character", "sentences", "share"], rows))


def pairs(run: RunFolders) -> str:
    """Labels and lengths of the pairs."""
    counted = run.pair_counts
    if counted is None or not counted.pairs:
        return ""
    manifest = run.manifests["pairs"]
    longest = manifest.settings["max_length"]
    lengths = page.figure(
        f"Half of the rows have {quantity(counted.lengths.quantile(0.5), 'token')} or more; at most {longest} are allowed",
        plots.svg("lengths", "tokens in a row", "tokens in a row, special ones included", "pairs",
                  plots.bars(*counted.lengths.binned(longest))),
        f"from {quantity(counted.pairs, 'pair')}",
    )  # fmt: skip
    label = PAIRINGS[manifest.settings["pairing"]].label
    if label is None:
        return page.grid(lengths)
    word = label.word
    share = page.figure(
        f"{percent(counted.random, counted.pairs)} of the pairs are {word}: {label.rule}",
        plots.svg("labels", "pairs by label", "pairs", "",
                  plots.across(["next", word], [counted.pairs - counted.random, counted.random]), 1.8),
        f"from {quantity(counted.pairs, 'pair')}",
    )  # fmt: skip
    sides = [_side_lengths(counted, number, side, word) for number, side in ((0, "A"), (1, "B"))]
    return page.grid(share, lengths, *sides, _scripts(counted, word))


def _scripts(counted: distributions.PairCounts, word: str) -> str:
    """How often each combination of scripts of A and B occurs, by label."""
    names, counts = counted.scripts.names, counted.scripts.counts
    places = sorted(np.argwhere(counts.sum(2)).tolist(), key=lambda place: -counts[place[0], place[1]].sum())
    rows = [
        (names[a] or "none known", names[b] or "none known", int(counts[a, b, 0]), int(counts[a, b, 1]))
        for a, b in places
    ]
    tells = "do not predict the label" if counted.scripts.finding().ok else "TELL the label"
    return page.card(f"The scripts of A and B {tells}", page.table(["A", "B", "next", word], rows[:SCRIPTS_SHOWN]))


def _side_lengths(counted: distributions.PairCounts, number: int, side: str, word: str) -> str:
    adjacent, random = counted.leakage.counts[number]
    area, error = auc(adjacent, random)
    most = max(1, int(np.flatnonzero(adjacent + random).max(initial=1)))
    histograms = [distributions.Histogram(counts).binned(most, 30) for counts in (adjacent, random)]
    middle = (histograms[0][1][:-1] + histograms[0][1][1:]) / 2
    shares = [100 * counts / max(counts.sum(), 1) for counts, _ in histograms]
    tells = "does not predict the label" if abs(area - 0.5) <= 4 * error + 1e-9 else "TELLS the label"
    drawn = plots.lines(("next", middle, shares[0], "-"), (word, middle, shares[1], "-"), ylim=(0, None))
    return page.figure(
        f"The length of {side} {tells} (AUC {area:.3f} ± {error:.3f})",
        plots.svg(f"side-{side}", f"tokens in {side} by label", f"tokens in {side}", "share of the pairs, %", drawn),
    )


def masks(run: RunFolders) -> str:
    """Positions of masks, and how masked tokens are shown."""
    counted = run.mask_counts
    if counted is None or not counted.rows:
        return ""
    reach = counted.ordinary.counts
    enough = np.flatnonzero(reach >= max(20, counted.rows // 200))
    masked = np.zeros(len(reach))
    masked[: len(counted.masked.counts)] = counted.masked.counts[: len(reach)]
    shares = 100 * masked[enough] / reach[enough]
    wanted = 100 * run.manifests["shards"].settings["mask_prob"]
    overall = 100 * counted.masked.total / max(counted.ordinary.total, 1)
    drawn = plots.lines(("masked", enough, shares, "-"), level=(f"requested: {wanted:.4g} %", wanted), ylim=(0, None))
    along = page.figure(
        f"Along the row {overall:.1f} % of the ordinary tokens are masked, from {shares.min(initial=100):.1f} to "
        f"{shares.max(initial=0):.1f} % by position",
        plots.svg("positions", "masks along the row", "position in the row, tokens", "masked, %", drawn),
        f"from {quantity(counted.rows, 'row')}; positions that few rows reach are left out",
    )
    kinds = [100 * int(count) / max(counted.ordinary.total, 1) for count in counted.kinds]
    kind = page.figure(
        f"Of 100 ordinary tokens {kinds[0]:.1f} are shown as [MASK], {kinds[1]:.1f} as a random token, {kinds[2]:.1f} as "
        "they are; all of these must be predicted",
        plots.svg("kinds", "how masked tokens are shown", "share of the ordinary tokens, %", "",
                  plots.across(["[MASK]", "random", "as it is"], kinds), 1.8),
    )  # fmt: skip
    most = len(counted.per_row.counts) - 1
    rows = page.figure(
        f"Half of the rows have {quantity(counted.per_row.quantile(0.5), 'mask')} or fewer; the maximum is {most}",
        plots.svg("per-row", "masks in a row", "masks in a row", "rows", plots.bars(*counted.per_row.binned(most))),
    )
    return page.grid(along, kind, rows)
