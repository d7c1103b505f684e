"""Pooling, global pooling and adaptive pooling."""

from keras import layers
from layers_convolution import case
from record import write_cases


def windows():
    for kind in ("Max", "Average"):
        one, two, three = (getattr(layers, f"{kind}Pooling{rank}D") for rank in (1, 2, 3))
        yield case(one, (2, 7, 2), 2)
        yield case(one, (1, 7, 2), pool_size=3, strides=2, padding="same")
        yield case(one, (1, 8, 2), pool_size=3, strides=1, padding="valid")
        yield case(one, (1, 8, 2), pool_size=2, strides=3, padding="same")
        yield case(two, (1, 5, 6, 2), 2)
        yield case(two, (1, 5, 6, 2), pool_size=3, strides=2, padding="same")
        yield case(two, (1, 5, 5, 2), pool_size=(3, 2), strides=1, padding="same")
        yield case(two, (1, 6, 7, 2), pool_size=(2, 3), strides=(3, 2), padding="valid")
        yield case(three, (1, 4, 5, 4, 1), 2)
        yield case(three, (1, 4, 3, 5, 1), pool_size=(2, 3, 2), strides=2, padding="same")
        yield case(three, (1, 3, 3, 4, 2), pool_size=2, strides=1)


def whole():
    for kind in ("Max", "Average"):
        for rank, shape in ((1, (2, 5, 3)), (2, (2, 3, 4, 2)), (3, (1, 2, 3, 4, 2))):
            pooling = getattr(layers, f"Global{kind}Pooling{rank}D")
            yield case(pooling, shape)
            yield case(pooling, shape, keepdims=True)


def adaptive():
    for kind in ("Average", "Max"):
        one, two, three = (getattr(layers, f"Adaptive{kind}Pooling{rank}D") for rank in (1, 2, 3))
        yield case(one, (2, 7, 2), 3)
        yield case(one, (1, 8, 2), output_size=5)
        yield case(one, (1, 6, 2), output_size=3)
        yield case(one, (1, 3, 2), output_size=5)
        yield case(two, (1, 5, 7, 2), 3)
        yield case(two, (1, 5, 6, 1), output_size=(4, 6))
        yield case(two, (1, 4, 6, 2), output_size=(2, 3))
        yield case(three, (1, 3, 4, 5, 1), 2)
        yield case(three, (1, 4, 2, 4, 1), output_size=(2, 1, 3))


def generate():
    write_cases("layers-pooling", "layers", [*windows(), *whole(), *adaptive()])
