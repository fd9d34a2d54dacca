"""What is wrong with settings beyond the form of each, told when the file is read. No secret is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from gateway.formats.yaml_records import Path
from gateway.secrets import Secret
from gateway.settings.forms import Alerts, Keys, Ledger, Mail, MailSecurity, Settings, Store
from gateway.suggestions import suggestion

__all__ = ["SECRETS_ARE_NAMES", "Problem", "problems"]

Problem = tuple[tuple[Path, ...], str]
"""The places whose last line it is told at, and what is wrong."""

SECRETS_ARE_NAMES = (
    "secrets are names: write `{env: NAME}` for a variable of the environment, or `{file: PATH}` for a file"
)
SHOWN = 80  # characters of a value in a message
_DATABASE = "`database` is `sqlite`, or `postgresql://user@host:port/name`"
_POSTGRESQL_OPTIONS = ("host", "port", "sslmode", "sslrootcert")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_NAME = re.compile(r"[A-Za-z0-9.-]{1,100}(/[A-Za-z0-9._~-]{1,100}){0,5}")  # without `+` and blanks
_ADDRESS = re.compile(r"[^\s@<>,;\x00-\x1f]{1,64}@[^\s@<>,;\x00-\x1f]{1,255}")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,255}")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,500}")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong."""
    yield from _store(settings.store)
    yield from _keys(settings.keys)
    yield from _ledger(settings.ledger)
    yield from _alerts(settings.alerts)


def _store(store: Store) -> Iterator[Problem]:
    problem = _database(store.database)
    if problem:
        yield (("store", "database"),), problem
    if store.password is not None:
        yield from _secret(store.password, ("store", "password"))
        if store.database == "sqlite":
            text = "`password` is for PostgreSQL; with `sqlite`, leave it out"
            yield (("store", "password"), ("store", "database")), text


def _database(written: str) -> str | None:
    """What is wrong with the name of the database. A password may stand anywhere in it: it is not shown."""
    if written == "sqlite":
        return None
    if not written.startswith("postgresql://"):
        if written.startswith("sqlite"):
            return f"{_DATABASE}; the file of SQLite is always var/gateway.db, and is not named"
        return _DATABASE
    if not _PRINTABLE.fullmatch(written):  # of line ends in it, `urlsplit` says nothing
        return f"{_DATABASE}; this is no such address"
    try:
        url = urlsplit(written)
        port, options = url.port, dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    except ValueError:
        return f"{_DATABASE}; this is no such address"
    if url.password is not None or "@" in (url.username or "") or "password" in options:
        return "`database` holds a password; name it with `password: {env: NAME}` instead"
    for option in options:
        if option not in _POSTGRESQL_OPTIONS:
            name = option if re.fullmatch(r"[a-z_]{1,40}", option) else "…"
            return f"`database` has an unknown option `{name}`{suggestion(name, _POSTGRESQL_OPTIONS)}"
    return _database_parts(url, port, options)


def _database_parts(url: SplitResult, port: int | None, options: dict[str, str]) -> str | None:
    if not url.username:
        return f"{_DATABASE}; the user is missing"
    if not url.hostname and "host" not in options:
        return f"{_DATABASE}; the host is missing"
    if port == 0 or not re.fullmatch(r"/[^/\s]+", url.path) or url.fragment:
        return f"{_DATABASE}; the name of the database is missing, or is none"
    return None


def _keys(keys: Keys) -> Iterator[Problem]:
    yield from _secret(keys.workspace, ("keys", "workspace"))
    for index, secret in enumerate(keys.earlier):
        yield from _secret(secret, ("keys", "earlier", str(index)))
        if secret == keys.workspace:
            text = "`earlier` names the key that is in use; leave it out there"
            yield (("keys", "earlier", str(index)),), text


def _ledger(ledger: Ledger) -> Iterator[Problem]:
    if not _NAME.fullmatch(ledger.name):
        text = "`name` is like an address without `https://`, such as `edi.example.com/acorn`"
        yield (("ledger", "name"),), f"{text}, not `{ledger.name[:SHOWN]}`"
    yield from _secret(ledger.signing_key, ("ledger", "signing_key"))
    for index, place in enumerate(ledger.witnesses):
        where = (("ledger", "witnesses", str(index)),)
        if (not place.folder) == (not place.command):
            yield where, "each of `witnesses` has either `folder: PATH` or `command: [PROGRAM, ARGUMENT]`"
        elif _unusable(place.folder, *place.command):
            yield where, "each of `witnesses` names a folder or a program, without control characters"
    if ledger.timestamps is not None and not _is_web_address(ledger.timestamps):
        text = "`timestamps` is the address of a time-stamping service (RFC 3161), `https://…`, without user"
        yield (("ledger", "timestamps"),), text


def _alerts(alerts: Alerts) -> Iterator[Problem]:
    mail, command = alerts.mail, alerts.command
    if mail is not None:
        yield from _mail(mail, ("alerts", "mail"))
    if command is not None:
        if not command.run or not command.run[0].strip() or _unusable(*command.run):
            text = "`run` is a program and its arguments, such as `[/usr/local/bin/page, --now]`"
            yield (("alerts", "command", "run"),), text
        if not command.severities:
            yield (("alerts", "command", "severities"),), _NO_SEVERITY
    if mail is not None and not mail.severities:
        yield (("alerts", "mail", "severities"),), _NO_SEVERITY


_NO_SEVERITY = "`severities` is empty, so nobody would be told; name one, or leave it out"


def _mail(mail: Mail, path: Path) -> Iterator[Problem]:
    if not _HOST.fullmatch(mail.host):
        yield ((*path, "host"),), "`host` is the name of the mail server, such as mail.example.com"
    if not _ADDRESS.fullmatch(mail.sender):
        yield ((*path, "from"),), f"`from` is no mail address: `{mail.sender[:SHOWN]}`"
    if not mail.to:
        yield ((*path, "to"),), "`to` is empty; name an address, or leave `mail` out"
    for index, address in enumerate(mail.to):
        if not _ADDRESS.fullmatch(address):
            yield ((*path, "to", str(index)),), f"`to` has no mail address here: `{address[:SHOWN]}`"
    if (mail.user is None) != (mail.password is None):
        text = "`user` and `password` belong together; give both, or leave both out"
        yield ((*path, "user"), (*path, "password")), text
    if mail.password is not None:
        yield from _secret(mail.password, (*path, "password"))
        if mail.tls is MailSecurity.NONE and mail.host not in _HERE:
            text = "`tls: none` would send the password in clear; use `starttls`"
            yield ((*path, "tls"), (*path, "password")), text


def _secret(secret: Secret, path: Path) -> Iterator[Problem]:
    """The name of a variable that is none may be the secret itself, so it is not shown."""
    if (secret.env is None) == (secret.file is None):
        yield (path,), f"`{_key(path)}`: {SECRETS_ARE_NAMES}, one of the two"
    elif secret.env is not None and not _VARIABLE.fullmatch(secret.env):
        text = "`env` is the name of a variable, letters, digits and `_`, such as GATEWAY_PASSWORD"
        yield ((*path, "env"),), text
    elif secret.file is not None and (not secret.file.strip() or _unusable(secret.file)):
        yield ((*path, "file"),), "`file` is the path of a file, relative to the workspace"


def _key(path: Path) -> str:
    return next(name for name in reversed(path) if not name.isdecimal())


def _unusable(*texts: str | None) -> bool:
    """Whether one of them cannot be given to a program or the file system as it stands."""
    return any(text is not None and re.search(r"[\x00-\x1f\ud800-\udfff]", text) for text in texts)


def _is_web_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return False
    return (
        _PRINTABLE.fullmatch(text) is not None
        and url.scheme in ("http", "https")
        and bool(url.hostname)
        and "@" not in url.netloc
    )
