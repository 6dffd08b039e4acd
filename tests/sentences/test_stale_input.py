"""Whatever happened to the input, `segment` gives what a new folder would contain, or an error with the difference."""

import contextlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import store_helpers as helpers
from bertprep_cli.main import run
from corpora import write
from hypothesis import example, given, settings
from hypothesis import strategies as st

import bertprep
from bertprep import store
from bertprep.sentences import cutting as cutting
from bertprep.sentences import job as segment

NAMES = ["a.txt", "b.txt", "k/l.txt", "m.txt", "z.txt"]
VERBS = ("came", "went", "changed")


def text(letter: str) -> bytes:
    """Two documents; the size is the same for all letters."""
    return (
        f"Document {letter * 5} begins here. It has a second sentence.\n\nAnother {letter}. And more of it.\n".encode()
    )


def said(*arguments: object) -> tuple[int, str]:
    """Exit code and stderr of a command line."""
    with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
        code = run([str(one) for one in arguments])
    return code, err.getvalue()


class Corpus:
    """A folder of files, and operations on them; each takes two numbers that select files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, letter in (("b.txt", "b"), ("k/l.txt", "l"), ("m.txt", "m")):
            write(root / name, text(letter))

    def content(self) -> dict[str, bytes]:
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in self.files()}

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file())

    def _one(self, number: int) -> Path:
        files = self.files()
        return files[number % len(files)]

    def add(self, one: int, other: int) -> None:
        write(self.root / NAMES[one % len(NAMES)], text("vwxyz"[other % 5]))

    def remove(self, one: int, other: int) -> None:
        if len(self.files()) > 1:
            self._one(one).unlink()

    def rename(self, one: int, other: int) -> None:
        path = self.root / NAMES[other % len(NAMES)]
        path.parent.mkdir(exist_ok=True)
        self._one(one).rename(path)

    def truncate(self, one: int, other: int) -> None:
        os.truncate(self._one(one), 40)

    def append(self, one: int, other: int) -> None:
        with open(self._one(one), "ab") as file:
            file.write(b"\n\n" + text("pqrst"[other % 5]))

    def touch(self, one: int, other: int) -> None:
        os.utime(self._one(one), ns=(other * 10**9, other * 10**9))

    def replace(self, one: int, other: int) -> None:
        """Replace a file by another of the same size and time."""
        path = self._one(one)
        status = path.stat()
        content = path.read_bytes().translate(
            bytes.maketrans(b"abcdlm", b"bcdalm"[other % 6 :] + b"bcdalm"[: other % 6])
        )
        write(self.root.parent / "new", content)
        os.utime(self.root.parent / "new", ns=(status.st_atime_ns, status.st_mtime_ns))
        os.replace(self.root.parent / "new", path)

    def swap(self, one: int, other: int) -> None:
        """Swap two files; if their sizes are equal, only their inodes differ from before."""
        first, second = self._one(one), self._one(other)
        if first != second:
            first.rename(self.root.parent / "new")
            second.rename(first)
            (self.root.parent / "new").rename(second)


HAPPENINGS = ["add", "remove", "rename", "truncate", "append", "touch", "replace", "swap"]
HISTORIES = st.lists(
    st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


def counts(before: dict[str, bytes], now: dict[str, bytes]) -> dict[str, int]:
    changed = [name for name in now if name in before and now[name] != before[name]]
    found = (len(now.keys() - before.keys()), len(before.keys() - now.keys()), len(changed))
    return dict(zip(VERBS, found, strict=True))


def counts_told(message: str) -> dict[str, int]:
    """The numbers of added, removed and changed files in a message; files that are only possibly changed do not count."""
    return {verb: int(found[1]) if (found := re.search(rf"(\d+) files? {verb} \(", message)) else 0 for verb in VERBS}


@contextlib.contextmanager
def small_pieces() -> object:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(cutting, "SMALLEST_BYTES", 60)
        patch.setattr(cutting, "WELL_SPREAD", 3)
        yield Path(folder)


@settings(max_examples=15)
@example([[("truncate", 1, 0)]], 1, False)  # a file that was not read, but affects how the first one is cut
@example([[("rename", 0, 4), ("touch", 0, 0)]], None, False)  # pieces at other positions have not changed
@given(HISTORIES, st.sampled_from([None, None, 1, 4, 100]), st.booleans())
def test_the_same_command_gives_what_a_fresh_folder_would_hold_or_refuses(history, limit, through_run) -> None:
    with small_pieces() as folder:
        corpus, out = Corpus(folder / "in"), folder / "out"
        options = ["--workers", 1, "--quiet", *(["--limit", limit] if limit else [])]
        command = ["run", "--until", "segment"] if through_run else ["segment"]
        made = out / "sentences" if through_run else out

        def segmented(output: Path, *more: str) -> tuple[int, str]:
            return said(*command, corpus.root, "-o", output, *options, *more)

        assert segmented(out)[0] == 0
        accepted = corpus.content()
        for number, happenings in enumerate(history):
            for happening, one, other in happenings:
                getattr(corpus, happening)(one, other)
            now = corpus.content()
            fresh = folder / f"fresh{number}"
            assert segmented(fresh)[0] == 0
            expected = helpers.contents(fresh / "sentences" if through_run else fresh)
            before = helpers.contents(made)
            code, err = segmented(out)
            assert code == 0 or (code == 4 and "was made from other input" in err), err
            assert helpers.contents(made) == (expected if code == 0 else before)
            if now == accepted:
                assert code == 0, err
            elif limit is None:
                assert code == 4
            if code == 4:
                told, real = counts_told(err), counts(accepted, now)
                assert (told["came"], told["went"]) == (real["came"], real["went"]), err
                assert told["changed"] <= real["changed"]
                for name in (now.keys() ^ accepted.keys()) if sum(real.values()) <= 3 else ():
                    assert str(corpus.root / name) in err
                assert segmented(out, "--overwrite")[0] == 0
                assert helpers.contents(made) == expected
            accepted = now


@settings(max_examples=8)
@given(HISTORIES.map(lambda history: history[0]))
def test_an_unfinished_folder_goes_on_from_the_same_input_only(happenings) -> None:
    with small_pieces() as folder:
        corpus = Corpus(folder / "in")
        before = corpus.content()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(segment, "_gather_job", interrupted)
            assert said("segment", corpus.root, "-o", folder / "out", "--workers", 1)[0] == 130
        for happening, one, other in happenings:
            getattr(corpus, happening)(one, other)
        assert said("segment", corpus.root, "-o", folder / "fresh", "--workers", 1)[0] == 0
        code, err = said("segment", corpus.root, "-o", folder / "out", "--workers", 1)
        assert (code == 0) == (corpus.content() == before), err
        if code == 0:
            assert helpers.contents(folder / "out") == helpers.contents(folder / "fresh")
        else:
            told, real = counts_told(err), counts(before, corpus.content())
            assert code == 4 and "was begun with other input" in err
            assert (told["came"], told["went"]) == (real["came"], real["went"]), err
            assert said("segment", corpus.root, "-o", folder / "out", "--workers", 1, "--overwrite")[0] == 0
            assert helpers.contents(folder / "out") == helpers.contents(folder / "fresh")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_file_behind_the_last_one_is_noticed_again_and_again(tmp_path: Path, command) -> None:
    write(tmp_path / "in" / "a.txt", text("a"))
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments)[0] == 0
    write(tmp_path / "in" / "b.txt", text("b"))
    for _ in range(2):
        code, _, err = command(*arguments)
        assert code == 4 and f"made from other input: 1 file came ({tmp_path}/in/b.txt). Use --overwrite" in err


def test_a_changed_file_is_named_though_it_looks_the_same(tmp_path: Path, command) -> None:
    for letter in "abc":
        write(tmp_path / "in" / f"{letter}.txt", text(letter))
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments)[0] == 0
    os.utime(tmp_path / "in" / "a.txt")
    write(tmp_path / "in" / "b.txt", text("x"))
    code, _, err = command(*arguments)
    assert code == 4 and f"other input: 1 file changed ({tmp_path}/in/b.txt). " in err


def test_touched_files_alone_are_read_again(tmp_path: Path, command, monkeypatch) -> None:
    for letter in "abc":
        write(tmp_path / "in" / f"{letter}.txt", text(letter))
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments)[0] == 0
    os.utime(tmp_path / "in" / "b.txt")
    read = []
    digest = cutting.Piece.digest
    monkeypatch.setattr(cutting.Piece, "digest", lambda piece: read.append(piece.source.name) or digest(piece))
    for _ in range(2):
        assert command(*arguments)[0] == 0
    assert read == ["b.txt"]


def test_a_forged_log_hides_no_change(tmp_path: Path, command) -> None:
    """What the log says about pieces counts only if all of it gives the digest in the manifest."""
    write(tmp_path / "in" / "a.txt", text("a"))
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert command(*arguments)[0] == 0
    write(tmp_path / "in" / "b.txt", text("b"))
    log = tmp_path / "out" / "run.jsonl"
    (source,) = cutting.find([str(tmp_path / "in" / "b.txt")]).sources
    line = {"event": "finish", "stage": "segment", "files": [[source.path, source.size, *source.stamp]] * 2}
    for more in ({}, {"digests": ["0" * 32] * 2}, {"digests": ["x"]}):
        store.log_run(tmp_path / "out", **line, **more)
        assert command(*arguments)[0] == 4
    log.unlink()
    code, _, err = command(*arguments)
    assert code == 4 and "2 files are there now, and the log does not say which there were before" in err


@pytest.mark.parametrize("moved", [lambda folder: folder.rename(folder.with_name("elsewhere")), lambda folder: folder])
def test_a_corpus_that_was_moved_is_the_same(tmp_path: Path, command, moved: Callable[[Path], Path]) -> None:
    write(tmp_path / "in" / "a.txt", text("a"))
    assert command("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")[0] == 0
    (tmp_path / "out" / "run.jsonl").unlink()
    code, out, _ = command("segment", moved(tmp_path / "in"), "-o", tmp_path / "out", "--workers", "1")
    assert code == 0 and "nothing to do" in out


# an output within its own corpus folder


def test_an_output_below_its_corpus_is_never_input(tmp_path: Path, command) -> None:
    write(tmp_path / "in" / "k.txt", text("k"))
    assert command("segment", tmp_path / "in", "-o", tmp_path / "fresh", "--workers", "1")[0] == 0
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "in" / "out", "--workers", "1")
    for more in ((), (), ("--overwrite",)):
        assert command(*arguments, *more)[0] == 0
        assert helpers.contents(tmp_path / "in" / "out") == helpers.contents(tmp_path / "fresh")
    assert "keep" in command(*arguments, "--dry-run")[1]
    (tmp_path / "link").symlink_to(tmp_path / "in" / "out")
    assert command("segment", tmp_path / "in", "-o", tmp_path / "link", "--workers", "1")[0] == 0
    assert command("segment", f"{tmp_path}/in/*", "-o", tmp_path / "link", "--workers", "1")[0] == 0


def test_an_unfinished_output_below_its_corpus_goes_on(tmp_path: Path, command) -> None:
    write(tmp_path / "in" / "k.txt", text("k"))
    arguments = ("segment", tmp_path / "in", "-o", tmp_path / "in" / "out", "--workers", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "_gather_job", interrupted)
        assert command(*arguments)[0] == 130
    assert command(*arguments)[0] == 0


def test_a_whole_run_below_its_corpus_goes_on(tmp_path: Path, command) -> None:
    for letter in "abcdefghij":
        write(tmp_path / "in" / f"{letter}.txt", text(letter))
    arguments = ["run", tmp_path / "in", "--workers", "1", "--quiet"]
    size = ["--vocab-size", "200"]
    assert command(*arguments, *size, "-o", tmp_path / "fresh", "--until", "mask")[0] == 0
    for until in ("segment", "train-vocab", "build-pairs", "mask", "mask"):
        more = size if until != "segment" else []
        code, _, err = command(*arguments, *more, "-o", tmp_path / "in" / "run", "--until", until)
        assert code == 0 and "made by bertprep" not in err
    assert helpers.contents(tmp_path / "in" / "run") == helpers.contents(tmp_path / "fresh")


def test_a_run_from_python_below_its_corpus_goes_on(tmp_path: Path, recwarn) -> None:
    write(tmp_path / "in" / "k.txt", text("k"))
    for until in ("train-vocab", "segment"):
        own = {"segment": {"validation_share": 0}, "train_vocab": {"size": 200}}
        bertprep.run(tmp_path / "in", tmp_path / "in" / "run", until=until, workers=1, **own)
    assert not list(recwarn) and {row["source"] for row in rows(tmp_path / "in" / "run" / "sentences")} == {"k.txt"}
    bertprep.segment(tmp_path / "in", tmp_path / "out", workers=1)
    assert "in/run/sentences (made by bertprep)" in str(recwarn.pop().message)


def test_other_folders_made_here_are_left_out_and_told(tmp_path: Path, command) -> None:
    write(tmp_path / "in" / "k.txt", text("k"))
    training = json.dumps({"settings": {"steps": 1}, "data": []}, indent=2)
    write(tmp_path / "in" / "model" / "training.json", training)
    write(tmp_path / "in" / "model" / "vocab.txt", "the\nand\n")
    for name in ("manifest.json", "run.jsonl", "training.json"):  # names that other programs use too
        write(tmp_path / "in" / "mine" / name, json.dumps({"text": f"One in {name}. Two."}))
    assert command("segment", tmp_path / "in", "-o", tmp_path / "in" / "s", "--workers", "1")[0] == 0
    assert command("train-vocab", tmp_path / "in" / "s", "-o", tmp_path / "in" / "v", "--size", "200")[0] == 0
    code, _, err = command("segment", tmp_path / "in", "-o", tmp_path / "in" / "s", "--workers", "1")
    assert (
        code == 0
        and f"2 files or folders in the corpus were not read: {tmp_path}/in/model (made by bertprep), {tmp_path}/in/v"
        in err
    )
    assert {row["source"] for row in rows(tmp_path / "in" / "s")} == {
        "k.txt",
        *(f"mine/{name}" for name in ("manifest.json", "run.jsonl", "training.json")),
    }


def rows(folder: Path) -> list[dict]:
    manifest = store.read_manifest(folder)
    return [
        row for split in store.SPLITS for path, _ in manifest.parts(split) for row in store.read_part(path).to_pylist()
    ]


@pytest.mark.parametrize("named", ["out", "out/sub", "out/sub/../sub", "out/sub/a.txt"])
def test_what_lies_in_the_output_is_refused_as_input(tmp_path: Path, command, named: str) -> None:
    write(tmp_path / "out" / "sub" / "a.txt", text("a"))
    code, _, err = command("segment", tmp_path / named, "-o", tmp_path / "out", "--workers", "1")
    assert code in (2, 4) and "out" in err
    assert (tmp_path / "out" / "sub" / "a.txt").read_bytes() == text("a")
