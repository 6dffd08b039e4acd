"""Change folders consistently, manifest included, and list the guarantees that `verify` then finds violated."""

import json

import pyarrow as pa

from bertprep import store
from bertprep.verify import verify


def rewrite(folder, change, split="train", number=0):
    """Replace the table of a part (by rows or another table), and update the manifest accordingly."""
    path = store.read_manifest(folder).parts(split)[number][0]
    table = pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all().combine_chunks()
    changed = change(table)
    made = changed if isinstance(changed, pa.Table) else pa.Table.from_pylist(changed, schema=table.schema)
    with pa.ipc.new_file(path, made.schema) as writer:
        writer.write_batch(made.combine_chunks().to_batches()[0])
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in content["parts"] if entry["name"] == path.name)
    entry.update(rows=len(changed), bytes=path.stat().st_size, checksum=store.file_checksum(path))
    sealed = getattr(store, "sealed", dict)
    (folder / "manifest.json").write_text(
        json.dumps(sealed(content), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def broken(folder, against=None):
    """The guarantees that are violated."""
    return [finding.promise for finding in verify(str(folder), against and str(against)) if finding.ok is False]
