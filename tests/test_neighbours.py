"""Commands never change anything outside of their output, whether they finish or are killed, and whatever its name."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import store_helpers as helpers

from bertprep import store
from bertprep.core.errors import StoreError
from bertprep.core.places import is_temporary, temporary_name
from bertprep.corpus import standard_input

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and signals as on Unix")

# names that a command uses, or once used, next to its output or in a folder that is not its own
NAMES = (
    "{0}.tmp",
    ".{0}.tmp",
    ".{0}.standard-input.tmp",
    ".{0}.standard-input.tmp.gz",
    ".{0}.lock",
    ".lock",
    "{0}.1-ab.tmp",
)
COMMANDS = {
    "segment": "segment {corpus} -o {out}",
    "segment -": "segment - -o {out}",
    "train-vocab": "train-vocab {made}/sentences -o {out} --size 400",
    "build-pairs": "build-pairs {made}/sentences --vocab {made}/vocab -o {out}",
    "mask": "mask {made}/pairs -o {out}",
    "run": "run {corpus} -o {out} --until mask --vocab-size 400",
    "export parquet": "export {made}/shards -o {out} --to parquet",
    "export hf": "export {made}/shards -o {out} --to hf",
    "train": "train {made}/shards -o {out} --model tiny --steps 2",
    "report": "report {made} -o {out}.html",
    "verify": "verify {made}/shards",
    "inspect": "inspect {made}/shards",
}
WITHOUT_WORKERS = ("export", "train ", "report", "verify", "inspect")


def snapshot(folder: Path, but: tuple[Path, ...]) -> dict[str, bytes | str]:
    """Everything in a folder except the paths in `but`: bytes of files, targets of links."""
    found: dict[str, bytes | str] = {}
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(top, name) not in but]
        for name in [*folders, *files]:
            path = Path(top, name)
            if path not in but:
                plain = path.is_file() and not path.is_symlink()
                found[str(path)] = path.read_bytes() if plain else os.readlink(path) if path.is_symlink() else "folder"
    return found


@pytest.fixture
def neighbours(tmp_path: Path, made, corpus) -> Path:
    """A folder with a corpus, finished folders, and, next to the future output, files, folders and links of others."""
    home = tmp_path / "home"
    shutil.copytree(made, home / "made")
    shutil.copytree(corpus, home / "corpus")
    (tmp_path / "elsewhere").write_text("precious")
    for place in (home, home / "links", home / "folders"):
        place.mkdir(exist_ok=True)
        for name in (name.format("out") for name in NAMES):
            if place.name == "links":
                (place / name).symlink_to(tmp_path / "elsewhere")
            elif place.name == "folders":
                (place / name).mkdir()
                (place / name / "precious").write_text("mine")
            else:
                (place / name).write_text("mine")
    return home


def words_of(name: str, home: Path, out: Path) -> list[str]:
    return COMMANDS[name].format(corpus=home / "corpus", made=home / "made", out=out).split()


def has_workers(name: str) -> bool:
    return not f"{name} ".startswith(WITHOUT_WORKERS)


def started(name: str, home: Path, out: Path) -> subprocess.Popen:
    with open(home / "corpus" / "part0.jsonl", "rb") as file:
        stdin = file if name == "segment -" else subprocess.DEVNULL
        return helpers.start(words_of(name, home, out), 2 if has_workers(name) else None, stdin=stdin)


@pytest.mark.parametrize(
    ("name", "place"), [*((name, "links") for name in COMMANDS), ("segment -", "folders"), ("export hf", "folders")]
)
def test_a_command_that_ends_leaves_its_surroundings_alone(name: str, place: str, neighbours: Path, command) -> None:
    """In this process; but standard input, and workers, are those of a command by itself, here and below."""
    out = neighbours / place / "out"
    before = snapshot(neighbours.parent, (out, out.with_suffix(".html")))
    if name == "segment -":
        code, err = helpers.finish(started(name, neighbours, out))
    else:
        code, _, err = command(*words_of(name, neighbours, out), *(["--workers", 1] if has_workers(name) else []))
    assert code == 0, err
    assert snapshot(neighbours.parent, (out, out.with_suffix(".html"))) == before


@pytest.mark.parametrize("name", ["segment -", "mask", "run", "export hf"])
def test_a_command_that_is_killed_leaves_its_surroundings_alone_and_resumes(name: str, neighbours: Path) -> None:
    out = neighbours / "links" / "out"
    before = snapshot(neighbours.parent, (out,))
    draw = random.Random(name)
    for _ in range(2):
        process = started(name, neighbours, out)
        helpers.killed_at_random(process, draw, lambda: [process.pid], seconds=2)  # noqa: B023
        helpers.finish(process)
        assert snapshot(neighbours.parent, (out,)) == before
    code, err = helpers.finish(started(name, neighbours, out))
    assert code == 0 or "is not empty (train-" in err, err  # if the export was complete before it was killed
    assert snapshot(neighbours.parent, (out,)) == before
    assert not list(out.rglob(".*"))


# -- in the folder itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".notes.tmp", ".a.1-ab.tmp", ".lock", ".standard-input.tmp"])
def test_hidden_files_of_others_are_not_deleted_from_a_folder_that_is_refused(
    name: str, neighbours: Path, command
) -> None:
    (neighbours / "out").mkdir()
    (neighbours / "out" / name).write_text("mine")
    for line in ("segment {corpus} -o {out}", "export {made}/shards -o {out} --to hf"):
        arguments = line.format(corpus=neighbours / "corpus", made=neighbours / "made", out=neighbours / "out").split()
        code, _, err = command(*arguments)
        assert code == 4 and "choose " in err
        assert [path.read_text() for path in (neighbours / "out").iterdir()] == ["mine"]


def test_only_names_that_were_made_here_are_temporary() -> None:
    assert is_temporary(temporary_name("manifest.json")) and temporary_name("a") != temporary_name("a")
    for name in (".a.tmp", "a.tmp", ".a.1-ab.tmp", ".1-0123456789abcdef.tmp", "a.1-0123456789abcdef.tmp", ".tmp"):
        assert not is_temporary(name)


def test_an_output_that_is_a_link(neighbours: Path, tmp_path: Path, command) -> None:
    (tmp_path / "real").mkdir()
    (neighbours / "out").symlink_to(tmp_path / "real")
    assert command("export", neighbours / "made" / "shards", "-o", neighbours / "out", "--to", "hf")[0] == 0
    assert (neighbours / "out").is_symlink() and list((tmp_path / "real").glob("train-*.parquet"))
    (neighbours / "gone").symlink_to(tmp_path / "nothing")
    for line in ("export {0}/made/shards -o {0}/gone --to hf", "segment {0}/corpus -o {0}/gone"):
        code, _, err = command(*line.format(neighbours).split())
        assert code == 4 and "gone: is a link to a missing file; -o must be a folder" in err


# -- export -----------------------------------------------------------------------------------------------------------


def test_two_exports_at_once(neighbours: Path, command) -> None:
    arguments = ("export", neighbours / "made" / "shards", "-o", neighbours / "out", "--to", "parquet")
    with store.made_whole(neighbours / "out") as private:
        (private / "a.parquet").write_text("first")
        code, _, err = command(*arguments)
        assert code == 4 and f"in use by process {os.getpid()}" in err
    assert [path.name for path in (neighbours / "out").iterdir()] == ["a.parquet"]
    code, _, err = command(*arguments)
    assert code == 4 and "is not empty (a.parquet)" in err


def test_a_folder_that_could_not_be_made_is_not_there(neighbours: Path, command, monkeypatch) -> None:
    arguments = ("export", neighbours / "made" / "shards", "-o", neighbours / "out", "--to", "parquet")
    for number, words in ((28, "free some disk space"), (30, "nothing is kept")):
        with monkeypatch.context() as patch:
            patch.setattr("bertprep.shards.export._write", failing(OSError(number, os.strerror(number))))
            code, _, err = command(*arguments)
        assert code == 5 and os.strerror(number) in err and words in err
        assert not (neighbours / "out").exists()
    assert command(*arguments)[0] == 0


def failing(error: Exception):
    def fail(*_):
        raise error

    return fail


def test_a_kill_while_files_are_moved_is_reported(tmp_path: Path) -> None:
    (tmp_path / "out" / temporary_name("new")).mkdir(parents=True)
    with store.made_whole(tmp_path / "out") as private:  # killed before
        (private / "a").write_text("a")
    (tmp_path / "out" / temporary_name("new")).mkdir()
    with (
        pytest.raises(StoreError, match="part of the output of an interrupted command"),
        store.made_whole(tmp_path / "out"),
    ):
        pass


# -- standard input ---------------------------------------------------------------------------------------------------


def test_standard_input_is_kept_in_a_new_file_only(tmp_path: Path) -> None:
    import io

    class Stream(io.BytesIO):
        def isatty(self):
            return False

    (tmp_path / "precious").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    for name in ("precious", "link"):
        with pytest.raises(Exception, match="File exists"), standard_input.spool(Stream(b"x"), str(tmp_path / name)):
            pass
        assert (tmp_path / name).read_text() == "mine"


def test_standard_input_that_was_changed_on_the_disk_is_noticed(tmp_path: Path, command, monkeypatch) -> None:
    """The copy of standard input on the disk is verified when it is read."""
    import io

    from bertprep.sentences import job

    def changed(*arguments):
        (kept,) = (tmp_path / "out").glob(".standard-input.*.tmp")
        size, before = kept.stat().st_size, kept.stat().st_ctime_ns
        while kept.stat().st_ctime_ns == before:
            kept.write_bytes(b"Other words are here. " * (size // 22) + b"." * (size % 22))
        return spread(*arguments)

    spread = job._spread
    monkeypatch.setattr(job, "_spread", changed)
    monkeypatch.setattr(sys, "stdin", type("Pipe", (), {"buffer": io.BytesIO(b"One is here. Two is there. " * 40)}))
    code, _, err = command("segment", "-", "-o", tmp_path / "out", "--workers", "1")
    assert code == 3 and "the copy of it was changed by another program" in err
    assert not (tmp_path / "out").exists()
