"""How do keys come into being, change hands and end?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from triage_core.contract.operation import Scope
from triage_core.domain.credentials import KEY_LIFE, LONGEST_KEY_LIFE, OVERLAP, TOUCHED_EVERY, ApiKey, KeyPlatform
from triage_core.domain.errors import TriageError
from triage_core.identity import written_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from triage_core.identity_ports import Keys

_LONGEST_NAME: Final = 80
#: Compared with where no key has the prefix, so that both refusals take the same time.
_NOBODY: Final = written_key.digest("")


class KeyWishInvalid(TriageError):
    """A key was asked for that cannot be made."""

    code = "key_wish_invalid"

    def __init__(self, wrong: str) -> None:
        """Say what cannot be, and what can."""
        super().__init__(f"this key cannot be made: {wrong}")


class KeyNotFound(TriageError):
    """No living key of the tenant has the prefix."""

    code = "key_not_found"

    def __init__(self) -> None:
        """Say where keys are listed."""
        super().__init__("no living key of this tenant has this prefix; see them with: triage keys list")


class SecondPersonNeeded(TriageError):
    """One person alone may not do this."""

    code = "second_person_needed"

    def __init__(self) -> None:
        """Say how a second person comes in."""
        super().__init__("this needs a second administrator: propose it, and let another person confirm it")


class KeyWish(NamedTuple):
    """What a new key shall be."""

    tenant: str
    name: str
    platform: str
    scopes: Collection[str]
    created_by: str
    life: timedelta = KEY_LIFE


class MadeKey(NamedTuple):
    """A new key; its text is shown to whoever asked, once."""

    key: ApiKey
    text: str


class KeyRing:
    """The keys of all tenants."""

    def __init__(self, keys: Keys, now: Callable[[], datetime]) -> None:
        """Keep keys in a store."""
        self._keys, self._now = keys, now

    def create(self, wish: KeyWish) -> MadeKey:
        """Make a key that works at once; raises `KeyWishInvalid`, and `SecondPersonNeeded` for an administrator's."""
        if Scope.ADMIN in wish.scopes:
            raise SecondPersonNeeded
        made = self.draw(wish)
        self._keys.add_key(made.key)
        return made

    def draw(self, wish: KeyWish) -> MadeKey:
        """Return a key that does not work yet; raises `KeyWishInvalid`."""
        check(wish)
        written, now = written_key.make(), self._now()
        key = ApiKey(
            tenant=wish.tenant,
            prefix=written.prefix,
            secret_hash=written_key.digest(written.secret),
            name=wish.name.strip(),
            platform=wish.platform,
            scopes=tuple(sorted(set(wish.scopes))),
            created_by=wish.created_by,
            created_at=now,
            expires_at=now + wish.life,
        )
        return MadeKey(key, str(written))

    def list(self, tenant: str) -> tuple[ApiKey, ...]:
        """Return all keys of a tenant, the newest first."""
        return self._keys.keys(tenant)

    def rotate(self, tenant: str, prefix: str, by: str, overlap: timedelta = OVERLAP) -> MadeKey:
        """Make a key with the same rights and let the old one end after a while; raises `KeyNotFound`."""
        old, now = self._living(tenant, prefix), self._now()
        life = min(old.expires_at - old.created_at, LONGEST_KEY_LIFE)
        made = self.draw(KeyWish(tenant, old.name, old.platform, old.scopes, by, life))
        new = replace(made.key, rotated_from=prefix)
        self._keys.add_key(new)
        self._keys.end_key(tenant, prefix, now + max(overlap, timedelta()))
        return MadeKey(new, made.text)

    def revoke(self, tenant: str, prefix: str) -> None:
        """Let a key end now; raises `KeyNotFound`."""
        self._living(tenant, prefix)
        self._keys.revoke_key(tenant, prefix, self._now())

    def known(self, text: str) -> ApiKey | None:
        """Return the living key that a text is, and note its use; nothing tells why a text is none."""
        written = written_key.read(text) or written_key.WrittenKey("", "")
        key, now = self._keys.key(written.prefix), self._now()
        is_right = written_key.fits(written.secret, key.secret_hash if key else _NOBODY)
        if key is None or not is_right or not key.is_alive(now):
            return None
        if key.last_used_at is None or now - key.last_used_at >= TOUCHED_EVERY:
            self._keys.touch_key(key.tenant, key.prefix, now)
        return key

    def _living(self, tenant: str, prefix: str) -> ApiKey:
        key = self._keys.key(prefix)
        if key is None or key.tenant != tenant or not key.is_alive(self._now()):
            raise KeyNotFound
        return key


def check(wish: KeyWish) -> None:
    """Refuse a wish that cannot be granted; raises `KeyWishInvalid`."""
    known = [scope.value for scope in Scope]
    if not 0 < len(wish.name.strip()) <= _LONGEST_NAME or not wish.name.isprintable():
        raise KeyWishInvalid(f"give it a name of 1 to {_LONGEST_NAME} visible characters")
    if wish.platform not in list(KeyPlatform):
        raise KeyWishInvalid(f"choose its platform among {', '.join(KeyPlatform)}")
    if not wish.scopes or not set(wish.scopes) <= set(known):
        raise KeyWishInvalid(f"choose its scopes among {', '.join(known)}")
    if not timedelta() < wish.life <= LONGEST_KEY_LIFE:
        raise KeyWishInvalid(f"let it live for 1 to {LONGEST_KEY_LIFE.days} days")
    if not wish.created_by.strip():
        raise KeyWishInvalid("say who makes it")
