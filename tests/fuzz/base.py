"""The sound corpus, run and model that the fuzzed folders are spoilt copies of."""

from pathlib import Path

from bertprep_cli.main import run

TOPICS = ("cat", "dog", "bear", "river", "house", "boat", "tree", "king")


def make_base(folder: Path) -> Path:
    """corpus.txt, sentences/, vocab/, pairs/, shards/, and model/ where PyTorch is installed."""
    documents = [
        " ".join(f"The {topic} number {n} {verb} by the {place}." for verb in ("sat", "ran", "slept", "sang", "fell"))
        for topic in TOPICS
        for n, place in enumerate(("door", "road", "wall", "sea"))
    ]
    (folder / "corpus.txt").write_text("\n\n".join(documents) + "\n", encoding="utf-8")
    options = ["--until", "mask", "--vocab-size", "300", "--max-length", "32", "--validation-share", "0.2", "--workers", "1"]
    assert run(["run", str(folder / "corpus.txt"), "-o", str(folder), *options, "--quiet"]) == 0
    try:
        import torch  # noqa: F401
    except ImportError:
        return folder
    training = ["--steps", "2", "--batch-size", "4", "--threads", "1", "--save-every", "1", "--quiet"]
    assert run(["train", str(folder / "shards"), "-o", str(folder / "model"), *training]) == 0
    return folder


if __name__ == "__main__":
    import sys

    make_base(Path(sys.argv[1]))
