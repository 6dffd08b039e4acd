"""An object store without a network: s3://bucket is a local folder."""

import pyarrow.fs

from bertprep.core import places
from bertprep.store.object_folder import ObjectFolder


def local_bucket(monkeypatch, folder):
    """Make `s3://bucket/name` the path `name` below a folder, and retries immediate."""
    from bertprep.train.data import download

    system = pyarrow.fs.SubTreeFileSystem(str(folder), pyarrow.fs.LocalFileSystem())
    monkeypatch.setattr(places, "_from_uri", lambda uri: (system, ""))
    real = ObjectFolder.write

    def write(self, name, data):
        (folder / self._root.lstrip("/") / name).parent.mkdir(parents=True, exist_ok=True)
        real(self, name, data)

    monkeypatch.setattr(ObjectFolder, "write", write)
    monkeypatch.setattr(download, "FIRST_WAIT_SECONDS", 0.0)
