"""Which process dies in the middle of writing? It saves without end and says what is durable."""

from __future__ import annotations

import itertools
import sys
import threading

from tests.adapters.decisions import answer, change, message, text, ticket, timer
from triage_core.compose import open_store
from triage_core.ports import Store


def write(store: Store, worker: int) -> None:
    for number in itertools.count():
        ticket_id = f"{worker}-{number}"
        made = change(
            ticket(ticket_id),
            texts=(text("x"),),
            timers=(timer("resolution"),),
            messages=(message(f"m-{ticket_id}"),),
            answer=answer(ticket_id),
        )
        store.save(made)
        moved = change(made.ticket)
        store.save(moved)
        sys.stdout.write(f"{ticket_id} {moved.ticket.version}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    opened = open_store(sys.argv[1])
    for worker in range(4):
        threading.Thread(target=write, args=(opened, worker)).start()
