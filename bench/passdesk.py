"""passdesk as an operator runs it: its own folder with a configuration, a mapping and a ledger."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.company import DOMAIN, Company
from bench.process import Ran, Running, start

CONFIG = """\
entra: {{credential: {{kind: managed_identity}}, graph_url: {graph}}}
desks:
  contoso:
    kind: servicenow
    url: {desk}
    auth: {{kind: client_credentials, client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET}}
mappings: [incidents.yaml]
workers: {workers}
poll: {{every: {every}, jitter: 0s}}
floor: {{passes_in_all: 1000000/1h, passes_per_requester: 1000/1h, passes_per_subject: 100/1h}}
ledger: {ledger}
log: {{format: json, level: info}}
"""
MAPPING = f"""\
mapping: incidents
desk: contoso
table: incident
watch: {{category: identity, state: [1]}}
values:
  subject: {{from: caller_id.user_name, then: [trim, lower, {{append: "@{DOMAIN}"}}]}}
  requester: {{from: opened_by.user_name, then: [trim, lower, {{append: "@{DOMAIN}"}}]}}
settle: {{delivered: {{state: 2}}, used: {{state: 6}}, expired: {{state: 6}}}}
"""
FILE = "sqlite:///passdesk.db"
Around = Callable[[Callable[[], object]], object]  # does the work, and returns what it found


def plainly(work: Callable[[], object]) -> None:
    work()


@dataclass(frozen=True)
class Home:
    """A folder that passdesk runs in."""

    path: Path
    environment: dict[str, str]

    @property
    def ledger(self) -> Path:
        return self.path / "passdesk.db"

    @property
    def config(self) -> str:
        return str(self.path / "config.yaml")

    def start(self, *verb: str, around: Around = plainly, codes: Collection[int] = (0,)) -> Running:
        """Begin a verb in a process of its own; what `around` returns is told at the end. It fails where the
        exit code is none of these.
        """

        def work() -> object:
            os.environ.update(self.environment)
            said = os.open(self.path / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            from connector.cli.main import collect_seldom, outcome

            collect_seldom()
            found: list[int] = []
            told = around(lambda: found.append(outcome([*verb, "--config", self.config])))
            if found[0] not in codes:
                raise RuntimeError("passdesk failed")
            return told

        return start(work)

    def run(self, *verb: str, around: Around = plainly, codes: Collection[int] = (0,)) -> Ran:
        """The same, to its end. Raises RuntimeError with what it said last."""
        running = self.start(*verb, around=around, codes=codes)
        try:
            return running.wait()
        except RuntimeError:
            raise RuntimeError((self.path / "said").read_text()[-2000:]) from None


@contextmanager
def home(company: Company, workers: int, *, ledger: str = FILE, every: str = "1s") -> Iterator[Home]:
    """A new folder for passdesk, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder)
        (path / "incidents.yaml").write_text(MAPPING)
        (path / "config.yaml").write_text(
            CONFIG.format(graph=company.graph, desk=company.desk, workers=workers, ledger=ledger, every=every)
        )
        yield Home(path, company.environment)


def once(company: Company, workers: int) -> Ran:
    """`passdesk once` on a new ledger."""
    with home(company, workers) as there:
        return there.run("once")
