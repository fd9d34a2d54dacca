"""A browser without a window, driven through two pipes as its makers describe it (DevTools protocol)."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType

__all__ = ["Browser"]

HIGH = 20  # file descriptors below are left alone until the browser gets its 3 and 4
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
PIPED = ("--remote-debugging-pipe", "about:blank")
PATIENCE = 120  # seconds; a busy machine starts a browser slowly
KEYS = {"ArrowDown": 40, "ArrowUp": 38, "Escape": 27}


def _pipe() -> tuple[int, int]:
    """Both ends of a pipe, with high numbers."""
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, HIGH) for end in ends)
    for end in ends:
        os.close(end)
    return read, write


class Browser:
    """One page in a browser; what is done to it is done as a person would."""

    def __init__(self, command: Sequence[str], address: str) -> None:
        inward, self._out = _pipe()
        self._in, outward = _pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(inward), str(outward), *command, *PIPED],
            pass_fds=(inward, outward),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(inward)
        os.close(outward)
        self._held = b""
        self._number = 0
        self._session = ""
        target = self._ask("Target.createTarget", url=address)["targetId"]
        self._session = str(self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        until = time.monotonic() + PATIENCE
        while self.value("document.readyState + ' ' + location.href") != f"complete {address}":
            assert time.monotonic() < until, "the page was never ready"

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._out)  # the browser ends with the pipe
        self._process.wait(PATIENCE)
        os.close(self._in)

    def value(self, expression: str) -> object:
        """What an expression gives in the page."""
        made = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in made, made
        result = made["result"]
        assert isinstance(result, dict)
        return result.get("value")

    def identifiers(self, chosen: str) -> list[str]:
        """The identifiers of the elements that a selector chooses, which must have one."""
        found = self.value(f"[...document.querySelectorAll('.panes :is({chosen})')].map(each => each.id)")
        assert isinstance(found, list)
        return found

    def click(self, identifier: str) -> None:
        """A click in the middle of an element."""
        box = self.value(
            f"(() => {{ const each = document.getElementById('{identifier}');"
            "each.scrollIntoView({block: 'center'}); const box = each.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        assert isinstance(box, list)
        for event in ("mousePressed", "mouseReleased"):
            at = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
            self._ask("Input.dispatchMouseEvent", type=event, **at)

    def press(self, key: str) -> None:
        """A key, pressed and let go."""
        for event in ("keyDown", "keyUp"):
            self._ask(
                "Input.dispatchKeyEvent", type=event, key=key, code=key, windowsVirtualKeyCode=KEYS[key]
            )

    def _ask(self, method: str, **parameters: object) -> dict[str, object]:
        self._number += 1
        asked: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result = answer["result"]
                assert isinstance(result, dict)
                return result

    def _next(self) -> dict[str, object]:
        while b"\0" not in self._held:
            read = os.read(self._in, 65_536)
            assert read, "the browser ended"
            self._held += read
        text, _, self._held = self._held.partition(b"\0")
        message = json.loads(text)
        assert isinstance(message, dict)
        return message
