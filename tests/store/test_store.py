"""Output folders: stale parts are never reused, damage is found and named, files of other programs are left alone."""

import dataclasses
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.fs
import pytest
import store_helpers as helpers
from hypothesis import given
from hypothesis import strategies as st

from bertprep import store
from bertprep.core import stages
from bertprep.core.errors import StageError, StoreError
from bertprep.store import manifest as manifests
from bertprep.store import parts
from bertprep.store.batches import content_checksum, one_batch
from bertprep.store.identity import Identity
from bertprep.store.lineage import refuse_parts_of_others
from bertprep.store.local_folder import LocalFolder
from bertprep.store.object_folder import ObjectFolder
from bertprep.store.parts import check_part

IDENTITY = Identity("mask", 1, {"seed": 0}, {"pairs": "abc"})
TABLE = pa.table({"text": ["one", None, "three"], "ids": pa.array([[1, 2], [], None], pa.list_(pa.uint16()))})


@pytest.fixture
def folders(road, tmp_path):
    """A copy of the run's folders that a test may change."""
    shutil.copytree(road, tmp_path / "road")
    return tmp_path / "road"


@pytest.fixture
def masking(folders):
    """The command line that made the shards."""
    return ["mask", folders / "pairs", "-o", folders / "shards", "--workers", 1]


# -- stale and fresh --------------------------------------------------------------------------------------------------


def test_the_same_command_again_has_nothing_to_do(folders, masking, result):
    before = helpers.contents(folders / "shards")
    assert result(*masking)["made"] is False
    assert helpers.contents(folders / "shards") == before


@pytest.mark.parametrize(
    "options, difference",
    [
        (["--mask-prob", "0.2"], "mask_prob 0.15 -> 0.2"),
        (["--seed", "5"], "seed 0 -> 5"),
        (["--copies", "2", "--seed", "5"], "copies 1 -> 2; seed 0 -> 5"),
    ],
)
def test_changed_settings_are_refused_and_spelled_out(options, difference, folders, masking, command):
    before = helpers.contents(folders / "shards")
    code, _, err = command(*masking, *options)
    assert code == 4 and difference in err and "--overwrite" in err
    assert helpers.contents(folders / "shards") == before


def test_a_changed_input_is_refused(folders, masking, command):
    pairs = ["build-pairs", folders / "sentences", "--vocab", folders / "vocab", "-o", folders / "pairs"]
    assert command(*pairs, "--seed", 7, "--max-length", 48, "--workers", 1, "--overwrite")[0] == 0
    code, _, err = command(*masking)
    assert code == 4 and "input pairs " in err and " -> " in err


def test_another_version_of_the_stage_is_refused(masking, command, monkeypatch):
    monkeypatch.setattr("bertprep.shards.job.MASK", dataclasses.replace(stages.MASK, version=99))
    code, _, err = command(*masking)
    assert code == 4 and f"version of mask {1} -> 99" in err


def test_overwrite_redoes(folders, masking, command, result):
    code, _, _ = command(*masking, "--seed", 5, "--overwrite")
    assert code == 0
    assert store.read_manifest(folders / "shards").settings["seed"] == 5
    assert command(*masking, "--overwrite")[0] == 0
    assert result("verify", folders / "shards")["ok"]


def test_overwrite_leaves_no_part_of_before(folders, masking, command):
    assert command(*masking, "--shards", 5, "--overwrite")[0] == 0
    assert len(list((folders / "shards").glob("train-*"))) == 5


def test_a_dry_run_tells_the_reason_for_each_part(folders, masking, result):
    def reasons(*options):
        return {
            step["part"]: (step["make"], step["reason"]) for step in result(*masking, "--dry-run", *options)["plan"]
        }

    first = store.part_name("validation", 0, 1)
    assert set(reasons().values()) == {(False, "complete")}
    assert reasons("--seed", 5)[first] == (True, "made with other settings: seed 0 -> 5; needs --overwrite")
    assert reasons("--overwrite")[first] == (True, "--overwrite")
    (folders / "shards" / "manifest.json").unlink()
    (folders / "shards" / first).unlink()
    assert reasons()[first] == (True, "missing")
    assert sum(make for make, _ in reasons().values()) == 1


def test_a_missing_part_of_a_finished_folder_is_made_again(road, folders, masking, command):
    (folders / "shards" / store.part_name("validation", 0, 1)).unlink()
    assert command(*masking)[0] == 0
    helpers.assert_same(road / "shards", folders / "shards")


# -- the input of segment ---------------------------------------------------------------------------------------------


@pytest.fixture
def segmenting(tmp_path):
    """A command line that has run, on a corpus of its own, and the corpus file."""
    (path,) = helpers.write_corpus(tmp_path / "corpus", megabytes=0.05)
    return ["segment", tmp_path / "corpus", "-o", tmp_path / "sentences", "--workers", 1], path


def changed(path):
    """Change a byte of the first document; the size stays the same."""
    data = path.read_bytes()
    at = data.index(b".")
    path.write_bytes(data[:at] + b"!" + data[at + 1 :])
    os.utime(path, ns=(1, 1))


def test_other_content_of_the_same_size_is_noticed(segmenting, command):
    arguments, path = segmenting
    assert command(*arguments)[0] == 0
    changed(path)
    code, _, err = command(*arguments)
    assert code == 4 and f"made from other input: 1 file changed ({path})" in err
    assert command(*arguments, "--overwrite")[0] == 0


def test_a_touched_file_is_read_once_more_and_remembered(segmenting, result, monkeypatch):
    from bertprep.corpus.pieces import Piece

    arguments, path = segmenting
    assert result(*arguments)["made"] is True
    os.utime(path, ns=(1, 1))
    assert result(*arguments)["made"] is False
    monkeypatch.setattr(Piece, "digest", None)  # nothing must be read from here on
    assert result(*arguments)["made"] is False


def unfinished(tmp_path, path):
    """A folder of sentences whose first step is finished."""
    manifest = tmp_path / "sentences" / "manifest.json"
    code = (
        "from bertprep.sentences import job as segment; from bertprep_cli.main import main\n"
        "def stop(*_): raise KeyboardInterrupt\n"
        "segment.job.run_parts = stop\nmain()"
    )
    arguments = ["segment", str(path.parent), "-o", str(tmp_path / "sentences"), "--workers", "1"]
    assert subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True).returncode == 130
    assert list((tmp_path / "sentences" / ".scratch").glob("*.json")) and not manifest.exists()


def test_an_unfinished_folder_goes_on_with_a_touched_file_only(segmenting, tmp_path, command):
    arguments, path = segmenting
    unfinished(tmp_path, path)
    good = path.read_bytes()
    changed(path)
    code, _, err = command(*arguments)
    assert code == 4 and "begun with other input" in err and path.name in err
    path.write_bytes(good + b'{"text": "One more. Really."}\n')
    code, _, err = command(*arguments)
    assert code == 4 and "begun with other input" in err and path.name in err
    path.write_bytes(good)
    assert command(*arguments)[0] == 0


def test_a_file_that_changes_while_it_is_read_is_refused(segmenting, command, monkeypatch):
    from bertprep.sentences import job as segment

    arguments, path = segmenting
    spread = segment._spread

    def slow(*arguments):
        records = spread(*arguments)
        changed(path)
        return records

    monkeypatch.setattr(segment, "_spread", slow)
    code, _, err = command(*arguments)
    assert code == 3 and f"{path}: changed while it was read" in err


def test_with_a_limit_no_more_is_read_than_needed(tmp_path, result, monkeypatch):
    from bertprep.sentences import cutting

    monkeypatch.setattr(cutting, "SMALLEST_BYTES", 10_000)
    helpers.write_corpus(tmp_path / "corpus", megabytes=0.1)
    arguments = ["segment", tmp_path / "corpus", "-o", tmp_path / "out", "--limit", 3, "--workers", 1]
    assert result(*arguments)["counters"]["documents_read"] == 3
    (finish,) = [run for run in store.read_runs(tmp_path / "out") if run["event"] == "finish"]
    assert len(finish["digests"]) == 1
    os.utime(tmp_path / "corpus" / "part0.jsonl", ns=(1, 1))
    assert result(*arguments)["made"] is False


# -- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["train-00000-of-*.arrow", "vocab/vocab.txt", "vocab/tokenizer.json"])
def test_a_flipped_byte_is_found_and_named(name, folders, command):
    (path, *_) = sorted((folders / "shards").glob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    code, out, _ = command("verify", folders / "shards")
    assert code == 4 and f"{path}: its content has changed" in out


@pytest.mark.parametrize(("stage", "line"), [("pairs", ["mask"]), ("shards", ["export", "--to", "hf"])])
def test_a_changed_copy_of_the_vocabulary_is_not_handed_on(stage, line, folders, command, tmp_path):
    path = folders / stage / "vocab" / "tokenizer_config.json"
    path.write_bytes(path.read_bytes().replace(b"512", b"513").replace(b"Bert", b"Bart"))
    code, _, err = command(line[0], folders / stage, "-o", tmp_path / "next", *line[1:])
    assert code == 4 and f"{path}: its bytes have changed" in err
    assert not (tmp_path / "next" / "manifest.json").exists()


def test_a_flipped_byte_anywhere_in_the_manifest_is_found(folders, command):
    path = folders / "shards" / "manifest.json"
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 60)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        code, out, err = command("verify", folders / "shards")
        assert code == 4 and "shards" in out + err, at


def test_missing_and_truncated_files_are_named(folders, command):
    first, second = sorted((folders / "shards").glob("*.arrow"))[:2]
    first.unlink()
    second.write_bytes(second.read_bytes()[:-100])
    code, out, _ = command("verify", folders / "shards")
    assert code == 4 and f"{first}: missing" in out and f"{second}: " in out and "expected" in out


def test_every_folder_of_the_road_verifies(made, result):
    for name in helpers.STAGES:
        assert result("verify", made / name)["ok"]


def edit(folder, change):
    """Change the content of a manifest."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return content


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda content: content["counters"].update(rows=7), "was edited or damaged"),
        (lambda content: content.update(format_version=99), "written in format 99, this version reads format 1"),
        (lambda content: content.pop("parts"), "incomplete manifest"),
        (lambda content: content.pop("digest"), "incomplete manifest"),
        (lambda content: content.update(stage="segment"), "was edited or damaged"),
    ],
)
def test_an_edited_manifest_is_refused(change, message, folders):
    edit(folders / "shards", change)
    with pytest.raises(StoreError, match=message):
        store.read_manifest(folders / "shards")


@pytest.mark.parametrize(
    "name", ["../secret.arrow", "/etc/passwd", "vocab/../../x.json", "train-0.arrow", "a/b.arrow", 7]
)
@pytest.mark.parametrize("key", ["name", "file"])
def test_names_that_lead_out_of_the_folder_are_never_followed(name, key, folders):
    def change(content):
        content["parts"][0][key] = name
        content.update(store.sealed(content))  # whoever forges a name forges the digest too

    edit(folders / "shards", change)
    with pytest.raises(StoreError, match="files elsewhere are not read"):
        store.read_manifest(folders / "shards")


def test_unfinished_folders_and_those_of_other_stages_are_refused(folders):
    with pytest.raises(StoreError, match="contains the output of mask, expected that of build-pairs"):
        store.read_manifest(folders / "shards", "build-pairs")
    (folders / "shards" / "manifest.json").unlink()
    with pytest.raises(StoreError, match="incomplete or not made by bertprep mask"):
        store.read_manifest(folders / "shards", "mask")
    with pytest.raises(StoreError, match="no such folder"):
        store.read_manifest(folders / "nowhere", "mask")


@pytest.mark.parametrize(
    ("stage", "given", "told"),
    [
        ("mask", "", r"holds \d folders made by bertprep; give {road}/shards$"),
        ("build-pairs", "", r"holds \d folders made by bertprep; give {road}/pairs$"),
        ("segment", "vocab/vocab.txt", "is a file; give its folder$"),
        (
            "segment",
            "corpus/a.txt",
            "is a file, where a folder made by bertprep segment was expected; if it is a corpus, ",
        ),
        (
            "segment",
            "corpus",
            "it has no manifest.json; .*; if it is a corpus, turn it into sentences first: bertprep segment",
        ),
        ("mask", "corpus", "it has no manifest.json; run the command that makes it to complete it$"),
    ],
)
def test_what_was_given_instead_of_a_folder_is_told_with_what_to_give(stage, given, told, folders):
    (folders / "corpus").mkdir()
    (folders / "corpus" / "a.txt").write_text("The cat sat.")
    with pytest.raises(StoreError, match=told.format(road=re.escape(str(folders)))):
        store.read_manifest(folders / given, stage)


def test_a_run_without_what_a_stage_needs_lists_what_it_has(folders):
    shutil.rmtree(folders / "shards")
    with pytest.raises(StoreError, match=r"none of them by bertprep mask\. .*pairs: pairs"):
        store.read_manifest(folders, "mask")


@pytest.mark.parametrize(("changed", "told"), [(["--seed", 3], "seed 3 -> 0"), (["--shards", 2], r"shards 2 -> None")])
def test_a_part_of_another_folder_is_refused(changed, told, folders, command):
    assert command("mask", folders / "pairs", "-o", folders / "other", "--workers", 1, *changed)[0] == 0
    refuse_parts_of_others(store.read_manifest(folders / "shards"), *store.SPLITS)
    [part] = (folders / "shards").glob("train-*.arrow")
    shutil.copy(next((folders / "other").glob("train-*.arrow")), part)
    with pytest.raises(StoreError, match=f"{part.name}: is a part of another folder .*{told}"):
        refuse_parts_of_others(store.read_manifest(folders / "shards"), "train")
    code, _, err = command("export", folders / "shards", "-o", folders / "parquet", "--to", "parquet")
    assert code == 4 and "is a part of another folder" in err and not (folders / "parquet").exists()
    pytest.importorskip("torch")
    code, _, err = command("train", folders / "shards", "-o", folders / "model", "--steps", 1)
    assert code == 4 and "is a part of another folder" in err and not (folders / "model").exists()


def test_parts_that_changed_places_are_refused(folders, command):
    line = ("mask", folders / "pairs", "-o", folders / "two", "--workers", 1, "--shards", 2)
    assert command(*line)[0] == 0
    first, second = sorted((folders / "two").glob("train-*.arrow"))
    first.rename(folders / "kept")
    second.rename(first)
    (folders / "kept").rename(second)
    with pytest.raises(StoreError, match=f"another folder .part {second.name} -> {first.name}"):
        refuse_parts_of_others(store.read_manifest(folders / "two"), "train")


# -- files of other programs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ["notes.txt"],
        ["sub/data.csv"],
        [".hidden"],
        ["vocab.txt"],
        ["tokenizer.json", "vocab.txt"],
        ["manifest.json"],
        ["run.jsonl"],
        ["train-00000-of-00001.arrow"],
        ["vocab/vocab.txt"],
    ],
)
def test_files_of_others_are_refused_and_left_alone(names, folders, tmp_path, command):
    out = tmp_path / "theirs"
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text('{"name": "theirs"}')
    before = helpers.contents(out)
    for options in ([], ["--overwrite"]):
        code, _, err = command("mask", folders / "pairs", "-o", out, "--workers", 1, *options)
        assert code == 4 and "not made by bertprep" in err and names[0] in err
        assert helpers.contents(out) == before
        assert not (out / ".lock").exists()


def test_files_of_others_beside_ours_stop_an_overwrite(folders, masking, command):
    (folders / "shards" / "notes.txt").write_text("mine")
    before = helpers.contents(folders / "shards")
    code, _, err = command(*masking, "--overwrite", "--seed", 3)
    assert code == 4 and "notes.txt" in err
    assert helpers.contents(folders / "shards") == before


def test_a_file_in_the_folders_place_is_refused(folders, tmp_path, command):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        code, _, err = command("mask", folders / "pairs", "-o", out, "--workers", 1)
        assert code == 4 and "is a file, or is inside one" in err
    assert (tmp_path / "file").read_text() == "mine"


# -- the lock ---------------------------------------------------------------------------------------------------------


def test_the_second_command_is_told_who_holds_the_folder(folders, masking, command):
    with store.lock(folders / "shards"):
        code, _, err = command(*masking)
    assert code == 4 and f"in use by process {os.getpid()} on " in err
    assert command(*masking)[0] == 0


def test_a_dead_holder_does_not_block(folders, masking, command):
    code = "import os, sys, signal; from bertprep import store\nwith store.lock(sys.argv[1]): os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(folders / "shards")])
    (folders / "shards" / ".manifest.json.1-0123456789abcdef.tmp").write_text("half a mani")
    assert (folders / "shards" / ".lock").exists()
    assert command(*masking)[0] == 0
    assert not list((folders / "shards").glob(".*"))


# -- parts ------------------------------------------------------------------------------------------------------------


def test_equal_values_equal_bytes(tmp_path):
    padded = pa.concat_tables([TABLE.slice(2), TABLE, TABLE.slice(0, 1)]).slice(1, 3)
    store.write_part(tmp_path / "one", "train-00000-of-00001.arrow", TABLE, IDENTITY, {})
    store.write_part(tmp_path / "two", "train-00000-of-00001.arrow", padded, IDENTITY, {})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


COLUMNS = {
    "text": (pa.string(), st.text(max_size=5)),
    "numbers": (pa.list_(pa.uint16()), st.lists(st.integers(0, 65_535), max_size=4)),
    "words": (pa.list_(pa.string()), st.lists(st.text(max_size=3), max_size=3)),
    "long": (pa.int64(), st.integers(-9, 9)),
    "label": (pa.bool_(), st.booleans()),
}
# operations that give equal values with different bytes around and between them
WAYS = {
    "as it is": lambda table: table,
    "cut out": lambda table: pa.concat_tables([table, table, table]).combine_chunks().slice(len(table), len(table)),
    "the first of more": lambda table: pa.concat_tables([table, table]).combine_chunks().slice(0, len(table)),
    "in pieces": lambda table: pa.concat_tables([table.slice(0, len(table) // 2), table.slice(len(table) // 2)]),
    "taken": lambda table: table.take(pa.array(range(len(table)), pa.int64())),
    "filtered": lambda table: pa.concat_tables([table, table]).filter(
        pa.array([True] * len(table) + [False] * len(table), pa.bool_())
    ),
    "through a file": lambda table: pa.ipc.open_stream(written(table)).read_all(),
}


def written(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@given(data=st.data(), nulls=st.booleans())
def test_bytes_follow_from_values_alone(data, nulls):
    rows = data.draw(st.integers(0, 9))
    values = {
        name: data.draw(st.lists(st.none() | each if nulls else each, min_size=rows, max_size=rows))
        for name, (_, each) in COLUMNS.items()
    }
    table = pa.table({name: pa.array(values[name], kind) for name, (kind, _) in COLUMNS.items()})
    sums = {way: content_checksum(one_batch(make(table))) for way, make in WAYS.items()}
    assert len(set(sums.values())) == 1, sums


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_a_part_read_again_has_the_checksum_it_was_written_with(compression, tmp_path):
    path, name = tmp_path / "part", "train-00000-of-00001.arrow"
    entry = store.write_part(path, name, TABLE, IDENTITY, {"rows": 3}, compression)
    assert content_checksum(store.open_part(path).get_batch(0)) == content_checksum(one_batch(TABLE))
    assert check_part(path, name, IDENTITY) == entry
    assert check_part(path, "train-00001-of-00001.arrow", IDENTITY) is None
    assert check_part(path, name, Identity("mask", 2, {"seed": 0}, {"pairs": "abc"})) is None


def test_an_empty_part_is_a_part(tmp_path):
    name = "validation-00000-of-00001.arrow"
    entry = store.write_part(tmp_path / name, name, TABLE.slice(0, 0), IDENTITY, {})
    assert entry["rows"] == 0 and store.read_part(tmp_path / name).schema.names == TABLE.schema.names
    assert check_part(tmp_path / name, name, IDENTITY) == entry


def test_a_log_line_cut_short_by_a_crash_costs_itself_alone(tmp_path):
    store.log_run(tmp_path, "start", stage="mask")
    with open(tmp_path / "run.jsonl", "a") as file:
        file.write('{"event": "fin')
    store.log_run(tmp_path, "start", stage="pairs")
    assert [run["stage"] for run in store.read_runs(tmp_path)] == ["mask", "pairs"]


def test_what_fails_half_way_leaves_nothing(tmp_path):
    for folder in (LocalFolder(tmp_path), objects(tmp_path)):
        with pytest.raises(ZeroDivisionError), folder.create("a.json") as file:
            file.write(b"half")
            raise ZeroDivisionError
        assert folder.names() == []


def objects(path):
    """An object folder backed by Arrow's local file system."""
    folder = ObjectFolder.__new__(ObjectFolder)
    folder.location, folder._system, folder._root = "s3://none", pyarrow.fs.LocalFileSystem(), str(path)
    return folder


def test_objects_are_named_after_what_they_were_made_from(tmp_path):
    folder = objects(tmp_path)
    assert (
        folder.stored_name("train-00000-of-00016.arrow", "3f2a91c05be7aa") == "train-00000-of-00016-3f2a91c05be7.arrow"
    )
    assert folder.stored_name("vocab/vocab.txt", "3f2a91c05be7aa") == "vocab/vocab-3f2a91c05be7.txt"
    with folder.create("big.arrow") as file:
        file.write(b"x" * 10_000)
    with folder.create("empty.json"):
        pass
    assert [(name, folder.size(name)) for name in folder.names()] == [("big.arrow", 10_000), ("empty.json", 0)]


def test_a_refused_write_says_where_and_why(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StageError, match=r"cannot be written .*run the same command to resume"):
        store.write_file(tmp_path / "file" / "part", b"data")


def test_a_manifest_that_cannot_be_read_now_is_not_written_over(folders, masking, command, monkeypatch):
    before = helpers.contents(folders / "shards")

    def failing(location, *most):
        if str(location).endswith("shards/manifest.json"):
            raise OSError(errno.EIO, "Input/output error", str(location))
        return read_bytes(location, *most)

    read_bytes = store.read_bytes
    monkeypatch.setattr(manifests, "read_bytes", failing)
    code, _, err = command(*masking, "--seed", 5)
    assert code in (4, 5) and "Input/output error" in err
    assert helpers.contents(folders / "shards") == before


def test_a_part_that_cannot_be_mapped_now_is_not_called_damaged(folders, monkeypatch):
    def no_memory(path):
        raise OSError("Memory mapping file failed: Cannot allocate memory")

    monkeypatch.setattr(pa, "memory_map", no_memory)
    with pytest.raises(StageError, match=r"Cannot allocate memory.*run the same command to resume"):
        store.open_part(folders / "pairs" / "train-00000-of-00001.arrow")


def test_of_a_part_of_several_batches_one_is_read_alone_and_all_are_checked(tmp_path, monkeypatch):
    class Counted(io.FileIO):
        """A file that counts the bytes read from it, like requests to an object store."""

        total = 0

        def read(self, size=-1):
            data = super().read(size)
            Counted.total += len(data)
            return data

    name, path, values = ".scratch/hashes-00000-of-00001.arrow", tmp_path / "a.arrow", list(range(400_000))
    bounds = [0, 0, *range(1000, 400_001, 1000)]
    entry = store.write_part(path, name, pa.table({"hash": values}), IDENTITY, {}, bounds=bounds)
    assert store.read_part(path)["hash"].to_pylist() == values and check_part(path, name, IDENTITY) == entry
    monkeypatch.setattr(parts, "open_input", lambda place, **_: pa.PythonFile(Counted(place), mode="r"))
    for number in (0, 1, 200, 400):
        assert store.open_batch(path, number)["hash"].to_pylist() == values[bounds[number] : bounds[number + 1]]
    assert Counted.total < os.path.getsize(path) / 10
    monkeypatch.undo()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert check_part(path, name, IDENTITY) is None
    with pytest.raises(StoreError, match="damaged"):
        store.read_part(path)
