"""Results of codecs, remembered by what they were made from; each memo belongs to one compiled table."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from gateway.mapping.compiled.doubt import Doubt

__all__ = ["ENTRIES", "LONGEST", "Memo", "StrictMemo", "TextMemo", "TupleMemo", "UsualMemo"]

NUMBERS = 1024  # that a cell remembers: quantities come again and again, amounts hardly do
ENTRIES = 4096  # item numbers, dates and prices of a busy partner; full, it starts anew
LONGEST = 80  # characters of a text that is remembered; longer ones hardly come again


class Memo(dict[Hashable, object]):
    """`memo[text]` (or a day) is what the function gives. Nothing is remembered of what it refuses."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: Hashable) -> object:
        value = self._function(key)
        if not isinstance(key, str) or len(key) <= LONGEST:
            self._keep(key, value)
        return value

    def made(self, key: Hashable) -> object:
        """The same, remembered by who asks."""
        return self._function(key)

    def _keep(self, key: Hashable, value: object) -> None:
        if len(self) >= ENTRIES:
            self.clear()
        self[key] = value


class StrictMemo(Memo):
    """The same; a text that means nothing is left to the exact reader."""

    __slots__ = ()

    def __missing__(self, key: Hashable) -> object:
        value = self._function(key)
        if value is None:
            raise Doubt
        if not isinstance(key, str) or len(key) <= LONGEST:
            self._keep(key, value)
        return value


class TextMemo(StrictMemo):
    """The same for the texts of a format in which an empty one is no value: it gives None."""

    __slots__ = ()

    def __missing__(self, key: Hashable) -> object:
        if key == "":
            self._keep(key, None)
            return None
        return super().__missing__(key)


class UsualMemo(TextMemo):
    """The same for numbers; what `usual` gives for a text is its value, and only where it gives None the
    function is asked. Full, it stays as it is: those that come often have come by then.

    `as_they_stand`: of short numbers, digits and perhaps a point, it has the text itself.
    """

    __slots__ = ("_usual", "as_they_stand")

    def __init__(
        self,
        function: Callable[..., object],
        usual: Callable[[str], object],
        *,
        as_they_stand: bool = False,
    ) -> None:
        super().__init__(function)
        self._usual = usual
        self.as_they_stand = as_they_stand

    def __missing__(self, key: Hashable) -> object:
        assert isinstance(key, str)
        value = self._usual(key)
        if value is None:
            return super().__missing__(key)
        if len(self) < NUMBERS:
            self[key] = value
        return value

    def made(self, key: Hashable) -> object:
        """The same, remembered by who asks."""
        assert isinstance(key, str)
        value = self._usual(key)
        return self._function(key) if value is None else value


class TupleMemo(Memo):
    """The same for functions of several texts, or of a tuple of texts: `memo[one, two]`."""

    __slots__ = ("_spread",)

    def __init__(self, function: Callable[..., object], *, spread: bool) -> None:
        super().__init__(function)
        self._spread = spread

    def __missing__(self, key: Hashable) -> object:
        assert isinstance(key, tuple)
        value = self._function(*key) if self._spread else self._function(key)
        if sum(map(len, filter(None, key))) <= LONGEST:
            self._keep(key, value)
        return value
