"""Sentence splitting: speed compared with sentencex, and boundary F1 on gold files compared with several libraries.

    python tests/bench/bench_split.py --speed ENGLISH CHINESE ... [--rounds 5]
    python tests/bench/bench_split.py --gold GOLD.jsonl de_gsd-dev.conllu ... [--sentences 2000]

Speed: files of text (plain, or JSON lines with a field `text`), each repeated to --megabytes. In each round, ours and sentencex
(called for each line, with its sentences put into an Arrow column too) take turns on the same column of documents. Prints MB per
CPU-second, the ratio, and the spread of both over the rounds.

Gold: files that `gold.py` reads, JSON lines or treebanks. A boundary is identified by the number of characters before it, without
white space; the end of a document and line breaks, which force a boundary, do not count. Splitters that are not installed
(sentencex, nupunkt, PyICU, blingfire, pysbd, yasbd) are left out; - means that a splitter does not support a language.
"""

import argparse
import functools
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from gold import Gold, read_gold
from tables import ratios, spread, table

from bertprep.sentences import language, split

Splitter = Callable[[str, str], list[str]]
LIBRARIES = ("sentencex", "nupunkt", "icu", "blingfire", "pysbd", "yasbd")
DOCUMENT_CHARACTERS = 4000


# speed


def documents(path: str, megabytes: float) -> pa.Array:
    """The texts of a file in documents of at most about 4,000 characters, repeated up to a size."""
    text = Path(path).read_text("utf-8")
    if text.startswith("{"):
        text = "\n".join(json.loads(line)["text"] for line in text.splitlines())
    held: list[str] = [""]
    for line in text.split("\n"):
        if len(held[-1]) > DOCUMENT_CHARACTERS:
            held.append("")
        held[-1] += line + "\n"
    size = sum(len(one.encode()) for one in held)
    return pa.array(held * max(1, round(megabytes * 1e6 / size)))


def by_library(segment: Splitter, texts: pa.Array, code: str) -> pa.ListArray:
    """The sentences of a library for each line, as a column of lists."""
    return pa.array([[s for line in text.split("\n") for s in segment(line, code)] for text in texts.to_pylist()])


def rate(work: Callable[[], object], megabytes: float) -> float:
    """MB of text per second of CPU time."""
    started = time.process_time()
    work()
    return megabytes / (time.process_time() - started)


def speed_row(path: str, megabytes: float, rounds: int) -> list[str]:
    texts = documents(path, megabytes)
    size = sum(len(text.as_buffer()) for text in texts) / 1e6
    code = language.detect(texts)[0].as_py()
    codes = pa.array([code] * len(texts))
    segment = library("sentencex")
    mine, beside = [], []
    split.split(texts.slice(0, 100), codes.slice(0, 100))
    for _ in range(rounds):
        mine.append(rate(lambda: split.split(texts, codes), size))
        if segment:
            beside.append(rate(lambda: by_library(segment, texts, code), size))
    row = [f"{Path(path).stem}, {size:.0f} MB, language {code}", spread(mine)]
    return [*row, *((spread(beside), spread(ratios(mine, beside))) if beside else ("-", "-"))]


# quality


def sentencex_splitter() -> Splitter:
    import sentencex

    return lambda text, code: sentencex.segment(code, text)


def nupunkt_splitter() -> Splitter:
    import nupunkt

    return lambda text, code: nupunkt.sent_tokenize(text)


def pysbd_splitter() -> Splitter:
    import pysbd

    segmenter = functools.cache(lambda code: pysbd.Segmenter(code, clean=False))
    return lambda text, code: segmenter(code).segment(text)


def yasbd_splitter() -> Splitter:
    import yasbd

    detector = functools.cache(lambda code: yasbd.BoundaryDetector(lang=code))
    return lambda text, code: list(detector(code).segment(text))


def blingfire_splitter() -> Splitter:
    import blingfire

    return lambda text, code: blingfire.text_to_sentences(text).split("\n")


def icu_splitter() -> Splitter:
    import icu

    def segment(text: str, code: str) -> list[str]:
        breaks = icu.BreakIterator.createSentenceInstance(icu.Locale(code))
        whole = icu.UnicodeString(text)
        breaks.setText(whole)
        bounds = [0, *breaks]
        return [str(whole[start:stop]) for start, stop in itertools.pairwise(bounds)]

    return segment


def library(name: str) -> Splitter | None:
    """A function of a text and a language, or None if the library is not installed."""
    try:
        return globals()[f"{name}_splitter"]()
    except ImportError:
        return None


def ours(documents: list[Gold]) -> list[list[str]]:
    texts = pa.array([document.text for document in documents])
    return split.split(texts, pa.array([document.language for document in documents])).to_pylist()


def theirs(documents: list[Gold], splitter: Splitter) -> list[list[str]]:
    """The sentences of each document by a library, called for each line, since a line break forces a boundary."""
    return [
        [part for line in document.text.split("\n") if line.strip() for part in splitter(line, document.language)]
        for document in documents
    ]


def boundaries(sentences: list[str]) -> set[int]:
    """The number of characters before the end of each sentence, without white space."""
    return set(itertools.accumulate(len("".join(sentence.split())) for sentence in sentences))


def f1(documents: list[Gold], predicted: list[list[str]]) -> float:
    """Harmonic mean of precision and recall of the boundaries inside lines, in percent."""
    right = found = wanted = 0
    for document, sentences in zip(documents, predicted, strict=True):
        forced = boundaries(document.text.split("\n")) | {0}
        gold, guess = boundaries(document.sentences) - forced, boundaries(sentences) - forced
        right, found, wanted = right + len(gold & guess), found + len(guess), wanted + len(gold)
    return 200 * right / (found + wanted) if found + wanted else 100.0


def measure_quality(paths: list[str], names: list[str], most: int) -> None:
    splitters = {name: found for name in names if (found := library(name))}
    rows = []
    for path in paths:
        documents = read_gold(Path(path), most)
        cells = [f"{f1(documents, ours(documents)):.2f}"]
        for splitter in splitters.values():
            try:
                cells.append(f"{f1(documents, theirs(documents, splitter)):.2f}")
            except Exception:  # unsupported language; every library raises another error
                cells.append("-")
        rows.append([Path(path).stem, *cells])
    print(table(["F1", "ours", *splitters], rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", nargs="+", default=[], metavar="TEXT")
    parser.add_argument("--gold", nargs="+", default=[], metavar="GOLD")
    parser.add_argument("--megabytes", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beside", nargs="*", default=LIBRARIES)
    parser.add_argument("--sentences", type=int, default=2000, help="of each gold file at most")
    asked = parser.parse_args()
    if asked.speed:
        rows = [speed_row(path, asked.megabytes, asked.rounds) for path in asked.speed]
        print(table(["text", "bertprep, MB/s", "sentencex, MB/s", "times sentencex"], rows))
    if asked.gold:
        measure_quality(asked.gold, asked.beside, asked.sentences)


if __name__ == "__main__":
    main()
