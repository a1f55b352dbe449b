"""The mapping files of a company: a queue for each rule that a hostile ticket may try."""

from __future__ import annotations

import json

FLOOR = """\
floor:
  requester_at_most: [subject, manager, manager_chain]
  protected_groups: [{protected}]
  passes_in_all: 500/1h
  pause_on: {{flips: 50, stuck_in_a_row: off}}
"""
QUEUE = """\
mapping: {queue}
desk: {desk}
table: {table}
watch: {{{watch}}}
values:
{values}
  requester: {{from: {asks}, then: [trim, lower], find_by: mail}}
{allow}
settle:
  delivered: {{{working}}}
  refused: {{{refused}}}
note: {{caller: {caller}}}
"""
TYPED = "  subject: {from: TEXT, then: [trim, lower]}"
MAILED = "  subject: {from: TEXT, then: [trim, lower], find_by: mail}"
PARTS = """\
  first: {from: TEXT, then: [trim, lower]}
  last: {from: MORE, then: [trim, lower]}
  subject: {template: "{first}.{last}@contoso.com"}"""
APPROVED = "approval: {field: APPROVAL, in: [approved], refused_in: [rejected], unproven: wait}"
QUEUES = {  # its values, and whom it lets ask when
    "typed": (TYPED, ""),
    "mailed": (MAILED, ""),
    "parts": (PARTS, ""),
    "chain": (TYPED, "allow: {requester: [subject, 'manager_chain:3']}"),
    "approved": (TYPED, f"allow: {{{APPROVED}}}"),
    "four_eyes": (TYPED, f"allow: {{four_eyes: true, {APPROVED.replace('wait', 'accept')}}}"),
}
WORDS = {
    "servicenow": {
        "desk": "contoso", "table": "incident", "asks": "opened_by.email",
        "watch": "category: QUEUE, state: [1, 2]", "working": "state: 2", "refused": "state: 3",
        "TEXT": "short_description", "MORE": "close_notes", "APPROVAL": "approval",
    },
    "topdesk": {
        "desk": "bureau", "table": "incidents", "asks": "caller.email",
        "watch": "category.name: QUEUE, processingStatus.name: [Registered, In progress]",
        "working": "processingStatus.name: In progress",
        "refused": "processingStatus.name: Waiting for caller",
        "TEXT": "optionalFields1.text1", "MORE": "optionalFields1.text3", "APPROVAL": "optionalFields1.text2",
    },
}  # fmt: skip


def mappings(kind: str, caller: bool) -> dict[str, str]:
    """The mapping file of each queue. TOPdesk doesn't say who approved: it has none for four eyes."""
    words = WORDS[kind]
    files = {}
    for queue, (values, allow) in QUEUES.items():
        if kind == "topdesk" and queue == "four_eyes":
            continue
        text = QUEUE.format(
            queue=queue,
            caller=json.dumps(caller),
            values=values,
            allow=allow,
            **{name: words[name] for name in ("desk", "table", "asks", "watch", "working", "refused")},
        )
        for name in ("TEXT", "MORE", "APPROVAL"):
            text = text.replace(name, words[name])
        files[f"{queue}.yaml"] = text.replace("QUEUE", queue)
    return files
