"""How to reach a Kafka cluster, and how long to wait for it; values only, without the client library.

`security_protocol` has no default: whoever connects without encryption says so. `insecurities` lists
in sentences what the settings leave open, for the start of the log.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum

from worker.errors import UsageError


class SecurityProtocol(StrEnum):
    """Kafka's names: with or without TLS, with or without a user name."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def has_tls(self) -> bool:
        """Whether the connection is encrypted and the broker shows a certificate."""
        return self in (SecurityProtocol.SSL, SecurityProtocol.SASL_SSL)

    @property
    def has_sasl(self) -> bool:
        """Whether a user name and password are sent."""
        return self in (SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)


class SaslMechanism(StrEnum):
    """How the password is proved. PLAIN sends it; SCRAM does not."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """Where Kafka is and how to behave towards it. Times are in seconds.

    session_timeout: how long a member may be silent before its partitions go to others; 20 s bridges a
    garbage collection or a short network cut, and is what a killed worker's partitions wait.
    poll_interval: how long a unit of work may take before the member is put out of the group; two
    minutes is a hundred times a usual batch, and bounds how long a stuck member holds up a rebalance.
    transaction_timeout: how long the broker keeps a transaction open for a worker that died in it;
    until then readers of what it wrote, and its successor, wait. A unit's messages are sent only when
    the unit ends, so a transaction usually lasts well under a second.
    request_timeout: how long one request may go unanswered; less than the transaction's, so that a
    request lost with a broker is tried again before the transaction dies.
    compression: of what is published: gzip, lz4, snappy or zstd; None sends it as it is.
    instance: a name no other live member of the group has. It makes the member static: one that comes back
    under its name within session_timeout takes up its partitions without a rebalance, but one that is
    stopped for good leaves them unread that long.
    Raises UsageError when the security settings contradict each other.
    """

    bootstrap_servers: tuple[str, ...]
    security_protocol: SecurityProtocol
    sasl_mechanism: SaslMechanism | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_keyfile_password: str | None = field(default=None, repr=False)
    ssl_check_hostname: bool = True
    client_id: str = "tocsin"
    compression: str | None = None
    instance: str | None = None
    session_timeout: float = 20.0
    poll_interval: float = 120.0
    transaction_timeout: float = 20.0
    request_timeout: float = 10.0

    def __post_init__(self) -> None:
        """Refuse settings that cannot work or would silently have no effect."""
        if not self.bootstrap_servers:
            raise UsageError("bus.kafka.bootstrap_servers is empty; name at least one broker as host:port.")
        self._check_sasl()
        self._check_tls()
        if not self.request_timeout < self.transaction_timeout <= self.poll_interval:
            raise UsageError(
                "bus.kafka: request_timeout must be less than transaction_timeout, which must be at most "
                "poll_interval."
            )

    def _check_sasl(self) -> None:
        given = [self.sasl_mechanism, self.username, self.password]
        if self.security_protocol.has_sasl and not all(given):
            raise UsageError(
                f"bus.kafka.security_protocol = {self.security_protocol} needs sasl_mechanism, username and "
                f"password."
            )
        if not self.security_protocol.has_sasl and any(given):
            raise UsageError(
                f"bus.kafka has username, password or sasl_mechanism; {self.security_protocol} uses none: "
                f"take SASL_SSL (or SASL_PLAINTEXT), or remove them."
            )

    def _check_tls(self) -> None:
        given = [self.ssl_cafile, self.ssl_certfile, self.ssl_keyfile, self.ssl_keyfile_password]
        if not self.security_protocol.has_tls and any(given):
            raise UsageError(
                f"bus.kafka has ssl_ settings that {self.security_protocol} does not use; take SSL or "
                f"SASL_SSL, or remove them."
            )
        if self.ssl_keyfile and not self.ssl_certfile:
            raise UsageError("bus.kafka.ssl_keyfile needs ssl_certfile, the certificate it belongs to.")

    def insecurities(self) -> tuple[str, ...]:
        """What these settings leave open to others on the network, a sentence each; none if all is well."""
        found = []
        if not self.security_protocol.has_tls and not self._is_local():
            found.append("Kafka is spoken to without encryption: articles and alerts can be read on the way.")
            if self.sasl_mechanism is SaslMechanism.PLAIN:
                found.append("The Kafka password is sent readable over the network (PLAIN without TLS).")
        if self.security_protocol.has_tls and not self.ssl_check_hostname:
            found.append("The broker's host name is not checked: any holder of a certificate can pose as it.")
        return tuple(found)

    def _is_local(self) -> bool:
        return all(_is_loopback(server.rsplit(":", 1)[0].strip("[]")) for server in self.bootstrap_servers)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
