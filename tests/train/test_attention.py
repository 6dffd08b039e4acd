"""Attention with dropout, as implemented for CPUs, is plain attention with some weights dropped."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it

from bertprep.train.bert.attention import DroppedAttention, attend, dropped, kept
from bertprep.train.data.collate import Group


def sides(dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    """Query, key and value, [4, 7, 8]."""
    draw = torch.Generator().manual_seed(0)
    return [torch.randn(4, 7, 8, dtype=dtype, generator=draw).requires_grad_() for _ in range(3)]


def test_as_scaled_dot_product_attention_where_nothing_is_dropped():
    inputs = sides()
    found = DroppedAttention.apply(*inputs, 1e-9)  # below the resolution of the dropout probability
    expected = F.scaled_dot_product_attention(*inputs)
    assert torch.allclose(found, expected, rtol=0, atol=1e-12)
    slope = torch.randn(found.shape, dtype=found.dtype)
    for one, other in zip(*(torch.autograd.grad(each, inputs, slope) for each in (found, expected)), strict=True):
        assert torch.allclose(one, other, rtol=0, atol=1e-12)


def test_gradients_are_those_of_what_was_computed():
    def again(*inputs: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(3)  # the same weights are dropped at each call
        return DroppedAttention.apply(*inputs, 0.3)

    assert torch.autograd.gradcheck(again, sides())


def test_dropout_does_not_change_the_mean():
    torch.manual_seed(0)
    inputs = [side.detach() for side in sides()]
    draws = torch.stack([DroppedAttention.apply(*inputs, 0.1) for _ in range(4000)])
    error = (draws.mean(0) - F.scaled_dot_product_attention(*inputs)).abs() / (draws.std(0) / math.sqrt(len(draws)))
    assert error.max() < 5  # standard errors, over 224 numbers


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.5, 0.9])
def test_the_share_that_is_dropped(share):
    torch.manual_seed(0)
    kept_x, scale = kept(torch.Size([1001, 999]), share)
    error = math.sqrt(share * (1 - share) / kept_x.numel())
    assert abs((~kept_x).double().mean().item() - share) < 5 * error + 1 / 65536
    assert scale * (1 - share) == pytest.approx(1, abs=1e-4)


def test_draws_for_neighbouring_numbers_are_independent():
    torch.manual_seed(0)
    chosen = (~kept(torch.Size([10**6]), 0.1)[0]).double() - 0.1
    for distance in (1, 2, 3, 4, 8):  # one 64-bit random number is used for four neighbours
        together = (chosen[:-distance] * chosen[distance:]).mean().item()
        assert abs(together) < 5 * 0.09 / 1000  # 0.09 is the variance of each; 5 standard errors of a million


def test_dropout_scales_what_it_keeps_and_follows_the_seed():
    x = torch.arange(1.0, 301.0).requires_grad_()
    torch.manual_seed(1)
    once = dropped(x, 0.25)
    torch.manual_seed(1)
    assert torch.equal(once, dropped(x, 0.25))
    there = once != 0
    assert 0 < there.sum() < 300
    assert torch.allclose(once[there], x[there] / 0.75)
    once.sum().backward()
    assert torch.allclose(x.grad, there / 0.75)
    assert dropped(x, 0.0) is x or torch.equal(dropped(x, 0.0), x)


def test_groups_with_dropout_keep_rows_apart():
    torch.manual_seed(0)
    qkv = torch.randn(13, 3 * 16, dtype=torch.float64, requires_grad=True)
    groups = [Group(1, 3, 3), Group(2, 10, 5)]
    out = attend(qkv, groups, 2, 0.2)
    out[3:8].sum().backward()
    used = qkv.grad.abs().sum(1) > 0
    assert used.tolist() == [False] * 3 + [True] * 5 + [False] * 5
