"""Training on shards in an object store equals training on local ones, with a cache folder that never exceeds its limit."""

import contextlib
import dataclasses
import json
import os
import shutil
import threading
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_samples import local_bucket
from train_samples import random_rows, write_shards

from bertprep import store
from bertprep.core.errors import BertprepError, StageError, StoreError, UsageError
from bertprep.train import evaluate, train
from bertprep.train.data import download
from bertprep.train.data.cache_folder import BusyError, CacheFolder, StoredFile, alone
from bertprep.train.data.dataset import Data
from bertprep.train.data.loader import Order
from bertprep.train.data.mixture import Mixture, shelf_of, sources_of
from bertprep.train.data.shelf import Shelf
from bertprep.train.settings import CacheSettings, TrainSettings

SHAPE = dict.fromkeys(("hidden_size", "intermediate_size"), 16) | {"num_hidden_layers": 1, "num_attention_heads": 1}
SETTINGS = TrainSettings(model_config=SHAPE, batch_size=32, epochs=1, device="cpu", save_every=3, eval_every=4)
TIMES = ("seconds", "train_seconds", "tokens_per_second", "flops_per_second", "peak_memory_bytes", "mfu")


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    """Two folders of shards in `bucket`, in parts of about 40 rows."""
    bucket = tmp_path_factory.mktemp("bucket")
    for number, name in enumerate(("one", "two")):
        pieces = [random_rows(40 + part, seed=100 * number + part) for part in range(5)]
        write_shards(bucket / name, pieces, [random_rows(20, seed=7), random_rows(9, seed=8)])
        add_vocabulary(bucket / name / "manifest.json")
    return bucket


def add_vocabulary(manifest):
    """Add the files of the vocabulary to a manifest, by which they are found in a store."""
    content = json.loads(manifest.read_bytes())
    for path in sorted((manifest.parent / "vocab").iterdir()):
        data = path.read_bytes()
        content["parts"].append({"name": f"vocab/{path.name}", "bytes": len(data), "checksum": store.checksum(data)})
    manifest.write_text(json.dumps(store.sealed(content)))


@pytest.fixture
def bucket(shards, monkeypatch):
    local_bucket(monkeypatch, shards)
    return shards


def lines(model):
    """Losses and metrics of a run, without times and speeds."""
    found = [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in (*TIMES, "summary")} for line in found]


def kept(folder):
    """Total bytes of all files, counted while no process creates or deletes any."""
    CacheFolder(folder, 0)
    with alone(folder):
        return sum(path.stat().st_size for path in folder.iterdir() if path.suffix in (".arrow", ".partial"))


# -- the folder and the shelf, without shards -------------------------------------------------------------------------


@given(data=st.data())
@settings(max_examples=25)
def test_a_cache_stays_within_its_bound_and_gives_every_file_whole(data, tmp_path_factory):
    root, draw = tmp_path_factory.mktemp("cache"), data.draw
    files = []
    for number in range(draw(st.integers(2, 6))):
        content = bytes([number]) * draw(st.integers(1, 50))
        (root / str(number)).write_bytes(content)
        files.append(StoredFile(str(root / str(number)), len(content), store.checksum(content)))
    most = draw(st.integers(max(file.bytes for file in files), 150))
    folder = CacheFolder(root / "cache", most)
    largest = 0

    def opened(path):
        nonlocal largest
        largest = max(largest, kept(folder.folder))
        return path.read_bytes()

    with contextlib.closing(Shelf(folder, opened)) as shelf:
        for _ in range(draw(st.integers(1, 6))):
            shelf.plan(draw(st.lists(st.sampled_from(files))))
            wanted = draw(st.sampled_from(files))
            with shelf.reading(wanted) as content:
                assert store.checksum(content) == wanted.checksum
                assert shelf.folder.path(wanted).exists() and kept(folder.folder) <= most
    assert largest <= most
    shelf.folder.clear()
    assert kept(folder.folder) == 0


def test_files_are_downloaded_in_order_and_those_being_read_stay(tmp_path, monkeypatch):
    fetched, files = [], []
    for name in "abcde":
        (tmp_path / name).write_bytes(name.encode() * 10)
        files.append(StoredFile(str(tmp_path / name), 10, store.checksum(name.encode() * 10)))
    a, b, c, d, e = files
    monkeypatch.setattr(
        "bertprep.train.data.shelf.download", lambda file, *rest: fetched.append(file) or download.download(file, *rest)
    )
    folder = CacheFolder(tmp_path / "cache", 30)
    with contextlib.closing(Shelf(folder, lambda path: path.read_bytes())) as shelf:
        shelf.plan([a, b, c, d])
        with shelf.reading(a), shelf.reading(b), shelf.reading(c):
            assert sorted(file.location for file in fetched) == [a.location, b.location, c.location]  # no room for d
        with shelf.reading(a), shelf.reading(c), shelf.reading(e):  # b is released, though in the plan: nobody reads it
            assert {file for file in files if folder.path(file).exists()} == {a, c, e}
        shelf.plan([c, d])
        with shelf.reading(d) as content:
            assert content == b"d" * 10 and fetched.count(c) == 1


def test_two_processes_share_a_folder(tmp_path):
    """Locks belong to open files, so two shelves of one process meet as two processes do."""
    content = b"x" * 40
    (tmp_path / "x").write_bytes(content)
    (tmp_path / "y").write_bytes(b"y" * 40)
    x, y = (StoredFile(str(tmp_path / name), 40, store.checksum(name.encode() * 40)) for name in "xy")
    folder = CacheFolder(tmp_path / "cache", 50)
    handle = folder.begun(x)
    with pytest.raises(BusyError):
        folder.begun(x)
    assert folder.begun(y) is None  # a file that is begun has its space reserved
    download.download(x, handle, threading.Event())
    folder.finish(x, handle)
    assert folder.begun(y) is None  # locked files are not deleted
    with contextlib.closing(Shelf(folder, lambda path: path.read_bytes())) as shelf:
        with shelf.reading(x) as read:
            assert read == content
        waiting = threading.Thread(target=lambda: shelf.reading(y).__enter__())
        waiting.start()
        os.close(handle)  # the other is released, so there is space for y
        waiting.join(20)
        assert not waiting.is_alive() and not folder.path(x).exists()
    (tmp_path / "cache" / f"{x.checksum}.partial").write_bytes(content)  # of a process that was killed
    folder.begun(y)
    assert kept(folder.folder) <= 50


@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=8), slab=st.integers(1, 60), data=st.data())
@settings(max_examples=50)
def test_planned_slabs_are_those_of_the_samples(counts, slab, data):
    order = Order(np.cumsum([0, *counts]), 3, slab)
    first = data.draw(st.integers(0, 3 * order.rows))
    last = first + data.draw(st.integers(1, 2 * order.rows))
    rows = np.concatenate([rows for _, rows in order.samples(first, last)])
    read = set((np.searchsorted(order.part_ends, rows, side="right") - 1).tolist())
    told = list(order.slabs_from(first, last))
    assert read <= {part for parts in told for part in parts}
    assert all(read & set(parts) for parts in told)


# -- training on them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [False, True])
def test_every_batch_is_that_of_local_folders(weights, bucket, tmp_path):
    local = [str(bucket / name) for name in ("one", "two")]
    remote = [f"s3://bucket/{name}" for name in ("one", "two")]
    if weights:
        local, remote = ([f"a=0.7:{one}", f"b=0.3:{two}"] for one, two in (local, remote))
    slab, cache = 90, tmp_path / "cache"
    with (
        pytest.raises(UsageError, match="give at least --cache-gb") as refused,
        shelf_of(remote, CacheSettings(cache, 1e-9), slab),
    ):
        pass
    least = float(str(refused.value).split("give at least --cache-gb ")[1].split(",")[0])
    with shelf_of(remote, CacheSettings(cache, least), slab) as shelf:
        here, there = Data(local, SETTINGS), Data(remote, SETTINGS, shelf)
        for data, names in ((here, local), (there, remote)):
            data.mixture = Mixture(sources_of(names), data.training, 0, slab)
        for first in range(0, 900, 50):
            there.look_ahead(first, first + 50, 900)
            one, two = (data.batch(*data.mixture.rows_of(first, first + 50), False) for data in (here, there))
            assert (
                one.ids_T.equal(two.ids_T) and one.targets_M.equal(two.targets_M) and one.labels_R.equal(two.labels_R)
            )
            assert kept(cache) <= least * 1e9
    assert kept(cache)  # a folder that was named keeps its files


def test_a_run_on_stored_shards_is_that_on_local_ones_and_resumes(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    train([str(bucket / "one")], str(tmp_path / "here"), SETTINGS, quiet=True)
    train(["s3://bucket/one"], str(tmp_path / "there"), SETTINGS, quiet=True)
    for name in ("model.safetensors", "token_counts.json", "config.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name
    assert lines(tmp_path / "here") == lines(tmp_path / "there")
    shutil.rmtree(tmp_path / "there" / "checkpoints")
    shutil.copytree(tmp_path / "here" / "checkpoints", tmp_path / "there" / "checkpoints")
    shutil.rmtree(sorted((tmp_path / "there" / "checkpoints").glob("step-*"))[-1])  # from the one before the last
    train(["s3://bucket/one"], str(tmp_path / "there"), SETTINGS, quiet=True)
    assert (tmp_path / "here" / "model.safetensors").read_bytes() == (
        tmp_path / "there" / "model.safetensors"
    ).read_bytes()
    figures = [evaluate(str(tmp_path / "here"), [place], "cpu") for place in (str(bucket / "one"), "s3://bucket/one")]
    assert figures[0] == figures[1]
    assert kept(tmp_path / "home" / "bertprep" / "shards") == 0  # emptied at the end


def test_faults_of_the_store_are_handled(bucket, tmp_path, monkeypatch):
    real, asked = download.open_input, []
    monkeypatch.setattr(download, "BLOCK_BYTES", 1000)

    class Cut:
        """A connection that ends within a file, first with an error, then without."""

        def __init__(self, file):
            self.file, self.left = file, 2

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def read(self, size):
            self.left -= 1
            if self.left < 0 and len(asked) % 2:
                raise OSError("AWS Error NETWORK_CONNECTION")
            return self.file.read(size) if self.left >= 0 else b""

    def lost(location):
        asked.append(location)
        return Cut(real(location)) if len(asked) % 3 else real(location)

    monkeypatch.setattr(download, "open_input", lost)
    cache = CacheSettings(tmp_path / "cache")
    remote = ["s3://bucket/one"]
    with shelf_of(remote, cache) as shelf:
        rows = Data(remote, SETTINGS, shelf).training.take(np.arange(210))
    assert len(rows) == 210 and len(asked) == 15  # each of five parts came at the third try
    damaged = next((tmp_path / "cache").glob("*.arrow"))
    damaged.write_bytes(b"?" * damaged.stat().st_size)  # on our own disk: downloaded again
    with shelf_of(remote, cache) as shelf:
        assert Data(remote, SETTINGS, shelf).training.take(np.arange(210)).ids.tolist() == rows.ids.tolist()
    monkeypatch.setattr(download, "open_input", real)
    shutil.copytree(bucket / "one", bucket / "bad")
    part = bucket / "bad" / "train-00000-of-00005.arrow"
    content = part.read_bytes()
    for change, error, words in (
        (lambda: part.write_bytes(bytes([content[0] ^ 1]) + content[1:]), StoreError, "content has changed"),
        (lambda: part.write_bytes(content[:-9]), StageError, "reading failed 5 times .*expected"),
        (part.unlink, StoreError, "recorded but not there; copy it back, or run `bertprep mask` again"),
    ):
        change()
        with (
            pytest.raises(error, match=words) as told,
            shelf_of(["s3://bucket/bad"], CacheSettings(tmp_path / "new")) as shelf,
        ):
            Data(["s3://bucket/bad"], SETTINGS, shelf).training.take(np.arange(210))
        assert "s3://bucket/bad/train-00000" in str(told.value) and not kept(tmp_path / "new")


def test_a_full_disk_and_long_rows_are_reported(bucket, tmp_path, monkeypatch):
    short = dataclasses.replace(SETTINGS, model_config={**SHAPE, "max_position_embeddings": 16})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    with pytest.raises(BertprepError, match=r"s3://bucket/one/train-.*: a row has 24 tokens, the model 16 positions"):
        train(["s3://bucket/one"], str(tmp_path / "model"), short, quiet=True)

    def full(handle, view):
        raise OSError(28, "No space left on device")

    system = types.SimpleNamespace(write=full, lseek=os.lseek, SEEK_SET=os.SEEK_SET)
    monkeypatch.setattr(download, "os", system)
    with pytest.raises(StageError, match=r"No space left on device.*--cache-dir"):
        train(["s3://bucket/one"], str(tmp_path / "other"), SETTINGS, quiet=True)
