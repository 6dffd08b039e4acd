"""Decode rows of any data folder, for `inspect` and reports.

Each row is a dictionary of plain Python values, with keys that depend on the stage that made the folder:

    segment      row, document_id, source, source_id, title, language, sentences
    clean        the same, and holes
    build-pairs  row, is_next, label (in words), text_a, text_b, from_a, from_b (document, first_sentence, sentence_count,
                 or None)
    mask         row, pair, next_sentence_label, label (in words), segment_b_start, tokens: one per position, with `shown`,
                 `special`, `true`, `kind` ("mask", "random" or "kept" if the token must be predicted, else None) and
                 `space` (whether there is a space before it in running text)

A vocabulary is a single dictionary, with its sizes and some of its entries.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..core import randomness
from ..core.counts import quantity
from ..core.errors import StoreError, UsageError
from ..core.scripts import is_east_asian
from ..core.stages import BUILD_PAIRS, DATA_STAGES, STAGES
from ..pairs.pairings import NOT_KNOWN, PAIRINGS, Pairing
from ..store.lineage import lineage
from ..store.part_checks import check_ids
from ..train.history import MODEL
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary

ROAD = tuple(stage.folder for stage in STAGES.values())  # the folders of a whole run
CLOSING = frozenset(".,;:!?)]}%'’”»…")
OPENING = frozenset("([{“‘«")
ID_COLUMNS = ("ids_a", "ids_b", "input_ids", "masked_lm_ids")


def sample(folder: str, split: str, first: int | None, count: int, seed: int) -> tuple[str, list[dict[str, Any]]]:
    """The stage of a folder, and `count` decoded rows of a split: from row `first` on, or if it is None a random sample."""
    manifest = store.read_manifest(folder)
    stage = manifest.content["stage"]
    if stage not in DECODERS:
        raise StoreError(
            f"{folder}: contains the output of {stage}; rows can be shown from the output of {', '.join(DECODERS)}"
        )
    parts = manifest.parts(split)
    total = sum(rows for _, rows in parts)
    if first is not None and first >= total:
        raise UsageError(f"--row is {first}; the {split} split of {folder} has {quantity(total, 'row')}, from 0")
    numbers = _chosen(total, count, seed) if first is None else list(range(first, min(first + count, total)))
    below = DATA_STAGES[stage].vocabulary
    vocabulary = None if below is None else load_vocabulary(folder, below)
    size = vocabulary.size if vocabulary else 0
    rows = zip(numbers, _rows(parts, numbers, size), strict=True)
    pairing = _pairing(manifest)
    return stage, [{"row": number, **DECODERS[stage](row, vocabulary, pairing)} for number, row in rows]


def _pairing(manifest: store.Manifest) -> Pairing:
    """The kind of pairing of a folder; for shards, that of the pairs folder next to them."""
    pairs = lineage(manifest).get(BUILD_PAIRS.name)
    return PAIRINGS[pairs.settings["pairing"]] if pairs else NOT_KNOWN


def folders_of(folder: str) -> dict[str, str]:
    """The stage folders of a run in `folder`, by name and in the order of the stages; empty if there are none."""
    found = {name: str(store.join(folder, name)) for name in ROAD}
    return {name: path for name, path in found.items() if holds(path, MODEL if name == "model" else store.MANIFEST)}


def holds(folder: str, name: str) -> bool:
    """Whether a folder, which may be a URI, has an entry of this name; reading it reports if that is not a plain file."""
    return store.folder_at(folder).size(name) is not None or os.path.lexists(os.path.join(folder, name))


def is_whole_run(folder: str) -> bool:
    """Whether a folder contains the stage folders of a run, and is not one itself."""
    return not holds(folder, store.MANIFEST) and bool(folders_of(folder))


def vocabulary(held: Vocabulary, count: int, seed: int) -> dict[str, Any]:
    """Sizes of a vocabulary, its normalization, and `count` random entries of each kind."""
    ordinary = held.is_ordinary
    tokens = [text.strip() for text in held.texts] if held.given else held.tokens
    goes_on = held.is_continuation & np.array([not held.given or len(token) > 1 for token in tokens])
    kinds = {
        "characters": np.array([len(token) == 1 for token in tokens]) & ordinary,
        "words": np.array([len(token) > 1 for token in tokens]) & ordinary & ~goes_on,
        "continuations": goes_on,
    }
    return {
        "entries": held.size,
        "lowercase": held.lowercase,
        "strip_accents": held.strip_accents,
        "special": [token for token, is_ordinary in zip(held.tokens, ordinary, strict=True) if not is_ordinary][:20],
        "sizes": {"special": int((~ordinary).sum()), **{name: int(which.sum()) for name, which in kinds.items()}},
        "entries_of": {name: _some(held, np.flatnonzero(which), count, seed) for name, which in kinds.items()},
    }


def _some(held: Vocabulary, ids: np.ndarray, count: int, seed: int) -> list[str]:
    return [held.tokens[ids[number]] for number in _chosen(len(ids), count, seed)]


def training_curve(lines: Sequence[dict[str, Any]], points: int) -> list[dict[str, Any]]:
    """Training losses from the lines of metrics.jsonl, averaged over `points` intervals: step (the last), mlm_loss, nsp_loss."""
    logged = [line for line in lines if "mlm_loss" in line]
    intervals = [interval for interval in np.array_split(np.arange(len(logged)), points) if len(interval)]
    return [_mean([logged[number] for number in interval]) for interval in intervals]


def _mean(logged: list[dict[str, Any]]) -> dict[str, Any]:
    means = {name: sum(line[name] for line in logged) / len(logged) for name in ("mlm_loss", "nsp_loss")}
    return {"step": logged[-1]["step"], **means}


def needs_space(before: str, token: str) -> bool:
    """Whether running text has a space between two tokens; `##` marks a piece that continues a word."""
    if not before or (token.startswith("##") and len(token) > 2):
        return False
    last, first = before[-1], token[0]
    special = (token.startswith("[") and len(token) > 1) or (before.startswith("[") and len(before) > 1)
    if special:
        return True
    if is_east_asian(last) and is_east_asian(first):
        return False
    return not (token in CLOSING or before in OPENING)


def readable(tokens: list[str]) -> str:
    """Join tokens into readable text: words are put together, and there are no spaces in Chinese.

    >>> readable(["play", "##ing", ",", "she", "大", "熊"])
    'playing, she 大熊'
    """
    spaces = [needs_space(before, token) for before, token in zip(["", *tokens], tokens, strict=False)]
    shown = [token[2:] if token.startswith("##") and len(token) > 2 else token for token in tokens]
    return "".join(" " * space + text for space, text in zip(spaces, shown, strict=True))


def _chosen(total: int, count: int, seed: int) -> list[int]:
    """Draw `count` distinct numbers below `total` (or all, if there are fewer), in ascending order."""
    key = randomness.key("sample", seed)
    if 2 * count >= total:
        return np.sort(np.argsort(randomness.mix(key, np.arange(total)), kind="stable")[:count]).tolist()
    chosen: dict[int, None] = {}
    drawn = 0
    while len(chosen) < count:  # at least half of the draws give a new number
        words = randomness.mix(key, np.arange(drawn, drawn + 4 * count))
        chosen.update(dict.fromkeys(randomness.below(words, total).tolist()))
        drawn += 4 * count
    return sorted(list(chosen)[:count])


def _rows(parts: list[tuple[store.Location, int]], numbers: list[int], size: int) -> Iterator[dict[str, Any]]:
    """Yield the rows with these ascending numbers; opens each part once, and checks that ids are below `size`."""
    first = 0
    for path, count in parts:
        here = [number - first for number in numbers if first <= number < first + count]
        if here:
            table: pa.Table = store.read_part(path, count).take(pa.array(here))
            check_ids(table, tuple(name for name in ID_COLUMNS if name in table.column_names), size, path)
            yield from table.to_pylist()
        first += count


def _document(row: dict[str, Any], *_: Any) -> dict[str, Any]:
    return row


def _pair(row: dict[str, Any], vocabulary: Vocabulary, pairing: Pairing) -> dict[str, Any]:
    content: dict[str, Any] = {"is_next": row["is_next"], "label": pairing.label_in_words(row["is_next"])}
    for side in ("a", "b"):
        ids = row[f"ids_{side}"]
        tokens = [vocabulary.tokens[number] for number in ids]
        content[f"text_{side}"] = vocabulary.decode(ids).strip() if vocabulary.given else readable(tokens)
        names = ("document", "first_sentence", "sentence_count")
        where = {name: row[f"{name}_{side}"] for name in names}
        content[f"from_{side}"] = where if where["document"] is not None else None
    return content


def _example(row: dict[str, Any], vocabulary: Vocabulary, pairing: Pairing) -> dict[str, Any]:
    true_ids = dict(zip(row["masked_lm_positions"], row["masked_lm_ids"], strict=True))
    if vocabulary.given:
        tokens = _tokens(row["input_ids"], true_ids, vocabulary)
    else:
        tokens = [_token(shown, true_ids.get(place), vocabulary) for place, shown in enumerate(row["input_ids"])]
        # spaces around [MASK] are those of the masked token, so that the text reads naturally
        texts = [token["true"] if token["kind"] == "mask" else token["shown"] for token in tokens]
        for token, before, text in zip(tokens, ["", *texts], texts, strict=False):
            token["space"] = needs_space(before, text)
    names = ("pair", "next_sentence_label", "segment_b_start")
    is_next = None if row["next_sentence_label"] is None else row["next_sentence_label"] == 0
    return {**{name: row[name] for name in names}, "label": pairing.label_in_words(is_next), "tokens": tokens}


def _tokens(row: list[int], true_ids: dict[int, int], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The tokens of a row of a tokenizer other than BERT's, written as in WordPiece (`##`); each also has its `id`."""
    shown, true = np.array(row), np.array([true_ids.get(place, number) for place, number in enumerate(row)])
    special = ~vocabulary.is_ordinary[true]
    joins = vocabulary.joins(true) & ~special & ~np.append(True, special[:-1])
    names, true_names = vocabulary.names(shown, joins), vocabulary.names(true, joins)
    has_spaces = vocabulary.given is not None and vocabulary.given.pieces.has_spaces
    tokens = []
    for place, (name, number) in enumerate(zip(names, row, strict=True)):
        token = _token(number, true_ids.get(place), vocabulary)
        spaced = vocabulary.texts[true[place]].startswith(" ") if has_spaces else not joins[place]
        token |= {"id": number, "shown": name, "true": token["true"] and true_names[place]}
        token |= {"true_id": true_ids[place]} if place in true_ids else {}
        tokens.append({**token, "space": bool(place and (spaced or special[place] or special[place - 1]))})
    return tokens


def _token(shown: int, true: int | None, vocabulary: Vocabulary) -> dict[str, Any]:
    kind = None
    if true is not None:
        kind = "kept" if shown == true else "mask" if shown == vocabulary.mask_id else "random"
    return {
        "shown": vocabulary.tokens[shown],
        "special": not vocabulary.is_ordinary[shown],
        "true": None if true is None else vocabulary.tokens[true],
        "kind": kind,
    }


DECODERS: dict[str, Any] = {"segment": _document, "clean": _document, "build-pairs": _pair, "mask": _example}
