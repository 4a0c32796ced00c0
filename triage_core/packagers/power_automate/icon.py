"""What picture stands for the connector? A ring that comes back to where it began, drawn without any library.

The picture is not compressed, so its bytes do not depend on who compresses.
"""

from __future__ import annotations

import math
import struct
import zlib
from typing import Final

_SIDE: Final = 160
_MIDDLE: Final = (_SIDE - 1) / 2
_RADIUS: Final = 48.0
_HALF_WIDTH: Final = 9.0
#: The ring is open to the upper right, where the arrow stands.
_OPEN_FROM: Final = 15.0
_OPEN_TO: Final = 65.0
_DOT: Final = 14.0
_GROUND: Final = 0
_LINE: Final = 1
_WHITE: Final = b"\xff\xff\xff"


def icon(colour: str) -> bytes:
    """Return a square PNG in white on a colour that is given as #rrggbb."""
    palette = bytes.fromhex(colour.removeprefix("#")) + _WHITE
    rows = b"".join(b"\x00" + bytes(_pixel(x, y) for x in range(_SIDE)) for y in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 3, 0, 0, 0)
    parts = (("IHDR", header), ("PLTE", palette), ("IDAT", _stored(rows)), ("IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), content) for name, content in parts)


def _pixel(x: int, y: int) -> int:
    right, up = x - _MIDDLE, _MIDDLE - y
    if math.hypot(right, up) <= _DOT:
        return _LINE
    on_ring = abs(math.hypot(right, up) - _RADIUS) <= _HALF_WIDTH
    angle = math.degrees(math.atan2(up, right))
    if on_ring and not _OPEN_FROM <= angle <= _OPEN_TO:
        return _LINE
    return _LINE if _in_arrow(right, up) else _GROUND


def _in_arrow(right: float, up: float) -> bool:
    """Tell whether a place lies in the head that ends the ring at its lower opening."""
    angle = math.radians(_OPEN_FROM)
    forward = -math.sin(angle) * (right - _RADIUS * math.cos(angle)) + math.cos(angle) * (
        up - _RADIUS * math.sin(angle)
    )
    outward = math.cos(angle) * right + math.sin(angle) * up - _RADIUS
    length = 2.6 * _HALF_WIDTH
    return 0 <= forward <= length and abs(outward) <= 2 * _HALF_WIDTH * (1 - forward / length)


def _stored(content: bytes) -> bytes:
    """Return content in the form of a compressed stream whose one block is not compressed."""
    length = len(content)
    block = b"\x01" + struct.pack("<HH", length, length ^ 0xFFFF) + content
    return b"\x78\x01" + block + struct.pack(">I", zlib.adler32(content))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
