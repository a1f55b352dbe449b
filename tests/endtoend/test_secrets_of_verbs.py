"""No pass and no secret in what the verbs of a person print, in the ledger's files, or in the list of
processes.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.endtoend.kinds import ANY_KIND, housed
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.endtoend.streams import command
from tests.endtoend.test_limits import later
from tests.endtoend.test_secrets import secrets_of, written_by
from tests.searching import SEARCH

VERBS: tuple[tuple[str, ...], ...] = (
    ("status",), ("status", "--json"), ("live",), ("live", "--json"), ("history",), ("history", "--json"),
    ("history", "--ticket", "TICKET"), ("history", "--person", "ann.lee@contoso.com"),
    ("explain", "DESK", "TICKET"), ("explain", "DESK", "TICKET", "--json"), ("check",), ("check", "--json"),
    ("audit", "export"), ("audit", "export", "--format", "csv"), ("audit", "verify"), ("mappings", "test"),
    ("raise", "passes_in_all", "300/2h", "--until", "LATER", "--why", "drill"),
    ("pause", "--why", "drill"), ("resume",), ("reissue", "DESK", "TICKET"), ("once",),
    ("revoke", "--all", "--why", "drill", "--yes"), ("once",), ("release", "DESK", "TICKET"),
    ("audit", "erase", "--person", "ann.lee@contoso.com", "--why", "drill"),
)  # fmt: skip
PROC = Path("/proc")


@SEARCH
@pytest.mark.usefixtures("talkative")
@pytest.mark.parametrize("kind", ANY_KIND)
def test_no_verb_prints_a_pass_or_a_secret(tmp_path: Path, kind: str) -> None:
    with housed(kind, tmp_path) as house:
        number = house.number(house.ticket("ann.lee"))
        house.once()
        assert house.graph.passes.made == 1
        desk = "bureau" if isinstance(house, Office) else "contoso"
        named = {"DESK": desk, "TICKET": number, "LATER": later(house, minutes=30)}
        for verb in VERBS:
            ran = house.run(*(named.get(each, each) for each in verb))
            assert ran.code != 2 and ran.out + ran.err, verb
        printed = written_by(house)
        known = secrets_of(house)
        assert len(known) > 3 and "ann.lee" in printed and number in printed
        assert [each for each in known if each in printed] == []


def family(process: int) -> list[int]:
    """A process and all that it started, as the system lists them. Threads come and go meanwhile."""
    children: list[int] = []
    for thread in (PROC / str(process) / "task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            children += map(int, (thread / "children").read_text().split())
    return [process, *(each for child in children for each in family(child))]


@SEARCH
@pytest.mark.skipif(not (PROC / "self" / "cmdline").exists(), reason="no list of processes to read")
def test_the_list_of_processes_shows_no_pass_and_no_secret_while_passes_are_handed_over(scene: Scene) -> None:
    """The environment holds what the configuration refers to (`env:`), and neither pass nor token."""
    seen: dict[str, set[bytes]] = {"cmdline": set(), "environ": set(), "comm": set()}
    ticket = scene.ticket("ann.lee")
    with (scene.folder / "log").open("wb") as log:
        process = subprocess.Popen(command(scene, "run"), stdout=log, stderr=log)
    try:

        def delivered() -> bool:
            for each in family(process.pid):
                for name, texts in seen.items():
                    texts.add((PROC / str(each) / name).read_bytes())
            return bool(scene.held(ticket))

        scene.until(delivered)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    told = {name: b"\n".join(texts).decode("latin-1") for name, texts in seen.items()}
    assert "connector" in told["cmdline"] and "IDENTITY_ENDPOINT" in told["environ"]
    shown = told["cmdline"] + told["comm"] + written_by(scene)
    assert scene.number(ticket) in shown and scene.graph.passes.made == 1 and scene.tokens
    assert [each for each in secrets_of(scene) if each in shown] == []
    made = [each.text for each in scene.graph.passes.issued]
    assert [each for each in (*made, *scene.tokens) if each in told["environ"]] == []
