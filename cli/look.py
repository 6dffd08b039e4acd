"""Looking: inspect, verify, doctor."""

import importlib.metadata
import os
import platform
import shutil
from pathlib import Path
from typing import Any

import click

import bertprep

from .console import Console
from .options import GroupedCommand, talk_options

CURVE_POINTS = 12
EXTRAS = {"train": ("torch", "safetensors"), "zh": ("rjieba",)}


@click.command("inspect", cls=GroupedCommand, epilog="Example: bertprep inspect demo/shards --limit 2")
@click.argument("folder")
@click.option(
    "--split", type=click.Choice(["train", "validation"]), default="train", show_default=True, help="Which rows."
)
@click.option("--row", type=click.IntRange(0), help="Show this row of the split, and those after it.")
@click.option("--limit", type=click.IntRange(1), default=3, show_default=True, help="So many rows.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Other rows, where --row names none."
)
@talk_options
def inspect_command(folder: str, split: str, row: int | None, limit: int, seed: int, **values: Any) -> None:
    """Show rows of FOLDER (sentences, pairs or shards), decoded: masks with the hidden word beside them, and the label.

    Of a model folder, the curve of its training loss.
    """
    from bertprep import samples

    from . import pictures

    console = Console(quiet=values["quiet"], as_json=values["as_json"])
    if (Path(folder) / "metrics.jsonl").is_file():
        curve = samples.training_curve(folder, CURVE_POINTS)
        console.result(pictures.curve_lines(curve), {"folder": folder, "stage": "train", "curve": curve})
        return
    stage, rows = samples.sample(folder, split, row, limit, seed)
    lines = [
        line
        for number, content in enumerate(rows)
        for line in ([""] if number else []) + pictures.lines_of(stage, content)
    ]
    console.result(lines, {"folder": folder, "stage": stage, "split": split, "rows": rows})


@click.command("verify", cls=GroupedCommand, epilog="Example: bertprep verify demo/shards")
@click.argument("folder")
@talk_options
def verify_command(folder: str, **values: Any) -> int:
    """Check that every file of FOLDER is there, whole, and to the byte what the manifest says."""
    from bertprep import store

    console = Console(quiet=values["quiet"], as_json=values["as_json"])
    manifest = store.read_manifest(folder)
    problems = store.verify(manifest)
    parts = len(manifest.content["parts"])
    lines = problems or [f"{folder}: all {parts:,} files are as the manifest says"]
    console.result(lines, {"folder": folder, "stage": manifest.content["stage"], "files": parts, "problems": problems})
    return 4 if problems else 0


@click.command("doctor", cls=GroupedCommand, epilog="Example: bertprep doctor")
@talk_options
def doctor_command(**values: Any) -> None:
    """Show what is installed, which extras, and what this machine has."""
    from bertprep.runner import usable_cores

    packages = ["click", "numpy", "polars", "pyarrow", "tokenizers", "tqdm"]
    found = {name: _version(name) for name in packages}
    extras = {extra: {name: _version(name) for name in names} for extra, names in EXTRAS.items()}
    devices = _devices() if all(extras["train"].values()) else []
    content = {
        "bertprep": bertprep.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": usable_cores(),
        "memory_gib": _memory_gib(),
        "disk_free_gib": round(shutil.disk_usage(".").free / 2**30, 1),
        "packages": found,
        "extras": extras,
        "devices": devices,
    }
    lines = [f"bertprep {content['bertprep']}, Python {content['python']}, {content['platform']}"]
    lines.append(
        f"{content['cores']} cores, {content['memory_gib'] or '?'} GiB of memory, "
        f"{content['disk_free_gib']} GiB of disk free here"
    )
    lines += [f"  {name:12} {version or 'missing'}" for name, version in found.items()]
    for extra, versions in extras.items():
        missing = f"missing; pip install 'bertprep[{extra}]'"
        lines += [f"  {name:12} {version or missing}  (extra: {extra})" for name, version in versions.items()]
    lines += [f"  device       {device}" for device in devices]
    Console(quiet=values["quiet"], as_json=values["as_json"]).result(lines, content)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None


def _devices() -> list[str]:
    import torch

    return ["cpu", *(torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count()))]
