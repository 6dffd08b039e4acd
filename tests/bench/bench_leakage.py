#!/usr/bin/env python3
"""How well the label of a pair can be told without reading it: AUC of a classifier that sees only the pair's outside.

    bench_leakage.py PAIRS... --sentences SENTENCES

It sees the lengths of A, of B and of both, whether A and B begin and end at the edge of a sentence, and of what kind their
first and last tokens are (word, piece of a word, capital, number, punctuation, special). A model that can tell labels
this way learns that instead of language. 0.50 is chance; a standard error for n pairs is about 0.29 * (4 / n) ** 0.5.

Each folder is judged by gradient-boosted trees in five-fold cross-validation; give ten folders made with ten seeds, or one
folder, which is then cut into folds in ten ways. Prints one line a folder and the mean. Needs scikit-learn.
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

from bertprep import store
from bertprep.core.ragged import flat_and_offsets
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
    """One row a pair: lengths, then for each side whether its ends are a sentence's, and the kinds of its ends."""
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


def auc(x: np.ndarray, is_next: np.ndarray, seed: int) -> float:
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = HistGradientBoostingClassifier(max_iter=60, random_state=seed)
    told = cross_val_predict(model, x, is_next, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(is_next, told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--sentences", required=True)
    parser.add_argument("--split", default="train")
    arguments = parser.parse_args()
    vocabulary = Vocabulary.load(Path(arguments.pairs[0]) / "vocab")
    sentences = Sentences(arguments.sentences, arguments.split, vocabulary)
    found = []
    for number, folder in enumerate(arguments.pairs):
        pairs = read(folder, arguments.split)
        is_next = pairs["is_next"].to_numpy()
        if is_next.all() or len(pairs) < 100:
            sys.exit(f"{folder}: too few pairs to judge")
        x = features(pairs, sentences, vocabulary)
        for seed in range(10) if len(arguments.pairs) == 1 else [number]:
            found.append(auc(x, is_next, seed))
            print(f"{folder}: {len(pairs):,} pairs, {is_next.mean():.1%} adjacent, AUC {found[-1]:.4f}", flush=True)
    print(f"mean AUC {np.mean(found):.4f}, standard error {np.std(found) / (len(found) - 1) ** 0.5:.4f}")


if __name__ == "__main__":
    main()
