"""Arguments of templates, and numbers as editors write them."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ...references import unescape

SUPERSCRIPTS = str.maketrans("0123456789+-−n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ⁽⁾")
KEY = re.compile(r"[\w .\-]{0,30}")


def pairs(text: str) -> dict[str, str]:
    """Parse `a=b;c=d` to a dict."""
    return {key: value for key, _, value in (item.partition("=") for item in text.split(";"))}


class Arguments:
    """The arguments of a template: positional ones in `list`, the others in `named` by lower-case key."""

    def __init__(self, body: str) -> None:
        self.list: list[str] = []
        self.named: dict[str, str] = {}
        for part in body.split("|"):
            key, equals, value = part.partition("=")
            key = key.strip().lower()
            if not equals or not KEY.fullmatch(key):
                self.list.append(part.strip())
            else:
                self.named[key] = value.strip()
        for number in range(1, 7):  # editors write `1=` for a positional argument that contains an equals sign
            if str(number) in self.named and len(self.list) < number:
                self.list += [""] * (number - 1 - len(self.list)) + [self.named[str(number)]]

    def at(self, index: int) -> str:
        """The positional argument `index`, from 0; empty if absent."""
        return self.list[index] if -len(self.list) <= index < len(self.list) else ""

    def get(self, *keys: str) -> str:
        """The first non-empty named argument."""
        return next((self.named[key] for key in keys if self.named.get(key)), "")

    def filled(self) -> list[str]:
        return [text for text in self.list if text]

    def on(self, *keys: str) -> bool:
        return self.get(*keys).lower() in ("y", "yes", "on", "1", "true")


Handler = Callable[[Arguments], str]


def number(text: str) -> Decimal | None:
    """Parse a number as editors write it: 1,200 or −3.5 or 3+1/2 or 1.2e6; None if it is not a number."""
    text = unescape(text).replace(",", "").replace("−", "-").replace("⁄", "/").replace(" ", "")
    if not text or len(text) > 40:
        return None
    if "/" in text:
        match = re.fullmatch(r"(-?\d+)??[+-]?(\d+)//?(\d+)", text)
        if not match or not int(match[3]):
            return None
        part = Decimal(match[2]) / Decimal(match[3])
        base = Decimal(match[1] or 0)
        return base - part if text.startswith("-") else base + part
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None


def grouped(text: str) -> str:
    """Format a number with commas between thousands and a real minus sign; other text is unchanged.

    >>> grouped("-12500.25")
    '−12,500.25'
    """
    match = re.fullmatch(r"([-−+]?)(\d+)(\.\d+)?", text.strip().replace(",", ""))
    if not match:
        return text
    sign = "−" if match[1] in ("-", "−") else match[1]
    return sign + f"{int(match[2]):,}" + (match[3] or "") if len(match[2]) < 40 else text


def decimals(text: str) -> int:
    """Digits after the point, or minus the number of trailing zeros before it."""
    digits = text.replace(",", "").strip()
    if "/" in digits:
        return 1 if "/2" in digits or "/4" in digits else 2
    if "." in digits:
        return len(digits.partition(".")[2])
    plain = digits.lstrip("-−+")
    return -(len(plain) - len(plain.rstrip("0"))) if plain.strip("0") else 0


def rounded(value: Decimal, places: int) -> str:
    """Round to this many decimal places; negative ones round to tens, hundreds, ..."""
    value = value or Decimal(0)  # a zero may carry many digits
    step = Decimal(1).scaleb(-places)
    return grouped(f"{value.quantize(step, ROUND_HALF_UP):f}" if abs(value.adjusted() + places) < 26 else f"{value:f}")
