"""A workspace's files win over the shipped ones, and its mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import DataFileError, UsageError
from gateway.workspace import Workspace, is_workspace, shipped_data


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    files = {
        "shipped/mappings/x12-850.yaml": "shipped 850",
        "shipped/mappings/x12-855.yaml": "shipped 855",
        "shipped/mappings/codes/unit.csv": "shipped units",
        "shipped/mappings/.hidden.yaml": "an editor's leftover",
        "own/mappings/x12-850.yaml": "own 850",
        "own/partners/amazon/partner.yaml": "own partner",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Workspace(tmp_path / "own", tmp_path / "shipped")


def test_a_file_of_the_workspace_wins_over_the_shipped_one(workspace: Workspace) -> None:
    assert workspace.read("mappings/x12-850.yaml") == "own 850"
    assert workspace.read("mappings/x12-855.yaml") == "shipped 855"


def test_texts_joins_both_sorted_by_path(workspace: Workspace) -> None:
    assert list(workspace.texts("mappings", "*.yaml").items()) == [
        ("mappings/x12-850.yaml", "own 850"),
        ("mappings/x12-855.yaml", "shipped 855"),
    ]


def test_list_goes_as_deep_as_its_pattern_says(workspace: Workspace) -> None:
    assert workspace.list("mappings", "*.csv") == ()
    assert workspace.list("mappings", "**/*.csv") == ("mappings/codes/unit.csv",)
    assert workspace.list("partners") == ("partners/amazon/partner.yaml",)
    assert workspace.list("schemas") == ()


def test_without_a_root_there_are_only_the_defaults_and_no_place_for_state(workspace: Workspace) -> None:
    shipped = Workspace(None, workspace.defaults)
    assert shipped.read("mappings/x12-850.yaml") == "shipped 850"
    assert shipped.var is None
    assert shipped.code_cache is None


def test_a_missing_file_is_named_with_the_places_searched(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as raised:
        workspace.read("mappings/x12-999.yaml")
    assert "mappings/x12-999.yaml" in str(raised.value)
    assert str(workspace.root) in str(raised.value)
    assert str(workspace.defaults) in str(raised.value)


@pytest.mark.parametrize(
    "relative", ["../secret", "mappings/../../secret", "/etc/passwd", "var/cache/a", "pyproject.toml", ""]
)
def test_no_path_leads_out_of_the_data_folders(workspace: Workspace, relative: str) -> None:
    with pytest.raises(UsageError, match="outside the workspace"):
        workspace.read(relative)
    with pytest.raises(UsageError, match="outside the workspace"):
        workspace.list(relative)


def test_a_byte_order_mark_is_taken_off(workspace: Workspace) -> None:
    assert workspace.root is not None
    (workspace.root / "mappings/unit.csv").write_bytes(b"\xef\xbb\xbfcanonical,x12\n")
    assert workspace.read("mappings/unit.csv") == "canonical,x12\n"


def test_bytes_that_are_not_utf8_are_placed_by_line(workspace: Workspace) -> None:
    assert workspace.root is not None
    (workspace.root / "mappings/unit.csv").write_bytes(b"canonical,x12\nst\xfcck,EA\n")
    with pytest.raises(DataFileError) as raised:
        workspace.read("mappings/unit.csv")
    ((file, line, text),) = raised.value.mistakes
    assert (file, line) == ("mappings/unit.csv", 2)
    assert "0xfc" in text


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        Workspace(tmp_path / "absent")


def test_the_workspace_around_a_folder_is_the_nearest_one_upwards(tmp_path: Path) -> None:
    for name in ("outer/partners", "outer/schemas", "outer/inner/partners", "outer/inner/mappings/codes"):
        (tmp_path / name).mkdir(parents=True)
    assert Workspace.around(tmp_path / "outer/inner/mappings/codes").root == tmp_path / "outer/inner"
    assert Workspace.around(tmp_path / "outer/schemas").root == tmp_path / "outer"
    assert not is_workspace(tmp_path)


def test_what_is_shipped_lies_beside_or_in_the_package() -> None:
    assert {"schemas", "mappings"} <= {path.name for path in shipped_data().iterdir()}
