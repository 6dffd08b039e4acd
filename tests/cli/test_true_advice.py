"""The message about bad input names the true reason, and its advice works."""

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import pieces, write, zstd

from bertprep.core.errors import InputError
from bertprep.corpus import formats
from bertprep.corpus.pieces import PieceReader
from bertprep.sentences import job as segment
from bertprep.sentences.settings import SegmentSettings

TEXTS = [f"Document {number} begins here. It has a second sentence." for number in range(50)]
PAGE = "<page><title>{0}</title><ns>0</ns><id>{0}</id><revision><text>{1}</text></revision></page>\n"


def arrow(texts: list[str]) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"text": texts})
    with pa.ipc.new_file(sink, table.schema) as out:
        out.write_table(table)
    return sink.getvalue().to_pybytes()


def parquet(texts: list[str]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": texts}), sink)
    return sink.getvalue().to_pybytes()


FORMATS: dict[str, Callable[[list[str]], bytes]] = {
    "a.txt": lambda texts: "\n\n".join(texts).encode(),
    "a.jsonl": lambda texts: "".join(json.dumps({"text": text}) + "\n" for text in texts).encode(),
    "a.csv": lambda texts: ("text\n" + "".join(f"{text}\n" for text in texts)).encode(),
    "a.xml": lambda texts: (
        '<mediawiki xml:lang="en"><siteinfo></siteinfo>'
        + "".join(PAGE.format(number, text) for number, text in enumerate(texts))
        + "</mediawiki>"
    ).encode(),
    "a.parquet": parquet,
    "a.arrow": arrow,
    "a.txt.gz": lambda texts: gzip.compress("\n\n".join(texts).encode(), mtime=0),
}


# -- input that changes while it is read ------------------------------------------------------------------------------


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def replaced(path: Path) -> None:
    """Replace a file by another valid file of the same format."""
    new = path.with_name("new")
    new.write_bytes(FORMATS[path.name]([text.replace("begins", "starts") for text in TEXTS]))
    os.replace(new, path)


def spoilt(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


def deleted(path: Path) -> None:
    path.unlink()


CHANGES = [truncated, replaced, spoilt, deleted]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_changes_while_it_is_read_is_reported(
    name: str, change, tmp_path: Path, command, monkeypatch
) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir()
    arguments = ["segment", path, "-o", tmp_path / "out", "--workers", "1"]

    def with_change(*given):
        change(path)
        return spread(*given)

    spread = segment._spread
    for before in ("nothing", "unfinished"):
        path.write_bytes(FORMATS[name](TEXTS))
        if before == "unfinished":
            with monkeypatch.context() as patch:
                patch.setattr(segment, "_gather_job", interrupted)
                assert command(*arguments, "--overwrite")[0] == 130
        with monkeypatch.context() as patch:
            patch.setattr(segment, "_spread", with_change)
            code, _, err = command(*arguments, *(["--overwrite"] if before == "unfinished" else []))
        assert (
            code == 3
            and f"{path}: changed while it was read; run again with --overwrite when it no longer changes" in err
        )
        path.write_bytes(FORMATS[name](TEXTS[1:]))
        assert command(*arguments, "--overwrite")[0] == 0


@pytest.mark.parametrize("name", FORMATS)
def test_another_inode_is_not_a_change(name: str, tmp_path: Path, command, monkeypatch) -> None:
    """Some file systems change the inode of a file now and then; but a longer file is a change."""
    path = tmp_path / name
    path.write_bytes(FORMATS[name](TEXTS))

    def copied() -> None:
        shutil.copy2(path, tmp_path / "copy")
        os.replace(tmp_path / "copy", path)

    def grown() -> None:
        with open(path, "ab") as file:
            file.write(path.read_bytes())

    spread = segment._spread
    for change, expected in ((copied, 0), (grown, 3)):
        monkeypatch.setattr(segment, "_spread", lambda *given, change=change: (change(), spread(*given))[1])
        code, _, err = command("segment", path, "-o", tmp_path / "out", "--workers", "1", "--overwrite")
        assert code == expected and ("changed while it was read" in err) == bool(expected), err


def test_an_error_of_a_file_is_not_said_to_be_a_change_for_another_inode(tmp_path: Path, command, monkeypatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": 1}')
    monkeypatch.setattr("bertprep.corpus.changes.stamp_of", lambda info: (info.st_mtime_ns, 0, 0))
    code, _, err = command("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1")
    assert code == 3 and "line 1: field 'text' is not a string" in err


def test_a_mapped_file_that_is_cut_short_does_not_end_the_process(tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    table = pa.table({"text": TEXTS * 2000})
    with pa.ipc.new_file(sink, table.schema) as out:
        out.write_table(table, max_chunksize=10_000)
    source = write(tmp_path / "a.arrow", sink.getvalue().to_pybytes())
    (piece,) = pieces(source, 1 << 30)
    with PieceReader(piece) as reader, pytest.raises(InputError, match="changed while it was read"):
        for number, _ in enumerate(formats.arrow.read(reader, SegmentSettings(), {})):
            if number == 0:
                os.truncate(tmp_path / "a.arrow", 4096)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


# -- names that mislead -----------------------------------------------------------------------------------------------


def zipped(data: bytes) -> bytes:
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", data)
    return buffer.getvalue()


PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstd, ".xz": lzma.compress}


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.xml", "a.dat", "a.parquet", "a.arrow"])
@pytest.mark.parametrize("ending", PACKED)
def test_compressed_data_under_a_plain_name_are_reported(ending: str, name: str, tmp_path: Path, command) -> None:
    path = tmp_path / name
    path.write_bytes(PACKED[ending](FORMATS.get(name, FORMATS["a.txt"])(TEXTS)))
    code, _, err = command("segment", path, "-o", tmp_path / "out", "--workers", "1")
    assert code == 3 and f"{name}: contains " in err and f" data; rename it to end in {ending}\n" in err
    if name not in ("a.parquet", "a.arrow"):  # which are compressed internally, if at all
        path.rename(f"{path}{ending}")
        assert command("segment", f"{path}{ending}", "-o", tmp_path / "out", "--workers", "1")[0] == 0


def test_archives_are_reported(tmp_path: Path, command) -> None:
    for name in ("a.txt", "a.dat", "a.jsonl"):
        (tmp_path / name).write_bytes(zipped(FORMATS["a.txt"](TEXTS)))
        code, _, err = command("segment", tmp_path / name, "-o", tmp_path / "out", "--workers", "1")
        assert code == 3 and f"{name}: contains a zip archive; unpack it first" in err


@pytest.mark.parametrize("ending", PACKED)
def test_a_plain_file_under_a_compressed_name_is_reported(ending: str, tmp_path: Path, command) -> None:
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(FORMATS["a.txt"](TEXTS))
    code, _, err = command("segment", path, "-o", tmp_path / "out", "--workers", "1")
    assert (
        code == 3
        and f"does not begin with the right bytes; if it is not compressed, remove {ending} from its name" in err
    )
    path.rename(tmp_path / "a.txt")
    assert command("segment", tmp_path / "a.txt", "-o", tmp_path / "out", "--workers", "1")[0] == 0


# -- names that the locale cannot decode ------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="locales as on Unix")
def test_a_name_that_is_utf8_is_not_said_to_be_other(tmp_path: Path) -> None:
    (tmp_path / "é").mkdir()
    (tmp_path / "é" / "à.txt").write_bytes(FORMATS["a.txt"](TEXTS))

    def run(corpus: str, **more: str) -> subprocess.CompletedProcess:
        line = [
            sys.executable,
            "-m",
            "bertprep_cli",
            "segment",
            corpus,
            "-o",
            "out",
            "--workers",
            "2",
            "--lang",
            "en",
            "-q",
        ]
        environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"} | more
        return subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    refused = run("é")
    assert refused.returncode == 2 and "Python reads names as ascii, but this one is UTF-8" in refused.stderr
    for variable, value in (("PYTHONUTF8", "1"), ("LC_ALL", "C.UTF-8")):
        assert f"{variable}={value}" in refused.stderr and run("é", **{variable: value}).returncode == 0
    found = run(".")  # names found in a folder do not depend on the locale
    assert found.returncode == 4 and "1 file came (./" in found.stderr and "1 file went" in found.stderr, found.stderr
