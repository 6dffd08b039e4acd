"""Folders with links: every file is read once wherever links lead, and what cannot be read is reported."""

import os
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from corpora import write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep import store
from bertprep.core.errors import InputError
from bertprep.corpus import sources
from bertprep.corpus.walk import walk

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links as on Unix")


def names(*arguments: object) -> list[str]:
    return [source.name for source in sources.expand([str(argument) for argument in arguments])]


def link(path: Path, target: str | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


# -- laws -------------------------------------------------------------------------------------------------------------

FOLDERS = ["", "a", "b", "a/c", "a/c/d", "e"]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from("pqrs")), min_size=1, max_size=8, unique=True),
    st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from("abuvw"), st.sampled_from(FOLDERS)), max_size=8),
    st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from("xy"), st.integers(0, 7)), max_size=4),
)
def test_every_file_is_read_once_in_the_order_of_names(files, links, links_to_files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "in"
        for place in FOLDERS:
            (root / place).mkdir(parents=True, exist_ok=True)
        paths = [root / place / f"{name}.txt" for place, name in files]
        for path in paths:
            path.write_text(str(path))
        for place, name, target in links:
            if not os.path.lexists(root / place / name):
                link(root / place / name, root / target)
        for place, name, number in links_to_files:
            if not os.path.lexists(root / place / name):
                link(root / place / name, paths[number % len(paths)])
        found = sources.expand([str(root)])
        assert sorted(Path(source.path).read_text() for source in found) == sorted(map(str, paths))
        assert [source.name for source in found] == sorted(source.name for source in found)
        assert [source.name for source in sources.expand([str(root), f"{root}/a/..", *map(str, paths)])] == names(root)


@pytest.mark.parametrize("target", [".", "..", "../in", "sub/../"])
def test_a_link_to_a_folder_that_holds_it_is_passed_over(tmp_path: Path, target: str) -> None:
    write(tmp_path / "in" / "a.txt", "x")
    write(tmp_path / "in" / "sub" / "b.txt", "x")
    for number in range(40):  # 2^40 paths
        link(tmp_path / "in" / f"loop{number}", target)
    assert [name for name in names(tmp_path / "in") if "loop" not in name] == ["a.txt", "sub/b.txt"]
    assert len(names(tmp_path / "in")) == 2


def test_paths_that_part_and_meet_again_are_walked_once(tmp_path: Path) -> None:
    for number in range(30):
        for side in "ab":
            link(tmp_path / str(number) / side, f"../{number + 1}")
    write(tmp_path / "30" / "end.txt", "x")
    assert names(tmp_path / "0") == ["a/" * 30 + "end.txt"]


def test_a_file_of_two_names_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "in" / "b.txt", "x")
    os.link(tmp_path / "in" / "b.txt", tmp_path / "in" / "a.txt")
    link(tmp_path / "in" / "c.txt", "b.txt")
    assert names(tmp_path / "in") == ["a.txt"]
    assert names(tmp_path / "in" / "c.txt", tmp_path / "in") == ["c.txt"]
    assert names(f"file://{tmp_path}/in/c.txt", tmp_path / "in" / "b.txt") == ["c.txt"]


@pytest.fixture
def deep(tmp_path: Path):
    """Make nested folders; deleted by a program that can handle the depth, unlike pytest's cleanup of `tmp_path`."""

    def make(*names: str) -> None:
        handle = os.open(tmp_path, os.O_RDONLY)
        for name in names:
            os.mkdir(name, dir_fd=handle)
            inner = os.open(name, os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = inner
        with open(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=handle), "w") as file:
            file.write("x")
        os.close(handle)

    yield make
    subprocess.run(["rm", "-rf", *tmp_path.iterdir()], check=True)


def test_a_deep_folder_needs_no_deep_stack(tmp_path: Path, deep) -> None:
    deep(*["d"] * 1500)
    assert names(tmp_path) == ["d/" * 1500 + "a.txt"]


def test_a_path_longer_than_the_system_takes_is_told(tmp_path: Path, deep) -> None:
    deep(*["d" * 200] * 30)
    with pytest.raises(InputError, match="the path is too long"):
        names(tmp_path)


# -- real layouts -----------------------------------------------------------------------------------------------------

TEXT = "One begins here. And it goes on.\n\nTwo begins here. It ends.\n"


@pytest.fixture
def documents(tmp_path: Path, command):
    """Run `segment` on a folder; returns the warnings, and the documents with their sources."""

    def run(folder: Path, *options: str) -> tuple[str, list[tuple[str, list[str]]]]:
        code, _, err = command("segment", folder, "-o", tmp_path / "out", "--workers", "1", "--overwrite", *options)
        assert code == 0, err
        manifest = store.read_manifest(tmp_path / "out")
        paths = [path for split in store.SPLITS for path, _ in manifest.parts(split)]
        found = [row for path in paths for row in store.read_part(path).to_pylist()]
        return err, sorted((row["source"], row["sentences"]) for row in found)

    return run


def test_a_hugging_face_cache_is_read(tmp_path: Path, documents) -> None:
    cache = tmp_path / "datasets--org--name"
    write(cache / "blobs" / "3f2a91c0", TEXT)
    write(cache / "refs" / "main", "0123abc")
    for revision in ("0123abc", "4567def"):  # identical revisions
        link(cache / "snapshots" / revision / "data" / "train.txt", "../../../blobs/3f2a91c0")
    (_, found), (_, one) = documents(cache), documents(cache / "snapshots" / "4567def")
    assert [source for source, _ in found] == ["snapshots/0123abc/data/train.txt"] * 2
    assert [sentences for _, sentences in found] == [sentences for _, sentences in one]


@pytest.mark.parametrize("store_folder", [".dvc/cache/files/md5", ".git/annex/objects"])
def test_files_that_are_links_into_a_hidden_store_are_read(tmp_path: Path, documents, store_folder: str) -> None:
    write(tmp_path / "in" / store_folder / "ab" / "cdef", TEXT)
    link(tmp_path / "in" / "data" / "a.txt", f"../{store_folder}/ab/cdef")
    err, found = documents(tmp_path / "in")
    assert "left out" not in err and [source for source, _ in found] == ["data/a.txt"] * 2


def test_links_to_nothing_pipes_and_sockets_are_told(tmp_path: Path, documents, command, monkeypatch) -> None:
    write(tmp_path / "in" / "a.txt", TEXT)
    link(tmp_path / "in" / "b.txt", ".git/annex/objects/gone")
    link(tmp_path / "in" / "c.txt", "c.txt")
    os.mkfifo(tmp_path / "in" / "d")
    monkeypatch.chdir(tmp_path / "in")  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("e.sock")
    told = (
        "4 files or folders in the corpus were not read: {0}/b.txt (a link to .git/annex/objects/gone, which does not exist), "
        "{0}/c.txt (a link to itself, or a chain of too many links), {0}/d (a pipe) and 1 more"
    ).format(tmp_path / "in")
    err, found = documents(tmp_path / "in")
    assert told in err and len(found) == 2
    code, out, err = command("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert code == 0 and "nothing to do" in out and told in err  # each time


def test_what_leads_nowhere_is_refused_when_it_is_named_or_all_there_is(tmp_path: Path, command) -> None:
    link(tmp_path / "in" / "b.txt", "gone")
    link(tmp_path / "in" / "c.txt", "c.txt")
    for name, message in (
        ("b.txt", "is a link to gone, which does not exist"),
        ("c.txt", "is a link to itself, or a chain of too many links"),
    ):
        code, _, err = command("segment", tmp_path / "in" / name, "-o", tmp_path / "out")
        assert code == 3 and f"{name}: {message}" in err
    code, _, err = command("segment", tmp_path / "in", "-o", tmp_path / "out")
    assert code == 3 and "the folder contains no files, only" in err and "b.txt (a link to gone" in err
    write(tmp_path / "in" / "a.exe", "x")
    code, _, err = command("segment", tmp_path / "in", "-o", tmp_path / "out")
    assert (
        code == 3
        and "contains no file of a known format" in err
        and "3 files or folders in the corpus were not read" in err
        and "in/a.exe (no format for .exe)" in err
    )
    assert not (tmp_path / "out").exists()


def test_a_link_that_was_given_another_target_is_noticed(tmp_path: Path, command) -> None:
    for name, text in (("one", TEXT), ("two", TEXT.replace("Two", "Now"))):
        write(tmp_path / name, text)
        os.utime(tmp_path / name, ns=(1, 1))
    link(tmp_path / "in" / "a.txt", "../one")
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments)[0] == 0
    (tmp_path / "in" / "a.txt").unlink()
    link(tmp_path / "in" / "a.txt", "../two")
    code, _, err = command(*arguments)
    assert code == 4 and "1 file changed" in err


def test_folders_that_are_left_out_are_not_entered(tmp_path: Path) -> None:
    for name in ("a/x.txt", "b/x.txt", "c/d/x.txt"):
        write(tmp_path / name, "x")
    reasons = {b"a": "", b"b": "not wanted"}
    found = list(walk(os.fsencode(tmp_path), lambda path, info: reasons.get(os.path.basename(path))))
    assert [(entry.name, entry.problem) for entry in found] == [("b/", "not wanted"), ("c/d/x.txt", "")]
