"""Wikitext to prose: articles and MB per second on one core, compared with WikiExtractor, and the markup that is left.

    python tests/bench/bench_extract.py DUMP.xml[.bz2] [--rounds 5] [--wikiextractor COMMAND]

Ours is timed within one process, on pages already read; reading the XML is timed separately. WikiExtractor, if its command is
available, runs as its own process on the plain XML (`--processes 1 --json`), in turns with ours; its time is the CPU time of that
process and its children, minus that of the same command on a dump without pages. It is under the AGPL; it is only run here, and
not required. Articles are pages of namespace 0 that are not redirects; MB are those of their wikitext.

Pieces of markup are counted by the checker of the tests, in both outputs.
"""

import argparse
import bz2
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from markup import pieces
from tables import ratios, spread, table

from bertprep.corpus.wikipedia import pages as wikipedia
from bertprep.corpus.wikipedia.wikitext import plain_text


def extract_with(command: str, xml: Path, output: Path) -> float:
    """CPU seconds of WikiExtractor on a plain dump."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(output, ignore_errors=True)
    subprocess.run([command, str(xml), "-o", str(output), "--json", "--processes", "1", "-q"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def texts_in(folder: Path) -> list[str]:
    lines = (line for path in sorted(folder.rglob("wiki_*")) for line in path.read_text("utf-8").splitlines())
    return [text for line in lines if (text := json.loads(line)["text"])]


def row(name: str, seconds: list[float], articles: int, megabytes: float, texts: list[str], show: int) -> list[str]:
    """Speeds, and the amount of markup that is left, by kind."""
    left = [piece for text in texts for piece in pieces(text)]
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(kind for kind, _ in left).most_common())
    for kind, around in left[:show]:
        print(f"    {kind}: {around!r}", file=sys.stderr)
    rates = [spread([amount / each for each in seconds]) for amount in (articles, megabytes)]
    return [name, *rates, f"{sum(len(text.split()) for text in texts):,}", f"{len(left)}{': ' * bool(kinds)}{kinds}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wikiextractor", default=shutil.which("wikiextractor"), metavar="COMMAND")
    parser.add_argument("--show", type=int, default=0, help="show so many pieces of markup left")
    asked = parser.parse_args()
    data = Path(asked.dump).read_bytes()
    data = bz2.decompress(data) if asked.dump.endswith(".bz2") else data
    site = wikipedia.read_site(data[: data.find(b"</siteinfo>")])
    started = time.process_time()
    found = list(wikipedia.pages(iter([data])))
    rate = len(data) / 1e6 / (time.process_time() - started)
    wikitexts = [page.text for page in found if page.namespace == 0 and not page.is_redirect]
    megabytes = sum(len(text.encode()) for text in wikitexts) / 1e6
    print(f"{len(wikitexts)} articles, {megabytes:.1f} MB of wikitext; the XML is read at {rate:.0f} MB/s.\n")

    ours, theirs, others = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        xml, empty = Path(folder, "dump.xml"), Path(folder, "empty.xml")
        xml.write_bytes(data)
        empty.write_bytes(data[: data.find(b"<page>")] + b"</mediawiki>")
        for _ in range(asked.rounds):
            started = time.process_time()
            texts = [plain_text(text, site) for text in wikitexts]
            ours.append(time.process_time() - started)
            if asked.wikiextractor:
                idle = extract_with(asked.wikiextractor, empty, Path(folder, "none"))
                theirs.append(extract_with(asked.wikiextractor, xml, Path(folder, "out")) - idle)
        others = texts_in(Path(folder, "out")) if asked.wikiextractor else []
    rows = [row("bertprep", ours, len(wikitexts), megabytes, texts, asked.show)]
    if theirs:
        rows.append(row("WikiExtractor", theirs, len(wikitexts), megabytes, others, 0))
    print(table(["", "articles/s", "MB/s of wikitext", "words", "pieces of markup left"], rows))
    if theirs:
        print(f"\n{spread(ratios(theirs, ours))} times WikiExtractor.")


if __name__ == "__main__":
    main()
