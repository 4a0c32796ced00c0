"""Which questions tell where texts lie, and which statements let go of what is kept beside tickets?"""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, select

from triage_core.adapters.sql.customers import profiles
from triage_core.adapters.sql.tables import KEY, outbox, texts, tickets
from triage_core.domain.entry import Kind

_TENANT = bindparam("tenant", type_=KEY)
_REQUESTER = bindparam("requester_key", type_=KEY)

#: In pages by key; a ticket whose texts are gone is not read any more.
TEXTS_DUE = (
    select(texts.c.ticket_id)
    .distinct()
    .where(
        texts.c.tenant == _TENANT,
        texts.c.ticket_id > bindparam("after", type_=KEY),
        texts.c.at <= bindparam("before", type_=BigInteger),
    )
    .order_by(texts.c.ticket_id)
    .limit(bindparam("limit", type_=BigInteger))
)
#: Asked for so rarely that no index is kept for it.
OF_REQUESTER = (
    select(tickets.c.document)
    .where(tickets.c.tenant == _TENANT, tickets.c.requester_key == _REQUESTER)
    .order_by(tickets.c.created_at, tickets.c.id)
)
#: An intent of the outbox tells of each release, in the order of an index.
LATELY_RELEASED = (
    select(tickets.c.document)
    .where(
        tickets.c.tenant == _TENANT,
        tickets.c.id.in_(
            select(outbox.c.ticket_id).where(
                outbox.c.tenant == _TENANT,
                outbox.c.type == Kind.MESSAGE_RELEASED.value,
                outbox.c.created_at > bindparam("since", type_=BigInteger),
            )
        ),
    )
    .order_by(tickets.c.id)
)
DROP_PROFILES = (
    profiles.delete()
    .where(profiles.c.tenant == _TENANT, profiles.c.requester_key == _REQUESTER, profiles.c.requester_key != "")
    .returning(profiles.c.requester_key)
)
#: What words of customers, or what comes from them, may have lain in.
REWRITTEN = ("tickets", "texts", "candidates", "candidate_threads", "profiles", "articles", "article_versions")
