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


def add(table: str, columns: str, values: str, where: str = "1", key: str = "rowid") -> Deed:
    """A row like another, with some values of its own."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        wanted = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {key} = ?"
        hands.rows.execute(wanted, (name,))

    deed.__name__ = f"insert into {table}"
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


ON_LEAVES: tuple[Deed, ...] = (edit_leaf, delete_leaf, insert_leaf, swap_leaves, cut_tail)
REHASHED: tuple[Deed, ...] = tuple(_rehashed(deed) for deed in ON_LEAVES)
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
)
FILES: tuple[Deed, ...] = (flip_file, cut_file, remove_file, swap_files)
KEYS: tuple[Deed, ...] = (
    flip("message_key", "wrapped", "message_id"),
    drop("message_key", "message_id"),
    swap("message_key", "wrapped", "message_id"),
    put("message_key", "wrapped", "message_id", "NULL"),
    put("message_key", "destroyed_at", "message_id", "'2026-11-23T11:11:11.111111Z'"),
    add("message_key", "message_id, key_id, wrapped", "message_id || 'X', key_id, wrapped"),
)
CHECKPOINTS: tuple[Deed, ...] = (
    edit_note,
    drop("checkpoint", "rowid"),
    put("checkpoint", "size", "rowid", "size + 1"),
    swap("checkpoint", "note", "rowid"),
    add("checkpoint", "epoch, size, note, made_at", "epoch, size - 1, note, made_at"),
    flip_signed,
    remove_signed,
)
MESSAGES: tuple[Deed, ...] = (
    put("message", "state", "id", "'lost'"),
    put("message", "state", "id", "'received'", "state = 'accepted'"),
    put("message", "size", "id", "size + 1"),
    put("message", "channel", "id", "'elsewhere'"),
    put("message", "arrived_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    put("message", "changed_at", "id", "'long ago'"),
    put("message", "partner", "id", "NULL"),
    swap("message", "partner", "id", "partner IS NOT NULL AND rowid < 3"),
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
    drop("search_key", "written"),
)
OTHERS: tuple[Deed, ...] = (
    put("partner", "leaves", "id", "leaves + 1"),
    put("partner", "name", "id", "name || 'x'"),
    put("partner", "normalised", "id", "normalised || 'X'"),
    drop("partner", "id"),
    add("partner", "id, name, normalised, leaves", "id || 'X', name || 'x', normalised || 'X', 0"),
    put("actor", "name", "id", "name || 'x'"),
    drop("actor", "id"),
    add("actor", "id, kind, name", "id || 'X', kind, name || 'x'"),
    put("epoch", "why", "number", "'restore'"),
    put("epoch", "first_leaf", "number", "first_leaf + 1"),
    put("epoch", "opened_at", "number", "'2026-11-23T11:11:11.111111Z'"),
    add("epoch", "number, opened_at, first_leaf, why", "number + 1, opened_at, 100, 'restore'"),
    put("control_number_stream", "following", "id", "following + 1"),
    put("control_number_stream", "cycle", "id", "cycle + 1"),
    drop("control_number_use", "rowid"),
    put("control_number_use", "last", "rowid", "last + 1"),
    put("control_number_use", "use", "rowid", "'given'", "use = 'void'"),
    put("control_number_use", "use", "rowid", "'void'", "use = 'given'"),
    put("alert", "code", "id", "'disk-full'"),
    put("alert", "acknowledged_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    drop("alert", "id"),
)
KINDS: tuple[tuple[Deed, ...], ...] = (
    ON_LEAVES,
    RECORDS,
    NODES,
    PAYLOADS,
    FILES,
    KEYS,
    CHECKPOINTS,
    MESSAGES,
    SEARCH,
    OTHERS,
)
