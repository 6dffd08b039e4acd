"""The simulator behind the tables of docs/scale.md: it counts what a run does, and can use the rates of a run."""

import collections
import dataclasses
import json
import os
import sys
from pathlib import Path

import pytest
import store_helpers as helpers

import bertprep
from bertprep.core import costs
from bertprep.core.errors import InputError
from bertprep.corpus.pieces import PieceReader
from bertprep.processes.runner import Execution
from bertprep.sentences import cutting
from bertprep.sentences import job as segment
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import levels as spread_levels

sys.path.append(str(Path(__file__).parents[1] / "bench"))
import grow
import run_rates
import simulate
import stage_counts
import traced


@pytest.mark.parametrize(("partitions", "levels"), [(None, 1), (60, 2)])
def test_simulated_counts_are_those_of_a_run(tmp_path, monkeypatch, partitions, levels):
    """Names and sizes alone determine how a corpus is cut, which files are opened, and how much is read and written."""
    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 10_000)
    monkeypatch.setattr(spread_levels, "READ_BYTES", levels - 1 << 20)  # cost of a read, in bytes
    (file,) = helpers.write_corpus(tmp_path / "in", megabytes=0.5)
    settings = SegmentSettings(partitions=partitions)
    real = cutting.scan([str(file)], settings)
    told = stage_counts.planned(file.stat().st_size, file.stat().st_size, partitions=partitions)
    ranges = [[[(piece.start, piece.stop) for piece in task] for task in cut.tasks] for cut in (real, told)]
    assert ranges[0] == ranges[1] and sum(map(len, ranges[0])) > 10
    assert (real.train, real.validation, real.levels) == (told.train, told.validation, told.levels)
    assert 1 + real.levels.are_two == levels

    seen, scratch = collections.Counter(), {}
    read_at, open_part = PieceReader.read_at, spread_levels.open_part

    def reading(reader, offset, count):
        data = read_at(reader, offset, count)
        seen["input"] += len(data)
        return data

    class Opened:
        def __init__(self, path, mapped):
            self.file = open_part(path, mapped=mapped)
            self.num_record_batches = self.file.num_record_batches
            scratch[str(path)] = os.path.getsize(str(path))
            seen["opened"] += 1

        def get_batch(self, index):
            batch = self.file.get_batch(index)
            seen.update(batches=1, rows=batch.nbytes)
            return batch

    monkeypatch.setattr(PieceReader, "read_at", reading)
    monkeypatch.setattr(spread_levels, "open_part", Opened)
    result = segment.segment([str(file)], str(tmp_path / "out"), settings, Execution(1))
    rates = dataclasses.replace(stage_counts.RATES, scratch=seen["rows"] / levels / file.stat().st_size)
    count = stage_counts.steps(told, rates, workers=1)["segment"]
    assert seen["input"] == pytest.approx(count["spread"].read_bytes, rel=0.15)
    later = stage_counts.total(each for step, each in count.items() if step != "spread")
    assert seen["opened"] == later.opened
    assert 2 * seen["opened"] + seen["batches"] == pytest.approx(later.reads, rel=0.03)  # some pieces have no document
    written = sum(count[step].written_bytes for step in count if step != "gather")
    assert sum(scratch.values()) == pytest.approx(written, rel=0.15)
    assert count["gather"].written == len(result.manifest.content["parts"])


def test_rates_are_those_of_a_run(tmp_path):
    """With these rates the model predicts the run's seconds and folder sizes."""
    (file,) = helpers.write_corpus(tmp_path / "in", megabytes=0.2)
    bertprep.run(str(file), tmp_path, until="mask", workers=1, train_vocab={"size": 1000})
    seconds = {"segment": 3.0, "train-vocab": 90.0, "build-pairs": 40.0, "mask": 0.05}
    for stage, name in run_rates.FOLDERS.items():
        change_log(tmp_path / name, lambda run, stage=stage: {**run, "seconds": seconds[stage], "workers": 1})
    size = file.stat().st_size
    rates, cut = run_rates.of_run(tmp_path), stage_counts.planned(size, size)
    made = stage_counts.steps(cut, rates)
    told = {stage: stage_counts.stage_seconds(found, size, rates) for stage, found in made.items()}
    assert told == pytest.approx(seconds) and rates.segment > stage_counts.RATES.segment
    for stage in ("segment", "build-pairs", "mask"):
        parts = (tmp_path / run_rates.FOLDERS[stage]).glob("*.arrow")
        last = list(made[stage].values())[-1]
        assert last.written_bytes == pytest.approx(sum(part.stat().st_size for part in parts), rel=0.001)

    # twice the workers for the same seconds are twice the work
    change_log(tmp_path / "shards", lambda run: {**run, "workers": 2})
    assert run_rates.of_run(tmp_path).mask == pytest.approx(2 * rates.mask)
    for change, said in [
        ({"seconds": 0.0}, "mask took 0.0 s, too little"),
        ({"event": "start"}, "no run that made it all"),
    ]:
        change_log(tmp_path / "shards", lambda run, change=change: {**run, **change})
        with pytest.raises(InputError, match=said):
            run_rates.of_run(tmp_path)


def test_docs_have_the_tables_of_the_simulator():
    """All tables take half a minute, so only the rows of 20 GB are compared; `simulate.py` prints the complete ones."""
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8").splitlines()
    corpora = list(simulate.shapes([20], stage_counts.RATES))
    tables = simulate.counts_table(corpora), simulate.hours_table(corpora, stage_counts.RATES)
    lines = "\n".join([*tables, simulate.rates_table(stage_counts.RATES)]).splitlines()
    assert [line for line in lines if line not in page] == [] and len(lines) > 20


def test_plans_of_the_command_agree_with_the_simulator():
    """Both tables of rates are from docs/scale.md; a plan is accurate to a factor of two."""
    for stage, rate in costs.RATES.items():
        told = getattr(stage_counts.RATES, stage.replace("-", "_"), 1 / rate.megabytes)
        assert 0.5 <= told * rate.megabytes <= 2, stage
    outputs = [costs.RATES[stage].output for stage in ("segment", "build-pairs", "mask")]
    rates = stage_counts.RATES
    assert outputs == pytest.approx([rates.sentences, rates.pairs, rates.shards], abs=0.01)


def change_log(folder, change):
    """Rewrite every line of a log."""
    path = folder / "run.jsonl"
    lines = [json.dumps(change(json.loads(line))) + "\n" for line in path.read_text().splitlines()]
    path.write_text("".join(lines))


def test_a_trace_is_counted_by_files_of_the_corpus_and_parts():
    part = "/out/train-00001-of-00016.arrow.tmp"
    lines = [
        '7 openat(AT_FDCWD, "/in/a.jsonl"..., O_RDONLY) = 5</in/a.jsonl>',
        '7 pread64(5</in/a.jsonl>, ""..., 1048576, 0) = 4096',
        '7 pread64(5</in/a.jsonl>, ""..., 1048576, 4096) = 0',  # the end of the file
        '7 openat(AT_FDCWD, "/in/b.jsonl", O_RDONLY) = 6</in/b.jsonl>',  # not part of the corpus
        f'7 openat(AT_FDCWD, "x", O_WRONLY|O_CREAT, 0666) = 7<{part}>',
        f'7 write(7<{part}>, ""..., 100) = 60',
        f"7 mmap(NULL, 5000, PROT_READ, MAP_SHARED, 7<{part}>, 0) = 0x7f00",
        f'7 write(7<{part}>, ""..., 100) = -1 ENOSPC (No space left on device)',
        "7 +++ exited with 0 +++",
    ]
    told = stage_counts.Count(0, opened=1, reads=2, read_bytes=9096, written=1, written_bytes=60)
    assert traced.counted(lines, {"/in/a.jsonl"}) == told


def test_a_grown_corpus_gives_rare_words_an_ending():
    seen = collections.Counter({"rare": 1, "often": 9, "größe": 2})
    pieces = grow.around_rare('often "rare"\n größe often rare', seen)
    assert [json.loads(b'"%s"' % word.encode().join(pieces)) for word in ("", "b")] == [
        'often "rare"\n größe often rare',
        'often "rareb"\n größeb often rareb',
    ]
