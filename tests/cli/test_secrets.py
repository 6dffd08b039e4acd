"""Keys and passwords in a URI never appear in a message, a file or a log."""

from pathlib import Path

import pytest

from bertprep.core.errors import InputError, UsageError, without_secrets
from bertprep.core.places import filesystem

SECRET = "sEcReTwOrD"
URIS = [
    f"s3://AKIAKEY:{SECRET}@bucket/a",
    f"s3://bucket/a?secret_key={SECRET}",
    f"gs://bucket/a?json_credentials={SECRET}",
]
COMMANDS = [
    ["segment", "{uri}", "-o", "out"],
    ["segment", "{corpus}", "-o", "{uri}"],
    ["segment", "{corpus}", "-o", "out", "--abbreviations", "{uri}"],
    ["run", "{corpus}", "-o", "{uri}", "--until", "mask"],
    ["run", "{corpus}", "-o", "out", "--until", "mask", "--vocab", "{uri}"],
    ["run", "{corpus}", "-o", "{uri}", "--until", "mask", "--dry-run"],
    ["train-vocab", "{uri}", "-o", "out"],
    ["build-pairs", "{road}/sentences", "--vocab", "{uri}", "-o", "out"],
    ["mask", "{road}/pairs", "-o", "{uri}"],
    ["mask", "{uri}", "-o", "{uri}"],
    ["train", "{uri}", "-o", "out"],
    ["train", "{road}/shards", "-o", "{uri}"],
    ["evaluate", "{uri}", "{road}/shards"],
    ["predict", "{uri}", "a [MASK]"],
    ["inspect", "{uri}"],
    ["verify", "{uri}"],
    ["verify", "{road}/pairs", "--against", "{uri}"],
    ["export", "{uri}", "-o", "out", "--to", "hf"],
    ["export", "{road}/shards", "-o", "{uri}", "--to", "hf"],
    ["report", "{uri}", "-o", "r.html"],
    ["report", "{road}", "-o", "{uri}.html"],
    ["doctor", "{uri}"],
    ["--config", "{uri}", "doctor"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_takes_or_shows_a_secret(arguments, command, road, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("One sentence. Two.\n", encoding="utf-8")
    if arguments[0] in ("train", "evaluate", "predict"):
        pytest.importorskip("torch")
    if arguments[0] == "report":
        pytest.importorskip("matplotlib")
    code, out, err = command(*(one.format(uri=URIS[0], corpus="a.txt", road=road) for one in arguments))
    assert code == 2
    assert SECRET not in out + err and "AKIAKEY" not in out + err
    for path in tmp_path.rglob("*"):
        assert SECRET not in str(path) and (path.is_dir() or SECRET.encode() not in path.read_bytes())


def test_what_is_no_secret_is_shown():
    for uri in (
        "s3://bucket/a@b:c",
        "abfs://container@account/a",
        "hdfs://user@host:9000/a",
        "gs://b/a?retry_limit_seconds=4",
    ):
        assert without_secrets(uri) == uri
    assert without_secrets("s3://k:s@b/x and s3://l:t@c/y") == "s3://***@b/x and s3://***@c/y"


@pytest.mark.parametrize("uri", URIS)
def test_every_kind_of_secret_is_refused(uri):
    with pytest.raises(UsageError) as refusal:
        filesystem(uri)
    assert SECRET not in str(refusal.value)


def test_the_refusal_says_where_secrets_belong():
    with pytest.raises(UsageError, match=r"\*\*\*@bucket.*AWS_SECRET_ACCESS_KEY"):
        filesystem(URIS[0])


ADDRESS = "s3://AKIAKEY:hush%2Fhush@bucket/corpus/a.txt"


def test_keys_in_addresses_are_left_out() -> None:
    assert without_secrets(f"{ADDRESS}: no") == "s3://***@bucket/corpus/a.txt: no"
    assert without_secrets("s3://b/x?region=eu&secret_key=hush&scheme=http") == (
        "s3://b/x?region=eu&secret_key=***&scheme=http"
    )
    assert without_secrets("https://user@host and a@b.org stay") == "https://user@host and a@b.org stay"
    assert "hush" not in str(InputError(f"{ADDRESS}: cannot be read"))


def test_a_key_refused_by_the_store_is_not_shown(tmp_path: Path, command, monkeypatch) -> None:
    for option in ("endpoint_override=127.0.0.1:1&scheme=http", "secret_key=hush"):
        place = f"{ADDRESS}?{option}"
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setattr("bertprep.core.places._from_uri", _refusing)
        for line in (["segment", place, "-o", tmp_path / "o"], ["mask", place, "-o", tmp_path / "o"]):
            code, out, err = command(*line)
            assert code in (2, 3, 4) and "bucket" in err
            assert "hush" not in out + err and "AKIAKEY" not in out + err


def _refusing(address: str) -> None:
    raise InputError(f"{address}: cannot be opened as a URI")


def test_text_of_a_corpus_is_shown_unchanged(tmp_path: Path, result) -> None:
    line = "Log in at ftp://guest:guest@host.example and open page?token=abc today."
    (tmp_path / "a.txt").write_text(f"{line}\nThe end.\n", encoding="utf-8")
    result("segment", tmp_path / "a.txt", "-o", tmp_path / "out", "--validation-share", 0)
    (row,) = result("inspect", tmp_path / "out")["rows"]
    assert row["sentences"][0] == line
