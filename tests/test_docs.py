"""The documentation matches the code: docs/cli.md is the help, and the commands in it are run."""

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bertprep_cli.main import cli, run

ROOT = Path(__file__).parent.parent
SAMPLE_CORPUS = ROOT / "sample_corpus"
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/recipes/*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXTRAS = {"train": "torch", "evaluate": "torch", "predict": "torch", "run": "torch", "report": "matplotlib"}


def blocks(path, *kinds):
    """(kind, text) of the fenced blocks of these kinds."""
    return [(kind, text) for kind, text in FENCE.findall(path.read_text(encoding="utf-8")) if kind in kinds]


def commands(path, *kinds):
    """The bertprep command lines in a page's blocks, as lists of arguments."""
    lines = [line for _, text in blocks(path, *kinds) for line in text.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("bertprep ")]


def test_the_command_line_page_is_the_help():
    made = runpy.run_path(str(ROOT / "docs" / "generate_cli.py"))["page"]()
    there = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert made == there, "the help has changed; renew the page with: python docs/generate_cli.py"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_shown_has_these_options(path):
    for arguments in commands(path, "", "bash", "text"):
        arguments = arguments[2:] if arguments[0] == "--config" else arguments
        if "..." not in arguments:
            command = cli.get_command(None, arguments[0])
            assert command, arguments
            command.make_context(arguments[0], arguments[1:])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path):
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", prose):
        page = path.parent / target if target else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), (target, anchor)


def anchors(path):
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.strip().lower()).replace(" ", "-") for each in headings}


def test_every_decision_has_a_number_of_its_own():
    numbers = [page.name[:4] for page in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers)), sorted(numbers)


def test_pictures_are_made_from_real_output(road):
    made = runpy.run_path(str(ROOT / "docs" / "make_pictures.py"))["pictures"](str(road))
    assert {"row", "pairs", "speeds", "report"} <= set(made)
    there = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob("docs/pictures/*.svg")}
    assert there["pairs"] == made["pairs"] and there["speeds"] == made["speeds"], (
        "run python docs/make_pictures.py demo"
    )
    for name, drawn in {**there, **made}.items():
        root = ElementTree.fromstring(drawn)
        assert root.get("aria-label") and "prefers-color-scheme:dark" in drawn and len(drawn) < 20_000, name
        assert not {"script", "image"} & {element.tag.split("}")[1] for element in root.iter()}


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path, "bash")], ids=lambda path: path.name)
def test_what_a_page_shows_can_be_run(path, tmp_path, monkeypatch):
    for arguments in commands(path, "bash"):
        pytest.importorskip(EXTRAS.get(arguments[0], "json"))
    shutil.copytree(SAMPLE_CORPUS, tmp_path / "sample_corpus")
    monkeypatch.chdir(tmp_path)
    for arguments in commands(path, "bash"):
        assert run(arguments) == 0, arguments
    run_scripts(path, tmp_path)


def run_scripts(path, folder):
    """Run each Python block of a page as a script, which must succeed without warnings."""
    for number, (_, text) in enumerate(blocks(path, "python")):
        script = folder / f"{path.stem}{number}.py"
        script.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, script.name], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), text


def test_the_python_page_can_be_run(tmp_path):
    shutil.copytree(SAMPLE_CORPUS, tmp_path / "sample_corpus")
    run_scripts(ROOT / "docs" / "python.md", tmp_path)
