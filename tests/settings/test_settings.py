"""`gateway.yaml` is read whole, or every mistake of it is told with its line; no secret is shown."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import DataFileError, UsageError
from gateway.findings import Severity
from gateway.secrets import Secret
from gateway.settings import Settings, parse_settings, read_settings
from gateway.settings.forms import (
    AlertCommand,
    Alerts,
    Keys,
    Ledger,
    Limits,
    Mail,
    MailSecurity,
    Queue,
    Store,
    WitnessPlace,
)

FILE = "gateway.yaml"

WHOLE = """\
store:
  database: postgresql://edi@db.example.com:5433/gateway
  password: {env: DB_PASSWORD}
  busy_seconds: 9
keys:
  workspace: {file: /etc/acorn/workspace.key}
  earlier:
    - {env: OLD_KEY}
    - file: var/keys/older.key
ledger:
  name: edi.example.com/acorn
  signing_key: {env: LEDGER_KEY}
  witnesses:
    - folder: /mnt/witness
    - command: [send, --to, auditor]
  timestamps: https://tsa.example.com/tsr
  timestamp_certificate: tsa.pem
  checkpoint_minutes: 15
limits: {inline_bytes: 8 KiB, largest_file: 2GB, free_disk_bytes: 0 B, free_disk_percent: 10}
alerts:
  mail:
    host: mail.example.com
    port: 25
    from: gateway@example.com
    to: [edi@example.com, "on.call@example.com"]
    tls: starttls
    user: gateway
    password: {file: mail.password}
    severities: [error, warning]
  command:
    run: [page]
    severities: [note]
queue: {workers: 8, tries: 3}
"""


def mistakes_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DataFileError) as refused:
        parse_settings(text)
    assert {file for file, _, _ in refused.value.mistakes} == {FILE}
    return [(line, text) for _, line, text in refused.value.mistakes]


def test_a_whole_file_is_read_value_by_value() -> None:
    assert parse_settings(WHOLE) == Settings(
        store=Store("postgresql://edi@db.example.com:5433/gateway", Secret(env="DB_PASSWORD"), 9),
        keys=Keys(
            Secret(file="/etc/acorn/workspace.key"),
            (Secret(env="OLD_KEY"), Secret(file="var/keys/older.key")),
        ),
        ledger=Ledger(
            "edi.example.com/acorn",
            Secret(env="LEDGER_KEY"),
            (WitnessPlace(folder="/mnt/witness"), WitnessPlace(command=("send", "--to", "auditor"))),
            "https://tsa.example.com/tsr",
            "tsa.pem",
            15,
        ),
        limits=Limits(8192, 2_000_000_000, 0, 10),
        alerts=Alerts(
            Mail(
                host="mail.example.com",
                port=25,
                sender="gateway@example.com",
                to=("edi@example.com", "on.call@example.com"),
                tls=MailSecurity.STARTTLS,
                user="gateway",
                password=Secret(file="mail.password"),
                severities=(Severity.ERROR, Severity.WARNING),
            ),
            AlertCommand(("page",), (Severity.NOTE,)),
        ),
        queue=Queue(8, 3),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# a comment\n  # another\n",
        "store:\n",
        "store: {}\nqueue:\n",
        "alerts:\n  mail:\n  command: ~\n",
    ],
)
def test_what_is_left_out_has_its_default(text: str) -> None:
    assert parse_settings(text) == Settings()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://edi@localhost/gateway",
        "postgresql://edi@[::1]:5432/gateway",
        "postgresql://edi@/gateway?host=/var/run/postgresql",
        "postgresql://edi@db/the%20gateway",
        "postgresql://edi@db/gateway?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    ],
)
def test_databases_of_postgresql(url: str) -> None:
    assert parse_settings(f"store: {{database: '{url}'}}").store.database == url


MISTAKES = [
    ("stor: {}\n", 1, "unknown key `stor`; did you mean `store`?"),
    ("\nqueue:\n  worker: 3\n", 3, "unknown key `worker`; did you mean `workers`?"),
    ("queue: 3\n", 1, "`queue` takes keys of its own: workers, tries"),
    ("queue: {workers: 0}\n", 1, "`workers` is a whole number, from 1 to 64, not `0`"),
    ("queue: {workers: 65}\n", 1, "from 1 to 64, not `65`"),
    ("queue: {workers: -1}\n", 1, "from 1 to 64, not `-1`"),
    ("queue: {workers: 2.5}\n", 1, "from 1 to 64, not `2.5`"),
    ("queue: {workers: ٣}\n", 1, "from 1 to 64, not `٣`"),
    (f"queue: {{workers: {'9' * 5000}}}\n", 1, "from 1 to 64, not `9"),
    ("queue: {workers: }\n", 1, "`workers` says nothing; give it a value, or leave it out"),
    ("queue: {workers: [4]}\n", 1, "`workers` takes one text"),
    (
        "limits: {largest_file: 512}\n",
        1,
        "a size such as `512 MB` or `64 KiB`, from 1 KiB to 1 TiB, not `512`",
    ),
    ("limits: {largest_file: 1.5 GB}\n", 1, "not `1.5 GB`"),
    ("limits: {largest_file: 512 mb}\n", 1, "not `512 mb`"),
    ("limits: {inline_bytes: 2 MiB}\n", 1, "from 0 B to 1 MiB, not `2 MiB`"),
    ("limits: {free_disk_percent: 5 %}\n", 1, "`free_disk_percent` is a whole number, from 0 to 90"),
    ("store: {database: mysql://edi@db/x}\n", 1, "is `sqlite`, or `postgresql://user@host:port/name`"),
    ("store: {database: sqlite:///x.db}\n", 1, "the file of SQLite is always var/gateway.db"),
    ("store: {database: 'postgresql://db/x'}\n", 1, "the user is missing"),
    ("store: {database: 'postgresql://edi@/x'}\n", 1, "the host is missing"),
    ("store: {database: 'postgresql://edi@db'}\n", 1, "the name of the database is missing"),
    ("store: {database: 'postgresql://edi@db:99999/x'}\n", 1, "this is no such address"),
    ('store: {database: "postgresql://edi@db/x\\n"}\n', 1, "this is no such address"),
    ("store: {database: 'postgresql://edi@[db/x'}\n", 1, "this is no such address"),
    ("store: {database: 'postgresql://edi@db/x?sslmod=no'}\n", 1, "`sslmod`; did you mean `sslmode`?"),
    ("store:\n  password: {env: X}\n", 2, "`password` is for PostgreSQL"),
    ("keys: {earlier: {file: a}}\n", 1, "`earlier` takes a list"),
    ("keys:\n  earlier:\n    - {file: a}\n    - {file: b, env: C}\n", 4, "one of the two"),
    ("keys:\n  earlier:\n    - {file: var/keys/workspace.key}\n", 3, "the key that is in use"),
    ("keys: {workspace: {}}\n", 1, "`workspace`: secrets are names"),
    ("keys: {workspace: }\n", 1, "`workspace`: secrets are names"),
    ("keys: {workspace: {file: ''}}\n", 1, "`file` is the path of a file"),
    ('keys: {workspace: {file: "a\\0b"}}\n', 1, "`file` is the path of a file"),
    ("ledger: {name: https://edi.example.com/acorn}\n", 1, "like an address without `https://`"),
    ("ledger: {name: acorn + co}\n", 1, "not `acorn + co`"),
    ("ledger:\n  witnesses:\n    - folder: a\n    - {}\n", 4, "either `folder: PATH` or `command: ["),
    ("ledger:\n  witnesses:\n    - {folder: a, command: [b]}\n", 3, "either `folder: PATH` or `command: ["),
    ("ledger:\n  witnesses:\n    - /mnt/a\n", 3, "`witnesses` takes keys of its own: folder, command"),
    ("ledger:\n  witnesses:\n    - foldr: a\n", 3, "unknown key `foldr`; did you mean `folder`?"),
    ("ledger: {timestamps: ftp://tsa}\n", 1, "a time-stamping service (RFC 3161)"),
    ("ledger: {timestamps: 'https://u:p@tsa/'}\n", 1, "without user"),
    ("alerts:\n  mail: {from: a@b.c, to: [a@b.c]}\n", 2, "`host:` is missing"),
    ("alerts:\n  mail: {host: m, sender: a@b.c, from: a@b.c, to: [a@b.c]}\n", 2, "unknown key `sender`"),
    ("alerts:\n  mail: {host: m, from: a@b.c, to: a@b.c}\n", 2, "`to` takes a list"),
    ("alerts:\n  mail: {host: m, from: a@b.c, to: []}\n", 2, "`to` is empty"),
    ("alerts:\n  mail: {host: m, from: a, to: [a@b.c]}\n", 2, "`from` is no mail address: `a`"),
    ('alerts:\n  mail: {host: m, from: "a@b.c\\nBcc: d@e.f", to: [a@b.c]}\n', 2, "`from` is no mail address"),
    (
        "alerts:\n  mail:\n    host: m\n    from: a@b.c\n    to:\n      - a@b.c\n      - d\n",
        7,
        "address here: `d`",
    ),
    ("alerts:\n  mail: {host: m, from: a@b.c, to: [a@b.c], severities: [worst]}\n", 2, "not `worst`"),
    ("alerts:\n  mail: {host: m, from: a@b.c, to: [a@b.c], severities: []}\n", 2, "nobody would be told"),
    ("alerts:\n  mail: {host: m, from: a@b.c, to: [a@b.c], user: u}\n", 2, "give both, or leave both out"),
    ("alerts:\n  command: {run: []}\n", 2, "`run` is a program and its arguments"),
    ("alerts:\n  command: {run: page --now}\n", 2, "`run` takes a list"),
    ("queue: {workers: 1, workers: 2}\n", 1, "`workers` stands twice"),
    ("- store\n", 1, "expected keys such as `store:` and `ledger:`"),
]


@pytest.mark.parametrize(("text", "line", "mistake"), MISTAKES)
def test_a_mistake_is_told_with_its_line(text: str, line: int, mistake: str) -> None:
    ((at, told),) = mistakes_of(text)
    assert at == line
    assert mistake in told
    assert len(told) < 400


def test_a_password_never_goes_in_clear_but_within_the_machine() -> None:
    text = "alerts: {mail: {host: HOST, from: a@b.c, to: [a@b.c], tls: none, user: u, password: {env: P}}}"
    ((_, told),) = mistakes_of(text.replace("HOST", "mail.example.com"))
    assert "would send the password in clear" in told
    assert parse_settings(text.replace("HOST", "localhost")).alerts.mail is not None


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = (
        "queue: {workers: 0, retries: 1}\n"
        "store:\n  database: mysql\n"
        "limits: {largest_file: big}\n"
        "ledger: {name: '+'}\n"
    )
    assert [line for line, _ in mistakes_of(text)] == [1, 1, 3, 4, 5]


HIDDEN = "hunter2secret"


@pytest.mark.parametrize(
    "text",
    [
        f"store: {{database: 'postgresql://edi:{HIDDEN}@db/x'}}",
        f"store: {{database: 'postgresql://edi@{HIDDEN}@db/x'}}",
        f"store: {{database: 'postgresql://edi@db/x?password={HIDDEN}'}}",
        f"store: {{database: 'postgresql://edi@db/x?{HIDDEN}'}}",
        f"store: {{database: 'postgres://edi:{HIDDEN}@db/x'}}",
        f"store: {{database: 'postgresql://edi:{HIDDEN}@db:port/x'}}",
        f"keys: {{workspace: {HIDDEN}}}",
        f"keys: {{workspace: [{HIDDEN}]}}",
        f"keys: {{workspace: {{{HIDDEN}}}}}",
        f"keys: {{workspace: {{text: {HIDDEN}}}}}",
        f"keys: {{workspace: {{env: '{HIDDEN}!'}}}}",
        f"keys: {{earlier: [{HIDDEN}]}}",
        f"keys: {{earlier: {HIDDEN}}}",
    ],
)
def test_no_message_shows_a_secret_that_stands_in_the_file(text: str) -> None:
    told = mistakes_of(text)
    assert len(told) == 1
    assert HIDDEN not in told[0][1]


def test_the_file_of_a_workspace_is_read(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbfqueue: {workers: 2}\n")
    assert read_settings(tmp_path).queue.workers == 2
    (tmp_path / FILE).write_bytes(b"queue:\n  workers: \xff\n")
    with pytest.raises(DataFileError) as refused:
        read_settings(tmp_path)
    assert refused.value.mistakes[0][:2] == (FILE, 2)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_settings(tmp_path)


WORDS = [
    "store",
    "password",
    "keys",
    "earlier",
    "alerts",
    "mail",
    "to",
    "queue",
    "{",
    "}",
    "[",
    "]",
    ":",
    "-",
    "\n",
]
WORDS += [
    "  ",
    "#",
    "&a",
    "*a",
    "<<",
    "~",
    "5",
    "'",
    "|",
    "env",
    "file",
    "database",
    "postgresql://a@b/c",
    "\x00",
    ",",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_text_gives_settings_or_mistakes(text: str) -> None:
    try:
        assert isinstance(parse_settings(text), Settings)
    except DataFileError as refused:
        assert refused.mistakes


@given(st.text(max_size=40))
def test_any_address_of_a_database_is_judged(address: str) -> None:
    text = f"store: {{database: {msgspec.json.encode('postgresql://' + address).decode()}}}"
    try:
        assert parse_settings(text).store.database == f"postgresql://{address}"
    except DataFileError as refused:
        assert len(refused.mistakes) == 1
