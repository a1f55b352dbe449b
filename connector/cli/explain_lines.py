"""The lines of `passdesk explain`; the last one is what the next sweep would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click


def show(whole: dict[str, Any]) -> None:
    """Print every step, and in the last line the truth."""
    from connector.forms.mistakes import printable, quote

    def echo(text: str) -> None:
        click.echo(printable(text))  # names come from outside

    for says in whole.get("does_nothing_yet", ()):
        echo(f"– {says}")
    for seen in whole["mappings"]:
        echo(f"{whole['ticket']} at {whole['desk']}, by the mapping {seen['mapping']} ({seen['version']})")
        for line in (*_queue(seen), *_facts(seen), *_guards(seen)):
            echo(f"  {line}")
    if pause := whole.get("paused"):
        why = f": {quote(pause['why'])}" if pause["why"] else ""
        echo("  – ledger   issuing is paused" + (f" by {pause['by']}" if pause["by"] else "") + why)
    echo("Nothing was written anywhere. The next sweep:")
    echo(f"  → {last_line(whole['would'])}")


def last_line(would: dict[str, Any]) -> str:
    """The act of the next sweep, in one line."""
    ahead = f"; {would['ahead']} tickets come first, and may change that" if would.get("ahead") else ""
    if would["outcome"] != "delivered" or "to" not in would:
        reason = f" ({would['reason']})" if would["reason"] else ""
        return f"{would['outcome']}: {would['detail'] or sentence_for(would['reason'])}{reason}{ahead}"
    often = "once" if would["one_time"] else "several times"
    minutes, fence = would["lifetime_minutes"], would["fence_seconds"]
    begins = f"from {would['starts_at']}" if would["starts_at"] else f"from {fence} s after it is requested"
    return f"a pass that works {often}, for {minutes} minutes, {begins}, to {would['to']}{ahead}"


def sentence_for(reason: str | None) -> str:
    from connector.domain.reasons import MEANINGS, Reason

    return MEANINGS[Reason(reason)].sentence if reason in set(Reason) else ""


def _queue(seen: dict[str, Any]) -> Iterator[str]:
    if seen["watched"]:
        yield "✓ watch    it is in the queue"
    for each in seen.get("not_watched", ()):
        yield f"– watch    it isn't in the queue: {each}"
    if seen["state"]:
        why = f" ({seen['reason']})" if seen.get("reason") else ""
        yield f"– ledger   it is {seen['state']} here{why}"


def _facts(seen: dict[str, Any]) -> Iterator[str]:
    if facts := seen.get("facts"):
        yield f"✓ map      subject {facts['subject']}, requester {facts['requester'] or 'none'}"
        more = {**facts["values"], **{f"confirm.{name}": text for name, text in facts["confirm"].items()}}
        more |= {"starts_at": facts["starts_at"]} if facts["starts_at"] else {}
        for name, text in more.items():
            yield f"           {name} {text or 'is empty'}"
        yield from (f"           {words}" for words in facts["picked"])
    if down := seen.get("down"):
        yield f"– prove    can't be read now: {down}"
    if person := seen.get("subject"):
        yield f"✓ prove    {person['name']} ({person['upn']}), object {person['id']}"
    if "handed_to" in seen:
        names = [each or "an unknown person" for each in (*seen["approved_by"], seen["handed_to"])]
        yield (
            f"✓ prove    approved by {', '.join(names[:-1]) or 'nobody whom the desk shows'}; "
            f"{names[-1]} would hand the pass over"
        )


def _guards(seen: dict[str, Any]) -> Iterator[str]:
    if approval := seen.get("approval"):
        yield f"{'✓' if approval['proven'] else '–'} approval {approval['why'].rstrip('.')}"
    for guard in seen.get("guards", ()):
        mark = {"yes": "✓", "no": "✗", "not yet": "–"}[guard["says"]]
        why = f": {guard['detail']} ({guard['reason']})" if guard["reason"] else ""
        yield f"{mark} guard    {guard['guard']}{why}"
        yield from (f"           {each}" for each in guard.get("evidence", ()))
