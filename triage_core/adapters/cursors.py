"""Where does the next page of a queue start? An opaque text for callers, a place in the queue order for stores."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from triage_core.domain.errors import CursorInvalid
from triage_core.domain.model import Ticket

#: Class rank, order key and id of the last ticket that was shown.
Place = tuple[int, int, str]

_DECODER: msgspec.json.Decoder[Place] = msgspec.json.Decoder(Place)


def place_of(ticket: Ticket) -> Place:
    """Say where a ticket stands in queue order."""
    return ticket.class_rank, ticket.order_key, ticket.id


def write(place: Place) -> str:
    """Turn a place into a cursor."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode()


def read(cursor: str) -> Place:
    """Turn a cursor back into a place."""
    try:
        return _DECODER.decode(urlsafe_b64decode(cursor.encode()))
    except ValueError as error:  # also what base64, UTF-8 and msgspec raise
        raise CursorInvalid from error
