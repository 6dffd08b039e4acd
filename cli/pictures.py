"""Rows of any folder drawn for a terminal; colours only where click shows them."""

import os
from typing import Any

import click

LABELS = {True: "is next", False: "not next (random)", None: "no second part"}


def lines_of(stage: str, row: dict[str, Any]) -> list[str]:
    """A row of a folder made by this stage, as lines."""
    return {"segment": _document, "build-pairs": _pair, "mask": _example}[stage](row)


def colour(text: str, **style: Any) -> str:
    """Coloured on a terminal; as it is with NO_COLOR."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def curve_lines(curve: list[dict[str, Any]]) -> list[str]:
    """A bar for each stretch of training, as long as its loss is high."""
    if not curve:
        return ["no step was logged yet"]
    highest = max(point["mlm_loss"] for point in curve)
    lines = ["    step  MLM loss  NSP loss"]
    for point in curve:
        bar = "█" * round(40 * point["mlm_loss"] / highest)
        lines.append(
            f"{point['step']:8,}  {point['mlm_loss']:8.3f}  {point['nsp_loss']:8.3f}  {colour(bar, fg='green')}"
        )
    return lines


def _document(row: dict[str, Any]) -> list[str]:
    title = f" {row['title']!r}" if row["title"] else ""
    head = f"row {row['row']}: document{title} from {row['source']} ({row['source_id']}), {row['language']}"
    return [head, *(f"  {number:3}  {sentence}" for number, sentence in enumerate(row["sentences"]))]


def _pair(row: dict[str, Any]) -> list[str]:
    lines = [f"row {row['row']}: {LABELS[row['is_next']]}"]
    for side in ("a", "b"):
        where = row[f"from_{side}"]
        if where:
            last = where["first_sentence"] + where["sentence_count"] - 1
            lines.append(f"  {side.upper()}: {row[f'text_{side}']}")
            lines.append(
                colour(f"     sentences {where['first_sentence']} to {last} of document {where['document']}", dim=True)
            )
    return lines


def _example(row: dict[str, Any]) -> list[str]:
    masked = sum(token["kind"] is not None for token in row["tokens"])
    label = LABELS[None if row["next_sentence_label"] is None else row["next_sentence_label"] == 0]
    tasks = masked + (row["next_sentence_label"] is not None)
    head = f"row {row['row']} (pair {row['pair']}): {label}; {len(row['tokens'])} tokens, {masked} to predict, {tasks} tasks"
    return [head, "  " + " ".join(_token(token) for token in row["tokens"])]


def _token(token: dict[str, Any]) -> str:
    """A token as it stands in the row; where it must be predicted, with the true one beside it."""
    if token["kind"] is None:
        return colour(token["shown"], fg="cyan") if token["special"] else token["shown"]
    marks = {"mask": ("green", ""), "random": ("yellow", " random"), "kept": ("blue", " kept")}
    shade, word = marks[token["kind"]]
    return colour(f"{token['shown']}({token['true']}{word})", fg=shade, bold=True)
