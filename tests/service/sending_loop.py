"""Which worker dies in the middle of sending? It sends without end, as fast as it can."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from pydantic import TypeAdapter

from tests.standins import slack, zendesk
from triage_core.adapters.surfaces.opened import OpenedSurfaces
from triage_core.adapters.surfaces.reach import reach
from triage_core.adapters.surfaces.settings import LOOPBACK, TenantSurfaces
from triage_core.compose import open_store, system_clock
from triage_core.domain.sending import Envelope, Send, Surface
from triage_core.service.delivering import Pace
from triage_core.service.sending import Dispatcher

#: Long against the pauses of a busy machine, short against the patience of a test.
PACE = Pace(lease=timedelta(seconds=2.5), attempt=timedelta(seconds=1.5), lanes=4, parcels=4)


def worded(_tenant: str, send: Send) -> Envelope:
    to = (send.about,) if send.surface is Surface.ZENDESK else ()
    return Envelope(text=send.id, to=to)


if __name__ == "__main__":
    document = {
        "acme": {
            "slack": {"token": slack.TOKEN, "channel": slack.CHANNEL, "address": sys.argv[2]},
            "zendesk": {
                "subdomain": "acme",
                "email": zendesk.EMAIL,
                "token": zendesk.TOKEN,
                "address": sys.argv[3],
            },
        }
    }
    set_up = TypeAdapter(dict[str, TenantSurfaces]).validate_python(document, context={LOOPBACK: True})
    opened = OpenedSurfaces(set_up, reach(allow_loopback=True, time_limit=timedelta(seconds=1)))
    dispatcher = Dispatcher(open_store(sys.argv[1]).sends, opened, worded, system_clock, pace=PACE)
    while True:
        dispatcher.round()
        time.sleep(0.01)
