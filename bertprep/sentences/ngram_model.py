"""The model of py3langid, read from the file in that package.

Axes: F n-grams, L languages of the model.
"""

import functools
import hashlib
import importlib.util
import io
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# codes of the model that differ from Wikipedia's, or are not of a language of its own
CODES = {"gug": "gn", "kik": "ki", "fuv": "ff", "hbo": "he", "grc": "el", "uzs": "uz", "sdh": "ckb", "ext": "es"}
CODES |= dict.fromkeys(("gcf", "gcr", "zxx"), "und")  # French creoles of any island, and "no language"


@dataclass(frozen=True)
class NgramModel:
    """An automaton that reads bytes and finds n-grams, and the n-grams' weights in each language."""

    next: np.ndarray  # next state by row and byte
    row: np.ndarray  # row of each state
    ngram: np.ndarray  # the n-gram that ends in a state, or -1
    logs_FL: np.ndarray  # log probabilities
    prior_L: np.ndarray
    average_L: np.ndarray  # mean log probability of a language's own n-grams
    codes_L: np.ndarray  # some occur twice


def model_file() -> Path:
    """The path of the model; the package is not imported."""
    package = importlib.util.find_spec("py3langid")
    assert package and package.origin
    return Path(package.origin).parent / "data" / "model.npz.xz"


@functools.cache
def digest() -> str:
    """A hash of the model, 32 hex digits: another model may give other languages."""
    return hashlib.blake2b(model_file().read_bytes(), digest_size=16).hexdigest()


@functools.cache
def model() -> NgramModel:
    """Load the model, once: this takes a second, and 100 MB of memory while in use."""
    data = np.load(io.BytesIO(lzma.decompress(model_file().read_bytes())))
    logs_FL = data["ptc"].astype(np.float32)
    probabilities_FL = np.exp(logs_FL)
    average_L = np.einsum("fl,fl->l", probabilities_FL, logs_FL) / probabilities_FL.sum(axis=0)
    codes_L = np.array([CODES.get(code, code) for code in data["classes"].tolist()], object)
    row = data["nextmove_row"].astype(np.int64) << 8
    return NgramModel(data["nextmove"], row, data["out_feat"], logs_FL, data["pc"], average_L, codes_L)
