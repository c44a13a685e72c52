"""What is secret in an address: hidden wherever an address is told."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "********"

_LOGIN = re.compile(r"(?<=://)[^/?#@\s]*@")
_PARAMETER = re.compile(
    r"([?&;](?:[^=&;#\s]*(?:token|secret|passw|signature|credential|auth)[^=&;#\s]*|(?:\w*[_-]|api)?key|sig|pwd)=)"
    r"[^&;#\s\"']+",
    re.IGNORECASE,
)


def veiled(text: str) -> str:
    """The text, with the logins and secret parameters of all addresses in it hidden."""
    if "://" not in text:
        return text
    return _PARAMETER.sub(rf"\1{HIDDEN}", _LOGIN.sub(f"{HIDDEN}@", text))
