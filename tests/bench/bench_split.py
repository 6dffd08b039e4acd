"""Splitting sentences: speed into Arrow beside sentencex, and boundary F1 on gold files beside other libraries.

    python tests/bench/bench_split.py --speed ENGLISH CHINESE ... [--rounds 5]
    python tests/bench/bench_split.py --gold GOLD.jsonl ...

Speed: files of text (plain, or JSON lines with a field `text`), each repeated to --megabytes. In each round ours and
sentencex (fed by line, its sentences put into an Arrow column too) take turns on the same column of documents; printed
are MB/s of CPU time, the ratio, and the spread of both over the rounds.

Gold: JSON lines with `lang`, `text` and `sentences`. A boundary is the number of characters before it that are no white
space; the end of a document and line ends, which force one, do not count. Splitters that are not importable here
(sentencex, nupunkt, PyICU, pysbd) are left out.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from bertprep.sentences import language, split

Splitter = Callable[[str, str], list[str]]
DOCUMENT_CHARACTERS = 4000


# speed


def documents(path: str, megabytes: float) -> pa.Array:
    """The texts of a file in documents of some 4,000 characters at most, over and over up to a size."""
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
    """What a library makes of each line, as a column of lists."""
    return pa.array([[s for line in text.split("\n") for s in segment(code, line)] for text in texts.to_pylist()])


def rate(work: Callable[[], object], megabytes: float) -> float:
    """MB of text per second of CPU time."""
    started = time.process_time()
    work()
    return megabytes / (time.process_time() - started)


def measure_speed(path: str, megabytes: float, rounds: int) -> None:
    texts = documents(path, megabytes)
    size = sum(len(text.as_buffer()) for text in texts) / 1e6
    code = language.detect(texts)[0].as_py()
    codes = pa.array([code] * len(texts))
    segment = library("sentencex")
    ours, theirs = [], []
    split.split(texts.slice(0, 100), codes.slice(0, 100))
    for _ in range(rounds):
        ours.append(rate(lambda: split.split(texts, codes), size))
        if segment:
            theirs.append(rate(lambda: by_library(lambda lang, text: segment(text, lang), texts, code), size))
    print(f"{Path(path).name}: {size:.0f} MB, language {code}")
    print(f"  ours       {spread(ours)} MB/s")
    if theirs:
        print(f"  sentencex  {spread(theirs)} MB/s")
        print(f"  ratio      {spread([one / other for one, other in zip(ours, theirs, strict=True)])}")


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} (from {min(values):.1f} to {max(values):.1f})"


# quality


def library(name: str) -> Splitter | None:
    """A function of a text and a language, or None where the library is not here."""
    try:
        if name == "sentencex":
            import sentencex

            return lambda text, code: sentencex.segment(code, text)
        if name == "nupunkt":
            import nupunkt

            return lambda text, code: nupunkt.sent_tokenize(text)
        if name == "pysbd":
            import pysbd

            return lambda text, code: pysbd.Segmenter(code, clean=False).segment(text)
        import icu
    except ImportError:
        return None
    return lambda text, code: by_icu(icu, text, code)


def by_icu(icu: object, text: str, code: str) -> list[str]:
    breaks = icu.BreakIterator.createSentenceInstance(icu.Locale(code))  # type: ignore[attr-defined]
    whole = icu.UnicodeString(text)  # type: ignore[attr-defined]
    breaks.setText(whole)
    start, found = 0, []
    for stop in breaks:
        found.append(str(whole[start:stop]))
        start = stop
    return found


def ours(text: str, code: str) -> list[str]:
    return split.split(pa.array([text]), pa.array([code]))[0].as_py()


def boundaries(sentences: Iterator[str]) -> set[int]:
    """How many characters, white space not counted, stand before the end of each sentence."""
    ends, count = set(), 0
    for sentence in sentences:
        count += len("".join(sentence.split()))
        ends.add(count)
    return ends


def f1(rows: list[dict], splitter: Splitter) -> float:
    """Harmonic mean of precision and recall of the boundaries inside lines, in percent."""
    right = found = wanted = 0
    for row in rows:
        text, code = row["text"], row["lang"]
        forced = boundaries(iter(text.split("\n"))) | {0}
        predicted = (s for line in text.split("\n") if line.strip() for s in splitter(line, code))
        gold, guess = boundaries(iter(row["sentences"])) - forced, boundaries(predicted) - forced
        right, found, wanted = right + len(gold & guess), found + len(guess), wanted + len(gold)
    return 200 * right / (found + wanted) if found + wanted else 100.0


def measure_quality(paths: list[str], names: list[str]) -> None:
    splitters = {"ours": ours, **{name: found for name in names if (found := library(name))}}
    print("".join([f"{'F1':24}", *(f"{name:>12}" for name in splitters)]))
    for path in paths:
        rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        values = []
        for splitter in splitters.values():
            try:
                values.append(f"{f1(rows, splitter):12.2f}")
            except (ValueError, KeyError):  # a language that a library refuses
                values.append(f"{'-':>12}")
        print("".join([f"{Path(path).stem:24}", *values]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", nargs="+", default=[], metavar="TEXT")
    parser.add_argument("--gold", nargs="+", default=[], metavar="GOLD")
    parser.add_argument("--megabytes", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beside", nargs="*", default=["sentencex", "nupunkt", "icu"])
    asked = parser.parse_args()
    for path in asked.speed:
        measure_speed(path, asked.megabytes, asked.rounds)
    if asked.gold:
        measure_quality(asked.gold, asked.beside)


if __name__ == "__main__":
    main()
