"""The requirements in pyproject.toml, and the versions that `make test` and `make lowest` install, agree."""

import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

if not find_spec("packaging"):
    pytest.skip("reads requirements with packaging", allow_module_level=True)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent


def needs():
    """Every requirement of the package and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for lines in lists for line in lines]


def pins(name):
    """The version of each package that a constraints file pins; every line is a comment or one exact version."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pinned = Requirement(line)
            (one,) = pinned.specifier
            assert one.operator == "==" and "*" not in one.version and not pinned.extras, line
            assert canonicalize_name(pinned.name) not in found, line
            found[canonicalize_name(pinned.name)] = Version(one.version)
    return found


def test_every_need_has_a_lower_bound_and_nothing_else():
    for need in needs():
        assert [one.operator for one in need.specifier] == [">="], need


def test_the_lowest_versions_are_the_lower_bounds():
    lowest = pins("constraints-lowest.txt")
    for need in needs():
        (bound,) = need.specifier
        assert lowest[canonicalize_name(need.name)] == Version(bound.version), need


def test_the_lock_has_a_version_that_is_allowed_of_everything():
    lock = pins("constraints.txt")
    for need in needs():
        assert need.specifier.contains(lock[canonicalize_name(need.name)]), need
