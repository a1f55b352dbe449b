"""passdesk mappings test: the examples in the mapping files."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured


@click.group("mappings")
def command() -> None:
    """Work on mapping files."""


@command.command("test")
@config_option
def test(config_path: str | None) -> int:
    """Run the examples in the mapping files; nothing is asked of any service. Exit code 1 where one fails."""
    from connector.mapping import examples

    failed = total = 0
    for mapping in configured(config_path).mappings:
        results = examples.run(mapping)
        total += len(results)
        wrong = [result for result in results if not result.fine]
        failed += len(wrong)
        click.echo(f"{'✗' if wrong else '✓'} {mapping.name}: {len(results) - len(wrong)} of {len(results)} examples")
        for result in wrong:
            click.echo(f"    {mapping.path}:{result.line}: example {result.number}")
            for difference in result.differences:
                expected, got = difference.expected or "nothing", difference.got or "nothing"
                click.echo(
                    f"      {difference.name}: expected {expected}, got {got}"
                    + (f" ({difference.why})" if difference.why else "")
                )
    click.echo(f"{total} examples: {total - failed} as expected, {failed} different")
    return 1 if failed else 0
