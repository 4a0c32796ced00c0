"""How does the same content become the same archive, byte for byte?"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The earliest moment that an archive can name.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
#: The system whose archives the platform writes itself.
_SYSTEM: Final = 0


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return an archive of the members in their order, without folders, moments and rights."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", compression=ZIP_DEFLATED, compresslevel=9) as target:
        for name, content in members.items():
            member = ZipInfo(name, date_time=_MOMENT)
            member.create_system = _SYSTEM
            member.compress_type = ZIP_DEFLATED
            target.writestr(member, content)
            member.external_attr = 0  # after the fact: the library puts rights of its own where there are none
    return buffer.getvalue()
