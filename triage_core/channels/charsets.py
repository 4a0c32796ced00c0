"""Which text do bytes of a doubtful encoding hold?"""

from __future__ import annotations

import re
from encodings.aliases import aliases
from typing import Final

#: Codecs that are no character sets, run away, or read escapes.
_REFUSED: Final = {
    "base64_codec", "bz2_codec", "hex_codec", "idna", "mbcs", "oem", "punycode", "quopri_codec", "raw_unicode_escape",
    "rot_13", "undefined", "unicode_escape", "uu_codec", "zlib_codec",
}  # fmt: skip
_KNOWN: Final = (set(aliases.values()) | {"koi8_t", "koi8_u", "cp720", "cp874", "utf_8_sig"}) - _REFUSED
#: What writers mean when they say these.
_MEANT: Final = {"latin_1": "cp1252", "ascii": "utf_8", "gb2312": "gb18030"}
_FALLBACKS: Final = ("utf_8", "cp1252")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def decoded(raw: bytes, charset: str = "") -> str:
    """Return the text of bytes: as declared, else as UTF-8, else as a western code page; never fails."""
    # Only codecs that are known by name are looked up: a search for others would import, and be kept for ever.
    name = charset.partition("*")[0].strip(" '\"").lower().replace("-", "_").replace(" ", "_")
    name = aliases.get(name, name)
    declared = (_MEANT.get(name, name),) if name in _KNOWN else ()
    for codec in (*declared, *_FALLBACKS):
        try:
            return storable(raw.decode(codec))
        except UnicodeError:
            continue
    return raw.decode("latin_1")


def storable(text: str) -> str:
    """Return a text without halves of characters, which no encoding can carry."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
