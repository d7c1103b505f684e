"""keras.ops's linear algebra, Fourier transforms and segments: test/golden/ops-linalg.json, ops-math.json."""

import keras
import numpy as np
from op_cases import Cases
from keras import ops


def matrices(cases):
    square, batch = cases.uniform("square", (3, 3)), cases.uniform("batch", (2, 3, 3))
    positive = (np.einsum("nij,nkj->nik", batch, batch) + np.eye(3)).astype("float32")
    tall, wide = cases.uniform("tall", (4, 3)), cases.uniform("wide", (2, 3))
    sides = cases.uniform("sides", (3, 2))
    cases.add("cholesky", positive)
    cases.add("cholesky", positive[0], about="upper", upper=True)
    factor = np.tril(square) + 2 * np.eye(3, dtype="float32")
    cases.add("cholesky_inverse", factor)
    cases.add("cholesky_inverse", factor.T, about="upper", upper=True)
    for op in ("det", "inv", "logdet", "slogdet", "lu_factor"):
        cases.add(op, batch)
    cases.add("lu_factor", tall, about="tall", gradient=False)
    cases.add("solve", square, sides)
    cases.add("solve", square, sides[:, 0], about="vector")
    cases.add("solve_triangular", factor.T, sides)
    cases.add("solve_triangular", factor, sides, about="lower", lower=True)
    cases.add("qr", tall)
    cases.add("qr", square, about="square")
    cases.add("qr", tall, about="complete", mode="complete", gradient=False)
    # Well conditioned, so that Keras's float32 gradients are exact enough to compare with.
    steady = [(x + 2 * np.eye(*x.shape)).astype("float32") for x in (tall, wide)]
    cases.add("pinv", steady[0])
    cases.add("pinv", steady[1], about="wide")
    cases.add("lstsq", steady[0], cases.uniform("right", (4, 2)))
    cases.add("matrix_rank", np.array([[1, 2], [2, 4]], "float32"))
    cases.add("matrix_rank", batch, about="batch")
    cases.add("svd", tall, about="values", compute_uv=False)
    for order in (1, 2, 3, 0, np.inf, -np.inf):
        cases.add("norm", wide, about=f"vectors {order}", ord=str(order) if np.isinf(order) else order, axis=1, gradient=order != 0)
    for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        cases.add("norm", batch, about=f"matrices {order}", ord=str(order) if order in (np.inf, -np.inf) else order, axis=(1, 2))
    cases.add("norm", batch, about="rows and columns exchanged, kept", ord=1, axis=(2, 0), keepdims=True)


class Rebuilt:
    """What does not depend on the arbitrary signs of vectors."""

    @staticmethod
    def eigh(x):
        values, vectors = ops.eigh(x)
        return values, ops.matmul(vectors * values[..., None, :], ops.swapaxes(vectors, -1, -2)), vectors * vectors

    @staticmethod
    def svd(x, compute_uv=True):
        if not compute_uv:
            return ops.svd(x, compute_uv=False)
        u, s, vh = ops.svd(x, full_matrices=False)
        return s, ops.matmul(u * s[..., None, :], vh), u * u, vh * vh

    norm = staticmethod(lambda x, ord, **rest: ops.norm(x, ord=float(ord) if ord in ("inf", "-inf") else ord, **rest))

    def __getattr__(self, name):
        return getattr(ops, name)


def transforms(cases):
    for count in (6, 7, 100):
        pair = (cases.uniform(f"real {count}", (2, count)), cases.uniform(f"imaginary {count}", (2, count)))
        if count < 100:
            cases.add("fft", pair, about=str(count))
            cases.add("rfft", pair[0], about=str(count))
            cases.add("irfft", pair, about=str(count))
        else:
            cases.add("fft", (pair[0][:1], pair[1][:1]), about=str(count), gradient=False)
    grid = (cases.uniform("real grid", (3, 4)), cases.uniform("imaginary grid", (3, 4)))
    cases.add("fft2", grid)
    cases.add("ifft2", grid)
    signal = cases.uniform("signal", (2, 20))
    cases.add("rfft", signal, 8, about="cut")
    cases.add("rfft", signal[:, :5], 8, about="filled")
    cases.add("irfft", grid, 5, about="odd")
    cases.add("stft", signal, 6, 2, 8)
    cases.add("stft", signal, 6, 3, 6, about="hamming", window="hamming", center=False)
    cases.add("stft", signal, 6, 3, 6, about="no window", window=None)
    spectrum = (cases.uniform("real spectrum", (2, 8, 5)), cases.uniform("imaginary spectrum", (2, 8, 5)))
    cases.add("istft", spectrum, 8, 2, 8)
    cases.add("istft", spectrum, 6, 2, 8, about="short pieces", length=12)
    cases.add("istft", spectrum, 8, 2, 8, about="from the start", center=False, window="hamming", length=14)


def segments(cases):
    x, ids = cases.uniform("data", (5, 2), 0.5, 2), np.array([0, 1, 0, 2, 1], "int32")
    for op in ("segment_sum", "segment_max", "segment_min", "segment_prod"):
        cases.add(op, x, ids, num_segments=4, gradient=op != "segment_prod")
    cases.add("polar", cases.uniform("size", (3,), 0, 2), cases.uniform("turn", (3,), -3, 3))


def linalg():
    cases = Cases(Rebuilt())
    matrices(cases)
    x = cases.uniform("symmetric", (2, 3, 3))
    cases.add("eigh", (x + x.transpose(0, 2, 1)).astype("float32"))
    cases.add("svd", cases.uniform("svd tall", (4, 3)), about="thin, tall")
    cases.add("svd", cases.uniform("svd wide", (2, 3)), about="thin, wide")
    cases.write("ops-linalg")


class Parts:
    """Complex results as pairs."""

    def __getattr__(self, name):
        if name == "polar":
            return lambda size, turn: (ops.real(ops.polar(size, turn)), ops.imag(ops.polar(size, turn)))
        return getattr(ops, name)


def generate():
    linalg()
    cases = Cases(Parts())
    transforms(cases)
    segments(cases)
    cases.write("ops-math")
