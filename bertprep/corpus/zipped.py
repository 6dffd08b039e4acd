"""Documents that are zip archives (EPUB, Word, OpenDocument): read file by file, within limits; nothing is unpacked to disk.

Raises `InputError` for files that are not archives or damaged, zip bombs, encrypted archives, and unsupported compression.
"""

import contextlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from ..core.errors import InputError
from ..core.places import unsound
from . import signatures
from .encodings import HEAD_BYTES, beginning
from .pieces import PieceReader
from .xml_tree import Element, XmlError, parse

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
)  # errors of zipfile
OLE = b"\xd0\xcf\x11\xe0"  # first bytes of Office files before 2007, and of encrypted ones
MOST_RATIO = 200  # declared content to archive size; text compresses ten to one at best
FREE_BYTES = 1 << 26  # content that any archive may have


@contextlib.contextmanager
def refusing(reader: PieceReader, kind: str) -> Iterator[None]:
    """Turn errors about a source's archive into `InputError`, or end the source early if bad input is skipped."""
    path = reader.piece.source.path
    try:
        yield
    except DAMAGE as error:
        problem = unsound(path, f"not a valid {kind}; download or create it again", error)
        if not isinstance(problem, InputError):
            raise problem from error
        reader.end_early(str(problem))
    except InputError as error:
        reader.end_early(str(error))


def archive_of(reader: PieceReader) -> zipfile.ZipFile:
    """The archive of a source, read on demand."""
    return zipfile.ZipFile(cast(BinaryIO, reader.file))


def other_kind(reader: PieceReader, wanted: str) -> str | None:
    """Describe a file that is not a zip archive, with advice, if its first bytes show what it is; else None."""
    head = reader.read_at(0, min(HEAD_BYTES, reader.piece.source.size))
    if head.startswith(OLE):
        return (
            "an old document of Word or another office program (.doc), or one with a password; open it there or in LibreOffice "
            f"and save it as .{wanted} without a password"
        )
    if head.startswith(b"PK"):
        return None
    problem = signatures.problem_of(head, beginning(head, None), wanted)
    return f"contains {problem}" if problem else None


def refuse_bombs(archive: zipfile.ZipFile, path: str, kind: str) -> None:
    """`InputError` for an archive that declares far more content than text, or uses unsupported compression."""
    held = sum(info.file_size for info in archive.infolist())
    packed = sum(info.compress_size for info in archive.infolist())
    if held > FREE_BYTES + MOST_RATIO * packed:
        raise InputError(
            f"{path}: says that it unpacks to {held:,} bytes, {held // max(packed, 1):,} times its own; a zip bomb"
        )
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in archive.infolist()):
        raise InputError(f"{path}: packed in a way that {kind} does not know; unpack it and pack it as zip")


def refuse_passwords(archive: zipfile.ZipFile, path: str) -> None:
    """`InputError` for an archive with encrypted files."""
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise InputError(f"{path}: an encrypted archive, which needs a password; unpack it and pack it without one")


def read_member(archive: zipfile.ZipFile, name: str, path: str, most: int, otherwise: str) -> bytes:
    """The content of a file in the archive; `InputError` if it exceeds `most` bytes: a bomb, or `otherwise`."""
    if archive.getinfo(name).file_size <= most:
        with archive.open(name) as file:
            data = file.read(most + 1)
        if len(data) <= most:
            return data
    raise InputError(f"{path}: {name} unpacks to more than {most >> 20} MiB; a zip bomb, or {otherwise}")


def tree(
    archive: zipfile.ZipFile, name: str, path: str, most: int, otherwise: str, without: frozenset[str] = frozenset()
) -> Element:
    """The root of an XML file of the archive, without the elements of these tags."""
    try:
        return parse(read_member(archive, name, path, most, otherwise), without)
    except XmlError as error:
        raise InputError(f"{path}: {name}: {error}; download or create the file again") from error
