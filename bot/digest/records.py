"""Lines that continue a record: stack traces of Java, Go and Python, wrapped statements.

One record, one template: the frames of a stack are not counted as lines of their own.
"""

CONTINUING = frozenset(" \tTg})")  # first characters of lines that `belongs` must see


class RecordJoiner:
    """Fed line by line, tells whether a line belongs to the record before it. `open` inside a goroutine's block."""

    __slots__ = ("open",)

    def __init__(self) -> None:
        self.open = False

    def belongs(self, line: str) -> bool:
        """True for a continuation. Of a Python traceback, the exception line is the one that is counted."""
        if not line or line.isspace():
            self.open = False
            return True
        if self.open and not line.startswith("goroutine "):
            return True
        self.open = False
        first = line[0]
        if first in " \t":
            return True
        if first == "g" and line.startswith("goroutine ") and line.rstrip().endswith("]:"):
            self.open = True
            return False
        if first == "T":
            return line.startswith("Traceback (most recent call last)")
        return first in "})" and len(line) < 4
