"""The set-up of one environment, and its misbehaviour."""

from dataclasses import dataclass
from typing import Literal

Shape = Literal["list", "object", "errors", "text", "html", "empty"]
"""How an error is told: `[{"message"}]`, `{"message"}`, `{"errors": [...]}`, plain text, a page, nothing
at all.
"""


@dataclass(frozen=True)
class Traps:
    """The defaults are what is documented or was seen last. § stands for a section of topdesk.md."""

    version: str = "4.2.6"  # §1; what /version says
    version_open: bool = False  # §1; True: /version asks for no credentials

    # Lists.
    paging: Literal["new", "both", "old"] = (
        "new"  # §2.1; the names that count on incidents: pageStart, start or both
    )
    unknown_parameter: Literal["ignored", "refused"] = "ignored"  # §2.1; so are names that don't count
    direct_filters: Literal["refused", "ignored", "honoured"] = "refused"  # §0.6; closed=false, operator=…
    fiql: bool = True  # §2.1; False: a version before FIQL, where `query` is a name that doesn't count
    empty_list: Literal[200, 204] = 204  # §0.1
    next_page_url: Literal["absolute", "path", "absent"] = "absolute"  # §2.1
    default_order: Literal["newest", "oldest"] = "newest"  # §2.1, of incidents by creation
    unknown_field: Literal["refused", "dropped", "no_rows"] = (
        "refused"  # §2.3, in `query`; dropped: the filter widens
    )
    optional_fields: bool = False  # §2.3; True: `query` knows externalNumber and optionalFields1/2
    wildcards: bool = True  # §2.3; `*` in an unquoted or quoted value stands for anything
    ignores_case: bool = False  # of texts that are compared
    unequal_matches_empty: bool = True  # whether null is unequal to a value
    bare_relations: Literal["kept", "missing"] = (
        "kept"  # §0.7; operator, operatorGroup, priority asked for by `fields`
    )
    dotted_fields: Literal["nested", "flat"] = "nested"  # §2.1; how `fields=processingStatus.name` comes back
    uppercase_ids: bool = False  # §3.3
    searchlist_names: bool = True  # §3.1; False: optional searchlists show their id only
    group_as_operator: bool = False  # §3.1; a call of a group alone shows the group as its `operator`, too

    # Writes.
    invisible: Literal["honoured", "ignored"] = (
        "honoured"  # §0.10; ignored: every action is visible to the caller
    )
    unchanged: Literal["echo", "refused"] = (
        "echo"  # an update that changes nothing; a client met "No fields changed"
    )
    unknown_reference: Literal[400, 404] = 400  # §0.12
    unknown_tags: Literal["strip", "escape", "keep"] = "strip"  # §4
    newlines: Literal["kept", "lost", "break"] = "kept"  # §4
    entities: Literal["understood", "literal"] = "understood"  # §4; literal: `&amp;` is what people read
    mandatory_to_complete: tuple[str, ...] = ()  # §4; fields without which completed and closed are refused
    action_modifies: bool = True  # §2.2; whether an action moves modificationDate
    copies_actions: bool = False  # §11; whether an action is copied over every link of its call
    mails: Literal["visible", "all", "none"] = "visible"  # §4; the actions that are mailed to the caller

    # The trail.
    actions_page: int = 10  # §5; of /actions without page_size: the schema says 0, practice 10
    trail_order: Literal["newest", "oldest"] = "newest"  # §5
    trail_dates: Literal["z", "offset", "mixed"] = "z"  # §5
    persons_see_invisible: bool = False  # §5; over the endpoints for persons

    # Persons.
    persons_default: Literal["v1", "v2"] = "v1"  # §1; what `Accept: */*` gets
    next_person_url: Literal["absolute", "path"] = "absolute"  # 6

    # Doors.
    errors: Shape = "list"  # §4; of the Incident API
    unauthorized: Literal["list", "html"] = "list"  # §8
    lock_out_after: int = 0  # §8; wrong passwords in a row; 0: never
    cookies: bool = True  # §1; sent, and never needed
    maintenance: Literal[0, 200, 502, 503] = 0  # §9; a page for people with this status
    calls_per_minute: int = 0  # §9; 0: no limit
    retry_after: str | None = None  # §9; sent with a 429 as it is
