"""Packages that can be called by their own name: `bertprep.train(...)` beside `bertprep.train.history`."""

import importlib
import sys
import types
from typing import Any


class CallablePackage(types.ModuleType):
    """A package whose call is the function of the same name in `bertprep.api`."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        root, _, name = self.__name__.rpartition(".")
        return getattr(importlib.import_module(f"{root}.api"), name)(*arguments, **options)


def make_callable(package: str) -> None:
    """Let a package that is being imported be called."""
    sys.modules[package].__class__ = CallablePackage
