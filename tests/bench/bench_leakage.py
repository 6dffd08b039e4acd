#!/usr/bin/env python3
"""How well the label of a pair can be predicted without reading it: AUC of a classifier with superficial features.

    bench_leakage.py PAIRS... --sentences SENTENCES [--sees outside|styles|sources] [--source source]

By default, features are the lengths of A, of B and of both, whether A and B begin and end at the edge of a sentence, and the
kinds of their first and last tokens (word, piece of a word, capital, number, punctuation, special). With `--sees styles`, they
are the styles of quotation marks, apostrophes, dashes, digits, scripts and letters in A and in B; with `--sees sources`, the
sources of A and B, by the column that --source names. A model that can predict labels this way learns that instead of language.
0.50 is chance; the standard error for n pairs is about 0.29 * (4 / n) ** 0.5.

The classifier is gradient-boosted trees in five-fold cross-validation; give ten folders made with ten seeds, or one folder, for
which ten different splits into folds are used. Prints the mean of all. Needs scikit-learn.
"""

import argparse
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from tables import table

from bertprep import store
from bertprep.core.ragged import flat_and_offsets
from bertprep.verify.styles import Styles
from bertprep.vocab.vocabulary import Vocabulary
from bertprep.vocab.wordpiece import Encoder

WORD, PIECE, CAPITAL, NUMBER, PUNCTUATION, SPECIAL = range(6)


def kind_of(token: str, ordinary: bool) -> int:
    if not ordinary:
        return SPECIAL
    if token.startswith("##") and len(token) > 2:
        return PIECE
    if token[0].isnumeric():
        return NUMBER
    if token[0].isupper():
        return CAPITAL
    return PUNCTUATION if unicodedata.category(token[0])[0] in "PS" else WORD


def read(folder: str, split: str) -> pa.Table:
    parts = store.read_manifest(folder).parts(split)
    return pa.concat_tables([store.read_part(path) for path, _ in parts]).combine_chunks()


class Sentences:
    """The token ids of the sentences of a folder, by document."""

    def __init__(self, folder: str, split: str, vocabulary: Vocabulary) -> None:
        table = read(folder, split)
        lists = table["sentences"].combine_chunks()
        self.ids, self.offsets = Encoder(vocabulary).encode(lists.flatten())
        names = table["document_id"].to_pylist()
        self.first = dict(zip(names, lists.offsets.to_numpy()[:-1].tolist(), strict=True))

    def tokens(self, document: str, first: int, count: int) -> np.ndarray:
        place = self.first[document] + first
        return self.ids[self.offsets[place] : self.offsets[place + count]]


def features(pairs: pa.Table, sentences: Sentences, vocabulary: Vocabulary) -> np.ndarray:
    """One row per pair: lengths, then for each side whether its ends are those of sentences, and the kinds of its ends."""
    kinds = np.array([kind_of(*each) for each in zip(vocabulary.tokens, vocabulary.is_ordinary, strict=True)])
    columns = []
    for side in "ab":
        flat, offsets = flat_and_offsets(pairs[f"ids_{side}"])
        where = [pairs[f"{name}_{side}"].to_pylist() for name in ("document", "first_sentence", "sentence_count")]
        columns += [np.diff(offsets), kinds[flat[offsets[:-1]]], kinds[flat[offsets[1:] - 1]]]
        edges = np.ones((len(pairs), 2), bool)
        for row, place in enumerate(zip(*where, strict=True)):
            whole, ids = sentences.tokens(*place), flat[offsets[row] : offsets[row + 1]]
            if len(whole) != len(ids):
                edges[row] = (whole[: len(ids)] == ids).all(), (whole[len(whole) - len(ids) :] == ids).all()
        columns += [edges[:, 0], edges[:, 1]]
    return np.column_stack([*columns, columns[0] + columns[5]]).astype(float)


def style_features(pairs: pa.Table, vocabulary: Vocabulary) -> np.ndarray:
    """For each kind of character, the styles in A, those in B, and whether they have one in common."""
    styles = Styles(vocabulary)
    columns = []
    for a, b in zip(*(styles.of_sides(flat_and_offsets(pairs[f"ids_{side}"])) for side in "ab"), strict=True):
        columns += [a, b, (a & b) > 0]
    return np.column_stack(columns).astype(float)


def source_features(pairs: pa.Table, documents: pa.Table, source: str) -> np.ndarray:
    """The index of A's source, that of B's, and whether they are the same."""
    codes = documents[source].combine_chunks().dictionary_encode().indices.to_numpy()
    of = dict(zip(documents["document_id"].to_pylist(), codes.tolist(), strict=True))
    a, b = (np.array([of[name] for name in pairs[f"document_{side}"].to_pylist()]) for side in "ab")
    return np.column_stack([a, b, a == b]).astype(float)


def auc(x: np.ndarray, is_next: np.ndarray, seed: int) -> tuple[float, float]:
    """AUC, and accuracy."""
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = HistGradientBoostingClassifier(max_iter=60, random_state=seed)
    told = cross_val_predict(model, x, is_next, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(is_next, told)), float(((told > 0.5) == is_next).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--sentences", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--sees", choices=("outside", "styles", "sources"), default="outside")
    parser.add_argument("--source", default="source_group")
    arguments = parser.parse_args()
    vocabulary = Vocabulary.load(Path(arguments.pairs[0]) / "vocab")
    documents = read(arguments.sentences, arguments.split)
    see = {
        "outside": lambda pairs: features(pairs, sentences, vocabulary),
        "styles": lambda pairs: style_features(pairs, vocabulary),
        "sources": lambda pairs: source_features(pairs, documents, arguments.source),
    }[arguments.sees]
    sentences = Sentences(arguments.sentences, arguments.split, vocabulary) if arguments.sees == "outside" else None
    rows: list[tuple[float, ...]] = []
    for number, folder in enumerate(arguments.pairs):
        pairs = read(folder, arguments.split)
        is_next = pairs["is_next"].to_numpy()
        if is_next.all() or len(pairs) < 100:
            sys.exit(f"{folder}: too few pairs to judge")
        x = see(pairs)
        for seed in range(10 if arguments.sees == "outside" else 2) if len(arguments.pairs) == 1 else [number]:
            area, right = auc(x, is_next, seed)
            rows.append((len(pairs), is_next.mean(), area, right))
            print(f"{folder}: AUC {area:.4f}", file=sys.stderr, flush=True)
    count, adjacent, area, right = np.mean(rows, axis=0)
    error = np.std(rows, axis=0)[2] / (len(rows) - 1) ** 0.5
    areas = [each[2] for each in rows]
    figures = [
        f"{count:,.0f}",
        f"{adjacent:.1%}",
        f"{area:.4f}",
        f"{error:.4f}",
        f"{min(areas):.4f} to {max(areas):.4f}",
    ]
    columns = ["", "pairs", "adjacent", "AUC", "standard error", "lowest and highest", "labels guessed right"]
    print(table(columns, [[f"mean of {len(rows)}", *figures, f"{right:.1%}"]]))


if __name__ == "__main__":
    main()
