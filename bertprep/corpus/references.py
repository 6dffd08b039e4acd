"""Characters that HTML writes as `&eacute;` or `&#233;`, for text from anyone."""

import html
import re

ENDLESS = re.compile(r"&#[0-9]{100,};?")  # far beyond Unicode, and possibly beyond what Python converts to an integer


def unescape(text: str) -> str:
    """`html.unescape` for numbers of any length, which otherwise raises `ValueError` from 4300 digits on.

    >>> unescape("caf&eacute; &#" + "9" * 5000 + ";")
    'café \ufffd'
    """
    return html.unescape(ENDLESS.sub("\ufffd", text)) if "&" in text else text
