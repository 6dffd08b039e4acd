"""Settings: fields of a settings dataclass that carry their help text, bounds or choices, and source.

A settings object is checked when it is created: `UsageError` names the option and what it accepts. `wrong_value` applies
the same checks to values read from a file. Differences between two settings are described by field name.
"""

import dataclasses
import hashlib
import json
import typing
from collections.abc import Mapping
from typing import Any

from .errors import UsageError
from .records import parsed, shown

MOST = 1 << 63  # limit of a number that has no other bound
MOST_WORKERS = 4096
WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Mapping: "an object",
    type(None): "null",
}


def setting(
    default: Any,
    help: str,
    *,
    choices: tuple[str, ...] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    source: str = "",
    option: str = "",
) -> Any:
    """A dataclass field with its own description. `option` replaces the option's name on the command line."""
    metadata = {
        "help": help,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
        "unit": unit,
        "source": source,
        "option": option,
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Base class of the stages' settings; checks bounds and choices."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            check(field, getattr(self, field.name))

    def as_dict(self) -> dict[str, Any]:
        """Field name -> value, in the order of definition; this is what a manifest keeps."""
        return dataclasses.asdict(self)


def digest_of(value: Any) -> str:
    """A hash of the JSON form of a value, 32 hex digits; independent of the order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def option_name(field: dataclasses.Field) -> str:
    """The command-line option that sets the field, such as `--mask-prob`."""
    return (field.metadata["option"] or "--" + field.name.replace("_", "-")).split("/")[0]


def check(field: dataclasses.Field, value: Any) -> None:
    """Raise `UsageError` if the field does not accept the value; None is accepted wherever it is the default.

    An accepted value can be written into a record, and is accepted again when it is read back.
    """
    if value is None and field.default is None:
        return
    if expected := _expected_type(field, value):
        raise UsageError(f"{option_name(field)} is {shown(value)}; it must be {expected}")
    meta = field.metadata
    if meta["choices"] and value not in meta["choices"]:
        raise UsageError(f"{option_name(field)} is {shown(value)}; it must be one of {', '.join(meta['choices'])}")
    low, high = meta["minimum"], meta["maximum"]
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = (
            f"from {low} to {high}"
            if None not in (low, high)
            else f"at least {low}"
            if high is None
            else f"at most {high}"
        )
        raise UsageError(f"{option_name(field)} is {value}; it must be {bounds}")


def _expected_type(field: dataclasses.Field, value: Any) -> str | None:
    """Describe the expected type if a value has another one; None if it fits."""
    kinds = [typing.get_origin(each) or each for each in typing.get_args(field.type) or (field.type,)]
    kinds += [int] if float in kinds else []  # JSON does not distinguish 1 from 1.0
    found = Mapping if isinstance(value, Mapping) else type(value)
    if found not in kinds:
        return " or ".join(WORDS[each] for each in kinds if each is not int or float not in kinds)
    if found in (int, float):
        # written so that NaN fails too; numbers this large cannot be used in arithmetic
        return None if abs(value) < MOST else "a finite number, and less than 2**63"
    return None if _is_json(value) else "a JSON value: finite numbers, valid Unicode, names that are strings"


def _is_json(value: Any) -> bool:
    """Whether a value survives being written as JSON and read back, within a few levels of nesting, as in a record."""
    around: Any = value
    for _ in range(5):
        around = [around]
    try:
        return parsed(json.dumps(around, allow_nan=False)) == around
    except (ValueError, TypeError, RecursionError):
        return False


def wrong_value(kind: type[Settings], values: Mapping[str, Any]) -> str | None:
    """Describe what is wrong with settings read from a file, or return None; unknown names may have any value."""
    for field in dataclasses.fields(kind):
        if field.name in values:
            value = values[field.name]
            if (value is not None or field.default is not None) and (expected := _expected_type(field, value)):
                return f"{field.name} is {shown(value)}; expected {expected}"
            try:
                check(field, value)
            except UsageError as error:
                return f"{field.name}: {error}"
    return None


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Differences between two settings, one line per name: `mask_prob 0.15 -> 0.2`."""
    names = list(dict.fromkeys([*before, *after]))
    return [f"{name} {before.get(name)} -> {after.get(name)}" for name in names if before.get(name) != after.get(name)]
