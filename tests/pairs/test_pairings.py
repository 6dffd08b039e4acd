"""A pairing is one file and one entry in the table: adding one makes it work everywhere."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import bertprep.pairs.pairings
from bertprep.pairs.pairings import PAIRINGS
from bertprep.pairs.settings import PairSettings
from bertprep.vocab.layout import BERT

# the file: A is the end of a document, B its beginning
MAKER = """
import numpy as np
from .. import chunks
from ..partition import Made, counted, cut_in_two, trimmed


def make(part, settings):
    whole = chunks.couples(part.text)
    first, second = cut_in_two(part, counted(part, whole))
    turned = np.arange(len(first.start)) % 3 == 0
    a, b = trimmed(part, second.where(turned, first), first.where(turned, second))
    return Made(a, b, ~turned)
"""
# and the entry; then command lines one by one, since each start of the command takes a second
WITH_THIRDS = """
import contextlib, io, json, sys
from bertprep.pairs import pairings

pairings.__path__.append(sys.argv[1])
pairings.PAIRINGS["thirds"] = pairings.Pairing(
    "thirds", "every third turned", pairings.Label("turned", "A comes after B", "before"), single_sentences=True, options=()
)

from bertprep_cli.main import run
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def with_thirds(tmp_path_factory):
    """The command with one more pairing."""
    folder = tmp_path_factory.mktemp("makers")
    (folder / "thirds.py").write_text(MAKER)
    command = [sys.executable, "-c", WITH_THIRDS, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def run(*line):
            process.stdin.write(json.dumps(list(map(str, line))) + "\n")
            process.stdin.flush()
            return subprocess.CompletedProcess(line, *json.loads(process.stdout.readline()))

        yield run


@pytest.fixture(scope="module")
def made(road, with_thirds, tmp_path_factory):
    """A run with pairs of this pairing, and the output of build-pairs."""
    folder = tmp_path_factory.mktemp("thirds")
    line = [
        road / "sentences",
        "--vocab",
        road / "vocab",
        "-o",
        folder / "pairs",
        "--pairing",
        "thirds",
        "--workers",
        1,
    ]
    done = with_thirds("build-pairs", *line, "--max-length", 48)
    assert done.returncode == 0, done.stderr
    assert with_thirds("mask", folder / "pairs", "-o", folder / "shards", "--workers", 1).returncode == 0
    (folder / "sentences").symlink_to(road / "sentences")
    return folder, done.stdout


def test_summaries_use_its_words(made):
    assert "33.3 % of them turned" in made[1] or "33.4 % of them turned" in made[1]


def test_verify_checks_its_guarantees(made, with_thirds):
    folder, _ = made
    done = with_thirds("verify", folder / "pairs", "--json")
    assert done.returncode == 0, done.stdout
    promises = {each["promise"]: each for each in json.loads(done.stdout)["folders"][0]["promises"]}
    assert (
        promises["labels agree with where the sides come from"]["expected"]
        == "next: B follows A; turned: A comes after B"
    )
    assert "sides are single sentences" in promises and "half of the pairs are turned" not in promises
    assert with_thirds("verify", folder / "shards").returncode == 0


def test_inspect_and_report_use_its_words(made, with_thirds):
    folder, _ = made
    for name in ("pairs", "shards"):
        rows = json.loads(with_thirds("inspect", folder / name, "--limit", 20, "--json").stdout)["rows"]
        assert {row["label"] for row in rows} == {"next: B follows A", "turned: A comes after B"}
    assert "turned: A comes after B" in with_thirds("inspect", folder / "shards", "--limit", 20).stdout
    pytest.importorskip("matplotlib")
    assert with_thirds("report", folder / "pairs", "-o", folder / "report.html").returncode == 0
    assert "of the pairs are turned" in (folder / "report.html").read_text(encoding="utf-8")


def test_help_lists_it_and_options_without_effect_on_it_are_refused(road, tmp_path, with_thirds):
    told = " ".join(with_thirds("build-pairs", "--help").stdout.split())
    assert "|thirds]" in told and "thirds, every third turned" in told
    line = (road / "sentences", "--vocab", road / "vocab", "-o", tmp_path / "out", "--pairing", "thirds")
    done = with_thirds("build-pairs", *line, "--short-probability", 0.5)
    assert done.returncode == 2 and "--short-probability has no effect with --pairing thirds" in done.stderr


def test_every_maker_has_an_entry():
    folder = Path(bertprep.pairs.pairings.__file__).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == {each.maker for each in PAIRINGS.values()}


@pytest.mark.parametrize("name", PAIRINGS)
def test_entries_are_whole(name):
    entry = PAIRINGS[name]
    assert callable(importlib.import_module(f"bertprep.pairs.pairings.{entry.maker}").make)
    assert entry.help and BERT.special_tokens(entry.label is not None) == (3 if entry.label else 2)
    assert set(entry.options) <= set(PairSettings.__dataclass_fields__)
    assert entry.label or not (entry.is_exact or entry.in_one_writing or entry.single_sentences)


def test_rows_without_a_second_part_are_not_called_adjacent(road, tmp_path, command):
    line = [
        road / "sentences",
        "--vocab",
        road / "vocab",
        "-o",
        tmp_path / "pairs",
        "--pairing",
        "none",
        "--workers",
        1,
    ]
    code, out, _ = command("build-pairs", *line)
    assert code == 0 and "rows, without a second part;" in out and "adjacent" not in out
