"""`passdesk audit`: verify, export and erase, on a ledger that a sweep wrote; and its head in the log."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from contextlib import closing
from hashlib import sha256
from io import StringIO

import pytest

from connector.guards import GUARDS, TICKET_GUARDS
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

HEAD = r"([1-9]\d*):([0-9a-f]{64})"


def refused(scene: Scene, name: str = "ann.lee", shown: str = "Ann Lee") -> str:
    scene.person(name, displayName=shown, accountEnabled=False)
    ticket = scene.ticket(name)
    scene.once()
    return scene.number(ticket)


def lines(scene: Scene, *args: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in scene.run("audit", "export", *args).out.splitlines()]


def edit(scene: Scene, *statements: str) -> None:
    with closing(sqlite3.connect(scene.folder / "passdesk.db")) as db:
        for each in statements:
            db.execute(each)
        db.commit()


def heads(ran_err: str) -> list[str]:
    logged = [json.loads(line) for line in ran_err.splitlines() if line.startswith("{")]
    return [str(line["head"]) for line in logged if line["action"] == "trail_head"]


def everything(scene: Scene) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(scene.folder.glob("passdesk.db*")))


def test_a_pass_carries_every_guards_verdict_and_what_they_rest_on(scene: Scene) -> None:
    scene.person("ann.lee", displayName="Ann Lee", manager=scene.person("mia.boss"))
    scene.ticket("ann.lee", "mia.boss")
    scene.once()
    [issuing] = [json.loads(str(line["sealed"])) for line in lines(scene) if line["action"] == "issuing"]
    named = {type(each).__name__ for each in (*TICKET_GUARDS, *GUARDS)} | {"SameAccount"}
    assert set(issuing["guards"]) >= named
    assert set(issuing["guards"].values()) == {"yes"}
    assert issuing["manager"] == scene.people["mia.boss"]
    assert re.fullmatch(r"[0-9a-f]{64}", issuing["policy"])
    assert re.fullmatch(r"[0-9a-f]{12}", issuing["version"])
    [shown] = [line["detail"] for line in lines(scene) if line["action"] == "issuing"]
    assert isinstance(shown, dict)
    assert re.fullmatch(r"[0-9a-f]{64}", shown["facts"])
    assert "facts" not in issuing, "whoever guesses the facts could confirm them after an erasure"


def test_a_refusal_carries_every_guards_verdict(scene: Scene) -> None:
    refused(scene)
    [no] = [json.loads(str(line["sealed"])) for line in lines(scene) if line["action"] == "refused"]
    assert no["guards"]["SubjectEnabled"] == no["reason"] == "subject_disabled"
    assert no["guards"]["NotPrivileged"] == "yes"


def test_what_a_mapping_or_the_directory_refuses_carries_its_verdict_too(scene: Scene) -> None:
    scene.ticket("nobody.there")
    del scene.graph.tenant.users[scene.people["nobody.there"]]
    scene.desk.add_incident(category="identity", caller_id="", opened_by="")
    scene.once()
    verdicts = [
        (guard, said)
        for line in lines(scene)
        if line["action"] == "refused"
        for guard, said in json.loads(str(line["sealed"]))["guards"].items()
        if said != "yes"
    ]
    assert sorted(verdicts) == [("Evidence", "subject_not_found"), ("Mapping", "subject_missing")]


def test_the_head_goes_to_the_log_where_the_trail_grew(scene: Scene) -> None:
    scene.ticket("ann.lee")
    [first] = heads(scene.once().err)
    assert re.fullmatch(HEAD, first)
    assert heads(scene.once().err) == []
    scene.run("pause")
    [second] = heads(scene.once().err)
    assert int(second.split(":")[0]) == int(first.split(":")[0]) + 1


def test_run_says_the_head_when_it_stops(scene: Scene) -> None:
    scene.ticket("ann.lee")
    process = scene.start("run")
    scene.until(lambda: scene.log("delivered"))
    process.terminate()
    process.join()
    said = scene.log("trail_head")
    last = lines(scene)[-1]
    assert said[-1]["head"] == f"{last['seq']}:{last['hash']}"
    assert 1 <= len(said) <= 2


def test_a_head_of_the_log_proves_the_trail_up_to_there(scene: Scene) -> None:
    scene.ticket("ann.lee")
    [head] = heads(scene.once().err)
    refused(scene, "bob.ray", "Bob Ray")
    ran = scene.run("audit", "verify", "--head", head)
    assert (ran.code, ran.err) == (0, "")
    assert f"Line {head.split(':')[0]} is the one of your log." in ran.out


def test_a_tail_cut_together_with_the_head_is_found_by_a_head_of_the_log_alone(scene: Scene) -> None:
    scene.ticket("ann.lee")
    [head] = heads(scene.once().err)
    edit(
        scene,
        "delete from audit where seq > 3",
        "update switches set value = (select seq || ' ' || hash from audit where seq = 3) "
        "where name = 'chain'",
    )
    alone = scene.run("audit", "verify")
    assert alone.code == 0
    assert "This finds accidents, not who edits the file" in alone.err
    ran = scene.run("audit", "verify", "--head", head)
    assert ran.code == 1
    assert ran.err == f"There is no line {head.split(':')[0]}: the end of the trail was cut off.\n"


def test_a_trail_that_was_written_anew_is_found_by_a_head_of_the_log(scene: Scene) -> None:
    scene.ticket("ann.lee")
    [head] = heads(scene.once().err)
    seq = head.split(":")[0]
    other = scene.run("audit", "verify", "--head", f"{seq}:{'a' * 64}")
    assert other.code == 1
    assert other.err == f"Line {seq} is another than in your log: the trail was written anew.\n"


@pytest.mark.parametrize("head", ["7", "7:abc", "0:" + "a" * 64, "x:" + "a" * 64, "7:" + "g" * 64])
def test_a_head_that_is_none_is_a_wrong_usage(scene: Scene, head: str) -> None:
    ran = scene.run("audit", "verify", "--head", head)
    assert ran.code == 2
    assert "write a number, a colon and 64 hex digits" in ran.err


def test_a_name_that_somebody_changed_is_found(scene: Scene) -> None:
    refused(scene)
    edit(scene, "update names set record = replace(record, 'Ann Lee', 'Eve Mal')")
    ran = scene.run("audit", "verify")
    assert ran.code == 1
    assert "isn't the one that was written: somebody changed it" in ran.err


def test_an_export_proves_itself(scene: Scene) -> None:
    refused(scene)
    seal, names = "0" * 64, 0
    for line in lines(scene):
        said = [line[name] for name in ("seq", "at", "desk", "ticket", "number", "action", "sealed")]
        said[1] = float(str(said[1]))
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        seal = sha256(f"{seal}{text}".encode()).hexdigest()
        assert line["hash"] == seal
        kept = line["names"]
        assert isinstance(kept, dict)
        for role, record in kept.items():
            digest = sha256(f"{record['salt']}{record['record']}".encode()).hexdigest()
            assert json.loads(str(line["sealed"]))["names"][role] == digest
            names += 1
    assert names == 4


def test_an_export_is_narrowed_by_person_and_time(scene: Scene) -> None:
    mine = refused(scene)
    refused(scene, "bob.ray", "Bob Ray")
    assert {line["number"] for line in lines(scene, "--person", "Ann Lee")} == {mine}
    assert lines(scene, "--person", "Ann Lee", "--since", "1h")
    assert scene.run("audit", "export", "--since", "soon").code == 2


@SEARCH
def test_a_spreadsheet_runs_nothing_of_an_export(scene: Scene) -> None:
    hostile = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        '=HYPERLINK("https://example.org")',
        "\u202e1+1=",
        "\x1b[31m1",
    ]
    for number, why in enumerate(hostile):
        refused(scene, f"eve.{number}", f'{why} "quoted", and cut\nin two')
        scene.run("pause", "--why", why)
        scene.run("resume", "--by", "=cmd|' /C calc'!A0")
    out = scene.run("audit", "export", "--format", "csv").out
    rows = list(csv.DictReader(StringIO(out, newline="")))
    assert len(rows) == len(lines(scene))
    cells = [cell for row in rows for cell in row.values() if cell]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r ＝"]
    assert not [cell for cell in cells if not cell.isprintable()]
    assert any(cell == "'=cmd|' /C calc'!A0" for cell in cells)
    assert any('"quoted", and cut' in row["subject_name"] for row in rows)
    assert out.startswith('"seq","at","desk"') and out.count("\r\n") >= len(rows)


def test_an_erased_name_is_nowhere_in_the_file_and_history_says_that_it_was_deleted(scene: Scene) -> None:
    refused(scene)
    refused(scene, "bob.ray", "Bob Ray")
    assert b"Ann Lee" in everything(scene) and b"ann.lee@contoso.com" in everything(scene)
    ran = scene.run("audit", "erase", "--person", "Ann Lee", "--by", "Mia Boss", "--why", "request 7")
    assert (ran.code, ran.out) == (0, "The names were deleted from the ledger.\n")
    left = everything(scene)
    assert not any(each in left for each in (b"Ann Lee", b"ann.lee", "Ann Lee".encode("utf-16-le")))
    assert b"bob.ray@contoso.com" in left and b"Bob Ray" in left
    shown = scene.run("history").out
    assert (
        f"for name deleted (object {scene.people['ann.lee']}); subject_disabled; what it said is deleted"
        in shown
    )
    assert "person_erased  by Mia Boss (login" in shown and "request 7" in shown
    assert scene.run("audit", "verify").code == 0
    assert scene.run("audit", "erase", "--person", "Ann Lee").err == "The ledger has nobody called Ann Lee.\n"


def test_a_pass_that_is_out_keeps_its_name_and_a_later_sweep_deletes_it(scene: Scene) -> None:
    scene.person("ann.lee", displayName="Ann Lee")
    number = scene.number(scene.ticket("ann.lee"))
    scene.once()
    ran = scene.run("audit", "erase", "--person", "ann.lee@contoso.com")
    assert ran.out == (
        f"The names were deleted from the ledger. Under way: {number}; these names go when that has ended.\n"
    )
    assert "Ann Lee" in scene.run("live").out
    scene.run("revoke", "contoso", number)
    assert scene.ended() == 1
    scene.once()
    assert b"Ann Lee" not in everything(scene)
    assert scene.run("audit", "verify").code == 0
    assert "Ann Lee" not in scene.run("history").out


def test_names_and_lines_go_as_config_yaml_says(scene: Scene) -> None:
    refused(scene)
    scene.rewrite("config.yaml", more="keep: {names: 30d, trail: 60d}\n")
    scene.clock.added += 31 * 86400
    scene.once()
    assert "Ann Lee" not in scene.run("history").out
    scene.clock.added += 60 * 86400
    ran = scene.once()
    assert [json.loads(each)["lines"] for each in ran.err.splitlines() if '"trail_pruned"' in each] == [3]
    said = scene.run("audit", "verify")
    assert said.code == 0
    assert "Before them, 3 lines went by keep.trail, behind a checkpoint." in said.out
