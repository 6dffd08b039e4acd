"""Small inputs are processed in the main process, since workers would take longer to start."""

import os

from bertprep_cli.data import MOST_FILES, SMALL, is_small

from bertprep.processes import pool, runner


def test_which_inputs_are_small(tmp_path):
    plain, packed, big, folder, many = (tmp_path / name for name in ("a.txt", "a.jsonl.GZ", "b.txt", "folder", "many"))
    plain.write_bytes(b"a" * (SMALL // 4))
    packed.write_bytes(b"a" * (SMALL // 4))
    big.write_bytes(b"a" * (SMALL + 1))
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "a.txt").write_bytes(b"a" * (SMALL // 2))
    many.mkdir()
    for number in range(MOST_FILES + 1):
        (many / str(number)).touch()
    os.mkfifo(tmp_path / "pipe")
    for inputs, small in [
        ([plain], True),
        ([plain, None, folder], True),
        ([plain] * 5, False),
        ([packed], False),
        ([big], False),
        ([folder, folder, plain], False),
        ([many], False),
        ([tmp_path / "pipe"], False),
        ([plain, "-"], False),
        (["s3://bucket/a.txt"], False),
        ([tmp_path / "*.txt"], False),
    ]:
        assert is_small([each and str(each) for each in inputs]) == small, inputs


def test_a_small_input_starts_no_worker_unless_asked(command, tmp_path, monkeypatch):
    def no_worker():
        raise AssertionError("a worker")

    monkeypatch.setattr(runner, "usable_cores", lambda: 2)
    monkeypatch.setattr(pool, "new_worker", no_worker)
    monkeypatch.setattr(pool, "_waiting_workers", [])
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n\n".join(f"Sentence {number} is here. And so is another." for number in range(60)))
    code, _, err = command("segment", corpus, "-o", tmp_path / "sentences", "--validation-share", "0.2")
    assert code == 0, err
    code, _, err = command("segment", corpus, "-o", tmp_path / "again", "--workers", "2", "--validation-share", "0.2")
    assert "a worker" in err
