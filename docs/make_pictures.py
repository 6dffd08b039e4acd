"""The pictures of the README and the pages: small SVGs made from real output, legible in light and in dark.

    python docs/make_pictures.py demo          # after `make demo`; demo is the folder of the run

writes docs/pictures/*.svg: a masked row, two pairs and how their B's are exchanged, the two curves of the training, the six
numbers of the report, and the speeds of docs/performance.md.
"""

import math
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bertprep.report import decoding
from bertprep.report.run import RunFolders
from bertprep.report.summary import numbers
from bertprep.train.history import measurements

DOCS = Path(__file__).parent
PICTURES = DOCS / "pictures"
STYLE = """
.bg{fill:#fcfcfa;stroke:#dfe2e6}text{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1c2128}
.s{fill:#667}.h{font-weight:600}.t{font-size:11px}.mask{fill:#14773a;font-weight:600}.random{fill:#9a5b00;font-weight:600}
.kept{fill:#6a3fb5;font-weight:600}.one{stroke:#2a6fb8;fill:none;stroke-width:2}.two{stroke:#c2571a;fill:none;stroke-width:2}
.dot{fill:#c2571a}.band{fill:#c2571a;opacity:.18}
.line{stroke:#8a929c;fill:none}.dash{stroke:#1c2128;stroke-dasharray:5 4;fill:none}
.bar{fill:#2a6fb8}.a{fill:#2a6fb8;opacity:.16}.b{fill:#c2571a;opacity:.18}.good{fill:#14773a}.fair{fill:#9a5b00}.bad{fill:#b3261e}
.big{font-size:24px;font-weight:600}.card{fill:#fff;stroke:#dfe2e6}
@media(prefers-color-scheme:dark){.bg{fill:#14171b;stroke:#343a42}text{fill:#e4e7ea}.s{fill:#9aa3ad}.mask{fill:#62d08b}
.random{fill:#e6b04d}.kept{fill:#b99bf2}.one{stroke:#6fb1f0}.two{stroke:#f0975a}.dot,.band{fill:#f0975a}.dash{stroke:#e4e7ea}
.bar,.a{fill:#6fb1f0}.b{fill:#f0975a}.good{fill:#62d08b}.fair{fill:#e6b04d}.bad{fill:#f2857c}.card{fill:#1c2026;stroke:#343a42}}
"""
CHARACTER = 8.43  # width of a character of the font
WIDTH, EDGE = 840, 20


def picture(title: str, height: float, body: Iterable[str], width: int = WIDTH) -> str:
    """A whole SVG; the title is read to those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f'<title>{escape(title)}</title><style>{STYLE}</style>\n<rect class="bg" x=".5" y=".5" width="{width - 1}" '
        f'height="{height - 1:.0f}" rx="8"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def text(x: float, y: float, words: str, kind: str = "", more: str = "") -> str:
    """A line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}"{f" class={kind!r}" if kind else ""}{more} xml:space="preserve">{escape(words)}</text>'


def width_of(words: str) -> float:
    """How wide a text is drawn; East Asian characters are two wide."""
    return CHARACTER * sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words)


# -- a masked row ------------------------------------------------------------------------------------------------------


def row_picture(shards: str, number: int | None = None) -> str:
    """A row as the model reads it, with the true token above each masked one."""
    row = chosen_row(shards) if number is None else decoding.sample(shards, "validation", number, 1, 0)[1][0]
    x, y, parts = float(EDGE), 92.0, []
    for token in row["tokens"]:
        shown = token["shown"].removeprefix("##") or token["shown"]
        true = (token["true"] or "").removeprefix("##")
        room = max(width_of(shown), width_of(true) * 11 / 14)
        gap = CHARACTER if token["space"] else 0
        if x + gap + room > WIDTH - EDGE:
            x, y, gap = float(EDGE), y + 52, 0
        x += gap
        kind = token["kind"] or ("s" if token["special"] else "")
        parts.append(text(x, y, shown, kind))
        if token["kind"]:
            parts.append(text(x, y - 18, true, f"{token['kind']} t"))
        x += room
    masked = sum(token["kind"] is not None for token in row["tokens"])
    head = f"{row['label']}; {len(row['tokens'])} tokens, {masked} of them to be predicted"
    words, at = [text(EDGE, 34, head, "h")], float(EDGE)
    for kind, told in (("mask", "[MASK]"), ("random", "another token"), ("kept", "kept")):
        words.append(text(at, 56, told, f"{kind} t"))
        at += width_of(told) * 11 / 14 + 16
    words.append(text(at, 56, "the true token stands above", "s t"))
    return picture("A masked row of the sample corpus", y + 28, [*words, *parts])


def chosen_row(shards: str) -> dict[str, Any]:
    """The first held-out row with an adjacent B that has masks of all three kinds and no [UNK]."""
    rows = decoding.sample(shards, "validation", 0, 400, 0)[1]
    kinds = {"mask", "random", "kept"}
    fits = (
        row
        for row in rows
        if row["next_sentence_label"] == 0
        and {token["kind"] for token in row["tokens"]} >= kinds
        and len(row["tokens"]) <= 44
        and not any(token["shown"].startswith("##") and token["kind"] == "random" for token in row["tokens"])
    )
    return next(fits, rows[0])


# -- pairs -------------------------------------------------------------------------------------------------------------


def pairs_picture() -> str:
    """Two documents are cut into A and B; half of the pairs exchange their B's."""
    parts = [text(EDGE, 34, "Chunks of two documents, each cut between sentences", "h")]
    for number, (name, kind) in enumerate((("document 7f3a", "a"), ("document c21e", "b"))):
        y = 52 + 52 * number
        parts.append(text(EDGE, y + 26, name, "s"))
        for side, x, words in (("A", 160, "sentences 0-1"), ("B", 400, "sentences 2-3")):
            parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="225" height="40" rx="6"/>')
            parts.append(text(x + 14, y + 26, f"{side}  {words}"))
    parts.append(text(EDGE, 190, "Half stay as they are: next, label 0", "h"))
    parts.append(text(430, 190, "Half exchange their B's: random, label 1", "h"))
    for left, crossed in ((EDGE, False), (430, True)):
        for number, (name, kind) in enumerate((("7f3a", "a"), ("c21e", "b"))):
            y = 206 + 56 * number
            parts.append(f'<rect class="{kind}" x="{left}" y="{y}" width="110" height="40" rx="6"/>')
            parts.append(text(left + 14, y + 26, f"A  {name}"))
            parts.append(f'<rect class="{kind}" x="{left + 240}" y="{y}" width="110" height="40" rx="6"/>')
            parts.append(text(left + 254, y + 26, f"B  {name}"))
            end = 206 + 56 * (1 - number if crossed else number) + 20
            parts.append(
                f'<path class="line" d="M{left + 112} {y + 20} C{left + 170} {y + 20} {left + 180} {end} {left + 238} {end}"/>'
            )
    note = "Partners have the same language, scripts and source and a similar length: only the text predicts the label."
    return picture("How pairs are made", 340, [*parts, text(EDGE, 325, note, "s t")])


# -- curves ------------------------------------------------------------------------------------------------------------


def curves_picture(run: RunFolders) -> str:
    """Masked words and next sentences over the steps of a run, held out, beside guessing."""
    logged = [line for line in run.metrics if "mlm_loss" in line]
    measured = [(line["step"], line["validation"]) for line in measurements(run.metrics)]
    last = measured[-1][1]
    training = thinned([(line["step"], line["mlm_loss"]) for line in logged])
    losses = [(step, each["mlm_loss"]) for step, each in measured]
    right = [(step, 100 * each["nsp_accuracy"]) for step, each in measured]
    bounds = [(step, *(100 * one for one in each["nsp_accuracy_interval"])) for step, each in measured]
    left = panel(
        *(EDGE, "Masked words: loss in nats", training, losses, ("by frequency", last["unigram_loss"])),
        note="training (line), held out (dots)",
    )
    other = panel(
        *(430, "Next sentences: right, %", [], right, ("a coin", 50.0)),
        bounds=bounds, note="held out, with 95 % interval",
    )  # fmt: skip
    return picture("What a small model learns from the sample corpus", 300, [*left, *other])


def thinned(points: list[tuple[float, float]], count: int = 100) -> list[tuple[float, float]]:
    """Means over stretches of a long curve."""
    size = max(1, len(points) // count)
    stretches = [points[at : at + size] for at in range(0, len(points), size)]
    return [(each[-1][0], sum(value for _, value in each) / len(each)) for each in stretches]


def panel(
    left: float,
    title: str,
    line: Sequence[tuple[float, float]],
    dots: Sequence[tuple[float, float]],
    level: tuple[str, float],
    *,
    bounds: Sequence[tuple[float, float, float]] = (),
    note: str = "",
) -> list[str]:
    """A plot 390 wide: a line, dots with a band around them, and a dashed level with its name."""
    x0, x1, y0, y1 = left + 42, left + 385, 60, 240
    values = [value for _, value in (*line, *dots)] + [level[1]] + [each for _, *both in bounds for each in both]
    low, high = min(values), max(values)
    unit = 1 if high - low < 10 else 5
    low, high = unit * math.floor(low / unit), unit * math.ceil(high / unit)
    end = max(step for step, _ in (*line, *dots))

    def at(step: float, value: float) -> str:
        return f"{x0 + (x1 - x0) * step / end:.1f} {y1 - (y1 - y0) * (value - low) / (high - low):.1f}"

    parts = [text(left, 34, title, "h"), f'<path class="line" d="M{x0} {y0}V{y1}H{x1}"/>']
    for share in (0.0, 0.5, 1.0):
        value, step = low + share * (high - low), share * end
        parts.append(text(x0 - 6, y1 - (y1 - y0) * share + 4, f"{value:.3g}", "s t", ' text-anchor="end"'))
        parts.append(text(x0 + (x1 - x0) * share, y1 + 18, f"{step:,.0f}", "s t", ' text-anchor="middle"'))
    if bounds:
        edge = [at(step, high_) for step, _, high_ in bounds] + [at(step, low_) for step, low_, _ in reversed(bounds)]
        parts.append(f'<path class="band" d="M{" L".join(edge)}Z"/>')
    parts.append(f'<path class="dash" d="M{at(0, level[1])} L{at(end, level[1])}"/>')
    x, y = map(float, at(0.02 * end, level[1]).split())
    parts.append(text(x, y - 6, level[0], "s t"))
    for kind, points in (("one", line), ("two", dots)):
        if points:
            parts.append(f'<path class="{kind}" d="M{" L".join(at(*point) for point in points)}"/>')
    parts += ['<circle class="dot" cx="{}" cy="{}" r="3.5"/>'.format(*at(*point).split()) for point in dots]
    parts.append(text(x1, y1 + 36, f"steps; {note}", "s t", ' text-anchor="end"'))
    return parts


# -- the report and the speeds -----------------------------------------------------------------------------------------


def report_picture(run: RunFolders) -> str:
    """The six numbers at the top of a report."""
    parts = [text(EDGE, 34, "bertprep report demo -o report.html", "h")]
    for number, each in enumerate(numbers(run)[:6]):
        x, y = EDGE + 270 * (number % 3), 52 + 138 * (number // 3)
        parts.append(f'<rect class="card" x="{x}" y="{y}" width="258" height="126" rx="6"/>')
        parts.append(f'<rect class="{each.shade}" x="{x}" y="{y}" width="5" height="126" rx="2"/>')
        parts.append(text(x + 16, y + 22, each.label, "s t"))
        parts.append(text(x + 16, y + 50, each.value, "big"))
        parts += [text(x + 16, y + 70 + 15 * line, words, "t") for line, words in enumerate(wrapped(each.note, 35)[:4])]
    return picture("The six numbers at the top of a report", 340, parts)


def wrapped(words: str, width: int) -> list[str]:
    """Lines of at most `width` characters."""
    lines = [""]
    for word in words.split():
        lines = [*lines, word] if len(lines[-1]) + len(word) >= width else [*lines[:-1], f"{lines[-1]} {word}".strip()]
    return lines


SPEEDS = (  # what, beside what, and where the ratio is: block of performance.md, row and column
    ("split sentences", "sentencex", "splitting", "english", "times sentencex"),
    ("text to ids", "tokenizers", "ids", "bertprep", "times encode_batch_fast"),
    ("pairs and masks", "plain Python", "beside", "bertprep", "times plain Python"),
    ("masking", "transformers", "masking", "token", "times transformers"),
    ("loading batches", "datasets", "loading", "all columns", "times datasets"),
    ("training tiny", "transformers", "training", "tiny, bertprep", "times transformers"),
    ("training small", "transformers", "training", "small, bertprep", "times transformers"),
)


def measured(block: str, row: str, column: str) -> float:
    """The figure in a table of performance.md, in the first row that begins so."""
    page = (DOCS / "performance.md").read_text(encoding="utf-8")
    lines = page.split(f"<!-- begin {block} -->")[1].split("<!-- end")[0].splitlines()
    columns, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")
    )
    found = next((cells for cells in rows if cells[0].startswith(row)), None)
    if found is None or column not in columns:
        raise SystemExit(f"performance.md, {block}: no row {row!r} with a column {column!r}")
    return float(found[columns.index(column)].split(" ")[0].replace(",", ""))


def speeds_picture() -> str:
    """How many times as fast each step is as the usual library, from performance.md."""
    found = [(what, beside, measured(*where)) for what, beside, *where in SPEEDS]
    most = max(times for _, _, times in found)
    parts = [text(EDGE, 34, "Times as fast as the usual library, one thread (1 is the library)", "h")]
    for number, (what, beside, times) in enumerate(found):
        y = 52 + 30 * number
        parts.append(text(EDGE, y + 16, what))
        parts.append(text(180, y + 16, f"beside {beside}", "s"))
        parts.append(f'<rect class="bar" x="360" y="{y + 3}" width="{380 * times / most:.1f}" height="18" rx="2"/>')
        parts.append(text(368 + 380 * times / most, y + 16, f"{times:.1f}", "h"))
    return picture("Speeds beside the usual libraries", 76 + 30 * len(found), parts)


def pictures(run: str) -> dict[str, str]:
    """All pictures by name; those of a model are left out where a run has none."""
    folders = RunFolders.of(run)
    made = {"pairs": pairs_picture(), "speeds": speeds_picture(), "report": report_picture(folders)}
    if "shards" in folders.folders:
        made["row"] = row_picture(folders.folders["shards"])
    if folders.summary.get("validation"):
        made["curves"] = curves_picture(folders)
    return made


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, drawn in pictures(sys.argv[1] if len(sys.argv) > 1 else "demo").items():
        (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")
        print(PICTURES / f"{name}.svg", f"{len(drawn):,} bytes")
