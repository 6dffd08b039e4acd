"""Inputs listed in a file are treated like those on the command line, and errors name the line."""

import gzip
import json

import pytest

from bertprep import store


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "more/c", "more/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = f"The {name} begins here. It goes on for a while, and then it ends."
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": text}) + "\n")
    return tmp_path


def test_a_list_gives_what_the_command_line_gives(files, command):
    content = b"\xef\xbb\xbfb.jsonl\r\n\n  more/*.jsonl  \nb.jsonl\n"
    (files / "list.txt").write_bytes(content)
    (files / "list.gz").write_bytes(gzip.compress(content))
    how = ("--workers", 1, "--validation-share", 0)
    for output, arguments in (
        ("given", ("a.jsonl", "b.jsonl", "more/*.jsonl")),
        ("listed", ("a.jsonl", "--inputs", "list.txt")),
        ("packed", ("a.jsonl", "--inputs", "list.gz")),
    ):
        code, _, err = command("segment", *arguments, "-o", output, *how)
        assert code == 0, err
    assert len({store.read_manifest(name).digest for name in ("given", "listed", "packed")}) == 1
    assert store.read_manifest("given").counters["documents"] == 4


def test_refusals_tell_the_line_of_a_list(files, command):
    (files / "cut.gz").write_bytes(gzip.compress(b"a.jsonl\n")[:-9])
    (files / "broken.jsonl").write_text('{"text": \n')
    for content, code, words in (
        (b"a.jsonl\n\nmissing.jsonl\n", 3, "list.txt, line 3: missing.jsonl: no such file"),
        (b"a.jsonl\nmore/*.nothing\n", 3, "list.txt, line 2: more/*.nothing: "),
        (b"a.jsonl\n\xff\n", 3, "list.txt, line 2: not UTF-8"),
        (b"a.jsonl\n-\n", 3, "list.txt, line 2: standard input"),
        (b"\n \n", 3, "list.txt: lists nothing"),
    ):
        (files / "list.txt").write_bytes(content)
        found, out, err = command("segment", "--inputs", "list.txt", "-o", "out")
        assert (found, out) == (code, "") and words in err and "Traceback" not in err, err
    for arguments, code, words in (
        (["--inputs", "cut.gz"], 3, "cut.gz: cannot be unpacked"),
        (["--inputs", "nowhere.txt"], 3, "nowhere.txt: cannot be read"),
        ([], 2, "--inputs FILE"),
    ):
        found, out, err = command("segment", *arguments, "-o", "out")
        assert (found, out) == (code, "") and words in err and not (files / "out").exists(), err
