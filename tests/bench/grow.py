"""Grow a corpus to any size for benchmarks, so that its vocabulary grows like that of real text.

    python tests/bench/grow.py CORPUS... --megabytes 500 > big.jsonl

CORPUS is anything that `bertprep segment` reads. Documents are written repeatedly as JSON lines; from the second round on, rare
words of the corpus get an ending that identifies the round. The same arguments give the same output.
"""

import argparse
import collections
import itertools
import json
import re
import sys
import tempfile

from bertprep import store
from bertprep.processes.runner import Execution
from bertprep.sentences.job import segment
from bertprep.sentences.settings import SegmentSettings

WORD = re.compile(r"[A-Za-z\u00C0-\u024F\u0370-\u052F]{4,}")  # in scripts with spaces between words
RARE = 5  # occurrences in the corpus, at most


def texts_of(corpus: list[str]) -> list[str]:
    """The corpus as texts, one per document, with spaces between sentences."""
    with tempfile.TemporaryDirectory() as folder:
        segment(corpus, folder, SegmentSettings(), Execution(workers=1, overwrite=True))
        manifest = store.read_manifest(folder)
        parts = [path for split in store.SPLITS for path, _ in manifest.parts(split)]
        return [" ".join(row) for path in parts for row in store.read_part(path)["sentences"].to_pylist()]


def ending(turn: int) -> str:
    """Letters that identify a round: a, b, ... z, ba, bb, ..."""
    letters = ""
    while turn:
        turn, digit = divmod(turn, 26)
        letters = chr(97 + digit) + letters
    return letters


def around_rare(text: str, seen: collections.Counter[str]) -> list[bytes]:
    """The text as JSON, cut after each rare word, so that a round only joins the pieces with its ending."""
    cuts = [match.end() for match in WORD.finditer(text) if seen[match[0]] <= RARE]
    spans = itertools.pairwise([0, *cuts, len(text)])
    return [json.dumps(text[start:stop], ensure_ascii=False)[1:-1].encode() for start, stop in spans]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--megabytes", type=float, required=True)
    asked = parser.parse_args()
    texts = texts_of(asked.corpus)
    seen = collections.Counter(word for text in texts for word in WORD.findall(text))
    cut_texts = [around_rare(text, seen) for text in texts]
    written = 0
    for turn in itertools.count():
        letters = ending(turn).encode()
        for number, pieces in enumerate(cut_texts):
            line = b'{"id": "%d-%d", "text": "%s"}\n' % (number, turn, letters.join(pieces))
            written += sys.stdout.buffer.write(line)
            if written >= asked.megabytes * 1e6:
                return


if __name__ == "__main__":
    main()
