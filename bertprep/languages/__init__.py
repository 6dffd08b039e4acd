"""Data about languages, one file per language, named by its code.

To add a language, write `xx.py` here with `LANGUAGE = Language(name=..., scripts=...)`; `form.py` defines the other fields.
A file is imported when its language is first used.
"""

import functools
import importlib
import pkgutil

from .form import Abbreviations, Language

COMMON = Abbreviations(  # in all languages, mostly names of companies and international titles
    never="mr mrs ms dr prof st vs cf mt lt col gen capt sgt maj fig op cit ibid feat ft",
    maybe="inc ltd co corp bros jr sr llc u.s u.s.a u.k e.u ph.d m.d b.a m.a d.c n.y l.a",
    end="etc",
    number="no nr p pp vol art",
)
LONGEST_CODE = 3  # letters; other modules in this folder have longer names


@functools.cache
def codes() -> tuple[str, ...]:
    """The codes of all languages that have a file, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if len(module.name) <= LONGEST_CODE))


@functools.cache
def load(code: str) -> Language:
    """The data of a language; only the code itself for `und` and languages without a file."""
    if code not in codes():
        return Language(name=code, scripts=())
    language = importlib.import_module(f".{code}", __name__).LANGUAGE
    assert isinstance(language, Language)
    return language
