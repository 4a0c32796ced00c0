"""What does the store in memory keep of the rollout: controls and their log?"""

from __future__ import annotations

from abc import abstractmethod
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING

from triage_core.control_ports import ControlLine, StoredControl
from triage_core.domain.errors import ControlMoved
from triage_core.ports import Message

if TYPE_CHECKING:
    from triage_core.control_ports import Notice
    from triage_core.ports import Change


class MemoryControls:
    """Lines in lists, under the lock of the store; a control is what its last line says."""

    _lock: RLock

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._control_lines: dict[tuple[str, str], list[ControlLine]] = {}

    def control(self, tenant: str, name: str) -> StoredControl:
        """Return a control as it stands."""
        with self._lock:
            lines = self._control_lines.get((tenant, name))
        last = lines[-1] if lines else None
        document = last.after if last else ""
        return StoredControl(tenant=tenant, name=name, version=last.version if last else 0, document=document)

    @abstractmethod
    def _put_messages(self, key: tuple[str, str], messages: tuple[Message, ...]) -> None:
        """Keep events that are to be delivered."""

    def put_control(self, line: ControlLine, notices: tuple[Notice, ...] = ()) -> None:
        """Write what a line says, the line itself and what it tells; raises `ControlMoved`."""
        with self._lock:
            if self.control(line.tenant, line.name).version != line.version - 1:
                raise ControlMoved
            self._control_lines.setdefault((line.tenant, line.name), []).append(line)
            for notice in notices:
                told = Message(id=notice.id, type=notice.type, payload=notice.payload, at=notice.at)
                self._put_messages((notice.tenant, line.name), (told,))

    def control_log(self, tenant: str, limit: int) -> tuple[ControlLine, ...]:
        """Return the latest changes of a tenant's controls, the newest first."""
        with self._lock:
            found = [line for key, lines in self._control_lines.items() if key[0] == tenant for line in lines]
        found.sort(key=attrgetter("name"))
        return tuple(sorted(found, key=attrgetter("at", "version"), reverse=True)[:limit])

    def _control_moved(self, change: Change) -> bool:
        return any(self.control(guard.tenant, guard.name).version != guard.version for guard in change.guards)
