"""The ways of pairing: a file and an entry of the table `PAIRINGS` for each.

The file is a module of this package with one function, from the text of a partition to its pairs (`pair.Maker`):

    make(part, settings)    sides A and B, and whether B is next

The entry says all else that others need to know of it: it makes the choices and the help of `--pairing`, the room in a row,
what `verify` holds the pairs to, and the words of summaries and reports. Makers are loaded when they pair, so that help
needs none of them.
"""

import dataclasses
from typing import Literal


@dataclasses.dataclass(frozen=True)
class Label:
    """What the label 1 says of a pair, where 0 says that B is next."""

    word: str
    rule: str
    b_is: Literal["elsewhere", "before", "anywhere"]  # in another document, just before A, or no matter where


@dataclasses.dataclass(frozen=True)
class Pairing:
    """One way of pairing."""

    maker: str  # the name of its module
    help: str  # for `--pairing`
    label: Label | None  # None where there is no second part
    is_exact: bool = (
        False  # half of the pairs have the label, each sentence is used once, lengths and scripts tell nothing
    )
    in_one_writing: bool = False  # the documents of both sides have one language and one script
    single_sentences: bool = False  # each side is one
    needs: str = ""  # of the documents, where that is more than some text
    options: tuple[str, ...] = ("short_probability",)  # the settings that have an effect on some pairings only

    @property
    def rule(self) -> str:
        """What the labels promise, in words."""
        return f"next: {NEXT}; {self.label.word}: {self.label.rule}" if self.label else "no B and no label"

    def label_in_words(self, is_next: bool | None) -> str:
        """What the label of a row says."""
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
# where it is not known how pairs were made, as with shards alone
NOT_KNOWN = Pairing("", "", Label("not next", "B does not follow A", "anywhere"))
