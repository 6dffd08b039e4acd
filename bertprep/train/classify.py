"""A classifier on top of BERT: fine-tuned as a whole, or a linear probe on its frozen features.

    fine_tuned     softmax(W tanh(pooler([CLS])) + b), all weights trained: AdamW, linear warm-up, linear decay to zero
                   (Devlin et al. 2019, section 4)
    linear_probe   logistic regression on the mean of the last layer's output over the tokens of A, and over those of B

Axes: R rows, T tokens, H hidden, C classes, F features.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it
from torch import Tensor, nn

from ..core import randomness
from ..vocab.layout import BERT
from .bert.model import Bert
from .data.collate import Batch, pack
from .data.loader import RowBatch
from .optimizer import Schedule
from .world import World

BATCH_ROWS = 32
EPOCHS = 3  # Devlin et al. 2019, A.3
LEAST_STEPS = 200  # small data sets are used for more epochs
WARMUP_SHARE = 0.1
PROBE_STEPS = 200  # of L-BFGS
PROBE_DECAY = 1e-3  # L2 regularisation: times half the squared norm of the weights; features are standardised


class Classifier(nn.Module):
    """BERT, its pooler, and a classification layer."""

    def __init__(self, model: Bert, classes: int) -> None:
        super().__init__()
        self.model, self.head = model, nn.Linear(model.config.hidden_size, classes)
        nn.init.normal_(self.head.weight, 0.0, model.config.initializer_range)
        nn.init.zeros_(self.head.bias)

    def forward(self, batch: Batch) -> Tensor:
        """Logits [R, C]."""
        pooled_RH = torch.tanh(self.model.pooler(self.model.encode(batch)))
        return self.head(F.dropout(pooled_RH, self.model.config.dropout, self.training))


def steps_of(rows: int) -> int:
    """Number of fine-tuning steps for this number of rows."""
    return max(EPOCHS * math.ceil(rows / BATCH_ROWS), LEAST_STEPS)


def fine_tuned(
    model: Bert, rows: RowBatch, classes: int, rate: float, seed: int, here: World, advance: Callable[[int], object]
) -> Classifier:
    """Fine-tune the model in place, with a classifier, on rows whose `labels` are classes; calls `advance` at every step."""
    torch.manual_seed(randomness.key("task", seed))
    classifier = Classifier(model, classes).to(here.device).train()
    epoch_steps = math.ceil(len(rows) / BATCH_ROWS)
    steps = steps_of(len(rows))
    schedule = Schedule(rate, WARMUP_SHARE, steps)
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=0.0, eps=1e-6, weight_decay=0.01)
    for step in range(steps):
        epoch, place = divmod(step, epoch_steps)
        if place == 0:
            order = randomness.Stream("task order", seed, epoch).permutation(len(rows))
        batch = batch_of(rows, order[place * BATCH_ROWS : (place + 1) * BATCH_ROWS], here)
        F.cross_entropy(classifier(batch), batch.labels_R).backward()
        words = model.word_embeddings.weight
        words.grad = words.grad.to_dense() if words.grad is not None else None  # sparse on a CPU (Bert.words)
        torch.nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate(step)
        optimizer.step()
        optimizer.zero_grad()
        advance(1)
    return classifier.eval()


def share_right(classifier: Classifier, rows: RowBatch, here: World) -> float:
    """The accuracy of a classifier."""
    with torch.inference_mode():
        right = [(classifier(batch).argmax(-1) == batch.labels_R).sum() for batch in batches(rows, here)]
    return int(torch.stack(right).sum()) / len(rows)


def batches(rows: RowBatch, here: World) -> Iterator[Batch]:
    """Yield all rows in order, in batches; within a batch, rows are sorted by length."""
    for start in range(0, len(rows), BATCH_ROWS):
        yield batch_of(rows, np.arange(start, min(start + BATCH_ROWS, len(rows))), here)


def batch_of(rows: RowBatch, index: np.ndarray, here: World) -> Batch:
    return pack(rows.take(index), here.device.type == "cuda").to(here.device)


def probed(model: Bert, training: RowBatch, test: RowBatch, classes: int, here: World) -> float:
    """The accuracy on the test rows of a logistic regression fitted on the features of the training rows."""
    x_RF, labels_R = features(model, training, here)
    mean_F, spread_F = x_RF.mean(0), x_RF.std(0) + 1e-6
    x_RF = (x_RF - mean_F) / spread_F
    weights_CF, bias_C = (torch.zeros(*shape, requires_grad=True) for shape in ((classes, x_RF.shape[1]), (classes,)))
    optimizer = torch.optim.LBFGS([weights_CF, bias_C], max_iter=PROBE_STEPS, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = (
            F.cross_entropy(F.linear(x_RF, weights_CF, bias_C), labels_R) + PROBE_DECAY / 2 * weights_CF.square().sum()
        )
        loss.backward()
        return float(loss.detach())

    optimizer.step(closure)
    test_RF, truth_R = features(model, test, here)
    with torch.inference_mode():
        told_R = F.linear((test_RF - mean_F) / spread_F, weights_CF, bias_C).argmax(-1)
    return float((told_R == truth_R).double().mean())


def features(model: Bert, rows: RowBatch, here: World) -> tuple[Tensor, Tensor]:
    """Features [R, 2H] and labels [R], on the CPU: means over the tokens of A and of B, with special tokens; 0 without B."""
    found = []
    as_sides = dataclasses.replace(rows, layout=BERT)  # a layout whose segments are A and B
    for batch, sides in zip(batches(rows, here), batches(as_sides, here), strict=True):
        starts_R = batch.read_P
        batch.read_P = torch.arange(batch.tokens, device=here.device)
        with torch.no_grad():
            x_TH = model.eval().encode(batch)
        row_T = torch.bucketize(batch.read_P, starts_R, right=True) - 1
        side_T = 2 * row_T + sides.segments_T
        sums_SH = x_TH.new_zeros(2 * batch.rows, x_TH.shape[1]).index_add_(0, side_T, x_TH)
        counts_S = torch.bincount(side_T, minlength=2 * batch.rows).clamp(min=1)
        found.append(((sums_SH / counts_S[:, None]).view(batch.rows, -1).cpu(), batch.labels_R.cpu()))
    return torch.cat([x for x, _ in found]), torch.cat([labels for _, labels in found])
