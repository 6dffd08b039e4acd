"""Self-attention within each row, softmax(Q K' / sqrt(D)) V (Vaswani et al. 2017, section 3.2), and dropout.

There is no padding: the tokens of all rows are concatenated, and rows of equal length form a group. Three rows of 2, 3 and 3
tokens are T = 8 tokens in two groups:

    qkv_TH3   [ row 0: 2 tokens | row 1: 3 tokens | row 2: 3 tokens ]      float [8, 3H]
    group 0   1 row  of length 2    ->  query, key, value [1, N, 2, D]    attention [1, N, 2, 2]
    group 1   2 rows of length 3    ->  query, key, value [2, N, 3, D]    attention [2, N, 3, 3]
    output    the same order of tokens                                     float [8, H]

So a token never attends to a token of another row, and no attention mask is needed. On GPUs, one group contains rows of different
lengths, which a single call of FlashAttention (Dao 2023) processes (`attend_jagged`).

`scaled_dot_product_attention` is used, except with dropout on CPUs, where drawing random numbers is slower than multiplying:
`torch.dropout` took 8.4 ms for 3,500 x 512 numbers, `dropped` 2.8 ms, since it splits each 64-bit draw into four.

Axes: T tokens, R rows of L tokens, H hidden size, N heads, D = H / N; B is R * N.
"""

import functools
import warnings
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it
from torch import Tensor

from ..data.collate import Group

# torch warns about jagged tensors too, once per process; our tests cover attention over them
warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors is in prototype stage")


def attend(qkv_TH3: Tensor, groups: list[Group], heads: int, dropout: float) -> Tensor:
    """Self-attention within each row, float [T, H]; `qkv_TH3`, float [T, 3H], holds query, key and value side by side."""
    outputs = []
    for group, rows_TH3 in zip(groups, qkv_TH3.split([group.tokens for group in groups]), strict=True):
        if group.offsets_R1 is not None:
            outputs.append(attend_jagged(rows_TH3, group, heads, dropout))
            continue
        qkv_3RNLD = rows_TH3.view(group.rows, group.length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        if dropout and qkv_TH3.device.type == "cpu":
            sides = (side_RNLD.reshape(-1, group.length, side_RNLD.shape[-1]) for side_RNLD in qkv_3RNLD)
            out_RNLD = DroppedAttention.apply(*sides, dropout).view(qkv_3RNLD.shape[1:])
        else:
            query, key, value = qkv_3RNLD
            out_RNLD = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
        outputs.append(out_RNLD.transpose(1, 2).reshape(group.tokens, -1))
    return torch.cat(outputs) if len(outputs) > 1 else outputs[0]


def attend_jagged(qkv_TH3: Tensor, group: Group, heads: int, dropout: float) -> Tensor:
    """`attend` for a group of rows of several lengths."""
    query_TND, key_TND, value_TND = qkv_TH3.view(group.tokens, 3, heads, -1).unbind(1)
    kernel = KERNELS[kernel_for(qkv_TH3.device, qkv_TH3.dtype, query_TND.shape[-1])]
    return kernel(query_TND, key_TND, value_TND, group, dropout).reshape(group.tokens, -1)


def flash(query_TND: Tensor, key_TND: Tensor, value_TND: Tensor, group: Group, dropout: float) -> Tensor:
    """FlashAttention by the operator behind `torch.nn.attention.varlen`, which itself has no dropout; float [T, N, D].

    Nested tensors call the same kernel, but are built and unpacked in Python in every layer. Measured with kernels that do
    nothing, a step of BERT-base takes the host 17 ms with this operator, and 110 ms with nested tensors, which is more than a
    fast GPU needs for 256 rows of up to 128 tokens.
    """
    offsets_R1, length = group.offsets_R1, group.length
    attended: Tensor = torch.ops.aten._flash_attention_forward(
        query_TND, key_TND, value_TND, offsets_R1, offsets_R1, length, length, dropout, False, return_debug_mask=False
    )[0]
    return attended


def memory_efficient(query_TND: Tensor, key_TND: Tensor, value_TND: Tensor, group: Group, dropout: float) -> Tensor:
    """PyTorch's memory-efficient kernel (Rabe and Staats 2021): also in float32 and on older GPUs; float [T, N, D]."""
    offsets_R1, length = group.offsets_R1, group.length
    sides_1TND = (side_TND[None] for side_TND in (query_TND, key_TND, value_TND))
    attended_1TND: Tensor = torch.ops.aten._efficient_attention_forward(
        *sides_1TND,
        None,
        offsets_R1,
        offsets_R1,
        length,
        length,
        dropout,
        0,
        compute_log_sumexp=torch.is_grad_enabled(),
    )[0]
    return attended_1TND[0]


@functools.lru_cache
def kernel_for(device: torch.device, dtype: torch.dtype, size: int) -> str:
    """The name of the fastest implementation in `KERNELS` that supports heads of this size on this device."""
    if device.type != "cuda" or torch.version.hip:
        return "nested"
    is_half, is_recent = dtype in (torch.bfloat16, torch.float16), torch.cuda.get_device_capability(device) >= (8, 0)
    if is_half and is_recent and size % 8 == 0 and size <= 192 and torch.backends.cuda.is_flash_attention_available():
        return "flash"  # for larger heads, there is no gradient with dropout on compute capability 8.6, 8.9 and 12.0
    has_kernel = dtype in (torch.float32, torch.float16) or (dtype == torch.bfloat16 and is_recent)
    return "memory_efficient" if has_kernel and size * dtype.itemsize % 16 == 0 else "nested"


def nested(query_TND: Tensor, key_TND: Tensor, value_TND: Tensor, group: Group, dropout: float) -> Tensor:
    """Attention over nested tensors, on any device and in any precision; float [T, N, D]."""
    query, key, value = (
        torch.nested.nested_tensor_from_jagged(
            side_TND.contiguous(), group.offsets_R1, min_seqlen=group.shortest, max_seqlen=group.length
        ).transpose(1, 2)
        for side_TND in (query_TND, key_TND, value_TND)
    )
    attended = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
    return attended.transpose(1, 2).values()


KERNELS = {"flash": flash, "memory_efficient": memory_efficient, "nested": nested}


class DroppedAttention(torch.autograd.Function):
    """dropout(softmax(query key' / sqrt(D))) value, with an explicit gradient; all float [B, L, D]."""

    @staticmethod
    def forward(ctx: Any, query_BLD: Tensor, key_BLD: Tensor, value_BLD: Tensor, dropout: float) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            scores_BLL = scaled_bmm(query_BLD, key_BLD.mT, query_BLD.shape[-1] ** -0.5)
            weights_BLL = scores_BLL.softmax(-1)
            kept_BLL, ctx.scale = kept(weights_BLL.shape, dropout)
            ctx.save_for_backward(query_BLD, key_BLD, value_BLD, weights_BLL, kept_BLL)
            return scaled_bmm(weights_BLL * kept_BLL, value_BLD, ctx.scale)

    @staticmethod
    def backward(ctx: Any, slope_BLD: Tensor) -> tuple[Tensor | None, ...]:
        query_BLD, key_BLD, value_BLD, weights_BLL, kept_BLL = ctx.saved_tensors
        slope_value_BLD = scaled_bmm((weights_BLL * kept_BLL).mT, slope_BLD, ctx.scale)
        slope_BLL = scaled_bmm(slope_BLD, value_BLD.mT, ctx.scale).mul_(kept_BLL)
        slope_BLL = torch._softmax_backward_data(slope_BLL, weights_BLL, -1, weights_BLL.dtype)
        root = query_BLD.shape[-1] ** -0.5
        return scaled_bmm(slope_BLL, key_BLD, root), scaled_bmm(slope_BLL.mT, query_BLD, root), slope_value_BLD, None


def scaled_bmm(left: Tensor, right: Tensor, scale: float) -> Tensor:
    """scale * left @ right, in one pass."""
    out = left.new_empty(left.shape[0], left.shape[1], right.shape[2])
    return torch.baddbmm(out, left, right, beta=0, alpha=scale)


def dropped(x: Tensor, dropout: float) -> Tensor:
    """`F.dropout` in training."""
    if not dropout or x.device.type != "cpu":
        return F.dropout(x, dropout)
    kept_x, scale = kept(x.shape, dropout)
    return x.mul(kept_x).mul_(scale)


def kept(shape: torch.Size, dropout: float) -> tuple[Tensor, float]:
    """A random mask, bool, False with probability `dropout` (rounded to 1/65536), and 1 / (exact probability of True)."""
    threshold = round(dropout * 65536)
    draws = torch.empty(-(-shape.numel() // 4), dtype=torch.int64).random_(-(2**63), None).view(torch.int16)
    return draws[: shape.numel()].view(shape) >= threshold - 32768, 65536 / (65536 - threshold)
