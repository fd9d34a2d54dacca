"""What somebody could change who may write to the files of a store, each by chance and anew."""

from __future__ import annotations

import json
from collections.abc import Callable

from gateway.ledger.leaf import canonical_json
from gateway.ledger.tree import leaf_hash
from gateway.store.signing.signed_file import signed_path
from tests.ledger.tampered_store import Hands

Deed = Callable[[Hands], None]


def edit_leaf(hands: Hands) -> None:
    """Another time, actor, word or number in a leaf, in the spelling of the gateway."""
    n, body = hands.one("ledger_leaf", "n, body")
    leaf = json.loads(body)  # type: ignore[arg-type] # bytes of a leaf
    name = hands.chance.choice(["at", "who", "what", "build"])
    leaf[name] = {
        "at": "2026-11-23T11:11:11.111111Z",
        "who": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "what": "message-lost",
        "build": "9.9.9",
    }[name]
    hands.rows.execute("UPDATE ledger_leaf SET body = ? WHERE n = ?", (canonical_json(leaf), n))


def delete_leaf(hands: Hands) -> None:
    """A leaf is taken out, and later ones move up."""
    n = hands.chance.randrange(hands.size())
    hands.rows.execute("DELETE FROM ledger_leaf WHERE n = ?", (n,))
    hands.rows.execute("DELETE FROM ledger_record WHERE n = ?", (n,))
    _move(hands, n + 1, -1)


def insert_leaf(hands: Hands) -> None:
    """A leaf is put in, and later ones move on."""
    n = hands.chance.randrange(hands.size())
    message, body = hands.one("ledger_leaf", "message_id, body", f"n = {n}")
    _move(hands, n, 1)
    leaf = {**json.loads(body), "n": n}  # type: ignore[arg-type] # bytes of a leaf
    leaf.pop("record", None)
    data = canonical_json(leaf)
    hands.rows.execute("INSERT INTO ledger_leaf VALUES (?, ?, ?, ?)", (n, message, data, leaf_hash(data)))


def swap_leaves(hands: Hands) -> None:
    """Two leaves change places, as they are."""
    (first, *one), (second, *other) = hands.two("ledger_leaf", "n, message_id, body, hash")
    setting = "UPDATE ledger_leaf SET message_id = ?, body = ?, hash = ? WHERE n = ?"
    hands.rows.execute(setting, (*other, first))
    hands.rows.execute(setting, (*one, second))


def reorder_leaves(hands: Hands) -> None:
    """Two leaves of no message change places, with all that they tell."""
    (first,), (second,) = hands.two("ledger_leaf", "n", "message_id IS NULL AND n > 9 AND n < 130")
    for table in ("ledger_record", "ledger_leaf"):
        for n, to in ((first, -1), (second, first), (-1, second)):
            hands.rows.execute(f"UPDATE {table} SET n = ? WHERE n = ?", (to, n))


def cut_tail(hands: Hands) -> None:
    """The last leaves are gone, with what they told beside."""
    least = hands.size() - hands.chance.randint(1, 60)
    for table in ("ledger_leaf", "ledger_record"):
        hands.rows.execute(f"DELETE FROM {table} WHERE n >= ?", (least,))


def _move(hands: Hands, start: int, by: int) -> None:
    for table in ("ledger_leaf", "ledger_record"):
        order = "DESC" if by > 0 else "ASC"
        numbers = hands.rows.execute(
            f"SELECT n FROM {table} WHERE n >= ? ORDER BY n {order}", (start,)
        ).fetchall()
        for (n,) in numbers:
            hands.rows.execute(f"UPDATE {table} SET n = ? WHERE n = ?", (n + by, n))


def _rehashed(deed: Deed) -> Deed:
    def both(hands: Hands) -> None:
        deed(hands)
        hands.rehash()

    both.__name__ = f"{deed.__name__}, all hashed anew"
    return both


def flip(table: str, column: str, key: str, where: str = "1") -> Deed:
    """One bit of a value of bytes."""

    def deed(hands: Hands) -> None:
        name, value = hands.one(table, f"{key}, {column}", f"{where} AND {column} IS NOT NULL")
        hands.rows.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (hands.flipped(value), name))

    deed.__name__ = f"flip a bit of {table}.{column}"
    return deed


def put(table: str, column: str, key: str, value: str, where: str = "1") -> Deed:
    """Another value, as an expression of SQL that always gives another."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        hands.rows.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = ?", (name,))

    deed.__name__ = f"set {table}.{column} to {value}"
    return deed


def drop(table: str, key: str, where: str = "1") -> Deed:
    """A row is gone."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        hands.rows.execute(f"DELETE FROM {table} WHERE {key} = ?", (name,))

    deed.__name__ = f"delete from {table}"
    return deed


def swap(table: str, columns: str, key: str, where: str = "1") -> Deed:
    """Two rows exchange what they hold."""

    def deed(hands: Hands) -> None:
        (first, *one), (second, *other) = hands.two(table, f"{key}, {columns}", where)
        setting = ", ".join(f"{column} = ?" for column in columns.split(", "))
        for unset in (first, second):  # some may not be twice
            if columns == "vault_name":
                hands.rows.execute(f"UPDATE {table} SET {columns} = NULL WHERE {key} = ?", (unset,))
        hands.rows.execute(f"UPDATE {table} SET {setting} WHERE {key} = ?", (*other, first))
        hands.rows.execute(f"UPDATE {table} SET {setting} WHERE {key} = ?", (*one, second))

    deed.__name__ = f"swap {table}.{columns}"
    return deed


def add(
    table: str, columns: str, values: str, where: str = "1", key: str = "rowid", into: str | None = None
) -> Deed:
    """A row like another, with some values of its own; or one of another table made of it."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        wanted = f"INSERT INTO {into or table} ({columns}) SELECT {values} FROM {table} WHERE {key} = ?"
        hands.rows.execute(wanted, (name,))

    deed.__name__ = f"insert into {into or table}"
    return deed


def edit_note(hands: Hands) -> None:
    """Another letter in a checkpoint."""
    rowid, note = hands.one("checkpoint", "rowid, note")
    text = str(note)
    at = hands.chance.choice([at for at, letter in enumerate(text) if letter.isalnum()])
    changed = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
    hands.rows.execute("UPDATE checkpoint SET note = ? WHERE rowid = ?", (changed, rowid))


def flip_file(hands: Hands) -> None:
    """One bit of a file of the vault."""
    path = hands.vault_file()
    path.write_bytes(hands.flipped(path.read_bytes()))


def cut_file(hands: Hands) -> None:
    """A file of the vault loses its end."""
    path = hands.vault_file()
    path.write_bytes(path.read_bytes()[: -hands.chance.randint(1, 4000)])


def remove_file(hands: Hands) -> None:
    """A file of the vault is gone."""
    hands.vault_file().unlink()


def swap_files(hands: Hands) -> None:
    """Two files of the vault change their names."""
    found = sorted(path for path in (hands.folder / "vault").rglob("*") if path.is_file())
    one, other = hands.chance.sample(found, 2)
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


def flip_signed(hands: Hands) -> None:
    """One bit of what the signer remembers."""
    path = signed_path(hands.folder)
    path.write_bytes(hands.flipped(path.read_bytes()))


def remove_signed(hands: Hands) -> None:
    """What the signer remembers is gone."""
    signed_path(hands.folder).unlink()


def give_again(hands: Hands) -> None:
    """The numbers of a stream that were given last are forgotten, so that they are given again."""
    stream, cycle, first = hands.one(
        "control_number_use u JOIN control_number_stream s ON s.id = u.stream_id",
        "u.stream_id, u.cycle, u.first",
        "u.use = 'given' AND u.cycle = s.cycle AND u.last = s.following - 1",
    )
    these = "FROM control_number_use WHERE stream_id = ? AND cycle = ? AND first = ?"
    hands.rows.execute(f"DELETE {these}", (stream, cycle, first))
    hands.rows.execute("UPDATE control_number_stream SET following = ? WHERE id = ?", (first, stream))


def begin_anew(hands: Hands) -> None:
    """A stream has never given anything."""
    stream, *_ = hands.one("control_number_stream", "id")
    hands.rows.execute("DELETE FROM control_number_use WHERE stream_id = ?", (stream,))
    hands.rows.execute(
        "UPDATE control_number_stream SET cycle = 1, following = 1, first = 1 WHERE id = ?", (stream,)
    )


def invent_given(hands: Hands) -> None:
    """A number that was never asked for was given to a message, and the stream stands behind it."""
    stream, cycle, following, at = hands.one(
        "control_number_stream s", "id, cycle, following, (SELECT max(at) FROM control_number_use)"
    )
    (message,) = hands.one("message", "id")
    row = (stream, cycle, following, following, "given", message, None, at)
    hands.rows.execute(
        f"INSERT INTO control_number_use ({_USE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
    )
    hands.rows.execute("UPDATE control_number_stream SET following = following + 1 WHERE id = ?", (stream,))


def merge_given(hands: Hands) -> None:
    """Two rows of numbers that were given become one."""
    row, last, other = hands.one(
        "control_number_use a JOIN control_number_use b "
        "ON b.stream_id = a.stream_id AND b.cycle = a.cycle AND b.first = a.last + 1 AND b.use = a.use",
        "a.rowid, b.last, b.rowid",
        "a.use = 'given'",
    )
    hands.rows.execute("DELETE FROM control_number_use WHERE rowid = ?", (other,))
    hands.rows.execute("UPDATE control_number_use SET last = ? WHERE rowid = ?", (last, row))


def split_given(hands: Hands) -> None:
    """A row of several numbers becomes two."""
    row, first = hands.one("control_number_use", "rowid, first", "use = 'given' AND last > first")
    hands.rows.execute(
        f"INSERT INTO control_number_use ({_USE_COLUMNS}) SELECT stream_id, cycle, first + 1, last, use, "
        "message_id, reason, at FROM control_number_use WHERE rowid = ?",
        (row,),
    )
    hands.rows.execute("UPDATE control_number_use SET last = ? WHERE rowid = ?", (first, row))


def given_as_turned(hands: Hands) -> None:
    """A number that was given looks like one that lies outside the limits."""
    (row,) = hands.one("control_number_use", "rowid", "use = 'given'")
    setting = "use = 'turned', message_id = NULL, reason = NULL"
    hands.rows.execute(f"UPDATE control_number_use SET {setting} WHERE rowid = ?", (row,))


def forget_stream(hands: Hands) -> None:
    """A stream is gone, with all its numbers."""
    (stream,) = hands.one("control_number_stream", "id")
    hands.rows.execute("DELETE FROM control_number_use WHERE stream_id = ?", (stream,))
    hands.rows.execute("DELETE FROM control_number_stream WHERE id = ?", (stream,))


_USE_COLUMNS = "stream_id, cycle, first, last, use, message_id, reason, at"


def add_key(hands: Hands) -> None:
    """A message is found by a number that it does not have."""
    (message,) = hands.one("message", "id", "state <> 'erased'")
    kind = hands.chance.choice(["po", "isa13", "invoice", "file", "message-id"])
    hands.rows.execute("INSERT INTO search_key VALUES ('4711', ?, ?, '4711')", (kind, message))


def make_unreadable(hands: Hands) -> None:
    """A key is destroyed by hand, with a leaf that says so, and that fits in all that needs no key."""
    (message,) = hands.one("message", "id", "state = 'received'")
    at = "2026-11-23T11:11:11.111111Z"
    (who,) = hands.one("actor", "id")
    (record,) = hands.one("ledger_record", "sealed", "owner = 'store'")
    (body,) = hands.one("ledger_leaf", "body", "message_id IS NULL")
    leaf = {
        "at": at,
        "build": "0.1.0",
        "epoch": 1,
        "from": "received",
        "message": message,
        "n": hands.size(),
        "record": json.loads(body)["record"],  # type: ignore[arg-type] # bytes of a leaf
        "to": "erased",
        "v": 1,
        "what": "message-erased",
        "who": who,
    }
    data = canonical_json(leaf)
    row = (leaf["n"], message, data, leaf_hash(data))
    hands.rows.execute("INSERT INTO ledger_leaf VALUES (?, ?, ?, ?)", row)
    hands.rows.execute("INSERT INTO ledger_record VALUES (?, 'store', ?)", (leaf["n"], record))
    gone = "UPDATE message_key SET key_id = NULL, wrapped = NULL, destroyed_at = ? WHERE message_id = ?"
    hands.rows.execute(gone, (at, message))
    none = "UPDATE payload SET sealed = NULL, vault_name = NULL, salt = NULL WHERE message_id = ?"
    hands.rows.execute(none, (message,))
    hands.rows.execute("UPDATE message SET state = 'erased', changed_at = ? WHERE id = ?", (at, message))
    hands.rows.execute("DELETE FROM search_key WHERE message_id = ?", (message,))
    hands.rows.execute("UPDATE ledger_record SET sealed = NULL WHERE owner = ?", (message,))


def repeat_leaf(hands: Hands) -> None:
    """A leaf of no message is added once more at the end, with what it told beside."""
    n, body = hands.one("ledger_leaf", "n, body", "message_id IS NULL AND n > 1")
    _append(hands, None, {**json.loads(body), "n": hands.size()})  # type: ignore[arg-type] # bytes of a leaf
    record = "INSERT INTO ledger_record SELECT ?, owner, sealed FROM ledger_record WHERE n = ?"
    hands.rows.execute(record, (hands.size() - 1, n))
    hands.rehash()


def add_to_erased(hands: Hands) -> None:
    """A leaf is added about a message that was erased, as if what it told beside could not be opened."""
    (message,) = hands.one("message", "id", "state = 'erased'")
    (body,) = hands.one("ledger_leaf", "body", "message_id IS NULL")
    leaf = {**json.loads(body), "n": hands.size(), "message": message}  # type: ignore[arg-type] # as above
    for name in ("partner", "partner_n"):
        leaf.pop(name, None)
    _append(hands, message, {**leaf, "what": "keys-read"})
    hands.rows.execute("INSERT INTO ledger_record VALUES (?, ?, NULL)", (hands.size() - 1, message))
    hands.rehash()


def _append(hands: Hands, message: object, leaf: dict[str, object]) -> None:
    data = canonical_json(leaf)
    row = (leaf["n"], message, data, leaf_hash(data))
    hands.rows.execute("INSERT INTO ledger_leaf VALUES (?, ?, ?, ?)", row)


def take_guards_away(hands: Hands) -> None:
    """Leaves are no longer kept from being changed by accident."""
    hands.guards.remove(hands.chance.choice(hands.guards))


def drop_index(hands: Hands) -> None:
    """An index is gone, and with it what must be there once."""
    hands.rows.execute("DROP INDEX ix_actor_kind_name")


ON_LEAVES: tuple[Deed, ...] = (edit_leaf, delete_leaf, insert_leaf, swap_leaves, cut_tail)
REHASHED: tuple[Deed, ...] = tuple(_rehashed(deed) for deed in ON_LEAVES)
REORDERED: tuple[Deed, ...] = (_rehashed(reorder_leaves),)
ADDED: tuple[Deed, ...] = (repeat_leaf, add_to_erased)
RECORDS: tuple[Deed, ...] = (
    flip("ledger_record", "sealed", "n"),
    put("ledger_record", "sealed", "n", "NULL"),
    put("ledger_record", "owner", "n", "owner || 'x'"),
    drop("ledger_record", "n"),
    swap("ledger_record", "sealed", "n"),
    swap("ledger_record", "owner, sealed", "n"),
    add("ledger_record", "n, owner, sealed", "n + 100000, owner, sealed"),
)
NODE = "level * 1000000 + n"
NODES: tuple[Deed, ...] = (
    flip("ledger_node", "hash", NODE),
    drop("ledger_node", NODE),
    add("ledger_node", "level, n, hash", "level + 100, n, hash", key=NODE),
)
PAYLOADS: tuple[Deed, ...] = (
    flip("payload", "sealed", "id"),
    flip("payload", "salt", "id"),
    put("payload", "digest", "id", "replace(digest, substr(digest, 1, 1), 'g')"),
    put("payload", "size", "id", "size + 1"),
    put("payload", "role", "id", "'translated'"),
    put("payload", "sealed", "id", "NULL", "sealed IS NOT NULL"),
    put("payload", "sealed", "id", "CAST('text' AS TEXT)", "sealed IS NOT NULL"),
    drop("payload", "id"),
    swap("payload", "sealed", "id", "sealed IS NOT NULL"),
    swap("payload", "vault_name", "id", "vault_name IS NOT NULL"),
    swap("payload", "salt, digest", "id"),
    swap("payload", "message_id", "id"),
    add(
        "payload",
        "id, message_id, role, size, sealed, vault_name, salt, digest",
        "'01ARZ3NDEKTSV4RRFFQ69G5FAV', message_id, role, size, sealed, NULL, salt, digest",
        "sealed IS NOT NULL",
    ),
    put("payload", "sealed", "id", "x'00'", "salt IS NULL"),
    put("payload", "salt", "id", "x'00'", "salt IS NULL"),
)
FILES: tuple[Deed, ...] = (flip_file, cut_file, remove_file, swap_files)
KEYS: tuple[Deed, ...] = (
    flip("message_key", "wrapped", "message_id"),
    drop("message_key", "message_id"),
    swap("message_key", "wrapped", "message_id"),
    put("message_key", "wrapped", "message_id", "NULL"),
    put("message_key", "destroyed_at", "message_id", "'2026-11-23T11:11:11.111111Z'"),
    add("message_key", "message_id, key_id, wrapped", "message_id || 'X', key_id, wrapped"),
    make_unreadable,
)
KEYS_OF_ERASED: tuple[Deed, ...] = (
    put("message_key", "destroyed_at", "message_id", "NULL", "destroyed_at IS NOT NULL"),
    put("message_key", "destroyed_at", "message_id", "'2020'", "destroyed_at IS NOT NULL"),
)
CHECKPOINTS: tuple[Deed, ...] = (
    edit_note,
    drop("checkpoint", "rowid"),
    put("checkpoint", "size", "rowid", "size + 5"),
    swap("checkpoint", "note", "rowid"),
    add("checkpoint", "epoch, size, note", "epoch, size - 5, note"),
)
SIGNED: tuple[Deed, ...] = (flip_signed, remove_signed)
MESSAGES: tuple[Deed, ...] = (
    put("message", "state", "id", "'lost'"),
    put("message", "state", "id", "'received'", "state = 'accepted'"),
    put("message", "size", "id", "size + 1"),
    put("message", "channel", "id", "'elsewhere'"),
    put("message", "arrived_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    put("message", "changed_at", "id", "'long ago'"),
    put("message", "partner", "id", "NULL"),
    put("message", "kind", "id", "'document'", "kind <> 'document'"),
    put("message", "kind", "id", "'arrival'", "kind <> 'arrival'"),
    put("message", "direction", "id", "'out'", "direction = 'in'"),
    put("message", "usage", "id", "'test'"),
    put("message", "within", "id", "id"),
    put("message", "state", "id", "'received'", "state = 'erased'"),
    put("message", "channel", "id", "'elsewhere'", "state = 'erased'"),
    put("message", "usage", "id", "'production'", "state = 'erased' AND usage = 'unknown'"),
    swap("message", "partner", "id", "id IN (SELECT message_id FROM sending WHERE isa13 IN (1000, 1001))"),
    drop("message", "id"),
    add(
        "message",
        "id, kind, direction, channel, usage, state, size, arrived_at, changed_at",
        "id || 'X', kind, direction, channel, usage, state, size, arrived_at, changed_at",
    ),
)
SEARCH: tuple[Deed, ...] = (
    put("search_key", "normalised", "written", "normalised || 'X'"),
    put("search_key", "written", "written", "written || 'X'"),
    put("search_key", "written", "written", "lower(written)", "kind = 'po'"),
    drop("search_key", "written"),
    drop("search_key", "written", "kind = 'po'"),
    drop("search_key", "written", "kind = 'isa13'"),
    swap("search_key", "message_id", "written", "kind = 'isa13'"),
    add_key,
)
DOCUMENTS: tuple[Deed, ...] = (
    put("document", "place", "message_id", "place + 1"),
    put("document", "kind", "message_id", "'Invoice'"),
    put("document", "number", "message_id", "number || 'X'", "number IS NOT NULL"),
    put("document", "number", "message_id", "NULL", "number IS NOT NULL"),
    put("document", "order_number", "message_id", "'4711'"),
    put("document", "agreement", "message_id", "'amazon/other'"),
    put("document", "onward", "message_id", "NULL"),
    put("document", "configuration", "message_id", "'x'"),
    put("document", "why", "message_id", "'amount-above'"),
    put("document", "parent", "message_id", "message_id"),
    put("document", "number", "message_id", "'PO-1'", "number IS NULL"),
    swap("document", "number, order_number", "message_id", "number IS NOT NULL"),
    drop("document", "message_id"),
    add(
        "message",
        "message_id, place, kind",
        "id, 1, 'Invoice'",
        "kind <> 'document'",
        key="id",
        into="document",
    ),
)
CARRY = "sending_id || n"
SENDINGS: tuple[Deed, ...] = (
    put("sending", "agreement", "message_id", "'amazon/other'"),
    put("sending", "document", "message_id", "'Invoice'"),
    put("sending", "file_name", "message_id", "file_name || 'x'"),
    put("sending", "sender", "message_id", "'ZZ/OTHER'"),
    put("sending", "receiver", "message_id", "NULL"),
    put("sending", "isa13", "message_id", "isa13 + 1"),
    put("sending", "written_at", "message_id", "'20261123 1201'"),
    put("sending", "answers", "message_id", "NULL", "answers IS NOT NULL"),
    put("sending", "configuration", "message_id", "'x'"),
    put("sending", "due_at", "message_id", "NULL", "due_at IS NOT NULL"),
    put("sending", "due_at", "message_id", "'2026-11-23T11:11:11.111111Z'"),
    put("sending", "delivered_at", "message_id", "'2026-11-23T11:11:11.111111Z'"),
    put("sending", "receipt", "message_id", "'[]'"),
    put("sending", "receipt", "message_id", "NULL", "receipt IS NOT NULL"),
    swap("sending", "isa13", "message_id"),
    drop("sending", "message_id"),
    put("carried", "n", CARRY, "n + 10"),
    put("carried", "n", CARRY, "'x'"),
    put("carried", "document_id", CARRY, "NULL", "document_id IS NOT NULL"),
    put("carried", "gs01", CARRY, "'XX'"),
    put("carried", "gs06", CARRY, "gs06 + 1"),
    put("carried", "st01", CARRY, "'999'"),
    put("carried", "st02", CARRY, "st02 || '1'"),
    put("carried", "verdict", CARRY, "'refused'"),
    put("carried", "verdict", CARRY, "NULL", "verdict IS NOT NULL"),
    drop("carried", CARRY),
    add("carried", "sending_id, n, document_id", "sending_id, n + 10, document_id", key=CARRY),
    add(
        "message",
        "message_id, document, file_name",
        "id, '997', ''",
        "kind <> 'sending'",
        key="id",
        into="sending",
    ),
    add("message", "sending_id, n", "id, 1", "kind <> 'sending'", key="id", into="carried"),
)
CONFIGURED: tuple[Deed, ...] = (
    put("configuration", "made_at", "digest", "'2026-11-23T11:11:11.111111Z'"),
    put("configuration", "build", "digest", "'9.9.9'"),
    put("configuration", "files", "digest", "replace(files, 'mappings', 'mapping')"),
    put("configuration", "files", "digest", "'no files'"),
    put("configuration", "digest", "digest", "digest || 'x'"),
    drop("configuration", "digest"),
    add(
        "configuration", "digest, made_at, build, files", "digest || 'x', made_at, build, files", key="digest"
    ),
    flip("kept_text", "packed", "digest"),
    put("kept_text", "packed", "digest", "CAST('text' AS TEXT)"),
    put("kept_text", "digest", "digest", "digest || 'x'"),
    swap("kept_text", "packed", "digest"),
    drop("kept_text", "digest"),
    add("kept_text", "digest, packed", "digest || 'x', packed", key="digest"),
    put("channel", "paused_at", "id", "NULL"),
    put("channel", "paused_by", "id", "'x'"),
    put("channel", "reason", "id", "'no reason'"),
    drop("channel", "id"),
    add("channel", "id, paused_at, paused_by, reason", "'erp/files', paused_at, paused_by, reason", key="id"),
)
LONE: tuple[Deed, ...] = (
    put("seen", "message_id", "digest || message_id", "message_id || 'X'"),
    add("document", "message_id, place, kind", "message_id || 'X', 1, kind", key="message_id"),
    add("sending", "message_id, document, file_name", "message_id || 'X', document, ''", key="message_id"),
    add("carried", "sending_id, n", "sending_id || 'X', 1", key=CARRY),
)
PARTNERS: tuple[Deed, ...] = (
    put("partner", "name", "id", "name || 'x'"),
    put("partner", "normalised", "id", "normalised || 'X'"),
)
OTHERS: tuple[Deed, ...] = (
    put("partner", "leaves", "id", "leaves + 1"),
    drop("partner", "id"),
    add("partner", "id, name, normalised, leaves", "id || 'X', name || 'x', normalised || 'X', 0"),
    put("actor", "name", "id", "name || 'x'"),
    drop("actor", "id"),
    add("actor", "id, kind, name", "id || 'X', kind, name || 'x'"),
    put("epoch", "why", "number", "'restore'"),
    put("epoch", "first_leaf", "number", "first_leaf + 1"),
    put("epoch", "opened_at", "number", "'2026-11-23T11:11:11.111111Z'"),
    put("epoch", "key", "number", "substr(key, 2, 42) || substr(key, 1, 1) || '='"),
    add("epoch", "number, opened_at, first_leaf, key, why", "number + 1, opened_at, 100, key, 'restore'"),
    put("alert", "code", "id", "'disk-full'"),
    put("alert", "acknowledged_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    drop("alert", "id"),
)
STREAM, USE = "control_number_stream", "control_number_use"
STREAM_COLUMNS = "sender, receiver, function, cycle, following, first, last"
NUMBERS_COUNTED: tuple[Deed, ...] = (
    give_again,
    begin_anew,
    invent_given,
    merge_given,
    split_given,
    given_as_turned,
    forget_stream,
    drop(USE, "rowid"),
    put(USE, "use", "rowid", "'given'", "use = 'void'"),
    put(USE, "use", "rowid", "'void'", "use = 'given'"),
    put(USE, "last", "rowid", "last + 1"),
    put(STREAM, "following", "id", "following + 1"),
)
NUMBERS: tuple[Deed, ...] = (
    *NUMBERS_COUNTED,
    drop(STREAM, "id"),
    put(STREAM, "following", "id", "following - 1"),
    *(
        put(STREAM, column, "id", f"{column} {change} 1")
        for column in ("cycle", "first", "last")
        for change in "+-"
    ),
    put(STREAM, "following", "id", "'next'"),
    put(STREAM, "function", "id", "'lost'"),
    put(STREAM, "receiver", "id", "receiver || 'X'"),
    put(STREAM, "receiver", "id", "CAST(receiver AS BLOB)"),
    add(STREAM, f"id, {STREAM_COLUMNS}", "id || 'X', sender, receiver || 'X', function, 1, 1, first, last"),
    put(USE, "use", "rowid", "'turned'", "use = 'void'"),
    put(USE, "use", "rowid", "'void'", "use = 'turned'"),
    put(USE, "first", "rowid", "first - 0.5"),
    put(USE, "cycle", "rowid", "cycle + 1"),
    put(USE, "cycle", "rowid", "'x'"),
    put(USE, "stream_id", "rowid", "stream_id || 'X'"),
    put(USE, "at", "rowid", "'2026-11-22T11:11:11.111111Z'"),
    put(USE, "reason", "rowid", "reason || '.'", "reason IS NOT NULL"),
    put(USE, "reason", "rowid", "NULL", "reason IS NOT NULL"),
    put(USE, "reason", "rowid", "'above the last number of the stream'", "use = 'given'"),
    put(USE, "message_id", "rowid", "NULL", "message_id IS NOT NULL"),
    put(USE, "message_id", "rowid", "stream_id"),
    swap(USE, "message_id, at", "rowid", "message_id IS NOT NULL"),
    swap(USE, "use, message_id, reason", "rowid", "use <> 'turned' AND rowid % 40 = 1"),
)


REQUESTS: tuple[Deed, ...] = (
    put("request", "answer", "key", "replace(answer, 'message', 'massage')"),
    put("request", "made_at", "key", "'2026-11-23T11:11:11.111111Z'"),
    drop("request", "key"),
    swap("request", "answer", "key"),
)
REQUEST_ADDED: tuple[Deed, ...] = (add("request", "key, answer, made_at", "key || 'X', answer, made_at"),)
WITNESSES: tuple[Deed, ...] = (
    put("witnessed", "size", "id", "size + 1", "outcome <> 'witness-key'"),
    put("witnessed", "outcome", "id", "'stomped'"),
    put("witnessed", "outcome", "id", "'countersigned'", "outcome = 'handed'"),
    flip("witnessed", "answer", "id", "outcome = 'witness-key'"),
    put(
        "witnessed",
        "answer",
        "id",
        "CAST(substr(answer, 1, length(answer) - 9) || 'AAAAAAA=' || char(10) AS BLOB)",
        "outcome = 'countersigned'",
    ),
    put("witnessed", "place", "id", "place || 'x'", "outcome <> 'handed'"),
    drop("witnessed", "id", "outcome = 'witness-key'"),
    swap("witnessed", "answer", "id", "outcome = 'countersigned'"),
)
TABLES: tuple[Deed, ...] = (take_guards_away, drop_index)
KINDS: tuple[tuple[Deed, ...], ...] = (
    ON_LEAVES,
    RECORDS,
    NODES,
    PAYLOADS,
    FILES,
    KEYS,
    CHECKPOINTS,
    KEYS_OF_ERASED,
    SIGNED,
    MESSAGES,
    DOCUMENTS,
    SENDINGS,
    CONFIGURED,
    LONE,
    SEARCH,
    PARTNERS,
    OTHERS,
    NUMBERS,
    REORDERED,
    ADDED,
    REQUESTS,
    REQUEST_ADDED,
    WITNESSES,
    TABLES,
)
