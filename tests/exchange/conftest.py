"""Worlds of the scenarios, each held against what must always be when its test is over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.service.around import Surroundings
from gateway.service.starting import make
from gateway.store.disk import Disk
from tests.clocks import NOON, FakeClock, SeededRandomness
from tests.exchange.accounting import account_for
from tests.exchange.files import acknowledgment, invoice, orders, ship_notice
from tests.exchange.partners import ALL
from tests.exchange.world import TICK, World

MakeWorld = Callable[[Mapping[str, str]], World]
AFTER_MAKING = NOON + timedelta(minutes=1)


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which nothing has happened, with tables that are compiled already; it is only copied."""
    folder = tmp_path_factory.mktemp("empty") / "workspace"
    make(folder, Surroundings({}, FakeClock(tick=TICK), SeededRandomness(4), Disk()))
    warm = Path(shutil.copytree(folder, folder.with_name("warm")))
    first = World(warm, ALL, FakeClock(AFTER_MAKING, tick=TICK))
    first.drop("amazon", "a.850", orders("A1"))
    first.drop("corner", "b.850", orders("B1", sender="CORNER"))
    first.run()
    for made in (acknowledgment, ship_notice, invoice):
        first.drop("erp", f"{made.__name__}.csv", made("A1"))
    first.run()
    first.close()
    shutil.copytree(warm / "var" / "cache", folder / "var" / "cache")
    return folder


@pytest.fixture
def new_world(empty_workspace: Path, tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes worlds with other partner files; each is accounted for at the end."""
    worlds: list[World] = []

    def made(partners: Mapping[str, str]) -> World:
        root = Path(shutil.copytree(empty_workspace, tmp_path / f"workspace-{len(worlds)}"))
        worlds.append(World(root, partners, FakeClock(AFTER_MAKING, tick=TICK)))
        return worlds[-1]

    yield made
    for world in worlds:
        account_for(world)
        world.close()


@pytest.fixture
def world(new_world: MakeWorld) -> World:
    """A world with Amazon and an ERP, and a corner shop and its depot."""
    return new_world(ALL)
