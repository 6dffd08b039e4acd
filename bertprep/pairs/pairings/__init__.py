"""The kinds of pairing: one file and one entry in the table `PAIRINGS` for each.

The file is a module of this package with one function, from the text of a partition to its pairs (`pair.Maker`):

    make(part, settings)    sides A and B, and whether B is next

The entry holds what the rest of the package needs to know: the choices and the help of `--pairing`, the room in a row, the
guarantees that `verify` checks, and the words of summaries and reports. The modules are imported only when pairs are made,
so that `--help` stays fast.
"""

import dataclasses
from typing import Literal


@dataclasses.dataclass(frozen=True)
class Label:
    """The meaning of label 1 (0 always means that B is next)."""

    word: str
    rule: str
    b_is: Literal["elsewhere", "before", "anywhere"]  # in another document, just before A, or anywhere


@dataclasses.dataclass(frozen=True)
class Pairing:
    """One kind of pairing."""

    maker: str  # the name of its module
    help: str  # for `--pairing`
    label: Label | None  # None if rows have no B
    # exactly half of the pairs have label 1, each sentence is used once, lengths and scripts do not predict the label
    is_exact: bool = False
    in_one_writing: bool = False  # the documents of both sides have the same language and script
    single_sentences: bool = False  # each side is one sentence
    needs: str = ""  # what the documents must provide, beyond some text
    options: tuple[str, ...] = ("short_probability",)  # the settings it uses, of those that only some pairings use

    @property
    def rule(self) -> str:
        """The meaning of both labels, in words."""
        return f"next: {NEXT}; {self.label.word}: {self.label.rule}" if self.label else "no B and no label"

    def label_in_words(self, is_next: bool | None) -> str:
        """The meaning of one row's label, in words."""
        if is_next is None or self.label is None:
            return "no B"
        return f"next: {NEXT}" if is_next else f"{self.label.word}: {self.label.rule}"


NEXT = "B follows A"
ELSEWHERE = Label("random", "B is from another document", "elsewhere")
TWO_DOCUMENTS = (
    "half of the pairs exchange their B with another document of the same language and script, which requires at least "
    "four pairs from two documents"
)

PAIRINGS: dict[str, Pairing] = {
    "matched": Pairing(
        *("matched", "half random, otherwise indistinguishable from true pairs", ELSEWHERE),
        is_exact=True,
        in_one_writing=True,
        needs=TWO_DOCUMENTS,
    ),
    "original": Pairing("original", "as in the BERT release", Label("random", "B is drawn at random", "anywhere")),
    "sentence": Pairing(
        *("sentence", "single adjacent sentences, half random", ELSEWHERE),
        is_exact=True,
        in_one_writing=True,
        single_sentences=True,
        needs=TWO_DOCUMENTS,
        options=(),
    ),
    "order": Pairing(
        *("order", "half swapped, as in ALBERT", Label("swapped", "A follows B", "before")),
        is_exact=True,
        in_one_writing=True,
        needs="half of the pairs are swapped, which requires at least two",
    ),
    "none": Pairing("none", "single segments without B", None),
}
# for shards without their pairs: the kind of pairing is unknown
NOT_KNOWN = Pairing("", "", Label("not next", "B does not follow A", "anywhere"))
