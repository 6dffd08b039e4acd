"""Every command, end to end."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pyarrow.ipc
import pytest

BERTPREP = Path(sysconfig.get_path("scripts")) / "bertprep"


def entry_point(*arguments, **environment):
    """Run the installed command, in its own process."""
    command = [str(BERTPREP)] if BERTPREP.exists() else [sys.executable, "-m", "bertprep_cli"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def test_the_entry_point_runs_a_stage(tmp_path, sample_corpus):
    done = entry_point("segment", sample_corpus / "english", "-o", tmp_path / "sentences")
    assert done.returncode == 0, done.stderr
    assert "44 documents" in done.stdout
    assert "next: bertprep train-vocab" in done.stdout
    assert "\r" not in done.stderr  # no progress bars without a terminal


def test_the_stages_one_by_one_give_what_run_gives(tmp_path, road, sample_corpus, command):
    steps = [
        ("segment", sample_corpus, "-o", tmp_path / "sentences", "--validation-share", "0.1"),
        ("train-vocab", tmp_path / "sentences", "-o", tmp_path / "vocab", "--size", 2000),
        (
            "build-pairs",
            tmp_path / "sentences",
            "--vocab",
            tmp_path / "vocab",
            "-o",
            tmp_path / "pairs",
            "--max-length",
            48,
        ),
        ("mask", tmp_path / "pairs", "-o", tmp_path / "shards"),
    ]
    for step in steps:
        code, _, err = command(*step, "--quiet", "--workers", 1)
        assert code == 0, err
    for folder in ("sentences", "vocab", "pairs", "shards"):
        for path in (road / folder).rglob("*"):
            if path.is_file() and path.name != "run.jsonl":
                assert (tmp_path / path.relative_to(road)).read_bytes() == path.read_bytes(), path


def test_the_same_command_again_has_nothing_to_do(road, command):
    before = (road / "shards" / "manifest.json").stat().st_mtime_ns
    code, out, _ = command("mask", road / "pairs", "-o", road / "shards")
    assert code == 0
    assert "already complete" in out
    assert (road / "shards" / "manifest.json").stat().st_mtime_ns == before


def test_another_setting_is_refused_and_spelled_out(road, command):
    code, _, err = command("mask", road / "pairs", "-o", road / "shards", "--mask-prob", 0.2)
    assert code == 4
    assert "mask_prob 0.15 -> 0.2" in err
    assert "--overwrite" in err


def test_overwrite_redoes(tmp_path, road, result):
    first = result("mask", road / "pairs", "-o", tmp_path / "shards")
    again = result("mask", road / "pairs", "-o", tmp_path / "shards", "--seed", 1, "--overwrite")
    assert first["made"] and again["made"]
    assert first["digest"] != again["digest"]


def test_dry_run_shows_the_plan_and_makes_nothing(tmp_path, road, result):
    plan = result("mask", road / "pairs", "-o", tmp_path / "shards", "--shards", 3, "--dry-run")["plan"]
    assert [step["make"] for step in plan] == [True] * 4
    assert all(step["reason"] == "missing" for step in plan)
    assert not (tmp_path / "shards").exists()


def test_dry_run_of_all_stages(tmp_path, sample_corpus, road, result):
    plan = result("run", sample_corpus, "-o", tmp_path / "new", "--dry-run", "--until", "mask")["plan"]
    assert [(each["stage"], each["action"]) for each in plan] == [
        (stage, "make") for stage in ("segment", "train-vocab", "build-pairs", "mask")
    ]
    assert [each["reason"] for each in plan][:2] == ["missing", "made from segment, which will be made"]
    assert all(each["bytes_in"] and each["bytes_out"] and each["minutes"] is not None for each in plan)
    assert {part["make"] for part in plan[0]["parts"]} == {True}
    assert not (tmp_path / "new").exists()


def test_a_wrong_command_gets_a_suggestion(command):
    code, _, err = command("segmnt")
    assert code == 2
    assert "segment" in err


def test_a_wrong_value_is_refused_before_anything_is_made(tmp_path, road, command):
    code, _, err = command(
        "build-pairs", road / "sentences", "--vocab", road / "vocab", "-o", tmp_path / "p", "--max-length", 8
    )
    assert code == 2
    assert "--max-length is 8; it must be from 16 to 8192" in err
    assert not (tmp_path / "p").exists()


def test_a_wrong_folder_and_a_missing_one_have_different_messages(tmp_path, road, command):
    code, _, err = command("mask", road / "sentences", "-o", tmp_path / "shards")
    assert code == 4
    assert "contains the output of segment, expected that of build-pairs" in err
    code, _, err = command("mask", tmp_path / "nowhere", "-o", tmp_path / "shards")
    assert code == 4
    assert "no such folder" in err


def test_flags_beat_variables_beat_the_config_file(tmp_path, road, monkeypatch):
    config = tmp_path / "settings.toml"
    config.write_text("[mask]\nmask-prob = 0.3\nseed = 7\nmax_predictions = 5\n", encoding="utf-8")
    made = [f"--config={config}", "mask", road / "pairs", "-o", tmp_path / "shards", "--seed", 9]
    done = entry_point(*made, BERTPREP_MASK_MASK_PROB="0.25", BERTPREP_MASK_SEED="8")
    assert done.returncode == 0, done.stderr
    settings = json.loads((tmp_path / "shards" / "manifest.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["mask_prob"], settings["seed"], settings["max_predictions"]) == (0.25, 9, 5)


@pytest.mark.parametrize(
    ("content", "message"),
    [("[mask]\nmask-pro = 1", "did you mean mask_prob"), ("[masks]\n", "is not a command"), ("mask = [", "not TOML")],
)
def test_a_wrong_config_file_is_refused(tmp_path, command, content, message):
    (tmp_path / "settings.toml").write_text(content, encoding="utf-8")
    code, _, err = command("--config", tmp_path / "settings.toml", "doctor")
    assert code == 2
    assert message in err


def test_inspect_shows_every_kind_of_folder(road, command):
    for folder, expected in (("sentences", "document"), ("pairs", "sentence "), ("shards", "[CLS]")):
        code, out, _ = command("inspect", road / folder, "--limit", 2)
        assert code == 0
        assert sum(line.startswith("row ") for line in out.splitlines()) == 2
        assert expected in out
        assert "\x1b" not in out


def test_inspect_shows_masks_tasks_and_label(road, result):
    row = result("inspect", road / "shards", "--row", 3, "--limit", 1)["rows"][0]
    hidden = [token for token in row["tokens"] if token["kind"]]
    assert hidden
    assert all(token["true"] for token in hidden)
    assert row["tokens"][0]["shown"] == "[CLS]"
    assert row["next_sentence_label"] in (0, 1)


def test_verify_finds_a_flipped_byte_and_names_the_file(tmp_path, road, command):
    assert command("mask", road / "pairs", "-o", tmp_path / "shards", "-q")[0] == 0
    path = tmp_path / "shards" / "train-00000-of-00001.arrow"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    code, out, _ = command("verify", tmp_path / "shards")
    assert code == 4
    assert str(path) in out


def test_verify_of_an_intact_folder(road, command):
    assert command("verify", road / "pairs")[0] == 0


def test_the_columns_are_those_of_the_contract(road):
    expected = {
        "sentences": ["document_id", "source", "source_id", "title", "language", "sentences", "source_group"],
        "pairs": [
            *("ids_a", "ids_b", "is_next", "document_a", "first_sentence_a", "sentence_count_a"),
            *("document_b", "first_sentence_b", "sentence_count_b"),
        ],
        "shards": [
            *("input_ids", "segment_b_start", "masked_lm_positions", "masked_lm_ids", "next_sentence_label", "pair"),
        ],
    }
    for folder, names in expected.items():
        for path in (road / folder).glob("*.arrow"):
            with pyarrow.ipc.open_file(path) as file:
                assert file.schema.names == names
                assert file.num_record_batches == 1


def test_doctor(result):
    found = result("doctor")
    assert found["cores"] >= 1
    assert found["packages"]["pyarrow"]
    assert found["inner_loops"].startswith(("compiled", "NumPy ("))


def test_version(command):
    code, out, _ = command("--version")
    assert code == 0
    assert out.startswith("bertprep, version")


def test_without_torch_the_error_says_what_to_install(tmp_path, sample_corpus):
    code = "import sys; sys.modules['torch'] = None; from bertprep_cli.main import run; sys.exit(run(sys.argv[1:]))"
    for line in (["run", sample_corpus, "-o", tmp_path / "demo"], ["train", tmp_path, "-o", tmp_path / "model"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, line)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "pip install 'bertprep[train]'" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "demo").exists()  # reported before any work


def test_the_package_can_be_run_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "bertprep_cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("bertprep, version")


def test_a_refused_option_comes_with_an_example_and_its_variable(command, monkeypatch):
    monkeypatch.setenv("BERTPREP_MASK_MASK_PROB", "half")
    code, _, err = command("mask", "pairs", "-o", "shards")
    assert code == 2
    assert "BERTPREP_MASK_MASK_PROB is set" in err
    assert "Example: bertprep mask" in err


def test_an_output_that_is_the_input_is_refused_whatever_is_asked(road, command):
    code, _, err = command("mask", road / "pairs", "-o", road / "pairs", "--overwrite")
    assert code == 2
    assert "which is also the input" in err
    assert (road / "pairs" / "manifest.json").exists()
