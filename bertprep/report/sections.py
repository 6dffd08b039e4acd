"""The sections of a report: each takes the run's folders and gives HTML, or nothing where a folder is not there."""

import dataclasses
import json
import math
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .. import samples, settings, store
from ..errors import StoreError
from ..store import Manifest
from ..verify.checks import auc
from ..vocabulary import Vocabulary
from . import look, page, plots
from .page import percent

STAGES = {"segment": "sentences", "train-vocab": "vocab", "build-pairs": "pairs", "mask": "shards"}
SETTINGS: dict[str, type[settings.Settings]] = {
    "sentences": settings.SegmentSettings,
    "vocab": settings.VocabSettings,
    "pairs": settings.PairSettings,
    "shards": settings.MaskSettings,
    "model": settings.TrainSettings,
}
KEPT = {"documents", "documents_read", "documents_of_one_sentence", "sentences", "words", "characters"}
ROWS_SHOWN = 4
TOKENS_SHOWN = 30


@dataclasses.dataclass(frozen=True)
class Run:
    """The folders that a report is about, by name: sentences, vocab, pairs, shards, model; not all need be there."""

    folders: dict[str, str]

    @classmethod
    def of(cls, folder: str) -> "Run":
        """The folders of a whole run, or the one folder given. `StoreError` where there is neither."""
        if (Path(folder) / "training.json").is_file():
            return cls({"model": folder})
        below = samples.folders_of(folder)
        if below and not (Path(folder) / store.MANIFEST).is_file():
            return cls(below)
        return cls({STAGES[store.read_manifest(folder).content["stage"]]: folder})

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        return {name: store.read_manifest(path) for name, path in self.folders.items() if name != "model"}

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        places = [f"{self.folders[name]}/vocab" for name in ("shards", "pairs") if name in self.folders]
        places += [self.folders[name] for name in ("vocab", "model") if name in self.folders]
        return Vocabulary.load(places[0]) if places else None

    @cached_property
    def pair_counts(self) -> look.PairCounts | None:
        if "pairs" not in self.manifests or self.vocabulary is None:
            return None
        return look.look_at_pairs(self.manifests["pairs"], self.vocabulary)

    @cached_property
    def mask_counts(self) -> look.MaskCounts | None:
        if "shards" not in self.manifests or self.vocabulary is None:
            return None
        return look.look_at_shards(self.manifests["shards"], self.vocabulary)

    @cached_property
    def metrics(self) -> list[dict[str, Any]]:
        """The lines of the model's metrics.jsonl."""
        if "model" not in self.folders:
            return []
        path = Path(self.folders["model"]) / "metrics.jsonl"
        try:
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: cannot be read ({error}); train again with --overwrite") from error


def kept_and_dropped(run: Run) -> str:
    """The funnels: documents, tokens, rows."""
    cards = []
    if "sentences" in run.manifests:
        cards.append(_documents_funnel(run.manifests["sentences"].counters))
    if "pairs" in run.manifests:
        counted = run.manifests["pairs"].counters
        lines = [("tokens of the text, all passes", counted["tokens"], True)]
        left = [name for name in counted if name.startswith("tokens_") and name != "tokens_in_pairs"]
        lines += [(_out(name.removeprefix("tokens_")), counted[name], False) for name in left if counted[name]]
        lines.append(("tokens in pairs", counted["tokens_in_pairs"], True))
        title = f"{percent(counted['tokens_in_pairs'], counted['tokens'])} of the tokens are in pairs"
        cards.append(page.card(title, page.funnel(lines)))
        made = [("pairs", counted["pairs"], True)]
        made += [(_out("pairs dropped"), counted["pairs_dropped"], False)] if counted.get("pairs_dropped") else []
        made += [("of them random", counted["pairs_random"], True)]
        if counted["documents_without_pair"]:
            made.append((_out("documents without a pair"), counted["documents_without_pair"], False))
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
    lines += [(_out(name), counted[name], False) for name in before]
    left = [name for name in counted if name.startswith("documents_") and name not in KEPT and counted[name]]
    lines += [(_out(name), counted[name], False) for name in left]
    lines.append(("documents kept", counted["documents"], True))
    sentences = [
        (_out(name), counted[name], False) for name in counted if name.startswith("sentences_") and counted[name]
    ]
    title = f"{counted['documents']:,} documents with {counted['sentences']:,} sentences and {counted['words']:,} words are kept"
    body = page.funnel(lines)
    if sentences:
        body += page.funnel([("sentences kept", counted["sentences"], True), *sentences])
    return page.card(title, body)


def _out(name: str) -> str:
    return "– " + name.replace("_", " ")


def texts(run: Run) -> str:
    """Distributions of the sentences."""
    if "sentences" not in run.manifests:
        return ""
    found = look.look_at_sentences(run.manifests["sentences"])
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


def pairs(run: Run) -> str:
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
    if manifest.settings["pairing"] == "none":
        return page.grid(lengths)
    adjacent = 1 - counted.random / counted.pairs
    word = "swapped" if manifest.settings["pairing"] == "order" else "random"
    share = page.figure(
        f"{100 * adjacent:.1f} % of the pairs are adjacent in the corpus",
        plots.svg("adjacent", "pairs by label", "pairs", "",
                  plots.across(["adjacent", word], [counted.pairs - counted.random, counted.random]), 1.8),
        f"from {counted.pairs:,} pairs",
    )  # fmt: skip
    sides = [_side_lengths(counted, number, side, word) for number, side in ((0, "A"), (1, "B"))]
    return page.grid(share, lengths, *sides)


def _side_lengths(counted: look.PairCounts, number: int, side: str, word: str) -> str:
    adjacent, random = counted.leakage.counts[number]
    area, error = auc(adjacent, random)
    most = max(1, int(np.flatnonzero(adjacent + random).max(initial=1)))
    histograms = [look.Histogram(counts).binned(most, 30) for counts in (adjacent, random)]
    middle = (histograms[0][1][:-1] + histograms[0][1][1:]) / 2
    shares = [100 * counts / max(counts.sum(), 1) for counts, _ in histograms]
    tells = "tells nothing of the label" if abs(area - 0.5) <= 4 * error + 1e-9 else "TELLS the label"
    drawn = plots.lines(("adjacent", middle, shares[0], "-"), (word, middle, shares[1], "-"), ylim=(0, None))
    return page.figure(
        f"The length of {side} {tells} (AUC {area:.3f} ± {error:.3f})",
        plots.svg(f"side-{side}", f"tokens in {side} by label", f"tokens in {side}", "share of the pairs, %", drawn),
    )


def masks(run: Run) -> str:
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
        f"Along the row {overall:.1f} % of the ordinary tokens are hidden, from {shares.min(initial=100):.1f} to "
        f"{shares.max(initial=0):.1f} % by position",
        plots.svg("positions", "masks along the row", "position in the row, tokens", "hidden, %", drawn),
        f"from {counted.rows:,} rows; positions that few rows reach are left out",
    )
    total = max(int(counted.kinds.sum()), 1)
    kinds = [100 * int(count) / total for count in counted.kinds]
    kind = page.figure(
        f"Of the hidden tokens {kinds[0]:.1f} % are [MASK], {kinds[1]:.1f} % random, {kinds[2]:.1f} % left as they are",
        plots.svg("kinds", "what stands there", "share of the hidden tokens, %", "",
                  plots.across(["[MASK]", "random", "as it is"], kinds), 1.8),
    )  # fmt: skip
    most = len(counted.per_row.counts) - 1
    rows = page.figure(
        f"A row has {counted.per_row.quantile(0.5)} masks in the middle, {most} at most",
        plots.svg("per-row", "masks in a row", "masks in a row", "rows", plots.bars(*counted.per_row.binned(most))),
    )
    return page.grid(along, kind, rows)


def tokens(run: Run) -> str:
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


def _unknown(run: Run) -> str:
    if "sentences" not in run.manifests or run.vocabulary is None:
        return ""
    rows = look.unknown_by_script(run.manifests["sentences"], run.vocabulary)
    total, unknown = sum(row["words"] for row in rows), sum(row["unknown"] for row in rows)
    shown = [
        (row["script"], row["words"], percent(row["unknown"], row["words"]), " ".join(row["examples"]))
        for row in rows[:12]
    ]
    heads = ["script", "words", "unknown", "such as"]
    return page.card(f"{percent(unknown, total)} of the words become [UNK]", page.table(heads, shown))


def rows(run: Run) -> str:
    """A few rows as they are."""
    parts = []
    if "shards" in run.folders:
        _, found = samples.sample(run.folders["shards"], _split(run.manifests["shards"]), None, ROWS_SHOWN, 0)
        legend = (
            '<p class="note">Above each hidden token stands the true one: <ruby class="mask">[MASK]<rt>word</rt></ruby> '
            '&nbsp; <ruby class="random">a random one<rt>word</rt></ruby> &nbsp; '
            '<ruby class="kept">left as it is<rt>word</rt></ruby></p>'
        )
        parts.append(page.card("Masked rows", legend + "".join(map(_example, found))))
    if "pairs" in run.folders:
        _, found = samples.sample(run.folders["pairs"], _split(run.manifests["pairs"]), None, ROWS_SHOWN, 1)
        parts.append(page.card("Pairs", "".join(map(_pair, found))))
    if "sentences" in run.folders and not parts:
        _, found = samples.sample(run.folders["sentences"], _split(run.manifests["sentences"]), None, ROWS_SHOWN, 1)
        parts.append(page.card("Documents", "".join(map(_document, found))))
    if "vocab" in run.folders and len(run.folders) == 1:
        entries = samples.vocabulary(run.folders["vocab"], TOKENS_SHOWN, 0)["entries_of"]
        parts += [page.card(f"Some {kind}", page.words((one, "") for one in found)) for kind, found in entries.items()]
    return "".join(parts)


def _split(manifest: Manifest) -> str:
    return "train" if any(count for _, count in manifest.parts("train")) else "validation"


def _example(row: dict[str, Any]) -> str:
    label = {0: "B follows A", 1: "B is random", None: "no second part"}[row["next_sentence_label"]]
    text = "".join((" " if token["space"] else "") + _token(token) for token in row["tokens"])
    hidden = sum(token["kind"] is not None for token in row["tokens"])
    return (
        f'<div class="row"><h3>row {row["row"]}: {label}; {len(row["tokens"])} tokens, {hidden} hidden</h3>{text}</div>'
    )


def _token(token: dict[str, Any]) -> str:
    shown = page.escape(token["shown"].removeprefix("##") or token["shown"])
    if token["kind"] is None:
        return f'<b class="s">{shown}</b>' if token["special"] else shown
    true = page.escape(token["true"].removeprefix("##") or token["true"])
    return f'<ruby class="{token["kind"]}">{shown}<rt>{true}</rt></ruby>'


def _pair(row: dict[str, Any]) -> str:
    label = {True: "B follows A", False: "B is from elsewhere", None: "no second part"}[row["is_next"]]
    sides = "".join(_side(side, row) for side in "ab" if row[f"from_{side}"])
    return f"<h3>row {row['row']}: {label}</h3>{sides}"


def _side(side: str, row: dict[str, Any]) -> str:
    where = row[f"from_{side}"]
    place = f'<span class="note">document {where["document"][:8]}, sentence {where["first_sentence"]}</span>'
    return f"<p><b>{side.upper()}</b> {page.escape(row[f'text_{side}'])} {place}</p>"


def _document(row: dict[str, Any]) -> str:
    items = "".join(f"<li>{page.escape(sentence)}</li>" for sentence in row["sentences"][:8])
    head = page.escape(f"{row['title'] or row['source_id']} ({row['source']}, {row['language']})")
    return f"<h3>{head}: {len(row['sentences'])} sentences</h3><ol>{items}</ol>"


def training(run: Run) -> str:
    """The curves of the training, beside what guessing gives."""
    logged = [line for line in run.metrics if "mlm_loss" in line]
    if not logged:
        return ""
    summary: dict[str, Any] = next((line["summary"] for line in reversed(run.metrics) if "summary" in line), {})
    measured = [(line["step"], line["validation"]) for line in run.metrics if line.get("validation")]
    if summary.get("validation"):
        measured.append((summary["steps"], summary["validation"]))
    last = measured[-1][1] if measured else {}
    baseline = last.get("unigram_loss")
    cards = [
        _losses(logged, measured, "mlm", _mlm_title(last), ("guessing by frequency", baseline) if baseline else None)
    ]
    if last.get("nsp_loss") is not None:
        title = f"Next sentences are told with {100 * last['nsp_accuracy']:.1f} % accuracy (chance: 50 %)"
        cards.append(_losses(logged, measured, "nsp", title, ("chance", math.log(2))))
    step = np.array([line["step"] for line in logged])
    rate = np.array([line["learning_rate"] for line in logged])
    drawn = plots.lines(("", step, rate, "-"), ylim=(0, None))
    cards.append(
        page.figure(f"The learning rate rises to {rate.max():.2g} and falls",
                    plots.svg("rate", "learning rate", "step", "learning rate", drawn))
    )  # fmt: skip
    speed = f"{summary['tokens_per_second']:,.0f} tokens a second" if summary.get("tokens_per_second") else ""
    note = f"<p>{summary['steps']:,} steps over {summary['rows']:,} rows. {speed}</p>" if summary else ""
    return note + page.grid(*cards)


def _mlm_title(last: dict[str, Any]) -> str:
    if last.get("mlm_loss") is None:
        return "The loss on hidden tokens"
    loss, baseline = last["mlm_loss"], last.get("unigram_loss")
    right = f"{100 * last['mlm_accuracy']:.1f} % of the hidden tokens are found"
    if baseline is None:
        return right
    better = "below" if loss < baseline else "NOT below"
    return f"{right}; the held-out loss, {loss:.2f}, is {better} that of guessing by frequency, {baseline:.2f}"


def _losses(
    logged: list[dict[str, Any]],
    measured: list[tuple[int, dict[str, Any]]],
    kind: str,
    title: str,
    level: tuple[str, float] | None,
) -> str:
    series = [
        (
            "training",
            np.array([line["step"] for line in logged]),
            np.array([line[f"{kind}_loss"] for line in logged]),
            "-",
        )
    ]
    points = [(step, values[f"{kind}_loss"]) for step, values in measured if values.get(f"{kind}_loss") is not None]
    if points:
        series.append(("held out", np.array([step for step, _ in points]), np.array([loss for _, loss in points]), "o"))
    drawn = plots.lines(*series, level=level)
    return page.figure(title, plots.svg(kind, f"{kind} loss", "step", "loss, nats", drawn))


def lineage(run: Run) -> str:
    """What was made from what, with which settings."""
    rows, cards = [], []
    for name, manifest in run.manifests.items():
        content = manifest.content
        made_from = ", ".join(f"{what} {digest[:12]}" for what, digest in content["inputs"].items())
        size = sum(part["bytes"] for part in content["parts"])
        count = sum(part.get("rows", 0) for part in content["parts"])
        rows.append(
            (
                name,
                f"{content['stage']} {content['version']}",
                manifest.digest[:12],
                made_from,
                len(content["parts"]),
                count,
                size,
            )
        )
        cards.append(_settings_card(name, manifest.settings))
    if "model" in run.folders:
        identity = json.loads((Path(run.folders["model"]) / "training.json").read_text(encoding="utf-8"))
        made_from = ", ".join(f"shards {digest[:12]}" for digest in identity.get("data", []))
        rows.append(("model", "train", "-", made_from, 0, 0, 0))
        cards.append(_settings_card("model", identity["settings"]))
    heads = ["folder", "made by", "digest", "made from", "files", "rows", "bytes"]
    return page.card("Each folder names what it was made from by digest", page.table(heads, rows)) + page.grid(*cards)


def _settings_card(name: str, values: dict[str, Any]) -> str:
    defaults = {field.name: field.default for field in dataclasses.fields(SETTINGS[name])}
    changed = [key for key, value in values.items() if value != defaults.get(key)]
    lines = "".join(
        f"<tr><td{' class=set' if key in changed else ''}><code>{page.escape(key)}</code></td>"
        f"<td{' class=set' if key in changed else ''}>{page.cell('-' if value is None else value)}</td></tr>"
        for key, value in values.items()
    )
    said = ", ".join(f"{key} {values[key]}" for key in changed) or "all as by default"
    return page.card(f"Settings of {name}: {said}", f"<details><summary>all</summary><table>{lines}</table></details>")


def speed(run: Run) -> str:
    """How long each stage took in its last run, from run.jsonl."""
    work = {
        "sentences": ("words", "words"),
        "vocab": ("words", "words"),
        "pairs": ("tokens", "tokens"),
        "shards": ("tokens", "tokens"),
    }
    rows: list[tuple[str, float, str, int]] = []
    for name, manifest in run.manifests.items():
        runs = [
            line for line in store.read_runs(run.folders[name]) if line.get("event") == "finish" and line.get("seconds")
        ]
        started = [line for line in store.read_runs(run.folders[name]) if line.get("event") == "start"]
        if runs:
            counter, unit = work[name]
            seconds = float(runs[-1]["seconds"])
            workers = int(started[-1].get("workers", 1)) if started else 1
            rows.append(
                (
                    manifest.content["stage"],
                    seconds,
                    f"{manifest.counters.get(counter, 0) / seconds:,.0f} {unit}",
                    workers,
                )
            )
    summary: dict[str, Any] = next((line["summary"] for line in reversed(run.metrics) if "summary" in line), {})
    if summary.get("seconds"):
        rows.append(("train", float(summary["seconds"]), f"{summary['tokens_per_second']:,.0f} tokens", 1))
    if not rows:
        return ""
    slowest = max(rows, key=lambda row: row[1])
    drawn = plots.across([row[0] for row in rows], [row[1] for row in rows])
    plot = page.figure(
        f"{slowest[0]} took longest: {slowest[1]:,.1f} s of {sum(row[1] for row in rows):,.1f} s",
        plots.svg("speed", "seconds by stage", "seconds", "", drawn, 1.2 + 0.3 * len(rows)),
        "of the last run of each stage; an interrupted one counts only what was left to do",
    )
    return page.grid(plot, page.card("Speed", page.table(["stage", "seconds", "a second", "workers"], rows)))
