"""Identities: what a folder and each of its parts were made from, and how two of them differ."""

import dataclasses
import functools
from typing import Any

from ..core.fields import Settings, differences, digest_of
from ..core.stages import Stage


@dataclasses.dataclass(frozen=True)
class Identity:
    """Folders with the same stage, version, settings and inputs have the same bytes."""

    stage: str
    version: int
    settings: dict[str, Any]
    inputs: dict[str, str]  # name of an input -> its digest

    @classmethod
    def of(cls, stage: Stage, settings: Settings, inputs: dict[str, str]) -> "Identity":
        """The identity of a stage's output for these settings and inputs."""
        return cls(stage.name, stage.version, settings.as_dict(), inputs)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def digest(self) -> str:
        """A hash of all fields, 32 hex digits; computed once, since every part of a folder needs it."""
        return self._digest

    @functools.cached_property
    def _digest(self) -> str:
        return digest_of(self.as_dict())

    def changes_from(self, other: dict[str, Any]) -> list[str]:
        """Differences from a folder made with `other`, one per line: `mask_prob 0.15 -> 0.2`; empty if there are none."""
        if other.get("stage") != self.stage:
            return [f"stage {other.get('stage')} -> {self.stage}"]
        lines = differences(other.get("settings", {}), self.settings)
        if other.get("version") != self.version:
            lines.append(f"version of {self.stage} {other.get('version')} -> {self.version}")
        before = other.get("inputs", {})
        changed = [name for name in {**before, **self.inputs} if before.get(name) != self.inputs.get(name)]
        short = [(name, str(before.get(name))[:8], str(self.inputs.get(name))[:8]) for name in changed]
        return lines + [f"input {name} {old} -> {new}" for name, old, new in short]
