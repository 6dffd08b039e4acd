"""Evaluate a model on a task: classification of a text, or of two texts, from labelled examples.

    It was a fine film.<TAB>good            text, label
    A man sleeps.<TAB>He is awake.<TAB>no   two texts, label

A model is fine-tuned and probed (classify.py) with several seeds, and compared with the most frequent class and with an untrained
network of the same shape. Without a file of test rows, each seed holds out a different fifth of the rows as test rows.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from ..core import randomness
from ..core.counts import quantity
from ..core.errors import InputError
from ..core.ragged import offsets_of
from ..core.records import local_text
from ..store.job import Progress, silent
from ..vocab.vocabulary import Vocabulary
from .asking import vocabulary_of
from .bert.folder import read_model
from .bert.model import Bert, initialise
from .classify import fine_tuned, probed, share_right, steps_of
from .data.loader import RowBatch
from .intervals import of_mean
from .memory import steady_memory
from .optimizer import default_rate
from .predict import refuse_few_embeddings
from .world import World, world

SEEDS = 5
TEST_SHARE = 0.2
LEAST_ROWS = 20
MOST_CLASSES = 200
MOST_BYTES = 1 << 30


class LabelledTexts(NamedTuple):
    """Labelled texts, one list per column; `second` is None for tasks with one text."""

    first: list[str]
    second: list[str] | None
    labels: list[str]


def evaluate_task(
    model_dir: str,
    path: str,
    *,
    test: str | None = None,
    seeds: int = SEEDS,
    device: str = "auto",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Accuracies of a model (any Hugging Face BERT folder) on a task given as tab-separated examples.

    Returns classes; training_rows and test_rows per seed; `model`, `fresh` (untrained) and `difference`, each with `fine_tuned`
    and `linear_probe`: the `mean`, its `interval` over the seeds, and the values of all `seeds`; majority, the accuracy of the
    most frequent class; truncated, the number of rows longer than the model's positions.
    """
    examples = read_examples(path)
    held_out = read_examples(test) if test else None
    classes = sorted(set(examples.labels))
    if held_out:
        refuse_other_kind(path, examples, str(test), held_out)
    vocabulary = vocabulary_of(model_dir)
    with world(device, "float32") as here, steady_memory(here):
        model = usable_model(model_dir, vocabulary)
        most = model.config.max_position_embeddings
        rows, truncated = rows_of(examples, classes, vocabulary, most)
        test_rows, more = rows_of(held_out, classes, vocabulary, most) if held_out else (None, 0)
        runs = []
        steps = steps_of(len(rows) if test_rows is not None else len(split(rows, 0)[0]))
        with progress("evaluate", 2 * seeds * steps, "steps") as advance:
            for seed in range(seeds):
                training, tested = (rows, test_rows) if test_rows is not None else split(rows, seed)
                mine = accuracies(copy.deepcopy(model), training, tested, len(classes), seed, True, here, advance)
                fresh = accuracies(fresh_model(model, seed), training, tested, len(classes), seed, False, here, advance)
                most_frequent = np.bincount(training.labels).argmax()
                runs.append((mine, fresh, float((tested.labels == most_frequent).mean())))
    return {
        "classes": classes,
        "training_rows": len(training),
        "test_rows": len(tested),
        "model": over_seeds([mine for mine, _, _ in runs]),
        "fresh": over_seeds([fresh for _, fresh, _ in runs]),
        "difference": over_seeds([{name: mine[name] - fresh[name] for name in mine} for mine, fresh, _ in runs]),
        "majority": sum(majority for _, _, majority in runs) / seeds,
        "truncated": truncated + more,
    }


def over_seeds(runs: Sequence[dict[str, float]]) -> dict[str, Any]:
    """The mean, its interval, and the values of all seeds, by name."""
    columns = {name: [run[name] for run in runs] for name in runs[0]}
    return {
        name: {"mean": sum(values) / len(values), "interval": of_mean(values), "seeds": values}
        for name, values in columns.items()
    }


def accuracies(
    model: Bert,
    training: RowBatch,
    tested: RowBatch,
    classes: int,
    seed: int,
    trained: bool,
    here: World,
    advance: Callable[[int], object],
) -> dict[str, float]:
    """The accuracies of the linear probe, and then of fine-tuning, which changes the model."""
    model = model.to(here.device)
    found = {"linear_probe": probed(model, training, tested, classes, here)}
    classifier = fine_tuned(model, training, classes, default_rate(model.config, trained), seed, here, advance)
    return {"fine_tuned": share_right(classifier, tested, here), **found}


def usable_model(model_dir: str, vocabulary: Vocabulary) -> Bert:
    """Read a model, in evaluation mode; needs no heads. `InputError` if it has too few embeddings."""
    model, _ = read_model(model_dir)
    refuse_few_embeddings(model_dir, model, vocabulary)
    return model.eval()


def fresh_model(model: Bert, seed: int) -> Bert:
    """An untrained network of the same shape."""
    fresh = Bert(model.config)
    initialise(fresh, torch.Generator().manual_seed(randomness.key("fresh", seed)))
    return fresh


def split(rows: RowBatch, seed: int) -> tuple[RowBatch, RowBatch]:
    """Split rows at random into training and test rows."""
    order = randomness.Stream("task split", seed).permutation(len(rows))
    count = max(1, round(TEST_SHARE * len(rows)))
    return rows.take(order[count:]), rows.take(order[:count])


def rows_of(examples: LabelledTexts, classes: Sequence[str], vocabulary: Vocabulary, most: int) -> tuple[RowBatch, int]:
    """Encode examples as [CLS] A [SEP] or [CLS] A [SEP] B [SEP], labelled by class; also returns how many were truncated."""
    number_of = {label: number for number, label in enumerate(classes)}
    first = vocabulary.encode_many(examples.first)
    second = vocabulary.encode_many(examples.second) if examples.second is not None else None
    pieces, starts, truncated = [], [], 0
    for row, a in enumerate(first):
        b = second[row] if second is not None else np.zeros(0, np.int64)
        room = most - vocabulary.layout.special_tokens(second is not None)
        if len(a) + len(b) > room:
            truncated += 1
            a, b = cut(a, b, room)
        ids, start = vocabulary.layout.row(a.tolist(), b.tolist() if second is not None else None)
        starts.append(start)
        pieces.append(ids)
    count = len(pieces)
    return RowBatch(
        ids=np.concatenate([np.array(ids, np.int64) for ids in pieces]),
        offsets=offsets_of(np.array([len(ids) for ids in pieces])),
        positions=np.zeros(0, np.int64),
        true_ids=np.zeros(0, np.int64),
        mask_offsets=np.zeros(count + 1, np.int64),
        segment_b_start=np.array(starts),
        labels=np.array([number_of[label] for label in examples.labels]),
        pairs=np.arange(count),
        layout=vocabulary.layout,
    ), truncated


def cut(a: np.ndarray, b: np.ndarray, room: int) -> tuple[np.ndarray, np.ndarray]:
    """Truncate A and B at their ends to `room` tokens together, the longer one first.

    >>> [len(part) for part in cut(np.arange(9), np.arange(3), 8)], [len(part) for part in cut(np.arange(9), np.arange(7), 8)]
    ([5, 3], [4, 4])
    """
    for_a = max(room - len(b), room - room // 2)
    a = a[:for_a]
    return a, b[: room - len(a)]


def read_examples(path: str) -> LabelledTexts:
    """Read the examples of a file; a first line that ends in the word `label` is a header. `InputError` names an invalid line."""
    text = local_text(path, MOST_BYTES, "tab-separated text in UTF-8")
    lines = [(number, line.rstrip("\r").split("\t")) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if lines and lines[0][1][-1].strip().lower() == "label":
        lines = lines[1:]
    columns = len(lines[0][1]) if lines else 2
    for number, cells in lines:
        if len(cells) != columns or columns not in (2, 3):
            raise InputError(
                f"{path}, line {number}: {quantity(len(cells), 'column')}; expected a text, or two texts, and a "
                f"label, separated by tabs, "
                "the same in every line"
            )
        if not all(cell.strip() for cell in cells):
            raise InputError(f"{path}, line {number}: an empty column; leave the line out")
    first, *second, labels = ([cells[column].strip() for _, cells in lines] for column in range(columns))
    refuse_labels(path, labels)
    return LabelledTexts(first, second[0] if second else None, labels)


def refuse_labels(path: str, labels: list[str]) -> None:
    """Raise `InputError` for too few rows, or for too few or too many different labels."""
    count = len(set(labels))
    if len(labels) < LEAST_ROWS:
        raise InputError(f"{path}: {quantity(len(labels), 'example')}; expected at least {LEAST_ROWS}")
    if not 2 <= count <= MOST_CLASSES:
        raise InputError(
            f"{path}: the last column has {quantity(count, 'different label')}; expected 2 to {MOST_CLASSES} classes"
        )


def refuse_other_kind(path: str, examples: LabelledTexts, test: str, held_out: LabelledTexts) -> None:
    """Raise `InputError` if the test rows are of a different task."""
    if (examples.second is None) != (held_out.second is None):
        raise InputError(f"{test}: has another number of columns than {path}")
    if strange := sorted(set(held_out.labels) - set(examples.labels)):
        raise InputError(f"{test}: has the label {strange[0]!r}, which {path} never has")
