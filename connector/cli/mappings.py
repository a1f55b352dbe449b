"""passdesk mappings test: the examples in the mapping files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from connector.mapping import Mapping
    from connector.mapping.examples import ExampleResult


@click.group("mappings")
def command() -> None:
    """Work on mapping files."""


@command.command("test", short_help="Run the examples in the mapping files.")
@click.option(
    "--junit", "report", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML for CI, too."
)
@config_option
def test(config_path: str | None, report: Path | None) -> int:
    """Run the examples in the mapping files; nothing is asked of any service. Exit codes: 1 one fails, 2 a
    file has mistakes.
    """
    from connector.cli import junit
    from connector.forms.mistakes import Mistakes, number_of
    from connector.mapping import examples

    try:
        mappings = configured(config_path).mappings
    except Mistakes as mistakes:
        save(report, junit.of_mistakes(mistakes.mistakes)) if report else None
        raise
    results = [(mapping, examples.run(mapping)) for mapping in mappings]
    for mapping, each in results:
        show(mapping, each)
    if report:
        save(report, [junit.of_examples(*each) for each in results])
    total = sum(len(each) for _, each in results)
    failed = sum(not result.fine for _, each in results for result in each)
    click.echo(f"{number_of(total, 'example')}: {total - failed} as expected, {failed} different")
    return 1 if failed else 0


def save(report: Path, suites: list[Element]) -> None:
    from connector.cli import junit

    try:
        junit.write(report, suites)
    except OSError as error:
        raise click.FileError(str(report), hint=str(error.strerror)) from error


def show(mapping: Mapping, results: list[ExampleResult]) -> None:
    from connector.cli import junit
    from connector.forms.mistakes import nearby

    if not results:
        click.echo(
            f"– {mapping.name}: it has no examples; write some, and this shows that it does what you mean"
        )
        return
    wrong = [result for result in results if not result.fine]
    mark = click.style("✗", fg="red") if wrong else click.style("✓", fg="green")
    click.echo(f"{mark} {mapping.name}: {len(results) - len(wrong)} of {len(results)} examples")
    for result in wrong:
        click.echo(
            f"    {nearby(mapping.path)}:{result.line}: "
            f"{junit.title(result.number, mapping.examples[result.number - 1])}"
        )
        for line in junit.differences(result):
            click.echo(f"      {line}")
