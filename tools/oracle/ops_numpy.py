"""keras.ops after NumPy: test/golden/ops-numpy.json (elementwise), ops-edges.json, ops-arrays.json (the rest)."""

import keras
import numpy as np
from op_cases import Cases

NAN = float("nan")
INF = float("inf")
EDGES = np.array([0.0, -0.0, 1.5, -2.5, 0.5, INF, -INF, NAN], "float32")

# Functions of one float, with the interval they are tried on.
UNARY = {
    "abs absolute fabs conj conjugate copy real negative square sign exp exp2 expm1 floor ceil round trunc sin cos "
    "sinh cosh tanh arctan arcsinh sigmoid deg2rad rad2deg sinc i0 cbrt erf erfc tan": (-2, 2),
    "sqrt rsqrt log log10 log1p log2 reciprocal": (0.2, 3),
    "arccos arcsin arctanh erfinv": (-0.9, 0.9),
    "arccosh": (1.2, 3),
    "angle imag isreal": (-2, 2),
}
TESTS = "isfinite isinf isnan isneginf isposinf signbit logical_not"
BINARY = {
    "add subtract multiply maximum minimum fmax fmin arctan2 hypot logaddexp logaddexp2 heaviside "
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor nextafter": (-2, 2),
    "divide true_divide divide_no_nan power mod fmod floor_divide": (0.3, 2),
}
PAIRS = {
    "bitwise_and bitwise_or bitwise_xor gcd lcm": ([12, -7, 0, 255], [10, 3, 5, 6]),
    "bitwise_left_shift bitwise_right_shift left_shift right_shift": ([12, -7, 0, 255], [1, 0, 3, 2]),
}


def elementwise(cases):
    for names, (low, high) in UNARY.items():
        for op in names.split():
            cases.add(op, cases.uniform(op, (2, 3), low, high))
    for op in TESTS.split():
        cases.add(op, EDGES)
    flat = "floor_divide heaviside nextafter"
    for names, (low, high) in BINARY.items():
        for op in names.split():
            a, b = cases.uniform(f"{op} a", (2, 3), low, high), cases.uniform(f"{op} b", (3,), low, high)
            cases.add(op, a, b, gradient=op not in flat)
    for names, (a, b) in PAIRS.items():
        for op in names.split():
            cases.add(op, np.array(a, "int32"), np.array(b, "int32"))
    for op in ("bitwise_not", "bitwise_invert"):
        cases.add(op, np.array([12, -7, 0], "int32"))
    nan_pair = (np.array([1, NAN, 2], "float32"), np.array([NAN, 3, 1], "float32"))
    for op in ("fmax", "fmin", "maximum", "minimum"):
        cases.add(op, *nan_pair, about="NaN", gradient=False)
    cases.add("divide_no_nan", nan_pair[1], np.array([0, 2, 0], "float32"), about="by 0", gradient=False)
    cases.add("mod", np.array([7, -7, 7], "int32"), np.array([4, 4, -4], "int32"), about="signs")
    cases.add("fmod", np.array([7, -7, 7.5], "float32"), np.array([4, 4, -4], "float32"), about="signs")
    cases.add("ldexp", cases.uniform("ldexp", (3,)), np.array([3, -1, 0], "int32"))
    cases.add("round", np.array([1.2345, -0.5, 2.675], "float32"), 2, about="decimals")
    cases.add("erfc", np.array([-3, 0.5, 3, 5], "float32"), about="tails")
    cases.add("erfinv", np.array([-1, 0.999, 1], "float32"), about="edges", gradient=False)
    cases.add("i0", np.array([0, 3, 5, -8], "float32"), about="far")
    cases.add("sinc", np.array([0, 1, 2.5], "float32"), about="at 0", gradient=False)
    cases.add("heaviside", np.array([-1, 0, 2], "float32"), np.array([0.5], "float32"), about="at 0", gradient=False)
    cases.add("nan_to_num", EDGES, gradient=False)
    cases.add("nan_to_num", EDGES, about="numbers", nan=1.0, posinf=2.0, neginf=-3.0, gradient=False)
    cases.add("clip", cases.uniform("clip", (5,), -2, 2), -1.0, 0.5)
    cases.add("isclose", np.array([1, 2, INF], "float32"), np.array([1.000001, 2.1, INF], "float32"))
    cases.add("isclose", np.array([1, 2, NAN], "float32"), np.array([1.05, 2.3, NAN], "float32"), about="loose", rtol=0.1)
    cases.add("allclose", np.array([1, 2], "float32"), np.array([1, 2.1], "float32"))
    cases.add("cast", np.array([1.7, -1.7, 0], "float32"), "int32")
    cases.add("cast", np.array([1.7, -1.7, 0], "float32"), "bool", about="bool")
    cases.add("saturate_cast", np.array([-7.0, 300.0, 12.6], "float32"), "uint8")
    cases.add("saturate_cast", np.array([-7, 300, 12], "int32"), "uint8", about="from int32")
    cases.add("view", np.array([1.5, -2.0], "float32"), "int32")
    cases.add("where", np.array([True, False, True]), cases.uniform("where a", (3,)), cases.uniform("where b", (3,)))
    choices = [cases.uniform("select a", (3,)), cases.uniform("select b", (3,))]
    cases.add("select", [np.array([True, False, False]), np.array([True, True, False])], choices, 0.5)


NAN_MATRIX = np.array([[1.0, NAN, 3.0, -2.0], [NAN, NAN, NAN, NAN], [4.0, 0.5, NAN, 2.0]], "float32")


def reductions(cases):
    x = cases.uniform("reduced", (2, 3, 4), 0.5, 2)
    for op in "sum mean max min amax amin prod std var ptp logsumexp median any all count_nonzero".split():
        cases.add(op, x, about="all")
        cases.add(op, x, about="axis 1", axis=1)
        if op != "count_nonzero":
            cases.add(op, x, about="axes, kept", axis=(0, -1), keepdims=True)
    for op in "argmax argmin".split():
        cases.add(op, x, about="all")
        cases.add(op, x, about="axis", axis=1, keepdims=True)
    for op in "nansum nanmean nanmax nanmin nanprod nanstd nanvar nanmedian".split():
        cases.add(op, NAN_MATRIX, about="rows", axis=1, gradient=False)
        cases.add(op, NAN_MATRIX, about="all, kept", keepdims=True, gradient=False)
    for op in "nanargmax nanargmin".split():
        cases.add(op, NAN_MATRIX, about="rows", axis=1)
    for op in "cumsum cumprod nancumsum nancumprod".split():
        cases.add(op, NAN_MATRIX if op.startswith("nan") else x, about="axis", axis=1, gradient=not op.startswith("nan"))
        cases.add(op, x[0], about="flattened")
    zeros = np.array([[2.0, 0.0, 3.0, 0.5], [1.0, 0.0, 0.0, 2.0], [1.5, 2.0, 3.0, 0.0]], "float32")
    cases.add("cumprod", zeros, about="zeros", axis=1)
    cases.add("prod", zeros, about="zeros", axis=1)
    for method in "linear lower higher midpoint nearest".split():
        cases.add("quantile", x, [0.3, 0.5], about=method, axis=1, method=method)
        cases.add("percentile", x, 37.0, about=method, axis=(0, 2), method=method)
        cases.add("nanquantile", NAN_MATRIX, 0.3, about=method, axis=1, method=method, gradient=False)
    cases.add("quantile", NAN_MATRIX, 0.3, about="NaN", axis=1, gradient=False)
    cases.add("quantile", x, 0.25, about="all, kept", keepdims=True)
    cases.add("nanpercentile", NAN_MATRIX, [20.0, 50.0], about="rows, kept", axis=1, keepdims=True, gradient=False)
    cases.add("average", x, about="weights", axis=1, weights=cases.uniform("weights", (2, 3, 4), 0.5, 1))
    cases.add("average", x, about="all")
    cases.add("norm", x, about="all")
    cases.add("trapezoid", x, about="even", dx=0.5)
    cases.add("trapezoid", x[0], np.array([0, 1, 3], "float32"), about="places", axis=0)
    cases.add("corrcoef", cases.uniform("corrcoef", (3, 5)))
    cases.add("moments", x, (0, 2), about="axes, kept", keepdims=True)


def products(cases):
    a, b = cases.uniform("a", (2, 3)), cases.uniform("b", (4, 3))
    v, w = cases.uniform("v", (3,)), cases.uniform("w", (3,))
    cases.add("matmul", a, b.T)
    cases.add("dot", a, v)
    cases.add("inner", a, b)
    cases.add("outer", v, w)
    cases.add("vdot", v, w)
    cases.add("kron", a, cases.uniform("kron", (2, 2)))
    cases.add("kron", v, a, about="ranks")
    cases.add("tensordot", cases.uniform("t", (2, 3, 4)), cases.uniform("u", (3, 4, 2)), 2)
    cases.add("tensordot", a, b, [[1], [1]], about="axes")
    cases.add("einsum", "ij,kj->ik", a, b)
    cases.add("cross", a, b[:2])
    cases.add("cross", a[:, :2], b[:2, :2], about="plane")
    cases.add("cross", a.T, b[:2].T, about="axis", axis=0)
    for mode in ("valid", "same", "full"):
        cases.add("correlate", cases.uniform("long", (6,)), v, mode, about=mode)
        cases.add("correlate", v, cases.uniform("long2", (6,)), mode, about=f"{mode}, short first")
    cases.add("cdist", a, b)
    cases.add("vander", v)
    cases.add("vander", v, about="columns", N=4, increasing=True)
    cases.add("trace", cases.uniform("trace", (3, 4, 2)), about="offset", offset=1)
    cases.add("diag", v)
    cases.add("diag", a, about="of a matrix")
    cases.add("diagflat", a, k=1)
    cases.add("diagonal", cases.uniform("diagonal", (3, 4, 2)))
    cases.add("diagonal", cases.uniform("diagonal2", (3, 4, 2)), about="axes", offset=-1, axis1=1, axis2=2)
    cases.add("tril", b, k=-1)
    cases.add("triu", b, k=1)


def shapes(cases):
    x = cases.uniform("shaped", (2, 3, 4))
    m = cases.uniform("matrix", (3, 4))
    cases.add("reshape", x, (4, -1))
    cases.add("ravel", x)
    cases.add("transpose", x, about="all")
    cases.add("transpose", x, (1, 0, 2))
    cases.add("swapaxes", x, 0, 2)
    cases.add("moveaxis", x, 0, -1)
    cases.add("moveaxis", x, (0, 1), (2, 0), about="two")
    cases.add("expand_dims", x, 1)
    cases.add("expand_dims", x, (0, -1), about="two")
    cases.add("squeeze", x[:1, :, :1])
    cases.add("squeeze", x[:1, :, :1], 0, about="axis")
    cases.add("broadcast_to", m, (2, 3, 4))
    cases.add("flip", x)
    cases.add("flip", x, about="axis", axis=1)
    for op in ("fliplr", "flipud"):
        cases.add(op, m)
    for turns in (1, 2, 3):
        cases.add("rot90", m, about=str(turns), k=turns)
    cases.add("rot90", x, about="axes", axes=(1, 2))
    cases.add("roll", x, 5)
    cases.add("roll", x, (1, -2), about="axes", axis=(0, 2))
    cases.add("tile", m, (2, 1, 2))
    cases.add("repeat", m, 2, about="flat")
    cases.add("repeat", m, 3, about="axis", axis=1)
    cases.add("repeat", m, np.array([1, 0, 2], "int32"), about="counts", axis=0)
    for mode in ("reflect", "symmetric", "edge"):
        cases.add("pad", m, ((1, 2), (2, 1)), mode, about=mode)
    cases.add("pad", m, ((1, 2), (0, 1)), constant_values=0.5)
    cases.add("concatenate", [x, x + 1], 1)
    cases.add("stack", [m, m + 1], 1)
    cases.add("unstack", x, about="axis", axis=1)
    cases.add("append", m, x[0], about="flat")
    cases.add("append", m, m, about="axis", axis=1)
    for op in ("hstack", "vstack", "dstack"):
        cases.add(op, [m, m + 1])
        cases.add(op, [m[0], m[1]], about="vectors")
    cases.add("split", x, 2, axis=2)
    cases.add("split", x, (1, 3), about="places", axis=2)
    cases.add("array_split", x, 3, axis=2)
    cases.add("hsplit", m, 2)
    cases.add("vsplit", m, 3)
    cases.add("dsplit", x, 2)
    cases.add("diff", m)
    cases.add("diff", m, about="twice", n=2, axis=0)
    cases.add("meshgrid", m[0], m[0, :3])
    cases.add("meshgrid", m[0], m[0, :3], about="ij", indexing="ij")
    cases.add("slice", x, (0, 1, 2), (2, 2, 1))
    cases.add("slice_update", m, (1, 2), np.array([[5, 6]], "float32"))
    cases.add("rearrange", x, "b h w -> (b w) h")
    cases.add("rearrange", x, "b (h c) w -> b c w h", about="parts", c=3)


def picking(cases):
    x = cases.uniform("picked", (3, 4))
    ids = np.array([[2, 0], [1, -1]], "int32")
    cases.add("take", x, ids, about="flat")
    cases.add("take", x, ids, about="axis", axis=1)
    cases.add("take_along_axis", x, np.array([[1, 0], [3, 2], [0, 0]], "int32"), axis=1)
    cases.add("take_along_axis", x, np.array([5, 0, 11], "int32"), about="flat")
    cases.add("sort", x)
    cases.add("sort", x, about="axis", axis=0)
    cases.add("argsort", x, axis=0)
    cases.add("top_k", x, 2)
    cases.add("in_top_k", np.array([1, 0, 3], "int32"), x, 2)
    cases.add("searchsorted", np.array([1, 3, 3, 5], "float32"), np.array([0, 3, 4, 9], "float32"))
    cases.add("searchsorted", np.array([1, 3, 3, 5], "float32"), np.array([3, 5], "float32"), about="right", side="right")
    cases.add("digitize", np.array([0.5, 1, 7, -3], "float32"), np.array([1, 5], "float32"))
    cases.add("isin", np.array([[1, 2], [3, 4]], "int32"), np.array([4, 1], "int32"))
    cases.add("isin", np.array([1, 2], "int32"), np.array([4, 1], "int32"), about="invert", invert=True)
    cases.add("bincount", np.array([1, 3, 1, 0], "int32"), minlength=6)
    cases.add("bincount", np.array([[1, 3, 1], [0, 3, 3]], "int32"), about="rows")
    cases.add("bincount", np.array([1, 3, 1], "int32"), about="weights", weights=np.array([0.5, 2, 1], "float32"), gradient=False)
    cases.add("histogram", x.reshape(-1), bins=4, gradient=False)
    cases.add("histogram", x.reshape(-1), about="range", bins=5, range=(-0.5, 0.5), gradient=False)
    cases.add("unravel_index", np.array([5, 0, 11], "int32"), (3, 4))
    cases.add("unique", np.array([[3, 1], [3, 2]], "int32"), size=5, fill_value=7, return_index=True, return_inverse=True, return_counts=True)
    cases.add("unique", np.array([3, 1, 3, 0.5], "float32"), about="default fill", size=4, gradient=False)
    cases.add("scatter", np.array([[0], [2], [0]], "int32"), cases.uniform("scattered", (3, 2)), (4, 2))
    cases.add("scatter_update", x, np.array([[0, 1], [2, 3]], "int32"), np.array([5, 6], "float32"))
    for reduction in ("add", "max", "min", "mul"):
        updates = np.array([0.5, -6, 0.25], "float32")
        places = np.array([[0, 1], [2, 3], [0, 1]], "int32")
        cases.add("scatter_update", x, places, updates, about=reduction, reduction=reduction, gradient=reduction == "add")
    cases.add("one_hot", np.array([1, 0, 5, -1], "int32"), 3)
    cases.add("one_hot", np.array([[1, 0]], "int32"), 3, about="axis", axis=0)


def made(cases):
    cases.add("arange", 5)
    cases.add("arange", 1, 7, 2, about="step")
    cases.add("arange", 0.5, 2.0, 0.5, about="fractions")
    cases.add("linspace", 0.0, 1.0, num=5)
    cases.add("linspace", 0.0, 1.0, about="open", num=5, endpoint=False)
    cases.add("logspace", 0.0, 2.0, num=5)
    cases.add("logspace", 0.0, 3.0, about="base", num=4, base=2.0)
    cases.add("geomspace", 1.0, 16.0, num=5)
    cases.add("eye", 3, 4, k=1)
    cases.add("identity", 3)
    cases.add("tri", 3, 4, k=-1)
    cases.add("zeros", (2, 3))
    cases.add("ones", (2, 3))
    cases.add("full", (2,), 7.0)
    like = cases.uniform("like", (2, 2))
    for op in ("zeros_like", "ones_like"):
        cases.add(op, like, gradient=False)
    cases.add("full_like", like, 2.5, gradient=False)
    for op in ("bartlett", "blackman", "hamming", "hanning"):
        cases.add(op, 7)
    cases.add("kaiser", 7, 4.5)


def edges(cases):
    """Where dtypes are narrow and numbers far: found by comparing random calls."""
    small, signed = np.array([3, 200, 255], "uint8"), np.array([-7, 7, 100], "int32")
    cases.add("hypot", small, small[::-1].copy(), about="small whole numbers")
    cases.add("hypot", signed, np.array([0.5, -2, 3], "float32"), about="mixed", gradient=False)
    far = np.array([1e30, -1e-30, 0.0, -INF, 3.0], "float32")
    cases.add("hypot", far, np.array([1e30, 1e-30, 0.0, NAN, -INF], "float32"), about="far", gradient=False)
    for divisor in (np.array([4, -3, 7], "int32"), np.array([2, 9, 7], "uint8"), np.array([2.5, -0.75, 3], "float32")):
        for number in (small, signed):
            cases.add("fmod", number, divisor, about=f"{number.dtype} {divisor.dtype}", gradient=False)
    places = np.array([[0, -1], [-2, 1], [0, 4], [-4, 0], [3, 1]], "int32")
    table, updates = cases.uniform("table", (3, 4)), cases.uniform("updates", (5,))
    cases.add("scatter", places, updates, (3, 4), about="from the end, and outside", gradient=False)
    for reduction in ("add", "max", "min", "mul"):
        cases.add("scatter_update", table, places, updates, about=f"from the end, and outside, {reduction}", reduction=reduction, gradient=False)
    cases.add("scatter_update", table, places, updates, about="from the end, and outside", gradient=False)
    flags = np.array([[True, True, False], [True, False, True]])
    for op in ("tril", "triu", "diagflat", "diag"):
        cases.add(op, flags, about="bools")
    cases.add("diag", flags[0], about="a diagonal of bools", k=-1)
    cases.add("correlate", small, small[:2], "full", about="small whole numbers")
    square = cases.uniform("square", (3, 3))
    cases.add("average", square, about="weights along an axis", axis=0, weights=np.array([1, 2, 5], "float32"))
    cases.add("average", square, about="weights along the last axis", axis=-1, weights=np.array([1, 2, 5], "int32"))
    parts = np.array([0.25, 0.5, 0.75], "float32")
    cases.add("average", signed, about="parts of whole numbers", weights=parts, gradient=False)
    numbers = np.array([5.0, -5.0, 0.0, INF, 5.0, -5.0], "float32")
    for op in ("mod", "fmod"):
        many = np.array([12345.678, -1e6, 1e7, 1000.0, -2.5, 100.0], "float32")
        cases.add(op, many, np.array([0.01, 3, -7, 2 * np.pi, 1e-6, 0.1], "float32"), about="large quotients", gradient=False)
        infinite = np.array([INF, -INF, INF, INF, -INF, INF], "float32")
        cases.add(op, numbers, infinite, about="infinite divisors", gradient=False)


def generate():
    far = Cases(keras.ops)
    edges(far)
    far.write("ops-edges")
    numeric = Cases(keras.ops)
    elementwise(numeric)
    numeric.write("ops-numpy")
    for name, families in {
        "ops-reductions": (reductions,),
        "ops-arrays": (products, shapes, made),
        "ops-picking": (picking,),
    }.items():
        cases = Cases(keras.ops)
        for family in families:
            family(cases)
        cases.write(name)
