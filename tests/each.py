"""One test for a table of cases: thousands of small tests would cost more in pytest than in themselves."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def each(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As `pytest.mark.parametrize`, but the cases run within one test and share its fixtures; a failure names its case."""
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
