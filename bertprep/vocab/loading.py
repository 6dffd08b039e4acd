"""Load vocabularies from local folders or object stores, where they are alone or within the data made with them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from .. import store
from ..core.errors import InputError, StoreError
from ..core.places import Location, is_uri
from .folder import FILES, LISTED, TOKENIZER
from .reading import NOTHING
from .vocabulary import Vocabulary

BESIDE = "vocab/"  # subfolder of data that holds the vocabulary with which they were made


def vocabulary_files(vocabulary: Vocabulary, below: str = "") -> dict[str, bytes]:
    """The files of a vocabulary, with names that begin with `below`."""
    return {below + name: data for name, data in sorted(vocabulary.files().items())}


def load_vocabulary(
    location: str, below: str = "", only: str = "", special_tokens: Mapping[str, str] = NOTHING
) -> Vocabulary:
    """Load the vocabulary at a location, or under `below` in a folder of ours; `InputError` describes any problem.

    `only` names one of its files, and the others are ignored; `special_tokens` are tokens by role, see `Vocabulary.load`.
    """
    if not is_uri(location) and not _copied_from_an_object_store(location):
        return Vocabulary.load(Path(location) / below / only if below or only else location, special_tokens)
    with tempfile.TemporaryDirectory() as copy:
        for name, data in _fetched(location, below).items():
            (Path(copy) / name).write_bytes(data)
        try:
            return Vocabulary.load(Path(copy) / only, special_tokens)
        except InputError as error:
            raise InputError(str(error).replace(copy, location)) from error


def whole_vocabulary(folder: str) -> Vocabulary:
    """The vocabulary in a folder of pairs or shards; `StoreError` if any of its bytes has changed.

    For callers that copy it: the copy gets new checksums, which would hide the damage.
    """
    manifest = store.read_manifest(folder)
    for part in manifest.content["parts"]:
        place = manifest.location(part)
        if part["name"].startswith(BESIDE) and _checksum(place) != part["checksum"]:
            raise StoreError(
                f"{place}: its bytes have changed since it was written; make {folder} again with --overwrite"
            )
    return load_vocabulary(folder, BESIDE)


def _checksum(place: Location) -> str | None:
    """The checksum of a file; None if it cannot be read."""
    try:
        return store.file_checksum(place)
    except OSError:
        return None


def _copied_from_an_object_store(location: str) -> bool:
    """Whether the files of a local folder have an object store's names, which its manifest maps to plain ones."""
    if not (Path(location) / store.MANIFEST).is_file():
        return False
    return any("file" in part for part in store.read_manifest(location).content["parts"])


def _fetched(location: str, below: str) -> dict[str, bytes]:
    """The files of a vocabulary by their plain names: those in our manifest, else those that exist."""
    folder = store.folder_at(location)
    if folder.size(store.MANIFEST):
        manifest = store.read_manifest(location)
        found = {part["name"]: manifest.location(part) for part in manifest.content["parts"]}
        wanted = {name: found[below + name] for name in store.VOCABULARY_FILES if below + name in found}
    elif location.endswith((".json", ".txt")):
        beside = store.folder_at(location.rpartition("/")[0])
        wanted = {name: beside.path(name) for name in FILES if name not in (TOKENIZER, LISTED) and beside.size(name)}
        wanted[TOKENIZER if location.endswith(".json") else LISTED] = location
    else:
        wanted = {name: folder.path(name) for name in FILES if folder.size(name)}
    try:
        return {name: store.read_bytes(path) for name, path in wanted.items()}
    except OSError as error:
        raise InputError(f"{location}: cannot be read ({error})") from error
