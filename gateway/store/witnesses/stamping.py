"""Asks a time stamp authority for a stamp over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from email.message import Message
from typing import IO

from gateway.errors import UsageError
from gateway.ledger.stamps import Stamp, StampError, read_answer, stamp_request
from gateway.ports import Clock, Randomness

MOST_BYTES = 1 << 16
SECONDS = 20.0

_ASKED, _ANSWERED = "application/timestamp-query", "application/timestamp-reply"


def request_stamp(
    url: str, digest: bytes, clock: Clock, randomness: Randomness, seconds: float = SECONDS
) -> tuple[bytes, Stamp]:
    """The answer of the authority at `url` for a SHA-256 digest, as it came, and what it says.

    Keep the answer: it is the evidence. Goes through the proxy that the environment names, if any. Raises
    UsageError for an address that cannot be used, StampError when there is no stamp for just this digest.
    `seconds` limits each wait for the authority, and all of its answer together; whoever drips the header of
    an answer byte by byte takes longer, so nothing that is urgent may wait for this.
    """
    if not url.isascii() or url.partition("://")[0] not in ("http", "https"):
        raise UsageError(f"{url}: a time stamp authority is asked over http or https; correct its address")
    nonce = int.from_bytes(randomness.bytes(8), "big")
    headers = {"Content-Type": _ASKED, "Accept": _ANSWERED}
    asked = urllib.request.Request(url, stamp_request(digest, nonce), headers, method="POST")
    try:
        answer = _post(asked, clock, seconds)
    except urllib.error.HTTPError as fault:
        fault.close()
        raise StampError(f"{url}: the time stamp authority answered with HTTP status {fault.code}") from fault
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise StampError(f"{url}: no time stamp was got, and it may be asked for again: {fault}") from fault
    return answer, read_answer(answer, digest, nonce)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An authority that sends elsewhere is refused: only the address that was set up is asked."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def _post(asked: urllib.request.Request, clock: Clock, seconds: float) -> bytes:
    end = clock.monotonic() + seconds
    with urllib.request.build_opener(_NoRedirect).open(asked, timeout=seconds) as response:
        if response.headers.get_content_type() != _ANSWERED:
            raise ValueError(f"the answer is {response.headers.get_content_type()[:80]}, not {_ANSWERED}")
        got = bytearray()
        while chunk := response.read1(8192):
            got += chunk
            if len(got) > MOST_BYTES:
                raise ValueError(f"the answer is longer than {MOST_BYTES} bytes")
            if clock.monotonic() > end:
                raise TimeoutError(f"the answer took longer than {seconds:g} seconds")
        return bytes(got)
