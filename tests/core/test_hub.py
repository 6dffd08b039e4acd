"""A corpus on the Hugging Face Hub, read from a local server that answers like the Hub."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import documents, json_lines

from bertprep.core import places
from bertprep.core.errors import InputError, StageError, UsageError
from bertprep.corpus import changes, sources

pytest.importorskip("huggingface_hub")

NAME = "someone/books"


class Hub(BaseHTTPRequestHandler):
    """The requests that reading needs: a data set's entry, its file list, ranges of its files."""

    files: dict[str, bytes]
    status = 200

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        api, tree, raw = f"/api/datasets/{NAME}", f"/api/datasets/{NAME}/tree/main", f"/datasets/{NAME}/resolve/main/"
        if self.status != 200:
            self._answer(b"{}", self.status)
        elif path.startswith(tree):
            self._answer(json.dumps(self._listed(path.removeprefix(tree).strip("/"))).encode())
        elif path in (api, f"{api}/revision/main"):
            self._answer(json.dumps({"id": NAME, "sha": "0" * 40}).encode())
        elif path.startswith(raw) and path.removeprefix(raw) in self.files:
            first, last = map(int, self.headers["range"].removeprefix("bytes=").split("-"))
            self._answer(self.files[path.removeprefix(raw)][first : last + 1], 206)
        else:
            self._answer(b"{}", 404)

    do_HEAD = do_GET

    def _listed(self, folder: str) -> list[dict]:
        below = f"{folder}/" if folder else ""
        names = [name for name in self.files if name.startswith(below)]
        recursive = "recursive=true" in self.path.lower()
        inner = {below + name.removeprefix(below).split("/")[0] for name in names if "/" in name.removeprefix(below)}
        return [{"type": "directory", "path": name, "oid": "a" * 40} for name in sorted(inner)] + [
            {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
            for name, data in self.files.items()
            if name in names and (recursive or "/" not in name.removeprefix(below))
        ]

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(tmp_path: Path, monkeypatch) -> Iterator[type[Hub]]:
    pq.write_table(pa.table({"text": ["Rain fell. We stayed in.", "It was late."], "id": ["a", "b"]}), tmp_path / "x")
    files = {
        "README.md": b"# Books\n",
        "data/part-0.parquet": (tmp_path / "x").read_bytes(),
        "data/part-1.jsonl": json_lines({"id": "c", "text": "More of it."}).encode(),
    }
    handler = type("Here", (Hub,), {"files": files})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        places._hub.cache_clear()
        yield handler
        places._hub.cache_clear()
        server.shutdown()


def test_a_data_set_of_the_hub_is_read_as_a_folder(hub, tmp_path: Path, command) -> None:
    found = sources.expand([f"hf://datasets/{NAME}"])
    assert [source.name for source in found] == ["README.md", "data/part-0.parquet", "data/part-1.jsonl"]
    rows = [row for source in found[1:] for row in documents(source)]
    assert [row[0] for row in rows] == ["a", "b", "c"]
    (one,) = sources.expand([f"hf://datasets/{NAME}/data/part-1.jsonl"])
    assert documents(one) == [("c", None, None, "More of it.")]
    code, _, err = command("segment", f"hf://datasets/{NAME}/data", "-o", tmp_path / "out", "--workers", 1)
    assert code == 0, err


def test_a_file_that_changes_on_the_hub_is_told_by_its_hash(hub) -> None:
    (one,) = sources.expand([f"hf://datasets/{NAME}/data/part-1.jsonl"])
    assert not changes.has_changed(one)
    hub.files["data/part-1.jsonl"] = hub.files["data/part-1.jsonl"].replace(b"More", b"Less")
    assert changes.has_changed(one)


def test_what_the_hub_does_not_give_is_told(hub, tmp_path: Path, command) -> None:
    for uri, said in {
        "hf://datasets/nobody/nothing": "the Hub has no such data set or file",
        f"hf://datasets/{NAME}/gone.txt": "no such file",
        "hf://datasets/books": "not a data set; expected hf://datasets/USER/NAME",
        "hf://someone/model": "not a data set",
    }.items():
        with pytest.raises((InputError, UsageError), match=said):
            sources.expand([uri])
    hub.status = 401
    places._hub.cache_clear()
    with pytest.raises(InputError, match="HF_TOKEN"):
        sources.expand([f"hf://datasets/{NAME}"])
    hub.status = 400
    places._hub.cache_clear()
    with pytest.raises(StageError, match="the Hub did not answer"):
        sources.expand([f"hf://datasets/{NAME}"])
    code, _, err = command("segment", tmp_path, "-o", "hf://datasets/a/b")
    assert code == 2 and "only a corpus is read from the Hub" in err
