"""`torch.compile` for parts of the model, compiled once for all layers and any number of tokens.

On a GPU, whole layers are compiled, with attention as one call. Elsewhere attention processes rows in groups, whose shapes differ
in every batch, so only the part of each layer after attention is compiled (projection, feed-forward, dropout, residual sums and
norms). The transform before the vocabulary projection is always compiled. Functions are compiled, not modules, so that the names
of the weights do not change.
"""

import torch

from ..core.errors import UsageError
from .bert.attention import kernel_for
from .bert.model import Bert


def compile_parts(model: Bert, dtype: torch.dtype = torch.float32) -> None:
    """Compile parts of the model on first use; `UsageError` if nothing can be compiled. `dtype`: of matrix products."""
    device, config = next(model.parameters()).device, model.config
    keep_headers_private()
    refuse_without_compiler(device)
    takes_all_rows = kernel_for(device, dtype, config.hidden_size // config.num_attention_heads) != "nested"
    name = "forward" if takes_all_rows else "after_attention"
    for layer in model.layers:
        setattr(layer, name, torch.compile(getattr(layer, name), dynamic=True))
    model.mlm_hidden = torch.compile(model.mlm_hidden, dynamic=True)  # type: ignore[method-assign]


def keep_headers_private() -> None:
    """Disable precompiled headers, which PyTorch would store in the shared temporary folder despite the cache variables."""
    from torch._inductor import config

    if hasattr(config, "cpp_cache_precompile_headers"):  # only in some versions
        config.cpp_cache_precompile_headers = False


def refuse_without_compiler(device: torch.device) -> None:
    """Raise `UsageError` if compiling a single addition fails; requirements differ by system and device."""
    try:
        torch.compile(lambda x: x + 1, dynamic=True)(torch.zeros(8, device=device))
    except Exception as error:  # torch raises many different classes, most of them private
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        needed = (
            "Triton (pip install triton) and a C compiler"
            if device.type == "cuda"
            else "a C++ compiler (Debian and Ubuntu: apt install g++; macOS: xcode-select --install), which CXX may name"
        )
        raise UsageError(
            f"--compile: PyTorch cannot compile here; it needs {needed}. Install it, or omit --compile. "
            f"PyTorch says: {reason}"
        ) from error
