"""Which functions may an expression call, and with how many arguments?

The names are those of Make's own table (make-skills, iml-functions); a name that is not in it saves without a word and
fails every run.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Arity(NamedTuple):
    """How many arguments a function takes; no upper end where it takes any number."""

    least: int
    most: int | None

    def __str__(self) -> str:
        """Say it in words."""
        if self.most is None:
            return f"at least {self.least}"
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


_MANY: Final = None
_BY_ARITY: Final[dict[Arity, str]] = {
    Arity(1, 1): (
        "lower upper capitalize startcase trim stripHTML escapeHTML encodeURL decodeURL toBinary md5 "
        "ceil floor abs first last reverse shuffle deduplicate keys toArray length"
    ),
    Arity(
        1, 2
    ): "toString ascii base64 replaceEmojiCharacters sha1 sha256 sha512 round trunc parseNumber flatten distinct",
    Arity(1, 3): "sort",
    Arity(1, 4): "formatNumber",
    Arity(1, _MANY): "min max sum average median stdevS stdevP",
    Arity(2, 2): "ifempty get equal split indexOf contains join",
    Arity(2, 3): "formatDate parseDate substring slice",
    Arity(2, 4): "map",
    Arity(2, _MANY): "pick omit add remove merge",
    Arity(3, 3): "if replace toCollection",
    Arity(3, _MANY): "switch",
}
_OF_DATES: Final = (
    *(f"add{unit}" for unit in ("Days", "Hours", "Minutes", "Seconds", "Months", "Years")),
    *(f"set{unit}" for unit in ("Date", "Day", "Month", "Year", "Hour", "Minute", "Second")),
)
FUNCTIONS: Final[dict[str, Arity]] = {
    **{name: arity for arity, names in _BY_ARITY.items() for name in names.split()},
    **dict.fromkeys(_OF_DATES, Arity(2, 2)),
}
VARIABLES: Final = frozenset({"now", "timestamp", "pi", "random", "uuid", "executionId"})
KEYWORDS: Final = frozenset(
    {"null", "true", "false", "emptystring", "emptyarray", "space", "tab", "newline", "nbsp", "carriagereturn"}
    | {"ignore", "erase"}
)
