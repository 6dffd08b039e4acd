"""The model of py3langid, read from the file that comes with that package.

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

# what the model calls otherwise than Wikipedia does, or what is no language of its own
CODES = {"gug": "gn", "kik": "ki", "fuv": "ff", "hbo": "he", "grc": "el", "uzs": "uz", "sdh": "ckb", "ext": "es"}
CODES |= dict.fromkeys(("gcf", "gcr", "zxx"), "und")  # French creoles of any island, and what is no language


@dataclass(frozen=True)
class NgramModel:
    """An automaton that reads bytes and tells which n-gram ends at each, and what n-grams weigh in each language."""

    next: np.ndarray  # state by row and byte
    row: np.ndarray  # of each state
    ngram: np.ndarray  # that ends where a state is reached, or -1
    logs_FL: np.ndarray  # log probabilities
    prior_L: np.ndarray
    average_L: np.ndarray  # mean log probability of a language's own n-grams
    codes_L: np.ndarray  # some stand twice


def model_file() -> Path:
    """Where the model is; the package is not imported for it."""
    package = importlib.util.find_spec("py3langid")
    assert package and package.origin
    return Path(package.origin).parent / "data" / "model.npz.xz"


@functools.cache
def digest() -> str:
    """32 hex digits over the model: with another one, texts may get other languages."""
    return hashlib.blake2b(model_file().read_bytes(), digest_size=16).hexdigest()


@functools.cache
def model() -> NgramModel:
    """The model, read when it is first needed: that takes a second, and 100 MB while it is used."""
    data = np.load(io.BytesIO(lzma.decompress(model_file().read_bytes())))
    logs_FL = data["ptc"].astype(np.float32)
    probabilities_FL = np.exp(logs_FL)
    average_L = np.einsum("fl,fl->l", probabilities_FL, logs_FL) / probabilities_FL.sum(axis=0)
    codes_L = np.array([CODES.get(code, code) for code in data["classes"].tolist()], object)
    row = data["nextmove_row"].astype(np.int64) << 8
    return NgramModel(data["nextmove"], row, data["out_feat"], logs_FL, data["pc"], average_L, codes_L)
