"""Warnings about a folder of cleaned sentences that is probably not as intended."""

from collections import Counter

import pyarrow.compute as pc

from bertprep import store
from bertprep.clean.rules import DOCUMENTS, names_of, shortest
from bertprep.core.counts import quantity
from bertprep.core.stages import CLEAN
from bertprep.store import Manifest


def mostly_rejected(manifest: Manifest) -> str | None:
    """A warning if one group of rules rejected more than half of the documents: they are probably not what it was made for."""
    if manifest.stage != CLEAN.name:
        return None
    counted = manifest.counters
    fallen = {rule: counted.get(f"rejected_documents_{rule.key}", 0) for rule in DOCUMENTS}
    by_group = Counter[str]()
    for rule, count in fallen.items():
        by_group[rule.group] += count
    group, count = by_group.most_common(1)[0]
    if 2 * count <= counted["input_documents"]:
        return None
    first = max((rule for rule in DOCUMENTS if rule.group == group), key=lambda rule: fallen[rule])
    others = shortest([name for name in names_of(manifest.settings["rules"]) if name != first.name])
    lower = ", or lower --min-words" if first.name == "gopher-words" else ""
    return (
        f"{quantity(count, 'document')} ({count / counted['input_documents']:.1%}) were rejected by rules of {group}, "
        f"{fallen[first]:,} of them by {first.name} ({first.reason}). Look at samples in rejected.jsonl; if they are good "
        f"text, leave that rule out with --rules {others}{lower}"
    )


def languages_missing(manifest: Manifest) -> str | None:
    """A warning if no remaining document is in one of the languages of `--keep-languages`."""
    if manifest.stage != CLEAN.name or not (asked := manifest.settings["keep_languages"]):
        return None
    found: set[str] = set()
    for split in store.SPLITS:
        for path, _ in manifest.parts(split):
            found.update(pc.unique(store.open_batch(path)["language"]).to_pylist())
    missing = [code for code in asked.split(",") if code not in found]
    if not missing:
        return None
    return (
        f"no remaining document is in {' or '.join(missing)}, which --keep-languages names; the remaining documents "
        f"are in {', '.join(sorted(found))}"
    )
