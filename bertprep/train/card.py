"""The model card: README.md of a model folder, with the facts that a paper must report.

Data are identified by digest, and sources by file names; the card contains no paths, hosts or dates.
"""

import dataclasses
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from .. import store
from ..core.counts import quantity
from ..languages.given import CODE
from ..pairs.validation import fixed_by
from ..store import Manifest
from ..store.lineage import lineage
from ..vocab.vocabulary import Vocabulary
from .bert.model import ModelConfig
from .metrics import METRICS, Metric
from .settings import TrainSettings
from .verdicts import verdicts

NAMES_SHOWN = 12
FRONT = """---
library_name: transformers
pipeline_tag: fill-mask
tags:
- bert
- masked-language-modeling
{tags}{languages}---
"""


@dataclasses.dataclass(frozen=True)
class Facts:
    """Facts for the card that are not in the summary of a run."""

    folders: dict[str, str]  # shard folders by their names on the card
    config: ModelConfig
    parameters: int
    vocabulary: Vocabulary
    longest_row: int  # tokens
    next_sentence_trained: bool
    origin: str | None  # digest of the weights of --init-from
    settings: TrainSettings
    learning_rate: float  # peak
    steps: int  # of the whole run
    processes: int
    on_gpu: bool
    precision: str  # of matrix products, such as bfloat16


def card(facts: Facts, summary: dict[str, Any]) -> str:
    """The text of the card."""
    lineages = [lineage(store.read_manifest(folder, "mask")) for folder in facts.folders.values()]
    languages = {made["segment"].settings["lang"] for made in lineages if "segment" in made} - {"auto"}
    languages = {each for each in languages if CODE.fullmatch(each)}  # a line break could inject other fields
    sections = {
        "Data": [data_lines(name, made) for name, made in zip(facts.folders, lineages, strict=True)],
        "Training": [training_text(facts, summary)],
        "Figures": [*verdicts_text(summary), figures_text(summary)],
        "Use": [
            "`AutoModelForPreTraining.from_pretrained(FOLDER)` in `transformers` loads it with its heads and tokenizer; "
            f'`bertprep predict FOLDER "The cat sat on the {facts.vocabulary.special_tokens["mask"]}."` queries it.'
        ],
    }
    head = FRONT.format(
        tags="- next-sentence-prediction\n" if facts.next_sentence_trained else "",
        languages="language:\n" + "".join(f"- {each}\n" for each in sorted(languages)) if languages else "",
    )
    text = "\n\n".join(f"## {name}\n\n" + "\n\n".join(paragraphs) for name, paragraphs in sections.items())
    source = "weights of another" if facts.origin else "scratch"
    return f"{head}\n# A BERT trained from {source}\n\n{shape_text(facts)}\n\n{text}\n"


def shape_text(facts: Facts) -> str:
    """The paragraph on the model and its vocabulary."""
    config, vocabulary = facts.config, facts.vocabulary
    kind = vocabulary.given.kind if vocabulary.given else "WordPiece"
    return (
        f"A BERT of {config.num_hidden_layers} layers, hidden size {config.hidden_size}, {config.num_attention_heads} "
        f"attention heads, feed-forward size {config.intermediate_size} and "
        f"{quantity(config.max_position_embeddings, 'position')} "
        f"({quantity(facts.parameters, 'parameter')}), for a {kind} vocabulary of "
        f"{quantity(vocabulary.size, 'entry')} "
        f"({'lower-cased' if vocabulary.lowercase else 'cased'}; digest `{vocabulary.digest}`). {positions_text(facts)}"
        f"Made with bertprep {version('bertprep')}."
    )


def positions_text(facts: Facts) -> str:
    """A sentence on positions that no row reached; empty if there are none."""
    longest = facts.longest_row
    if longest >= facts.config.max_position_embeddings:
        return ""
    left = "in the weights that it started from" if facts.origin else "they were drawn at random"
    return (
        f"No row that it was trained on has more than {quantity(longest, 'token')}: the embeddings of positions "
        f"from {longest:,} on "
        f"(counted from 0) are as {left}. "
    )


def data_lines(name: str, manifests: dict[str, Manifest]) -> str:
    """The line about a shard folder: digests, content, and settings of the stages that made it."""
    shards, pairs, sentences = manifests["mask"], manifests.get("build-pairs"), manifests.get("segment")
    counters = shards.counters
    rows, tokens = (counters.get(each) for each in ("rows", "tokens"))
    parts = [f"{name}: shards `{shards.digest}`"]
    if rows and tokens:
        parts.append(f"{quantity(rows, 'row')}, {quantity(tokens, 'token')}, validation included")
    settings = shards.settings
    parts.append(
        f"masked by {settings['strategy']} at {settings['mask_prob']:.0%} "
        f"({settings['mask_replace_prob']:.0%} [MASK], {settings['random_replace_prob']:.0%} random), "
        f"{settings['copies']} cop{'y' if settings['copies'] == 1 else 'ies'}, seed {settings['seed']}"
    )
    if pairs:
        made = pairs.settings
        parts.append(
            f"pairs `{pairs.digest}`: pairing {made['pairing']}, at most {quantity(made['max_length'], 'token')}, "
            f"{quantity(made['passes'], 'pass')}, seed {made['seed']}"
        )
    if sentences:
        counted = sentences.counters
        parts.append(
            f"sentences `{sentences.digest}`: {quantity(counted['words'], 'word')} in "
            f"{quantity(counted['sentences'], 'sentence')} of "
            f"{quantity(counted['documents'], 'document')}, {_held_out(sentences)}"
        )
        parts.append(f"sources as recorded: {file_names(str(sentences.folder))}")
    else:
        parts.append(f"made from {inputs_text((pairs or shards).content.get('inputs', {}))}")
    return "; ".join(parts) + "."


def _held_out(sentences: store.Manifest) -> str:
    if option := fixed_by(sentences):
        return f"{sentences.parts_rows('validation'):,} of them held out by {option}"
    return f"{sentences.settings['validation_share']:.1%} of the documents held out"


def inputs_text(inputs: dict[str, Any]) -> str:
    """The digests of inputs whose folders are not available."""
    known = [f"{name} `{digest}`" for name, digest in inputs.items() if isinstance(digest, str)]
    return ", ".join(known) or "what is not recorded"


def file_names(sentences: str) -> str:
    """The input files of `segment`, without their folders."""
    lists = [line["files"] for line in store.read_runs(sentences) if line.get("files")]
    names = sorted({PurePath(str(entry[0]).replace("\\", "/")).name for entry in lists[-1]}) if lists else []
    more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
    return (", ".join(names[:NAMES_SHOWN]) + more) or "none"


def training_text(facts: Facts, summary: dict[str, Any]) -> str:
    """The paragraph on optimization and compute."""
    settings = facts.settings
    before = f", starting from the weights `{facts.origin}`" if facts.origin else ""
    processes = f"{facts.processes} processes" if facts.processes > 1 else "one process"
    return (
        f"{quantity(summary['steps'], 'step')} of {quantity(settings.batch_size, 'row')} ({summary['epochs']:.2f} "
        f"epochs; {quantity(summary['rows'], 'row')}, "
        f"{quantity(summary['words'], 'word')}, {quantity(summary['tokens'], 'token')}){before}; AdamW "
        f"(0.9, 0.999, epsilon 1e-6), "
        f"peak learning rate {facts.learning_rate:g} after a linear warm-up over {settings.warmup_share:.1%} of "
        f"{quantity(facts.steps, 'step')}, {decay_text(settings)}; weight decay {settings.weight_decay:g} but for "
        f"biases and norms, "
        f"gradients clipped at {settings.clip:g}, dropout {facts.config.dropout:g}, "
        f"{'new masks in every epoch' if settings.dynamic else 'masks as in the shards'}, seed {settings.seed}. "
        "The loss is the mean over masked tokens plus the mean over rows with a label. Compute: "
        f"{summary['flops']:.3g} floating-point operations on real tokens (vocabulary head at masked positions only), "
        f"{summary['train_seconds']:,.0f} seconds in {processes} on {'a GPU' if facts.on_gpu else 'CPU'} "
        f"in {facts.precision}"
        f"{'' if summary['finished'] else '. The run was stopped early'}."
    )


def verdicts_text(summary: dict[str, Any]) -> list[str]:
    """The verdicts in words."""
    return [each.sentence for each in verdicts(summary["validation"] or {}, summary["steps"])]


def decay_text(settings: TrainSettings) -> str:
    """The learning rate schedule after the warm-up, in words."""
    if settings.decay_steps is None:
        return "then linearly to zero"
    return (
        f"then constant, linearly to zero over the last {settings.decay_steps:,}"
        if settings.decay_steps
        else "then constant"
    )


def figures_text(summary: dict[str, Any]) -> str:
    """A table of held-out metrics, with baselines."""
    columns = {"after training": summary["validation"], "before": summary["validation_before"]}
    shown = {name: measured for name, measured in columns.items() if measured}
    if not shown:
        return f"None: {summary['why_no_validation']}."
    some = next(iter(shown.values()))
    heads = "".join(f" {name} |" for name in shown)
    lines = [f"| held-out documents |{heads} without a model |", f"|---|{'---|' * len(shown)}---|"]
    for metric in METRICS.values():
        label = f"{metric.label} ({metric.unit})" if metric.unit else metric.label
        cells = [with_interval(measured, metric) for measured in shown.values()]
        lines.append(f"| {label} |{''.join(f' {cell} |' for cell in cells)} {metric.beside(some)} |")
    return "\n".join(
        [
            *lines,
            "",
            f"{quantity(some['rows'], 'row')}, {quantity(some['masked_tokens'], 'masked token')}. Without a "
            f"model: masked tokens by the frequencies "
            "of the training set; next sentences by chance, then by a logistic regression on the pieces that A "
            "and B share. Intervals are 95% Wilson intervals.",
        ]
    )


def with_interval(measured: dict[str, Any], metric: Metric) -> str:
    """A metric, with its interval if it has one."""
    between = metric.between(measured)
    return metric.shown(measured.get(metric.name)) + (f" ({between})" if between else "")
