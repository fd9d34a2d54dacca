"""What came before, as a plan asks for it; what it found out is kept, since the plan rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from gateway.exchange.duplicates import Identity, Seen
from gateway.store.seen import Recognition


@dataclass(slots=True)
class Recognising:
    """Looks for what came before, apart from messages that are looked at again: those are `own`.

    `rests_on` has the latest message under each identity that was asked for, and grows. `beside` has the
    identities of documents of the same file.
    """

    recognition: Recognition
    connection: Connection
    own: frozenset[str] = frozenset()
    rests_on: dict[str, str | None] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what was asked for another file."""
        self.rests_on, self.beside = {}, {}

    def digest(self, identity: Identity) -> str:
        """The digest under which an identity is kept."""
        return self.recognition.digest(self.connection, identity.kind, identity.text)

    def seen(self, digest: str) -> str | None:
        """The latest message of an identity."""
        found = self.recognition.latest(self.connection, (digest,), self.own)
        self.rests_on[digest] = found.get(digest)
        return found.get(digest)

    def seen_of(self, identities: Sequence[Identity]) -> Seen:
        """The latest messages of the identities of one document."""
        digests = {each.kind.value: self.digest(each) for each in identities}
        found = self.recognition.latest(self.connection, [*digests.values()], self.own)
        self.rests_on.update((each, found.get(each)) for each in digests.values())
        return Seen(**{kind: self.beside.get(digest, found.get(digest)) for kind, digest in digests.items()})

    def came(self, digests: Sequence[str], message: str) -> None:
        """A document of this file has these identities; what is alike in it comes behind."""
        self.beside.update(dict.fromkeys(digests, message))
