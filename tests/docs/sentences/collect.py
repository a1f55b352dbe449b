"""Find the sentences in a module: its texts of two words or more, with ‹name› where a value goes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_TWO_WORDS = re.compile(r"[A-Za-z’']{2,}[,;:.]? [A-Za-z‹{\[(\"]")
_NOT_FOR_PEOPLE = re.compile(
    r"^[{\[].*[}\]]$|=read\^|\$select|ORDERBY|%[YH]| eq '?‹|^id in \(|"
    r"^(\(?owner is|state (not )?in|PRAGMA|BEGIN|Basic|Bearer|NOT IN|bold|creation_date|"
    r"select version_num|select seq,|update attempts)( |$)"
)
_LIBRARY = {  # what PyYAML and RE2 say: we look for it, and say it in our words
    "bad repetition operator", "cannot start any token|mapping keys are not allowed", "character class range",
    "could not find expected ':'", "escape sequence", "found another document", "invalid repetition size",
    "mapping values are not allowed", "nested too deep", "no argument for repetition", "no record found",
    "node content", "node content, but found ','", "node content, but found '<stream end>'",
    "node content, but found '[\\]}]'", "pattern too large", "perl operator", "quoted scalar",
    "scanning (an alias|an anchor|a tag|a block scalar|a directive)", "sequence entries are not allowed",
    "unknown escape|escape sequence",
}  # fmt: skip
_SAMPLES = {"examples", "shape", "pattern", "compile", "fullmatch", "search", "Shown", "CheckConstraint"}


def sentences(path: Path) -> list[str]:
    """Return the texts of one module in their order, each once."""
    module = ast.parse(path.read_text("utf-8"))
    found = _Texts(_constants(module)).of(module)
    return list(dict.fromkeys(" ".join(text.split()) for text in found if is_for_people(text)))


def is_for_people(text: str) -> bool:
    """Tell a sentence from a word, a pattern, a query and a sample of YAML."""
    return bool(_TWO_WORDS.search(text)) and text not in _LIBRARY and not _NOT_FOR_PEOPLE.search(text.strip())


def _constants(module: ast.Module) -> dict[str, str]:
    """Return the module's own names for texts: they are shown in place."""
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


class _Texts:
    def __init__(self, constants: dict[str, str]) -> None:
        self._constants = constants

    def of(self, node: ast.AST) -> Iterator[str]:
        """Yield every text below a node; parts that are put together count as one."""
        text = self._text(node)
        if text is not None:
            yield text
            for value in ast.walk(node):
                if isinstance(value, ast.FormattedValue):
                    yield from self.of(value.value)
            return
        for child in _children(node):
            yield from self.of(child)

    def _text(self, node: ast.AST) -> str | None:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr(values=parts):
                return "".join(
                    str(part.value) if isinstance(part, ast.Constant) else self._place(part) for part in parts
                )
            case ast.Call(func=ast.Attribute(value=inner, attr="rstrip" | "strip")):
                return self._text(inner)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                texts = self._text(left), self._text(right)
                if texts == (None, None):
                    return None
                return "".join(
                    self._place(side) if text is None else text
                    for side, text in zip((left, right), texts, strict=True)
                )
        return None

    def _place(self, node: ast.AST) -> str:
        """Show a value by its name; a choice between two texts by both; a named text in full."""
        match node:
            case ast.FormattedValue(value=value):
                return self._place(value)
            case ast.Name(id=name):
                return self._constants.get(name, f"‹{name.lower().strip('_')}›")
            case ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name), args=[]):
                return f"‹{name.strip('_')}›"
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                return f"‹{name}›"
            case ast.Call(args=[first, *_]) | ast.Subscript(value=first):
                return self._place(first)
            case ast.IfExp(body=one, orelse=other) | ast.BoolOp(op=ast.Or(), values=[one, other]):
                return f"‹{'|'.join(_bare(self._place(each)) for each in (one, other))}›"
            case ast.Constant(value=text) if text is not None:
                return str(text)
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()) if (text := self._text(node)) is not None:
                return text
        return "‹…›"


def _bare(place: str) -> str:
    return place[1:-1] if place.startswith("‹") and place.find("›") == len(place) - 1 else place


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may hold sentences: no docstring but a verb's help, no key of a table, no sample."""
    if isinstance(node, ast.Dict):
        yield from node.values
        return
    if isinstance(node, ast.Call | ast.keyword | ast.AnnAssign) and _named(node) in _SAMPLES:
        return
    for child in ast.iter_child_nodes(node):
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not docstring or _is_verb(node):
            yield child


def _named(node: ast.Call | ast.keyword | ast.AnnAssign) -> str | None:
    match node:
        case ast.keyword(arg=name):
            return name
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _is_verb(node: ast.AST) -> bool:
    """Tell a function that a person calls by its name: click shows its docstring as help."""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Call) and _named(each) in {"command", "group"} for each in node.decorator_list
    )
