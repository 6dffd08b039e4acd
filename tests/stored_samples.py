"""An object store without a network: what is below s3://bucket lies in a local folder."""

import pyarrow.fs

from bertprep.core import places


def local_bucket(monkeypatch, folder):
    """Let `s3://bucket/name` be the path `name` below a folder, and let no try wait."""
    from bertprep.train.data import download

    system = pyarrow.fs.SubTreeFileSystem(str(folder), pyarrow.fs.LocalFileSystem())
    monkeypatch.setattr(places, "_from_uri", lambda uri: (system, ""))
    monkeypatch.setattr(download, "FIRST_WAIT_SECONDS", 0.0)
