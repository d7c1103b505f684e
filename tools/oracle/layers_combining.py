"""Normalization layers, and layers that merge several inputs."""

import numpy as np
from keras import layers
from layer_runs import layer_case
from record import write_cases


def normalization():
    both = (False, True)

    def batch(name, shape, **options):
        build = lambda: layers.BatchNormalization(**options)  # noqa: E731
        return layer_case(f"batch normalization {name}", build, [shape], modes=both)

    yield batch("rank 2", (6, 3))
    yield batch("rank 3", (2, 4, 3))
    yield batch("rank 4", (2, 3, 4, 2))
    yield batch("axis 1", (2, 3, 4), axis=1)
    yield batch("momentum 0.7, epsilon 0.1", (5, 3), momentum=0.7, epsilon=0.1)
    yield batch("without scale", (5, 3), scale=False)
    yield batch("without center", (5, 3), center=False)
    yield batch("frozen", (5, 3), trainable=False)
    yield batch("renorm", (6, 3), renorm=True)
    yield batch("renorm plain", (2, 4, 3), renorm=True, scale=False, center=False, momentum=0.8)
    clipping = {"rmax": 1.2, "rmin": 0.9, "dmax": 0.3}
    yield batch("renorm clipped", (6, 3), renorm=True, renorm_clipping=clipping, renorm_momentum=0.6)

    def layer(name, shape, **options):
        return layer_case(f"layer normalization {name}", lambda: layers.LayerNormalization(**options), [shape])

    yield layer("rank 2", (3, 5))
    yield layer("rank 3", (2, 3, 4))
    yield layer("axis list", (2, 3, 4), axis=[1, 2])
    yield layer("axis 1", (2, 3, 4), axis=1)
    yield layer("without scale", (3, 5), scale=False)
    yield layer("without center", (3, 5), center=False, epsilon=0.05)
    yield layer_case("group normalization", lambda: layers.GroupNormalization(2), [(2, 3, 4)])
    yield layer_case("instance normalization", lambda: layers.GroupNormalization(-1), [(2, 2, 3, 4)])
    yield layer_case("rms normalization", lambda: layers.RMSNormalization(), [(2, 3, 4)])
    yield layer_case("unit normalization", lambda: layers.UnitNormalization(), [(2, 3, 4)])
    for name, kind, shape in (
        ("dense", lambda: layers.Dense(3), (2, 4)),
        ("convolution", lambda: layers.Conv2D(3, 2, use_bias=False), (1, 3, 3, 2)),
        ("einsum", lambda: layers.EinsumDense("abc,cd->abd", (None, 3)), (2, 2, 4)),
    ):
        yield layer_case(
            f"spectral normalization of {name}", lambda: layers.SpectralNormalization(kind()), [shape], modes=(False, True)
        )
    yield layer_case(
        "spectral normalization, three steps",
        lambda: layers.SpectralNormalization(layers.Dense(3, activation="tanh"), power_iterations=3),
        [(2, 4)],
        modes=(True,),
    )


def merging():
    kinds = (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum)
    for kind in kinds:
        name = kind.__name__.lower()
        yield layer_case(f"{name} of two", kind, [(2, 3), (2, 3)], calling="list")
        yield layer_case(f"{name} broadcast", kind, [(2, 3, 4), (2, 1, 4)], calling="list")
        if kind is not layers.Subtract:
            yield layer_case(f"{name} of three", kind, [(2, 3), (2, 3), (2, 3)], calling="list")
    yield layer_case("concatenate last", lambda: layers.Concatenate(), [(2, 3), (2, 2)], calling="list")
    yield layer_case("concatenate axis 1", lambda: layers.Concatenate(axis=1), [(2, 3, 2), (2, 1, 2)], calling="list")
    three = [(2, 2, 1), (2, 2, 3), (2, 2, 2)]
    yield layer_case("concatenate three", lambda: layers.Concatenate(), three, calling="list")
    first = np.array([[True, False, True], [True, True, False]])
    second = np.array([[True, True, False], [False, True, False]])
    pair = [(2, 3, 2), (2, 3, 2)]
    for kind in (layers.Add, layers.Average, layers.Concatenate):
        name = kind.__name__.lower()
        yield layer_case(f"{name} of masks", kind, pair, calling="list", masks=[first, second])
        yield layer_case(f"{name} of one mask", kind, pair, calling="list", masks=[first, None])
    yield layer_case(
        "concatenate masks over time", lambda: layers.Concatenate(axis=1), pair, calling="list", masks=[first, None]
    )
    yield layer_case("dot", lambda: layers.Dot(axes=1), [(3, 4), (3, 4)], calling="list")
    yield layer_case("dot normalized", lambda: layers.Dot(axes=1, normalize=True), [(3, 4), (3, 4)], calling="list")
    yield layer_case("dot axes pair", lambda: layers.Dot(axes=(2, 1)), [(2, 3, 4), (2, 4, 2)], calling="list")
    yield layer_case("dot rank 3", lambda: layers.Dot(axes=2), [(2, 3, 4), (2, 2, 4)], calling="list")


def generate():
    write_cases("layers-normalization", "layers", list(normalization()))
    write_cases("layers-merging", "layers", list(merging()))
