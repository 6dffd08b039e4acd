"""Properties of every command: help, suggestions, the next command, one JSON object, quiet."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from bertprep_cli.main import COMMANDS, cli
from bertprep_cli.shell import command_line
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")

NEEDS = {"train": "torch", "evaluate": "torch", "predict": "torch", "run": "torch", "report": "matplotlib"}
# commands that end with a summary; inspect and predict only show what was asked for
LINES = {
    "run": "run {corpus} -o {out} --until segment",
    "segment": "segment {corpus} -o {out}",
    "clean": "clean {road}/sentences -o {out} --rules none --near-duplicates 0.8 --repeated-sentences 20",
    "train-vocab": "train-vocab {road}/sentences -o {out} --size 500",
    "build-pairs": "build-pairs {road}/sentences --vocab {road}/vocab -o {out}",
    "mask": "mask {road}/pairs -o {out}",
    "train": "train {road}/shards -o {out} --steps 1 --batch-size 4 --threads 1",
    "evaluate": "evaluate {model} {road}/shards",
    "verify": "verify {road}/shards",
    "report": "report {road}/shards -o {out}.html",
    "export": "export {road}/shards -o {out} --to hf",
    "doctor": "doctor",
}
ANSWERS = {"inspect": "inspect {road}/shards", "predict": 'predict {model} "The cat sat on the [MASK]."'}


@pytest.fixture(scope="module")
def places(road, tmp_path_factory):
    """The folders that the lines above name, except {out}."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "corpus.txt").write_text("One sentence. Two.\n\nThree of them. Four.\n", encoding="utf-8")
    return {"road": road, "corpus": folder / "corpus.txt", "model": folder / "model"}


@pytest.fixture(scope="module")
def model(places):
    pytest.importorskip("torch")
    from bertprep.train import train
    from bertprep.train.settings import TrainSettings

    settings = TrainSettings(steps=1, batch_size=4, threads=1)
    train([str(places["road"] / "shards")], str(places["model"]), settings, quiet=True)


@pytest.fixture
def ready(request, name):
    """Skip a command if its packages are missing, and make the model if it needs one."""
    pytest.importorskip(NEEDS.get(name, "json"))
    if name in ("evaluate", "predict"):
        request.getfixturevalue("model")


def line_of(name, places, tmp_path, out=None):
    return shlex.split({**LINES, **ANSWERS}[name].format(**places, out=out or tmp_path / "out"))


def test_no_command_is_left_out():
    assert {*LINES, *ANSWERS} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_an_example_that_can_be_pasted(name, command):
    code, out, err = command(name, "--help")
    assert (code, err) == (0, "")
    example = out.rstrip("\n").splitlines()[-1].strip()
    assert example.startswith(f"Example: bertprep {name}")
    arguments = shlex.split(example.removeprefix("Example: bertprep "))
    cli.get_command(click.Context(cli), name).make_context(name, arguments[1:])  # it is one that is understood


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistyped_command_is_suggested(name, command):
    code, out, err = command(name[:-2] + name[-1])
    assert (code, out) == (2, "")
    assert f"Did you mean '{name}'?" in err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistyped_option_is_suggested(name, command):
    options = [option for param in cli.get_command(click.Context(cli), name).params for option in param.opts]
    for option in [one for one in options if one.startswith("--")]:
        code, out, err = command(name, option[:-2] + option[-1])
        assert (code, out) == (2, "")
        assert option in err and f"Example: bertprep {name}" in err


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_missing_is_reported_with_an_example(name, command):
    if name == "doctor":
        return
    code, out, err = command(name)
    assert (code, out) == (2, "")
    assert "Missing" in err and f"Example: bertprep {name}" in err


@pytest.mark.parametrize("name", LINES)
def test_a_summary_ends_by_naming_the_next_command(name, ready, places, tmp_path, command):
    code, out, err = command(*line_of(name, places, tmp_path))
    assert code == 0, err
    last = out.splitlines()[-1].strip()
    assert last.startswith("next: ")
    if "bertprep " in last:
        arguments = shlex.split(last.removeprefix("next: bertprep "))
        cli.get_command(click.Context(cli), arguments[0]).make_context(arguments[0], arguments[1:])
    assert "\r" not in err and "\x1b" not in out + err  # no progress bars or colours without a terminal


ODD = ["my data", 'it\'s $HOME; `date` & "more"', "-x", "名\t前", "esc\x1b[31m\u202ename", "a\nb"]


def pasted(line):
    """The words of a printed command line, as a shell splits it."""
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@needs_bash
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")) | st.sampled_from(ODD)))
@settings(max_examples=50)
def test_a_printed_command_is_one_line_that_means_its_words(words):
    line = command_line("bertprep", *words)
    assert pasted(line) == ["bertprep", *words]
    assert not set(line) & set("\n\r\x1b\x00\u202e") and len(line.splitlines()) == 1


@needs_bash
@pytest.mark.parametrize(("name", "odd"), [*((name, ODD[1]) for name in LINES), *(("segment", odd) for odd in ODD)])
def test_the_next_command_can_be_pasted_whatever_the_folders_are_called(
    name, odd, ready, places, tmp_path, command, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path(odd).mkdir()
    here = {**places, "out": f"./{odd}/out"}
    for key, path in places.items():
        if Path(path).exists():
            (Path(odd) / key).symlink_to(path)
            here[key] = f"./{odd}/{key}"
    arguments = [word.format(**here) for word in shlex.split(LINES[name])]
    code, out, err = command(*arguments, "--json")
    assert code == 0, err
    then = json.loads(out).get("next")
    if then is None:
        return
    words = pasted(then)
    if name == "export":
        assert repr(f"./{odd}/out") in words[2]
        return
    cli.get_command(click.Context(cli), words[1]).make_context(words[1], words[2:])
    assert name == "doctor" or any(odd in word for word in words)


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_object_and_nothing_else(name, ready, places, tmp_path, command):
    code, out, err = command(*line_of(name, places, tmp_path), "--json")
    assert code == 0, err
    content = json.loads(out)
    warned = [line.removeprefix("warning: ") for line in err.splitlines() if line.startswith("warning: ")]
    assert content["warnings"] == warned
    for made in content.get("outputs", []):
        assert made["bytes"] > 0 and Path(made["path"]).exists()
    assert ("outputs" in content) == ("-o" in line_of(name, places, tmp_path))


@pytest.mark.parametrize("name", COMMANDS)
def test_quiet_shows_only_what_was_asked_for(name, ready, places, tmp_path, command):
    """A command still shows the rows, figures or packages it was asked for, but no summary of what it made or checked."""
    code, out, err = command(*line_of(name, places, tmp_path), "--quiet")
    assert code == 0 and bool(out) == (name in ("inspect", "evaluate", "predict", "doctor"))
    assert [line for line in err.splitlines() if not line.startswith("warning: ")] == []


NUMBER_OPTIONS = [
    (name, param.opts[-1])
    for name in COMMANDS
    for param in cli.get_command(click.Context(cli), name).params
    if isinstance(param, click.Option) and isinstance(param.type, click.types.IntParamType | click.types.FloatParamType)
]


@each("name, option", NUMBER_OPTIONS)
@each("value", ["inf", "-inf", "nan", "1e400", "9" * 400, "9" * 5000])
def test_no_number_of_any_command_may_be_infinite_or_nan(name, option, value, places, tmp_path, command):
    if value.startswith("9") and name in ("inspect", "predict"):
        return  # counts that may be any number: all rows or all words are shown
    pytest.importorskip(NEEDS.get(name, "json"))
    code, out, err = command(*line_of(name, places, tmp_path), f"{option}={value}")
    assert (code, out) == (2, ""), err
    assert option in err and len(err) < 6000
    assert not (tmp_path / "out").exists()
