"""What the tests against an S3 server share: places in its bucket, and comparing them with local folders."""

import store_helpers as helpers

from bertprep import store


class Place:
    """A prefix of the bucket that joins names with `/`, as a path does."""

    def __init__(self, name):
        self.name = name

    def __truediv__(self, name):
        return Place(f"{self.name}/{name}")

    def __str__(self):
        return f"s3://corpora/{self.name}"


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
