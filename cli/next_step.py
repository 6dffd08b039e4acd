"""The next command after a finished folder, shown at the end of a summary."""

from typing import TYPE_CHECKING

from .shell import below, beside, command_line, place

if TYPE_CHECKING:
    from bertprep.report.overview import Held

ASKED = "The cat sat on the [MASK]."  # used if the run's own text is not available


def after(stage: str, folder: str, is_cleaned: bool = False) -> str:
    """The next command, with the folder names that `run` uses; for a model, `predict` with a sentence of its own text."""
    sentences = "clean" if is_cleaned else "sentences"
    made_by = {
        "segment": ("train-vocab", place(folder), "-o", place(beside(folder, "vocab"))),
        "clean": ("train-vocab", place(folder), "-o", place(beside(folder, "vocab"))),
        "train-vocab": (
            *("build-pairs", place(beside(folder, sentences)), "--vocab", place(folder)),
            *("-o", place(beside(folder, "pairs"))),
        ),
        "build-pairs": ("mask", place(folder), "-o", place(beside(folder, "shards"))),
        "mask": ("train", place(folder), "-o", place(beside(folder, "model"))),
    }
    if stage in made_by:
        return command_line("bertprep", *made_by[stage])
    return ask(folder, beside(folder, "shards"))


def ask(model: str, *shards: str) -> str:
    """A `predict` command for a model, with a held-out sentence if there is one."""
    from bertprep.core.errors import BertprepError
    from bertprep.report.question import masked_sentence
    from bertprep.train import asking

    sentence = next(filter(None, map(masked_sentence, shards)), ASKED)
    try:
        mask = asking.vocabulary_of(model).special_tokens["mask"]
    except BertprepError:  # reported when the model is read
        mask = asking.MASK
    return command_line("bertprep", "predict", place(model), sentence.replace(asking.MASK, mask))


def resume(shards: list[str], model: str) -> str:
    """The command that resumes a training run; its settings are in its folder."""
    return command_line("bertprep", "train", *map(place, shards), "-o", place(model), "--resume")


def after_all(folder: str, held: list["Held"]) -> str:
    """What to do next in a folder of several outputs: resume an unfinished one, else continue from the last."""
    if open_ := next((each for each in held if not each.finished and each.stage != "run"), None):
        if open_.stage == "train":
            return resume([beside(open_.path, "shards")], open_.path)
        return f"repeat the command that made {open_.name}; it resumes"
    last = held[-1]
    if last.stage == "run":
        return command_line("bertprep", "inspect", place(last.path))
    if last.stage == "train":
        return command_line("bertprep", "report", place(folder), "-o", place(below(folder, "report.html")))
    return after(last.stage, last.path)
