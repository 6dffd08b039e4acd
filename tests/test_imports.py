"""The structure of the package: allowed imports between packages, and what `bertprep --help` may import."""

import ast
import graphlib
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import bertprep

PACKAGE = Path(bertprep.__file__).parent
# the order of the packages: each may import from its own layer and those above it in this list
LAYERS = [
    {"core"},
    {"processes"},
    {"store"},
    {"languages"},
    {"corpus"},
    {"sentences"},
    {"clean"},
    {"vocab"},
    {"pairs"},
    {"shards"},
    {"train"},
    {"verify"},
    {"report"},
    {"api"},
]
HEAVY = {"numpy", "pyarrow", "polars", "tokenizers", "tqdm", "torch", "transformers", "safetensors", "multiprocessing"}


@pytest.mark.slow
def test_every_benchmark_can_be_imported(monkeypatch):
    folder = Path(__file__).parent / "bench"
    monkeypatch.syspath_prepend(folder)
    for path in sorted(folder.glob("*.py")):
        importlib.import_module(path.stem)


def modules():
    """(path, first part of the module's name within the package) of every file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            yield path, parts[0]


def imported(path):
    """First parts of the package's modules, and names of others, that a file imports."""
    depth = len(path.relative_to(PACKAGE).parts)
    own, other = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            other |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            other.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            own |= {node.module.split(".")[0]} if node.module else {name.name for name in node.names}
    return own, other


def test_every_module_has_a_layer():
    assert {name for _, name in modules()} <= set().union(*LAYERS)


def test_imports_point_one_way():
    height = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, module in modules()
        for name in imported(path)[0]
        if height[name] > height[module]
    ]
    assert not wrong


def imported_modules(path):
    """Dotted names, below the package, of the modules that a file needs to be imported, or to be type-checked."""
    below = path.relative_to(PACKAGE).with_suffix("").parts
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node in [*body, *(inner for outer in body if isinstance(outer, ast.If) for inner in outer.body)]:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*below[: len(below) - node.level], *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                inner = PACKAGE.joinpath(*base, alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield ".".join([*base, alias.name] if is_module else base)


def test_no_module_needs_itself_to_be_imported():
    needs = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): set(imported_modules(path))
        for path, _ in modules()
    }
    graphlib.TopologicalSorter(needs).prepare()  # raises CycleError with the modules in a ring


# what `verify` may import: how folders are read, and the vocabulary that gives ids, but nothing that makes data
SHARED = (
    *("core", "store", "processes", "vocab.loading", "vocab.vocabulary", "vocab.wordpiece", "verify"),
    "pairs.pairings",  # what each pairing guarantees: the table, not the modules that it names
    "languages",  # data, such as function words
    "clean.rules",  # the names of the rules: the table, not the modules that it names
    *("train.history", "train.checksums", "train.states"),  # what a model folder records of its files
    "train.copies",  # downloads the files of a model from a store, unchanged
)


def test_verify_imports_no_maker():
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, package in modules()
        if package == "verify"
        for name in every_import(path)
        if not any(f"{name}.".startswith(f"{shared}.") for shared in SHARED)
    ]
    assert not wrong


def every_import(path):
    """Dotted names, below the package, of everything that a file imports from it, also within functions."""
    below = path.relative_to(PACKAGE).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*below[: len(below) + 1 - node.level], *(node.module.split(".") if node.module else ())]
            yield from [".".join([*base, alias.name]) for alias in node.names]
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in getattr(node, "names", ())]
        )
        assert not any(f"{name}.".startswith("bertprep.") for name in names), f"{path} imports by an absolute name"


def test_only_train_imports_torch_and_no_package_click():
    for path, module in modules():
        other = imported(path)[1]
        assert "click" not in other, path
        assert module == "train" or not other & {"torch", "safetensors", "transformers"}, path


# packages that make the data; within them, only these modules use files, clocks and processes
PURE = {"sentences", "clean", "vocab", "pairs", "shards"}
EDGES = {
    *("job", "spread", "input_identity", "cutting", "files", "loading", "vocabulary", "export", "ngram_model"),
    *("steps", "across", "near"),
}


def test_stages_read_no_clock_and_no_environment():
    for path, module in modules():
        if module in PURE and path.stem not in EDGES:
            assert not imported(path)[1] & {"os", "time", "datetime", "random", "socket", "io"}, path


def test_help_loads_nothing_heavy():
    code = "import sys, bertprep_cli.main as m; m.run(['--help']); print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "click" in loaded
    assert not loaded & HEAVY


def test_help_of_a_command_loads_nothing_heavy():
    code = "import sys, bertprep_cli.main as m; m.run(['run', '--help']); print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.split(".")[0] for name in done.stdout.split()} & HEAVY


def test_no_two_test_files_have_one_name():
    """pytest could not collect them together."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert len(names) == len(set(names)), sorted(name for name in {*names} if names.count(name) > 1)
