"""Who may see the metrics page, and whether it is served over TLS.

The conventions are those of Prometheus' exporters (web.config): a certificate and a key, and users with
bcrypt hashes, so that `htpasswd -nB name` makes a line. /livez and /readyz stay open: they tell nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from worker.errors import UsageError
from worker.settings import Serve

_MOST_REMEMBERED = 100
_NOBODY = b"$2b$10$CwTycUXWue0Thq9StjUM0uJ8.oqFqPXL2iM/ioVdGtPF9mUpNvLe6"


@dataclass(frozen=True, slots=True)
class Access:
    """`tls`: how to serve, None for plain HTTP; `users`: bcrypt hashes by name, empty admits everybody."""

    tls: ssl.SSLContext | None = None
    users: Mapping[str, bytes] = field(default_factory=dict)
    _known: dict[bytes, bool] = field(default_factory=dict)

    @property
    def scheme(self) -> str:
        """The address's first word."""
        return "http" if self.tls is None else "https"

    def admits(self, authorization: str | None) -> bool:
        """Whether this Authorization header names a user and the password."""
        if not self.users:
            return True
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        digest = hashlib.sha256(token.encode()).digest()
        if digest not in self._known:  # bcrypt is slow by intent; a scraper asks every few seconds
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = self._right(token)
        return self._known[digest]

    def _right(self, token: str) -> bool:
        import bcrypt

        try:
            name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        # A name that is none takes as long, so that the time does not tell who exists. bcrypt takes 72 bytes.
        right = bcrypt.checkpw(password.encode()[:72], self.users.get(name, _NOBODY))
        return right and name in self.users


def open_access(settings: Serve) -> Access:
    """The access these settings ask for. Raises UsageError that names the key and the file at fault."""
    users = {} if settings.users is None else _users(Path(settings.users))
    if settings.tls_cert is None and settings.tls_key is None:
        return Access(None, users)
    if settings.tls_cert is None or settings.tls_key is None:
        raise UsageError("metrics.tls_cert and metrics.tls_key go together: set both, or neither.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except OSError as error:
        files = f"{settings.tls_cert} and {settings.tls_key}"
        raise UsageError(f"metrics.tls_cert and metrics.tls_key, {files}, cannot be used: {error}.") from None
    return Access(context, users)


def _users(path: Path) -> dict[str, bytes]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"metrics.users: {path} cannot be read: {error}.") from None
    users = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not name or len(hashed) != 60 or hashed[:4] not in ("$2a$", "$2b$", "$2y$"):
            raise UsageError(
                f"metrics.users: {path}:{number}: expected name:bcrypt hash; `htpasswd -nB NAME` makes one."
            )
        users[name] = hashed.encode()
    if not users:
        raise UsageError(
            f"metrics.users: {path} names nobody, so nobody could see the page. Remove the key or add a line."
        )
    return users
