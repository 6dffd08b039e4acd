"""The page: one self-contained HTML file, without scripts, network access or fonts.

All text from a corpus must go through `escape`.
"""

import html
from collections.abc import Iterable, Sequence

from ..core.terminal import printable

CSS = """
:root { color-scheme: light dark; --bg: #fcfcfa; --card: #fff; --ink: #1c2128; --soft: #8a929c; --line: #dfe2e6;
  --one: #2a6fb8; --two: #c2571a; --mask: #14773a; --random: #9a5b00; --kept: #6a3fb5; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --card: #1c2026; --ink: #e4e7ea; --soft: #8a929c;
  --line: #343a42; --one: #6fb1f0; --two: #f0975a; --mask: #62d08b; --random: #e6b04d; --kept: #b99bf2; --bad: #f2857c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans",
  "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; margin: .5rem 0; } h2 { margin: 2.2rem 0 .4rem; font-size: 1.3rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; line-height: 1.35; }
p { max-width: 46rem; } .note, figcaption span { color: var(--soft); font-size: .87rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; } a { color: var(--one); }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; margin: 0;
  min-width: 0; }
.wide { overflow-x: auto; }
figure svg { display: block; width: 100%; height: auto; } svg text { font-family: inherit !important; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; } th, td { padding: .2rem .7rem .2rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; white-space: nowrap; }
td.bar { width: 22%; min-width: 3rem; } td:first-child { min-width: 7rem; }
 td.bar i { display: block; height: .8rem; margin-top: .35rem; background: var(--one);
  border-radius: .15rem; min-width: 1px; } tr.out td { color: var(--soft); } tr.out td:first-child { padding-left: 1.2rem; }
tr.out td.bar i { background: var(--soft); }
code, .mono { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .87em; overflow-wrap: anywhere; }
.row { margin: .2rem 0 .8rem; line-height: 2.3; overflow-wrap: anywhere; } .row b.s { color: var(--soft); font-weight: 400; }
.row h3 { line-height: 1.4; }
ruby { font-weight: 600; white-space: nowrap; } ruby rt { font-size: .7em; font-weight: 400; }
.right { color: var(--mask); } .wrong { color: var(--bad); } .pair { margin: 0 0 1rem; }
.pair p { max-width: none; margin: .2rem 0; } .card > .row, .card > p { max-width: none; }
.mask { color: var(--mask); } .random { color: var(--random); } .kept { color: var(--kept); }
.words span { display: inline-block; margin: 0 .9rem .15rem 0; }
.words span em { color: var(--soft); font-size: .8em; font-style: normal; }
.stats { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin: 1rem 0; }
.stat { background: var(--card); border: 1px solid var(--line); border-left: .35rem solid var(--soft); border-radius: .5rem;
  padding: .6rem 1rem; min-width: 0; } .stat span { color: var(--soft); font-size: .87rem; }
.stat b { display: block; font-size: 1.7rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.stat p { margin: .2rem 0 0; font-size: .92rem; } .stat.good { border-left-color: var(--mask); }
.stat.fair { border-left-color: var(--random); } .stat.bad { border-left-color: var(--bad); }
.warn { border-left: .35rem solid var(--random); padding: .2rem .8rem; margin: .6rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem 1rem;
  font: .85em/1.6 ui-monospace, Menlo, Consolas, monospace; }
details summary { cursor: pointer; } td.set { font-weight: 600; }
"""


def escape(text: str) -> str:
    """Escape text for HTML; direction marks and control characters are made visible, so that they have no effect."""
    return html.escape(printable(text))


def page(title: str, intro: str, sections: Sequence[tuple[str, str, str]], opening: str = "") -> str:
    """The whole document. Sections are (id, heading, HTML), empty ones are left out; `opening` is HTML above them."""
    shown = [section for section in sections if section[2]]
    links = "".join(f'<a href="#{name}">{escape(heading)}</a>' for name, heading, _ in shown)
    bodies = "".join(
        f'<section id="{name}"><h2>{escape(heading)}</h2>\n{body}\n</section>\n' for name, heading, body in shown
    )
    top = f"<h1>{escape(title)}</h1>\n{opening}<p class='note'>{intro}</p>\n<nav>{links}</nav>"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS}</style></head>\n"
        f"<body><main>{top}\n{bodies}</main></body></html>\n"
    )


def grid(*cards: str) -> str:
    """Cards side by side if there is room; empty ones are left out."""
    return f'<div class="grid">{"".join(card for card in cards if card)}</div>'


def figure(title: str, svg: str, note: str = "") -> str:
    """A plot with a title that says what it shows."""
    small = f"<figcaption><span>{escape(note)}</span></figcaption>" if note else ""
    return f'<figure class="card"><h3>{escape(title)}</h3>{svg}{small}</figure>'


def card(title: str, body: str) -> str:
    """A card with a title and any content."""
    head = f"<h3>{escape(title)}</h3>" if title else ""
    return f'<div class="card wide">{head}{body}</div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; columns of numbers are right-aligned, all text is escaped."""
    rows = [list(row) for row in rows]
    numeric = [bool(rows) and all(isinstance(row[at], int | float) for row in rows) for at in range(len(heads))]
    kind = [' class="n"' if is_number else "" for is_number in numeric]
    top = "".join(f"<th{mark}>{escape(head)}</th>" for mark, head in zip(kind, heads, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{cell(value)}</td>" for mark, value in zip(kind, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def cell(value: object) -> str:
    """A value as text: numbers with thousands separators, everything else escaped."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else escape(str(value))


def note(text: str) -> str:
    """A note in small print; empty without text."""
    return f'<p class="note">{escape(text)}</p>' if text else ""


def funnel(lines: Sequence[tuple[str, int, bool]], whole: int = 0) -> str:
    """A table of (words, count, kept), with a bar for each count. Shares are of `whole`, or if it is 0 of the largest count."""
    most = whole or max((count for _, count, _ in lines), default=0) or 1
    rows = "".join(
        f"<tr{'' if kept else ' class=out'}><td>{escape(words)}</td><td class=n>{count:,}</td>"
        f"<td class=n>{percent(count, most)}</td><td class=bar><i style='width:{100 * count / most:.2f}%'></i></td></tr>"
        for words, count, kept in lines
    )
    return f"<table><tbody>{rows}</tbody></table>"


def percent(part: float, whole: float) -> str:
    """Format a share, such as `12.3 %`."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.1f} %" if share >= 0.1 or not share else f"{share:.1g} %"


def words(entries: Iterable[tuple[str, str]]) -> str:
    """Tokens, each with a note in small print."""
    return (
        '<div class="words">'
        + "".join(f"<span><code>{escape(word)}</code> <em>{escape(note)}</em></span> " for word, note in entries)
        + "</div>"
    )
