"""gpu.json -> a page of its figures. `python tests/gpu/page.py gpu/gpu.json > docs/gpu.md`."""

import json
import sys
from pathlib import Path
from typing import Any

Row = list[str]


def rendered(found: dict[str, Any]) -> str:
    """The page, in Markdown; a part that failed or was not run says so."""
    card = found["card"]
    kind = " (quick: tiny shapes, the figures mean nothing)" if card["quick"] else ""
    text = [f"# Training on {card['name']}{kind}", "", f"PyTorch {card['torch']}, transformers {card['transformers']}."]
    for name, write in SECTIONS.items():
        part = found.get(name)
        if part is None:
            continue
        text += ["", f"## {TITLES[name]}", ""]
        text += [f"Failed: {part['error']}"] if "error" in part else write(part)
    return "\n".join(text) + "\n"


def table(head: Row, rows: list[Row], left: int = 1) -> list[str]:
    """A Markdown table; all columns but the first `left` hold numbers."""
    rule = [":--" if column < left else "--:" for column in range(len(head))]
    return [f"| {' | '.join(row)} |" for row in [head, rule, *rows]]


def correct(part: dict[str, Any]) -> list[str]:
    head = ["compared", "relative difference", "at most", ""]
    rows = [
        [each["what"], f"{each['difference']:.1e}", f"{each['most']:.0e}", "" if each["right"] else "**wrong**"]
        for each in part["checks"]
    ]
    return table(head, rows)


def speed(part: dict[str, Any]) -> list[str]:
    head = ["model", "tokens a row", "rows", "", "real tokens/s", "MFU", "memory", "watts", "ms a step"]
    return table(head, [speed_row(line) for line in part["lines"]])


def speed_row(line: dict[str, Any]) -> Row:
    start = [line["model"], str(line["length"]), str(line["rows"]), line["who"]]
    if "failed" in line:
        return [*start, line["failed"].replace("|", "/")[:120], "", "", "", ""]
    memory, watts = line["peak_memory_bytes"], line["watts"]
    return [
        *start,
        f"{line['tokens_per_second']:,.0f}",
        share(line["mfu"]),
        f"{memory / 2**30:.1f} GiB" if memory else "",
        f"{watts:.0f}" if watts else "",
        f"{1e3 * line['seconds_per_step']:.1f}",
    ]


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def kernels(part: dict[str, Any]) -> list[str]:
    total = 1e3 * part["seconds_per_step"]
    rows = [
        [
            f"`{each['name'].replace('|', '/')}`",
            f"{each['milliseconds']:.2f}",
            share(each["milliseconds"] / total),
            f"{each['calls']:.0f}",
        ]
        for each in part["kernels"]
    ]
    waits = ", ".join(part["waits_within_steps"]) or "none"
    return [
        f"{part['model']}, {part['rows']} rows of up to {part['length']} tokens: {total:.1f} ms a step. The device was busy "
        f"{part['busy_share']:.0%} of the time. Reading, masking and packing a batch takes "
        f"{1e3 * part['seconds_to_read']:.1f} ms in a thread of its own. Waits for the device within steps: {waits}.",
        "",
        *table(["kernel", "ms a step", "share", "calls"], rows),
    ]


def learning(part: dict[str, Any]) -> list[str]:
    figures = part["validation"] or {}
    predicted, mfu = part["predicted"], part["mfu"]
    rows = [
        ["steps", f"{part['steps']:,}"],
        ["tokens", f"{part['tokens']:,}"],
        ["seconds", f"{part['seconds']:.0f}"],
        ["tokens a second", f"{part['tokens_per_second']:,.0f}"],
        ["predicted by `--dry-run`", f"{predicted['tokens_per_second']:,.0f}"],
        ["MFU", share(mfu)],
        ["predicted by `--dry-run`", share(predicted["mfu"])],
        *(
            [name.replace("_", " "), f"{value:.4g}"]
            for name, value in figures.items()
            if isinstance(value, int | float)
        ),
    ]
    return table([part["model"], ""], rows)


SECTIONS = {"correct": correct, "speed": speed, "kernels": kernels, "learning": learning}
TITLES = {
    "correct": "Right results",
    "speed": "Real tokens a second",
    "kernels": "Where a step's time goes",
    "learning": "A run",
}

if __name__ == "__main__":
    sys.stdout.write(rendered(json.loads(Path(sys.argv[1]).read_text())))
