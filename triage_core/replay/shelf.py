"""How can any number of incidents wait for their next row in little memory?

A log does not say which row of an incident is its last, so none is ever forgotten. The last few are kept ready and
every other one is packed, in about 250 bytes: memory grows by that for each incident, whatever its rows were.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.replay.incident import Incident

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Enough for a log that is sorted by incident, and for the busiest incidents of one that is sorted by time.
READY: Final = 256
#: Small windows: an incident is short, and the state of each compression is made anew.
_WINDOW, _MEMORY, _LEVEL = -12, 5, 1


class Shelf:
    """Incidents by number, in the order of their first row."""

    def __init__(self, ready: int = READY) -> None:
        """Keep this many unpacked."""
        self._limit: Final = ready
        self._ready: Final[dict[str, Incident]] = {}
        self._packed: Final[dict[str, bytes]] = {}
        self._encode: Final = msgspec.msgpack.Encoder().encode
        self._decode: Final = msgspec.msgpack.Decoder(Incident).decode
        #: The first incident that is packed; the others differ from it in few places.
        self._sample: bytes | None = None

    def get(self, number: str) -> Incident | None:
        """Return an incident; what the caller changes on it is kept until many others were asked for."""
        if (known := self._ready.get(number)) is not None:
            return known
        packed = self._packed.get(number)
        return None if packed is None else self._hold(number, self._unpacked(packed))

    def add(self, number: str, incident: Incident) -> Incident:
        """Put a new incident on the shelf."""
        self._packed[number] = b""
        return self._hold(number, incident)

    def clear(self) -> Iterator[tuple[str, Incident]]:
        """Take all incidents off, in the order of their first row."""
        for number, packed in self._packed.items():
            ready = self._ready.pop(number, None)
            yield number, ready if ready is not None else self._unpacked(packed)
            self._packed[number] = b""
        self._packed.clear()

    def _hold(self, number: str, incident: Incident) -> Incident:
        if len(self._ready) >= self._limit:
            oldest = next(iter(self._ready))
            self._packed[oldest] = self._pack(self._ready.pop(oldest))
        self._ready[number] = incident
        return incident

    def _pack(self, incident: Incident) -> bytes:
        plain = self._encode(incident)
        if self._sample is None:
            self._sample = plain
            self._press = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=plain)
        press = self._press.copy()
        return press.compress(plain) + press.flush()

    def _unpacked(self, packed: bytes) -> Incident:
        return self._decode(zlib.decompressobj(_WINDOW, zdict=self._sample or b"").decompress(packed))
