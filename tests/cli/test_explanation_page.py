"""The page of an explanation in a browser: what is chosen lights up, and nothing of a document is obeyed."""

from __future__ import annotations

import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.browser import Browser
from tests.cli.command import ROOT, run, saved

ORDERS = ROOT / "examples" / "purchase-orders.850"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ALONE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120  # seconds; a busy machine starts a browser slowly

BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no chromium is installed; `make peers` installs it, or says how"
)


class Shown(HTMLParser):
    """What a browser made of a page: the classes of its elements by their identifiers, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, set[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.tags: list[str] = []
        self.told: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append(tag)
        if "id" in held:
            name = held["id"] or ""
            self.marks[name] = set((held.get("class") or "").split())
            self.links[name] = (held.get("data-to") or "").split()
        if self._inside or (tag == "div" and held.get("class") == "told"):
            self._inside += [tag] if tag != "br" else []

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.told.append(data)

    def marked(self, mark: str) -> set[str]:
        """The identifiers of what has a mark."""
        return {name for name, marks in self.marks.items() if mark in marks}


def shown(page: Path, place: str, profile: Path) -> Shown:
    """The page after its program ran, opened with the address of a place."""
    command = [BROWSER or "", *ALONE, f"--user-data-dir={profile}", "--dump-dom", f"{page.as_uri()}{place}"]
    ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    parsed = Shown()
    parsed.feed(ran.stdout.decode("utf-8"))
    return parsed


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    html = tmp_path_factory.mktemp("page") / "page.html"
    assert run("explain", ORDERS, "--to", "spapi", "--partner", "amazon", "--html", html).code == 0
    return html


@pytest.fixture(scope="module")
def plain(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The page before anything is chosen."""
    return shown(page, "", tmp_path_factory.mktemp("plain") / "profile")


def test_nothing_is_lit_before_something_is_chosen(plain: Shown) -> None:
    assert plain.marked("lit") == plain.marked("chosen") == set()
    assert plain.told == []
    assert plain.marks["d1-s3"] == {"v"}


def test_a_chosen_place_of_the_source_lights_up_where_it_goes_and_tells_the_rows(
    page: Path, plain: Shown, tmp_path: Path
) -> None:
    place = next(name for name, links in plain.links.items() if name.startswith("d1-s") and len(links) == 1)
    opened = shown(page, f"#{place}", tmp_path / "profile")
    assert opened.marked("chosen") == {place}
    assert opened.marked("lit") == {place, *plain.links[place]}
    told = " ".join(opened.told)
    assert "mappings/spapi-order.yaml:" in told
    assert "mappings/x12-850.yaml:" in told


def test_a_chosen_place_of_the_target_lights_up_where_it_comes_from(
    page: Path, plain: Shown, tmp_path: Path
) -> None:
    place = next(name for name, links in plain.links.items() if name.startswith("d1-t") and len(links) > 1)
    opened = shown(page, f"#{place}", tmp_path / "profile")
    assert opened.marked("lit") == {place, *plain.links[place]}
    assert {name[:4] for name in opened.marked("lit")} == {"d1-s", "d1-t"}


def test_a_click_lights_up_both_sides_and_keys_go_on_from_there(
    page: Path, plain: Shown, tmp_path: Path
) -> None:
    places = [name for name, links in plain.links.items() if name.startswith("d1-s") and links]
    with Browser([BROWSER or "", *ALONE, f"--user-data-dir={tmp_path}"], page.as_uri()) as browser:
        browser.click(places[1])
        assert browser.identifiers(".chosen") == [places[1]]
        assert set(browser.identifiers(".lit")) == {places[1], *plain.links[places[1]]}
        browser.press("ArrowDown")
        assert browser.identifiers(".chosen") == [places[2]]
        browser.press("ArrowUp")
        browser.press("ArrowUp")
        assert browser.identifiers(".chosen") == [places[0]]
        browser.press("Escape")
        assert browser.identifiers(".lit, .chosen") == []
        other = plain.links[places[1]][0]
        browser.click(other)
        assert browser.identifiers(".chosen") == [other]
        assert places[1] in browser.identifiers(".lit")


def test_nothing_of_a_hostile_document_runs(tmp_path: Path) -> None:
    bad = "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
    columns = (
        "order_number,order_date,ship_to_code,ship_to_name,ship_to_street,line_number,quantity,unit,asin"
    )
    row = f'P1,2026-11-03,PHX3,Acorn,"{bad}",1,12,CA,B0ACRN0001'
    order, html = saved(tmp_path, f"{columns}\n{row}\n", "order.csv"), tmp_path / "page.html"
    assert run("explain", order, "--to", "canonical", "--partner", "amazon", "--html", html).code == 0
    opened = shown(html, "#d1-s1", tmp_path / "profile")
    assert opened.tags.count("script") == 1
    assert "img" not in opened.tags
    assert opened.marked("chosen") == {"d1-s1"}
