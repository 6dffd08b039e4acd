"""`doctor`: installed packages and available hardware."""

import contextlib
import importlib.metadata
import os
import platform
import re
import shutil
from typing import Any

import click

import bertprep

from .console import Console
from .options import GroupedCommand, talk_options

REQUIREMENT = re.compile(r"""([\w.-]+)[^;]*(?:;.*extra == ["'](\w+)["'])?""")  # `moto[server]>=5.0; extra == "objects"`


@click.command("doctor", cls=GroupedCommand, epilog="Example: bertprep doctor")
@talk_options
def doctor_command(**values: Any) -> None:
    """Show the installed version, packages and extras, and what hardware is available."""
    from bertprep.core import native
    from bertprep.core.counts import quantity
    from bertprep.processes.runner import usable_cores

    needed = _needed()
    found = needed.pop("", {})
    extras = needed
    devices = _devices() if all(extras.get("train", {"torch": None}).values()) else []
    content = {
        "bertprep": bertprep.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": (cores := usable_cores()),
        "memory_gib": _memory_gib(),
        "disk_free_gib": round(shutil.disk_usage(".").free / 2**30, 1),
        "inner_loops": native.state(),
        "packages": found,
        "extras": extras,
        "devices": devices,
    }
    lines = [f"bertprep {content['bertprep']}, Python {content['python']}, {content['platform']}"]
    lines.append(
        f"{quantity(cores, 'core')}, {content['memory_gib'] or '?'} GiB of memory, "
        f"{content['disk_free_gib']} GiB of disk free here"
    )
    lines.append(f"  inner loops: {content['inner_loops']}")
    lines += [f"  {name:12} {version or 'missing'}" for name, version in found.items()]
    for extra, versions in extras.items():
        missing = f"missing; pip install 'bertprep[{extra}]'"
        lines += [f"  {name:12} {version or missing}  (extra: {extra})" for name, version in versions.items()]
    lines += [] if found else ["  bertprep is not installed as a package here, so its requirements are unknown"]
    lines += [f"  device       {device}" for device in devices]
    then = "bertprep run sample_corpus/english -o demo"
    lines.append(f"next: {then}")
    Console(values).result(lines, {**content, "next": then})


def _needed() -> dict[str, dict[str, str | None]]:
    """Packages with installed versions (None if missing), by extra ("" for required ones), from bertprep's own metadata."""
    needed: dict[str, dict[str, str | None]] = {}
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for line in importlib.metadata.requires("bertprep") or []:
            if match := REQUIREMENT.match(line):
                needed.setdefault(match[2] or "", {})[match[1]] = _version(match[1])
    return needed


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
