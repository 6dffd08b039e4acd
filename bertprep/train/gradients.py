"""The sum of all processes' gradients, on its way while the backward pass is still going on.

Gradients lie side by side in a few flat buckets, those of the last layers first, because they are ready first. As soon as a
bucket is full its sum over the processes begins, while the backward pass goes on to earlier layers (as in PyTorch's
DistributedDataParallel: Li et al. 2020, section 3.2). Unlike there gradients are added up, not averaged (step.py divides by
what the whole batch holds), and a process without rows in a step takes part all the same, with zeros.

    parameters   embeddings | layer 0 | layer 1 | heads
    buckets      [ heads, layer 1 ]   [ layer 0 ]   [ embeddings ]     each at least `BUCKET_BYTES`, but for the last

Buckets are summed in this order in every process, whatever order its gradients come in.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

BUCKET_BYTES = 25 * 2**20  # as DistributedDataParallel


class Gradients:
    """The gradients of a model in one of several processes. Alone, PyTorch's own way is kept."""

    def __init__(self, model: nn.Module, processes: int) -> None:
        self.model = model
        self.buckets = list[Tensor]()
        self.sizes = list[int]()  # parameters of each bucket
        self.missing = list[int]()  # those without their gradient of this step, once its last part is on its way
        self.sums = list[Any]()  # of the first buckets, begun in this step
        self.is_last_part = False
        if processes == 1:
            return
        for members in grouped([each for each in model.parameters() if each.requires_grad][::-1]):
            self.add_bucket(members)
        self.forget()

    def add_bucket(self, members: list[nn.Parameter]) -> None:
        """A bucket whose pieces are the gradients of these parameters from now on."""
        number = len(self.buckets)
        bucket = torch.zeros(sum(each.numel() for each in members), dtype=members[0].dtype, device=members[0].device)
        for parameter, piece in zip(members, bucket.split([each.numel() for each in members]), strict=True):
            parameter.grad = piece.view_as(parameter)
            parameter.register_post_accumulate_grad_hook(lambda _: self.arrived(number))
        self.buckets.append(bucket)
        self.sizes.append(len(members))

    def forget(self) -> None:
        """Be ready for the next step."""
        if not self.buckets:
            self.model.zero_grad()
        for bucket in self.buckets:
            bucket.zero_()
        self.missing, self.sums, self.is_last_part = list(self.sizes), [], False

    def expect_last_part(self) -> None:
        """The next backward pass is the last of this step, so what it finishes may be summed."""
        self.is_last_part = True

    def arrived(self, number: int) -> None:
        """A gradient of a bucket is finished; begin what sums can begin."""
        if not self.is_last_part:
            return
        self.missing[number] -= 1
        while len(self.sums) < len(self.buckets) and self.missing[len(self.sums)] == 0:
            self.begin_sum()

    def begin_sum(self) -> None:
        """That of the next bucket, without waiting for it."""
        self.sums.append(dist.all_reduce(self.buckets[len(self.sums)], async_op=True))

    def finish(self) -> None:
        """Wait until every process has the sums; buckets that lack a gradient, whose head had nothing to learn, count too."""
        while len(self.sums) < len(self.buckets):
            self.begin_sum()
        for each in self.sums:
            each.wait()


def grouped(parameters: list[nn.Parameter]) -> list[list[nn.Parameter]]:
    """Neighbours together, until they fill a bucket; each bucket of one dtype."""
    groups: list[list[nn.Parameter]] = []
    filled = BUCKET_BYTES
    for parameter in parameters:
        if filled >= BUCKET_BYTES or groups[-1][0].dtype != parameter.dtype:
            groups.append([])
            filled = 0
        groups[-1].append(parameter)
        filled += parameter.numel() * parameter.element_size()
    return groups
