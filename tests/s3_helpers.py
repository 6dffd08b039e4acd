"""A real S3 server for tests (moto's), paths in it, and comparison of its objects with a local folder."""

import contextlib
import subprocess
import sys

import store_helpers as helpers

from bertprep import store

BUCKET = "corpora"
# the system assigns the port when it is opened; a port chosen beforehand could be taken by then
SERVER = """
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
server._thread.join()
"""


@contextlib.contextmanager
def server():
    """Run an S3 server; yields its port."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def environment(port):
    """The environment variables with which Arrow and boto3 find the server."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Place:
    """A prefix of the bucket that joins names with `/`, as a path does."""

    def __init__(self, name):
        self.name = name

    def __truediv__(self, name):
        return Place(f"{self.name}/{name}")

    def __str__(self):
        return f"s3://{BUCKET}/{self.name}"


def upload(bucket, folder, prefix):
    """Upload all files of a folder below a prefix."""
    for path in folder.rglob("*"):
        if path.is_file():
            bucket.upload_file(str(path), BUCKET, f"{prefix}/{path.relative_to(folder).as_posix()}")


def keys(bucket, prefix):
    """Names of all objects below a prefix, except Arrow's folder markers, whose names end with `/`."""
    pages = bucket.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix + "/")
    return [entry["Key"] for page in pages for entry in page.get("Contents", []) if not entry["Key"].endswith("/")]


def objects(bucket, prefix):
    """Name -> bytes of all objects below a prefix."""
    found = keys(bucket, prefix)
    return {key[len(prefix) + 1 :]: bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in found}


def remove(bucket, prefix):
    """Delete all objects below a prefix, and the folder markers."""
    for page in bucket.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix + "/"):
        for entry in page.get("Contents", []):
            bucket.delete_object(Bucket=BUCKET, Key=entry["Key"])


def assert_same_data(bucket, prefix, folder):
    """Check that the objects below a prefix are those of the folder, with the same bytes, apart from the log."""
    remote = objects(bucket, prefix)
    manifest = store.read_manifest(f"s3://{BUCKET}/{prefix}")
    assert manifest.digest == store.read_manifest(folder).digest
    local = helpers.contents(folder)
    del local["manifest.json"]
    assert {part["name"]: remote[part["file"]] for part in manifest.content["parts"]} == local
    files = {part["file"] for part in manifest.content["parts"]}
    assert {name for name in remote if not name.startswith("runs/")} == {"manifest.json", *files}
