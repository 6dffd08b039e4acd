"""Help that fits on a screen, suggestions for option names of other tools, and lines that fit a terminal."""

import io
import re

import click
import pytest
from bertprep_cli import streams
from bertprep_cli.commands import COMMANDS, command_of
from bertprep_cli.help import ALIASES, MAIN
from bertprep_cli.layout import columns_of
from bertprep_cli.main import cli
from hypothesis import given
from hypothesis import strategies as st

import bertprep
from bertprep.core.errors import UsageError
from bertprep.core.synonyms import SYNONYMS

LOG = pytest.importorskip("bertprep.train.log") if pytest.importorskip("torch") else None


def test_short_help_has_what_matters_and_says_where_the_rest_is(command):
    for name, main in MAIN.items():
        params = {param.name for param in command_of(name).params}
        assert set(main.split()) <= params  # all options named exist
        short, everything = command(name, "-h")[1], command(name, "--help-all")[1]
        options = [set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", text, re.MULTILINE)) for text in (short, everything)]
        assert options[0] < options[1] and len(options[0]) <= 21
        assert f"{len(options[1]) - len(options[0])} more options: bertprep {name} --help-all" in short


def test_option_names_of_other_tools_are_answered_with_ours(command):
    for name, line, told in (
        ("train", "--lr", "did you mean --learning-rate?"),
        ("train", "--num_train_epochs=3", "did you mean --epochs?"),
        ("train", "--per-device-train-batch-size", "did you mean --batch-size?"),
        ("train", "--mlm_probability", "--mask-prob is an option of mask"),
        ("mask", "--dupe_factor", "did you mean --copies?"),
        ("mask", "--max_predictions_per_seq", "did you mean --max-predictions?"),
        ("build-pairs", "--max_seq_length", "did you mean --max-length?"),
        ("build-pairs", "--short_seq_prob", "did you mean --short-probability?"),
        ("segment", "--num_workers", "did you mean --workers?"),
        ("run", "--output_dir", "did you mean --output?"),
        ("run", "--tokenizer", "did you mean --vocab?"),
        ("mask", "--sede", "did you mean --seed?"),
        ("mask", "--zzzz", "bertprep mask --help-all shows all options"),
    ):
        code, _, err = command(name, "x", line)
        assert code == 2 and f"no such option {line.partition('=')[0]}; {told}" in err
    with pytest.raises(UsageError, match="has no option lr; did you mean learning_rate"):
        bertprep.train("x", "y", lr=1e-4)


def test_every_synonym_leads_to_an_option():
    params = [param for command in COMMANDS for param in command_of(command).params]
    ours = {param.name for param in params} | {
        name.strip("-").replace("-", "_")
        for command in COMMANDS
        for param in command_of(command).params
        for name in param.opts
    }
    assert not set(SYNONYMS.values()) - ours and not set(SYNONYMS) & {"seed", "epochs", "workers"}


def test_other_names_are_understood_and_not_shown(tmp_path, command):
    page = command("build-pairs", "--help-all" if "build-pairs" in MAIN else "--help")[1]
    assert "--short-probability " in page and not [old for old in ALIASES if f"{old} " in page]
    for options in (["--short-probability", "0.3"], ["--short-probability=0.3"], ["--short-prob", "0.3"]):
        ctx = command_of("build-pairs").make_context(
            "build-pairs", ["s", "-o", "p", "--vocab", "v", *options], parent=click.Context(cli)
        )
        assert ctx.params["short_probability"] == 0.3
    file = tmp_path / "c.toml"
    for key in ("short-probability", "short_prob"):
        file.write_text(f"[build-pairs]\n{key} = 0.3\n")
        assert "no option" not in command("--config", file, "build-pairs", tmp_path, "--vocab", "v", "-o", "p")[2]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@given(st.lists(st.text("abc 大", min_size=1, max_size=12), min_size=1, max_size=40), st.sampled_from([40, 60, 80]))
def test_messages_fit_the_terminal_and_keep_their_words(words, width):
    line = " ".join(words)
    lines = streams.wrapped(line, width)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert all(columns_of(each) <= width for each in lines)


def test_commands_to_paste_are_not_wrapped_and_pipes_get_whole_lines(capsys):
    paste = "bertprep train " + "shards/" * 20
    *before, last = streams.wrapped(
        f"bertprep: interrupted; {'finished parts are kept; ' * 4}resume it with: {paste}", 60
    )
    assert last.strip() == paste and len(before) > 1 and all(len(line) <= 60 for line in before)
    assert streams.wrapped(f"  next: {paste}", 60) == [f"  next: {paste}"]
    streams.show("word " * 40)
    assert capsys.readouterr().out.count("\n") == 1


def test_the_bar_of_training_fits_narrow_terminals():
    speed = {"tokens_per_second": 21340.0, "flops_per_second": 51.2e9, "mfu": None}
    for columns in (60, 80, 120):
        bar = LOG.Bar(total=6000, initial=1200, file=Terminal(), ncols=columns)
        bar.loss, bar.speed = "loss 6.2310", speed
        line = str(bar)
        assert len(line) <= columns and re.match(r"step 1,200/6,000  loss 6\.2310  \S+ left  \|", line)
        assert ("21,340 tokens/s" in line) == (columns > 60) and ("GFLOP/s" in line) == (columns == 120)
