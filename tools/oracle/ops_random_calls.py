"""Calls on which random comparisons once disagreed: test/golden/ops-random-calls.json."""

import keras
import numpy as np
from op_cases import Cases

NAN, INF = float("nan"), float("inf")
WHOLE = np.array([-3, 0, 1, 2], "int32")


def neural(cases):
    for op in ("hard_shrink", "soft_shrink"):
        cases.add(op, WHOLE, about="whole numbers")
        cases.add(op, np.array([True, False]), about="bools", threshold=0.25)
    cases.add("threshold", WHOLE, 1, 7, about="whole numbers")
    first = {"data_format": "channels_first"}
    cases.add("depth_to_space", cases.uniform("deep first", (2, 12, 2, 3)), 2, about="channels first", **first)
    cases.add("space_to_depth", cases.uniform("wide first", (2, 3, 4, 6)), 2, about="channels first", **first)
    image = cases.uniform("pooled first", (1, 2, 5, 4))
    cases.add("adaptive_average_pool", image, (2, 3), about="channels first", **first)
    cases.add("conv", image, cases.uniform("grouped kernel", (2, 3, 1, 4)), about="groups, channels first", padding="same", **first)
    cases.add("conv_transpose", image, cases.uniform("turned kernel", (3, 2, 3, 2)), about="more", strides=2, output_padding=1, **first)
    x = cases.uniform("normed wide", (2, 3, 4))
    cases.add("layer_normalization", x, about="two axes", axis=(-1, -2), gamma=cases.uniform("wide gamma", (3, 4)))
    cases.add("batch_normalization", x, cases.uniform("m", (3,)), cases.uniform("v", (3,), 0.5, 1), 1, about="the second axis")
    halves = np.array([[300, -400], [0.5, 2]], "float16")
    cases.add("rms_normalization", halves, about="squares beyond float16", gradient=False)
    cases.add("layer_normalization", halves, about="float16", gradient=False)
    cases.add("softmax", x, about="two axes", axis=(0, 2))
    cases.add("squareplus", x[0], about="b", b=1.5)
    cases.add("one_hot", np.array([0, 2, -1, 3], "int32"), 3, about="whole numbers", axis=0, dtype="int32")


def linear(cases):
    cases.add("qr", cases.uniform("wide", (2, 2, 4)), about="more columns than rows")
    cases.add("qr", cases.uniform("wider", (1, 3)), about="one row, complete", mode="complete")
    triangle = (cases.uniform("triangles", (3, 2, 2)) + 3 * np.eye(2)).astype("float32")
    cases.add("solve_triangular", triangle, cases.uniform("vectors", (3, 2)), about="a vector for each matrix", lower=True)
    cases.add("norm", cases.uniform("halves", (2, 3)).astype("float16"), about="float16", gradient=False)
    cases.add("pinv", cases.uniform("cut", (3, 2)), about="cut off", rcond=0.9, gradient=False)
    cases.add("matrix_rank", np.diag([3, 1, 0.5]).astype("float32"), about="tolerance", tol=0.7)


def counted(cases):
    scores = np.array([[1, 5, 3, 3]] * 6 + [[1, NAN, 3, 2], [INF, 1, INF, INF], [-INF, -INF, 0, -INF], [NAN] * 4], "float32")
    targets = np.array([-1, -5, 4, 9, 2, 3, 1, 0, 3, 2], "int32")
    for count in (1, 2, 4):
        cases.add("in_top_k", targets, scores, count, about=f"{count}, classes that are not there")
    x = np.array([0.5, 1, 7, 5, -3, NAN, INF], "float32")
    for bins in ([5, 1], [1, 5], [2, 2], [3], [5, 5, 1], []):
        cases.add("digitize", x, np.array(bins, "float32"), about=str(bins))


def edges(cases):
    """Infinite and unsigned numbers, numbers that equal a bound, and the largest where several are."""
    far = np.array([-INF, -4, -3, -1, 0, 1, 3, 4, INF, NAN], "float32")
    for op in ("hard_silu", "soft_shrink", "hard_tanh", "sparse_sigmoid"):
        cases.add(op, far, about="infinite, at its bends and NaN")
    bytes_ = np.array([0, 1, 2, 200], "uint8")
    cases.add("hard_tanh", bytes_, about="bytes")
    for low, high in ((-1, 1), (0, 300), (0.5, 1.5)):
        cases.add("clip", bytes_, low, high, about=f"bytes from {low} to {high}")
    cases.add("clip", np.array([0, 7], "uint32"), -1, 1, about="unsigned")
    cases.add("clip", np.array([True, False]), 2, 3, about="bools")
    cases.add("clip", np.array([-1, 0, 1, 2, 3], "float32"), 0, 2, about="at its bounds")
    cases.add("clip", np.array([0, 1, 2], "float32"), 1.0, 1.0, about="between equal bounds")
    halves = np.array([0.5, -2], "float16")
    for other in (1, 1.5):
        cases.add("arctan2", halves, other, about=f"float16 and {other}", gradient=False)
        cases.add("arctan2", other, halves, about=f"{other} and float16", gradient=False)
    square, uneven = np.array([[1, 3], [3, 1]], "float32"), np.array([[1, 3, 5], [3, 1, 0], [2, 5, 5]], "float32")
    cases.add("adaptive_max_pool", square[None, ..., None], 1, about="equal in an even window")
    cases.add("adaptive_max_pool", uneven[None, ..., None], 2, about="equal in uneven windows")
    cases.add("adaptive_max_pool", np.ones((1, 5, 2), "float32"), 3, about="all equal")


def oblong(cases):
    for name, shape in (("tall", (4, 2)), ("tall ones", (2, 3, 1)), ("taller", (5, 3))):
        cases.add("qr", cases.uniform(f"complete {name}", shape), about=f"{name}, complete", mode="complete")
    for name, shape in (("tall", (4, 2)), ("wide", (2, 4)), ("several", (2, 3, 2))):
        cases.add("lu_factor", cases.uniform(f"lu {name}", shape), about=f"{name}, with its gradient")


def generate():
    cases = Cases(keras.ops)
    for family in (neural, linear, counted, edges, oblong):
        family(cases)
    cases.write("ops-random-calls")
