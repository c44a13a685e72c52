"""Whether a Kafka broker can be reached and trusted, asked before a client is built for it.

kafka-python retries a refused certificate or password until its time is up and then reports only the
time; the reason goes to its log. Here the certificate is checked with a handshake of our own, and the
reason of a failed login is read from the log record.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from worker.bus.kafka_settings import KafkaSettings
from worker.errors import Outage, UsageError

PROBE_SECONDS = 3.0


def tls(settings: KafkaSettings) -> ssl.SSLContext | None:
    """The TLS context the settings ask for, or None. Raises UsageError naming the file at fault."""
    if not settings.security_protocol.has_tls:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
    except OSError as error:
        raise UsageError(f"bus.kafka.ssl_cafile {settings.ssl_cafile} cannot be used: {error}.") from error
    context.check_hostname = settings.ssl_check_hostname
    if settings.ssl_certfile:
        try:
            # Never None as the password: OpenSSL would ask for it on the terminal.
            password = settings.ssl_keyfile_password or ""
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password)
        except OSError as error:
            files = f"{settings.ssl_certfile} and {settings.ssl_keyfile or 'the key in it'}"
            raise UsageError(f"bus.kafka.ssl_certfile {files} cannot be used: {error}.") from error
    return context


def probe(settings: KafkaSettings, context: ssl.SSLContext | None) -> None:
    """Return if one of the brokers listens, and shows a certificate we trust where TLS is asked for.

    Raises Outage if none listens, UsageError for a certificate not trusted or an address that is none.
    """
    reasons = []
    for server in settings.bootstrap_servers:
        host, port = _address(server)
        try:
            with socket.create_connection((host, port), timeout=PROBE_SECONDS) as connection:
                if context is not None:
                    context.wrap_socket(connection, server_hostname=host).close()
        except ssl.SSLCertVerificationError as error:
            raise UsageError(
                f"The certificate of the Kafka broker {server} is not trusted: {error.verify_message}. Check "
                f"bus.kafka.ssl_cafile and the broker's name."
            ) from error
        except OSError as error:
            reasons.append(f"{server}: {error.strerror or error}")
        else:
            return
    raise Outage(f"No Kafka broker can be reached ({'; '.join(reasons)}).")


@contextmanager
def failures() -> Iterator[list[BaseException]]:
    """The errors kafka-python's connections log while the block runs, in order."""
    found: list[BaseException] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            arguments = record.args if isinstance(record.args, tuple) else ()
            found.extend(each for each in arguments if isinstance(each, BaseException))

    logger, listener = logging.getLogger("kafka.net.manager"), Listener()
    logger.addHandler(listener)
    try:
        yield found
    finally:
        logger.removeHandler(listener)


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(f"bus.kafka.bootstrap_servers: {server!r} is not host:port.")
    return host.strip("[]"), int(port)
