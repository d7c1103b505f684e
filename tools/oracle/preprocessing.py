"""Normalization, Discretization, CategoryEncoding with given settings; adapted.py has what `adapt` learns."""

from keras import layers
from layer_runs import layer_case
from record import generator, uniform, write_cases


def integers(name, shape, high):
    return generator(name).integers(0, high, shape).astype("int32")


def fixed_cases():
    def case(name, build, inputs, **options):
        return layer_case(name, build, inputs, **options)

    yield case("normalization scalar", lambda: layers.Normalization(axis=None, mean=0.5, variance=4.0), [(3, 2)])
    yield case(
        "normalization features", lambda: layers.Normalization(mean=[0.5, -1.0], variance=[0.25, 0.0]), [(3, 2)]
    )
    yield case(
        "normalization two axes",
        lambda: layers.Normalization(axis=(1, -1), mean=[0.5, -1.0], variance=[0.25, 2.0]),
        [(2, 3, 2)],
    )
    yield case(
        "normalization axis 1",
        lambda: layers.Normalization(axis=1, mean=[0.5, -1.0, 2.0], variance=[0.25, 1.0, 2.0]),
        [(2, 3, 2)],
    )
    yield case(
        "normalization invert",
        lambda: layers.Normalization(mean=[0.5, -1.0], variance=[0.25, 2.0], invert=True),
        [(3, 2)],
    )
    borders = [-0.5, 0.0, 0.25]
    for mode in ("int", "one_hot", "multi_hot", "count"):
        yield case(
            f"discretization {mode}", lambda: layers.Discretization(bin_boundaries=borders, output_mode=mode), [(3, 4)]
        )
    yield case(
        "discretization one_hot single",
        lambda: layers.Discretization(bin_boundaries=borders, output_mode="one_hot"),
        [(3, 1)],
    )
    for mode in ("one_hot", "multi_hot", "count"):
        for shape in ((3, 4), (5,), (3, 1), (2, 3, 2)):
            name = f"category encoding {mode} {len(shape)}d {shape[-1]}"
            yield case(
                name, lambda: layers.CategoryEncoding(num_tokens=5, output_mode=mode), [integers(name, shape, 6)]
            )
    name = "category encoding weighted"
    weights = uniform(generator(name), (3, 4))
    yield case(
        name,
        lambda: layers.CategoryEncoding(num_tokens=5, output_mode="count"),
        [integers(name, (3, 4), 5)],
        options={"count_weights": weights.tolist()},
    )


def generate():
    write_cases("layers-preprocessing", "layers", list(fixed_cases()))
