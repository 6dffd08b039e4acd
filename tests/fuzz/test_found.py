"""Regression tests for bugs found with hostile inputs: folders from elsewhere, whose checksums may match."""

import json
import shutil
import subprocess
import sys

import pyarrow as pa
import pytest
from held import HANG_SECONDS
from kinds import COMPRESS

from bertprep import store
from bertprep.core.errors import InputError, StoreError
from bertprep.store import Identity, write_part
from bertprep.vocab.vocabulary import Vocabulary


@pytest.fixture
def folder(road, tmp_path):
    """A copy of the shards of the sample corpus."""
    return shutil.copytree(road / "shards", tmp_path / "shards")


def first_part(folder):
    return sorted(folder.glob("train-*.arrow"))[0]


def reseal(folder, change):
    """Change a manifest and update its digest, as an attacker would."""
    path = folder / "manifest.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(store.sealed(content)))


def forge(folder, name, change):
    """Change the values of a column, with a matching record."""
    path = first_part(folder)
    table, content = store.read_part(path), json.loads((folder / "manifest.json").read_bytes())
    number = table.column_names.index(name)
    rows = change(table.column(name).to_pylist())
    table = table.set_column(number, name, pa.array(rows, table.schema.field(name).type))
    identity = Identity(*(content[key] for key in ("stage", "version", "settings", "inputs")))
    return path, write_part(path, path.name, table.replace_schema_metadata(None), identity, {})


def test_a_flipped_value_is_reported_when_it_is_read(folder, command):
    """It once went into the data of the next stage without a warning."""
    path = first_part(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        store.read_part(path)
    code, _, err = command("export", folder, "-o", folder.parent / "out", "--to", "parquet")
    assert code == 4 and "damaged" in err


@pytest.mark.parametrize("place", range(8, 3000, 160))
def test_flipped_bytes_never_end_the_process(folder, place):
    """Offsets beyond the end of the file once caused a segmentation fault."""
    path = first_part(folder)
    data = bytearray(path.read_bytes())
    for at in (place, len(data) - place):
        data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreError):
        store.read_part(path)


@pytest.mark.parametrize(
    "name, change, message",
    [
        ("masked_lm_positions", lambda rows: [[60_000] * len(rows[0]), *rows[1:]], "is beyond the end of its row"),
        ("masked_lm_ids", lambda rows: [[*rows[0], 7], *rows[1:]], "another number of masked_lm_positions"),
        ("segment_b_start", lambda rows: [65_535, *rows[1:]], "is beyond the end of its row"),
        ("input_ids", lambda rows: [None, *rows[1:]], "has a missing value"),
    ],
)
def test_forged_places_are_refused(folder, name, change, message):
    path, _ = forge(folder, name, change)
    with pytest.raises(StoreError, match=message):
        store.read_part(path)


@pytest.mark.parametrize("line", [["inspect", "--row", "0"], ["report", "-o", "r.html"]])
def test_an_id_beyond_the_vocabulary_is_refused(folder, command, line):
    path, made = forge(folder, "input_ids", lambda rows: [[65_535] * len(rows[0]), *rows[1:]])

    def agree(content):
        for entry in content["parts"]:
            if entry["name"] == path.name:
                entry.update({name: made[name] for name in ("bytes", "checksum")})

    reseal(folder, agree)
    first, *rest = [str(folder.parent / one) if one.endswith(".html") else one for one in line]
    code, _, err = command(first, folder, *rest)
    assert code == 4 and "65535" in err


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["inputs"].update(pairs={}),
        lambda content: content["counters"].update(rows="7"),
        lambda content: content.update(settings=[]),
        lambda content: content["parts"][0].update(rows=1.5),
        lambda content: content["parts"][0].update(bytes=None),
    ],
)
def test_a_manifest_with_values_of_another_kind_is_refused(folder, change):
    """They once caused a traceback in `report`."""
    reseal(folder, change)
    with pytest.raises(StoreError, match=r"(not a|incomplete) manifest"):
        store.read_manifest(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["normalizer"].update(lowercase=[]),
        lambda content: content["added_tokens"][0].pop("special"),
        lambda content: content["added_tokens"].append("x"),
        lambda content: content["model"].update(vocab="x"),
        lambda content: content.update(normalizer=1.5),
        lambda content: content["model"].update(max_input_chars_per_word=10**30),
        lambda content: content.update(version=json.loads("[" * 500 + "]" * 500), model=None),
    ],
)
def test_a_tokenizer_with_values_of_another_kind_is_refused(road, tmp_path, change):
    content = json.loads((road / "vocab" / "tokenizer.json").read_bytes())
    change(content)
    (tmp_path / "tokenizer.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"tokenizer\.json"):
        Vocabulary.load(tmp_path)


def test_vocabularies_of_ten_megabytes_in_one_line(tmp_path):
    for name, text in (("vocab.txt", "x" * 10_000_000), ("tokenizer.json", "[" * 10_000_000)):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match=name):
            Vocabulary.load(tmp_path / name)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".gz", ".bz2", ".zst"])
@pytest.mark.parametrize("kind", [".txt", ".jsonl", ".csv", ".xml"])
def test_bombs_need_bounded_memory(ending, kind, tmp_path):
    """100 MB without a line break, compressed to a few kB: refused or read, within 1.5 GB of memory."""
    head = {".txt": b"", ".jsonl": b'{"text": "', ".csv": b"text\n", ".xml": b"<mediawiki><siteinfo></siteinfo><page>"}
    path = tmp_path / f"a{kind}{ending}"
    path.write_bytes(COMPRESS[ending](head[kind] + b"a" * 100_000_000))
    assert path.stat().st_size < 200_000
    code = (
        "import resource, sys; from bertprep_cli.main import run; code = run(sys.argv[1:]);"
        "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    line = [sys.executable, "-c", code, "segment", str(path), "-o", str(tmp_path / "out"), "--workers", "1", "--quiet"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert "Traceback" not in done.stderr
    exit_code, megabytes = map(int, done.stdout.split()[-2:])
    assert exit_code in (0, 3) and megabytes < 1500


def test_one_long_field_of_csv_is_cut_without_copying_it_each_time(tmp_path, result):
    """Memory was once quadratic in the size of the text; 12 MB would have taken gigabytes."""
    (tmp_path / "a.csv").write_bytes(b"text\n" + b"some words. " * 1_000_000)
    made = result("segment", tmp_path / "a.csv", "-o", tmp_path / "out", "--workers", 1)
    assert made["counters"]["documents_cut"] == 1


def test_old_line_ends_in_a_first_line(tmp_path, command):
    """CSV detection once failed on them."""
    (tmp_path / "a").write_bytes(b"One\r two. Three.\n\nFour. Five.\n")
    assert command("segment", tmp_path / "a", "-o", tmp_path / "out", "--workers", 1)[0] == 0


def test_a_lone_surrogate_in_a_manifest_is_refused(folder):
    path = folder / "manifest.json"
    content = json.loads(path.read_bytes())
    content["settings"]["note"] = "\ud800"
    path.write_text(json.dumps(content))
    with pytest.raises(StoreError, match=r"(not a|incomplete) manifest"):
        store.read_manifest(folder)
