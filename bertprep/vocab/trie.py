"""A trie of bytes as a hash table of its edges, for NumPy and for the compiled loops."""

import numpy as np

from ..core.ragged import offsets_of

EMPTY = np.uint32(0xFFFFFFFF)


def slot_of(key: np.ndarray, size: int) -> np.ndarray:
    """Multiplicative hash of uint32 keys to slots of a table whose size is a power of two."""
    return (key * np.uint32(0x9E3779B1)) >> np.uint32(33 - size.bit_length())


def grown(spelled: tuple[bytes, ...], node: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Build a trie of tokens, byte by byte: edges as keys (node << 8 | byte), where edge i leads to node i + 2; ids by node."""
    lengths = np.array([len(token) for token in spelled])
    bytes_T = np.frombuffer(b"".join(spelled) + b"\0", np.uint8)
    first = offsets_of(lengths)[:-1]
    keys: list[np.ndarray] = []
    count, depth = 2, 0
    while (longer := np.flatnonzero(lengths > depth)).size:
        key = (node[longer] << 8) | bytes_T[first[longer] + depth]
        distinct, inverse = np.unique(key, return_inverse=True)
        node[longer] = inverse + count
        keys.append(distinct)
        count += distinct.size
        depth += 1
    # the last entry is for "no node", -1
    accept = np.full(count + 1, -1, np.int64)
    accept[node] = numbers
    return np.concatenate(keys).astype(np.uint32), accept


def hash_table(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """A hash table with open addressing and a load of at most a quarter: keys, nodes, and the longest probe."""
    size = 1 << int(4 * keys.size - 1).bit_length()
    table, nodes = np.full(size, EMPTY, np.uint32), np.zeros(size, np.int64)
    left, probes = np.arange(keys.size), 0
    while left.size:
        slots = (slot_of(keys[left], size) + np.uint32(probes)) & np.uint32(size - 1)
        free, chosen = np.unique(slots, return_index=True)
        chosen = chosen[table[free] == EMPTY]
        table[slots[chosen]], nodes[slots[chosen]] = keys[left[chosen]], left[chosen] + 2
        left, probes = np.delete(left, chosen), probes + 1
    return table, nodes, probes
