"""Minimal pairs: whether a model gives the good sentence a higher probability than the bad one.

    {"sentence_good": "The cats sleep.", "sentence_bad": "The cats sleeps.", "UID": "agreement"}

One JSON object per line, in the format of BLiMP (Warstadt et al. 2020); pairs with the same UID are a group. A pair is right if
the good sentence has the higher pseudo-log-likelihood (pseudo_likelihood.py) by more than the error of float32. A tie is wrong,
and counted.

The accuracy is the mean over the groups, with two intervals: `over_groups` treats the groups as a sample of all phenomena,
`over_pairs` treats the groups as fixed and the pairs as a sample.
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

TIE = 1e-4  # nats; equivalent computations in float32 differ by less
BY_FREQUENCY = "by_frequency"
MOST_BYTES = 1 << 30
FIELDS = {"sentence_good": TEXT, "sentence_bad": TEXT, "UID": optional(TEXT)}


class Pairs(NamedTuple):
    """The N pairs of a file."""

    good: list[str]
    bad: list[str]
    group: np.ndarray  # index of each pair's group
    names: list[str]  # names of the groups, in the order of the file
    lines: list[int]  # line numbers, from 1


def read_pairs(path: str) -> Pairs:
    """Read minimal pairs from a file; `InputError` names an invalid line. Without a UID, the group is the file's name."""
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
    """Evaluate a model (any Hugging Face BERT folder) on the minimal pairs of a file; compare it with `against`, if given.

    `by_frequency` scores a sentence by the frequency of its tokens alone: in the training rows of `shards`, or without shards by
    the model's prediction for a [MASK] alone. Returns pairs; measures: accuracy with `over_groups`, `over_pairs` and `ties`, by
    method; groups, by name; unknown_share; with `against` its measures, and the difference, positive if the model of `model_dir`
    is better; warnings, in words.
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
    """By method (`METHODS` and `BY_FREQUENCY`), log-probability of the good sentence minus that of the bad one, nats, [N]."""

    margins: Mapping[str, np.ndarray]
    unknown_share: float

    def right(self, method: str) -> np.ndarray:
        return self.margins[method] > TIE

    def ties(self, method: str) -> np.ndarray:
        return np.abs(self.margins[method]) <= TIE

    def measures(self, pairs: Pairs, methods: Sequence[str]) -> dict[str, Any]:
        """Accuracy, intervals and ties over all groups, by method."""
        return {
            method: {**accuracy(self.right(method), pairs.group), "ties": int(self.ties(method).sum())}
            for method in methods
        }

    def by_group(self, pairs: Pairs) -> dict[str, dict[str, Any]]:
        """Accuracy and ties by method and group."""
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
    """The mean of the groups' means, with two 95% confidence intervals (`over_groups`, `over_pairs`)."""
    sizes_G = np.bincount(group_N)
    means_G = np.bincount(group_N, values_N) / sizes_G
    mean = float(means_G.mean())
    found = {"mean": mean, "over_groups": of_mean(means_G.tolist()), "over_pairs": None}
    if (sizes_G > 1).any():
        squares_G = np.bincount(group_N, (values_N - means_G[group_N]) ** 2)
        pooled = squares_G.sum() / (sizes_G - 1).sum()  # for groups of one pair, which have no variance of their own
        variance_G = np.where(sizes_G > 1, squares_G / np.maximum(sizes_G - 1, 1), pooled)
        error = math.sqrt(float((variance_G / sizes_G).sum())) / len(sizes_G)
        found["over_pairs"] = around(mean, Z_95 * error)
    return found


def accuracy(right_N: np.ndarray, group_N: np.ndarray) -> dict[str, Any]:
    """`compared` for right and wrong, with intervals clipped to [0, 1]."""
    found = compared(right_N * 1.0, group_N)
    for name in ("over_groups", "over_pairs"):
        found[name] = found[name] and [max(0.0, found[name][0]), min(1.0, found[name][1])]
    return found


def scored(
    model_dir: str, pairs: Pairs, path: str, here: World, frequencies_V: np.ndarray | None, progress: Progress
) -> Scores:
    """Score all pairs with a model."""
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
    """Raise `InputError` for a sentence without tokens, or with more than the model has positions."""
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
    """Log-probability of each token, nats [V]: frequency among the masked tokens of the training rows, add-one smoothing."""
    folders = [source.folder for source in sources_of(list(shards))]
    vocabulary = common_vocabulary(folders)
    if vocabulary.digest != vocabulary_of(model_dir).digest:
        raise InputError(
            f"{folders[0]}: has another vocabulary than {model_dir}; leave it out, or give the model's own"
        )
    with shelf_of(folders, slab_rows=0) as shelf:
        counts_V = Examples(folders, "train", vocabulary, shelf).unigram_counts(vocabulary.size) + 1
    return np.log(counts_V / counts_V.sum())
