"""Callers, agents, administrators and operators: what they do, at any instant."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from connector.domain.durations import Limit
from connector.domain.errors import PassdeskError
from connector.ledger.limiting import PER_REQUESTER
from connector.mapping.keys.floor import Floor
from connector.simulators.graph.errors import GraphError
from connector.simulators.graph.passes import NotUsable
from connector.simulators.servicenow.records import Row
from tests.simulation import approvals
from tests.simulation.accounts import SAM, Accounts
from tests.simulation.desk import URL
from tests.simulation.draw_links import VERBS
from tests.simulation.hands import link, name_reference, write_note
from tests.simulation.hearers import Hearers
from tests.simulation.ledgers import tamper
from tests.simulation.managers import Managers
from tests.simulation.shape import Asked, Deed, Meanwhile, Then
from tests.simulation.topdesk import uuid_of
from tests.simulation.truth import Made
from tests.simulation.upwards import above, chain, verified
from tests.simulation.views import row_of
from tests.simulation.ways import Ways

if TYPE_CHECKING:
    from tests.simulation.world import World

NAMES = ("ann.lee", "bob.ray", "cleo.moss", "mia.boss", "otto.other")
ROLE = "Helpdesk Administrator"
NAMED = ("userPrincipalName", "mail")
VERBS_OF_FLOOR = frozenset({"raise", "tamper"})
RAISED = 100.0  # seconds
OTHER = "eve@example.org"  # an address that a ticket names


class People:
    """The tenant's and the desk's people. `tickets` are the sys_ids in the order in which they were asked."""

    def __init__(self, world: World) -> None:
        self.world, tenant, records = world, world.tenant, world.records
        users = records.tables["sys_user"]
        boss = tenant.add_user("mia.boss@contoso.com")
        self.ids: list[str] = []
        self.callers: list[str] = []
        for name in NAMES:
            upn = f"{name}@contoso.com"
            self.ids.append(
                boss
                if name == "mia.boss"
                else tenant.add_user(upn, manager=boss if name != "otto.other" else None)
            )
            self.callers.append(
                records.insert(users, {"user_name": name, "email": upn, "name": name}, "admin")["sys_id"]
            )
        self.accounts = Accounts(world, dict(zip(self.ids, NAMES, strict=True)))
        self.excluded = tenant.add_group("No passes")
        self.assignable = tenant.add_group("Administrators", assignable=True)
        self.ways = Ways(world, self.assignable) if world.shape.maps else None
        self.floor = Floor(protected_groups=(self.ways.board,) if self.ways else ())
        tenant.policy = world.policy(self.excluded)
        self.tickets: list[str] = []
        self.uses: dict[str, float | None] = {}
        self.after_a_note = [each for each in world.shape.kept if isinstance(each, Then)]
        self.meanwhile = [each for each in world.shape.kept if isinstance(each, Meanwhile)]
        self.managers = Managers(world, self.ids, boss) if world.shape.mails else None
        self.hearers = Hearers(world)
        if world.shape.notifies:
            for id_, name in zip(self.ids, NAMES, strict=True):
                tenant.users[id_].properties |= {
                    "otherMails": [f"{name}@example.org"],
                    "preferredLanguage": "nl",
                }
        self.former: dict[str, str] = {}  # accounts that had the names before, of those that have them now
        self.replaced: dict[str, float] = {}  # accounts that came to have another's name, and when
        if world.shape.people == "chain":
            above(tenant, self.ids)

    # Tickets

    def ask(self, asked: Asked) -> None:
        if asked.odd == "look_alike":
            row = self.world.records.tables["sys_user"].rows[self.callers[asked.person]]
            row["user_name"] = row["user_name"].replace("e", "\u0435")
        fields = {
            "caller_id": self.callers[asked.person],
            "opened_by": "" if asked.requester is None else self.callers[asked.requester],
            "category": "hardware" if asked.odd == "outside" else "identity",
            "subcategory": {"other_queue": "second", "both_queues": "both"}.get(asked.odd, "first"),
            "state": "1",
            "approval": "requested" if asked.odd == "unapproved" else "approved",
            "work_notes_list": "somebody@example.org" if asked.odd == "mailed" else "",
            "u_start": self.start_of(len(self.tickets)),
            "u_text": f"user name: {NAMES[asked.person]}",
        }
        if asked.odd == "other_address":
            fields["u_mail"] = OTHER
        if self.world.shape.people == "verified":
            fields |= verified(asked.odd, self.world.entra_clock())
        ticket = self.insert(
            fields, "a ticket" + (f" ({asked.odd})" if asked.odd else "") + f" for {NAMES[asked.person]}"
        )
        self.uses[ticket] = asked.use_after
        if asked.odd == "strange":
            self.world.truth.strange.add(ticket)
            row = self.world.incidents[ticket]
            write_note(self.world, row, "Reference TAP-ZZZ00000-1")
            self.change(row, {}, "a note with somebody else's reference on it")

    def start_of(self, ticket: int) -> str:
        """What the n-th ticket says about when its pass shall begin, in UTC."""
        ahead = self.world.shape.starts[ticket] if ticket < len(self.world.shape.starts) else 0
        at = datetime.fromtimestamp(int(self.world.entra_clock()) + ahead, UTC)
        return f"{at:%Y-%m-%d %H:%M:%S}" if ahead else ""

    def insert(self, fields: dict[str, str], story: str) -> str:
        if self.world.shape.proof == "form":
            fields = {**fields, "sys_class_name": "sc_req_item"}
        row = self.world.records.insert(self.world.records.tables["incident"], fields, "caller")
        if self.world.shape.topdesk:
            row["sys_id"] = uuid_of(self.world.incidents.popitem()[0])
            self.world.incidents[row["sys_id"]] = row
        self.tickets.append(row["sys_id"])
        self.uses.setdefault(row["sys_id"], None)
        self.world.tell(f"{row['number']}: {story}")
        self.world.truth.edited(row)
        return row["sys_id"]

    def change(self, row: Row, fields: dict[str, str], story: str) -> None:
        records = self.world.records
        records.change(records.tables["incident"], row, fields, "fred.agent")
        self.world.tell(f"{row['number']}: {story}")
        self.world.truth.edited(row)

    def sees_made(self, made: Made) -> None:
        """Entra made a pass: what was to happen meanwhile happens."""
        due, self.meanwhile = self.meanwhile, []
        row = self.world.incidents[self.world.truth.tickets[made.attempt.reference]] if due else {}
        for each in due:
            if self.on_ticket(each.verb, row):
                continue
            self.to_person(
                each.verb, made.born.user, self.world.tenant.users[made.born.user].upn.partition("@")[0]
            )

    def got(self, ticket: str, made: Made) -> None:
        """An agent reads the note to the person, who uses the pass, or not."""
        for each in self.after_a_note:
            deed = Deed(each.verb, self.tickets.index(ticket), 0.0)
            self.world.hub.at(self.world.hub.now + each.after, partial(self.do, deed))
        self.after_a_note = []
        wait = self.uses.get(ticket)
        if wait is None:
            return
        early = max(0.0, made.born.start - self.world.entra_clock())
        self.world.hub.at(self.world.hub.now + early + wait + 1, lambda: self.use(made))

    def use(self, made: Made) -> None:
        try:
            self.world.passes.use(made.born.user, made.born.text)
            self.world.tell(f"somebody signs in with {made.name}")
        except NotUsable as why:
            self.world.tell(f"somebody can't sign in with {made.name}: {why}")

    # Deeds

    def do(self, deed: Deed) -> None:
        if deed.ticket >= len(self.tickets):
            return
        ticket = self.tickets[deed.ticket]
        row = self.world.incidents[ticket]
        if not (self.on_ticket(deed.verb, row) or self.as_operator(deed.verb, ticket)):
            caller = self.callers.index(row["caller_id"])
            self.to_person(deed.verb, self.ids[caller], NAMES[caller])

    def on_ticket(self, verb: str, row: Row) -> bool:
        other = self.callers[1] if row["caller_id"] != self.callers[1] else self.callers[2]
        changes: dict[str, tuple[dict[str, str], str]] = {
            "close": ({"state": "8"}, "somebody cancels it"),
            "resolve": (
                {"state": "6", "close_code": "User error", "close_notes": "done"},
                "somebody resolves it",
            ),
            "hold": ({"state": "3"}, "somebody puts it on hold"),
            "leave_queue": ({"category": "hardware"}, "somebody takes it out of the queue"),
            "come_back": ({"category": "identity", "state": "1"}, "somebody puts it into the queue"),
            "reassign": ({"assigned_to": self.callers[4]}, "somebody assigns it"),
            "other_caller": ({"caller_id": other}, f"its caller is now {NAMES[self.callers.index(other)]}"),
            "approve": ({"approval": "approved"}, "it is approved"),
            "reject": ({"approval": "rejected"}, "it is rejected"),
            "await": (
                {"approval": "requested", "category": "identity", "state": "1"},
                "its approval is asked for again",
            ),
            "ask_again": ({"u_again": "yes"}, "it asks for one more pass"),
            "reply": (
                {"u_text": f"no: user name: somebody.else\n{row['u_text']}"},
                "its caller names somebody else, too",
            ),
            "reply_again": (
                {"u_text": f"as I said: {row['u_text'].upper()}\n{row['u_text']}"},
                "its caller says the same again",
            ),
            "ask_no_more": ({"u_again": ""}, "it asks for no more passes"),
            "watch_list": (
                {"work_notes_list": "somebody@example.org"},
                "its notes go to somebody from now on",
            ),
        }
        if self.world.shape.unproven and verb in approvals.VERBS:
            approvals.act(self.world, verb, row)
        elif verb in changes:
            self.change(row, *changes[verb])
            if verb == "ask_again":
                self.world.truth.asks(row["sys_id"])
        elif verb == "edit_mapping":
            self.world.edit_mappings()
            self.world.tell(f"an ITSM admin edits the mappings: {self.world.mappings[0].version}")
        elif verb == "comment":
            write_note(self.world, row, "I called the user.")
            self.change(row, {}, "somebody writes a note")
        elif verb in VERBS:
            link(self.world, verb, row)
        elif verb in {"forge", "quote"}:
            if did := name_reference(self.world, verb, row):
                self.change(row, {}, did)
        elif verb == "clone":
            kept = {
                name: text for name, text in row.items() if not name.startswith("sys_") and name != "number"
            }
            if self.world.shape.unproven:
                kept["u_approved_as"] = ""
            self.insert(kept, f"a clone of {row['number']}")
        else:
            return False
        return True

    def as_operator(self, verb: str, ticket: str) -> bool:
        ledger, number = self.world.operator, self.world.number(ticket)
        if self.world.shape.notifies and self.hearers.act(verb, ticket):
            return True
        if verb in VERBS_OF_FLOOR:
            return self.on_ledger(verb)
        if verb == "erase":
            return self.erase(ticket)
        if verb not in {"revoke", "revoke_all", "release", "reissue", "pause", "resume"}:
            return False
        self.world.tell(
            f"an operator: passdesk {verb}"
            + (f" {number}" if verb.startswith("re") and verb != "resume" else "")
        )
        try:
            if verb == "revoke" and ledger.revoke(URL, ticket, "somebody asked for it").done:
                row = row_of(self.world, ticket)
                self.world.truth.revoked[ticket] = row.attempts if row else 0
            elif verb == "revoke_all":
                ledger.revoke_all("somebody asked for it")
                self.world.truth.all_revoked_at = self.world.hub.now
            elif verb == "reissue" and ledger.reissue(URL, ticket).done:
                self.world.truth.allowed_again(ticket)
            elif verb == "release" and ledger.release(URL, ticket).done:
                self.world.truth.strange.discard(ticket)
                self.world.truth.releases[ticket] = self.world.truth.releases.get(ticket, 0) + 1
            elif verb == "pause":
                ledger.pause("a drill")
            elif verb == "resume":
                self.world.truth.resumed.append(self.world.hub.now)
                ledger.resume()
        except PassdeskError:
            self.world.tell("the ledger can't be written")
        return True

    def on_ledger(self, verb: str) -> bool:
        """An operator raises the limit of each requester; or somebody edits the trail."""
        self.world.tell(f"somebody: {verb}")
        if verb == "tamper":
            tamper(self.world.operator)
            self.world.truth.tampered = self.world.hub.now
        else:
            until = self.world.operator.clock() + RAISED
            self.world.operator.raise_limit(PER_REQUESTER, Limit(2, 86400), until)
            self.world.truth.raised.append((self.world.hub.now, self.world.hub.now + RAISED, 2))
        return True

    def called(self) -> list[str]:
        """Sign-in names of everybody."""
        return [str(each.properties["userPrincipalName"]) for each in self.world.tenant.users.values()]

    def erase(self, ticket: str) -> bool:
        """An operator erases the person whom a ticket is for."""
        world = self.world
        user = self.ids[self.callers.index(world.incidents[ticket]["caller_id"])]
        upn = str(world.tenant.users[user].properties["userPrincipalName"])
        world.tell(f"an operator: passdesk audit erase {upn}")
        try:
            done = world.operator.erase(user).done
        except PassdeskError:
            world.tell("the ledger can't be written")
            return True
        if done:
            world.truth.erased[upn] = world.operator.clock()
            world.check("erased", upn)
        return True

    def to_person(self, verb: str, user: str, name: str) -> None:
        tenant, passes, known = self.world.tenant, self.world.passes, self.world.tenant.users[user]
        self.world.tell(
            f"an administrator: {verb} {name}" if verb != "use" else f"{name} signs in if there is a pass"
        )
        try:
            match verb:
                case "admin_makes":
                    self.world.truth.disturbed[user] = self.world.hub.now
                    passes.create(
                        known,
                        {"lifetimeInMinutes": self.world.shape.minutes, "isUsableOnce": True},
                        by="admin",
                    )
                case "admin_makes_long":
                    self.world.truth.disturbed[user] = self.world.hub.now
                    passes.create(known, {"lifetimeInMinutes": 240, "isUsableOnce": True}, by="admin")
                case "admin_deletes" if held := passes.standing(user):
                    self.world.truth.disturbed[user] = self.world.hub.now
                    passes.delete(known, held.id, by="admin")
                case "use" if (held := passes.standing(user)) and held.id in self.world.truth.made:
                    if self.world.truth.made[held.id].noted_at is not None:
                        passes.use(user, held.text)
                case "disable" | "enable":
                    known.properties["accountEnabled"] = verb == "enable"
                case "old_account":
                    known.properties["userType"] = None
                case "old_guest":
                    elsewhere = {
                        "signInType": "federated",
                        "issuer": "ExternalAzureAD",
                        "issuerAssignedId": None,
                    }
                    known.properties |= {"userType": None, "identities": [elsewhere]}
                case "give_role":
                    tenant.assign(user, ROLE)
                case "take_role":
                    tenant.assignments[:] = [each for each in tenant.assignments if each.principal != user]
                case "make_eligible":
                    tenant.make_eligible(user, ROLE)
                case "role_group":
                    tenant.groups[self.assignable].members.add(user)
                case "out_of_policy":
                    tenant.groups[self.excluded].members.add(user)
                case "renamed" | "enable_twin":
                    self.accounts.do(verb, user)
                case "own_guest":
                    known.properties["userType"] = "Guest"
                case "circle":
                    tenant.users[self.ids[3]].manager = user
                case "new_account":
                    del tenant.users[user]
                    fresh = tenant.add_user(known.upn, createdDateTime="2026-01-02T08:00:00Z")
                    self.ids[self.ids.index(user)] = fresh
                    self.replaced[fresh] = self.world.hub.now
                    return
                case "name_passes_on" | "name_passes_to_admin" | "name_is_gone":
                    self.passes_on(verb, user)
                case _ if self.ways:
                    self.ways.take(verb, user)
                case _ if self.managers:
                    self.managers.do(verb, user)
        except (NotUsable, GraphError) as error:
            self.world.tell(f"that doesn't work: {error}")
        self.know(user)

    def first(self, user: str) -> str:
        """The account that had somebody's names before."""
        return self.former.get(user, user)

    def passes_on(self, verb: str, user: str) -> None:
        """An account is renamed, and another may get its names."""
        tenant, known = self.world.tenant, self.world.tenant.users[user]
        names = {name: known.properties[name] for name in (*NAMED, SAM)}
        known.properties |= {name: f"was.{text}" for name, text in names.items()}
        self.accounts.unclear.setdefault(user, (self.world.hub.now, "is called otherwise"))
        if verb == "name_is_gone":
            return
        fresh = tenant.add_user(str(names[NAMED[0]]), manager=known.manager)
        tenant.users[fresh].properties |= names
        self.accounts.indexed[fresh] = str(names[SAM])
        if verb == "name_passes_to_admin":
            tenant.assign(fresh, ROLE)
        self.ids[self.ids.index(user)] = fresh
        self.former[fresh] = user
        self.know(fresh)

    def bosses(self, user: str, since: float) -> set[str]:
        """Everybody who was this person's manager at any time since then."""
        if self.managers:
            return self.managers.of(user, since, self.world.hub.now)
        if self.world.shape.people == "chain":
            return chain(self.world.tenant, user)
        boss = self.world.tenant.users[user].manager
        return {boss} if boss else set()

    def know(self, user: str) -> None:
        """Whether this person may have a pass, from now on."""
        tenant, forbidden = self.world.tenant, self.world.truth.forbidden
        groups = {group.id for group in tenant.groups_of(user, transitive=True)}
        why = {
            "is a guest": tenant.users[user].external
            or (bool(self.world.shape.people) and tenant.users[user].properties["userType"] == "Guest"),
            "is disabled": not tenant.users[user].properties["accountEnabled"],
            "holds a role": any(each.principal == user for each in tenant.assignments),
            "may take up a role": any(each.principal == user for each in tenant.eligibilities),
            "is in a group that may carry roles": self.assignable in groups,
            "is out of the policy's scope": self.excluded in groups,
        }
        found = next((name for name, holds in why.items() if holds), None)
        if self.ways and (way := self.ways.of(user)):
            if self.ways.by_the_map_alone:
                self.world.truth.told_by_the_map.setdefault(user, (self.world.hub.now, way))
            else:
                found = found or way
        if found is None:
            forbidden.pop(user, None)
        else:
            forbidden.setdefault(user, (self.world.hub.now, found))
