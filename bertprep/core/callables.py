"""Packages that can be called by their own name: both `bertprep.train(...)` and `bertprep.train.history` work."""

import importlib
import sys
import types
from typing import Any


class CallablePackage(types.ModuleType):
    """A package that, when called, calls the function of the same name in `bertprep.api`."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        root, _, name = self.__name__.rpartition(".")
        return getattr(importlib.import_module(f"{root}.api"), name)(*arguments, **options)


def make_callable(package: str) -> None:
    """Make a package callable; call this while the package is imported."""
    sys.modules[package].__class__ = CallablePackage
