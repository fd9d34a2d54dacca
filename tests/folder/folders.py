"""Drop folders for tests, and files to drop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from gateway.agreements.channel import Whole, WholeBy
from gateway.store.open_folders import FolderDisk
from gateway.transports.folder.claims import Claim, Claims, DropFolder
from gateway.transports.folder.incoming import Incoming, Look

ISA = b"ISA*00*          *00*          *ZZ*ACORN          *ZZ*OAK            *261123*1200*U"
ISA += b"*00401*000000007*0*T*>~"
X12 = ISA + b"GS*PO*A*B*20261123*1200*7*X*004010~ST*850*0001~BEG*00*SA*1**20261123~SE*3*0001~GE*1*7~"
X12 += b"IEA*1*000000007~"
CSV = b"order,line,quantity\n" + b"".join(b"PO1,%d,5\n" % line for line in range(1, 200))


class Drop:
    """One drop folder with a clock of its own."""

    def __init__(self, root: Path, by: WholeBy, disk: FolderDisk | None = None) -> None:
        self.place = DropFolder.of(root, "acorn/edi")
        self.path = root / "acorn" / "edi"
        self.path.mkdir(parents=True, exist_ok=True)
        self.disk = disk or FolderDisk()
        numbers = itertools.count(1)
        self.whole = Whole(by=by, quiet=60, patience=3600)
        self.incoming = Incoming(self.place, self.whole, self.disk, lambda: f"c{next(numbers):06}")
        self.claims = Claims(self.place, self.disk)
        self.now = 0.0

    def look(self, after: float = 1.0) -> Look:
        """One look, so many seconds after the last."""
        self.now += after
        return self.incoming.look(self.now)

    def content(self, claim: Claim) -> bytes:
        """All bytes of a claim."""
        with self.claims.opened(claim) as pieces:
            return b"".join(pieces)

    def taken(self, look: Look) -> dict[bytes, bytes]:
        """The files that a look claimed."""
        return {claim.name: self.content(claim) for claim in look.claims}


def cuts(whole: bytes) -> Iterator[bytes]:
    """The beginnings of a file, cut at each tenth."""
    return (whole[: len(whole) * tenth // 10] for tenth in range(10))
