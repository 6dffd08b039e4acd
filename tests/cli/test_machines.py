"""Output for programs: one JSON object on stdout in every case, and a log of events."""

import json
import os
import subprocess
import sys

import pytest
from bertprep_cli import console as console_module
from bertprep_cli.failures import what_to_try
from bertprep_cli.main import run

from bertprep.core.errors import InputError
from bertprep.processes import runner

TEXT = "\n\n".join(f"Cats of farm {number} sleep. They eat fish. Dogs bark." for number in range(30))


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    return path


def events_of(path):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all({"time", "pid", "event"} <= line.keys() and line["time"].endswith("+00:00") for line in lines)
    return lines


def test_a_failure_is_one_object_too(corpus, tmp_path, command, monkeypatch):
    out = tmp_path / "out"
    assert command("segment", corpus, "-o", out, "--workers", 1)[0] == 0
    for code, kind, words, line in (
        (2, "usage", "--validation-share is 7", ("segment", corpus, "-o", tmp_path / "b", "--validation-share", 7)),
        (2, "usage", "no such option", ("segment", corpus, "-o", tmp_path / "b", "--no-such")),
        (2, "usage", "No such command", ("segmnt", corpus)),
        (3, "input", "no-such-file", ("segment", tmp_path / "no-such-file", "-o", tmp_path / "b")),
        (4, "store", "--overwrite", ("segment", corpus, "-o", out, "--limit", 3)),
    ):
        log = tmp_path / f"{kind}.jsonl"
        got, shown, err = command(*line, "--json", "--log-file", log)
        error = json.loads(shown)["error"]
        assert (got, error["code"], error["kind"]) == (code, code, kind) and words in error["message"] and err
        assert {name: events_of(log)[-1][name] for name in error} == error
    monkeypatch.setenv("BERTPREP_SEGMENT_JSON", "1")
    assert json.loads(command("segment", corpus, "-o", out, "--limit", 3)[1])["error"]["code"] == 4


def test_what_to_try_is_the_end_of_the_message():
    assert (
        what_to_try("x: made with other settings: seed 0 -> 1. Use --overwrite, or another -o")
        == "Use --overwrite, or another -o"
    )
    assert what_to_try("a.txt: the file is empty") is None and what_to_try("x: gone; look there") == "look there"


def test_progress_and_messages_stay_on_stderr_with_json(corpus, tmp_path, command, monkeypatch):
    monkeypatch.setattr(console_module, "PLAIN_SECONDS", 0.0)
    for quiet in ((), ("-q",)):
        log = tmp_path / f"log{len(quiet)}"
        line = ("segment", corpus, "-o", tmp_path / f"out{len(quiet)}", "--workers", 1, "--json", "--log-file", log)
        code, out, err = command(*line, *quiet, "--validation-share", 1e-6)
        made = json.loads(out)
        assert code == 0 and ("segment: read: " in err) == (not quiet)
        assert made["outputs"] == [{"path": str(tmp_path / f"out{len(quiet)}"), "bytes": made["outputs"][0]["bytes"]}]
        assert ["validation split is empty" in warning for warning in made["warnings"]] == [True]
        told = [each["event"] for each in events_of(log)]
        assert told[0] == "start" and told[-1] == "finish" and {"progress", "warning"} <= set(told)


def test_a_log_is_appended_to_and_keeps_no_secret(corpus, tmp_path, command):
    log = tmp_path / "log"
    for _ in range(2):
        command("segment", "s3://KEY:SECRET@bucket.invalid", "-o", tmp_path / "o", "--log-file", log, "--limit", 0)
    assert [each["event"] for each in events_of(log)].count("failure") == 2 and "SECRET" not in log.read_text()
    code, _, err = command("segment", corpus, "-o", tmp_path / "o", "--log-file", tmp_path / "none" / "log")
    assert code == 2 and "--log-file" in err and not (tmp_path / "o").exists()


def dies_once(path):
    """Kill the worker that runs this, the first time."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return 1
    os.kill(os.getpid(), 9)


def test_a_retry_is_an_event(tmp_path):
    from bertprep.core import events

    heard = []
    with events.scope():
        events.listen(heard.append)
        tasks = [(str(tmp_path / "a"),), (str(tmp_path / "b"),)]
        assert [result for _, result in runner.run_tasks(dies_once, tasks, runner.Execution(2))] == [1, 1]
    assert [each["event"] for each in heard] == ["retry", "retry"] and "killed" in heard[0]["reason"]
    assert heard.append not in events.listeners()


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_a_termination_by_signal_is_an_object_too(corpus, tmp_path):
    code = (
        "import os, signal, sys; from bertprep.sentences import job\n"
        "job.segment = lambda *a, **k: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from bertprep_cli.main import main; main()"
    )
    line = [sys.executable, "-c", code, "segment", str(corpus), "-o", str(tmp_path / "o"), "--json", "--workers", "1"]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 143 and json.loads(done.stdout)["error"]["kind"] == "terminated"


def test_input_errors_from_stages_are_objects(monkeypatch, capsys, corpus, tmp_path):
    from bertprep.sentences import job

    def refuse(*_, **__):
        raise InputError("a: broken; mend it")

    monkeypatch.setattr(job, "segment", refuse)
    assert run(["segment", str(corpus), "-o", str(tmp_path / "o"), "--json", "--workers", "1"]) == 3
    expected = {"code": 3, "kind": "input", "message": "a: broken; mend it", "try": "mend it"}
    assert json.loads(capsys.readouterr().out) == {"error": expected}
