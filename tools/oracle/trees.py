"""keras.tree on lists and records: test/golden/tree.json."""

from keras import tree
from record import write_cases

DEEP = {"b": [1, 2], "a": [3, {"c": 4}], "d": None}
PAIRS = [[1, {"x": 2, "y": [3]}], [10, {"x": 20, "y": [30]}]]

# Functions cannot be written down: both sides know these by name.
FUNCTIONS = {
    "sum": lambda *leaves: sum(leaves),
    "text": lambda leaf: f"<{leaf}>",
    "count": len,
    "double numbers": lambda part: part * 2 if isinstance(part, int) else None,
    "count lists": lambda part: len(part) if isinstance(part, (list, tuple)) else None,
}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def calls():
    for value in ([], {}, [1], {"a": 1}, 3, None, "text"):
        yield "is_nested", [value]
    for value in (DEEP, PAIRS, 7, None, [], [None, []]):
        yield "flatten", [value]
        yield "flatten_with_path", [value]
    yield "pack_sequence_as", [DEEP, [1, 2, 3, 4, 5]]
    yield "pack_sequence_as", [0, [5]]
    yield "pack_sequence_as", [DEEP, [1, 2]]
    yield "pack_sequence_as", [[1, [2]], [5, 6, 7]]
    yield "map_structure", ["text", DEEP]
    yield "map_structure", ["sum", *PAIRS]
    yield "map_structure", ["sum", [1, 2], [1, [2]]]
    yield "map_structure", ["sum", {"a": 1}, {"b": 1}]
    yield "map_structure_up_to", [[0, 0], "text", [[1, 2], 3]]
    yield "map_structure_up_to", [{"a": 0, "b": [0]}, "text", {"b": [[1, 2]], "a": {"x": 1}}]
    yield "map_structure_up_to", [[0, [0]], "text", [1, 2]]
    yield "map_shape_structure", ["count", [[2, 3], [4]]]
    yield "map_shape_structure", ["count", {"x": [None, 2, 3], "y": [[1], [2, 2]]}]
    yield "traverse", ["double numbers", [1, [2, {"a": 3}]]]
    yield "traverse", ["count lists", [[1, 2], [3]]]
    yield "traverse", ["count lists", [[1, 2], [3]], False]
    yield "traverse", ["count lists", {"a": [1, 2], "b": [[1]]}, False]
    yield "assert_same_structure", PAIRS
    yield "assert_same_structure", [[1, [2]], [1, 2]]
    yield "assert_same_structure", [{"a": 1}, {"b": 1}]
    yield "assert_same_structure", [[1], {"a": 1}]
    yield "assert_same_structure", [[1, 2], [1]]
    yield "assert_same_structure", [[None], [3]]
    yield "assert_same_paths", PAIRS
    yield "assert_same_paths", [[1, 2], {"a": 1}]
    yield "assert_same_paths", [{"a": [1]}, {"a": [1, 2]}]


def generate():
    cases = []
    for op, arguments in calls():
        given = [FUNCTIONS.get(each, each) if isinstance(each, str) and op not in ("flatten", "is_nested") else each for each in arguments]
        try:
            outcome = {"result": plain(getattr(tree, op)(*given))}
        except (ValueError, TypeError, KeyError):
            outcome = {"refused": True}
        cases.append({"name": f"{op} {len(cases)}", "tests": [f"tree.{op}"], "call": op, "arguments": arguments, **outcome})
    write_cases("tree", "tree", cases)
