"""From sentences to masked examples: our two commands compared with common alternatives.

    python tests/bench/bench_beside.py SENTENCES VOCAB [--megabytes 50]

Each makes next-sentence pairs of length 128 and masks 15% of their tokens, on one thread, from the same documents:

    bertprep      `build-pairs` and `mask`, whole processes including input and output
    plain         ids by `encode_batch_fast`, then the published procedure in plain Python, pair by pair and token by token;
                  nothing is written (the published script also tokenizes in plain Python, which takes longer)
    datasets      ids and pairs by batched `Dataset.map`, masks by the collator of `transformers` in a DataLoader

Prints MB of text per CPU-second and the ratio of CPU times.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

import datasets
import tokenizers
from bench_pairs import cpu_seconds
from tables import table
from torch.utils.data import DataLoader
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "pairs"))
from test_original_pairing import plain_pairs

from bertprep import store

LENGTH = 128
Document = list[list[int]]  # token ids, sentence by sentence


def encoded(documents: list[list[str]], vocab: str) -> list[Document]:
    tokenizer = tokenizers.Tokenizer.from_file(f"{vocab}/tokenizer.json")
    found = []
    for sentences in documents:
        ids = [each.ids for each in tokenizer.encode_batch_fast(sentences, add_special_tokens=False)]
        found.append([each for each in ids if each])
    return [document for document in found if document]


def truncated(a: list[int], b: list[int], draws: random.Random) -> tuple[list[int], list[int]]:
    """Remove one token at a time from the longer side, from its front or back at random."""
    while len(a) + len(b) > LENGTH - 3:
        side = a if len(a) > len(b) else b
        del side[0 if draws.random() < 0.5 else -1]
    return a, b


def pairs_of(documents: list[Document], draws: random.Random) -> list[dict]:
    """Rows `[CLS] A [SEP] B [SEP]` by the published procedure."""
    lengths = [[len(ids) for ids in document] for document in documents]
    rows = []
    for *sides, is_random in plain_pairs(lengths, LENGTH - 3, 0.1, draws):
        a, b = ([token for number, place in side for token in documents[number][place]] for side in sides)
        a, b = truncated(a, b, draws)
        rows.append(
            {
                "input_ids": [2, *a, 3, *b, 3],
                "token_type_ids": [0] * (len(a) + 2) + [1] * (len(b) + 1),
                "next_sentence_label": int(is_random),
            }
        )
    return rows


def plain(documents: list[list[str]], vocab: str) -> int:
    """The published procedure; returns the number of masked tokens."""
    draws, masked = random.Random(0), 0
    size = tokenizers.Tokenizer.from_file(f"{vocab}/tokenizer.json").get_vocab_size()
    for row in pairs_of(encoded(documents, vocab), draws):
        ids = row["input_ids"]
        places = [place for place, token in enumerate(ids) if token not in (2, 3)]
        draws.shuffle(places)
        chosen = sorted(places[: max(1, round(0.15 * len(ids)))])
        labels = [ids[place] for place in chosen]
        for place in chosen:
            if draws.random() < 0.8:
                ids[place] = 4
            elif draws.random() < 0.5:
                ids[place] = draws.randint(0, size - 1)
        masked += len(labels)
    return masked


def by_datasets(documents: list[list[str]], vocab: str) -> int:
    """`Dataset.map` and the collator; returns the number of batches."""
    with tempfile.TemporaryDirectory() as folder:
        text = datasets.Dataset.from_dict({"sentences": documents})
        ids = text.map(
            lambda batch: {"ids": encoded(batch["sentences"], vocab)},
            batched=True,
            remove_columns=["sentences"],
            cache_file_name=f"{folder}/ids.arrow",
        )

        def pair(batch: dict) -> dict:
            rows = pairs_of(batch["ids"], random.Random(0))
            return {name: [row[name] for row in rows] for name in rows[0]}

        pairs = ids.map(pair, batched=True, remove_columns=["ids"], cache_file_name=f"{folder}/pairs.arrow")
        collator = DataCollatorForLanguageModeling(PreTrainedTokenizerFast.from_pretrained(vocab), mlm_probability=0.15)
        return sum(1 for _ in DataLoader(pairs, batch_size=256, shuffle=True, collate_fn=collator))


def some_documents(folder: str, megabytes: float) -> tuple[list[list[str]], float]:
    """The first documents of a folder, and the size of their text in MB."""
    documents: list[list[str]] = []
    size = 0
    for path, _ in store.read_manifest(folder, "segment").parts("train"):
        for sentences in store.read_part(path)["sentences"].to_pylist():
            documents.append(sentences)
            size += sum(len(sentence.encode()) for sentence in sentences)
            if size >= megabytes * 1e6:
                return documents, size / 1e6
    return documents, size / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("vocab")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--road", choices=["plain", "datasets"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    datasets.disable_progress_bars()
    documents, size = some_documents(asked.sentences, asked.megabytes)
    if asked.road:
        (plain if asked.road == "plain" else by_datasets)(documents, asked.vocab)
        return
    again = [sys.executable, __file__, asked.sentences, asked.vocab, "--megabytes", str(asked.megabytes), "--road"]
    seconds = {road: cpu_seconds([*again, road]) for road in ("plain", "datasets")}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.jsonl"
        datasets.Dataset.from_dict({"text": ["\n".join(each) for each in documents]}).to_json(text)
        command = [sys.executable, "-m", "bertprep_cli"]
        after = ["--workers", "1", "--quiet"]
        cpu_seconds([*command, "segment", str(text), "--splitter", "lines", "-o", f"{folder}/s", *after])
        seconds["bertprep"] = cpu_seconds(
            [*command, "build-pairs", f"{folder}/s", "--vocab", asked.vocab, "-o", f"{folder}/p", *after]
        ) + cpu_seconds([*command, "mask", f"{folder}/p", "-o", f"{folder}/m", *after])
    print(f"{size:.1f} MB in {len(documents):,} documents.\n")
    names = {"plain": "plain Python", "datasets": "datasets and transformers", "bertprep": "bertprep"}
    rows = [
        [names[road], f"{spent:.1f}", f"{size / spent:.2f}", f"{seconds['plain'] / spent:.1f}"]
        for road, spent in seconds.items()
    ]
    print(table(["", "seconds of CPU", "MB/s", "times plain Python"], rows))


if __name__ == "__main__":
    main()
