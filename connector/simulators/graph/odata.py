"""OData as far as these routes need it: $filter, $select, $top and pages (graph.md §4.1)."""

import re
from collections.abc import Callable, Iterable, Sequence

from connector.simulators.graph.errors import GraphError, bad_request
from connector.simulators.graph.switches import Switches
from connector.simulators.messages import Request

Row = dict[str, object]
Test = Callable[[Row], bool]

_OPTIONS = frozenset({"$filter", "$select", "$expand", "$top", "$count", "$skiptoken"})
IN_A_FILTER = 15  # values of `in`
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[()]|,|[A-Za-z0-9_./:-]+)")


def matching(text: str, properties: Iterable[str]) -> Test:
    """A $filter as a test of a row: `eq`, `in` and `LIST/any(x:x eq …)`, joined by `and`, `or` and
    parentheses; '' is one apostrophe.

    Raises GraphError for an unknown property, another operator, or a literal that doesn't end where it seems
    to.
    """
    return _Filter(_tokens(text), frozenset(properties)).whole()


def select(row: Row, names: str | None, usual: Sequence[str]) -> Row:
    """The properties that $select names, else the usual ones. Raises GraphError for an unknown one."""
    chosen = [name.strip() for name in names.split(",")] if names else usual
    unknown = [name for name in chosen if name not in row]
    if unknown:
        raise bad_request(f"Could not find a property named '{unknown[0]}'.")
    return {name: row[name] for name in chosen}


def page(rows: Sequence[Row], request: Request, switches: Switches, context: str) -> Row:
    """One page, with a next link while there is more. The link repeats the query, and is absolute."""
    unknown = [name for name in request.query if name.startswith("$") and name not in _OPTIONS]
    if unknown:
        raise bad_request(f"The query option {unknown[0]} is not supported here.", "Request_UnsupportedQuery")
    top = _top(request.query.get("$top"))
    size = min(top, switches.page_size)
    token = request.query.get("$skiptoken")
    answer: Row = {"@odata.context": f"{request.base}/v1.0/$metadata#{context}"}
    if request.query.get("$count") == "true" and token is None:
        answer["@odata.count"] = len(rows)
    if token is None and switches.empty_page:
        return answer | {"value": [], "@odata.nextLink": _next(request, 0)}
    if token is not None and not re.fullmatch(r"s-\d{1,9}", token):
        raise bad_request("The value of '$skiptoken' is not valid.")
    at = int(token.removeprefix("s-")) if token else 0
    answer["value"] = list(rows[at : at + size])
    if at + size < len(rows):
        answer["@odata.nextLink"] = _next(request, at + size)
    return answer


def _top(text: str | None) -> int:
    if text is None:
        return 999
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise bad_request("Invalid page size specified. Must be between 1 and 999 inclusive.")
    return int(text)


def _next(request: Request, at: int) -> str:
    path, _, query = request.target.partition("?")
    kept = [part for part in query.split("&") if part and not re.match(r"(\$|%24)skiptoken=", part)]
    return f"{request.base}{path}?{'&'.join([*kept, f'$skiptoken=s-{at}'])}"


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise bad_request("Invalid filter clause: there is a syntax error.")
        tokens.append(found[1])
        at = found.end()
    return tokens


class _Filter:
    """Recursive descent: `or` binds weaker than `and`."""

    def __init__(self, tokens: list[str], properties: frozenset[str]) -> None:
        self._tokens = tokens
        self._properties = properties

    def whole(self) -> Test:
        test = self._either()
        if self._tokens:
            raise bad_request("Invalid filter clause: there is a syntax error.")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._taken("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._taken("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._taken("("):
            test = self._either()
            self._expect(")")
            return test
        name, _, quantifier = self._word().partition("/")
        if name not in self._properties or quantifier not in ("", "any"):
            raise bad_request("Invalid filter clause: there is no such property.", "Request_UnsupportedQuery")
        if quantifier:
            return self._any(name)
        values = self._values()
        return lambda row: _folded(row.get(name)) in values

    def _any(self, name: str) -> Test:
        """`any(p:p eq 'smtp:…')`. The sign in front of an address is compared as it is written: `SMTP:` is
        the first of several, and whether Graph minds is not known.
        """
        self._expect("(")
        variable = self._word()
        if not re.fullmatch(r"([a-z]+):\1", variable):
            raise bad_request("Invalid filter clause: there is a syntax error.")
        if self._word() != "eq":
            raise bad_request("Unsupported or invalid query filter clause.", "Request_UnsupportedQuery")
        wanted = self._word()
        self._expect(")")
        if not wanted.startswith("'"):
            raise bad_request("Invalid filter clause: a literal is expected.")
        sign, _, address = wanted[1:-1].replace("''", "'").partition(":")

        def test(row: Row) -> bool:
            held = row.get(name)
            each = [str(one).partition(":") for one in held] if isinstance(held, list) else []
            return any(one[0] == sign and _folded(one[2]) == _folded(address) for one in each)

        return test

    def _values(self) -> list[object]:
        operator = self._word()
        if operator == "eq":
            return [self._literal()]
        if operator != "in":
            raise bad_request("Unsupported or invalid query filter clause.", "Request_UnsupportedQuery")
        self._expect("(")
        values = [self._literal()]
        while self._taken(","):
            values.append(self._literal())
        self._expect(")")
        if len(values) > IN_A_FILTER:
            message = (
                "Too many child clauses specified in search filter expression containing 'OR' operators: "
            )
            raise bad_request(
                f"{message}{len(values)}. Max allowed: {IN_A_FILTER}", "Request_UnsupportedQuery"
            )
        return values

    def _literal(self) -> object:
        token = self._word()
        if token.startswith("'"):
            return _folded(token[1:-1].replace("''", "'"))
        named: dict[str, object] = {"true": True, "false": False, "null": None}
        if token not in named:
            raise bad_request("Invalid filter clause: a literal is expected.")
        return named[token]

    def _word(self) -> str:
        if not self._tokens:
            raise bad_request("Invalid filter clause: it ends too early.")
        return self._tokens.pop(0)

    def _taken(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._taken(token):
            raise bad_request("Invalid filter clause: there is a syntax error.")


def _folded(value: object) -> object:
    """Text is compared whatever its case."""
    return value.lower() if isinstance(value, str) else value


def needs_advanced(request: Request) -> None:
    """Casts are advanced queries: without `ConsistencyLevel: eventual` and `$count=true` they fail (§4.1)."""
    eventual = request.headers.get("consistencylevel", "").lower() == "eventual"
    if not (eventual and request.query.get("$count") == "true"):
        message = "The query needs the header 'ConsistencyLevel: eventual' and '$count=true'."
        raise GraphError(400, "Request_UnsupportedQuery", message)
