"""Checks of a template before anybody is written to: only known names and conditions, and it shows the
pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connector.deliveries.template_kinds import KINDS, PASS, PLACE
from connector.forms.mistakes import Mistake, choice, no_such, printable, quote

LINK = "https://passdesk.contoso.com/Somelink"
LONGEST = 20_000  # characters of a file

_SHORT = frozenset({"ticket", "reference", "installation", "manager_of"})
_COMMON = frozenset(
    {
        "name",
        "upn",
        "ticket",
        "reference",
        "installation",
        "again",
        "once",
        "begins",
        "ends",
        "begins_utc",
        "ends_utc",
        "zone",
    }
)
_WORD = frozenset({"reference", "ticket", "installation"})
_REASON = _WORD | {"reason", "why", "because", "next"}
NAMES: Mapping[str, frozenset[str]] = {
    "note": _COMMON | {PASS},
    "mail": _COMMON | {PASS, "asked_by", "asker", "manager_of", "phone"},
    "mailed": _COMMON | {"address", "manager_of"},
    "notice": (_COMMON - {"again"}) | {"asked_by", "asker", "phone", "made", "link"},
    "noticesubject": _SHORT - {"manager_of"},
    "subject": _SHORT,
    "refused": _REASON | {"back", "void"},
    "stuck": _REASON | {"detail", "void"},
    "waiting": _REASON | {"since"},
    "used": _WORD | {"another"},
    "expired": _WORD | {"another", "ended", "once"},
    "cancelled": _WORD | {"another"},
    "revoked": _REASON | {"another", "detail"},
    "caller": frozenset(),
}
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Concat, nodes.Assign,
)  # fmt: skip
_FILTERS = ("capitalize", "default", "lower", "replace", "title", "trim", "upper")
_EITHER: Mapping[str, tuple[object, ...]] = {
    "again": (False, True),
    "once": (True, False),
    "zone": ("Amsterdam", ""),
    "asked_by": ("subject", "manager", "other", "somebody"),
    "link": (LINK, ""),
    "manager_of": ("subject", "requester"),
    "phone": ("", "+31 20 555 0100"),
    "void": (False, True),
    "back": ("", "State (state): New (1)"),
    "another": ("", "Send again (u_again): yes"),
    "detail": ("", "It was deleted."),
    "next": ("Do this.", ""),
    "reason": ("Somereason", ""),
}
_LOADS = frozenset(
    {"src", "srcset", "background", "poster", "data", "action", "formaction", "cite", "longdesc", "ping"}
)
_RUNS = frozenset(
    {"script", "iframe", "object", "embed", "link", "base", "meta", "form", "input", "svg", "img", "style"}
)
_HIDES = frozenset({"video", "audio", "title", "template", "noscript", "textarea"})
_LINKS = ("https://", "tel:", "mailto:")
_TAG = r"\{[{%#]"


def environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    """Nothing to call, nothing to import, and few filters; in HTML, every value is escaped."""
    made = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    return made


_ENVIRONMENTS = {"txt": environment(html=False), "html": environment(html=True)}


def made(source: str, kind: str) -> Template:
    """The template of a text that was checked before."""
    return _ENVIRONMENTS[KINDS[kind]].from_string(source)


def compiled(path: Path, kind: str) -> Template | list[Mistake]:
    """The template of a file, or what is wrong with it."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return [Mistake(path, 1, 1, "", "this file can't be read as text; save it as UTF-8")]
    if len(source) > LONGEST or PLACE[0] in source or PLACE[-1] in source:
        return [
            Mistake(
                path,
                1,
                1,
                "",
                f"a template has at most {LONGEST} characters, all of them ordinary; shorten it",
            )
        ]
    around = _ENVIRONMENTS[KINDS[kind]]
    try:
        if wrong := [_at(path, source, *each) for each in _said(around.parse(source), kind)]:
            return wrong  # and isn't compiled: that works out constants, such as 'x' * 9999999999
        made = around.from_string(source)
    except TemplateSyntaxError as error:
        return [_at(path, source, error.lineno, _TAG, f"this can't be understood: {_words(error)}")]
    return _rendered(path, source, kind, made) or made


def _said(tree: nodes.Template, kind: str) -> Iterator[tuple[int, str, str]]:
    """Line, what to point at (a pattern), and sentence of everything that a template may not say."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            yield (
                node.lineno,
                _TAG,
                f"{type(node).__name__.lower()} can't be used here; write names, if and set only",
            )
        if not isinstance(node, nodes.Name):
            continue
        if node.ctx == "store" and node.name in NAMES[kind] | {PASS}:
            yield node.lineno, _named(node.name), f"{node.name} is passdesk's; write another name of your own"
        elif node.ctx == "load" and node.name == PASS and PASS not in NAMES[kind]:
            yield node.lineno, _named(PASS), f"the pass doesn't belong in {kind}; take it out"
        elif node.ctx == "load" and node.name not in NAMES[kind] | own:
            yield node.lineno, _named(node.name), no_such("name", node.name, sorted(NAMES[kind]))


def _rendered(path: Path, source: str, kind: str, made: Template) -> list[Mistake]:
    """Each way that it may be asked for, tried; the first that goes wrong is told, with what makes it unlike
    the usual one.
    """
    usual, *others = _cases(kind)
    for case in (usual, *others):
        try:
            text = made.render(case)
        except Exception as error:  # noqa: BLE001  whatever an admin's template does; no pass is in reach
            return [_at(path, source, _line(error), _TAG, f"this can't be rendered: {_words(error)}")]
        if wrong := _lacking(text, kind, case):
            here = choice(
                [f"{name} is {value}" for name, value in case.items() if value != usual[name]], "and"
            )
            return [_at(path, source, 0, wrong[0], wrong[1] + (f" also where {here}" if here else ""))]
    return []


def _cases(kind: str) -> Iterator[dict[str, object]]:
    either = [name for name in _EITHER if name in NAMES[kind]]
    plain: dict[str, object] = {name: f"Some{name}" for name in sorted(NAMES[kind])}
    for choices in product(*(_EITHER[name] for name in either)):
        yield plain | dict(zip(either, choices, strict=True)) | ({PASS: PLACE} if PASS in NAMES[kind] else {})


def _lacking(text: str, kind: str, case: Mapping[str, object]) -> tuple[str, str] | None:
    """The place to point at (a pattern), and the fault of a rendered text."""
    if kind in {"subject", "noticesubject"}:
        return (
            None if text.strip() and "\n" not in text.strip() else ("", "a subject is one line; write it so")
        )
    if kind == "caller":
        return None if text.strip() else ("", "callers would read nothing; write one sentence")
    if "Somereference" not in text:
        return "", "it doesn't mention the reference, by which it is found again; write {{ reference }}"
    if kind == "notice":
        return _linked(text, case) or _looked_at(text)
    if PASS not in NAMES[kind]:
        return None
    if PLACE not in text and PLACE[0] in text:
        return _named(PASS), "a filter would change the pass; write {{ pass }}"
    if PLACE not in text:
        return "", "it doesn't mention the pass; write {{ pass }}"
    if (times := text.count(PLACE)) > 1:
        return _named(PASS), f"it mentions the pass {times} times; write {{{{ pass }}}} once"
    if kind == "mail":
        return _looked_at(text)
    lines = [line.strip() for line in text.splitlines()]
    return (
        None
        if PLACE in lines
        else (_named(PASS), "the pass needs a line of its own; put {{ pass }} there alone")
    )


def _looked_at(text: str) -> tuple[str, str] | None:
    page = _Page()
    page.feed(text)
    page.close()
    if page.wrong:
        return page.wrong[0]
    return (
        None
        if page.shows or PLACE not in text
        else (_named(PASS), "the pass must be in the text, not in a tag or a comment; move it")
    )


def _linked(text: str, case: Mapping[str, object]) -> tuple[str, str] | None:
    """Whoever gets a notice can say that it wasn't them, as long as there is a link."""
    wanted = [f'href="{LINK}"'] if case["link"] else []
    if text.count(LINK) == len(wanted) and all(each in text for each in wanted):
        return None
    return _named("link"), 'it needs one link for "this wasn\'t me"; write <a href="{{ link }}"> once'


class _Page(HTMLParser):
    """A mail, looked at for the pass and for what would be fetched when somebody reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.shows, self.wrong = False, list[tuple[str, str]]()

    def handle_data(self, data: str) -> None:
        self.shows = self.shows or PLACE in data

    def handle_comment(self, data: str) -> None:
        """Outlook reads what stands in conditional ones."""
        if re.match(r"(?i)\s*\[\s*(end)?if", data):
            self.wrong.append((r"(?i)<!--", "mails hold no conditional comments; take it out"))

    def unknown_decl(self, data: str) -> None:
        self.wrong.append((r"<!\[", "mails hold no conditional comments; take it out"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _RUNS | _HIDES:
            self.wrong.append((rf"(?i)<{tag}", f"mails hold no {quote(tag)}; take it out"))
        for name, value in attrs:
            styled = name == "style" and re.search(
                r"(?i)url|import|\\|display|visibility|opacity", value or ""
            )
            astray = name == "href" and not (value or "").lower().startswith(_LINKS)
            if styled or astray or name in _LOADS or name.startswith("on"):
                self.wrong.append(
                    (rf"(?i)\b{re.escape(name)}\b", f"mails fetch and run nothing; take {quote(name)} out")
                )


def _named(name: str) -> str:
    """A pattern that finds a name between braces."""
    return rf"\{{[{{%][^}}]*?(?<!\w)(?P<here>{re.escape(name)})(?!\w)"


def _at(path: Path, source: str, line: int, pattern: str, sentence: str) -> Mistake:
    """Points at what the pattern finds: in its line, or anywhere where that is 0. Else at the line's first
    character.
    """
    lines = source.splitlines() or [""]
    numbers = [min(line, len(lines))] if line else range(1, len(lines) + 1)
    found = next(
        ((each, match) for each in numbers if pattern and (match := re.search(pattern, lines[each - 1]))),
        None,
    )
    if found is None:
        text = lines[numbers[0] - 1]
        return Mistake(path, numbers[0], len(text) - len(text.lstrip()) + 1, "", sentence, text)
    number, match = found
    start, end = match.span("here" if "here" in match.re.groupindex else 0)
    return Mistake(path, number, start + 1, "", sentence, lines[number - 1], max(1, end - start))


def _line(error: BaseException) -> int:
    """The template's own line: jinja writes it into the traceback."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _words(error: BaseException) -> str:
    return printable(str(error)).partition(". ")[0].strip().rstrip(".")[:120] or type(error).__name__
