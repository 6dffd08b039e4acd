"""Whether the input of `segment` is still the one from which a folder was made or begun.

The corpus digest is computed while reading, and known once all pieces are read. A later run recognizes unchanged files by
size and stamp (times and inode), which are kept in `run.jsonl` and with the scratch files. A file with another stamp is
read again, and accepted if its content is equal. Raises `StoreError` for different input, with the added, removed and
changed files, and `InputError` for a file that changes while it is read.
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
    """The identity of output made with these settings from these inputs; includes the language model if it is used."""
    if settings.lang == "auto":
        inputs["language_model"] = ngram_model.digest()
    return Identity.of(SEGMENT, settings, inputs)


def identity_there(cut: Corpus, settings: SegmentSettings, output: str) -> Identity:
    """The identity with the corpus digest that the existing folder has, so that everything else can be compared."""
    with contextlib.suppress(StoreError):
        if digest := store.read_manifest(output).content["inputs"].get("corpus"):
            return identity_of(settings, corpus=digest, **cut.fixed_inputs())
    return identity_of(settings, **cut.fixed_inputs())


def wanted(cut: Corpus, settings: SegmentSettings, output: str) -> tuple[Output, bool]:
    """The folder, and whether inputs can be compared, while the corpus digest is unknown because nothing was read yet."""
    identity = identity_there(cut, settings, output)
    return Output(output, identity), "corpus" in identity.inputs


def scratch_identity(cut: Corpus, settings: SegmentSettings) -> Identity:
    """The identity of scratch files, which has no corpus digest, since the input is not read yet."""
    sizes = [[source.path, source.size, source.group] for source in cut.sources]
    partitions = f"{cut.train}+{cut.validation}" + (f" in {cut.levels.groups} groups" if cut.levels.are_two else "")
    return identity_of(settings, files=digest_of(sizes), partitions=partitions, **cut.fixed_inputs())


def corpus_digest(cut: Corpus, digests: Sequence[str]) -> str:
    """A digest of the input's bytes, names and groups, independent of its folder; with --limit, of the pieces read."""
    pieces = zip(_all_pieces(cut), digests, strict=False)
    return digest_of([[piece.source.name, piece.source.group, digest] for piece, digest in pieces])


def log(output: str, event: str, cut: Corpus, **facts: Any) -> None:
    """Add a line to the log with the digest of the list of files; the list itself is logged only the first time."""
    files = cut.fingerprint()
    digest = digest_of(files)
    is_known = any(digest == _files_digest(run) for run in store.read_runs(output) if "files" in run)
    listed = {} if is_known else {"files": files}
    store.log_run(output, event, stage="segment", **facts, files_digest=digest, **listed)


def _last(output: str, event: str) -> dict[str, Any]:
    """The last such event in the log with its list of files; empty if there is none."""
    runs = store.read_runs(output)
    events = (run for run in reversed(runs) if run["event"] == event and _files_digest(run))
    last = next(events, None)
    if last is None:
        return {}
    lists = (run["files"] for run in runs if "files" in run and _files_digest(run) == _files_digest(last))
    return {**last, "files": next(lists, [])}


def _files_digest(run: dict[str, Any]) -> str | None:
    """The digest of the list of files that belongs to a line of the log."""
    return digest_of(run["files"]) if "files" in run else run.get("files_digest")


def logged_arguments(corpus: Sequence[str]) -> list[str]:
    """The first arguments of `segment`, for the log; the list of files covers the rest."""
    return list(corpus[:ARGUMENTS_KEPT])


def looks_unchanged(output: str, cut: Corpus) -> bool:
    """Whether a finished folder was made from files with these sizes and stamps."""
    return _last(output, "finish").get("files") == cut.fingerprint()


def finished(cut: Corpus, output: str, settings: SegmentSettings, execution: Execution) -> store.Manifest | None:
    """The manifest, if the folder is complete and made from these files; files that look changed are read."""
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
    """The digests of the pieces from which the folder was made; `StoreError` if they have changed.

    Sizes determine how the input is cut, so all files must have the same sizes, even if --limit ended the run within the
    first pieces; then only the content of these is compared.
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
    """Digests of the first `count` pieces (None: all): known ones for files that look the same, else computed."""
    pieces = _all_pieces(cut)[:count]
    same = {tuple(file) for file in files} if len(known) == len(pieces) else set()
    unknown = [number for number, piece in enumerate(pieces) if tuple(glance(piece.source)) not in same]
    read = run_tasks(Piece.digest, [(pieces[number],) for number in unknown], execution)
    digests = {unknown[index]: digest for index, digest in read}
    return [digests[number] if number in digests else known[number] for number in range(len(pieces))]


def _all_pieces(cut: Corpus) -> list[Piece]:
    return [piece for task in cut.tasks for piece in task]


def _changed_paths(cut: Corpus, files: list[list[Any]], before: Sequence[str], now: Sequence[str]) -> set[str] | None:
    """The files with a piece whose digest has changed; None if that is not known.

    Pieces are compared by position, so the files must be the same in the same order.
    """
    if len(before) != len(now) or [path for path, *_ in files] != [source.path for source in cut.sources]:
        return None
    pieces = zip(_all_pieces(cut), before, now, strict=False)
    return {piece.source.path for piece, old, new in pieces if old != new}


# -- messages ---------------------------------------------------------------------------------------------------------


def _other_input(
    output: store.Location, how: str, files: list[list[Any]], cut: Corpus, changed: set[str] | None = None
) -> StoreError:
    return StoreError(
        f"{output}: was {how} other input: {difference(files, cut.fingerprint(), changed)}. Use --overwrite to "
        "replace it, or choose another -o"
    )


def difference(before: list[list[Any]], now: list[list[Any]], changed: set[str] | None = None) -> str:
    """`2 files came (b.txt, d.txt), 1 went (a.txt)`: the differences of two lists of path, size and stamp.

    `changed` are the paths whose content has changed; None if that is unknown, and then a file of the same size with
    another stamp is reported as possibly changed.
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
    phrases = [f"{quantity(len(paths), 'file')} {verb} ({_some(paths)})" for verb, paths in groups.items() if paths]
    if not before:
        there = agreeing(len(new), "is", "are")
        return f"{quantity(len(new), 'file')} {there} there now, and the log does not say which there were before"
    return (
        ", ".join(phrases)
        or "the same files in a different order, under other arguments, or with other documents held out"
    )


def _some(paths: Sequence[str]) -> str:
    return ", ".join(paths[:NAMES_SHOWN]) + (
        f" and {len(paths) - NAMES_SHOWN:,} more" if len(paths) > NAMES_SHOWN else ""
    )


# -- an unfinished folder ---------------------------------------------------------------------------------------------


def refuse_changes_meanwhile(cut: Corpus, digests: Sequence[str], execution: Execution) -> None:
    """`InputError` for a file that has changed since it was read; a new inode alone is accepted.

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
    """`StoreError` if an unfinished folder was begun with other files, according to the record of one piece."""
    names = (name for name in store.own_files(scratch.folder) if name.startswith(f"{store.SCRATCH}/piece-"))
    records = (read_record(scratch.folder.path(name)) for name in names if name.endswith(".json"))
    record = next((record for record in records if record), None)
    if record and scratch.identity.changes_from(record):
        raise _begun_with_other_input(cut, scratch)


def _begun_with_other_input(cut: Corpus, scratch: Output, changed: set[str] | None = None) -> StoreError:
    files = _last(str(scratch.location), "start").get("files", [])
    return _other_input(scratch.location, "begun with", files, cut, changed)


def refuse_changed_content(
    cut: Corpus, scratch: Output, records: dict[int, dict[str, Any] | None], execution: Execution
) -> None:
    """Read files again whose stamp has changed since they were read; equal content is accepted, else `StoreError`."""
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
        raise _begun_with_other_input(cut, scratch, changed)
