"""Checksums of the files of a model folder, stored in JSON that contains a digest of itself.

A model folder has them in training.json, a checkpoint in state.json. Does not need torch.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .. import store
from ..core.fields import digest_of
from ..core.records import HEX, TABLE, ValueKind

CHECKSUMS = ValueKind(
    "checksums by the names of files",
    lambda value: TABLE.fits(value) and all(Path(name).name == name and HEX.fits(value[name]) for name in value),
)


def to_json(content: Mapping[str, Any]) -> bytes:
    """Indented JSON with a final line break; `ValueError` for NaN and infinity, which are not valid JSON."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with a digest of itself, so that any change can be detected."""
    plain = {name: value for name, value in content.items() if name != "digest"}
    return {**plain, "digest": digest_of(plain)}


def changed_files(
    folder: Path, checksums: Mapping[str, str], advance: Callable[[int], object] = lambda amount: None
) -> list[str]:
    """Files that differ from their checksums, one message each; reads every byte, and calls `advance` with their numbers."""
    problems = []
    for name, expected in checksums.items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{path}: missing")
            continue
        advance(path.stat().st_size)
        if store.file_checksum(path) != expected:
            problems.append(f"{path}: its content has changed since it was written")
    return problems
