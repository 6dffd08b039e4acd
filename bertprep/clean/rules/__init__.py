"""The rules of `clean`: a file and a line of the table `RULES` for each.

The file is a module of this package with one function (`judge.Judging`):

    rejected(text, settings)    which sentences, or which documents, of the text the rule rejects; bool

The line says all else that others need to know of it: the choices and the help of `--rules`, counters, summaries, reports and
the page about rules are made from it. Modules are loaded when they judge, so that help needs none of them.

Rules of sentences come first; rules of documents judge what they have left. A line of the papers is a sentence here.
"""

import dataclasses
from typing import Literal

GOPHER = "Rae et al. 2021, A.1.1"
C4 = "Raffel et al. 2020, 2.2"
FINEWEB = "Penedo et al. 2024, 3.6"


@dataclasses.dataclass(frozen=True)
class Rule:
    """One reason to leave out a sentence or a document."""

    name: str
    of: Literal["sentences", "documents"]
    group: str  # names it together with others in `--rules`
    reason: str  # what is rejected, in words
    source: str = ""  # where it is published; "" where it is ours
    module: str = ""  # of this package, where it is not called as the rule

    @property
    def key(self) -> str:
        """The end of its counters' names."""
        return self.name.replace("-", "_")

    @property
    def file(self) -> str:
        """The name of its module."""
        return self.module or self.key


LANGUAGE = Rule("language", "documents", "", "in a language that --keep-languages does not name")
REPEATED = Rule("repeated-sentences", "sentences", "", "in more documents than --repeated-sentences allows")
EMPTIED = Rule("emptied", "documents", "", "all its sentences were cut out")
NEAR_DUPLICATE = Rule("near-duplicates", "documents", "", "nearly the same as a document that is kept")

RULES = (
    Rule("letters", "sentences", "sentences", "fewer than half of the characters are letters"),
    Rule("gopher-words", "documents", "gopher", "fewer words than --min-words, or more than 100,000", GOPHER),
)
GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES))
DEFAULT = "sentences,gopher"
NO_RULE = "none"
SENTENCES = tuple(rule for rule in RULES if rule.of == "sentences")
DOCUMENTS = tuple(rule for rule in RULES if rule.of == "documents")
# all reasons in the order in which they are looked for; a verdict is the number of the first that holds, from 1
REASONS = (LANGUAGE, *SENTENCES, REPEATED, EMPTIED, *DOCUMENTS, NEAR_DUPLICATE)
NUMBER = {rule.name: number for number, rule in enumerate(REASONS, 1)}


def names_of(setting: str) -> list[str]:
    """The rules that `--rules` names, in the order of the table; groups stand for all of theirs.

    >>> names_of("none"), names_of("letters")
    ([], ['letters'])
    """
    given = setting.split(",")
    return [rule.name for rule in RULES if rule.name in given or rule.group in given]


def shortest(names: list[str]) -> str:
    """The setting that names these rules, one for all ways to name them: groups where they are whole.

    >>> shortest(names_of("gopher,sentences")), shortest([])
    ('sentences,gopher', 'none')
    """
    words = []
    for group in GROUPS:
        members = [rule.name for rule in RULES if rule.group == group]
        chosen = [name for name in members if name in names]
        words += [group] if len(members) == len(chosen) else chosen
    return ",".join(words) or NO_RULE
