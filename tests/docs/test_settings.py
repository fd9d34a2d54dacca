"""The page about settings, the file of a new workspace and the code name the same keys and defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest

from gateway.errors import DataFileError
from gateway.formats.yaml_nodes import Mapping, read_nodes
from gateway.formats.yaml_records import BYTES, size_text
from gateway.secrets import Secret
from gateway.settings import Settings, parse_settings
from gateway.settings.text import settings_text
from gateway.store.disk import Disk
from gateway.workspace import LEDGER_KEY, WORKSPACE_KEY
from gateway.workspace_making import Contents, make_workspace
from tests.docs.test_readme import ROOT

PAGE = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z_.]+)` \| (.*) \| ([^|]*) \| `([^|]*)` \|$", PAGE, re.MULTILINE)
GOOD, FAULTY = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(REFUSED,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
NAME = "edi.example.com/acorn"
TEXT = settings_text(NAME)
ALL_SET = re.sub(r"^( *)#(?=[a-z_]+:)", r"\1", TEXT, flags=re.MULTILINE)


def keys_of(form: type[msgspec.Struct], path: str = "") -> Iterator[tuple[str, msgspec.structs.FieldInfo]]:
    """Every key that takes a value, with its field; secrets and witnesses are values."""
    for field in msgspec.structs.fields(form):
        kinds = [field.type, *getattr(field.type, "__args__", ())]
        records = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
        is_list = getattr(field.type, "__origin__", None) is tuple
        if not records or records[0] is Secret or is_list:
            yield path + field.encode_name, field
        else:
            yield from keys_of(records[0], f"{path}{field.encode_name}.")


KEYS = dict(keys_of(Settings))


def shown(field: msgspec.structs.FieldInfo) -> str:
    """A default as it is written in a file; `none` for nothing."""
    if field.required:
        return "required"
    default = field.default
    if default in (None, ()):
        return "none"
    if isinstance(default, Secret):
        return f"`{{file: {default.file}}}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    if isinstance(default, StrEnum):
        return f"`{default.value}`"
    is_size = any(getattr(meta, "extra", None) == BYTES for meta in getattr(field.type, "__metadata__", ()))
    return f"`{size_text(default) if is_size else default}`"


def leaves(node: object, path: str = "") -> Iterator[str]:
    """The keys that a text of settings sets."""
    assert isinstance(node, Mapping)
    for key, value in node.items:
        name = f"{path}{key.text}"
        if name in KEYS or not isinstance(value, Mapping):
            yield name
        else:
            yield from leaves(value, f"{name}.")


def at(settings: object, key: str) -> object:
    for name in key.split("."):
        settings = getattr(settings, "sender" if name == "from" else name)
    return settings


def test_the_page_names_every_key_and_its_default() -> None:
    assert [(key, default) for key, _, default, _ in ROWS] == [(key, shown(KEYS[key])) for key in KEYS]


@pytest.mark.parametrize(("key", "example"), [(key, example) for key, _, _, example in ROWS])
def test_every_example_of_the_page_may_stand_in_the_file(key: str, example: str) -> None:
    """Beside what else its part needs; and it is no default, so that it shows something."""
    needed = {
        "alerts.mail.host": "m.example.com",
        "alerts.mail.from": "a@example.com",
        "alerts.mail.to": "[b@example.com]",
    }
    needed |= {"alerts.command.run": "[page]"} if key.startswith("alerts.command") else {}
    if not key.startswith("alerts.mail"):
        needed = {name: value for name, value in needed.items() if "mail" not in name}
    if key == "store.password":
        needed["store.database"] = "postgresql://edi@db/x"
    if key in ("alerts.mail.user", "alerts.mail.password"):
        needed |= {"alerts.mail.user": "u", "alerts.mail.password": "{env: P}"}
    settings = parse_settings(nested(needed | {key: example}))
    assert at(settings, key) != KEYS[key].default


def nested(values: dict[str, str]) -> str:
    """These keys with their values as YAML."""
    tree: dict[str, object] = {}
    for key, value in values.items():
        part = tree
        *outer, last = key.split(".")
        for name in outer:
            inner = part.setdefault(name, {})
            assert isinstance(inner, dict)
            part = inner
        part[last] = value
    return flow(tree)


def flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{name}: {flow(value)}" for name, value in tree.items()) + "}"
    text = str(tree)
    return text if text[0] in "[{" else f'"{text}"'


def test_the_file_of_a_new_workspace_sets_nothing_but_the_name_of_the_ledger() -> None:
    assert parse_settings(TEXT) == msgspec.structs.replace(
        Settings(), ledger=msgspec.structs.replace(Settings().ledger, name=NAME)
    )


def test_the_file_of_a_new_workspace_names_every_key() -> None:
    root, mistakes = read_nodes("gateway.yaml", ALL_SET, "")
    assert not mistakes
    assert list(leaves(root)) == list(KEYS)


def test_the_file_of_a_new_workspace_shows_every_default() -> None:
    text = ALL_SET.replace("database: sqlite", "database: postgresql://edi@db/x")  # only it has a password
    settings = parse_settings(text)
    assert "#database: sqlite\n" in TEXT
    for key, field in KEYS.items():
        default = None if key in ("store.database", "ledger.name") else shown(field).strip("`")
        line = re.search(rf"^ *{key.rsplit('.', 1)[-1]}: (.*)$", part_of(ALL_SET, key), re.MULTILINE)
        assert line is not None, key
        if default not in (None, "none", "required"):
            assert line[1] == default, key
            assert at(settings, key) == field.default, key


def part_of(text: str, key: str) -> str:
    """The text from the heading of the key's part on."""
    for name in key.split(".")[:-1]:
        text = text[text.index(f"{name}:\n") :]
    return text


@pytest.mark.parametrize("key", [key for key in KEYS if not key.startswith("alerts")])
def test_each_line_of_the_file_can_be_uncommented_alone(key: str) -> None:
    section, name = key.split(".")
    start = TEXT.index(f"\n{section}:\n")
    changed = TEXT[:start] + TEXT[start:].replace(f"  #{name}:", f"  {name}:", 1)
    if key == "store.password":
        changed = changed.replace("#database: sqlite", "database: postgresql://edi@db/x")
    assert key == "ledger.name" or changed != TEXT
    parse_settings(changed)


def test_the_good_example_of_the_page_is_read() -> None:
    settings = parse_settings(GOOD)
    assert settings.limits.largest_file == 10**9
    assert len(settings.ledger.witnesses) == 2


def test_the_faulty_example_of_the_page_is_refused_as_shown() -> None:
    with pytest.raises(DataFileError) as refused:
        parse_settings(FAULTY)
    assert f"{refused.value}\n" == REFUSED


def test_the_table_of_a_new_workspace_is_what_is_made(tmp_path: Path) -> None:
    _, _, section = PAGE.partition("## A new workspace")
    told = {
        name.rstrip("/")
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    make_workspace(tmp_path, Contents(TEXT, "k", "l"), Disk())
    assert told == {path.name for path in tmp_path.iterdir()} | {WORKSPACE_KEY, LEDGER_KEY}
