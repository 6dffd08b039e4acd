"""Inspect: readable rows of every kind of folder."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from bertprep_cli.layout import colour, columns_of, flow, paragraph, table
from hypothesis import given
from hypothesis import strategies as st

from bertprep.report import decoding
from bertprep.report.decoding import readable

ESCAPE = "\x1b["


def test_shards_are_shown_as_text_with_the_masked_words(road, command, result):
    row = result("inspect", road / "shards", "--row", 5, "--limit", 1)["rows"][0]
    _, out, _ = command("inspect", road / "shards", "--row", 5, "--limit", 1)
    hidden = [token for token in row["tokens"] if token["kind"]]
    assert hidden
    for token in hidden:
        assert (token["shown"].removeprefix("##") or "##") + "{" + token["true"] + "}" in out
    assert f"{len(hidden)} masks and the label: {len(hidden)} + 1 = {len(hidden) + 1} predictions" in out
    assert ("B follows A" if row["next_sentence_label"] == 0 else "B is from another document") in out
    assert "in braces" in out  # the legend


def test_pairs_say_where_each_side_comes_from(road, command, result):
    row = result("inspect", road / "pairs", "--row", 2, "--limit", 1)["rows"][0]
    _, out, _ = command("inspect", road / "pairs", "--row", 2, "--limit", 1)
    for side in "ab":
        assert row[f"from_{side}"]["document"] in out
    assert "##" not in row["text_a"] + row["text_b"]


def test_a_vocabulary_shows_sizes_and_entries(road, command, result):
    content = result("inspect", road / "vocab")
    assert content["entries"] == sum(content["sizes"].values()) == 2000
    _, out, _ = command("inspect", road / "vocab")
    assert "2,000 entries" in out
    assert "[MASK]" in out


def test_rows_are_those_asked_for(road, result):
    rows = result("inspect", road / "shards", "--row", 4, "--limit", 3)["rows"]
    assert [row["row"] for row in rows] == [4, 5, 6]
    first, again, other = (
        [row["row"] for row in result("inspect", road / "shards", "--seed", seed)["rows"]] for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.parametrize("width", [50, 80, 120])
@pytest.mark.parametrize("name", ["sentences", "pairs", "shards"])
def test_lines_fit_the_terminal(road, command, monkeypatch, width, name):
    monkeypatch.setenv("COLUMNS", str(width))
    _, out, _ = command("inspect", road / name, "--limit", 8)
    long = [line for line in out.splitlines() if columns_of(line) > width]
    # a document's name and a row's head are not cut
    assert all(re.match(r"row |     (from|sentences?|\d+ tokens)|       \.\.\.", line) for line in long), long


def test_colours_only_where_wanted(road, monkeypatch, capsys):
    import click
    from bertprep_cli.main import cli

    for variable, expected in ((None, True), ("1", False)):
        if variable:
            monkeypatch.setenv("NO_COLOR", variable)
        else:
            monkeypatch.delenv("NO_COLOR", raising=False)
        with click.Context(cli, color=True).scope():
            cli.get_command(None, "inspect").main([str(road / "shards")], standalone_mode=False, color=True)
        assert (ESCAPE in capsys.readouterr().out) is expected


@pytest.mark.parametrize("stage", ["sentences", "pairs", "shards"])
def test_an_unfinished_folder_is_shown_as_such(stage, road, command, tmp_path):
    folder = shutil.copytree(road / stage, tmp_path / "mine")
    (folder / "manifest.json").unlink()
    code, out, err = command("inspect", folder)
    assert code == 0, err
    made_by = {"sentences": "segment", "pairs": "build-pairs", "shards": "mask"}[stage]
    assert out.splitlines()[1].split() == ["mine", made_by, "-", "-", "not", "finished"]
    assert "next: repeat the command that made mine; it resumes" in out and len(out.splitlines()) == 3


def test_a_folder_of_outputs_gets_an_overview(road, command, result, tmp_path):
    run = tmp_path / "run"
    for name in ("sentences", "vocab", "pairs", "shards"):
        shutil.copytree(road / name, run / name)
    found = {each["name"]: each for each in result("inspect", run)["folders"]}
    assert [*found] == ["sentences", "vocab", "pairs", "shards"]
    assert {each["state"] for each in found.values()} == {"finished"}
    assert found["pairs"]["made_from"] == "sentences, vocab" and found["shards"]["made_from"] == "pairs"
    manifest = json.loads((road / "pairs" / "manifest.json").read_text(encoding="utf-8"))
    assert found["pairs"]["rows"] == sum(part.get("rows", 0) for part in manifest["parts"])
    assert result("inspect", run)["next"] == f"bertprep train {run}/shards -o {run}/model"
    (run / "shards" / "manifest.json").unlink()
    (run / "pairs" / "manifest.json").write_text("{", encoding="utf-8")
    _, out, _ = command("inspect", run)
    assert re.search(r"shards +mask .* not finished", out) and re.search(r"pairs +build-pairs .* damaged", out)
    assert "next: repeat the command that made pairs; it resumes" in out and re.search(r"segment .*\d kB", out)
    assert (
        command("inspect", tmp_path)[1].startswith("folder")
        and "a run: sentences, vocab" in command("inspect", tmp_path)[1]
    )
    assert command("inspect", run, "--row", 1)[0] == 2


def test_a_row_beyond_the_end(road, command):
    code, _, err = command("inspect", road / "shards", "--row", 10**6)
    assert code == 2
    assert "--row is 1000000" in err


def test_tokens_read_as_text():
    assert readable(["play", "##ing", ",", "she", "(", "then", ")", "ran", "."]) == "playing, she (then) ran."
    assert readable(["大", "熊", "猫", "，", "喜", "欢"]) == "大熊猫，喜欢"
    assert readable(["the", "[UNK]", "##s"]) == "the [UNK]s"
    assert readable(["#", "##", "a"]) == "# ## a"
    assert readable([]) == ""


def test_east_asian_characters_take_two_columns():
    assert columns_of("大熊猫") == 6
    assert columns_of(colour("ab", bold=True)) == 2
    assert paragraph("大熊猫 panda", 8, "> ", "  ") == ["> 大熊猫", "  panda"]


def test_flowing_text_breaks_only_where_it_may():
    units = [("one", True, True), ("two", True, True), (",", False, False), ("three", True, True)]
    assert flow(units, 9, "", "") == ["one two,", "three"]


def test_a_table_wraps_its_widest_column():
    lines = table(["a", "b"], [["x", "one two three four five"]], 16)
    assert all(len(line) <= 16 for line in lines)
    assert len(lines) > 2


@given(total=st.integers(0, 2000), count=st.integers(1, 2500), seed=st.integers(0, 2**64))
def test_as_many_different_rows_are_chosen_as_were_asked_for(total, count, seed):
    chosen = decoding._chosen(total, count, seed)
    assert len(chosen) == min(count, total)
    assert chosen == sorted(set(chosen)) and set(chosen) <= set(range(total))


@pytest.mark.parametrize("count", [1, 20, 89, 5000])
def test_at_most_limit_rows_are_shown(count, road, command, result):
    total = sum(1 for _ in result("inspect", road / "sentences", "--row", 0, "--limit", 10**9)["rows"])
    rows = result("inspect", road / "sentences", "--limit", count)["rows"]
    assert len(rows) == min(count, total)
    out = command("inspect", road / "sentences", "--limit", count)[1]
    assert sum(line.startswith("row ") for line in out.splitlines()) == len(rows)


@pytest.mark.parametrize("option", ["--row=1", "--limit=2", "--split=validation"])
def test_options_about_rows_are_refused_without_rows(option, road, command):
    code, _, err = command("inspect", road / "vocab", option)
    assert code == 2 and option.split("=")[0] in err and "is a vocabulary" in err


def test_nothing_but_the_report_needs_matplotlib(road, tmp_path):
    code = """if True:
        import sys
        sys.modules["matplotlib"] = None
        from bertprep_cli.main import run
        for name in ("sentences", "vocab", "pairs", "shards"):
            for command in ("inspect", "verify"):
                assert run([command, f"{sys.argv[1]}/{name}", "--quiet"]) == 0, (command, name)
        assert run(["report", f"{sys.argv[1]}/shards", "-o", f"{sys.argv[2]}/report.html"]) == 2
    """
    line = [sys.executable, "-c", code, road, tmp_path]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "pip install 'bertprep[report]'" in done.stderr, done.stderr
