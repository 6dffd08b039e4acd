"""Whether the input of `segment` is still what a folder was made of, or begun with.

The digest of the corpus is taken as it is read, and known when all pieces were. A later run tells an unchanged file by
size and stamp (times and inode), kept in `run.jsonl` and beside the scratch files, and reads it again only when the stamp
differs: equal content is accepted. Refuses, with `StoreError`: other input than before, with the files that came, went
or changed. `InputError`: a file that changes while it is read.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from .. import store
from ..core.counts import agreeing, quantity
from ..core.errors import StoreError
from ..core.fields import digest_of
from ..core.stages import SEGMENT
from ..corpus import changes
from ..corpus.pieces import Piece
from ..processes.runner import Execution, run_tasks
from ..store import Identity, Output
from . import ngram_model
from .cutting import NAMES_SHOWN, Corpus, glance
from .settings import SegmentSettings
from .spread import read_record

ARGUMENTS_KEPT = 20


def identity_of(settings: SegmentSettings, **inputs: str) -> Identity:
    """The identity of what is made by these settings from these inputs, and by the model that tells languages."""
    if settings.lang == "auto":
        inputs["language_model"] = ngram_model.digest()
    return Identity.of(SEGMENT, settings, inputs)


def identity_there(cut: Corpus, settings: SegmentSettings, output: str) -> Identity:
    """The same with the digest of the input that already stands in the folder, to compare the rest."""
    with contextlib.suppress(StoreError):
        if digest := store.read_manifest(output).content["inputs"].get("corpus"):
            return identity_of(settings, corpus=digest, **cut.fixed_inputs())
    return identity_of(settings, **cut.fixed_inputs())


def wanted(cut: Corpus, settings: SegmentSettings, output: str) -> tuple[Output, bool]:
    """The folder, and whether inputs can be compared, before their digest is known, which only reading them can tell."""
    identity = identity_there(cut, settings, output)
    return Output(output, identity), "corpus" in identity.inputs


def scratch_identity(cut: Corpus, settings: SegmentSettings) -> Identity:
    """The identity of the scratch files: no digest is known before the input was read."""
    sizes = [[source.path, source.size, source.group] for source in cut.sources]
    partitions = f"{cut.train}+{cut.validation}" + (f" in {cut.levels.groups} groups" if cut.levels.are_two else "")
    return identity_of(settings, files=digest_of(sizes), partitions=partitions, **cut.fixed_inputs())


def corpus_digest(cut: Corpus, digests: Sequence[str]) -> str:
    """Digest of the input's bytes, names and groups, the same wherever the files lie; with --limit, of the pieces read."""
    pieces = zip(_all_pieces(cut), digests, strict=False)
    return digest_of([[piece.source.name, piece.source.group, digest] for piece, digest in pieces])


def log(output: str, event: str, cut: Corpus, **facts: Any) -> None:
    """Add a line to the log, with a digest of the list of files; the list itself stands in the first line that tells of it."""
    files = cut.fingerprint()
    digest = digest_of(files)
    is_known = any(digest == _files_digest(run) for run in store.read_runs(output) if "files" in run)
    listed = {} if is_known else {"files": files}
    store.log_run(output, event, stage="segment", **facts, files_digest=digest, **listed)


def _last(output: str, event: str) -> dict[str, Any]:
    """The last such event in the log that tells of files, with the list of them; nothing where there is none."""
    runs = store.read_runs(output)
    told = (run for run in reversed(runs) if run["event"] == event and _files_digest(run))
    last = next(told, None)
    if last is None:
        return {}
    lists = (run["files"] for run in runs if "files" in run and _files_digest(run) == _files_digest(last))
    return {**last, "files": next(lists, [])}


def _files_digest(run: dict[str, Any]) -> str | None:
    """The digest of the list of files that a line of the log is about."""
    return digest_of(run["files"]) if "files" in run else run.get("files_digest")


def arguments_told(corpus: Sequence[str]) -> list[str]:
    """The arguments of `segment` for the log: of many the first, since the list of files has all of them."""
    return list(corpus[:ARGUMENTS_KEPT])


def looks_unchanged(output: str, cut: Corpus) -> bool:
    """Whether a finished folder was made of files of these sizes and stamps."""
    return _last(output, "finish").get("files") == cut.fingerprint()


def finished(cut: Corpus, output: str, settings: SegmentSettings, execution: Execution) -> store.Manifest | None:
    """The manifest, if the folder is complete and made from these files; reads those that look changed."""
    out = Output(output, identity_there(cut, settings, output), scratch_identity(cut, settings))
    if not out.is_complete():
        return None
    manifest = store.read_manifest(output)
    if not looks_unchanged(output, cut):
        digests = _same_digests(cut, manifest, _last(output, "finish"), settings, execution)
        log(output, "finish", cut, digests=digests, seconds=0)
    out.tidy()
    return manifest


# -- a finished folder ------------------------------------------------------------------------------------------------


def _same_digests(
    cut: Corpus, manifest: store.Manifest, before: dict[str, Any], settings: SegmentSettings, execution: Execution
) -> list[str]:
    """The digests of the pieces that the folder was made of; `StoreError` when they are others today.

    Sizes decide how the input is cut, so files must agree in them also where --limit ended the run within the first pieces,
    whose content alone is compared then.
    """
    is_ended = settings.limit is not None and manifest.counters["documents_read"] >= settings.limit
    files = before.get("files", [])
    names = [part["name"] for part in manifest.content["parts"] if "rows" in part]
    sizes_differ = bool(files) and [size for _, size, *_ in files] != [source.size for source in cut.sources]
    if names != cut.part_names() or manifest.counters.get("files") != len(cut.sources) or sizes_differ:
        raise _other_input(manifest.folder, "made from", files, cut)
    known = before.get("digests", [])
    digests = _digests_now(cut, files, known, len(known) if is_ended and known else None, execution)
    counts = range(1, len(digests) + 1) if is_ended and not known else [len(digests)]
    for count in counts:
        if corpus_digest(cut, digests[:count]) == manifest.content["inputs"]["corpus"]:
            return digests[:count]
    raise _other_input(manifest.folder, "made from", files, cut, _changed_paths(cut, files, known, digests))


def _digests_now(
    cut: Corpus, files: list[list[Any]], known: list[str], count: int | None, execution: Execution
) -> list[str]:
    """Digests of the first `count` pieces (None: of all): those that are known of files that look the same, others anew."""
    pieces = _all_pieces(cut)[:count]
    same = {tuple(file) for file in files} if len(known) == len(pieces) else set()
    anew = [number for number, piece in enumerate(pieces) if tuple(glance(piece.source)) not in same]
    read = run_tasks(Piece.digest, [(pieces[number],) for number in anew], execution)
    digests = {anew[index]: digest for index, digest in read}
    return [digests[number] if number in digests else known[number] for number in range(len(pieces))]


def _all_pieces(cut: Corpus) -> list[Piece]:
    return [piece for task in cut.tasks for piece in task]


def _changed_paths(cut: Corpus, files: list[list[Any]], before: Sequence[str], now: Sequence[str]) -> set[str] | None:
    """The files of which a piece has another digest than before; None where that is not known.

    Pieces are compared by their places, so the files must be the same in the same order.
    """
    if len(before) != len(now) or [path for path, *_ in files] != [source.path for source in cut.sources]:
        return None
    pieces = zip(_all_pieces(cut), before, now, strict=False)
    return {piece.source.path for piece, old, new in pieces if old != new}


# -- what is told -----------------------------------------------------------------------------------------------------


def _other_input(
    output: store.Location, how: str, files: list[list[Any]], cut: Corpus, changed: set[str] | None = None
) -> StoreError:
    return StoreError(
        f"{output}: was {how} other input: {difference(files, cut.fingerprint(), changed)}. Use --overwrite to "
        "replace it, or choose another -o"
    )


def difference(before: list[list[Any]], now: list[list[Any]], changed: set[str] | None = None) -> str:
    """`2 files came (b.txt, d.txt), 1 went (a.txt)`: how two lists of path, size and stamp differ.

    `changed` are the paths whose content is known to differ; where that is not known, a file of the same size with another
    stamp is one that may have.
    """
    old, new = ({path: (size, stamp) for path, size, *stamp in files} for files in (before, now))
    both = [path for path in new if path in old]
    other = [path for path in both if old[path] != new[path]]
    is_sure = {path for path in other if old[path][0] != new[path][0]} | (changed or set())
    groups = {
        "came": [path for path in new if path not in old],
        "went": [path for path in old if path not in new],
        "changed": [path for path in both if path in is_sure],
        "may have changed": [path for path in other if path not in is_sure] if changed is None else [],
    }
    told = [f"{quantity(len(paths), 'file')} {verb} ({_some(paths)})" for verb, paths in groups.items() if paths]
    if not before:
        there = agreeing(len(new), "is", "are")
        return f"{quantity(len(new), 'file')} {there} there now, and the log does not say which there were before"
    return (
        ", ".join(told)
        or "the same files in a different order, under other arguments, or with other documents held out"
    )


def _some(paths: Sequence[str]) -> str:
    return ", ".join(paths[:NAMES_SHOWN]) + (
        f" and {len(paths) - NAMES_SHOWN:,} more" if len(paths) > NAMES_SHOWN else ""
    )


# -- an unfinished folder ---------------------------------------------------------------------------------------------


def refuse_changes_meanwhile(cut: Corpus, digests: Sequence[str], execution: Execution) -> None:
    """`InputError` for a file that is no longer what was read of it; one that has another inode alone passes.

    `digests` are those of the pieces that were read.
    """
    touched = {source.path: source for source in cut.sources if not changes.is_untouched(source)}
    for source in touched.values():
        if changes.has_changed(source) or changes.has_other_spool(source):
            raise changes.changed(source)
    read = [
        (piece, digest)
        for piece, digest in zip(_all_pieces(cut), digests, strict=False)
        if piece.source.path in touched
    ]
    for number, digest in run_tasks(Piece.digest, [(piece,) for piece, _ in read], execution):
        if digest != read[number][1]:
            raise changes.changed(read[number][0].source)


def refuse_other_beginning(cut: Corpus, scratch: Output) -> None:
    """An unfinished folder goes on only from the files that it was begun with, which the record of one piece tells."""
    names = (name for name in store.own_files(scratch.folder) if name.startswith(f"{store.SCRATCH}/piece-"))
    records = (read_record(scratch.folder.path(name)) for name in names if name.endswith(".json"))
    record = next((record for record in records if record), None)
    if record and scratch.identity.changes_from(record):
        raise _begun_with_other(cut, scratch)


def _begun_with_other(cut: Corpus, scratch: Output, changed: set[str] | None = None) -> StoreError:
    files = _last(str(scratch.location), "start").get("files", [])
    return _other_input(scratch.location, "begun with", files, cut, changed)


def refuse_changed_content(
    cut: Corpus, scratch: Output, records: dict[int, dict[str, Any] | None], execution: Execution
) -> None:
    """Files whose stamp has changed since they were read are read once more; equal content is accepted."""
    touched = [
        number
        for number, record in records.items()
        if record is not None and record["files"] != [glance(piece.source) for piece in cut.tasks[number]]
    ]
    before = {number: record["digests"] for number in touched if (record := records[number])}
    pieces = [
        (piece, digest) for number in touched for piece, digest in zip(cut.tasks[number], before[number], strict=False)
    ]
    now = run_tasks(Piece.digest, [(piece,) for piece, _ in pieces], execution)
    if changed := {pieces[index][0].source.path for index, digest in now if digest != pieces[index][1]}:
        raise _begun_with_other(cut, scratch, changed)
