"""Which worker dies in the middle of delivering? It delivers without end, as fast as it can."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from triage_core.adapters.webhooks import WebhookSender
from triage_core.compose import open_store, system_clock
from triage_core.domain.receivers import Receivers
from triage_core.service.delivering import Courier, Pace

#: Long against the pauses of a busy machine, short against the patience of a test.
PACE = Pace(lease=timedelta(seconds=6), attempt=timedelta(seconds=4), lanes=4, parcels=4)

if __name__ == "__main__":
    here = Receivers(hosts=(), allow_loopback=True)
    sender = WebhookSender(here, timedelta(seconds=1))
    courier = Courier(open_store(sys.argv[1]), sender, system_clock, PACE)
    while True:
        courier.round()
        time.sleep(0.01)
