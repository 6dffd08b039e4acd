"""Long documents in every format, for `bench_load.py`: JSON lines, Parquet, Arrow, CSV and text of the same books.

    python tests/bench/long_documents.py CORPUS.jsonl --megabytes 1000 -o FOLDER [--book 500000]

Joins texts of CORPUS, JSON lines (`grow.py` makes them), to books of --book bytes. Parquet is written with the defaults of
pyarrow, which put a thousand rows into a page, however long they are: the most difficult case.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def books(corpus: Path, megabytes: float, size: int) -> Iterator[str]:
    """Join texts of JSON lines to books, up to `megabytes` in total."""
    held, held_bytes, left = [], 0, megabytes * 1e6
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"].replace("\n", " ")
            held.append(text)
            held_bytes += len(text.encode()) + 1
            if held_bytes >= size:
                yield "\n".join(held)
                left -= held_bytes
                held, held_bytes = [], 0
            if left <= 0:
                return


def write_all(texts: list[str], folder: Path) -> None:
    """Write the same books as books.jsonl, books.parquet, books.arrow, books.csv and books.txt."""
    table = pa.table({"text": texts})
    pq.write_table(table, folder / "books.parquet", compression="zstd")
    with pa.ipc.new_file(folder / "books.arrow", table.schema) as file:
        file.write_table(table)
    with open(folder / "books.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], *([text] for text in texts)])
    with open(folder / "books.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    (folder / "books.txt").write_text("\n\n".join(texts), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--megabytes", type=float, required=True)
    parser.add_argument("--book", type=int, default=500_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    write_all(list(books(asked.corpus, asked.megabytes, asked.book)), asked.output)


if __name__ == "__main__":
    main()
