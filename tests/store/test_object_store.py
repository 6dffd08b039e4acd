"""On an object store the data are those of a local disk, and every object is complete; tested with a real S3 server."""

import os
import re
import signal
import subprocess
import sys
import time

import held
import pytest
import s3_helpers as s3
import store_helpers as helpers
from s3_helpers import Place

from bertprep import store
from bertprep.core.errors import StoreError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def uploaded(bucket, corpus):
    """Upload the corpus to the server."""
    s3.upload(bucket, corpus, "corpus")


def test_the_road_on_s3_gives_the_data_of_a_local_disk(bucket, uploaded, made):
    for stage in helpers.STAGES:
        code, err = helpers.command(helpers.stage_arguments(stage, Place("corpus"), Place("road")))
        assert code == 0, err
        s3.assert_same_data(bucket, f"road/{stage}", made / stage)
        verified = subprocess.run([sys.executable, "-m", "bertprep_cli", "verify", f"s3://corpora/road/{stage}"])
        assert verified.returncode == 0
    code, err = helpers.command(helpers.stage_arguments("shards", Place("corpus"), Place("road")))
    assert code == 0, err


@pytest.mark.parametrize("stage", ["sentences", "pairs"])
def test_killed_on_s3_and_resumed_same_data(stage, bucket, uploaded, made, tmp_path):
    out = Place(f"killed-{stage}")
    for earlier in helpers.STAGES[: helpers.STAGES.index(stage)]:
        for name, data in helpers.contents(made / earlier).items():
            bucket.put_object(Bucket="corpora", Key=f"{out.name}/{earlier}/{name}", Body=data)
    for delay in (0.2, 0.5, 0.9, 1.3):
        process = helpers.start(helpers.stage_arguments(stage, Place("corpus"), out))
        helpers.wait_until(lambda: s3.objects(bucket, f"{out.name}/{stage}") or process.poll() is not None)  # noqa: B023
        until = time.monotonic() + delay
        helpers.wait_until(lambda: time.monotonic() > until)  # noqa: B023
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        helpers.finish(process)
    code, err = helpers.command(helpers.stage_arguments(stage, Place("corpus"), out))
    assert code == 0, err
    s3.assert_same_data(bucket, f"{out.name}/{stage}", made / stage)


def test_a_spread_in_two_levels_killed_on_s3_and_resumed_same_data(bucket, uploaded, made, tmp_path, monkeypatch):
    monkeypatch.setattr(helpers, "COMMAND", helpers.TWO_LEVELS)
    out = Place("levels")
    for stage, kind in (("sentences", "/group-"), ("clean", "/bands-group-")):
        arguments = helpers.stage_arguments(stage, Place("corpus"), out)

        def groups(stage=stage, kind=kind):
            return [key for key in s3.keys(bucket, f"levels/{stage}/.scratch") if kind in key]

        def are_there():
            assert process.poll() is None, process.communicate()  # noqa: B023
            return groups()

        # what comes after the first group never ends
        process = helpers.start(arguments, command=held.command(helpers.COMMAND, tmp_path / stage, kind, after=1))
        helpers.wait_until(are_there)
        process.kill()
        helpers.finish(process)
        assert groups()
        code, err = helpers.command(arguments)
        assert code == 0, err
        s3.assert_same_data(bucket, f"levels/{stage}", made / stage)


def test_two_runs_with_other_settings_at_once_do_not_mix(bucket, made):
    for name in ("sentences", "clean", "vocab"):
        for file, data in helpers.contents(made / name).items():
            bucket.put_object(Bucket="corpora", Key=f"both/{name}/{file}", Body=data)
    arguments = helpers.stage_arguments("pairs", None, Place("both"))
    both = [helpers.start([*arguments, "--seed", seed]) for seed in (1, 2)]
    codes = [helpers.finish(process)[0] for process in both]
    assert 0 in codes and set(codes) <= {0, 4}  # the later one may be refused because of the other settings
    assert store.verify(store.read_manifest("s3://corpora/both/pairs")) == []


def test_two_commands_that_read_standard_input_at_once_do_not_mix(bucket, made, tmp_path, monkeypatch):
    """Before, they shared a file for their input, and both ended with exit code 0 and wrong data."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    texts = [path.read_text() for path in helpers.write_corpus(tmp_path, megabytes=1, files=2, kind="txt")]
    arguments = ["segment", "-", "--validation-share", 0]
    for name, data in zip(("one", "two"), texts, strict=True):
        alone = helpers.start([*arguments, "-o", tmp_path / name], stdin=subprocess.PIPE)
        alone.communicate(data)
        assert alone.returncode == 0
    both = [helpers.start([*arguments, "-o", Place(name)], stdin=subprocess.PIPE) for name in ("one", "two")]
    for start in range(0, 1 << 20, 1 << 17):  # alternately
        for process, data in zip(both, texts, strict=True):
            process.stdin.write(data[start : start + (1 << 17)])
            process.stdin.flush()
    assert [helpers.finish(process)[0] for process in both] == [0, 0]
    for name in ("one", "two"):
        s3.assert_same_data(bucket, name, tmp_path / name)
    assert not list((tmp_path / "tmp").iterdir())


def test_an_output_below_its_corpus_in_a_bucket_is_never_input(bucket, made, tmp_path):
    bucket.put_object(Bucket="corpora", Key="nested/a.txt", Body=b"One begins here. And it goes on.\n")
    arguments = ["segment", Place("nested"), "-o", Place("nested") / "out"]
    digests = set()
    for more in ([], [], ["--overwrite"]):
        assert helpers.command([*arguments, *more])[0] == 0
        digests.add(store.read_manifest("s3://corpora/nested/out").digest)
    assert len(digests) == 1
    code, err = helpers.command(["segment", Place("nested"), "-o", tmp_path / "out"])
    assert code == 0 and "s3://corpora/nested/out (made by bertprep)" in err
    code, err = helpers.command(["segment", Place("nested") / "out", "-o", Place("nested") / "out"])
    assert code == 2 and "is in the output folder" in err
    bucket.put_object(Bucket="corpora", Key="nested/b.txt", Body=b"Two begins here. And it goes on.\n")
    code, err = helpers.command(arguments)
    assert code == 4 and "1 file came (s3://corpora/nested/b.txt)" in err


def test_changed_settings_and_damage_are_told_on_s3_too(bucket, made):
    for name, data in helpers.contents(made / "pairs").items():
        bucket.put_object(Bucket="corpora", Key=f"stale/pairs/{name}", Body=data)
    arguments = ["mask", Place("stale") / "pairs", "-o", Place("stale") / "shards"]
    assert helpers.command(arguments)[0] == 0
    code, err = helpers.command([*arguments, "--seed", 3])
    assert code == 4 and "seed 0 -> 3" in err
    manifest = store.read_manifest("s3://corpora/stale/shards")
    key = f"stale/shards/{manifest.content['parts'][0]['file']}"
    bucket.put_object(Bucket="corpora", Key=key, Body=b"x" * manifest.content["parts"][0]["bytes"])
    (problem,) = store.verify(manifest)
    assert re.search("train-.*its content has changed", problem)
    assert helpers.command([*arguments, "--overwrite"])[0] == 0
    assert store.verify(store.read_manifest("s3://corpora/stale/shards")) == []


def test_what_is_not_there_is_told(bucket):
    with pytest.raises(StoreError, match="no such folder"):
        store.read_manifest("s3://corpora/nowhere")
    code, err = helpers.command(["segment", "s3://corpora/nothing", "-o", "s3://corpora/out"])
    assert code == 3 and "no such file" in err


def test_folders_copied_from_an_object_store_are_folders(bucket, made, tmp_path):
    for name, data in helpers.contents(made / "pairs").items():
        bucket.put_object(Bucket="corpora", Key=f"copied/pairs/{name}", Body=data)
    assert helpers.command(helpers.stage_arguments("shards", None, Place("copied")))[0] == 0
    for name, data in s3.objects(bucket, "copied/shards").items():
        (tmp_path / "shards" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shards" / name).write_bytes(data)
    assert store.read_manifest(tmp_path / "shards").digest == store.read_manifest(made / "shards").digest
    exported = ["export", tmp_path / "shards", "-o", tmp_path / "parquet", "--to", "parquet"]
    report = ["report", tmp_path / "shards", "-o", tmp_path / "report.html"]
    trained = ["train", tmp_path / "shards", "-o", tmp_path / "model", "--model", "tiny", "--steps", 2]
    for arguments in (["verify", tmp_path / "shards"], ["inspect", tmp_path / "shards"], exported, report, trained):
        done = subprocess.run([*helpers.COMMAND, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def whole_run(bucket, made):
    """The folders of a run in the bucket, as they are on the disk."""
    for stage in helpers.STAGES:
        for name, data in helpers.contents(made / stage).items():
            bucket.put_object(Bucket="corpora", Key=f"look/{stage}/{name}", Body=data)
    return Place("look")


def test_verify_finds_the_input_beside_a_folder_on_s3(whole_run, result):
    found = result("verify", whole_run)  # the whole run
    assert [folder["folder"] for folder in found["folders"]] == [str(whole_run / stage) for stage in helpers.STAGES]
    promises = [promise for folder in found["folders"] for promise in folder["promises"]]
    assert len(promises) > 30 and all(promise["ok"] for promise in promises)


@pytest.mark.parametrize("stage", helpers.STAGES)
def test_inspect_shows_the_same_of_a_bucket(stage, whole_run, made, result):
    options = () if stage == "vocab" else ("--limit", 5)  # of a vocabulary some entries of each kind are shown
    there, here = result("inspect", whole_run / stage, *options), result("inspect", made / stage, *options)
    assert {**there, "folder": ""} == {**here, "folder": ""}


def test_report_of_a_bucket_shows_the_same(whole_run, made, tmp_path, result):
    pytest.importorskip("matplotlib", reason="needs the extra report")
    result("report", whole_run / "shards", "-o", tmp_path / "there.html")
    result("report", made / "shards", "-o", tmp_path / "here.html")
    there, here = ((tmp_path / name).read_text(encoding="utf-8") for name in ("there.html", "here.html"))
    without_speed = re.compile(
        '<section id="speed">.*?</section>\n?|<nav>.*?</nav>', re.DOTALL
    )  # the log stayed behind
    assert without_speed.sub("", there) == without_speed.sub("", here)
    assert result("report", whole_run, "-o", tmp_path / "all.html")["sections"][:5] == [
        "kept",
        "rejected",
        "rows",
        "pairs",
        "masks",
    ]


def test_training_reads_a_bucket_as_it_reads_a_folder(whole_run, made, tmp_path, result):
    options = ["--model", "tiny", "--steps", 3, "--device", "cpu"]
    cache = ["--cache-dir", tmp_path / "cache"]
    there = result("train", whole_run / "shards", "-o", tmp_path / "there", *options, *cache)
    here = result("train", made / "shards", "-o", tmp_path / "here", *options)
    assert (there["last_loss"], there["validation"]) == (here["last_loss"], here["validation"])
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("here", "there")]
    assert weights[0] == weights[1] and list((tmp_path / "cache").glob("*.arrow"))
    measured = result("evaluate", tmp_path / "there", whole_run / "shards", "--device", "cpu", *cache)
    assert measured["mlm_loss"] == here["validation"]["mlm_loss"]
    forecast = result("train", whole_run / "shards", "-o", tmp_path / "new", *options, *cache, "--dry-run")
    assert forecast["stored"]["bytes"] >= forecast["stored"]["bytes_at_once"] > 0


@pytest.mark.parametrize("kind", ["parquet", "hf"])
def test_export_from_a_bucket_gives_the_same_files(kind, whole_run, made, tmp_path, result):
    result("export", whole_run / "shards", "-o", tmp_path / "there", "--to", kind)
    result("export", made / "shards", "-o", tmp_path / "here", "--to", kind)
    assert helpers.contents(tmp_path / "there") == helpers.contents(tmp_path / "here")


def test_what_needs_folders_of_this_machine_says_so(whole_run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    for arguments in (["export", whole_run / "shards", "-o", "s3://corpora/hf", "--to", "hf"],):
        code, _, err = command(*arguments)
        assert code == 2 and "local folder" in err and "s3://" in err
    assert not list(tmp_path.iterdir())
