"""`export`: write shards for other tools."""

from typing import Any

import click

from bertprep.core.counts import quantity

from .console import Console, written
from .data import OUTPUT
from .layout import size
from .options import PLACE, GroupedCommand, talk_options
from .shell import place, python_line


@click.command("export", cls=GroupedCommand, epilog="Example: bertprep export demo/shards -o demo/hf --to hf")
@click.argument("shards", type=PLACE)
@OUTPUT
@click.option(
    "--to",
    type=click.Choice(["parquet", "hf"]),
    required=True,
    help="parquet: the columns as they are; hf: padded columns, for which transformers needs no collator.",
)
@talk_options
def export_command(shards: str, output: str, to: str, **values: Any) -> None:
    """Write SHARDS as Parquet files with the vocabulary, for datasets, transformers and other tools."""
    from bertprep.shards.export import export

    console = Console(values)
    done = export(shards, output, to, console.progress)
    then = python_line(f"import datasets; print(datasets.load_dataset({place(output)!r}))")
    content = {
        "output": output,
        "outputs": [written(output)],
        "to": to,
        "rows": done.rows,
        "files": done.files,
        "bytes": done.bytes,
        "next": then,
    }
    lines = [
        f"{output}: {quantity(done.rows, 'row')} in {quantity(done.files, 'file')}, {size(done.bytes)}",
        f"  next: {then}",
    ]
    console.done(lines, content)
