"""Whether the input of `segment` is still what a folder was made of, or begun with.

The digest of the corpus is taken as it is read, and known when all pieces were. A later run tells an unchanged file by
size and time of modification, kept in `run.jsonl` and beside the scratch files, and reads it again only when the time
differs: equal content is accepted. Refuses, with `StoreError`: other input than before. `InputError`: a file that
changes while it is read.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from .. import store
from ..core.errors import InputError, StoreError
from ..core.fields import digest_of
from ..core.stages import SEGMENT
from ..corpus import sources
from ..corpus.pieces import Piece
from ..processes.runner import Execution, run_tasks
from ..store import Identity, Output
from .corpus import Corpus, glance
from .settings import SegmentSettings
from .spread import read_record


def identity_of(settings: SegmentSettings, **inputs: str) -> Identity:
    """The identity of what is made by these settings from these inputs."""
    return Identity.of(SEGMENT, settings, inputs)


def identity_there(settings: SegmentSettings, output: str) -> Identity:
    """The same with the digest of the input that already stands in the folder, to compare the rest."""
    with contextlib.suppress(StoreError):
        if digest := store.read_manifest(output).content["inputs"].get("corpus"):
            return identity_of(settings, corpus=digest)
    return identity_of(settings)


def scratch_identity(cut: Corpus, settings: SegmentSettings) -> Identity:
    """The identity of the scratch files: no digest is known before the input was read."""
    sizes = [[source.path, source.size] for source in cut.sources]
    return identity_of(settings, files=digest_of(sizes), partitions=f"{cut.train}+{cut.validation}")


def corpus_digest(cut: Corpus, digests: Sequence[str]) -> str:
    """Digest of the input's bytes and names, the same wherever the files lie; with --limit, of the pieces read."""
    pieces = [piece for task in cut.tasks for piece in task]
    return digest_of([[piece.source.name, digest] for piece, digest in zip(pieces, digests, strict=False)])


def _digests(tasks: Sequence[Sequence[Piece]], count: int | None, execution: Execution) -> list[str]:
    """Digests of the first `count` pieces (None: of all), in order."""
    pieces = [piece for task in tasks for piece in task][:count]
    digests = dict(run_tasks(Piece.digest, [(piece,) for piece in pieces], execution))
    return [digests[number] for number in range(len(pieces))]


def log(output: str, event: str, cut: Corpus, **facts: Any) -> None:
    store.log_run(output, event, stage=SEGMENT.name, files=cut.fingerprint(), **facts)


def _last(output: str, event: str, fact: str) -> Any:
    """A fact of the last such event in the log that has it."""
    runs = (run[fact] for run in reversed(store.read_runs(output)) if run.get("event") == event and fact in run)
    return next(runs, None)


def looks_unchanged(output: str, cut: Corpus) -> bool:
    """Whether a finished folder was made of files of these sizes and times."""
    return _last(output, "finish", "files") == cut.fingerprint()


def finished(cut: Corpus, output: str, settings: SegmentSettings, execution: Execution) -> store.Manifest | None:
    """The manifest, if the folder is complete and made from these files; reads them only if they look changed."""
    out = Output(output, identity_there(settings, output), scratch_identity(cut, settings))
    if not out.is_complete():
        return None
    manifest = store.read_manifest(output)
    if not looks_unchanged(output, cut):
        before = manifest.content["inputs"]["corpus"]
        pieces = _last(output, "finish", "pieces")
        digest = corpus_digest(cut, _digests(cut.tasks, pieces, execution))
        if digest != before:
            raise StoreError(
                f"{output}: was made from other input: corpus {before[:8]} -> {digest[:8]}. "
                "Redo it with --overwrite, or give another folder to -o"
            )
        log(output, "finish", cut, pieces=pieces, seconds=0)
    out.tidy()
    return manifest


def refuse_changes_meanwhile(cut: Corpus) -> None:
    for source in cut.sources:
        if source.spool is None and [glance(now) for now in sources.expand([source.path])] != [glance(source)]:
            raise InputError(f"{source.path}: changed while it was read; run again with --overwrite when it is at rest")


def refuse_other_beginning(cut: Corpus, scratch: Output) -> None:
    """An unfinished folder goes on only from the files that it was begun with."""
    for name in store.own_files(scratch.folder):
        if not name.startswith(store.SCRATCH + "/piece-") or not name.endswith(".json"):
            continue
        record = read_record(scratch.folder.path(name))
        if record and scratch.identity.changes_from(record):
            raise _begun_with_other(scratch, _changed_files(cut, scratch))


def _changed_files(cut: Corpus, scratch: Output) -> list[str]:
    """Which files came, went or changed in size since the folder was begun, as far as its log tells."""
    before = {path: size for path, size, _ in _last(str(scratch.location), "start", "files") or []}
    now = {source.path: source.size for source in cut.sources}
    return [path for path in {**before, **now} if before.get(path) != now.get(path)]


def _begun_with_other(scratch: Output, paths: Sequence[str]) -> StoreError:
    return StoreError(
        f"{scratch.location}: was begun with other input: {', '.join(paths[:3]) or 'the files'} changed, came or went "
        "since. Redo it with --overwrite, or give another folder to -o"
    )


def refuse_changed_content(
    cut: Corpus, scratch: Output, records: dict[int, dict[str, Any] | None], execution: Execution
) -> None:
    """Files whose time has changed since they were read are read once more; equal content is accepted."""
    touched = {
        number: record
        for number, record in records.items()
        if record is not None and record["files"] != [glance(piece.source) for piece in cut.tasks[number]]
    }
    for number, record in touched.items():
        digests = _digests([cut.tasks[number]], len(record["digests"]), execution)
        for piece, before, now in zip(cut.tasks[number], record["digests"], digests, strict=False):
            if before != now:
                raise _begun_with_other(scratch, [piece.source.path])
