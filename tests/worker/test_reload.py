"""When changed mapping files are taken up: each change once, as a whole, and only when nobody is writing any
more.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connector.config.load import Config, load
from connector.forms import marked_yaml
from connector.mapping import Mapping
from connector.worker import reload
from connector.worker.reload import AT_REST, Reload, Reloading, Watched
from connector.worker.sweep import Sweep
from tests.config.files import CONFIG, MAPPING, lay

LOOKUP = MAPPING.replace("caller_id.user_name}", "caller_id.user_name, then: [{lookup: people.csv}]}")


@dataclass
class Walk:
    """Looks, each as long after the last one as a file must have been at rest."""

    source: Reload
    now: float = 0

    def look(self, times: int = 1) -> list[str] | None:
        """The last look's mappings, or the places of its mistakes."""
        for _ in range(times):
            self.now += AT_REST
            found = self.source.look(self.now)
        if found is None:
            return None
        return [f"{each.path.name}:{each.line}" for each in found.mistakes] or [
            each.name for each in found.mappings
        ]


def walk(tmp_path: Path, **mappings: str) -> Walk:
    """After the first look, which reads everything once more."""
    found = Walk(Reload(load(lay(tmp_path, **mappings)).source))
    assert [found.look() for _ in range(6)].count(None) == 5
    return found


def test_a_change_is_told_once_and_only_when_it_has_been_at_rest() -> None:
    watched, file = Watched({Path("a"): "1"}), Path("a")
    assert not watched.changed({file: "1"}, 0)
    assert not watched.changed({file: "2"}, 10)
    assert not watched.changed({file: "3"}, 10 + AT_REST)
    assert not watched.changed({file: "3"}, 10 + AT_REST * 1.5)
    assert watched.changed({file: "3"}, 10 + AT_REST * 2)
    assert not watched.changed({file: "3"}, 100)


def test_a_change_that_is_taken_back_before_it_was_at_rest_is_none() -> None:
    watched, file = Watched({Path("a"): "1"}), Path("a")
    assert not watched.changed({file: "2"}, 0)
    assert not watched.changed({file: "1"}, 100)
    assert not watched.changed({file: "2"}, 200)
    assert watched.changed({file: "2"}, 200 + AT_REST)


def test_an_edit_is_taken_up(tmp_path: Path) -> None:
    files = walk(tmp_path)
    (tmp_path / "mappings" / "incidents.yaml").write_text(
        MAPPING.replace("mapping: incidents", "mapping: tickets")
    )
    assert [files.look(), files.look(), files.look()] == [None, ["tickets"], None]


def test_a_new_file_and_one_that_is_gone_are_noticed(tmp_path: Path) -> None:
    files = walk(tmp_path)
    other = tmp_path / "mappings" / "other.yaml"
    other.write_text(MAPPING.replace("mapping: incidents", "mapping: others"))
    assert files.look(2) == ["incidents", "others"]
    other.unlink()
    assert files.look(2) == ["incidents"]


def test_what_is_wrong_is_told_once_until_it_changes_again(tmp_path: Path) -> None:
    files = walk(tmp_path)
    path = tmp_path / "mappings" / "incidents.yaml"
    path.write_text(MAPPING + "nots: {}\n")
    assert files.look(2) == ["incidents.yaml:6"]
    assert [files.look() for _ in range(4)] == [None] * 4
    path.write_text(MAPPING)
    assert files.look(2) == ["incidents"]


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    files = walk(tmp_path)
    (tmp_path / "mappings" / "incidents.yaml").unlink()
    assert files.look(2) == ["config.yaml:1"]


def test_a_table_that_a_mapping_names_is_a_part_of_the_set(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    table = tmp_path / "mappings" / "people.csv"
    table.write_text("Ann,ann.lee\n")
    source = load(lay(tmp_path, incidents=LOOKUP)).source
    before = source.read().mappings[0].version
    files = walk(tmp_path, incidents=LOOKUP)
    table.write_text("Ann,anna.lee\n")
    assert files.look(2) == ["incidents"]
    assert source.read().mappings[0].version != before


def test_a_table_that_is_missing_is_taken_up_when_it_comes(tmp_path: Path) -> None:
    files = walk(tmp_path)
    (tmp_path / "mappings" / "incidents.yaml").write_text(LOOKUP)
    assert files.look(4) == ["incidents.yaml:5"]
    (tmp_path / "mappings" / "people.csv").write_text("Ann,ann.lee\n")
    assert files.look(2) == ["incidents"]


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = walk(tmp_path)
    path = tmp_path / "mappings" / "incidents.yaml"
    path.write_text(MAPPING.replace("mapping: incidents", "mapping: half"))
    read = type(files.source.source).read

    def overtaken(source: object) -> object:
        found = read(source)  # type: ignore[arg-type]
        path.write_text(MAPPING.replace("mapping: incidents", "mapping: whole"))
        return found

    monkeypatch.setattr(type(files.source.source), "read", overtaken)
    assert files.look(2) is None
    assert files.look(2) == ["whole"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_never_keeps_a_look_waiting(tmp_path: Path, make: object) -> None:
    make(tmp_path / "people.csv")  # type: ignore[operator]
    assert reload.prints([tmp_path / "people.csv", tmp_path / "none", Path("a\0b")]) == {
        tmp_path / "people.csv": "",
        tmp_path / "none": "",
        Path("a\0b"): "",
    }


@dataclass
class Furnished:
    """A house that only knows its mappings."""

    config: Config
    sweep: Sweep
    furnished: list[tuple[str, ...]] = field(default_factory=list)

    def refreshed(self, mappings: tuple[Mapping, ...]) -> Furnished:
        names = tuple(each.name for each in mappings)
        self.furnished.append(names)
        return Furnished(replace(self.config, mappings=mappings), sweep_of(*names), self.furnished)


def sweep_of(*names: str) -> Sweep:
    return names  # type: ignore[return-value]


@dataclass
class Life:
    folder: Path
    reloading: Reloading
    now: float = 0

    def rounds(self, count: int = 4) -> object:
        for _ in range(count):
            self.now += AT_REST
            found = self.reloading.between()
        return found

    def write(self, text: str) -> None:
        (self.folder / "mappings" / "incidents.yaml").write_text(text)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    config = load(lay(tmp_path))
    found = Life(tmp_path, Reloading(Furnished(config, sweep_of("incidents"))))
    found.reloading.clock = lambda: found.now
    return found


def test_files_that_nobody_changed_change_nothing(life: Life) -> None:
    with capture_logs() as log:
        assert life.rounds() == ("incidents",)
    assert log == []


def test_the_start_reads_each_mapping_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read = marked_yaml.read

    def counted(path: Path) -> marked_yaml.Document:
        opened.append(path.name)
        return read(path)

    monkeypatch.setattr(marked_yaml, "read", counted)
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "people.csv").write_text("Ann,ann.lee\n")
    config = load(lay(tmp_path, incidents=LOOKUP, others=MAPPING.replace("incidents", "others")))
    life = Life(tmp_path, Reloading(Furnished(config, sweep_of("incidents", "others"))))
    life.reloading.clock = lambda: life.now
    life.rounds(5)
    assert sorted(opened) == ["config.yaml", "incidents.yaml", "others.yaml"]


def test_a_change_between_the_start_and_the_first_look_is_taken_up(tmp_path: Path) -> None:
    config = load(lay(tmp_path))
    life = Life(tmp_path, Reloading(Furnished(config, sweep_of("incidents"))))
    life.reloading.clock = lambda: life.now
    life.write(MAPPING.replace("mapping: incidents", "mapping: tickets"))
    assert life.rounds() == ("tickets",)


def test_the_new_mappings_are_in_force_and_named_with_their_versions(life: Life) -> None:
    life.rounds()
    old = life.reloading.house.config.mappings[0].version
    life.write(MAPPING + "timezone: Europe/Amsterdam\n")
    with capture_logs() as log:
        life.rounds()
    new = life.reloading.house.config.mappings[0].version
    assert [(each["event"], each["mappings"]) for each in log] == [
        ("mappings_reloaded", {"incidents": f"{old} → {new}"})
    ]
    life.write(MAPPING.replace("mapping: incidents", "mapping: tickets"))
    with capture_logs() as log:
        assert life.rounds() == ("tickets",)
    version = life.reloading.house.config.mappings[0].version
    assert log[0]["mappings"] == {"incidents": f"{new} → gone", "tickets": f"new → {version}"}


def test_a_key_that_does_nothing_yet_is_said_once_for_each_file_that_changed(life: Life) -> None:
    life.rounds()
    life.write(MAPPING + "mode: shadow\n")
    with capture_logs() as log:
        life.rounds(20)
    said = [(each["event"], each.get("key")) for each in log]
    assert said == [("mappings_reloaded", None), ("not_built", "incidents mode")]
    other = MAPPING.replace("mapping: incidents", "mapping: others").replace("identity", "hardware")
    (life.folder / "mappings" / "others.yaml").write_text(other)
    with capture_logs() as log:
        life.rounds(20)
    assert [each["event"] for each in log] == ["mappings_reloaded"]


TOO_LONG = ", ".join(f"value number {each}" for each in range(500))


@pytest.mark.parametrize(
    "broken",
    [MAPPING + "nots: {}\n", MAPPING.replace("category: identity", f"category: [{TOO_LONG}]")],
    ids=["an unknown key", "a query that is too long"],
)
def test_what_is_refused_leaves_everything_as_it_was_and_its_mending_is_told(life: Life, broken: str) -> None:
    life.rounds()
    before = life.reloading.house
    life.write(broken)
    with capture_logs() as log:
        assert life.rounds(20) == ("incidents",)
    assert [(each["event"], each["log_level"], len(each["mistakes"])) for each in log] == [
        ("mappings_refused", "error", 1)
    ]
    assert life.reloading.house is before
    life.write(MAPPING)
    with capture_logs() as log:
        life.rounds()
    assert [each["event"] for each in log] == ["mappings_reloaded"]


def test_a_changed_configuration_is_said_and_left_alone(life: Life) -> None:
    life.rounds()
    (life.folder / "config.yaml").write_text(CONFIG + "workers: 3\n")
    with capture_logs() as log:
        life.rounds(20)
    assert [each["event"] for each in log] == ["config_changed"]
    assert life.reloading.house.config.settings.workers == 8
