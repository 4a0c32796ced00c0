"""What do the stand-ins of services have in common? They listen, remember every request, and misbehave when told to."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.standins import schemas


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body holds."""
        return json.loads(self.body)

    @property
    def steps(self) -> tuple[str, ...]:
        """The path, step by step."""
        return tuple(unquote(step) for step in self.path.strip("/").split("/"))


@dataclass(frozen=True)
class Said:
    """An answer; its document is written as JSON unless it is empty."""

    status: int = 200
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Trouble:
    """How a stand-in misbehaves, and for how many requests."""

    #: Answer so and do nothing.
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    #: Do nothing and say nothing until nobody waits any more.
    is_silent: bool = False
    #: Do the work, and hang up instead of telling so.
    drops: bool = False
    times: int | None = None


class StandIn(ABC):
    """A service on this machine. Use it as a context; `received` holds all requests, `url` is where it listens."""

    #: The beginning of every path.
    root: ClassVar[str] = ""
    #: The public schemas that documents are held against as well.
    schemas: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        """Listen to nobody yet."""
        self.received: list[Received] = []
        #: What shared schemas say against documents that passed the stand-in's own rules.
        self.complaints: list[str] = []
        self.released = threading.Event()
        #: How long every answer takes after the work was done.
        self.seconds = 0.0
        self._trouble: Trouble | None = None
        self._lock = threading.RLock()
        self._server: _Server | None = None

    @abstractmethod
    def answer(self, request: Received) -> Said:
        """Do what the service does with a request."""

    def refusal(self, status: int) -> Any:
        """Return the document that the service sends along with a failure."""
        del status
        return None

    # --- for tests ----------------------------------------------------------------------------------------------------

    def fails(self, status: int, times: int | None = None, **headers: str) -> None:
        """Answer with a status and do nothing; an underscore in a header's name stands for a dash."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._trouble = Trouble(status=status, headers=named, times=times)

    def drops(self, times: int | None = None) -> None:
        """Do the work, and hang up without a word."""
        self._trouble = Trouble(drops=True, times=times)

    def stays_silent(self, times: int | None = None) -> None:
        """Take requests and neither do nor say anything."""
        self._trouble = Trouble(is_silent=True, times=times)

    def recovers(self) -> None:
        """Work again."""
        self._trouble = None

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None, "use the stand-in as a context"
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Where requests begin."""
        return f"http://127.0.0.1:{self.port}{self.root}"

    def __enter__(self) -> Self:
        schemas.load(self.schemas)  # nobody should have to wait for that later
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- for the server -----------------------------------------------------------------------------------------------

    def take(self, request: Received) -> Said | None:
        """Note a request and return what is said to it; nothing where it hangs up."""
        with self._lock:
            self.received.append(request)
            trouble = self._next_trouble()
            if trouble.status is not None:
                return Said(trouble.status, self.refusal(trouble.status), trouble.headers)
            said = None if trouble.is_silent else self.answer(request)
        self.released.wait(30 if trouble.is_silent else self.seconds)
        return None if trouble.drops else said

    def _next_trouble(self) -> Trouble:
        trouble = self._trouble
        if trouble is None:
            return Trouble()
        if trouble.times is not None:
            trouble.times -= 1
            if trouble.times <= 0:
                self._trouble = None
        return trouble


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stand_in: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: senders that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        address = urlsplit(self.path)
        said = self.server.stand_in.take(
            Received(
                method=self.command,
                path=address.path,
                query=dict(parse_qsl(address.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
            )
        )
        if said is None:
            self.close_connection = True
            return
        body = b"" if said.document is None else json.dumps(said.document).encode()
        self.send_response(said.status)
        for name, value in {"content-type": "application/json", **said.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - as the base class calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""
