"""Plans and logs of a hundred thousand files and parts grow in proportion to them."""

import json
import pickle
import types

import pyarrow as pa
import pytest
import store_helpers as helpers
from bertprep_cli.console import SCREEN_LINES, Console, show_plan
from stored_samples import local_bucket

from bertprep import store
from bertprep.core import fields
from bertprep.corpus.pieces import PieceReader
from bertprep.processes.runner import Execution
from bertprep.sentences import cutting
from bertprep.sentences import job as segment
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards import job as mask
from bertprep.shards.settings import MaskSettings
from bertprep.store import identity, job, output

MANY = 30_000


def steps_of(count, done):
    names = [store.part_name(kind, number, count) for kind in ("train", "validation") for number in range(count)]
    return [
        job.PlanStep(name, number >= done, "complete" if number < done else "missing")
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize(("count", "done"), [(1, 0), (9, 3), (MANY, 0), (MANY, 7), (MANY, MANY), (MANY, 2 * MANY)])
def test_a_plan_fits_a_screen_and_counts_every_part(count, done, capsys):
    show_plan(Console({"json": False, "quiet": False}), steps_of(count, done))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= SCREEN_LINES
    told = [sum(_parts(line) for line in lines if line.startswith(verb)) for verb in ("keep", "make")]
    assert told == [done, 2 * count - done]
    assert all(line.endswith("complete" if line.startswith("keep") else "missing") for line in lines)


def _parts(line):
    """The number of parts that a line of a plan covers."""
    return next((int(word.replace(",", "")) for word in line.split()[1:3] if word[0].isdigit()), 1)


def test_the_log_lists_files_once_however_often_segment_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(segment.input_identity, "ARGUMENTS_KEPT", 2)
    corpus = [str(path) for path in helpers.write_corpus(tmp_path / "in", megabytes=0.02, files=5)]
    for overwrite in (False, True, False, True):
        segment.segment(corpus, str(tmp_path / "out"), SegmentSettings(), Execution(1, overwrite))
    log = (tmp_path / "out" / "run.jsonl").read_text()
    assert [log.count(path) for path in corpus] == [1 + 3, 1 + 3, 1, 1, 1]  # three runs log the first arguments
    runs = store.read_runs(tmp_path / "out")
    assert len(runs) == 6 and len({run["files_digest"] for run in runs}) == 1
    # a changed list of files is logged once more, and the log still contains the previous one
    helpers.write_corpus(tmp_path / "in", megabytes=0.02, files=5, seed=1)
    with pytest.raises(store.manifest.StoreError, match="changed"):
        segment.segment(corpus, str(tmp_path / "out"), SegmentSettings(), Execution(1))


def test_a_log_that_names_files_in_every_line_is_still_understood(tmp_path, monkeypatch):
    helpers.write_corpus(tmp_path / "in", megabytes=0.02)
    arguments = ([str(tmp_path / "in")], str(tmp_path / "out"), SegmentSettings())
    segment.segment(*arguments, Execution(1))
    log = tmp_path / "out" / "run.jsonl"
    start, finish = map(json.loads, log.read_text().splitlines())
    finish["files"] = start["files"]
    log.write_text(
        "".join(json.dumps({k: v for k, v in each.items() if k != "files_digest"}) + "\n" for each in (start, finish))
    )
    monkeypatch.setattr(segment.input_identity, "_same_digests", None)  # nothing must be read again
    assert segment.segment(*arguments, Execution(1)).made is False


def test_a_shard_is_told_only_of_the_parts_it_reads(monkeypatch):
    """All shards together list each part about once, so messages to workers grow linearly with the corpus."""
    sizes, shards = [(7 * number) % 13 for number in range(500)], 120
    entries = [{"name": store.part_name("train", n, len(sizes)), "rows": rows} for n, rows in enumerate(sizes)]
    content = {"parts": entries, "settings": {"passes": 1}, "digest": "0" * 32}
    source = types.SimpleNamespace(
        digest="0" * 32,
        settings=content["settings"],
        bytes=0,
        parts=lambda split: [(each["name"], each["rows"]) for each in entries if each["name"].startswith(split)],
    )
    monkeypatch.setattr(mask.store, "read_manifest", lambda *arguments: source)
    monkeypatch.setattr(mask, "whole_vocabulary", lambda pairs: None)
    monkeypatch.setattr(mask, "vocabulary_files", lambda vocabulary, below: {})
    tasks = mask.plan("pairs", "out", MaskSettings(shards=shards)).tasks
    assert sum(len(task.inputs) for task in tasks) <= len(sizes) + 2 * shards
    rows = [(name, row) for name, count in source.parts("train") for row in range(count)]
    for task in tasks:
        read = [(name, row) for name, count in task.inputs for row in range(count)]
        first, last = (row - task.before for row in task.rows)
        assert read[first:last] == rows[slice(*task.rows)] and task.rows[1] > task.rows[0]
    assert max(len(pickle.dumps(task)) for task in tasks) < 3 * min(len(pickle.dumps(task)) for task in tasks)


def test_planning_looks_at_heads_of_files_and_lists_a_folder_once(tmp_path, monkeypatch):
    """At most the first 4 kB of a file are read, and work common to all parts is done once."""
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 10_000)
    files = helpers.write_corpus(tmp_path / "in", megabytes=1, files=2)
    read, digests, listed = [], [], []
    monkeypatch.setattr(PieceReader, "read_at", counted(PieceReader.read_at, read))
    monkeypatch.setattr(identity, "digest_of", counted(fields.digest_of, digests))
    monkeypatch.setattr(store.folder.LocalFolder, "size", counted(store.folder.LocalFolder.size, listed))
    steps = segment.plan([str(tmp_path / "in")], str(tmp_path / "out"), SegmentSettings(partitions=50))
    assert len(steps) > 50 and all(step.wanted for step in steps)
    assert sum(map(len, (data for _, data in read))) <= 4096 * len(files)
    assert len(digests) <= 3 and not listed


def test_scratch_files_are_not_opened_to_tell_what_a_folder_holds(tmp_path, monkeypatch):
    """There is one for each piece of the input, and none records what it was made from."""
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 10_000)
    monkeypatch.setattr(cutting, "WELL_SPREAD", 50)
    monkeypatch.setattr(cutting, "are_worth", lambda *arguments: False)  # two levels, of few tasks
    helpers.write_corpus(tmp_path / "in", megabytes=1)
    opened = []
    monkeypatch.setattr(output, "read_record", counted(output.read_record, opened))
    segment.segment([str(tmp_path / "in")], str(tmp_path / "out"), SegmentSettings(partitions=3), Execution(1))
    assert len(opened) <= 4  # parts


def test_what_an_unfinished_folder_holds_is_told_by_few_files(tmp_path, monkeypatch):
    """The record of each piece is read once, and one more to compare; in an object store, names show which parts exist."""
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 10_000)
    monkeypatch.setattr(cutting, "WELL_SPREAD", 50)
    monkeypatch.setattr(cutting, "are_worth", lambda *arguments: False)  # two levels, of few tasks
    (tmp_path / "bucket").mkdir()
    local_bucket(monkeypatch, tmp_path / "bucket")
    helpers.write_corpus(tmp_path / "in", megabytes=1)
    cut = cutting.scan([str(tmp_path / "in")], settings := SegmentSettings(partitions=3))
    with monkeypatch.context() as interrupted, pytest.raises(KeyboardInterrupt):
        interrupted.setattr(segment.store.Output, "finish", lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        segment.segment([str(tmp_path / "in")], "s3://bucket/out", settings, Execution(1))
    records, opened = [], []
    for module in (segment, segment.input_identity):
        monkeypatch.setattr(module, "read_record", counted(module.read_record, records))
    monkeypatch.setattr(output, "read_record", counted(output.read_record, opened))
    assert segment.segment([str(tmp_path / "in")], "s3://bucket/out", settings, Execution(1)).made
    assert len(cut.tasks) > 10 and len(records) == len(cut.tasks) + 1 and len(opened) <= 4
    made_by = store.Identity("mask", 1, {}, {})
    for name in (names := [store.part_name("train", number, 9) for number in range(9)])[:4]:
        helpers_part(output.Output("s3://bucket/parts", made_by), name)
    opened.clear()
    assert output.Output("s3://bucket/parts", made_by).own_parts_there(names) == {0, 1, 2, 3} and not opened
    other = store.Identity("mask", 2, {}, {})
    assert output.Output("s3://bucket/parts", other).own_parts_there(names) == set()


def helpers_part(out, name):
    store.write_part(out.path(name), name, pa.table({"a": [1]}), out.identity, {})


def counted(function, calls):
    def counting(*arguments):
        result = function(*arguments)
        calls.append((arguments, result))
        return result

    return counting
