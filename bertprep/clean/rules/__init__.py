"""The rules of `clean`: each is a module and an entry in the table `RULES`.

The module has one function (`judge.Judging`):

    rejected(text, settings)    bool for each sentence or each document: whether the rule rejects it

The entry holds everything else that other code needs: the choices and the help of `--rules`, counters, summaries, reports
and the documentation of rules are made from it. Modules are imported when first used, so the help stays fast.

Sentence rules come first; document rules see the sentences that remain. A line in the papers is a sentence here.
"""

import dataclasses
from typing import Literal

GOPHER = "Rae et al. 2021, A.1.1"
C4 = "Raffel et al. 2020, 2.2"
FINEWEB = "Penedo et al. 2024, 3.6"


@dataclasses.dataclass(frozen=True)
class Rule:
    """A reason to reject a sentence or a document."""

    name: str
    of: Literal["sentences", "documents"]
    group: str  # its group in `--rules`
    reason: str  # the description of what is rejected
    source: str = ""  # publication; "" for our own

    @property
    def key(self) -> str:
        """The name of its module, and the suffix of its counters."""
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
# all reasons in the order in which they are applied; a verdict is the number, from 1, of the first that holds
REASONS = (LANGUAGE, *SENTENCES, REPEATED, EMPTIED, *DOCUMENTS, NEAR_DUPLICATE)
NUMBER = {rule.name: number for number, rule in enumerate(REASONS, 1)}


def names_of(setting: str) -> list[str]:
    """The rules that a value of `--rules` names, in the order of the table; groups stand for all of their rules.

    >>> names_of("none"), names_of("letters")
    ([], ['letters'])
    """
    given = setting.split(",")
    return [rule.name for rule in RULES if rule.name in given or rule.group in given]


def shortest(names: list[str]) -> str:
    """The canonical setting for these rules: complete groups are given by their names.

    >>> shortest(names_of("gopher,sentences")), shortest([])
    ('sentences,gopher', 'none')
    """
    words = []
    for group in GROUPS:
        members = [rule.name for rule in RULES if rule.group == group]
        chosen = [name for name in members if name in names]
        words += [group] if len(members) == len(chosen) else chosen
    return ",".join(words) or NO_RULE
