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

    @property
    def key(self) -> str:
        """Its module, and the end of its counters' names."""
        return self.name.replace("-", "_")


LANGUAGE = Rule("language", "documents", "", "in a language that --keep-languages does not name")
REPEATED = Rule("repeated-sentences", "sentences", "", "in more documents than --repeated-sentences allows")
EMPTIED = Rule("emptied", "documents", "", "all its sentences were removed")
NEAR_DUPLICATE = Rule("near-duplicates", "documents", "", "near-duplicate of a document that is kept")

RULES = (
    Rule("letters", "sentences", "sentences", "fewer than half of the characters are letters"),
    Rule("code", "sentences", "sentences", "more than a tenth of the characters are signs of programs and markup"),
    Rule("repeated-words", "sentences", "sentences", "more than half of the words repeat the word before"),
    Rule("c4-punctuation", "sentences", "c4", "no terminal punctuation mark at the end", C4),
    Rule("c4-words", "sentences", "c4", "fewer than 3 words or with a word of more than 1,000 characters", C4),
    Rule("c4-javascript", "sentences", "c4", "the word JavaScript", C4),
    Rule("c4-policy", "sentences", "c4", "phrases of privacy policies and cookie notices", C4),
    Rule("c4-lorem-ipsum", "documents", "c4", "the words lorem ipsum", C4),
    Rule("c4-curly-bracket", "documents", "c4", "a curly bracket", C4),
    Rule("c4-sentences", "documents", "c4", "fewer than 5 sentences", C4),
    Rule("gopher-words", "documents", "gopher", "fewer words than --min-words, or more than 100,000", GOPHER),
    Rule(
        "gopher-word-length",
        "documents",
        "gopher",
        "words of fewer than 3 or more than 10 characters on average",
        GOPHER,
    ),
    Rule("gopher-symbols", "documents", "gopher", "more than one # or one ellipsis for ten words", GOPHER),
    Rule("gopher-bullets", "documents", "gopher", "more than 90 % of the sentences begin with a bullet", GOPHER),
    Rule("gopher-ellipsis", "documents", "gopher", "more than 30 % of the sentences end with an ellipsis", GOPHER),
    Rule("gopher-alphabetic", "documents", "gopher", "fewer than 80 % of the words have a letter", GOPHER),
    Rule("gopher-stop-words", "documents", "gopher", "fewer than two stop words of their language", GOPHER),
    Rule("gopher-repetition", "documents", "gopher", "too many repeated sentences or runs of words", GOPHER),
    Rule(
        "fineweb-punctuation",
        "documents",
        "fineweb",
        "fewer than 12 % of the sentences end with a punctuation mark",
        FINEWEB,
    ),
    Rule(
        "fineweb-short", "documents", "fineweb", "more than 67 % of the sentences have at most 30 characters", FINEWEB
    ),
    Rule(
        "fineweb-duplicates",
        "documents",
        "fineweb",
        "more than 1 % of the characters are in repeated sentences",
        FINEWEB,
    ),
)
GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES))
DEFAULT = "sentences,gopher,fineweb"
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
