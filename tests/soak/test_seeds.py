"""The search begins at every fixture, and finds nothing wrong with any."""

from __future__ import annotations

import pytest

from tests.shared import SHARED, needs_shared
from tests.soak.promise import Target
from tests.soak.run import TARGETS as NAMES
from tests.soak.seeds import FIXTURES, NO_DOCUMENTS, ROOT, SUFFIXES, is_crossref
from tests.soak.targets import TARGETS
from tests.soak.watch import Status, Watch
from tests.thoroughness import a_share

PARTS = 3
WRITTEN_BY_PEOPLE = (
    ("mappings", "**/*.*"),
    ("schemas/x12", "**/*.yaml"),
    ("schemas/flat", "*.yaml"),
    ("schemas/xml", "*.xsd"),
    ("partners", "*/*.yaml"),
    ("partners", "*/guides/*"),
)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_nothing_is_wrong_with_a_seed(target: Target, part: int) -> None:
    watch = Watch(target, None, Status(target.name, "none", 0), slow=60)
    seeds = a_share(target.seeds()[part::PARTS])
    crashers = [crasher.said for seed in seeds if (crasher := watch.look(seed)) is not None]
    assert crashers == []
    assert watch.status.runs == len(seeds) > 1


def test_every_fixture_is_a_seed() -> None:
    suffixes = {suffix: name for name, of_name in SUFFIXES.items() for suffix in of_name}
    seeds = {name: set(target.seeds()) for name, target in TARGETS.items()}
    fixtures = [path for folder in FIXTURES for path in (ROOT / folder).rglob("*") if path.is_file()]
    kept = [path for path in fixtures if path.suffix not in NO_DOCUMENTS]
    assert len(kept) > 100
    for path in kept:
        if is_crossref(path):
            seed = f"mappings/crossrefs/{path.name}\n{path.read_text(encoding='utf-8')}".encode()
            assert seed in seeds["tables"], path
        else:
            assert path.suffix in suffixes, f"{path}: no target of the soak reads such files"
            assert path.read_bytes() in seeds[suffixes[path.suffix]], path


def test_every_data_file_that_people_write_is_a_seed() -> None:
    paths = {seed.partition(b"\n")[0].decode() for seed in TARGETS["tables"].seeds()}
    for folder, pattern in WRITTEN_BY_PEOPLE:
        written = {str(path.relative_to(ROOT)) for path in (ROOT / folder).glob(pattern)}
        assert written, folder
        assert written <= paths


@needs_shared
def test_reference_material_is_read_in_place() -> None:
    theirs = [path.read_bytes() for path in sorted((SHARED / "x12/corpus").rglob("*.edi"))]
    assert set(theirs) & set(TARGETS["x12"].seeds())


def test_the_run_knows_every_target() -> None:
    assert set(NAMES) == set(TARGETS)
