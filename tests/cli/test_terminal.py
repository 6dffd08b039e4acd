"""Text from a corpus, a file name or a command line cannot control the terminal or the page that shows it."""

import ast
import html
import json
import re
import shutil
from pathlib import Path

import bertprep_cli
import pytest
from bertprep_cli.commands import COMMANDS
from bertprep_cli.layout import colour
from bertprep_cli.main import run
from bertprep_cli.streams import show, show_json
from each import each
from hypothesis import given
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.core.terminal import STEERING, printable
from bertprep.report import page

# a colour, a window title, an 8-bit control sequence that clears the screen, line breaks of all kinds, reversed text
EVIL = "x\x1b[35mred\x1b]0;owned\x07\x9b2J\r\nFAKE: all is well\x85\u2028\u2029\u202egpj\u2066\u200f\u200e\u061c\x7f\ty"
COLOURS_OF_OURS = re.compile(r"\x1b\[(?!35)[0-9;]*m")
evil_texts = st.text(st.one_of(st.sampled_from(EVIL), st.characters(codec="utf-8")), max_size=30)


def assert_harmless(text):
    """Check that a text has no control characters except our colours and line breaks, and no forged lines."""
    plain = COLOURS_OF_OURS.sub("", text)
    assert not STEERING.search(plain.replace("\n", "")), ascii(plain)
    assert not [line for line in plain.splitlines() if line.lstrip(" |").startswith("FAKE")], plain


@pytest.fixture
def coloured(monkeypatch):
    """Print escape codes as on a terminal; otherwise click removes them."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)


@given(evil_texts)
def test_printable_text_has_no_control_characters(text):
    shown = printable(text)
    assert not STEERING.search(shown)
    assert printable(shown) == shown
    assert shown == text or STEERING.search(text)


def test_letters_and_joiners_stay_as_they_are():
    for text in ("大熊猫 çà ئەم", "क्\u200dष \u200c می\u200cروم", "a\u0301 👩\u200d🔬", "\\x1b[2J"):
        assert printable(text) == text


@given(evil_texts)
def test_errors_are_of_one_harmless_line(text):
    assert_harmless(str(InputError(f"{text}: cannot be read")))
    assert "\n" not in str(InputError(text))


@given(evil_texts, evil_texts)
def test_colours_of_ours_are_the_only_escape_codes(before, within):
    line = before + colour(within, fg="green", bold=True)
    with pytest.MonkeyPatch.context() as patch:
        printed = []
        patch.setattr("click.echo", lambda text, err=False: printed.append(text))
        show(line)
    assert printed == [f"{printable(before)}\x1b[32m\x1b[1m{printable(within)}\x1b[0m"]


@given(st.dictionaries(evil_texts, evil_texts, max_size=3))
def test_json_has_the_same_text_without_control_characters(content):
    with pytest.MonkeyPatch.context() as patch:
        printed = []
        patch.setattr("click.echo", lambda text, err=False: printed.append(text))
        show_json(content)
    assert json.loads(printed[0]) == content
    assert not STEERING.search(printed[0])


@given(evil_texts)
def test_a_page_has_the_same_text_without_control_characters(text):
    escaped = page.escape(text)
    assert not STEERING.search(escaped)
    assert html.unescape(escaped) == html.unescape(html.escape(printable(text)))
    assert not {"<", ">", '"'} & set(escaped)


def test_all_is_printed_in_one_way():
    """Only one module uses `click.echo`, `print` and the streams, so the tests above hold for every command."""
    for path in Path(bertprep_cli.__file__).parent.glob("*.py"):
        used = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        called = {
            node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
        }
        met = (used & {"click.echo", "click.secho", "sys.stdout", "click.style"}) | (called & {"print"})
        assert met <= {"streams": {"click.echo", "sys.stdout"}, "layout": {"click.style"}}.get(path.stem, set()), path


# -- every command, with valid and invalid arguments, in a folder with such names -------------------------------------

GOOD = {
    "run": [["run", "{corpus}", "-o", "{out}", "--until", "mask", "--vocab-size", "200"]],
    "segment": [["segment", "{corpus}", "-o", "{out}"], ["segment", "{corpus}", "-o", "{out}", "--dry-run"]],
    "clean": [["clean", "{road}/sentences", "-o", "{out}", "--rules", "none", "--near-duplicates", "1"]],
    "train-vocab": [["train-vocab", "{road}/sentences", "-o", "{out}", "--size", "200"]],
    "build-pairs": [["build-pairs", "{road}/sentences", "--vocab", "{road}/vocab", "-o", "{out}"]],
    "mask": [["mask", "{road}/pairs", "-o", "{out}"], ["mask", "{road}/pairs", "-o", "{out}", "--dry-run"]],
    "train": [["train", "{road}/shards", "-o", "{out}", "--steps", "1", "--batch-size", "4", "--threads", "1"]],
    "evaluate": [["evaluate", "{model}", "{road}/shards"]],
    "predict": [["predict", "{model}", "the {evil} [MASK]"], ["predict", "{model}", "a {evil}", "--next", "b {evil}"]],
    "inspect": [["inspect", f"{{road}}/{name}"] for name in ("sentences", "vocab", "pairs", "shards", "model")],
    "verify": [["verify", "{road}"], ["verify", "{road}/pairs"]],
    "export": [["export", "{road}/shards", "-o", "{out}", "--to", "hf"]],
    "report": [["report", "{road}/pairs", "-o", "{out}.html"]],
    "doctor": [["doctor"]],
}
MISTAKES = [
    [],
    ["{evil}"],
    ["-o", "{out}", "{corpus}/{evil}"],
    ["{road}/{evil}", "-o", "{out}"],
    ["--{evil}"],
    ["-o"],
    ["--seed", "{evil}"],
    ["{road}/sentences", "{road}/pairs", "{evil}", "-o", "{out}"],
    ["--config", "{evil}"],
]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A corpus, a whole run and a model, in a folder and from files with such names."""
    pytest.importorskip("torch")
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("evil") / EVIL.replace("/", "")
    corpus, road = folder / "corpus", folder / "road"
    corpus.mkdir(parents=True)
    with open(corpus / f"{EVIL}.jsonl", "w", encoding="utf-8") as file:
        for number in range(60):
            text = f"The cat {number} sat on {EVIL} mats.\nIt slept well on {number} of them.\nA dog {EVIL} came.\nBoth ran."
            row = {"id": f"{EVIL}{number}", "title": f"{EVIL} title", "text": text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    keep = ["--keep-control", "--validation-share", "0.3", "--splitter", "lines"]
    options = [
        "--until",
        "train",
        "--vocab-size",
        "200",
        "--max-length",
        "48",
        "--steps",
        "2",
        "--batch-size",
        "4",
        *keep,
    ]
    assert run(["run", str(corpus), "-o", str(road), *options, "--workers", "1", "--threads", "1", "--quiet"]) == 0
    return {"corpus": corpus, "road": road, "model": road / "model", "evil": EVIL}


def asked(arguments, places, out):
    return [argument.format(**places, out=out) for argument in arguments]


def test_no_command_is_left_out():
    assert {*GOOD} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_prints_control_characters_of_names_or_text(name, places, tmp_path, coloured, capfd):
    workers = ["--workers", "1"] if name in ("run", "segment", "clean", "train-vocab", "build-pairs", "mask") else []
    for number, arguments in enumerate(GOOD[name]):
        line = [*asked(arguments, places, tmp_path / f"{number}{EVIL}"), *workers]
        code = run(line)
        out, err = capfd.readouterr()
        assert code == 0, err
        assert_harmless(out + err)


def test_json_has_such_names_unchanged(places, capfd):
    assert run(["inspect", str(places["road"] / "sentences"), "--json"]) == 0
    out = capfd.readouterr().out
    assert_harmless(out)
    assert json.loads(out)["rows"][0]["source"] == f"{EVIL}.jsonl"


@each("mistake", MISTAKES)
@each("name", COMMANDS)
def test_no_error_message_prints_control_characters(name, mistake, places, tmp_path, coloured, capfd):
    run([name, *asked(mistake, places, tmp_path / EVIL)])
    assert_harmless("".join(capfd.readouterr()))


def test_damage_in_such_a_folder_is_reported_without_control_characters(places, tmp_path, coloured, capfd):
    shutil.copytree(places["road"], tmp_path / EVIL)
    for path in (tmp_path / EVIL).rglob("*"):
        if path.is_file() and path.name != "run.jsonl":
            path.write_bytes(path.read_bytes()[:100])
    for name in ("sentences", "vocab", "pairs", "shards", "model"):
        for command in ("inspect", "verify"):
            run([command, str(tmp_path / EVIL / name)])
            assert_harmless("".join(capfd.readouterr()))


def test_the_page_of_such_a_run_has_no_control_characters(places, tmp_path, capfd):
    assert run(["report", str(places["road"] / "sentences"), "-o", str(tmp_path / "report.html")]) == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not STEERING.search(text.replace("\n", ""))
    assert "\nFAKE" not in text
