"""Minimal pairs: which of two sentences a model finds more probable, the good or the bad one.

    {"sentence_good": "The cats sleep.", "sentence_bad": "The cats sleeps.", "UID": "agreement"}

One JSON object a line, as BLiMP (Warstadt et al. 2020) has them; pairs with one UID are a group. A pair is right if the good
sentence has the higher pseudo-log-likelihood (pseudo_likelihood.py) by more than float32 can err. A tie is wrong, and counted.

The figure is the mean over the groups, with two intervals: `over_groups`, as if the groups were a sample of all phenomena
there might be, and `over_pairs`, for these very groups and other pairs of them.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..core.counts import quantity
from ..core.errors import InputError
from ..core.records import TEXT, local_text, optional, parsed, wrong
from ..core.stages import MOST_UNKNOWN
from ..store.job import Progress, silent
from ..vocab.vocabulary import Vocabulary
from .asking import vocabulary_of
from .bert.model import Bert
from .data.dataset import common_vocabulary
from .data.examples import Examples
from .data.mixture import shelf_of, sources_of
from .intervals import Z_95, around, of_mean
from .memory import steady_memory
from .predict import model_with
from .pseudo_likelihood import METHODS, expected_alone, pseudo_log_likelihoods
from .world import World, world

TIE = 1e-4  # nats; two ways to compute the same in float32 differ by less
BY_FREQUENCY = "by_frequency"
MOST_BYTES = 1 << 30
FIELDS = {"sentence_good": TEXT, "sentence_bad": TEXT, "UID": optional(TEXT)}


class Pairs(NamedTuple):
    """The pairs of a file: [N] each."""

    good: list[str]
    bad: list[str]
    group: np.ndarray  # the number of its group
    names: list[str]  # of the groups, in the order of the file
    lines: list[int]  # counted from 1


def read_pairs(path: str) -> Pairs:
    """The minimal pairs of a file; `InputError` names the line that is none. Without a UID the group is the file's name."""
    text = local_text(path, MOST_BYTES, "JSON lines in UTF-8")
    rows: list[tuple[str, str, int]] = []
    lines: list[int] = []
    names: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            pair = parsed(line)
            problem = wrong(pair, FIELDS, ("sentence_good", "sentence_bad"))
        except ValueError as error:
            problem = f"not JSON ({error})"
        if problem:
            raise InputError(
                f"{path}, line {number}: {problem}; expected a minimal pair, as in "
                '{"sentence_good": "The cats sleep.", "sentence_bad": "The cats sleeps.", "UID": "agreement"}'
            )
        group = names.setdefault(pair.get("UID") or Path(path).stem, len(names))
        rows.append((pair["sentence_good"], pair["sentence_bad"], group))
        lines.append(number)
    if not rows:
        raise InputError(f"{path}: contains no minimal pairs; expected one JSON object per line")
    good, bad, groups = zip(*rows, strict=True)
    return Pairs(list(good), list(bad), np.array(groups), list(names), lines)


def evaluate_pairs(
    model_dir: str,
    path: str,
    *,
    against: str | None = None,
    shards: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Measure a model, any Hugging Face BERT folder, on the minimal pairs of a file; `against` another one, pair by pair.

    `by_frequency` scores a sentence by the frequency of its tokens alone: in the training rows of `shards`, or without any by
    what the model expects of a lone [MASK]. Returns pairs; measures, by method the accuracy with `over_groups`, `over_pairs`
    and `ties`; groups, by name; unknown_share; with `against` its measures and the difference, positive where the model of
    `model_dir` is better; warnings, in words.
    """
    pairs = read_pairs(path)
    frequencies = frequencies_of(shards, model_dir) if shards else None
    with world(device, "float32") as here, steady_memory(here):
        mine = scored(model_dir, pairs, path, here, frequencies, progress)
        other = scored(against, pairs, path, here, None, progress) if against else None
    sizes = np.bincount(pairs.group).tolist()
    groups = {
        name: {"pairs": size, **{method: part[name] for method, part in mine.by_group(pairs).items()}}
        for name, size in zip(pairs.names, sizes, strict=True)
    }
    unknown = {model_dir: mine.unknown_share, **({against: other.unknown_share} if against and other else {})}
    result = {
        "pairs": len(pairs.good),
        "unknown_share": mine.unknown_share,
        "frequencies": "of the training rows" if shards else "what the model expects of a lone [MASK]",
        "measures": mine.measures(pairs, [*METHODS, BY_FREQUENCY]),
        "groups": groups,
        "warnings": [
            f"{share:.1%} of the tokens are [UNK] to {folder}: its vocabulary cannot spell these sentences"
            for folder, share in unknown.items()
            if share > MOST_UNKNOWN
        ],
    }
    if other:
        result["against"] = {
            "model": against,
            "unknown_share": other.unknown_share,
            "measures": other.measures(pairs, METHODS),
        }
        result["difference"] = {
            method: compared(mine.right(method) * 1.0 - other.right(method), pairs.group) for method in METHODS
        }
    return result


class Scores(NamedTuple):
    """By method (`METHODS` and `BY_FREQUENCY`) how much more probable the good sentence is, nats, [N]."""

    margins: Mapping[str, np.ndarray]
    unknown_share: float

    def right(self, method: str) -> np.ndarray:
        return self.margins[method] > TIE

    def ties(self, method: str) -> np.ndarray:
        return np.abs(self.margins[method]) <= TIE

    def measures(self, pairs: Pairs, methods: Sequence[str]) -> dict[str, Any]:
        """By method: accuracy, intervals and ties over all."""
        return {
            method: {**accuracy(self.right(method), pairs.group), "ties": int(self.ties(method).sum())}
            for method in methods
        }

    def by_group(self, pairs: Pairs) -> dict[str, dict[str, Any]]:
        """By method and name of the group: accuracy and ties."""
        found: dict[str, dict[str, Any]] = {}
        for method in self.margins:
            right, ties = (np.bincount(pairs.group, values) for values in (self.right(method), self.ties(method)))
            sizes = np.bincount(pairs.group)
            found[method] = {
                name: {"accuracy": float(right[group] / sizes[group]), "ties": int(ties[group])}
                for group, name in enumerate(pairs.names)
            }
        return found


def compared(values_N: np.ndarray, group_N: np.ndarray) -> dict[str, Any]:
    """The mean over groups of the groups' means, and where it lies with a confidence of 95%, seen in two ways."""
    sizes_G = np.bincount(group_N)
    means_G = np.bincount(group_N, values_N) / sizes_G
    mean = float(means_G.mean())
    found = {"mean": mean, "over_groups": of_mean(means_G.tolist()), "over_pairs": None}
    if (sizes_G > 1).any():
        squares_G = np.bincount(group_N, (values_N - means_G[group_N]) ** 2)
        pooled = squares_G.sum() / (sizes_G - 1).sum()  # a single pair of a group has no variance of its own
        variance_G = np.where(sizes_G > 1, squares_G / np.maximum(sizes_G - 1, 1), pooled)
        error = math.sqrt(float((variance_G / sizes_G).sum())) / len(sizes_G)
        found["over_pairs"] = around(mean, Z_95 * error)
    return found


def accuracy(right_N: np.ndarray, group_N: np.ndarray) -> dict[str, Any]:
    """The same for right and wrong; no interval reaches beyond 0 and 1."""
    found = compared(right_N * 1.0, group_N)
    for name in ("over_groups", "over_pairs"):
        found[name] = found[name] and [max(0.0, found[name][0]), min(1.0, found[name][1])]
    return found


def scored(
    model_dir: str, pairs: Pairs, path: str, here: World, frequencies_V: np.ndarray | None, progress: Progress
) -> Scores:
    """How a model scores the pairs."""
    vocabulary = vocabulary_of(model_dir)
    model = model_with(model_dir, "mlm", vocabulary, 0).to(here.device)
    number_of = {text: number for number, text in enumerate(dict.fromkeys([*pairs.good, *pairs.bad]))}
    sentences = vocabulary.encode_many(list(number_of))
    good, bad = (np.array([number_of[text] for text in texts]) for texts in (pairs.good, pairs.bad))
    refuse_lengths(
        model, vocabulary, model_dir, path, pairs, np.array([len(sentence) for sentence in sentences]), good, bad
    )
    with progress("evaluate", len(sentences), "sentences") as advance:
        scores = pseudo_log_likelihoods(model, vocabulary, sentences, here, advance)
    if frequencies_V is None:
        frequencies_V = expected_alone(model, vocabulary, here)
    scores[BY_FREQUENCY] = np.array([frequencies_V[sentence].sum() for sentence in sentences])
    tokens = np.concatenate(sentences)
    return Scores(
        {method: values[good] - values[bad] for method, values in scores.items()},
        float((tokens == vocabulary.unk_id).mean()),
    )


def refuse_lengths(
    model: Bert,
    vocabulary: Vocabulary,
    model_dir: str,
    path: str,
    pairs: Pairs,
    lengths: np.ndarray,
    good: np.ndarray,
    bad: np.ndarray,
) -> None:
    """`InputError` for a sentence of no token, and for one that the positions would cut."""
    special = vocabulary.layout.special_tokens(False)
    most = model.config.max_position_embeddings - special
    shortest_N, longest_N = np.minimum(lengths[good], lengths[bad]), np.maximum(lengths[good], lengths[bad])
    for pair in np.flatnonzero((shortest_N == 0) | (longest_N > most))[:1].tolist():
        where = f"{path}, line {pairs.lines[pair]}"
        if longest_N[pair] > most:
            raise InputError(
                f"{where}: a sentence has {quantity(longest_N[pair] + special, 'token')}, {model_dir} has "
                f"{quantity(most + special, 'position')}; leave the pair out"
            )
        raise InputError(f"{where}: a sentence has no token; leave the pair out")


def frequencies_of(shards: Sequence[str], model_dir: str) -> np.ndarray:
    """Nats of each token by its frequency among the masked tokens of the training rows, each count plus one, [V]."""
    folders = [source.folder for source in sources_of(list(shards))]
    vocabulary = common_vocabulary(folders)
    if vocabulary.digest != vocabulary_of(model_dir).digest:
        raise InputError(
            f"{folders[0]}: has another vocabulary than {model_dir}; leave it out, or give the model's own"
        )
    with shelf_of(folders, slab_rows=0) as shelf:
        counts_V = Examples(folders, "train", vocabulary, shelf).unigram_counts(vocabulary.size) + 1
    return np.log(counts_V / counts_V.sum())
