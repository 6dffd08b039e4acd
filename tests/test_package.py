"""The content of the wheel and of the source distribution."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist, built from a copy of the files tracked by git."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout, so what belongs to the project cannot be told from what lies about")
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    code = (
        "import sys; from setuptools import build_meta as b; out = sys.argv[1]; "
        "print(b.build_sdist(out)); print(b.build_wheel(out))"
    )
    subprocess.run([sys.executable, "-c", code, str(out)], cwd=source, check=True, capture_output=True)
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


def test_the_wheel_holds_every_module_and_data_file(built):
    wheel = set(zipfile.ZipFile(built[0]).namelist())
    for folder, name in (("bertprep", "bertprep"), ("cli", "bertprep_cli")):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix == ".py" or path.name == "py.typed":
                assert f"{name}/{path.relative_to(ROOT / folder).as_posix()}" in wheel


def test_the_wheel_holds_nothing_else(built):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(built[0]).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bertprep", "bertprep_cli"}


def test_the_source_distribution_holds_tests_and_sample_corpus(built):
    with tarfile.open(built[1]) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    for name in (
        "tests/test_package.py",
        "sample_corpus/small/english/animals.txt",
        "constraints.txt",
        "constraints-lowest.txt",
        "conftest.py",
        "LICENSE",
        "Makefile",
    ):
        assert name in names
    assert any(name.endswith("multistream.xml.bz2") for name in names)


def fields(wheel, name):
    """The values of a field of a wheel's metadata."""
    archive = zipfile.ZipFile(wheel)
    metadata = next(path for path in archive.namelist() if path.endswith("METADATA"))
    lines = archive.read(metadata).decode().splitlines()
    return [line.split(": ", 1)[1] for line in lines if line.startswith(f"{name}: ")]


def test_the_wheel_has_every_extra_that_is_mentioned(built):
    extras = set(fields(built[0], "Provides-Extra"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras == set(project["optional-dependencies"])
    pages = [
        *ROOT.glob("README*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("bertprep/**/*.py"),
        *ROOT.glob("cli/*.py"),
    ]
    spoken = [re.findall(r"(?:bertprep|\"\.)\[([a-z,]+)\]\"", page.read_text(encoding="utf-8")) for page in pages]
    named = {extra for names in spoken for name in names for extra in name.split(",")}
    assert {"train"} <= named <= extras


def test_torch_comes_with_the_extra_only(built):
    needs = fields(built[0], "Requires-Dist")
    assert any(need.startswith("click") and "extra" not in need for need in needs)
    assert all('extra == "train"' in need for need in needs if need.startswith(("torch", "safetensors")))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_installed_it_works_from_a_folder_outside_the_checkout(built, kind, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    # Python 3.11 installs an old setuptools there, which cannot build the sdist
    subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "setuptools"], check=True)
    # its requirements are found in the current environment; bertprep itself is found in the new one first
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
    (packages / "needs.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    install = [
        "-m",
        "pip",
        "install",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--quiet",
        "--ignore-installed",
    ]
    subprocess.run([python, *install, built[0 if kind == "wheel" else 1]], check=True, cwd=tmp_path)
    where = "import bertprep, bertprep_cli; print(bertprep.__file__, bertprep_cli.__file__)"
    found = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert found.count(str(packages)) == 2
    outside = {"check": True, "cwd": tmp_path}
    bertprep, quiet = python.with_name("bertprep"), ["--quiet", "--workers", "1"]
    sample_corpus = ROOT / "sample_corpus" / "small"
    subprocess.run([bertprep, "run", sample_corpus / "english", "-o", "out", "--until", "mask", *quiet], **outside)
    subprocess.run([bertprep, "verify", "out/shards"], **outside)
    subprocess.run([bertprep, "doctor"], **outside)
    dump = sample_corpus / "wiki-pages-articles-multistream.xml.bz2"
    subprocess.run([python, "-m", "bertprep_cli", "segment", dump, "-o", "wiki", *quiet], **outside)


@pytest.mark.slow
def test_the_wheel_is_built_without_a_compiler_too(tmp_path):
    code = "import sys; from setuptools import build_meta as b; print(b.build_wheel(sys.argv[1]))"
    names = ["pyproject.toml", "README.md", "LICENSE", "bertprep", "cli"]
    source = tmp_path / "source"
    for name in names:
        (shutil.copytree if (ROOT / name).is_dir() else copied)(ROOT / name, source / name)
    for loops in source.rglob("_loops*"):
        loops.unlink()
    for compiler, held in ((sys.executable + "-no-compiler", False), ("", True)):
        environment = {**os.environ, **({"CC": compiler} if compiler else {})}
        out = tmp_path / str(held)
        subprocess.run(
            [sys.executable, "-c", code, str(out)], cwd=source, env=environment, check=True, capture_output=True
        )
        names = zipfile.ZipFile(next(out.glob("*.whl"))).namelist()
        assert "bertprep/core/native.py" in names
        assert any("_loops" in name for name in names) == (held and shutil.which("cc") is not None)


def copied(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
