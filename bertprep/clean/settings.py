"""Settings of `clean`."""

import dataclasses

from ..core.errors import UsageError
from ..core.fields import Settings, setting
from ..core.records import shown
from ..sentences.settings import kept_languages
from .rules import DEFAULT, GROUPS, NO_RULE, RULES, names_of, shortest


@dataclasses.dataclass(frozen=True)
class CleanSettings(Settings):
    """Options of `clean`, which uses no random numbers."""

    keep_languages: str | None = setting(
        None,
        "Keep only documents in these languages: codes separated by commas, such as en,zh; und means unknown.",
    )
    rules: str = setting(
        DEFAULT,
        f"Rules to apply, separated by commas: the groups {', '.join(GROUPS)}, single rules such as {RULES[-1].name} (all are "
        f"listed in docs/cleaning.md), or {NO_RULE}.",
    )
    min_words: int = setting(
        50,
        "Minimum number of words in a document, for the rule gopher-words.",
        minimum=0,
        source="Rae et al. 2021, A.1.1",
    )
    repeated_sentences: int | None = setting(
        None, "Remove sentences that occur in more than this many documents.", minimum=1, unit="documents"
    )
    near_duplicates: float | None = setting(
        None,
        "Of documents that share at least this fraction of their word 5-grams (Jaccard similarity), keep one.",
        minimum=0.5,
        maximum=1.0,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.keep_languages is not None:
            object.__setattr__(self, "keep_languages", kept_languages(self.keep_languages))
        names = self.rules.replace(" ", "").split(",")
        known = [NO_RULE, *GROUPS, *(rule.name for rule in RULES)]
        if wrong := [name for name in names if name not in known]:
            raise UsageError(f"--rules has {shown(wrong[0])}; it takes {', '.join(known)}")
        if NO_RULE in names and len(set(names)) > 1:
            raise UsageError(f"--rules has {NO_RULE} beside other rules; leave out one of them")
        object.__setattr__(self, "rules", shortest(names_of(",".join(names))))

    @property
    def rule_names(self) -> list[str]:
        """The rules that are applied, in the order of the table."""
        return names_of(self.rules)
