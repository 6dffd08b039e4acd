"""Verdicts on held-out metrics, in a sentence each. Does not need torch.

`train`, `evaluate`, `predict`, the model card and the report all use them. The state of a verdict is one of

    learnt     well above the baselines, which need no model
    part       above chance, or above guessing by frequency, by less
    not_yet    no better than that
    worse      worse than that
    unknown    there is no baseline to compare with

Its sentence comes from the table `SENTENCES`, by language, task and state.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.counts import agreeing
from ..core.errors import StoreError
from .history import measurements, read_metrics, summary_of
from .metrics import METRICS

LANGUAGES = ("en", "zh")
LEARNT_NATS, PART_NATS = 1.0, 0.1  # how far the loss must be below guessing by frequency
BY_HEART = 0.8  # a training loss below this share of the held-out loss shows that rows were memorised
LAST_SHARE = 0.05  # the last training loss is the mean over this share of the logged lines
RISEN = 1.02  # a held-out loss above this multiple of its minimum has risen
LINK = "docs/learning.md"

SENTENCES: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "masked": {
            "learnt": "Masked words: learnt ({value} nats; guessing by frequency: {guess}).",
            "part": "Masked words: learnt in part ({value} nats; guessing by frequency: {guess}).",
            "not_yet": (
                "Masked words: not learnt yet, no better than guessing by frequency ({value} nats; by frequency: "
                "{guess}); this usually takes about 100,000 words of text and 1,000 steps{steps} ({link})."
            ),
            "worse": (
                "Masked words: worse than guessing by frequency ({value} nats; by frequency: {guess}); the model was trained on "
                "other text, or for only a few steps{steps} ({link})."
            ),
            "unknown": "Masked words: {value} nats; there are no training rows to compare with.",
        },
        "next": {
            "learnt": "Next sentences: learnt ({value} right{between}; shared pieces alone: {guess}).",
            "part": "Next sentences: learnt in part ({value} right{between}; shared pieces alone: {guess}).",
            "not_yet": (
                "Next sentences: not learnt yet, no better than chance ({value} right{between}); this usually takes "
                "about 200,000 words of text and 5,000 steps{steps} ({link})."
            ),
            "worse": (
                "Next sentences: worse than chance ({value} right{between}); are these rows labelled as those that "
                "the model was trained on?"
            ),
            "unknown": "Next sentences: {value} right{between}.",
        },
        "heart": {
            "masked": (
                "Training rows are partly memorised: their loss for masked words is {value} nats, on held-out rows "
                "{guess}. More text helps, more steps do not."
            ),
            "next": (
                "Labels of training rows are memorised: their loss is {value} nats, on held-out rows {guess}. More "
                "text helps, more steps do not."
            ),
            "risen": (
                "The held-out loss was lowest at step {step} ({guess} nats) and has risen to {value} since: from "
                "there on the model memorised training rows."
            ),
        },
        "states": {
            "learnt": "learnt",
            "part": "learnt in part",
            "not_yet": "not learnt yet",
            "worse": "worse than chance",
            "unknown": "measured",
        },
        "added": {
            "steps": "; this run: {steps} steps",
            "step": "; this run: {steps} step",
            "between": ", 95% interval {between}",
        },
    },
    "zh": {
        "masked": {
            "learnt": "掩码词：已学会（{value} 奈特；按词频猜测为 {guess}）。",
            "part": "掩码词：部分学会（{value} 奈特；按词频猜测为 {guess}）。",
            "not_yet": (
                "掩码词：尚未学会，不比按词频猜测好（{value} 奈特；按词频猜测为 {guess}）；通常需要约 10 万词的文本和"
                " 1,000 步{steps}（{link}）。"
            ),
            "worse": (
                "掩码词：不如按词频猜测（{value} 奈特；按词频猜测为 {guess}）；模型出自另一类文本，或只训练了很少几步"
                "{steps}（{link}）。"
            ),
            "unknown": "掩码词：{value} 奈特；没有训练样本可供比较。",
        },
        "next": {
            "learnt": "下一句：已学会（正确 {value}{between}；只看共有词元为 {guess}）。",
            "part": "下一句：部分学会（正确 {value}{between}；只看共有词元为 {guess}）。",
            "not_yet": (
                "下一句：尚未学会，不比抛硬币好（正确 {value}{between}）；通常需要约 20 万词的文本和 5,000 步{steps}"
                "（{link}）。"
            ),
            "worse": "下一句：不如抛硬币（正确 {value}{between}）；这些样本的标签与训练时相同吗？",
            "unknown": "下一句：正确 {value}{between}。",
        },
        "heart": {
            "masked": (
                "训练样本有一部分是背下来的：掩码词的损失在训练样本上为 {value} 奈特，在留出样本上为 {guess}。需要更"
                "多文本，而不是更多步数。"
            ),
            "next": "训练样本的标签是背下来的：损失为 {value} 奈特，在留出样本上为 {guess}。需要更多文本，而不是更多步数。",
            "risen": "留出样本的损失在第 {step} 步最低（{guess} 奈特），此后升到 {value}：从那时起模型在背训练样本。",
        },
        "states": {
            "learnt": "已学会",
            "part": "部分学会",
            "not_yet": "尚未学会",
            "worse": "不如随机",
            "unknown": "已测量",
        },
        "added": {"steps": "；本次 {steps} 步", "step": "；本次 {steps} 步", "between": "，95% 区间 {between}"},
    },
}


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The verdict on a task: its state, and a sentence for the user."""

    task: str  # "masked", "next" or "heart"
    state: str
    sentence: str

    def word(self, language: str = "en") -> str:
        """The state in one or two words."""
        return SENTENCES[language]["states"][self.state]


def verdicts(measured: Mapping[str, Any], steps: int | None = None, language: str = "en") -> list[Verdict]:
    """A verdict for each task in the held-out metrics; `steps` is the number of steps of the run."""
    states = {"masked": _masked(measured), "next": _next(measured)}
    return [_told(task, state, measured, steps, language) for task, state in states.items() if state]


def _masked(measured: Mapping[str, Any]) -> str | None:
    """The state of the MLM task; None if it was not measured."""
    loss, guess = measured.get("mlm_loss"), measured.get("unigram_loss")
    if loss is None:
        return None
    if guess is None:
        return "unknown"
    limits = ((LEARNT_NATS, "learnt"), (PART_NATS, "part"), (-PART_NATS, "not_yet"))
    return next((state for nats, state in limits if guess - loss >= nats), "worse")


def _next(measured: Mapping[str, Any]) -> str | None:
    """The state of the NSP task, from the interval of its accuracy and the baseline of shared pieces; None if not measured."""
    accuracy, interval = measured.get("nsp_accuracy"), measured.get("nsp_accuracy_interval")
    if accuracy is None:
        return None
    if not interval:
        return "unknown"
    low, high = interval
    if low <= 0.5:
        return "worse" if high < 0.5 else "not_yet"
    shared = measured.get("shared_pieces_accuracy")
    return "unknown" if shared is None else "learnt" if accuracy >= shared else "part"


def _told(task: str, state: str, measured: Mapping[str, Any], steps: int | None, language: str) -> Verdict:
    metric = METRICS["mlm_loss" if task == "masked" else "nsp_accuracy"]
    guess = measured.get("unigram_loss" if task == "masked" else "shared_pieces_accuracy")
    words, between = SENTENCES[language], metric.between(measured)
    sentence = words[task][state].format(
        value=metric.shown(measured[metric.name]),
        guess=metric.shown(guess),
        between=words["added"]["between"].format(between=between) if between else "",
        steps="" if steps is None else words["added"][agreeing(steps, "step", "steps")].format(steps=f"{steps:,}"),
        link=LINK,
    )
    return Verdict(task, state, sentence)


def verdicts_of(model_dir: str, language: str = "en") -> list[Verdict]:
    """Verdicts on the last metrics in a model folder; empty if there are none, or if they cannot be read."""
    try:
        summary = summary_of(read_metrics(model_dir))
    except StoreError:
        return []
    return verdicts(summary.get("validation") or {}, summary.get("steps"), language)


def by_heart(lines: Sequence[Mapping[str, Any]], language: str = "en") -> list[Verdict]:
    """Verdicts on memorisation of training rows, from the lines of metrics.jsonl: one for each sign, or none.

    The signs are a final training loss far below the held-out loss, and a held-out loss that has risen.
    """
    logged, measured = [line for line in lines if "mlm_loss" in line], measurements(lines)
    if not logged or not measured:
        return []
    words, last, found = SENTENCES[language], measured[-1]["validation"], []
    tail = logged[-max(1, round(LAST_SHARE * len(logged))) :]
    for task, name in (("masked", "mlm_loss"), ("next", "nsp_loss")):
        loss, other = sum(line[name] for line in tail) / len(tail), last.get(name)
        if other and 0 < loss < BY_HEART * other:
            shown = METRICS[name].shown
            found.append(Verdict("heart", task, words["heart"][task].format(value=shown(loss), guess=shown(other))))
    # during a run a sample of the rows is evaluated, at its end all rows: compare only equal numbers of rows
    alike = [each for each in measured if each["validation"].get("rows") == measured[0]["validation"].get("rows")]
    losses = [(loss, each["step"]) for each in alike if (loss := each["validation"].get("mlm_loss")) is not None]
    lowest, step = min(losses, default=(0.0, 0))
    if losses and losses[-1][0] > RISEN * lowest:
        values = {"value": METRICS["mlm_loss"].shown(losses[-1][0]), "guess": METRICS["mlm_loss"].shown(lowest)}
        found.append(Verdict("heart", "risen", words["heart"]["risen"].format(step=f"{step:,}", **values)))
    return found
