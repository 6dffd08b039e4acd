"""A spread in two levels writes the same bytes as one level, for any corpus and split, however interrupted."""

import contextlib
import json
import tempfile
from pathlib import Path

import pytest
import store_helpers as helpers
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.processes.runner import Execution
from bertprep.sentences import cutting
from bertprep.sentences import job as segment
from bertprep.sentences.fixed_split import FixedSplit
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import levels, read_runs

ONE, TWO = 0, 1 << 40  # READ_BYTES: reading a batch costs nothing, or more than anything, which gives one or two levels


@contextlib.contextmanager
def spread_in(read_bytes, batch_bytes=1, smallest=150):
    """Small pieces and windows, so that a small corpus has many; and one level or two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "SMALLEST_BYTES", smallest)
        patch.setattr(cutting, "WELL_SPREAD", 1000)
        patch.setattr(levels, "WINDOW_BYTES", 200)
        patch.setattr(levels, "BATCH_BYTES", batch_bytes)
        patch.setattr(levels, "READ_BYTES", read_bytes)
        yield


def segmented(root, name, made, split, workers=1):
    """What `segment` writes to a new folder, or its error about the corpus."""
    fixed = {
        "share": FixedSplit(),
        "corpus": FixedSplit(corpus=str(root / "held")),
        "ids": FixedSplit(ids=str(root / "ids")),
    }[split]
    output = root / name
    try:
        segment.segment([str(root / "in")], str(output), made, Execution(workers), fixed=fixed)
    except InputError as error:
        return str(error)
    assert not (output / ".scratch").exists()
    return helpers.contents(output)


def write(root, texts, kinds):
    """Write JSON lines with ids and plain text without; some of the documents are held out."""
    for folder in ("in", "held"):
        (root / folder).mkdir()
    for number, kind in enumerate(kinds):
        some = texts[number :: len(kinds)]
        lines = [json.dumps({"id": f"d{number}-{at}", "text": text}) for at, text in enumerate(some)]
        (root / "in" / f"{number}.{kind}").write_text("\n".join(lines) if kind == "jsonl" else "\n\n".join(some))
    (root / "held" / "a.txt").write_text("\n\n".join([*texts[:2], "Something else is here."]))
    (root / "ids").write_text("d0-0\nd0-2\n3\nmissing\n")


words = st.sampled_from(["cat", "dog", "house", "tree", "river", "mountain", "bread", "water", "star", "moon"])
texts = st.lists(words, min_size=3, max_size=25).map(lambda some: " ".join(some).capitalize() + ".")


@settings(max_examples=5, deadline=None)
@given(
    st.lists(texts, min_size=25, max_size=50),
    st.lists(st.sampled_from(["jsonl", "txt"]), max_size=3),
    st.integers(9, 30),
    st.booleans(),
    st.sampled_from([1, 60]),
    st.sampled_from(["share", "corpus", "ids"]),
)
def test_two_levels_write_what_one_writes(documents, kinds, partitions, keep, batch_bytes, split):
    share = 0.0 if split != "share" else 0.2
    made = SegmentSettings(partitions=partitions, keep_duplicates=keep, validation_share=share, min_document_chars=1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, [*documents, *documents[::3]], ["jsonl", *kinds])
        with spread_in(ONE):
            expected = segmented(root, "one", made, split)
        with spread_in(TWO, batch_bytes):
            assert batch_bytes > 1 or cutting.scan([str(root / "in")], made).levels.are_two
            assert segmented(root, "two", made, split) == expected


class Killed(BaseException):
    """Raised to end a run at any point."""


def killed(*_):
    raise Killed


def test_a_run_of_two_levels_goes_on_from_wherever_it_was_interrupted(tmp_path, monkeypatch):
    helpers.write_corpus(tmp_path / "in", megabytes=0.06, files=3)
    made = SegmentSettings(partitions=20, validation_share=0.1)
    with spread_in(ONE, smallest=3000):
        expected = segmented(tmp_path, "one", made, "share")
    calls = {"spread": 0, "delete": 0}
    spread_group, folder = segment.spread_group, type(segment.store.folder_at(tmp_path))
    delete = folder.delete

    def spread_some(*given):
        calls["spread"] += 1
        return killed() if calls["spread"] == 8 else spread_group(*given)

    def delete_some(*given):
        calls["delete"] += 1
        return killed() if calls["delete"] == 3 else delete(*given)

    output, corpus = tmp_path / "two", [str(tmp_path / "in")]
    with spread_in(TWO, batch_bytes=600, smallest=3000):
        cut = cutting.scan(corpus, made)
        assert cut.levels.are_two and len(cut.tasks) > 2 * cut.levels.groups
        for place, name, interrupt in (
            (segment, "spread_group", spread_some),
            (folder, "delete", delete_some),
            (segment, "_gather_job", killed),
        ):
            there = {path: path.stat().st_ino for path in output.glob(".scratch/group-*")}
            with monkeypatch.context() as patch, pytest.raises(Killed):
                patch.setattr(place, name, interrupt)
                segment.segment(corpus, str(output), made, Execution(1))
            assert there.items() <= {path: path.stat().st_ino for path in output.glob(".scratch/group-*")}.items()
            wanted = {step.part.split("-")[0]: step.wanted for step in segment.plan(corpus, str(output), made)}
            is_begun = interrupt is spread_some
            assert wanted == {".scratch/piece": False, ".scratch/group": is_begun, "train": True, "validation": True}
        assert there and not list(output.glob(".scratch/piece-*.arrow"))
        assert segmented(tmp_path, "two", made, "share") == expected
        assert segmented(tmp_path, "workers", made, "share", workers=2) == expected
    assert [run["event"] for run in read_runs(str(output))] == ["start"] * 4 + ["finish"]


def test_two_levels_begin_where_they_cost_less():
    for gigabytes, two in ((1, False), (20, False), (128, True), (2000, True), (10_000, True)):
        text = gigabytes << 30
        partitions, files = text // cutting.PARTITION_BYTES, text // cutting.PIECE_BYTES
        planned = levels.Levels.two(partitions)
        larger = -(-text // max(cutting.PIECE_BYTES, levels.task_bytes(planned)))
        assert levels.are_worth(planned, larger, files, text) is two
        # at most about twice as many reads as the text has batches
        assert not two or planned.reads(larger, text) < 2.5 * text / levels.BATCH_BYTES
    assert not levels.are_worth(levels.Levels.two(5000), 1, 1, 1 << 20)
