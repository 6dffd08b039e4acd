"""What is in the data: each section takes the run's folders and gives HTML, or nothing where a folder is not there."""

import numpy as np

from ..core.counts import phrase
from ..pairs.pair import tokens_drawn
from ..pairs.pairings import PAIRINGS
from ..verify.checks import auc
from . import distributions, page, plots
from .page import percent
from .run import RunFolders

KEPT = {
    "documents",
    "documents_read",
    "documents_of_one_sentence",
    "documents_unwrapped",
    "sentences",
    "words",
    "characters",
}
TOKENS_SHOWN, SCRIPTS_SHOWN = 30, 12


def kept_and_dropped(run: RunFolders) -> str:
    """The funnels: documents, tokens, rows."""
    cards = []
    if "sentences" in run.manifests:
        cards.append(_documents_funnel(run.manifests["sentences"].counters))
    if "pairs" in run.manifests:
        counted = run.manifests["pairs"].counters
        lines = [("tokens of the text, all passes", counted["tokens"], True)]
        if (drawn := tokens_drawn(counted)) > counted["tokens"]:
            lines.append(("with those of a random B, drawn once more", drawn, True))
        left = [name for name in counted if name.startswith("tokens_") and name != "tokens_in_pairs"]
        lines += [(_out(phrase(name)), counted[name], False) for name in left if counted[name]]
        lines.append(("tokens in pairs", counted["tokens_in_pairs"], True))
        title = f"{percent(counted['tokens_in_pairs'], drawn)} of the tokens are in pairs"
        cards.append(page.card(title, page.funnel(lines)))
        made = [("pairs", counted["pairs"], True)]
        made += (
            [(_out(phrase("pairs_dropped")), counted["pairs_dropped"], False)] if counted.get("pairs_dropped") else []
        )
        if label := PAIRINGS[run.manifests["pairs"].settings["pairing"]].label:
            made.append((f"of them {label.word}", counted["pairs_random"], True))
        if counted["documents_without_pair"]:
            made.append((_out(phrase("documents_without_pair")), counted["documents_without_pair"], False))
        cards.append(page.card(f"{counted['pairs']:,} pairs were made", page.funnel(made)))
    if "shards" in run.manifests:
        counted = run.manifests["shards"].counters
        lines = [("tokens in rows", counted["tokens"], True), ("ordinary ones", counted["tokens_ordinary"], True)]
        lines.append(("to be predicted", counted["masked"], True))
        title = f"{percent(counted['masked'], counted['tokens_ordinary'])} of the ordinary tokens must be predicted"
        cards.append(page.card(title, page.funnel(lines)))
    return page.grid(*cards)


def _documents_funnel(counted: dict[str, int]) -> str:
    before = [name for name in counted if name.startswith("pages_") and name != "pages_read" and counted[name]]
    # pages that are no articles never become documents, so what was found is both together
    found = counted.get("documents_read", counted["documents"])
    lines = [("found", found + sum(counted[name] for name in before), True)]
    lines += [(_out(phrase(name, counted[name])), counted[name], False) for name in before]
    left = [name for name in counted if name.startswith("documents_") and name not in KEPT and counted[name]]
    lines += [(_out(phrase(name, counted[name])), counted[name], False) for name in left]
    lines.append(("documents kept", counted["documents"], True))
    sentences = [
        (_out(phrase(name, counted[name])), counted[name], False)
        for name in counted
        if name.startswith("sentences_") and counted[name]
    ]
    title = f"{counted['documents']:,} documents with {counted['sentences']:,} sentences and {counted['words']:,} words are kept"
    body = page.funnel(lines)
    if sentences:
        body += page.funnel([("sentences kept", counted["sentences"], True), *sentences])
    return page.card(title, body)


def _out(text: str) -> str:
    return f"– {text}"


def texts(run: RunFolders) -> str:
    """Distributions of the sentences."""
    if "sentences" not in run.manifests:
        return ""
    found = distributions.look_at_sentences(run.manifests["sentences"])
    if not found.documents:
        return ""
    note = f"from {found.documents:,} documents, a random sample"
    per_document, characters = found.sentences_per_document, found.characters_per_sentence
    first = page.figure(
        f"Half of the documents have {per_document.quantile(0.5):,} sentences or fewer, one in ten over "
        f"{per_document.quantile(0.9):,}",
        plots.svg("documents", "sentences in a document", "sentences in a document", "documents",
                  plots.bars(*per_document.binned(per_document.quantile(0.99)))),
        note,
    )  # fmt: skip
    second = page.figure(
        f"Half of the sentences have {characters.quantile(0.5):,} characters or fewer, one in ten over "
        f"{characters.quantile(0.9):,}",
        plots.svg("sentences", "characters in a sentence", "characters in a sentence", "sentences",
                  plots.bars(*characters.binned(characters.quantile(0.99)))),
        f"{note}; the longest 1 % are in the last bar",
    )  # fmt: skip
    languages = sorted(found.languages.items(), key=lambda item: -item[1])
    rows = [(code, count, percent(count, found.documents)) for code, count in languages[:12]]
    third = page.card(f"{len(languages)} languages, by documents", page.table(["language", "documents", "share"], rows))
    return page.grid(first, second, third)


def pairs(run: RunFolders) -> str:
    """Labels and lengths of the pairs."""
    counted = run.pair_counts
    if counted is None or not counted.pairs:
        return ""
    manifest = run.manifests["pairs"]
    longest = manifest.settings["max_length"]
    lengths = page.figure(
        f"Half of the rows have {counted.lengths.quantile(0.5)} tokens or more; at most {longest} are allowed",
        plots.svg("lengths", "tokens in a row", "tokens in a row, special ones included", "pairs",
                  plots.bars(*counted.lengths.binned(longest))),
        f"from {counted.pairs:,} pairs",
    )  # fmt: skip
    label = PAIRINGS[manifest.settings["pairing"]].label
    if label is None:
        return page.grid(lengths)
    word = label.word
    share = page.figure(
        f"{percent(counted.random, counted.pairs)} of the pairs are {word}: {label.rule}",
        plots.svg("labels", "pairs by label", "pairs", "",
                  plots.across(["next", word], [counted.pairs - counted.random, counted.random]), 1.8),
        f"from {counted.pairs:,} pairs",
    )  # fmt: skip
    sides = [_side_lengths(counted, number, side, word) for number, side in ((0, "A"), (1, "B"))]
    return page.grid(share, lengths, *sides, _scripts(counted, word))


def _scripts(counted: distributions.PairCounts, word: str) -> str:
    """How often the scripts of A and B meet, by label."""
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
    """Where masks fall and what stands there."""
    counted = run.mask_counts
    if counted is None or not counted.rows:
        return ""
    reach = counted.ordinary.counts
    enough = np.flatnonzero(reach >= max(20, counted.rows // 200))
    hidden = np.zeros(len(reach))
    hidden[: len(counted.hidden.counts)] = counted.hidden.counts[: len(reach)]
    shares = 100 * hidden[enough] / reach[enough]
    wanted = 100 * run.manifests["shards"].settings["mask_prob"]
    overall = 100 * counted.hidden.total / max(counted.ordinary.total, 1)
    drawn = plots.lines(("hidden", enough, shares, "-"), level=(f"asked for: {wanted:.4g} %", wanted), ylim=(0, None))
    along = page.figure(
        f"Along the row {overall:.1f} % of the ordinary tokens are masked, from {shares.min(initial=100):.1f} to "
        f"{shares.max(initial=0):.1f} % by position",
        plots.svg("positions", "masks along the row", "position in the row, tokens", "hidden, %", drawn),
        f"from {counted.rows:,} rows; positions that few rows reach are left out",
    )
    total = max(int(counted.kinds.sum()), 1)
    kinds = [100 * int(count) / total for count in counted.kinds]
    kind = page.figure(
        f"Of the masked tokens {kinds[0]:.1f} % are [MASK], {kinds[1]:.1f} % random, {kinds[2]:.1f} % kept",
        plots.svg("kinds", "what stands there", "share of the masked tokens, %", "",
                  plots.across(["[MASK]", "random", "as it is"], kinds), 1.8),
    )  # fmt: skip
    most = len(counted.per_row.counts) - 1
    rows = page.figure(
        f"A row has {counted.per_row.quantile(0.5)} masks in the middle, {most} at most",
        plots.svg("per-row", "masks in a row", "masks in a row", "rows", plots.bars(*counted.per_row.binned(most))),
    )
    return page.grid(along, kind, rows)


def tokens(run: RunFolders) -> str:
    """Frequent, rare and unknown tokens."""
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
        f"{half:,} of {vocabulary.size:,} entries make up half of the text; {unused:,} never occur",
        plots.svg("ranks", "tokens by rank", "rank of the token", "share of all tokens, %", drawn),
        f"from {total:,} tokens",
    )
    cards = [
        page.card("The most frequent tokens", page.words(frequent)),
        page.card("The rarest that occur", page.words(rarest)),
    ]
    return page.grid(curve, *cards, _unknown(run))


def _unknown(run: RunFolders) -> str:
    if "sentences" not in run.manifests or run.vocabulary is None:
        return ""
    rows = distributions.unknown_by_script(run.manifests["sentences"], run.vocabulary)
    total, unknown = sum(row["words"] for row in rows), sum(row["unknown"] for row in rows)
    shown = [
        (row["script"], row["words"], percent(row["unknown"], row["words"]), " ".join(row["examples"]))
        for row in rows[:12]
    ]
    heads = ["script", "words", "unknown", "such as"]
    return page.card(f"{percent(unknown, total)} of the words become [UNK]", page.table(heads, shown))
