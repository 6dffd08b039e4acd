"""The options of an API call: settings of the stage, and options that say how to run it."""

import contextlib
import dataclasses
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.fields import Settings
from ..core.stages import Stage
from ..core.synonyms import meant
from ..core.terminal import printable
from .made import Folder, Path

if TYPE_CHECKING:
    from ..processes.runner import Execution
    from ..store.job import Result

HOW = ("workers", "overwrite", "runner", "ray_address", "progress")


def made_by(
    stage: Stage, output: Path, options: dict[str, Any], call: "Callable[..., Result]", source: Path | None = None
) -> Folder:
    """Run a data stage with its settings, execution options and a progress bar if interactive; `source` is its input folder."""
    from ..pairs.validation import lost
    from ..store import read_manifest
    from ..store.job import silent

    how = {name: options.pop(name) for name in HOW if name in options}
    settings = settings_of(stage, options, HOW)
    progress = _bar if shown(how.pop("progress", None)) else silent
    result = call(settings, _execution(how), progress)
    is_lost = lost(result.manifest, None if source is None else read_manifest(str(source)))
    for text in (*result.warnings, *filter(None, [is_lost])):
        warnings.warn(printable(text), stacklevel=4)
    return Folder(str(output), stage.name, result.made, result.seconds, dict(result.manifest.counters))


def _execution(how: dict[str, Any]) -> "Execution":
    from ..processes.runner import Execution

    return Execution(**{**how, "workers": how.get("workers") or 0})


def settings_of(stage: Stage, options: dict[str, Any], others: Sequence[str]) -> Any:
    kind: type[Settings] = stage.settings
    refuse_unknown(
        stage.name.replace("-", "_"), options, [*(field.name for field in dataclasses.fields(kind)), *others]
    )
    return kind(**options)


def refuse_unknown(call: str, options: dict[str, Any], known: Sequence[str]) -> None:
    for name in options:
        if name not in known:
            close = meant(name, known)
            hint = f"; did you mean {close}?" if close else f"; it takes {', '.join(known)}"
            raise UsageError(f"{call}() has no option {name}{hint}")


def shown(progress: bool | None) -> bool:
    """Whether to show progress bars: as requested, by default at a terminal or in a notebook."""
    return (sys.stderr.isatty() or "ipykernel" in sys.modules) if progress is None else progress


@contextlib.contextmanager
def _bar(step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0) -> Iterator[Callable[[int], object]]:
    from tqdm.auto import tqdm

    with tqdm(total=total, initial=done, desc=step, unit=unit if unit == "B" else f" {unit}", unit_scale=True) as bar:
        yield bar.update
