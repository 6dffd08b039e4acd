"""Check that a strategy which masks words can find them, which it cannot in scripts without spaces between words.

In those, `whole-word` and `span` would take a whole clause (Thai, Khmer, Lao, Burmese, Tibetan) or a single character (Chinese,
Japanese) for a word. This is an error if it concerns most tokens, and a warning if it concerns some.
"""

import numpy as np
import pyarrow as pa

from ..core.errors import UsageError
from ..core.ragged import flat_and_offsets
from ..core.scripts import script_of_word
from ..languages.scripts import SCRIPTS
from ..vocab.vocabulary import Vocabulary
from .strategies.segmenters import SEGMENTERS, WITHOUT

ROWS = 20_000  # number of rows checked; partitions are random samples of the corpus
MOST, SOME = 0.5, 0.01  # shares of the tokens for an error and for a warning
OF_STRATEGY = {  # strategy -> scripts whose words it finds, and its language and extra
    "whole-word-zh": (("han",), "Chinese, extra zh"),
    **{
        f"whole-word-{code}": (each.scripts, f"{each.language}, extra {each.extra}")
        for code, each in SEGMENTERS.items()
    },
}


def check(strategy: str, pairs: pa.Table, vocabulary: Vocabulary) -> str | None:
    """A warning, or None; `UsageError` if most tokens are in scripts whose words the strategy does not find."""
    if strategy == "token":
        return None
    lost = {
        script: part
        for script, part in script_shares(pairs, vocabulary).items()
        if part >= SOME and script not in OF_STRATEGY.get(strategy, ((), ""))[0]
    }
    if not lost:
        return None
    message = (
        f"{' and '.join(f'{part:.0%} of the tokens are {script.capitalize()}' for script, part in lost.items())}, "
        f"written without spaces between words, so --strategy {strategy} takes "
        f"{'single characters' if set(lost) <= {'han', 'kana'} else 'whole clauses'} for words there. "
        f"{_advice(lost)}"
    )
    if sum(lost.values()) >= MOST:
        raise UsageError(message)
    return message


def _advice(lost: dict[str, float]) -> str:
    able = [f"{name} ({needs})" for name, (scripts, needs) in OF_STRATEGY.items() if {*scripts} & {*lost}]
    *others, last = [*able, "token"]
    use = f"Use --strategy {', '.join(others)} or {last}" if others else f"Use --strategy {last}"
    return "; ".join([use, *(WITHOUT[script] for script in lost if script in WITHOUT)])


def script_shares(pairs: pa.Table, vocabulary: Vocabulary) -> dict[str, float]:
    """The share of ordinary tokens in each script without spaces, largest first, in the first `ROWS` pairs."""
    rows = pairs.slice(0, ROWS)
    ids = np.concatenate([flat_and_offsets(rows[name])[0] for name in ("ids_a", "ids_b")])
    counts_V = np.bincount(ids, minlength=vocabulary.size) * vocabulary.is_ordinary
    found: dict[str, int] = {}
    for token in np.flatnonzero(counts_V).tolist():
        script = script_of_word(vocabulary.texts[token])
        if script in SCRIPTS and not SCRIPTS[script].spaces:
            found[script] = found.get(script, 0) + int(counts_V[token])
    total = max(int(counts_V.sum()), 1)
    return {script: found[script] / total for script in sorted(found, key=lambda name: -found[name])}
