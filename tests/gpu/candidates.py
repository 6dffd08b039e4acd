"""Other implementations of attention over rows of different lengths, to compare with `attention.attend_jagged`."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from torch import Tensor

from bertprep.train.bert import attention
from bertprep.train.data.collate import Group

Attend = Callable[[Tensor, Tensor, Tensor, Group, float], Tensor]


def with_varlen(query: Tensor, key: Tensor, value: Tensor, group: Group, dropout: float) -> Tensor:
    """`torch.nn.attention.varlen`, from PyTorch 2.10 on: half precision, no dropout."""
    from torch.nn.attention.varlen import varlen_attn

    if dropout:
        raise ValueError("varlen_attn has no dropout")
    return varlen_attn(query, key, value, group.offsets_R1, group.offsets_R1, group.length, group.length)


CANDIDATES: dict[str, Attend] = {**attention.KERNELS, "varlen": with_varlen}


@contextlib.contextmanager
def attending(name: str) -> Iterator[None]:
    """Use this implementation of attention over rows of different lengths, for the duration of the context."""
    with pytest.MonkeyPatch.context() as patch:
        for each, attend in CANDIDATES.items():
            patch.setitem(attention.KERNELS, each, attend)
        patch.setattr(attention, "kernel_for", lambda *_: name)
        yield
