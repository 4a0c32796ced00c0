"""Which receivers do the tests of webhooks send to? Real servers on this machine, each with a habit of its own."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

MORE_THAN_ANYBODY_READS = 4 * 1024 * 1024


@dataclass(frozen=True)
class Got:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]


#: What a receiver does with a request after it was read.
Habit = Callable[["_Handler"], None]


def answers(status: int = 200, **headers: str) -> Habit:
    """Answer with a status; an underscore in a header's name stands for a dash."""

    def act(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    return act


def hangs_up(handler: _Handler) -> None:
    """Take the request and say nothing."""
    handler.close_connection = True


def stays_silent(handler: _Handler) -> None:
    """Answer only when nobody waits any more."""
    handler.server.receiver.released.wait(30)


def drips(handler: _Handler) -> None:
    """Send a byte of the answer now and then, for ever."""
    with suppress(OSError):
        while not handler.server.receiver.released.wait(0.05):
            handler.wfile.write(b"H")


def drips_its_body(handler: _Handler) -> None:
    """Answer with 200 at once, and never come to an end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    drips(handler)


def talks_much(handler: _Handler) -> None:
    """Answer with more than anybody reads, and count what was taken."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(MORE_THAN_ANYBODY_READS))
    handler.end_headers()
    with suppress(OSError):
        for _ in range(MORE_THAN_ANYBODY_READS // 1024):
            handler.wfile.write(b"x" * 1024)
            handler.server.receiver.written += 1024


def talks_nonsense(handler: _Handler) -> None:
    """Answer in another protocol."""
    handler.wfile.write(b"220 mail.example.com ESMTP\r\n")
    handler.close_connection = True


def after(seconds: float, habit: Habit) -> Habit:
    """Take some time first."""

    def act(handler: _Handler) -> None:
        time.sleep(seconds)
        habit(handler)

    return act


@dataclass
class Receiver:
    """A server with habits: one for each request, the last one for all that follow."""

    habits: list[Habit] = field(default_factory=lambda: [answers()])
    context: ssl.SSLContext | None = None
    port: int = 0
    got: list[Got] = field(default_factory=list)
    #: Bytes of answers that the network took.
    written: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.receiver = self
        self.port = self._server.server_address[1]
        if self.context is not None:
            self._server.socket = self.context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=secret"

    @property
    def ids(self) -> list[str]:
        """The messages that arrived, in order."""
        return [got.message_id for got in self.got]

    def take(self, got: Got) -> Habit:
        """Note a request and choose what to do."""
        with self._lock:
            self.got.append(got)
            return self.habits.pop(0) if len(self.habits) > 1 else self.habits[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: senders that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.receiver.take(Got(path=self.path, headers=headers, body=body))(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""
