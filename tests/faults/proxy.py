"""A TCP proxy that can let connections go half-open: both ends believe in them, and nothing passes."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading


class Proxy:
    """Forwards `port` of 127.0.0.1 to `target`. Each connection has a thread of its own."""

    def __init__(self, port: int, target: int) -> None:
        self._target = target
        self._era = 0
        self._refusing = False
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """The connections there are pass nothing from now on, for ever; new ones work."""
        self._era += 1

    def close(self) -> None:
        """Accept no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, self._era), daemon=True).start()

    def _serve(self, client: socket.socket, era: int) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        with contextlib.suppress(OSError), client, server, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while era == self._era:
                for key, _ in ready.select(0.2):
                    data = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                    if era != self._era:
                        break
                    if not data:
                        return
                    key.data.sendall(data)
            self._hold(client)

    def _hold(self, client: socket.socket) -> None:
        """Keep both ends open until the client gives up, reading nothing: no FIN, no RST, no answer."""
        with selectors.DefaultSelector() as gone:
            gone.register(client, selectors.EVENT_READ)
            threading.Event().wait(60)
