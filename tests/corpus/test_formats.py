"""A format is a file and an entry in the table; adding one shows what follows from the entry."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bertprep.corpus.formats
from bertprep.corpus.formats import FORMATS
from bertprep.corpus.reader import reader_of
from bertprep.corpus.settings import ReadSettings
from bertprep.corpus.sources import Source

# the module
READER = """
from .. import boundaries
from ..documents import Row, batches

pieces = boundaries.whole


def read(reader, settings, counters):
    parts = b"".join(reader.decompressed()).decode().split("%")[1:]
    yield from batches(reader.piece.source.name, (Row(number, None, None, part) for number, part in enumerate(parts, 1)))
"""
# the entry
WITH_FORTUNES = """
import re, sys
from bertprep.corpus import formats

formats.__path__.append(sys.argv[1])
formats.FORMATS["fortune"] = formats.Format("fortune", "cookies", endings=(".fortune",), begins=re.compile(b"%"))

from bertprep_cli.main import run
sys.exit(max(run(line.split("\\t")) for line in sys.argv[2:]))
"""
COOKIES = "%A cat sleeps. It dreams.\n%A dog runs. It barks.\n"


@pytest.fixture
def bertprep_with_fortunes(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """The command with an additional reader, for fortune cookies."""
    (tmp_path / "readers").mkdir()
    (tmp_path / "readers" / "fortune.py").write_text(READER)

    def run(*lines: tuple) -> subprocess.CompletedProcess:
        words = ("\t".join(map(str, line)) for line in lines)
        command = [sys.executable, "-c", WITH_FORTUNES, tmp_path / "readers", *words]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True)

    return run


def test_a_format_of_one_file_and_one_entry_is_read(tmp_path: Path, bertprep_with_fortunes) -> None:
    lines = []
    for name, more in {"a.fortune": (), "cookies": (), "a.txt": ("--format", "fortune"), "folder": ()}.items():
        path = tmp_path / name / "b.fortune" if name == "folder" else tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(COOKIES)
        lines.append(("segment", tmp_path / name, "-o", tmp_path / f"{name}.out", *more, "--workers", 1, "--json"))
    done = bertprep_with_fortunes(*lines)
    assert done.returncode == 0, done.stderr
    assert [json.loads(told)["counters"]["sentences"] for told in done.stdout.splitlines()] == [4] * 4


def test_help_lists_it(bertprep_with_fortunes) -> None:
    told = bertprep_with_fortunes(("segment", "--help")).stdout
    assert "|fortune]" in told and "fortune, cookies" in " ".join(told.split())


def test_options_without_effect_on_it_are_refused(tmp_path: Path, bertprep_with_fortunes) -> None:
    line = ("segment", tmp_path, "-o", tmp_path / "out", "--format", "fortune", "--text-field", "body")
    done = bertprep_with_fortunes(line)
    assert done.returncode == 2 and "--text-field has no effect with --format fortune" in done.stderr


def test_every_reader_has_an_entry() -> None:
    folder = Path(bertprep.corpus.formats.__file__).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == {each.reader for each in FORMATS.values()}


@pytest.mark.parametrize("name", FORMATS)
def test_entries_are_whole(name: str) -> None:
    entry = FORMATS[name]
    reader = reader_of(Source("a", "a", 1, format=name))
    assert callable(reader.pieces) and callable(reader.read) and entry.help
    assert all(ending == ending.lower() and ending.startswith(".") for ending in entry.endings)
    assert set(entry.options) <= {field for field in ReadSettings.__dataclass_fields__ if field != "format"}
    others = {ending for other in FORMATS if other != name for ending in FORMATS[other].endings}
    assert not others & set(entry.endings)
