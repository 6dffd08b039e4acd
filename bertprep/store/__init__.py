"""The store, the only code that writes output folders: parts with their records, manifests, and locks."""

from ..core.places import LOCK, Location, is_temporary, join, read_bytes
from .batches import checksum, file_checksum, one_batch
from .folder import folder_at
from .identity import Identity
from .manifest import MANIFEST, SPLITS, VOCABULARY_FILES, Manifest, read_manifest, sealed, verify
from .output import Output, add_counters
from .ownership import SCRATCH, discard, is_made_here, lock, own_files
from .parts import (
    check_part,
    damage_as_error,
    ipc_file,
    open_batch,
    open_part,
    part_name,
    read_part,
    read_record,
    scratch_entry,
    with_record,
    write_file,
    write_part,
)
from .run_log import log_run, read_runs
from .whole import made_whole

__all__ = [
    "LOCK",
    "MANIFEST",
    "SCRATCH",
    "SPLITS",
    "VOCABULARY_FILES",
    "Identity",
    "Location",
    "Manifest",
    "Output",
    "add_counters",
    "check_part",
    "checksum",
    "damage_as_error",
    "discard",
    "file_checksum",
    "folder_at",
    "ipc_file",
    "is_made_here",
    "is_temporary",
    "join",
    "lock",
    "log_run",
    "made_whole",
    "one_batch",
    "open_batch",
    "open_part",
    "own_files",
    "part_name",
    "read_bytes",
    "read_manifest",
    "read_part",
    "read_record",
    "read_runs",
    "scratch_entry",
    "sealed",
    "verify",
    "with_record",
    "write_file",
    "write_part",
]
