"""A workspace whose settings name another database: it has no store until `gateway init` makes it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from tests.cli.command import run


def test_a_store_is_made_in_the_database_that_the_settings_name(tmp_path: Path, postgresql_url: str) -> None:
    assert run("init", "shop", cwd=tmp_path).code == 0
    root = tmp_path / "shop"
    url = make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False)
    settings = root / "gateway.yaml"
    written = settings.read_text(encoding="utf-8")
    assert "  #database: sqlite\n" in written
    settings.write_text(written.replace("  #database: sqlite\n", f'  database: "{url}"\n'), encoding="utf-8")
    for command in (["status"], ["alerts", "list"], ["receive", "gateway.yaml", "--channel", "acorn"]):
        ran = run(*command, cwd=root)
        assert ran.code == 2, command
        assert ran.err == "gateway: There is no store in this database yet; `gateway init DIR` makes it\n"
    assert run("init", "shop", cwd=tmp_path).code == 0
    assert run("receive", "gateway.yaml", "--channel", "acorn", cwd=root).code == 0
    assert "messages  1" in run("status", cwd=root).out.decode()
    assert run("init", "shop", cwd=tmp_path).code == 2


def test_a_workspace_without_its_database_file_says_so(tmp_path: Path) -> None:
    assert run("init", "shop", cwd=tmp_path).code == 0
    (tmp_path / "shop/var/gateway.db").unlink()
    ran = run("status", cwd=tmp_path / "shop")
    assert (ran.code, "There is no store" in ran.err) == (2, True)
