"""The data stages: segment, clean, train-vocab, build-pairs, mask."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bertprep.clean.settings import CleanSettings
from bertprep.core.errors import UsageError
from bertprep.core.stages import DATA_STAGES
from bertprep.pairs.settings import PairSettings
from bertprep.sentences.settings import SegmentSettings
from bertprep.shards.settings import MaskSettings
from bertprep.vocab.given.roles import parsed_roles
from bertprep.vocab.settings import VocabSettings

from .commands import ALONE
from .console import Console, report, show_plan
from .given_models import local_model
from .next_step import after
from .options import PLACE, GroupedCommand, execution_options, settings_from, settings_options
from .shell import beside, command_line, place

if TYPE_CHECKING:
    from bertprep.processes.runner import Execution

SMALL, MOST_FILES = 2 << 20, 1000
PACKED, PACKED_FILES = 8, (".gz", ".bz2", ".zst", ".xz", ".zip", ".epub", ".docx", ".odt", ".parquet")


def execution_of(values: dict[str, Any], inputs: Sequence[str | None], *stages: str) -> "Execution":
    """How to run these stages, from the values of a command; worker processes begin to start at once.

    Without --workers, a small input is processed in this process: workers would take longer to start than the work takes.
    """
    from bertprep.processes.runner import Execution

    workers = values["workers"] or (1 if values["runner"] == "local" and is_small(inputs) else 0)
    execution = Execution(workers, values["overwrite"], runner=values["runner"], ray_address=values["ray_address"])
    if not values["dry_run"]:
        _make_ready(execution, stages)
    return execution


def is_small(inputs: Sequence[str | None]) -> bool:
    """Whether local files and folders have at most SMALL bytes in total; compressed files count PACKED times."""
    room, files = SMALL, MOST_FILES
    try:
        for path in (Path(each) for each in inputs if each):
            for file in path.rglob("*") if path.is_dir() else [path]:
                if not file.is_dir():
                    room -= file.stat().st_size * (PACKED if file.suffix.lower() in PACKED_FILES else 1)
                    files -= 1
                if room < 0 or files < 0 or not (file.is_file() or file.is_dir()):  # a pipe has no known size
                    return False
    except OSError:  # no such file: a URI, a glob or standard input
        return False
    return True


def _make_ready(execution: "Execution", stages: Sequence[str]) -> None:
    """Start the workers in the background while this process imports modules and reads its input."""
    from bertprep.processes.runner import usable_cores
    from bertprep.processes.start import prepare

    alone = click.get_current_context().find_root().obj == ALONE
    if alone and execution.runner == "local" and (execution.workers or usable_cores()) > 1:
        prepare("bertprep_cli.main", *(f"bertprep.{DATA_STAGES[stage].folder}.job" for stage in stages))


def refuse_same(source: str, output: str) -> None:
    """Raise `UsageError` if the output folder is the input; otherwise the user would be told to overwrite it."""
    if Path(source).resolve() == Path(output).resolve():
        raise UsageError(
            f"-o is {output}, which is also the input; choose a new folder, such as {source.rstrip('/')}-new"
        )


VOCAB_HELP = "a Hugging Face folder, a tokenizer.json (WordPiece, BPE, Unigram) or a vocab.txt."
SPECIAL_TOKENS = click.option(
    "--special-token",
    "special_token",
    multiple=True,
    metavar="ROLE=TOKEN",
    help="Name a special token of --vocab that its files do not: ROLE is cls, sep, pad, mask or unk, as in "
    "mask=<mask>. May be repeated.",
)
VALIDATION = click.option(
    "--validation",
    type=PLACE,
    metavar="PATH",
    help="Hold out the documents of this file, folder or glob instead of a fraction of CORPUS.",
)
VALIDATION_IDS = click.option(
    "--validation-ids",
    type=PLACE,
    metavar="FILE",
    help="Hold out the documents with these ids, one per line: ids of the corpus, or document_id of a folder of sentences.",
)


EXTEND = click.option(
    "--extend",
    type=PLACE,
    metavar="PATH",
    help="Add words to the WordPiece vocabulary of this BERT (its folder, vocab.txt or tokenizer.json) instead of "
    "training one: in its [unusedN] entries first, then at the end. Its tokens keep their ids.",
)
OUTPUT = click.option("-o", "--output", required=True, type=PLACE, metavar="DIR", help="Output folder.")


@click.command(
    "segment", cls=GroupedCommand, epilog="Example: bertprep segment sample_corpus/english -o demo/sentences"
)
@click.argument("corpus", nargs=-1, type=PLACE)
@OUTPUT
@click.option(
    "--inputs",
    type=PLACE,
    metavar="FILE",
    help="Also read the paths and URIs listed in this file, one per line; it may be compressed (.gz).",
)
@VALIDATION
@VALIDATION_IDS
@settings_options(SegmentSettings)
@execution_options
def segment_command(corpus: tuple[str, ...], output: str, inputs: str | None, **values: Any) -> None:
    """Turn CORPUS files, folders or globs into documents of sentences; - is standard input.

    Reads plain text, JSON lines, CSV, subtitles, e-mail, Wikipedia dumps and WikiExtractor output, also compressed (.gz,
    .bz2, .zst, .xz), Parquet, Arrow, Markdown, Word, web pages, web archives, EPUB and JATS. A fraction of the documents is held
    out for validation, in all later stages too.
    """
    execution = execution_of(
        values, [*corpus, values["validation"], values["validation_ids"]], "segment"
    )  # first, so that workers start while the rest is imported
    from bertprep.corpus.listed import lines_named, listed_inputs
    from bertprep.sentences import job as segment
    from bertprep.sentences.fixed_split import FixedSplit

    from . import summaries, warned

    console = Console(values)
    settings = settings_from(SegmentSettings, values)
    fixed = FixedSplit(values["validation"], values["validation_ids"])
    if not corpus and not inputs:
        raise UsageError("no corpus given; give files, folders or globs, or --inputs FILE that lists them")
    listed = listed_inputs(inputs) if inputs else {}
    corpus = (*corpus, *(each for each in listed if each not in corpus))
    for warning in warned.language_warnings(settings):
        console.warn(warning)
    with lines_named(inputs or "", listed):
        if values["dry_run"]:
            show_plan(
                console, segment.plan(corpus, output, settings, values["overwrite"], warn=console.warn, fixed=fixed)
            )
            return
        result = segment.segment(corpus, output, settings, execution, console.progress, fixed=fixed)
    then = after("segment", output)
    report(console, "segment", output, result, summaries.segment(result.manifest), then)


@click.command("clean", cls=GroupedCommand, epilog="Example: bertprep clean demo/sentences -o demo/clean")
@click.argument("sentences", type=PLACE)
@OUTPUT
@settings_options(CleanSettings)
@execution_options
def clean_command(sentences: str, output: str, **values: Any) -> None:
    """Filter SENTENCES by quality rules; with options, also drop repeated sentences and near-duplicates.

    The output is a folder of sentences for the later stages. Held-out documents stay held out. Samples of what each rule
    rejected are in rejected.jsonl in the output folder.
    """
    execution = execution_of(values, [sentences], "clean")  # first, so that workers start while the rest is imported
    from bertprep import store
    from bertprep.clean import job as clean
    from bertprep.store import job

    from . import summaries, warned

    console = Console(values)
    refuse_same(sentences, output)
    settings = settings_from(CleanSettings, values)
    for warning in warned.language_warnings(settings):
        console.warn(warning)
    if values["dry_run"]:
        show_plan(console, job.plan(clean.plan(sentences, output, settings), values["overwrite"]))
        return
    result = clean.clean(sentences, output, settings, execution, console.progress)
    source = store.read_manifest(sentences)
    report(console, "clean", output, result, summaries.clean(result.manifest), after("clean", output), source)


@click.command(
    "train-vocab", cls=GroupedCommand, epilog="Example: bertprep train-vocab demo/sentences -o demo/vocab --size 8000"
)
@click.argument("sentences", type=PLACE)
@OUTPUT
@EXTEND
@settings_options(VocabSettings)
@execution_options
def train_vocab_command(sentences: str, output: str, extend: str | None, **values: Any) -> None:
    """Train a vocabulary on the training documents of SENTENCES, or add their words to a published one."""
    execution = execution_of(
        values, [sentences], "train-vocab"
    )  # first, so that workers start while the rest is imported
    from bertprep.store import job
    from bertprep.vocab import job as vocab

    from . import summaries

    console = Console(values)
    refuse_same(sentences, output)
    settings = settings_from(VocabSettings, values)
    extend = local_model(extend, weights=False) if extend else None
    if values["dry_run"]:
        show_plan(console, job.plan(vocab.plan(sentences, output, settings, extend), values["overwrite"]))
        return
    result = vocab.train_vocab(sentences, output, settings, execution, console.progress, extend)
    then = command_line(
        "bertprep", "build-pairs", place(sentences), "--vocab", place(output), "-o", place(beside(output, "pairs"))
    )
    report(console, "train-vocab", output, result, summaries.vocab(result.manifest), then)


@click.command(
    "build-pairs",
    cls=GroupedCommand,
    epilog="Example: bertprep build-pairs demo/sentences --vocab demo/vocab -o demo/pairs",
)
@click.argument("sentences", type=PLACE)
@click.option("--vocab", required=True, type=PLACE, metavar="PATH", help=f"Vocabulary: {VOCAB_HELP}")
@SPECIAL_TOKENS
@OUTPUT
@settings_options(PairSettings)
@execution_options
def build_pairs_command(sentences: str, vocab: str, special_token: tuple[str, ...], output: str, **values: Any) -> None:
    """Make sentence pairs from SENTENCES: half adjacent, half with a random B from another document."""
    execution = execution_of(
        values, [sentences], "build-pairs"
    )  # first, so that workers start while the rest is imported
    from bertprep import store
    from bertprep.pairs import job as pairs
    from bertprep.store import job

    from . import summaries

    console = Console(values)
    refuse_same(sentences, output)
    settings = settings_from(PairSettings, values)
    vocab, special_tokens = local_model(vocab, weights=False), parsed_roles(special_token)
    if values["dry_run"]:
        planned = pairs.plan(sentences, vocab, output, settings, special_tokens)
        show_plan(console, job.plan(planned, values["overwrite"]))
        return
    result = pairs.build_pairs(sentences, vocab, output, settings, execution, console.progress, special_tokens)
    then = after("build-pairs", output)
    source = store.read_manifest(sentences)
    report(console, "build-pairs", output, result, summaries.pairs(result.manifest), then, source)


@click.command("mask", cls=GroupedCommand, epilog="Example: bertprep mask demo/pairs -o demo/shards")
@click.argument("pairs", type=PLACE)
@OUTPUT
@settings_options(MaskSettings)
@execution_options
def mask_command(pairs: str, output: str, **values: Any) -> None:
    """Mask PAIRS and write shards of equal size, with the true tokens as labels."""
    execution = execution_of(values, [pairs], "mask")  # first, so that workers start while the rest is imported
    from bertprep.shards import job as mask
    from bertprep.store import job

    from . import summaries

    console = Console(values)
    refuse_same(pairs, output)
    settings = settings_from(MaskSettings, values)
    if values["dry_run"]:
        planned = mask.plan(pairs, output, settings)
        for warning in planned.warnings:
            console.warn(warning)
        show_plan(console, job.plan(planned, values["overwrite"]))
        return
    result = mask.mask_pairs(pairs, output, settings, execution, console.progress)
    then = after("mask", output)
    report(console, "mask", output, result, summaries.mask(result.manifest), then)
