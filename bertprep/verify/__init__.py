"""Check every guarantee about the data: recomputed from the data, not from the manifest, and not by the code that made it.

In: a complete folder, and for some guarantees the folder it was made from. Out: a list of `Finding`, one per guarantee. Only the
settings and the checksums are taken from the manifest.

    sentences.py    `segment` and `train-vocab`        checks.py    shared by all
    cleaned.py      `clean`, against sentences/        rules.py     its rules
    pairs.py        `build-pairs`, against sentences/   shards.py    `mask`, against pairs/
    models.py       `train`: checksums alone

Reads part by part, so memory depends on the largest part and not on the corpus.
"""

import contextlib
from collections.abc import Callable

from .. import store
from ..core.callables import make_callable
from ..core.errors import BertprepError, StoreError
from ..core.stages import DATA_STAGES
from ..processes.runner import reporting_to
from ..store import Manifest
from ..store.lineage import input_beside
from ..train.history import MODEL
from ..vocab.loading import load_vocabulary
from . import checks, cleaned, models, pairs, sentences, shards
from .checks import Finding

CHECKS: dict[str, Callable[[Manifest, Manifest | None, str], list[Finding]]] = {
    "segment": sentences.check,
    "clean": cleaned.check,
    "train-vocab": sentences.check_vocabulary,
    "build-pairs": pairs.check,
    "mask": shards.check,
}
REST = "all guarantees about the rows"

__all__ = ["Finding", "verify", "work"]

make_callable(__name__)


def verify(folder: str, against: str | None = None) -> list[Finding]:
    """Check all guarantees of a folder.

    `against` is the folder it was made from; by default, a folder next to it with the recorded digest. Without one, the
    guarantees that need it are not checked (`ok` is None). `StoreError` if `against` is a different folder.

    Checksums come first. A file that then cannot be read counts as a violated guarantee and raises no error, so that the rest is
    still checked. Bytes read are reported with `runner.report`; their total is `work(folder)`.
    """
    if _is_model(folder):
        return models.check(folder)
    manifest = store.read_manifest(folder)
    source, why_not = _source(manifest, against)
    whole = checks.files(manifest)
    try:
        return [whole, *_rows(manifest, source, why_not)]
    except (BertprepError, OSError) as error:
        return [whole, *_without(manifest, source, error)]
    except Exception as error:  # damaged files may raise anything; with intact files it is a bug
        if whole.ok and (source is None or not store.verify(source)):
            raise
        return [whole, *_without(manifest, source, error)]


def _rows(manifest: Manifest, source: Manifest | None, why_not: str) -> list[Finding]:
    """Check all guarantees except the checksums."""
    stage = DATA_STAGES[manifest.stage]
    check = CHECKS[stage.name]
    if stage.columns is None:
        return check(manifest, source, why_not)
    try:
        size = 0 if stage.vocabulary is None else load_vocabulary(str(manifest.folder), stage.vocabulary).size
    except BertprepError as error:
        ids = checks.unchecked(REST, "its ids are meaningless without the vocabulary")
        return [checks.unreadable(checks.VOCABULARY, str(error)), ids]
    columns, readable = checks.columns(manifest, stage.columns(size))
    if not readable:
        return [columns, checks.unchecked(REST, "not every file can be read")]
    return [columns, *check(manifest, source, why_not)]


def _without(manifest: Manifest, source: Manifest | None, error: Exception) -> list[Finding]:
    """Findings after `error`: if it was the source folder that could not be read, still check all that does not need it."""
    reason = str(error) or type(error).__name__
    if source is not None:
        with contextlib.suppress(Exception), reporting_to(lambda amount: None):  # these bytes were reported before
            found = _rows(manifest, None, "")
            against = [finding for finding in found if finding.ok is None]
            return [checks.unreadable(each.promise, reason) if each in against else each for each in found]
    return [checks.unreadable(REST, reason)]


def work(folder: str) -> int:
    """Bytes that `verify` reads: every file once for its checksum, every part twice more, for its columns and its rows."""
    if _is_model(folder):
        return models.work(folder)
    manifest = store.read_manifest(folder)
    return manifest.bytes + (2 * checks.part_bytes(manifest) if DATA_STAGES[manifest.stage].columns else 0)


def _is_model(folder: str) -> bool:
    return store.folder_at(folder).size(MODEL) is not None


def _source(manifest: Manifest, against: str | None) -> tuple[Manifest | None, str]:
    """The folder that this one was made from, or None and the reason."""
    name, made_by = DATA_STAGES[manifest.stage].inputs[0]
    if made_by is None:
        return None, "it was made from a corpus"
    recorded = manifest.content["inputs"].get(name, "")
    if against is not None:
        given = store.read_manifest(against, made_by)
        if given.digest != recorded:
            raise StoreError(
                f"{against}: is not what {manifest.folder} was made from: its digest is {given.digest[:12]}, "
                f"{recorded[:12]} is recorded; give the {name} folder of that digest to --against"
            )
        return given, ""
    return input_beside(manifest), f"no {name} folder of digest {recorded[:12]} beside it; give one to --against"
