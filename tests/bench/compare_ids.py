"""Compare ids of sentences with those of `tokenizers` for the same tokenizer.json; exit code 1 if any differ.

    python tests/bench/compare_ids.py TEXT ... --vocab FOLDER --vocab FOLDER,cls=<x>,sep=<y> ...

A text has one sentence per line; sentences are taken from all texts in turns, up to `--limit` from each. If a sentence contains
the text of a special token such as `<s>`, which bertprep treats as text, the reference is a tokenizer without such tokens.
"""

import argparse
import itertools
import os
import sys
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import pyarrow as pa
from tokenizers import Tokenizer

from bertprep.vocab.vocabulary import Vocabulary
from bertprep.vocab.wordpiece import Encoder

TEXTS = 4000


class Compared:
    """One tokenizer, its counts, and its CPU seconds."""

    def __init__(self, asked: str) -> None:
        self.name, *roles = asked.split(",")
        folder = Path(self.name)
        self._ours = Vocabulary.load(folder, dict(role.split("=", 1) for role in roles))
        self._encoder = Encoder(self._ours)
        self._theirs = Tokenizer.from_file(str(folder / "tokenizer.json" if folder.is_dir() else folder))
        self._theirs.no_truncation()
        self._theirs.no_padding()
        self._stay_text = (
            self._ours.given.stay_text if self._ours.given else ("[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]")
        )
        self.sentences, self.apart, self.different = 0, 0, []
        self.seconds, self.seconds_theirs = 0.0, 0.0

    def look_at(self, texts: list[str]) -> None:
        """Compare these texts too."""
        begin = time.process_time()
        ids, offsets = self._encoder.encode(pa.array(texts))
        middle = time.process_time()
        expected = [each.ids for each in self._theirs.encode_batch_fast(texts, add_special_tokens=False)]
        self.seconds, self.seconds_theirs = (
            self.seconds + middle - begin,
            self.seconds_theirs + time.process_time() - middle,
        )
        rows = [ids[first:stop].tolist() for first, stop in itertools.pairwise(offsets)]
        for text, row, theirs in zip(texts, rows, expected, strict=True):
            if any(token in text for token in self._stay_text):
                self.apart += 1
                theirs = self._ours.encode_one(text)
            if row != theirs:
                self.different.append(text)
        self.sentences += len(texts)

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.sentences:,} sentences, {len(self.different):,} with other ids "
            f"({self.apart:,} with special tokens); {self.seconds:.1f} s of CPU beside {self.seconds_theirs:.1f} s"
        )


def in_turns(paths: list[Path], limit: int) -> list[str]:
    """Sentences of all texts in turns, each once."""
    lines = [list(dict.fromkeys(path.read_text(encoding="utf-8").split("\n")))[:limit] for path in paths]
    return [line for row in itertools.zip_longest(*lines) for line in row if line is not None]


def main() -> int:
    """Compare, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--vocab", action="append", required=True)
    parser.add_argument("--limit", type=int, default=sys.maxsize)
    asked = parser.parse_args()
    texts = in_turns(asked.texts, asked.limit)
    found = [Compared(vocab) for vocab in asked.vocab]
    print(f"{len(texts):,} sentences of {len(asked.texts)} texts", flush=True)
    for each in found:
        for first in range(0, len(texts), TEXTS):
            each.look_at(texts[first : first + TEXTS])
        print(each, *map(ascii, each.different[:5]), sep="\n    ", flush=True)
    print(
        f"{sum(each.sentences for each in found):,} comparisons, {sum(len(each.different) for each in found):,} differ"
    )
    return any(each.different for each in found)


if __name__ == "__main__":
    sys.exit(main())
