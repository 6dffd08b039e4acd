"""All splits of many words into pieces, as one lattice: nodes between characters, and an edge for each piece that matches.

        0 ──▁c── 1 ──a── 2 ──t── 3          ▁cat: three edges of one character each,
        └──────▁ca──────┘        │          and two more, so four paths from node 0 to node 3
                 └──────at───────┘

Words are concatenated, and all are processed in parallel: first the edges that end after the first character of each word, then
those after the second, and so on, each with a few operations on whole arrays. Probabilities are plain numbers, not logarithms,
which is why words are cut to `LONGEST` characters: the best path is then far from floating-point underflow.

Legend: E edges, R words (runs of characters), V nodes, K pieces.
"""

import itertools

import numpy as np

from ...core.ragged import offsets_of

LONGEST = 48


class Lattice:
    """Edges of pieces over words of given lengths, each word with a weight."""

    def __init__(
        self, lengths_R: np.ndarray, weights_R: np.ndarray, edges: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> None:
        """`edges` are start nodes, end nodes and pieces; word r has the nodes from `first_R[r]` to `last_R[r]`."""
        nodes = offsets_of(lengths_R + 1)
        self.first_R, self.last_R, self.weights_R = nodes[:-1], nodes[1:] - 1, weights_R
        self._count = int(nodes[-1])
        self._depth_V = np.arange(self._count) - np.repeat(self.first_R, lengths_R + 1)
        start_E, end_E, piece_E = edges
        order = np.lexsort((piece_E, end_E, self._depth_V[end_E]))
        self._start_E, self._end_E, self._piece_E = (each[order].astype(np.int32) for each in (start_E, end_E, piece_E))
        self._plan()

    def _plan(self) -> None:
        """Compute the order in which nodes are reached, from the start and from the end."""
        self._forward = _turns(self._depth_V[self._end_E], self._end_E)
        self._back = np.lexsort((self._start_E, -self._depth_V[self._start_E]))
        self._backward = _turns(-self._depth_V[self._start_E][self._back], self._start_E[self._back])

    def keep(self, alive_K: np.ndarray) -> None:
        """Keep only the edges of the marked pieces."""
        stays = alive_K[self._piece_E]
        self._start_E, self._end_E, self._piece_E = self._start_E[stays], self._end_E[stays], self._piece_E[stays]
        self._plan()

    def expected(self, probability_K: np.ndarray) -> np.ndarray:
        """The expected count of each piece over all paths, float64 [K]."""
        through_E = probability_K[self._piece_E]
        alpha, beta = np.zeros(self._count), np.zeros(self._count)
        alpha[self.first_R], beta[self.last_R] = 1, 1
        for begin, end, bounds in self._forward:
            sums = np.add.reduceat(alpha[self._start_E[begin:end]] * through_E[begin:end], bounds)
            alpha[self._end_E[begin:end][bounds]] = sums
        for begin, end, bounds in self._backward:
            edges = self._back[begin:end]
            sums = np.add.reduceat(beta[self._end_E[edges]] * through_E[edges], bounds)
            beta[self._start_E[edges][bounds]] = sums
        total = alpha[self.last_R]
        share_R = np.divide(self.weights_R, total, out=np.zeros(len(total)), where=total > 0)
        share_V = np.repeat(share_R, self.last_R - self.first_R + 1)
        often_E = alpha[self._start_E] * through_E * beta[self._end_E] * share_V[self._start_E]
        return np.bincount(self._piece_E, often_E, minlength=len(probability_K))

    def likeliest(self, score_K: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The best path through each word: its score, -inf if there is none, and the words and pieces of its edges."""
        through_E = score_K[self._piece_E]
        best_V, edge_V = np.full(self._count, -np.inf), np.zeros(self._count, np.int64)
        best_V[self.first_R] = 0
        for begin, end, bounds in self._forward:
            scores = best_V[self._start_E[begin:end]] + through_E[begin:end]
            highest = np.maximum.reduceat(scores, bounds)
            sizes = np.diff(bounds, append=end - begin)
            places = np.flatnonzero(scores == np.repeat(highest, sizes))
            owners = np.searchsorted(bounds, places, side="right") - 1
            owners, first = np.unique(owners, return_index=True)
            nodes = self._end_E[begin:end][bounds]
            best_V[nodes], edge_V[nodes[owners]] = highest, begin + places[first]
        return best_V[self.last_R], *self._walked(best_V, edge_V)

    def _walked(self, best_V: np.ndarray, edge_V: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        word = np.flatnonzero(np.isfinite(best_V[self.last_R]))
        node = self.last_R[word]
        words, pieces = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        while word.size:
            edges = edge_V[node]
            words.append(word)
            pieces.append(self._piece_E[edges])
            node = self._start_E[edges]
            going = node > self.first_R[word]
            word, node = word[going], node[going]
        return np.concatenate(words), np.concatenate(pieces)


def _turns(depth_E: np.ndarray, node_E: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
    """(start, end, starts of nodes' edges within) for each group of edges with equal depth; edges are sorted by depth."""
    bounds = np.append(np.flatnonzero(np.append(True, np.diff(depth_E) != 0)[: depth_E.size]), depth_E.size).tolist()
    return [
        (begin, end, np.flatnonzero(np.append(True, np.diff(node_E[begin:end]) != 0)))
        for begin, end in itertools.pairwise(bounds)
        if end > begin
    ]
