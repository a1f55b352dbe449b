"""Two sweeps over Helpdesk X and Graph, and the doctor, by the command line of the copy that the walk
made.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from connector.cli.main import outcome
from connector.simulators import Graph, Identity, Served
from tests.docs.thirddesk.simulator import HelpdeskX

CONFIG = """\
entra: {{credential: {{kind: managed_identity}}, graph_url: {graph}}}
desks:
  contoso-helpdeskx: {{kind: helpdeskx, url: {desk},
    auth: {{kind: basic, username: svc.passdesk, password: env:HELPDESKX}}}}
mappings: [{mapping}]
ledger: sqlite:///{folder}/passdesk.db
"""


def main(folder: Path) -> None:
    """Ann Lee's ticket gets its pass; somebody's whom the directory doesn't know gets a refusal; a third is
    none of ours.
    """
    desk, identity = HelpdeskX(), Identity()
    graph = Graph(identity.tokens)
    graph.tenant.add_user("ann.lee@contoso.com", mail="ann.lee@contoso.com")
    for email, queue in (
        ("Ann.Lee@contoso.com", "access"),
        ("x@contoso.com", "access"),
        ("ann.lee@contoso.com", "hardware"),
    ):
        desk.add({"name": "A caller", "email": email}, queue=queue, topic="access pass")
    with Served(desk) as at_desk, Served(graph) as at_graph, Served(identity) as at_identity:
        os.environ.update({**identity.environment(at_identity.url), "HELPDESKX": desk.password})
        mapping = Path("mappings/helpdeskx-tickets.yaml").absolute()
        path = folder / "config.yaml"
        path.write_text(
            CONFIG.format(graph=at_graph.url, desk=at_desk.url, mapping=mapping, folder=folder), "utf-8"
        )
        code = outcome(["once", "--json", "--config", str(path)])
        assert code == outcome(["once", "--json", "--config", str(path)]) == 0
        assert outcome(["check", "--config", str(path)]) == 0
    ann, other, stray = desk.tickets.values()
    (made,) = graph.passes.live()
    assert [made.text in each["text"] and each["private"] for each in ann["comments"]] == [True]
    assert (ann["state"], ann["reference"][:4]) == ("working", "TAP-")
    assert ["subject_not_found" in each["text"] and each["private"] for each in other["comments"]] == [True]
    assert stray["comments"] == []


if __name__ == "__main__":
    main(Path(sys.argv[1]))
