"""`torch.compile` for the parts of the model where it pays; once for any number of tokens and all layers.

On a GPU whole layers are compiled, with attention as one call in them. Elsewhere attention takes rows in groups, of other shapes
in every batch; so compiled are, of each layer, what follows attention (projection, feed-forward, dropout, both sums and norms).
The transform before the vocabulary is compiled everywhere. Functions are compiled and not modules, so that the names of the
weights stay what they are.
"""

import torch

from ..core.errors import UsageError
from .bert.attention import way_for
from .bert.model import Bert


def compile_parts(model: Bert, dtype: torch.dtype = torch.float32) -> None:
    """Have the model's parts compiled as they are first used; `UsageError` where nothing can be compiled.

    `dtype` is that of its matrix products.
    """
    device, config = next(model.parameters()).device, model.config
    keep_headers_private()
    refuse_without_compiler(device)
    takes_all_rows = way_for(device, dtype, config.hidden_size // config.num_attention_heads) != "nested"
    name = "forward" if takes_all_rows else "after_attention"
    for layer in model.layers:
        setattr(layer, name, torch.compile(getattr(layer, name), dynamic=True))
    model.mlm_hidden = torch.compile(model.mlm_hidden, dynamic=True)  # type: ignore[method-assign]


def keep_headers_private() -> None:
    """Compile no headers ahead: they alone would be kept in the shared temporary folder, whatever the variables say."""
    from torch._inductor import config

    if hasattr(config, "cpp_cache_precompile_headers"):  # not in every version
        config.cpp_cache_precompile_headers = False


def refuse_without_compiler(device: torch.device) -> None:
    """Compile one addition, as the only sure way to know: what is needed differs by system and device."""
    try:
        torch.compile(lambda x: x + 1, dynamic=True)(torch.zeros(8, device=device))
    except Exception as error:  # torch raises a dozen classes here, most of them private
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
