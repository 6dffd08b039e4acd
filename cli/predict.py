"""`predict`: fill in [MASK] in a text, or score whether another text follows it."""

from typing import Any

import click

from .console import Console
from .given_models import local_model
from .layout import colour, paragraph, terminal_width
from .options import PLACE, GroupedCommand, talk_options

LIKELY = (
    (0.9, "very likely next"),
    (0.6, "likely next"),
    (0.4, "undecided"),
    (0.1, "unlikely next"),
    (0.0, "very unlikely next"),
)


@click.command(
    "predict", cls=GroupedCommand, epilog='Example: bertprep predict demo/model "The cat sat on the [MASK]."'
)
@click.argument("model", type=PLACE)
@click.argument("text")
@click.option("--next", metavar="TEXT", help="Show the probability that this text follows TEXT.")
@click.option(
    "--top", default=5, show_default=True, type=click.IntRange(1), help="Number of words to show for each [MASK]."
)
@click.option("--pieces", is_flag=True, help="Also show pieces of words, such as ##ing, and [UNK].")
@talk_options
def predict_command(model: str, text: str, next: str | None, top: int, pieces: bool, **values: Any) -> None:
    """Fill each [MASK] in TEXT with the most probable words, or with --next, score how well another text follows.

    MODEL is any Hugging Face BERT folder; the mask token of its tokenizer, such as <mask>, works as well as [MASK]. Each word is
    shown with its probability among all tokens, and with its rank by frequency in the training rows if the folder has token
    counts.
    """
    from bertprep.train import asking

    console = Console(values)
    model = local_model(model)
    vocabulary = asking.vocabulary_of(model)
    if next is None:
        asking.refuse_no_mask(text, vocabulary)
        text = text.replace(vocabulary.special_tokens["mask"], asking.MASK)
    if next is not None:
        show_next(console, model, text, next)
        return
    ranks_V = asking.ranks_by_frequency(model, vocabulary)
    ranks = {} if ranks_V is None else ranks_of(asking.words_of(vocabulary, pieces), ranks_V.tolist())

    from bertprep.train import fill_mask

    masks = fill_mask(model, text, top, pieces)
    filled, parts = text_filled(text, [words[0][0] for words in masks])
    lines = paragraph(filled, terminal_width())
    for position, words in enumerate(masks, 1):
        lines += [f"[MASK] {position}:"] if len(masks) > 1 else []
        lines += [f"{value:6.3f}  {word}{rank_text(ranks.get(word))}" for word, value in words]
    tokens = [
        [
            {"token": word, "probability": value, **({"rank_by_frequency": ranks[word]} if ranks.get(word) else {})}
            for word, value in words
        ]
        for words in masks
    ]
    console.result(lines, {"model": model, "text": text, "filled": "".join(parts), "masks": tokens})


def ranks_of(words: list[str], ranks: list[int]) -> dict[str, int]:
    """The rank of each word by frequency; the best rank if several tokens give the same word."""
    found: dict[str, int] = {}
    for word, rank in zip(words, ranks, strict=True):
        found[word] = min(filter(None, (rank, found.get(word))), default=0)
    return found


def text_filled(text: str, words: list[str]) -> tuple[str, list[str]]:
    """The text with a word in place of each [MASK], coloured for a terminal; and its parts without colours."""
    first, *rest = text.split("[MASK]")
    plain = [word.removeprefix("##") or word for word in words]
    shown = first + "".join(
        colour(word, fg="green", bold=True) + after for word, after in zip(plain, rest, strict=True)
    )
    return shown, [first, *(part for pair in zip(plain, rest, strict=True) for part in pair)]


def rank_text(rank: int | None) -> str:
    """Format a rank, such as ` (rank 412 by frequency)`; empty without a rank."""
    return f" (rank {rank:,} by frequency)" if rank else ""


def show_next(console: Console, model: str, first: str, second: str) -> None:
    """Show the probability that the second text follows the first, in figures and words, and how reliable the model is."""
    from bertprep.train import next_probability
    from bertprep.train.verdicts import verdicts_of

    probability = next_probability(model, first, second)
    word = next(word for least, word in LIKELY if probability >= least)
    lines = [f"{probability:.3f}  {word}: probability that the second follows the first"]
    verdict = next((each for each in verdicts_of(model) if each.task == "next"), None)
    if verdict and verdict.state != "learnt":
        lines += paragraph(f"about this model: {verdict.sentence}", terminal_width(), "", "  ")
    content = {"model": model, "text": first, "next": second, "probability": probability, "verdict": word}
    console.result(lines, content)
