"""Reads the text of a condition as a tree, refuses what is too long, too deep or no expression, and knows where each piece stands."""

import ast
import re
import warnings
from dataclasses import dataclass
from decimal import Decimal

from wangdan.procedures.rules.condition_types import Trouble

LONGEST = 500
MOST_NODES = 100
_DEEPEST = 30
_SPACES = str.maketrans("\t\n\r\f\v", "     ")
_FOREIGN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_WIDE = {"（": "(", "）": ")", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "＞": ">", "＜": "<", "＝": "==", "！": "!="}
_WORDS = {"&": "and", "|": "or", "!": "not"}
_NUMBER_LIMIT = 10**15
_FINEST = -9


@dataclass(frozen=True)
class Source:
    """A text, or a quoted text within one, and the letters before it in the whole."""

    text: str
    base: int

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Column and length of a piece in the whole text."""
        start, end = self.letters(node.col_offset), self.letters(node.end_col_offset or node.col_offset)
        return self.base + start, max(end - start, 0)

    def written(self, node: ast.expr) -> str:
        """The piece as it is written."""
        return self.text[self.letters(node.col_offset) : self.letters(node.end_col_offset or node.col_offset)]

    def letters(self, octets: int) -> int:
        """Python counts the octets of UTF-8, people count letters."""
        return octets if self.text.isascii() else len(self.text.encode()[:octets].decode(errors="ignore"))


def foreign(text: str) -> list[Trouble]:
    """What is wrong with a text before it is read at all: its length, its letters."""
    if len(text) > LONGEST:
        return [Trouble(LONGEST, len(text) - LONGEST, "E207", f"a condition has at most {LONGEST} letters, this one has {len(text)}")]
    if found := _FOREIGN.search(text.translate(_SPACES)):
        return [Trouble(found.start(), 1, "E201", f"a condition cannot contain the character U+{ord(found.group()):04X}")]
    if (at := text.find("\\")) >= 0:
        return [Trouble(at, 1, "E202", "a condition cannot contain a backslash")]
    return []


def parse(text: str, base: int, nodes: int) -> tuple[Source, ast.expr, int] | Trouble:
    """The tree of a text that stands `base` letters into the whole, and the number of nodes so far; or why there is none."""
    plain = text.translate(_SPACES)
    bare = plain.lstrip(" ")
    source = Source(bare, base + len(plain) - len(bare))
    if not bare:
        return Trouble(base, len(text), "E201", "the condition is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(bare, mode="eval").body
    except SyntaxError as error:
        return _syntax(source, error)
    except (RecursionError, MemoryError):
        return Trouble(source.base, len(bare), "E207", "the condition is nested too deeply")
    except ValueError:
        return Trouble(source.base, len(bare), "E201", "this is not an expression")
    found, depth = _measure(tree)
    if nodes + found > MOST_NODES:
        return Trouble(source.base, len(bare), "E207", f"a condition has at most {MOST_NODES} parts, this one has {nodes + found}")
    if depth > _DEEPEST:
        return Trouble(source.base, len(bare), "E207", "the condition is nested too deeply")
    return _rest(source, tree) or (source, tree, nodes + found)


def string(source: Source, node: ast.Constant) -> str | None:
    """A plainly quoted text; nothing for one put together, prefixed or in three quotes, whose letters cannot be pointed at."""
    written = source.written(node)
    value = node.value
    return value if isinstance(value, str) and len(written) == len(value) + 2 and written[1:-1] == value else None


def numeral(source: Source, node: ast.Constant) -> int | Decimal | None:
    """A number exactly as it is written; nothing when it is beyond all measure."""
    if isinstance(node.value, int):
        return node.value if node.value < _NUMBER_LIMIT else None
    try:
        value = Decimal(source.written(node))
    except ArithmeticError:
        return None
    exponent = value.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent >= _FINEST
    return value if fine and value < _NUMBER_LIMIT else None


def _measure(tree: ast.expr) -> tuple[int, int]:
    """Number of nodes and depth, without recursion."""
    count, depth, level = 0, 0, [tree]
    while level:
        depth += 1
        count += len(level)
        level = [child for node in level for child in _children(node)]
    return count, depth


def _children(node: ast.AST) -> list[ast.expr]:
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.keyword | ast.comprehension | ast.arguments):
            found.extend(_children(child))
    return found


def _rest(source: Source, tree: ast.expr) -> Trouble | None:
    """What follows the expression: only a remark could, and it would swallow the next line."""
    end = source.letters(tree.end_col_offset or 0)
    at = source.text.find("#", end)
    return Trouble(source.base + at, len(source.text) - at, "E201", "a condition has no room for remarks") if at >= 0 else None


def _syntax(source: Source, error: SyntaxError) -> Trouble:
    """Where Python stopped reading and why, in words that fit a condition."""
    if not error.offset:
        at = len(source.text.rstrip())
        return Trouble(source.base + at, 0, "E201", "invalid syntax: something is missing at the end")
    at = min(error.offset - 1, len(source.text))
    end = error.end_offset - 1 if error.end_offset and error.end_lineno == error.lineno else at
    length = max(min(end, len(source.text)) - at, 1)
    if "too many nested" in error.msg:
        return Trouble(source.base + at, 1, "E207", "the condition is nested too deeply")
    return Trouble(source.base + at, length, "E201", _said(source.text[at : at + 1], error.msg))


def _said(letter: str, message: str) -> str:
    if letter in _WIDE:
        return f"write {_WIDE[letter]} instead of {letter}"
    if letter == "=":
        return "a single = compares nothing, write =="
    if letter in _WORDS:
        return f"write {_WORDS[letter]} instead of {letter}"
    return message.split(" (detected", maxsplit=1)[0]
