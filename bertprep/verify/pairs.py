"""The guarantees of `build-pairs`: labels, provenance and lengths, and with `sentences/` also the tokens."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.counts import quantity
from ..core.errors import StoreError
from ..core.ragged import offsets_of
from ..pairs.pairings import PAIRINGS, Pairing
from ..store import Manifest
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary
from .checks import VOCABULARY, Finding, Halves, Leakage, Tally, Unknown, parts, structural_ids, unchecked
from .origin import AGAINST, Origin
from .pair_columns import PairColumns
from .scripts import ScriptAudit
from .sentences import HeldOut
from .styles import Styles

MOST_SENTENCES, MOST_A_SIDE = (
    1 << 20,
    256,
)  # maximum number of sentences in a part: a constant, and more per side; forged numbers would fill the memory


def check(manifest: Manifest, sentences: Manifest | None, why_not: str) -> list[Finding]:
    """Check a folder of pairs; without `sentences`, guarantees that need it are unchecked, with reason `why_not`."""
    pairing, longest = PAIRINGS[manifest.settings["pairing"]], manifest.settings["max_length"]
    vocabulary = load_vocabulary(str(manifest.folder), "vocab/")
    structural = structural_ids(vocabulary)
    names = " or ".join(
        [", ".join(vocabulary.tokens[each] for each in structural[:-1]), vocabulary.tokens[structural[-1]]]
    )
    inside = Tally("ids are in the vocabulary", f"below {vocabulary.size:,}, no {names}")
    lengths = Tally("rows fit", f"both sides filled, at most {quantity(longest, 'token')} with the special ones")
    layout = vocabulary.layout
    special = len(layout.before) + (len(layout.between) + len(layout.after) if pairing.label else len(layout.alone))
    label = Tally("labels agree with where the sides come from", pairing.rule)
    once = Tally("no sentence used twice in a pass", "each at most once", "sentence")
    single = Tally("sides are single sentences", "one sentence each")
    held_out, halves, leakage = HeldOut(manifest, ["document_a", "document_b"]), Halves(), Leakage(longest)
    scripts, unknown, styles = ScriptAudit(vocabulary), Unknown(vocabulary.unk_id), Styles(vocabulary)
    origin = Origin(sentences, vocabulary, pairing) if sentences else None
    for part in parts(manifest):
        pairs = PairColumns(part.table)
        inside.add(part, _outside(pairs, vocabulary))
        for ids, _ in pairs.ids.values():
            unknown.add(ids)
        lengths.add(part, _misfits(pairs, pairing, longest - special))
        label.add(part, _mislabelled(pairs, pairing))
        single.add(part, (pairs.column("sentence_count_a") != 1) | (pairs.column("sentence_count_b") != 1))
        held_out.add(part)
        if pairing.is_exact:
            halves.add(part.split, pairs.is_next == 0)
            leakage.add(pairs.length["a"], pairs.length["b"], pairs.is_next == 0)
            scripts.add(pairs.ids["a"], pairs.ids["b"], pairs.is_next == 0)
            once.add(part, _used_twice(pairs))
        if pairing.label:
            styles.add(pairs.ids["a"], pairs.ids["b"], pairs.is_next == 1)
        if origin:
            origin.add(part, pairs)
    findings = [_same_vocabulary(manifest, vocabulary), inside.finding(), unknown.finding(), lengths.finding()]
    if pairing.is_exact and pairing.label:
        findings.append(halves.finding(pairing.label.word))
    findings.append(label.finding())
    findings += [once.finding(), leakage.finding(), scripts.finding()] if pairing.is_exact else []
    findings += [single.finding()] if pairing.single_sentences else []
    findings.append(held_out.tally.finding())
    findings += [styles.finding()] if pairing.label else []
    against = AGAINST if pairing.label else AGAINST[:-1]
    return findings + (origin.findings() if origin else [unchecked(promise, why_not) for promise in against])


def _same_vocabulary(manifest: Manifest, vocabulary: Vocabulary) -> Finding:
    recorded = manifest.content["inputs"]["vocabulary"]
    ok = vocabulary.digest == recorded
    return Finding(VOCABULARY, recorded[:12], vocabulary.digest[:12], ok)


def _outside(pairs: PairColumns, vocabulary: Vocabulary) -> np.ndarray:
    """Mark rows with an id outside the vocabulary, or of a special token; bool [N]."""
    forbidden = np.ones(max(vocabulary.size, 1 << 16), bool)
    forbidden[: vocabulary.size] = False
    forbidden[structural_ids(vocabulary)] = True
    bad = np.zeros(len(pairs.table), bool)
    for flat, offsets in pairs.ids.values():
        wrong = np.flatnonzero(forbidden[np.minimum(flat, len(forbidden) - 1)])
        bad[np.searchsorted(offsets, wrong, side="right") - 1] = True
    return bad


def _misfits(pairs: PairColumns, pairing: Pairing, room: int) -> np.ndarray:
    a, b = pairs.length["a"], pairs.length["b"]
    filled = (a > 0) & ((b > 0) if pairing.label else (b == 0))
    return ~filled | (a + b > room)


def _mislabelled(pairs: PairColumns, pairing: Pairing) -> np.ndarray:
    if pairing.label is None:
        return (pairs.is_next != -1) | (pairs.column("first_sentence_b") != -1)
    where_b_is = {
        "elsewhere": ~pairs.same_document,
        "before": pairs.follows("b", "a"),
        "anywhere": np.ones(len(pairs.table), bool),
    }
    right = np.where(pairs.is_next == 1, pairs.follows("a", "b"), where_b_is[pairing.label.b_is])
    return ~right | (pairs.is_next == -1) | ~_is_placed(pairs)


def _is_placed(pairs: PairColumns) -> np.ndarray:
    """Whether a row records where its B comes from; bool [N]."""
    named = pc.is_valid(pairs.table["document_b"].combine_chunks()).to_numpy(zero_copy_only=False)
    return named & (pairs.column("first_sentence_b") >= 0) & (pairs.column("sentence_count_b") >= 0)


def _used_twice(pairs: PairColumns) -> np.ndarray:
    """For every sentence used in the pairs of a part, whether more than one side uses it; bool."""
    documents = pa.concat_arrays([pairs.table[f"document_{side}"].combine_chunks() for side in "ab"])
    codes = documents.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first, count = (
        np.concatenate([pairs.column(f"{name}_{side}") for side in "ab"])
        for name in ("first_sentence", "sentence_count")
    )
    placed = (first >= 0) & (count >= 0)  # a side without a place uses no sentence; `_mislabelled` reports it
    codes, first, count = codes[placed], first[placed], count[placed]
    ends = np.zeros(codes.max(initial=-1) + 1, np.int64)
    np.maximum.at(ends, codes, first + count)
    if ends.sum() > MOST_SENTENCES + MOST_A_SIDE * len(codes):
        raise StoreError(f"a part names sentence {int(ends.max()):,} of a document; no document has that many")
    starts = offsets_of(ends)[codes] + first
    uses = np.bincount(starts, minlength=int(ends.sum()) + 1) - np.bincount(
        starts + count, minlength=int(ends.sum()) + 1
    )
    uses = np.cumsum(uses)[:-1]
    return uses[uses > 0] > 1
