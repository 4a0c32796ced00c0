"""What can end a step, a run or the engine itself?"""

from __future__ import annotations


class Unsupported(Exception):
    """A flow uses something that the engine does not do; nobody can say what the platform would have done."""


class StepFailed(Exception):
    """A step fails, as it does on the platform."""

    def __init__(self, code: str, message: str, status: str = "Failed") -> None:
        """Say why, in the platform's words."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        #: What came back in spite of it.
        self.outputs: object = None


class Terminated(Exception):
    """A step ended the whole run."""

    def __init__(self, status: str, code: str, message: str) -> None:
        """Say how."""
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def invalid(message: str) -> StepFailed:
    """Return the failure of an expression that has no value."""
    return StepFailed("InvalidTemplate", message)
