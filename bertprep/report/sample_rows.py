"""A few rows of each folder, drawn as text."""

from typing import Any

from ..store import Manifest
from . import decoding, page
from .run import RunFolders

ROWS_SHOWN = 4
ENTRIES_SHOWN = 30


def rows(run: RunFolders) -> str:
    """A few rows as they are."""
    parts = []
    if "shards" in run.folders:
        _, found = decoding.sample(run.folders["shards"], _split(run.manifests["shards"]), None, ROWS_SHOWN, 0)
        legend = (
            '<p class="note">The true token is above each masked one: <ruby class="mask">[MASK]<rt>word</rt></ruby> '
            '&nbsp; <ruby class="random">random<rt>word</rt></ruby> &nbsp; '
            '<ruby class="kept">kept<rt>word</rt></ruby></p>'
        )
        parts.append(page.card("Masked rows", legend + "".join(map(_example, found))))
    if "pairs" in run.folders:
        _, found = decoding.sample(run.folders["pairs"], _split(run.manifests["pairs"]), None, ROWS_SHOWN, 1)
        parts.append(page.card("Pairs", "".join(map(_pair, found))))
    if "sentences" in run.folders and not parts:
        _, found = decoding.sample(run.folders["sentences"], _split(run.manifests["sentences"]), None, ROWS_SHOWN, 1)
        parts.append(page.card("Documents", "".join(map(_document, found))))
    if "vocab" in run.folders and len(run.folders) == 1:
        entries = decoding.vocabulary(run.folders["vocab"], ENTRIES_SHOWN, 0)["entries_of"]
        parts += [page.card(f"Some {kind}", page.words((one, "") for one in found)) for kind, found in entries.items()]
    return "".join(parts)


def _split(manifest: Manifest) -> str:
    return "train" if any(count for _, count in manifest.parts("train")) else "validation"


def _example(row: dict[str, Any]) -> str:
    text = "".join((" " if token["space"] else "") + _token(token) for token in row["tokens"])
    hidden = sum(token["kind"] is not None for token in row["tokens"])
    head = f"row {row['row']}: {row['label']}; {len(row['tokens'])} tokens, {hidden} hidden"
    return f'<div class="row"><h3>{page.escape(head)}</h3>{text}</div>'


def _token(token: dict[str, Any]) -> str:
    shown = page.escape(token["shown"].removeprefix("##") or token["shown"])
    if token["kind"] is None:
        return f'<b class="s">{shown}</b>' if token["special"] else shown
    true = page.escape(token["true"].removeprefix("##") or token["true"])
    return f'<ruby class="{token["kind"]}">{shown}<rt>{true}</rt></ruby>'


def _pair(row: dict[str, Any]) -> str:
    sides = "".join(_side(side, row) for side in "ab" if row[f"from_{side}"])
    return f"<h3>row {row['row']}: {page.escape(row['label'])}</h3>{sides}"


def _side(side: str, row: dict[str, Any]) -> str:
    where = row[f"from_{side}"]
    place = (
        f'<span class="note">document {page.escape(where["document"][:8])}, sentence {where["first_sentence"]}</span>'
    )
    return f"<p><b>{side.upper()}</b> {page.escape(row[f'text_{side}'])} {place}</p>"


def _document(row: dict[str, Any]) -> str:
    items = "".join(f"<li>{page.escape(sentence)}</li>" for sentence in row["sentences"][:8])
    head = page.escape(f"{row['title'] or row['source_id']} ({row['source']}, {row['language']})")
    return f"<h3>{head}: {len(row['sentences'])} sentences</h3><ol>{items}</ol>"
