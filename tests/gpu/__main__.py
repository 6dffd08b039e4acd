"""All measurements of the trainer on one GPU: correct results, speed, kernels, learning.

    make gpu                                  in .venv, results in gpu/
    PYTHONPATH=. python tests/gpu -o gpu      with a Python that has PyTorch, transformers and pyarrow; nothing is downloaded
    python tests/gpu --quick -o gpu           the same code in miniature, also on a CPU

Writes gpu/gpu.json after each part, so that an interrupted run keeps its results, and gpu/gpu.md, the same as a page (page.py).
The error of a part that fails is recorded in its place, and the other parts continue. Takes eight minutes on an H100 or H200.
"""

import argparse
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import correct  # noqa: E402
import kernels  # noqa: E402
import learning  # noqa: E402
import page  # noqa: E402
import speed  # noqa: E402
import torch  # noqa: E402
from card import Card, card_here  # noqa: E402

PARTS = {
    "correct": correct.measured,
    "speed": speed.measured,
    "kernels": kernels.measured,
    "learning": learning.measured,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=Path("gpu"))
    parser.add_argument("--quick", action="store_true", help="tiny shapes and few steps: does the script run?")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--minutes", type=float, default=8.0, help="parts get less to do when the time is nearly over")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    parser.add_argument("--shards", help="shards to learn from; without it, made of the sample corpus")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    card = card_here(arguments.device, arguments.quick, 60 * arguments.minutes, arguments.output, arguments.shards)
    found: dict[str, Any] = {"card": card.described()}
    for name in arguments.only.split(","):
        found[name] = part(name, card)
        (arguments.output / "gpu.json").write_text(json.dumps(found, indent=1) + "\n")
        (arguments.output / "gpu.md").write_text(page.rendered(found))
    print((arguments.output / "gpu.md").read_text())
    sys.exit(any("error" in found[name] for name in arguments.only.split(",")))


def part(name: str, card: Card) -> dict[str, Any]:
    """The results of a part, or its error; and the seconds that it took."""
    started = time.monotonic()
    try:
        result = PARTS[name](card)
    except Exception as error:  # continue with the other parts
        traceback.print_exc()
        result = {"error": f"{type(error).__name__}: {error}"}
    finally:
        card.clear()
    result["seconds"] = round(time.monotonic() - started, 1)
    print(f"-- {name}: {result['seconds']} s", file=sys.stderr, flush=True)
    return result


if __name__ == "__main__":
    main()
