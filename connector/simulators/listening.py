"""A server that stops as soon as it is told to."""

import selectors
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener(ThreadingHTTPServer):
    """Take connections in a thread of its own, from `start` to `stop`.

    The library's own loop (`serve_forever`) looks only now and then whether it is to end: many idle servers
    keep a machine busy with looking, and each stop waits for the next look.
    """

    daemon_threads = True
    timeout = 0  # a client that rang and went away again is not waited for

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        super().__init__(address, handler)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no connection more, and free the address. Connections that are open stay so."""
        self._rope.send(b"!")
        self._thread.join()
        self.server_close()

    def server_bind(self) -> None:
        # HTTPServer looks up its own host name here, which can take seconds where DNS is slow.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def server_close(self) -> None:
        super().server_close()
        for end in (self._bell, self._rope):
            end.close()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as rings:
            for each in (self.socket, self._bell):
                rings.register(each, selectors.EVENT_READ)
            while all(key.fileobj is not self._bell for key, _ in rings.select()):
                self.handle_request()
