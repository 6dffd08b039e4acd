"""Law: on an object store the data are those of a local disk, and what is there is whole. Against a real S3 server."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
import store_helpers as helpers

from bertprep import store
from bertprep.errors import StoreError

boto3 = pytest.importorskip("boto3", reason="needs an S3 server; pip install 'moto[server]' boto3")
pytest.importorskip("moto", reason="needs an S3 server; pip install 'moto[server]'")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bucket():
    """A client of a running S3 server with an empty bucket; the environment points there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        helpers.wait_until(lambda: _answers(port))
        client = boto3.client("s3")
        client.create_bucket(Bucket="corpora")
        yield client
    server.kill()
    server.wait()


def _answers(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/").status == 200
    except OSError:
        return False


class Place:
    """A prefix of the bucket that joins names with `/`, as a path does."""

    def __init__(self, name):
        self.name = name

    def __truediv__(self, name):
        return Place(f"{self.name}/{name}")

    def __str__(self):
        return f"s3://corpora/{self.name}"


@pytest.fixture(scope="module")
def corpus(bucket, tmp_path_factory):
    """The same files on the disk and on the server."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in helpers.write_corpus(folder, megabytes=1.0, files=2):
        bucket.upload_file(str(path), "corpora", f"corpus/{path.name}")
    return folder


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    helpers.make_road(corpus, out)
    return out


def objects(bucket, prefix):
    """Name -> bytes of all objects below a prefix, but for Arrow's marks of folders, whose names end with `/`."""
    found = bucket.list_objects_v2(Bucket="corpora", Prefix=prefix + "/").get("Contents", [])
    keys = [entry["Key"] for entry in found if not entry["Key"].endswith("/")]
    return {key[len(prefix) + 1 :]: bucket.get_object(Bucket="corpora", Key=key)["Body"].read() for key in keys}


def assert_same_data(bucket, prefix, folder):
    """The parts have the same bytes under the names that the manifest gives; nothing else but the log is there."""
    remote = objects(bucket, prefix)
    manifest = store.read_manifest(f"s3://corpora/{prefix}")
    assert manifest.digest == store.read_manifest(folder).digest
    local = helpers.contents(folder)
    del local["manifest.json"]
    assert {part["name"]: remote[part["file"]] for part in manifest.content["parts"]} == local
    files = {part["file"] for part in manifest.content["parts"]}
    assert {name for name in remote if not name.startswith("runs/")} == {"manifest.json", *files}


def test_the_road_on_s3_gives_the_data_of_a_local_disk(bucket, corpus, made):
    for stage in helpers.STAGES:
        code, err = helpers.command(helpers.stage_arguments(stage, Place("corpus"), Place("road")))
        assert code == 0, err
        assert_same_data(bucket, f"road/{stage}", made / stage)
        verified = subprocess.run([sys.executable, "-m", "bertprep_cli", "verify", f"s3://corpora/road/{stage}"])
        assert verified.returncode == 0
    code, err = helpers.command(helpers.stage_arguments("shards", Place("corpus"), Place("road")))
    assert code == 0, err


@pytest.mark.parametrize("stage", ["sentences", "pairs"])
def test_killed_on_s3_and_resumed_same_data(stage, bucket, corpus, made, tmp_path):
    out = Place(f"killed-{stage}")
    for earlier in helpers.STAGES[: helpers.STAGES.index(stage)]:
        for name, data in helpers.contents(made / earlier).items():
            bucket.put_object(Bucket="corpora", Key=f"{out.name}/{earlier}/{name}", Body=data)
    for delay in (0.2, 0.5, 0.9, 1.3):
        process = helpers.start(helpers.stage_arguments(stage, Place("corpus"), out))
        helpers.wait_until(lambda: objects(bucket, f"{out.name}/{stage}") or process.poll() is not None)  # noqa: B023
        until = time.monotonic() + delay
        helpers.wait_until(lambda: time.monotonic() > until)  # noqa: B023
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        helpers.finish(process)
    code, err = helpers.command(helpers.stage_arguments(stage, Place("corpus"), out))
    assert code == 0, err
    assert_same_data(bucket, f"{out.name}/{stage}", made / stage)


def test_two_runs_with_other_settings_at_once_do_not_mix(bucket, made):
    for name in ("sentences", "vocab"):
        for file, data in helpers.contents(made / name).items():
            bucket.put_object(Bucket="corpora", Key=f"both/{name}/{file}", Body=data)
    arguments = helpers.stage_arguments("pairs", None, Place("both"))
    both = [helpers.start([*arguments, "--seed", seed]) for seed in (1, 2)]
    codes = [helpers.finish(process)[0] for process in both]
    assert 0 in codes and set(codes) <= {0, 4}  # the later may have been told that the folder is made otherwise
    assert store.verify(store.read_manifest("s3://corpora/both/pairs")) == []


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
    assert re.search("train-.*its bytes have changed", problem)
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
    for name, data in objects(bucket, "copied/shards").items():
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
def uploaded(bucket, made):
    """The folders of a run in the bucket, as they are on the disk."""
    for stage in helpers.STAGES:
        for name, data in helpers.contents(made / stage).items():
            bucket.put_object(Bucket="corpora", Key=f"look/{stage}/{name}", Body=data)
    return Place("look")


def test_verify_finds_the_input_beside_a_folder_on_s3(uploaded, result):
    found = result("verify", uploaded)  # the whole run
    assert [folder["folder"] for folder in found["folders"]] == [str(uploaded / stage) for stage in helpers.STAGES]
    promises = [promise for folder in found["folders"] for promise in folder["promises"]]
    assert len(promises) > 30 and all(promise["ok"] for promise in promises)


@pytest.mark.parametrize("stage", helpers.STAGES)
def test_inspect_shows_the_same_of_a_bucket(stage, uploaded, made, result):
    there, here = result("inspect", uploaded / stage, "--limit", 5), result("inspect", made / stage, "--limit", 5)
    assert {**there, "folder": ""} == {**here, "folder": ""}


def test_report_of_a_bucket_shows_the_same(uploaded, made, tmp_path, result):
    pytest.importorskip("matplotlib", reason="needs the extra report")
    result("report", uploaded / "shards", "-o", tmp_path / "there.html")
    result("report", made / "shards", "-o", tmp_path / "here.html")
    there, here = ((tmp_path / name).read_text(encoding="utf-8") for name in ("there.html", "here.html"))
    without_speed = re.compile(
        '<section id="speed">.*?</section>\n?|<nav>.*?</nav>', re.DOTALL
    )  # the log stayed behind
    assert without_speed.sub("", there) == without_speed.sub("", here)
    assert result("report", uploaded, "-o", tmp_path / "all.html")["sections"][:4] == ["kept", "rows", "pairs", "masks"]


@pytest.mark.parametrize("kind", ["parquet", "hf"])
def test_export_from_a_bucket_gives_the_same_files(kind, uploaded, made, tmp_path, result):
    result("export", uploaded / "shards", "-o", tmp_path / "there", "--to", kind)
    result("export", made / "shards", "-o", tmp_path / "here", "--to", kind)
    assert helpers.contents(tmp_path / "there") == helpers.contents(tmp_path / "here")


def test_what_needs_folders_of_this_machine_says_so(uploaded, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["train", uploaded / "shards", "-o", "model"],
        ["evaluate", "model", uploaded / "shards"],
        ["export", uploaded / "shards", "-o", "s3://corpora/hf", "--to", "hf"],
        ["run", uploaded / "corpus", "-o", "s3://corpora/run"],
    ):
        code, _, err = command(*arguments)
        assert code == 2 and "of this machine" in err and "s3://" in err
    assert not list(tmp_path.iterdir())
