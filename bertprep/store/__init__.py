"""The only owner of output folders: parts and their records, manifests, locks, and the protocol of making a folder."""

from ..core.places import LOCK, Location, is_temporary, join, read_bytes
from .folder import folder_at
from .manifest import MANIFEST, SPLITS, VOCABULARY_FILES, Manifest, read_manifest, sealed, verify
from .output import SCRATCH, Output, add_counters, discard, is_made_here, lock, log_run, own_files, read_runs
from .parts import (
    Identity,
    check_part,
    checksum,
    damage_told,
    file_checksum,
    ipc_file,
    one_batch,
    open_batch,
    open_part,
    part_name,
    read_part,
    read_record,
    write_file,
    write_part,
)
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
    "damage_told",
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
    "sealed",
    "verify",
    "write_file",
    "write_part",
]
