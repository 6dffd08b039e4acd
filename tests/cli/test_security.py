"""Input and folders from elsewhere cannot run code or reach other folders."""

import ast
import os
from pathlib import Path

import bertprep_cli
import pytest
from corpora import write
from each import each

import bertprep
from bertprep import store
from bertprep.core.errors import StoreError
from bertprep.corpus.sources import expand

SOURCES = [path for package in (bertprep, bertprep_cli) for path in sorted(Path(package.__file__).parent.rglob("*.py"))]
# calls that run code found in data; the method `eval` is torch's evaluation mode
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN = {
    *("torch.load", "pickle.load", "pickle.loads", "np.load", "numpy.load", "yaml.load", "yaml.unsafe_load"),
    *("marshal.loads", "shelve.open", "joblib.load", "os.system", "os.popen", "subprocess.getoutput"),
}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "tarfile", "zipfile", "xmlrpc"}

# exceptions, and why they run no code from elsewhere
ALLOWED = {
    "processes/worker.py": {"pickle", "pickle.loads"},  # tasks and results, only between a command and its own workers
    # results of tasks through Ray, which pickles everything that nodes send anyway
    "processes/node.py": {"pickle"},
    "processes/ray.py": {"pickle", "pickle.loads"},
    "corpus/books.py": {"zipfile"},  # reads entries into memory, with limits; unpacks nothing to the disk
    "formats/epub.py": {"zipfile"},
    "corpus/zipped.py": {"zipfile"},
    "formats/docx.py": {"zipfile"},
    "formats/odt.py": {"zipfile"},
    "corpus/office.py": {"zipfile"},
    "corpus/markdown.py": {"yaml"},  # composes nodes of the strings of front matter; nothing is constructed of them
    "sentences/ngram_model.py": {"np.load"},  # a file of an installed package; NumPy refuses pickled objects in it
}


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_named(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


@each("path", SOURCES)
def test_nothing_that_runs_code_from_data_is_called(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [node.module] if node.module.split(".")[0] in FORBIDDEN_MODULES else []
        elif isinstance(node, ast.Call):
            name = _named(node.func)
            found += [name] if name in FORBIDDEN or name in FORBIDDEN_CALLS else []
            found += [word.arg for word in node.keywords if word.arg in ("shell", "allow_pickle", "trust_remote_code")]
    assert set(found) <= ALLOWED.get(f"{path.parent.name}/{path.name}", set()), found


def test_a_pickled_model_is_refused_and_its_code_does_not_run(tmp_path: Path, command) -> None:
    pytest.importorskip("torch", reason="needs the extra train")
    marker = tmp_path / "ran"
    write(tmp_path / "model" / "config.json", '{"model_type": "bert", "vocab_size": 5}')
    # a pickle that calls os.system when it is loaded
    write(tmp_path / "model" / "pytorch_model.bin", f"cos\nsystem\n(S'touch {marker}'\ntR.")
    code, _, err = command("predict", tmp_path / "model", "a [MASK]")
    assert code == 3 and err.startswith("bertprep: ") and not marker.exists()


@pytest.mark.skipif(os.name != "posix", reason="links as on Unix")
@pytest.mark.parametrize("name", [".lock", "run.jsonl"])
def test_a_link_in_a_folder_from_elsewhere_is_not_written_through(name: str, tmp_path: Path, road, command) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(tmp_path / "precious")
    code, _, err = command("mask", road / "pairs", "-o", tmp_path / "out", "--workers", 1, "--overwrite")
    assert code in (4, 5) and err.startswith("bertprep: ")
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="links as on Unix")
def test_nothing_is_written_behind_a_link_to_a_folder(tmp_path: Path, road, command) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "vocab.txt").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "vocab").symlink_to(tmp_path / "elsewhere")
    assert command("mask", road / "pairs", "-o", tmp_path / "out", "--workers", 1, "--overwrite")[0] == 4
    assert [path.read_text() for path in (tmp_path / "elsewhere").iterdir()] == ["precious"]


def test_files_found_in_a_folder_are_inside_it(tmp_path: Path) -> None:
    write(tmp_path / "in" / "..hidden" / "a.txt", "x")
    write(tmp_path / "in" / "a.txt", "x")
    assert [source.name for source in expand([str(tmp_path / "in")])] == ["a.txt"]
    with pytest.raises(StoreError):
        store.read_manifest(tmp_path / "in")
