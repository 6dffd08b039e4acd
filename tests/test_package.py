"""What the wheel and the source distribution hold."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"
WHERE = "import bertprep, bertprep_cli; print(bertprep.__file__, bertprep_cli.__file__)"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist, built from a copy of what git knows."""
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
            if path.suffix in (".py", ".txt") or path.name == "py.typed":
                assert f"{name}/{path.relative_to(ROOT / folder).as_posix()}" in wheel


def test_the_wheel_holds_nothing_else(built):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(built[0]).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bertprep", "bertprep_cli"}


def test_the_source_distribution_holds_tests_and_sample_corpus(built):
    with tarfile.open(built[1]) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    for name in (
        "tests/test_package.py",
        "sample_corpus/english/animals.txt",
        "constraints.txt",
        "LICENSE",
        "Makefile",
    ):
        assert name in names
    assert any(name.endswith("multistream.xml.bz2") for name in names)


def test_torch_comes_with_the_extra_only(built):
    metadata = next(name for name in zipfile.ZipFile(built[0]).namelist() if name.endswith("METADATA"))
    lines = zipfile.ZipFile(built[0]).read(metadata).decode().splitlines()
    needs = [line.split(": ")[1] for line in lines if line.startswith("Requires-Dist")]
    assert any(need.startswith("click") and "extra" not in need for need in needs)
    assert all('extra == "train"' in need for need in needs if need.startswith(("torch", "safetensors")))


@pytest.mark.slow
@pytest.mark.parametrize("which", ["wheel", "sdist"])
def test_installed_it_works_away_from_the_checkout(which, built, tmp_path):
    venv, away = tmp_path / "venv", tmp_path / "away"
    away.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = next(path for path in (venv / "bin" / "python", venv / "Scripts" / "python.exe") if path.exists())
    # what it depends on is that of this environment, whose own editable bertprep comes later and is not seen
    own = subprocess.run([python, "-c", PURELIB], capture_output=True, text=True, check=True).stdout.strip()
    (Path(own) / "dependencies.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    archive = built[0] if which == "wheel" else built[1]
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", *options, archive], check=True, cwd=away
    )
    where = subprocess.run([python, "-c", WHERE], cwd=away, capture_output=True, text=True, check=True).stdout.split()
    assert [Path(path).is_relative_to(venv) for path in where] == [True, True]
    shutil.copytree(ROOT / "sample_corpus" / "english", away / "corpus")
    command = [python.with_name("bertprep"), "run", "corpus", "-o", "out", "--until", "mask", "--vocab-size", "2000"]
    subprocess.run(command, cwd=away, check=True, capture_output=True)
    verified = subprocess.run([python.with_name("bertprep"), "verify", "out/shards"], cwd=away, capture_output=True)
    assert verified.returncode == 0, verified.stdout
