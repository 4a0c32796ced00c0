"""Which functions does the workflow language have, and how many values does each take?"""

from __future__ import annotations

from typing import Final, NamedTuple


class Arity(NamedTuple):
    """How many values a function takes at least and at most; no end where there is none."""

    least: int
    most: int | None

    def takes(self, count: int) -> bool:
        """Whether so many may be given."""
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        """Say it as people do."""
        if self.most is None:
            return f"{self.least} or more"
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


_MANY: Final = None
_BY_ARITY: Final[dict[tuple[int, int | None], str]] = {
    (0, 0): "trigger triggerOutputs triggerBody workflow guid listCallbackUrl item",
    (0, 1): "utcNow action",
    (0, _MANY): "createArray",
    (1, 1): "items outputs body actions actionOutputs actionBody actionInputs result parameters variables"
    " iterationIndexes toLower toUpper trim length empty not int float bool string base64 base64ToString base64ToBinary"
    " binary dataUri dataUriToBinary dataUriToString decodeBase64 decodeDataUri decodeUriComponent encodeUriComponent"
    " uriComponent uriComponentToBinary uriComponentToString uriHost uriPath uriPathAndQuery uriPort uriQuery uriScheme"
    " first last json xml array dayOfMonth dayOfWeek dayOfYear ticks reverse isInt isFloat abs triggerFormDataValue"
    " triggerFormDataMultiValues triggerMultipartBody",
    (1, 2): "startOfDay startOfHour startOfMonth sort",
    (1, 3): "formatDateTime parseDateTime",
    (1, _MANY): "concat coalesce max min",
    (2, 2): "startsWith endsWith indexOf lastIndexOf split contains equals less lessOrEquals greater greaterOrEquals"
    " join skip take add sub mul div mod rand range removeProperty xpath formDataValue formDataMultiValues"
    " multipartBody uri chunk dateDifference",
    (2, 3): "addSeconds addMinutes addHours addDays substring slice convertFromUtc convertToUtc getFutureTime"
    " getPastTime formatNumber",
    (2, _MANY): "and or union intersection",
    (3, 3): "if replace setProperty addProperty nthIndexOf",
    (3, 4): "addToTime subtractFromTime convertTimeZone",
}

#: Functions are found in any spelling.
FUNCTIONS: Final[dict[str, Arity]] = {
    name.lower(): Arity(*arity) for arity, names in _BY_ARITY.items() for name in names.split()
}
