"""A command whose answer got lost is given again: with a key it is carried out once, and answered twice."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.service.commands.arguments import LONGEST_NAME, Arguments, text_or_none
from gateway.service.connection.frames import Answer
from gateway.service.opened import Opened
from gateway.store.messages import REQUEST
from gateway.store.payloads.message_keys import STORE
from gateway.store.people import SERVICE, actor_id
from gateway.store.tables import Request
from gateway.store.writing.transaction import Entry, Transaction

KEY = "key"


def changed_once(
    opened: Opened, command: str, arguments: Arguments, change: Callable[[Transaction], Answer]
) -> Answer:
    """Make a change, and keep its answer in the same transaction; the same key again gets that answer.

    `again` in it tells so. Without a `key` among the arguments the change is made each time. Raises
    `UsageError` when the key came before with other arguments, besides what the change raises.
    """
    key = text_or_none(arguments, KEY, LONGEST_NAME)
    if key is None:
        return opened.store.writer.do(change)
    scoped = sha256(json.dumps([KEY, command, key]).encode()).hexdigest()
    asked = json.dumps({**arguments, KEY: command}, sort_keys=True).encode()

    def keyed(transaction: Transaction) -> Answer:
        secret = opened.store.keys.of(transaction.connection, STORE)
        content = hmac.new(secret, b"acorn-command " + asked, "sha256").hexdigest()
        kept = select(col(Request.answer)).where(col(Request.key) == scoped)
        earlier = transaction.connection.execute(kept).scalar_one_or_none()
        if earlier is not None:
            return _earlier(json.loads(earlier), content, key)
        answer = change(transaction)
        kept_answer = json.dumps({"content": content, "answer": answer})
        transaction.insert(Request, {"key": scoped, "answer": kept_answer, "made_at": transaction.now})
        details = {REQUEST: scoped, "answer": kept_answer}
        transaction.record(Entry("request-answered", actor_id(transaction, SERVICE), details=details))
        return {**answer, "again": False}

    return opened.store.writer.do(keyed)


def _earlier(kept: dict[str, str | Answer], content: str, key: str) -> Answer:
    answer = kept["answer"]
    if not hmac.compare_digest(str(kept["content"]), content) or not isinstance(answer, dict):
        raise UsageError(
            f"The key {key!r} came before with another command; nothing was changed. Give each a key of its "
            f"own"
        )
    return {**answer, "again": True}
