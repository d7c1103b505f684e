"""Which dtype calls of two dtypes give, and what: test/golden/ops-dtypes.json."""

import keras
import ml_dtypes
import numpy as np
from op_cases import Cases

DTYPES = ("bool", "uint8", "int32", "uint32", "float16", "bfloat16", "float32")
ARITHMETIC = "add divide where"
OTHERS = "subtract multiply maximum power equal concatenate heaviside logaddexp2 floor_divide mod arctan2 logical_and"
UNARY = "floor ceil round exp sqrt negative relu softplus sign square"
REDUCTIONS = "sum prod mean max std cumsum argmax any count_nonzero nansum"


def numbers(dtype, which):
    if dtype == "bool":
        return np.array([[True, False, True], [True, True, True]][which])
    if "float" in dtype:
        values = np.array([[0.5, 0.0, 1.5], [2.0, 0.75, 1.25]][which])
        return values.astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    return np.array([[3, 0, 7], [2, 5, 1]][which], dtype)


def pair(cases, op, first, second):
    a, b = numbers(first, 0), numbers(second, 1)
    # Bools stay bools in Keras, as they do nowhere here.
    if first == second == "bool" and op in ("add", "subtract", "multiply", "maximum"):
        return
    given = {"where": [np.array([True, False, True]), a, b], "concatenate": [[a, b], 0]}.get(op, [a, b])
    if op == "power" and (first == "bool" or second == "bool"):
        return
    cases.add(op, *given, about=f"{first}, {second}", gradient=False)


def generate():
    cases = Cases(keras.ops)
    for op in ARITHMETIC.split():
        for first in DTYPES:
            for second in DTYPES:
                pair(cases, op, first, second)
    for op in OTHERS.split():
        for first, second in zip(DTYPES, (*DTYPES[2:], *DTYPES[:2])):
            pair(cases, op, first, second)
    whole = [dtype for dtype in DTYPES if "int" in dtype]
    for op in ("gcd", "lcm", "bitwise_and"):
        for first, second in zip(whole, (*whole[1:], whole[0])):
            pair(cases, op, first, second)
    pair(cases, "gcd", "uint8", "uint8")
    pair(cases, "gcd", "bool", "int32")
    pair(cases, "nextafter", "int32", "float32")
    cases.add("power", np.array([-3, 1, 2, 3], "int32"), np.array([33, 40, 32, 31], "int32"), about="beyond 32 bits")
    cases.add("power", np.array([-1, 1, 2], "int32"), np.array([-5, -5, -5], "int32"), about="below 0")
    for dtype in DTYPES:
        for op in UNARY.split():
            if not (dtype == "bool" and op in ("negative", "sign", "square", "round")):
                cases.add(op, numbers(dtype, 0), about=dtype, gradient=False)
        for op in REDUCTIONS.split():
            cases.add(op, numbers(dtype, 0), about=dtype, gradient=False)
    cases.write("ops-dtypes")
