"""Rules made from the model's own source with statements left out or words replaced."""

import ast
import inspect
import sys


def without(rule, *statements, instead=None, **rules):
    """A rule, or the month, from its own source, less the statements that begin so, with some
    words replaced (``instead``), and calling other rules under the names given.

    Every statement and every replaced phrase must be found exactly once.
    """
    tree = ast.parse(inspect.getsource(rule))
    for beginning in statements:
        found = _leave_out(tree, beginning)
        assert found == 1, f"{beginning!r} begins {found} statements of {rule.__name__}, not one"
    text = ast.unparse(ast.fix_missing_locations(tree))
    for old, new in (instead or {}).items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {rule.__name__}"
        text = text.replace(old, new)
    namespace = dict(vars(sys.modules[rule.__module__]))
    for name in rules:
        assert f"{name}(" in text, f"{rule.__name__} does not call {name}"
    namespace |= rules
    exec(compile(text, f"<{rule.__name__}, changed>", "exec"), namespace)
    return namespace[rule.__name__]


def _leave_out(tree, beginning):
    found = 0
    for node in ast.walk(tree):
        for place in ("body", "orelse"):
            block = getattr(node, place, None)
            if not isinstance(block, list):
                continue
            kept = [each for each in block if not ast.unparse(each).startswith(beginning)]
            found += len(block) - len(kept)
            if len(kept) < len(block) and not kept and place == "body":
                kept = [ast.Pass()]
            setattr(node, place, kept)
    return found


def calls_of(rule):
    """Names of the functions that are called for what they do: statements that only call."""
    tree = ast.parse(inspect.getsource(rule))
    return [
        node.value.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    ]
