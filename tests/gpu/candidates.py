"""Ways to take attention over rows of several lengths, to be timed beside the product's own (`attention.attend_jagged`)."""

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from bertprep.train.bert import attention
from bertprep.train.data.collate import Group

Attend = Callable[[Tensor, Group, int, float], Tensor]


def with_varlen(qkv_TH3: Tensor, group: Group, heads: int, dropout: float) -> Tensor:
    """`torch.nn.attention.varlen`, from PyTorch 2.10 on: half precision, no dropout."""
    from torch.nn.attention.varlen import varlen_attn

    if dropout:
        raise ValueError("varlen_attn has no dropout")
    query, key, value = qkv_TH3.view(group.tokens, 3, heads, -1).unbind(1)
    offsets = group.offsets_R1.to(torch.int32)
    attended = varlen_attn(query, key, value, offsets, offsets, group.length, group.length)
    return attended.reshape(group.tokens, -1)


def with_flash(qkv_TH3: Tensor, group: Group, heads: int, dropout: float) -> Tensor:
    """The operator that varlen_attn calls, with its dropout; half precision, private to PyTorch."""
    query, key, value = qkv_TH3.view(group.tokens, 3, heads, -1).unbind(1)
    offsets, length = group.offsets_R1.to(torch.int32), group.length
    attended = torch.ops.aten._flash_attention_forward(
        query, key, value, offsets, offsets, length, length, dropout, False, return_debug_mask=False
    )[0]
    return attended.reshape(group.tokens, -1)


CANDIDATES: dict[str, Attend] = {"nested": attention.attend_jagged, "varlen": with_varlen, "flash": with_flash}


@contextlib.contextmanager
def attending(name: str) -> Iterator[None]:
    """The product with another way to attend to rows of several lengths."""
    before = attention.attend_jagged
    attention.attend_jagged = CANDIDATES[name]
    try:
        yield
    finally:
        attention.attend_jagged = before
