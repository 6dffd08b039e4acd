"""A table of cases in one test, since thousands of parametrized tests would spend most of their time in pytest."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def each(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like `pytest.mark.parametrize`, but all cases run in one test and share its fixtures; a failure names its case."""
    arguments = names.replace(" ", "").split(",")
    table = [case if isinstance(case, tuple) and len(arguments) > 1 else (case,) for case in cases]
    assert table, "no cases"

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def test(**fixtures: Any) -> None:
            for case in table:
                try:
                    function(**dict(zip(arguments, case, strict=True)), **fixtures)
                except BaseException as error:
                    error.add_note(f"case: {names} = {case!r}"[:500])
                    raise

        kept = [parameter for name, parameter in signature.parameters.items() if name not in arguments]
        test.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return test

    return decorate
