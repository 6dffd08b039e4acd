"""A few rows of each folder as text: masked rows, the model's predictions on held-out rows, and pairs of both labels."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..core.counts import agreeing, quantity
from ..core.errors import BertprepError
from ..store import Manifest
from ..vocab.loading import load_vocabulary
from . import decoding, distributions, legible, page
from .run import RunFolders

ROWS_SHOWN, OF_A_LABEL, LOOKED_AT = 4, 2, 60
ENTRIES_SHOWN = 30
LEGEND = (
    '<p class="note">The true token is above each masked one: <ruby class="mask">[MASK]<rt>word</rt></ruby> '
    '&nbsp; <ruby class="random">random<rt>word</rt></ruby> &nbsp; <ruby class="kept">kept<rt>word</rt></ruby></p>'
)


def rows(run: RunFolders) -> str:
    """A few rows of each folder."""
    parts = []
    if "shards" in run.folders:
        folder = run.folders["shards"]
        found = legible.rows(folder, *decoding.sample(folder, _split(run.manifests["shards"]), None, ROWS_SHOWN, 0))
        parts.append(page.card("Masked rows", LEGEND + "".join(map(_example, found))))
    if "pairs" in run.folders:
        parts.append(_pairs(run))
    if run.text in run.folders and not parts:
        _, found = decoding.sample(run.folders[run.text], _split(run.manifests[run.text]), None, ROWS_SHOWN, 1)
        parts.append(page.card("Documents", "".join(map(_document, found))))
    if "vocab" in run.folders and len(run.folders) == 1:
        held = load_vocabulary(run.folders["vocab"])
        for kind, found in decoding.vocabulary(held, ENTRIES_SHOWN, 0)["entries_of"].items():
            parts.append(page.card(f"Some {kind}", page.words((one, "") for one in legible.entries(held, found))))
    return "".join(parts)


def predictions(run: RunFolders) -> str:
    """The model's predictions on held-out rows; a note or nothing without shards, weights or PyTorch."""
    if "model" not in run.folders or "shards" not in run.folders or not run.manifests["shards"].parts("validation"):
        return ""
    from ..train import add_guesses
    from ..train.copies import local_copy

    try:
        stage, found = decoding.sample(run.folders["shards"], "validation", None, ROWS_SHOWN, 0)
        add_guesses(local_copy(run.folders["model"]), run.folders["shards"], found)
        found = legible.rows(run.folders["shards"], stage, found)
    except BertprepError as error:  # no PyTorch or no weights, which the rest of the page does not need
        return page.note(f"No predictions are shown: {error}") if found_weights(run) else ""
    masked = [token for row in found for token in row["tokens"] if token["kind"]]
    right = sum(token["guess"] == token["true"] for token in masked)
    legend = (
        '<p class="note">The masked words of the text are <ruby class="right">green</ruby> where the model is right; where it '
        'is <ruby class="wrong">wrong<rt>guess</rt></ruby>, its guess is above.</p>'
    )
    title = (
        f"{right} of {quantity(len(masked), 'masked token')} of these held-out rows "
        f"{agreeing(right, 'is', 'are')} predicted correctly"
    )
    return page.card(title, legend + "".join(map(_guessed, found)))


def found_weights(run: RunFolders) -> bool:
    """Whether the model folder contains weights, so that a reader expects predictions."""
    return decoding.holds(run.folders["model"], "model.safetensors")


def _split(manifest: Manifest) -> str:
    return "train" if any(count for _, count in manifest.parts("train")) else "validation"


def _example(row: dict[str, Any]) -> str:
    text = "".join((" " if token["space"] else "") + _token(token) for token in row["tokens"])
    masked = sum(token["kind"] is not None for token in row["tokens"])
    head = f"row {row['row']}: {row['label']}; {quantity(len(row['tokens']), 'token')}, {masked} masked"
    return f'<div class="row"><h3>{page.escape(head)}</h3>{text}</div>'


def _token(token: dict[str, Any]) -> str:
    shown = page.escape(token["shown"].removeprefix("##") or token["shown"])
    if token["kind"] is None:
        return f'<b class="s">{shown}</b>' if token["special"] else shown
    return f'<ruby class="{token["kind"]}">{shown}<rt>{_plain(token["true"])}</rt></ruby>'


def _plain(token: str) -> str:
    return page.escape(token.removeprefix("##") or token)


def _guessed(row: dict[str, Any]) -> str:
    text = "".join((" " if token["space"] else "") + _guess(token) for token in row["tokens"])
    probability, head = row["next_probability"], f"row {row['row']}: {row['label']}"
    if probability is not None:
        verdict = "right" if (probability > 0.5) == (row["next_sentence_label"] == 0) else "wrong"
        head += f"; the model says {probability:.2f} that B follows A, {verdict}"
    return f'<div class="row"><h3>{page.escape(head)}</h3>{text}</div>'


def _guess(token: dict[str, Any]) -> str:
    """A token before masking, with the guess above it if that is wrong."""
    if token["kind"] is None:
        return _token(token)
    if token["guess"] == token["true"]:
        return f'<ruby class="right">{_plain(token["true"])}</ruby>'
    return f'<ruby class="wrong">{_plain(token["true"])}<rt>{_plain(token["guess"])}</rt></ruby>'


def _pairs(run: RunFolders) -> str:
    """Two pairs of each label; below random pairs, the sentence that really followed A."""
    manifest = run.manifests["pairs"]
    _, found = decoding.sample(run.folders["pairs"], _split(manifest), None, LOOKED_AT, 1)
    chosen = [
        row
        for label in (True, False, None)
        for row in [each for each in found if each["is_next"] is label][:OF_A_LABEL]
    ]
    documents = _documents(
        run, {row["from_a"]["document"] for row in chosen if row["is_next"] is False and row["from_a"]}
    )
    return page.card("Pairs", "".join(_pair(row, _followed(row, documents)) for row in chosen))


def _documents(run: RunFolders, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The sentences of these documents by id, if they are in the parts that a report reads."""
    found: dict[str, list[str]] = {}
    if run.text not in run.manifests:
        return found
    ids = pa.array(sorted(wanted), pa.string())
    for table in distributions.some_parts(run.manifests[run.text]):
        rows = table.filter(pc.is_in(table["document_id"], ids)).select(["document_id", "sentences"])
        found |= {row["document_id"]: row["sentences"] for row in rows.to_pylist()}
        if len(found) == len(ids):
            break
    return found


def _followed(row: dict[str, Any], documents: dict[str, list[str]]) -> str:
    """The sentence that follows A in its document; empty for an adjacent pair, or if it is not known."""
    where = row["from_a"]
    if row["is_next"] is not False or not where or where["document"] not in documents:
        return ""
    sentences, after = documents[where["document"]], where["first_sentence"] + where["sentence_count"]
    return sentences[after] if after < len(sentences) else ""


def _pair(row: dict[str, Any], followed: str) -> str:
    sides = "".join(_side(side, row) for side in "ab" if row[f"from_{side}"])
    really = f'<p class="note"><b>What really followed A</b> {page.escape(followed)}</p>' if followed else ""
    return f'<div class="pair"><h3>row {row["row"]}: {page.escape(row["label"])}</h3>{sides}{really}</div>'


def _side(side: str, row: dict[str, Any]) -> str:
    where = row[f"from_{side}"]
    place = (
        f'<span class="note">document {page.escape(where["document"][:8])}, sentence {where["first_sentence"]}</span>'
    )
    return f"<p><b>{side.upper()}</b> {page.escape(row[f'text_{side}'])} {place}</p>"


def _document(row: dict[str, Any]) -> str:
    items = "".join(f"<li>{page.escape(sentence)}</li>" for sentence in row["sentences"][:8])
    head = page.escape(f"{row['title'] or row['source_id']} ({row['source']}, {row['language']})")
    return f"<h3>{head}: {quantity(len(row['sentences']), 'sentence')}</h3><ol>{items}</ol>"
