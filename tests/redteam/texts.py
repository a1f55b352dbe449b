"""Hostile names: each is typed where the ticket says who the pass is for."""

from __future__ import annotations

from tests.redteam.cases import Case, Play, named, twin, typed
from tests.redteam.stage import Stage

MALFORMED, NOBODY = "subject_malformed", "subject_not_found"
LONG = 10_240


def mailed(text: str) -> Play:
    return typed(text, "mailed")


def called(name: str) -> Play:
    """Somebody who is called so."""

    def play(stage: Stage) -> str:
        return stage.ask(stage.member(displayName=name))

    return play


def worded(words: str) -> Play:
    """An ordinary ticket with this text where no mapping reads it."""

    def play(stage: Stage) -> str:
        return stage.ask(stage.member(), words=words)

    return play


def guest(upn: str, **properties: object) -> Play:
    """Somebody whose home is elsewhere, under a name of this tenant's."""

    def play(stage: Stage) -> str:
        name = upn.replace("N", str(len(stage.house.people)))
        return stage.ask(stage.member(name, **properties))

    return play


FEDERATED = [{"signInType": "federated", "issuer": "example.org", "issuerAssignedId": None}]
TABLE: list[tuple[str, str, Play, str]] = [
    ("look-alike UPN", "a Cyrillic а among Latin letters", typed("VICTIMа@contoso.com"), MALFORMED),
    ("look-alike UPN", "wide letters", typed("VICTIM@ｃontoso.com"), MALFORMED),
    ("look-alike UPN", "a letter that nobody sees", typed("VIC\u200bTIM@contoso.com"), MALFORMED),
    ("look-alike UPN", "a dot at the end of the domain", typed("VICTIM@contoso.com."), MALFORMED),
    ("look-alike UPN", "an accent more", typed("VICTIM\u0301@contoso.com"), NOBODY),
    ("look-alike UPN", "another tenant's domain", typed("VICTIM@cont0so.com"), NOBODY),
    ("look-alike UPN", "a sign of Kelvin in a mail address", mailed("VICTIM\u212a@contoso.com"), MALFORMED),
    ("#EXT#", "a guest", guest("guestN_example.org#EXT#", userType="Guest"), "subject_guest"),
    ("#EXT#", "a member by type only", guest("memberN_example.org#EXT#"), "subject_guest"),
    ("#EXT#", "a name without the mark", guest("plainN", identities=FEDERATED), "subject_guest"),
    ("#EXT#", "the mark behind the domain", typed("VICTIM@contoso.com#EXT#"), NOBODY),
    ("query injection", "OData that closes its text", typed("x'or'1'eq'1@contoso.com"), NOBODY),
    ("query injection", "OData with blanks", typed("x' or startswith(mail,'a') or '@contoso.com"), NOBODY),
    ("query injection", "one more query option", typed("VICTIM&$filter=accountEnabled@contoso.com"), NOBODY),
    ("query injection", "OData in a mail address", mailed("x'or(mail)ne'@contoso.com"), NOBODY),
    ("query injection", "an encoded query of the desk", typed("VICTIM^ORactive=true@contoso.com"), NOBODY),
    ("query injection", "FIQL of the desk", typed("VICTIM;(id==*),x@contoso.com"), NOBODY),
    ("query injection", "encoded signs", typed("VICTIM%27%20or%20true@contoso.com"), NOBODY),
    ("path tricks", "a way up", typed("../VICTIM@contoso.com"), MALFORMED),
    ("path tricks", "a way up inside", typed("x/../VICTIM@contoso.com"), NOBODY),
    ("path tricks", "an encoded way up", typed("..%2fusers%2fVICTIM@contoso.com"), MALFORMED),
    ("path tricks", "a property behind the name", typed("VICTIM@contoso.com/manager"), NOBODY),
    ("path tricks", "the application's own segment", typed("me"), NOBODY),
    ("path tricks", "an anchor and a query", typed("VICTIM?$select=id#@contoso.com"), NOBODY),
    ("template injection", "another value's braces", typed("{last}", "parts", "VICTIM"), NOBODY),
    ("template injection", "Jinja", typed("{{7*7}}@contoso.com"), NOBODY),
    ("template injection", "attributes of a format", typed("{0.__class__}@contoso.com"), NOBODY),
    ("template injection", "our own placeholder", typed("{reference}{pass}@contoso.com"), NOBODY),
    ("template injection", "a shell's", typed("${ifs}$(id)`id`@contoso.com"), NOBODY),
    ("journal markup", "[code]", typed("[code]<b>VICTIM</b>[/code]@contoso.com"), NOBODY),
    ("journal markup", "a script", typed("<script>alert(1)</script>@contoso.com"), NOBODY),
    ("journal markup", "a picture that calls home", typed("<img/src=//example.org>@contoso.com"), NOBODY),
    ("journal markup", "entities", typed("&lt;b&gt;VICTIM@contoso.com"), NOBODY),
    ("10 kB fields", "a name", typed(f"{'x' * LONG}@contoso.com"), MALFORMED),
    ("10 kB fields", "a domain", typed(f"VICTIM@{'contoso.' * (LONG // 8)}com"), MALFORMED),
    ("10 kB fields", "marks on one letter", typed(f"VICTIM{chr(0x301) * LONG}@contoso.com"), MALFORMED),
    ("10 kB fields", "people", typed("VICTIM@contoso.com;" * (LONG // 20)), MALFORMED),
    ("null bytes", "other control signs", typed("VICTIM\x1b[31m\x07\r@contoso.com"), MALFORMED),
    ("null bytes", "one in the name", typed("VIC\0TIM@contoso.com"), MALFORMED),
    ("null bytes", "one that cuts a domain off", typed("VICTIM@contoso.com\0.example.org"), MALFORMED),
    ("null bytes", "nothing else", typed("\0"), MALFORMED),
    ("right-to-left marks", "an override", typed("\u202eVICTIM@contoso.com"), MALFORMED),
    ("right-to-left marks", "a mark at the end", typed("VICTIM@contoso.com\u200f"), MALFORMED),
    ("right-to-left marks", "isolates", typed("\u2066VICTIM\u2069@contoso.com"), MALFORMED),
    ("right-to-left marks", "two scripts", typed("VICTIMדנה@contoso.com"), MALFORMED),
]  # fmt: skip
CASES = [Case(*row) for row in TABLE]
TWINS = [
    twin(
        "look-alike UPN",
        "a decomposed é that the directory has composed",
        lambda stage: (stage.member("zo\u00e9"), stage.ask("zoe\u0301@contoso.com", "zo\u00e9"))[-1],
    ),
    twin("#EXT#", "a # of somebody's own", named("svc#ext7")),
    twin("query injection", "an apostrophe", named("o'brien'or'x")),
    twin("path tricks", "a dollar in front", named("$value")),
    twin("template injection", "braces in what somebody is called", called("{{ann}} {reference} ${x}")),
    twin("journal markup", "markup in what somebody is called", called("[code]<b>Ann</b>[/code] <script>")),
    twin("10 kB fields", "a text that no mapping reads", worded("x" * LONG)),
    twin("null bytes", "one where no mapping reads", worded("please\0\x1b[31m")),
    twin("right-to-left marks", "a name in Hebrew", named("דנה")),
]
