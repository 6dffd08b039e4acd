"""Sum the gradients of all processes (all-reduce), overlapped with the backward pass.

Gradients are views of a few flat buckets, those of the last layers first, because they are ready first. As soon as a bucket is
full, its all-reduce begins, while the backward pass continues to earlier layers, as in PyTorch's DistributedDataParallel (Li et
al. 2020, section 3.2). But gradients are summed, not averaged (step.py divides by the counts of the whole batch), and a process
without rows in a step takes part with zeros.

    parameters   embeddings | layer 0 | layer 1 | heads
    buckets      [ heads, layer 1 ]   [ layer 0 ]   [ embeddings ]     each at least `BUCKET_BYTES`, except the last

Every process reduces the buckets in this order, whatever the order in which its gradients are ready.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

BUCKET_BYTES = 25 * 2**20  # as in DistributedDataParallel


class Gradients:
    """The gradients of a model in one of several processes; a single process uses PyTorch's gradients unchanged."""

    def __init__(self, model: nn.Module, processes: int) -> None:
        self.model = model
        self.buckets = list[Tensor]()
        self.sizes = list[int]()  # number of parameters in each bucket
        self.missing = list[int]()  # per bucket, gradients that are not ready yet in the last part of this step
        self.sums = list[Any]()  # all-reduces begun in this step, of the first buckets
        self.is_last_part = False
        if processes == 1:
            return
        for members in grouped([each for each in model.parameters() if each.requires_grad][::-1]):
            self.add_bucket(members)
        self.forget()

    def add_bucket(self, members: list[nn.Parameter]) -> None:
        """Add a bucket, and make its slices the gradients of these parameters."""
        number = len(self.buckets)
        bucket = torch.zeros(sum(each.numel() for each in members), dtype=members[0].dtype, device=members[0].device)
        for parameter, piece in zip(members, bucket.split([each.numel() for each in members]), strict=True):
            parameter.grad = piece.view_as(parameter)
            parameter.register_post_accumulate_grad_hook(lambda _: self.arrived(number))
        self.buckets.append(bucket)
        self.sizes.append(len(members))

    def forget(self) -> None:
        """Zero the gradients for the next step."""
        if not self.buckets:
            self.model.zero_grad()
        for bucket in self.buckets:
            bucket.zero_()
        self.missing, self.sums, self.is_last_part = list(self.sizes), [], False

    def expect_last_part(self) -> None:
        """Announce that the next backward pass is the last of this step, so that sums may begin."""
        self.is_last_part = True

    def arrived(self, number: int) -> None:
        """Count a gradient of a bucket as ready, and begin the sums of buckets that are full."""
        if not self.is_last_part:
            return
        self.missing[number] -= 1
        while len(self.sums) < len(self.buckets) and self.missing[len(self.sums)] == 0:
            self.begin_sum()

    def begin_sum(self) -> None:
        """Begin the all-reduce of the next bucket, without waiting for it."""
        self.sums.append(dist.all_reduce(self.buckets[len(self.sums)], async_op=True))

    def finish(self) -> None:
        """Wait for all sums; also sums buckets that lack a gradient, because a head had no labels in this step."""
        while len(self.sums) < len(self.buckets):
            self.begin_sum()
        for each in self.sums:
            each.wait()


def grouped(parameters: list[nn.Parameter]) -> list[list[nn.Parameter]]:
    """Group consecutive parameters until they fill a bucket; each bucket has one dtype."""
    groups: list[list[nn.Parameter]] = []
    filled = BUCKET_BYTES
    for parameter in parameters:
        if filled >= BUCKET_BYTES or groups[-1][0].dtype != parameter.dtype:
            groups.append([])
            filled = 0
        groups[-1].append(parameter)
        filled += parameter.numel() * parameter.element_size()
    return groups
