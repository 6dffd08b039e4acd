"""What `clean` rejected: counts by rule, in documents, sentences and words, and samples of the text that each rule rejected."""

import json
from typing import Any

from ..clean.rules import REASONS, Rule
from ..core.places import read_bytes
from ..store import Manifest
from . import page

SAMPLES = "rejected.jsonl"
SHOWN = 300  # characters shown of a sample
KINDS = ("documents", "sentences", "words")


def funnels(manifest: Manifest) -> list[str]:
    """A card each for documents, sentences and words: the input, what each rule rejected, and what was kept."""
    counted = manifest.counters
    cards = []
    for kind in KINDS:
        found = counted[f"input_{kind}"]
        lines = [(f"{kind} of the input", found, True)]
        lines += [
            (f"– {rule.name}: {rule.reason}", count, False)
            for rule in REASONS
            if (count := counted.get(f"rejected_{kind}_{rule.key}", 0))
        ]
        lines.append((f"= {kind} kept", counted[kind], True))
        share = page.percent(counted[kind], found)
        cards.append(page.card(f"{share} of the {kind} are kept by clean", page.funnel(lines)))
    return cards


def rejected(manifest: Manifest) -> str:
    """Samples of what each rule rejected, chosen by hash; near-duplicates next to the document that was kept instead."""
    samples = read_samples(manifest)
    cards = []
    for rule in REASONS:
        mine = [sample for sample in samples if sample.get("rule") == rule.name]
        if mine:
            cards.append(_card(rule, mine))
    return page.grid(*cards)


def read_samples(manifest: Manifest) -> list[dict[str, Any]]:
    """The lines of a folder's `rejected.jsonl`; empty if it has none."""
    entry = next((part for part in manifest.content["parts"] if part["name"] == SAMPLES), None)
    if entry is None:
        return []
    data = read_bytes(manifest.location(entry)).decode()
    return [json.loads(line) for line in data.splitlines()]


def _card(rule: Rule, samples: list[dict[str, Any]]) -> str:
    beside = any("kept_text" in sample for sample in samples)
    rows = [
        [_short(sample["text"]), *([_short(sample.get("kept_text", ""))] if beside else []), _place(sample)]
        for sample in samples
    ]
    heads = ["rejected", *(["kept instead"] if beside else []), "from"]
    return page.card(f"{rule.name}: {rule.reason}", page.table(heads, rows))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def _place(sample: dict[str, Any]) -> str:
    like = f", similarity {sample['similarity']:.2f}" if "similarity" in sample else ""
    return f"{sample['source']} ({sample['source_id']}){like}"
