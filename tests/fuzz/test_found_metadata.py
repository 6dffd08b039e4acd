"""Regression tests for bugs found with damaged metadata: manifests, logs, configs and checkpoints, whose digests may match."""

import json
import os
import shutil

import pytest
from test_found import first_part, forge, reseal

from bertprep import store
from bertprep.core.errors import InputError, StoreError, UsageError
from bertprep.sentences.settings import SegmentSettings
from bertprep.train import history as trained

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture
def folders(road, tmp_path):
    """A copy of all folders of the fixture `road`."""
    return shutil.copytree(road, tmp_path / "road")


def entry(content, split="train"):
    return next(part for part in content["parts"] if part["name"].startswith(split))


def forge_and_seal(folder, name, change):
    """Change the values of a column, with matching record and manifest."""
    path, made = forge(folder, name, change)

    def agree(content):
        part = next(part for part in content["parts"] if part["name"] == path.name)
        part.update({key: made[key] for key in ("bytes", "checksum")})

    reseal(folder, agree)


# -- manifests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage, change, message",
    [
        ("pairs", lambda content: content["counters"].pop("pairs_random"), "counters.pairs_random is missing"),
        (
            "pairs",
            lambda content: content["counters"].update(tokens=-1),
            "counters.tokens is -1; expected a whole number",
        ),
        ("pairs", lambda content: content["settings"].update(pairing={}), "settings.pairing is {}; expected text"),
        ("pairs", lambda content: content["settings"].update(pairing="x"), "must be one of matched"),
        ("pairs", lambda content: content["settings"].update(passes="1"), "settings.passes is '1'"),
        ("pairs", lambda content: content["settings"].update(max_length=10**30), "settings.max_length is 1000000"),
        ("pairs", lambda content: content["inputs"].update(sentences="../.."), "inputs.sentences is '../..'"),
        ("pairs", lambda content: content["parts"].append(content["parts"][0]), "twice"),
        ("pairs", lambda content: entry(content).pop("rows"), r"parts\[0\].rows is missing"),
        ("pairs", lambda content: entry(content).update(rows=10**20), "expected a whole number"),
        ("pairs", lambda content: entry(content).update(checksum="x"), "expected a digest"),
        ("shards", lambda content: content["settings"].update(max_predictions=[1, -1]), "settings.max_predictions is"),
        ("shards", lambda content: content["settings"].update(mask_prob="x"), "settings.mask_prob is 'x'"),
        ("shards", lambda content: content["settings"].update(copies=0), "must be from 1"),
        ("shards", lambda content: content.update(settings=7), "settings is 7; expected an object"),
        ("shards", lambda content: content.update(stage="x"), "stage is 'x'; this version knows"),
        ("shards", lambda content: content.update(version=1.0), "version is 1.0"),
        ("shards", lambda content: content.pop("settings"), "settings is missing"),
    ],
)
def test_values_that_no_stage_writes_are_refused_by_name(stage, change, message, folders):
    """Each once caused a traceback in some command: in summaries, `verify` or `report`."""
    reseal(folders / stage, change)
    with pytest.raises(StoreError, match=message) as raised:
        store.read_manifest(folders / stage)
    assert f"{stage}/manifest.json: " in str(raised.value) and "--overwrite" in str(raised.value)


@pytest.mark.parametrize("parts", [7, {}, [7], [[]], [None], "x"])
def test_invalid_parts_are_refused(parts, folders):
    path = folders / "shards" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "parts": parts}))
    with pytest.raises(StoreError, match=r"parts is .*; expected a list, each an object"):
        store.read_manifest(folders / "shards")


def test_a_missing_counter_once_failed_in_the_summary_of_mask(folders, command):
    arguments = ["mask", folders / "pairs", "-o", folders / "shards", "--workers", 1]
    assert command(*arguments)[0] == 0
    reseal(folders / "shards", lambda content: content["counters"].pop("masked"))
    assert command(*arguments)[0] == 0  # from its parts, which are intact
    assert store.read_manifest(folders / "shards").counters["masked"] > 0
    reseal(folders / "pairs", lambda content: content["counters"].pop("pairs"))
    code, _, err = command(*arguments)
    assert code == 4 and "pairs/manifest.json: incomplete manifest: counters.pairs is missing" in err


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        "",
        "3",
        "null",
        "[]",
        "\0" * 1000,
        '{"stage": NaN}',
        '{"a": "\\ud800"}',
        "9" * 5000,
        '{"a":' * 60 + "1" + "}" * 60,
    ],
    ids=["deep", "empty", "number", "null", "list", "zeros", "nan", "half a character", "digits", "levels"],
)
@pytest.mark.parametrize("line", ["inspect", "verify"])
def test_an_invalid_manifest_is_reported(line, text, folders, command):
    """The first once raised RecursionError."""
    (folders / "shards" / "manifest.json").write_text(text)
    code, _, err = command(line, folders / "shards")
    assert code == 4 and "shards/manifest.json: not a manifest" in err and len(err) < 1000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names as on Unix")
@pytest.mark.parametrize("name", ["manifest.json", "train-00000-of-00001.arrow"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(name, folders, command):
    (path,) = [first_part(folders / "shards")] if name.startswith("train") else [folders / "shards" / name]
    path.unlink()
    os.mkfifo(path)
    code, _, err = command("inspect", folders / "shards")
    assert code in (4, 5) and "not a plain file" in err


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs a file without end")
def test_a_file_without_end_is_not_read(folders, command):
    (folders / "shards" / "manifest.json").unlink()
    (folders / "shards" / "manifest.json").symlink_to("/dev/zero")
    code, _, err = command("inspect", folders / "shards")
    assert code == 4 and "not a plain file" in err


@pytest.mark.parametrize("line", [("inspect", "pairs", "--row", 10**9), ("mask", "pairs", "-o", "out", "--workers", 1)])
def test_missing_rows_are_reported(line, folders, command):
    """`inspect` once raised IndexError, and `mask` allocated memory for all of them."""

    def more(content):
        entry(content)["rows"] = 2**40

    reseal(folders / "pairs", more)
    places = [folders / word if word in ("pairs", "out") else word for word in line]
    code, _, err = command(*places)
    assert code == 4 and "its manifest says 1,099,511,627,776" in err


def test_a_damaged_part_is_named_once_by_verify(folders, command):
    path = first_part(folders / "shards")
    path.write_bytes(path.read_bytes()[:1000])
    code, out, _ = command("verify", folders / "shards")
    line = next(line for line in out.splitlines() if line.startswith("BROKEN: columns and rows"))
    assert code == 4 and line.count(str(path)) == 1 and "damaged" in line


@pytest.mark.parametrize("name", ["first_sentence_b", "sentence_count_b", "document_b"])
def test_verify_finds_a_pair_without_a_place(name, folders, command):
    """It once raised an error of NumPy, or was not noticed."""
    forge_and_seal(folders / "pairs", name, lambda rows: [None] * len(rows))
    code, out, _ = command("verify", folders / "pairs")
    assert code == 4 and "BROKEN: labels agree with where the sides come from" in out


def test_a_sentence_that_no_document_has_takes_no_memory(folders, command):
    forge_and_seal(folders / "pairs", "first_sentence_a", lambda rows: [2**26] * len(rows))
    code, out, err = command("verify", folders / "pairs")
    told = next(line for line in out.splitlines() if line.startswith("BROKEN: all guarantees about the rows"))
    assert (code, err) == (4, "") and "no document has that many" in told


# -- logs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        {"event": "finish", "stage": "segment", "seconds": "x"},
        {"event": "finish", "stage": "segment", "seconds": 1, "files": [7]},
        {"event": "start", "stage": "segment", "workers": []},
        {"event": 7},
        {"event": "finish", "files": [["\ud800", 1, 1]]},
    ],
)
def test_invalid_lines_of_the_log_are_ignored(line, folders, command):
    before = store.read_runs(folders / "sentences")
    with open(folders / "sentences" / "run.jsonl", "a") as file:
        file.write(json.dumps(line) + "\n" + DEEP + "\n")
    assert store.read_runs(folders / "sentences") == before
    assert command("segment", folders / "none", "-o", folders / "sentences")[0] == 3


GOOD = {"step": 1, "mlm_loss": 7.0, "nsp_loss": 0.7, "learning_rate": 0.001}
METRICS = {"mlm_loss": 7.0, "mlm_accuracy": 0.1, "nsp_loss": None, "unigram_loss": None}


@pytest.mark.parametrize(
    "line, message",
    [
        ({**GOOD, "mlm_loss": "x"}, "line 2: .*mlm_loss is 'x'; expected a number"),
        ({"mlm_loss": 7.0}, "step is missing"),
        ({"step": 1, "validation": {"mlm_loss": 7.0}}, "validation.mlm_accuracy is missing"),
        ({"step": 1, "validation": {**METRICS, "nsp_loss": 0.7, "nsp_accuracy": None}}, "nsp_accuracy is None"),
        ({"summary": {"steps": 1, "rows": [1]}}, "summary.rows is"),
        ({"summary": {"steps": 1, "rows": 1, "seconds": 2.0}}, "summary.tokens_per_second is missing"),
        ({"summary": 7}, "summary is 7"),
        (7, "it is 7; expected an object"),
    ],
)
def test_invalid_lines_of_metrics_are_named(line, message, tmp_path, command):
    """Each once caused a traceback in `report`, and some in `inspect`."""
    (tmp_path / "training.json").write_text('{"settings": {}, "data": []}')
    (tmp_path / "metrics.jsonl").write_text(f"{json.dumps(GOOD)}\n{json.dumps(line)}\n")
    with pytest.raises(StoreError, match=message):
        trained.read_metrics(str(tmp_path))
    assert command("inspect", tmp_path)[0] == 4


def test_a_last_line_cut_short_by_a_crash_costs_itself_alone(tmp_path):
    (tmp_path / "metrics.jsonl").write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD)[:20])
    assert trained.read_metrics(str(tmp_path)) == [GOOD]


@pytest.mark.parametrize("content", [{}, {"settings": 7, "data": []}, {"settings": {"steps": "x"}, "data": []}, [], 7])
def test_a_training_record_without_settings_is_refused(content, tmp_path):
    (tmp_path / "training.json").write_text(json.dumps(content))
    with pytest.raises(StoreError, match=r"training\.json: not what training writes"):
        trained.read_training(str(tmp_path))


def test_a_scratch_record_of_others_is_made_again(tmp_path, sample_corpus, command, result):
    """A damaged scratch record of an interrupted `segment` once raised KeyError."""
    corpus = sample_corpus / "english" / "animals.txt"
    arguments = ["segment", corpus, "-o", tmp_path / "out", "--workers", 1]
    first = result(*arguments)
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "out" / ".scratch").mkdir(parents=True)
    store.log_run(tmp_path / "out", "start", stage="segment")
    (tmp_path / "out" / ".scratch" / "piece-00000-of-00001.json").write_text('{"stage": "segment", "settings": []}')
    assert result(*arguments)["digest"] == first["digest"]


# -- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [[], ["--overwrite"], ["--dry-run"], ["--overwrite", "--dry-run"]])
@pytest.mark.parametrize("line", ["segment {corpus} -o {road}/shards", "mask {road}/pairs -o {road}/vocab"])
def test_the_folder_of_another_stage_is_never_replaced(line, flags, folders, sample_corpus, command):
    """The message once recommended --overwrite."""
    words = [word.format(corpus=sample_corpus / "english" / "animals.txt", road=folders) for word in line.split()]
    before = {path: path.read_bytes() for path in folders.rglob("*") if path.is_file()}
    code, _, err = command(*words, *flags, "--workers", 1)
    assert code == 4 and "contains the output of" in err and "choose another -o" in err
    assert {path: path.read_bytes() for path in folders.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on Unix")
def test_names_that_are_not_utf8_are_reported(tmp_path, command):
    """Such as old file names in Latin-1, on which `segment` once failed."""
    path = tmp_path / "corpus" / os.fsdecode(b"na\xefve.txt")
    path.parent.mkdir()
    path.write_text("One. Two.\n\nThree. Four.\n")
    for corpus in (path, path.parent):
        code, _, err = command("segment", corpus, "-o", tmp_path / "out")
        assert code in (2, 3) and "not UTF-8" in err and r"na\xefve.txt" in err


@pytest.mark.parametrize("lang", ["../../secret", "english", "E", "en,de", "", "x" * 10_000])
def test_an_invalid_language_is_refused(lang):
    """It was once used as the name of a file of abbreviations."""
    with pytest.raises(UsageError, match="two or three small letters") as raised:
        SegmentSettings(lang=lang)
    assert len(str(raised.value)) < 300


def test_a_language_without_rules_is_reported_and_works(tmp_path, command):
    (tmp_path / "a.txt").write_text("Moja. Mbili.\n\nTatu. Nne.\n")
    for lang, warned in (("tlh", True), ("xx", True), ("sw", False), ("de", False), ("auto", False)):
        code, _, err = command(
            "segment", tmp_path / "a.txt", "-o", tmp_path / lang, "--lang", lang, "--workers", 1, "--quiet"
        )
        assert code == 0 and ("warning: --lang" in err) is warned and (not warned or ", de," in err)


# -- messages and CSV -------------------------------------------------------------------------------------------------


def test_a_message_is_short_and_without_control_characters():
    assert len(str(InputError("x" * 10_000_000))) < 5000
    assert str(InputError("a\x1b[31m\u202eb\n")) == "a\\x1b[31m\\u202eb\\n"
    assert "SECRET" not in str(InputError("s3://KEY:SECRET@b/" + "x" * 200_000))


def test_an_unclosed_quoted_field_is_reported_where_it_begins(tmp_path, command):
    (tmp_path / "a.csv").write_text('id,text\n1,"fine"\n2,"some\n' + "words here\n" * 50_000)
    code, _, err = command("segment", tmp_path / "a.csv", "-o", tmp_path / "out", "--workers", 1)
    assert code == 3 and "a.csv, line 3: not CSV" in err and "does not end" in err
