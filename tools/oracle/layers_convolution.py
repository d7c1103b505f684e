"""Convolutions, depthwise, separable and transposed."""

from keras import layers
from layer_runs import layer_case
from record import write_cases


def case(layer_class, shape, *arguments, **options):
    """Name the case after its own arguments, so that names stay unique and tell the story."""
    words = [f"{key}={value}" for key, value in options.items()]
    name = " ".join([layer_class.__name__, "x".join(map(str, shape)), *map(str, arguments), *words])
    return layer_case(name, lambda: layer_class(*arguments, **options), [shape])


def plain():
    one = layers.Conv1D
    yield case(one, (2, 7, 2), 3, 3)
    yield case(one, (2, 7, 2), 3, 3, padding="same")
    yield case(one, (2, 8, 2), 3, 3, padding="same", strides=2, use_bias=False)
    yield case(one, (1, 9, 2), 3, 3, padding="same", strides=3, activation="relu")
    yield case(one, (1, 9, 2), 2, 4, padding="same", strides=2)
    yield case(one, (1, 9, 2), 2, 3, padding="valid", dilation_rate=2)
    yield case(one, (1, 9, 2), 2, 3, padding="same", dilation_rate=3)
    yield case(one, (1, 7, 4), 6, 3, padding="same", groups=2)
    yield case(one, (1, 7, 4), 4, 2, groups=2, lora_rank=2, lora_alpha=5)
    two = layers.Conv2D
    yield case(two, (1, 5, 6, 2), 3, 3)
    yield case(two, (2, 4, 5, 2), 2, 3, padding="same")
    yield case(two, (1, 5, 6, 2), 2, (2, 3), padding="same", activation="tanh")
    yield case(two, (1, 6, 7, 2), 2, 3, strides=2)
    yield case(two, (1, 6, 7, 2), 2, 3, strides=2, padding="same", use_bias=False)
    yield case(two, (1, 6, 7, 2), 2, 3, strides=(3, 2), padding="same")
    yield case(two, (1, 7, 6, 2), 2, 2, strides=(1, 2), padding="same")
    yield case(two, (1, 7, 6, 2), 2, 3, dilation_rate=2, padding="same")
    yield case(two, (1, 7, 6, 2), 2, (3, 2), dilation_rate=(2, 3))
    yield case(two, (1, 5, 5, 4), 4, 3, groups=2, padding="same")
    yield case(two, (1, 4, 4, 3), 6, 2, groups=3)
    yield case(two, (2, 3, 3, 4), 5, 1, activation="relu")
    yield case(two, (1, 5, 4, 1), 2, (5, 4))
    yield case(two, (1, 8, 8, 2), 2, 3, strides=4, padding="same")
    yield case(two, (1, 4, 5, 2), 3, 2, lora_rank=1, use_bias=False)
    three = layers.Conv3D
    yield case(three, (1, 3, 4, 3, 2), 2, 2)
    yield case(three, (1, 3, 4, 3, 2), 2, 3, padding="same")
    yield case(three, (1, 4, 5, 4, 2), 2, (3, 2, 3), strides=2, padding="same", activation="relu")
    yield case(three, (1, 4, 4, 4, 2), 2, 2, strides=(2, 1, 2), use_bias=False)
    yield case(three, (1, 4, 4, 3, 2), 2, 2, dilation_rate=2)
    yield case(three, (1, 2, 3, 3, 4), 4, 2, groups=2, padding="same")


def depthwise():
    one = layers.DepthwiseConv1D
    yield case(one, (2, 6, 3), 3)
    yield case(one, (2, 6, 3), 3, depth_multiplier=2, padding="same")
    yield case(one, (1, 7, 2), 3, strides=2, padding="same", use_bias=False)
    yield case(one, (1, 8, 2), 3, dilation_rate=2, activation="relu")
    two = layers.DepthwiseConv2D
    yield case(two, (1, 5, 4, 3), 3)
    yield case(two, (1, 5, 4, 3), 3, padding="same", depth_multiplier=2)
    yield case(two, (1, 6, 6, 2), 3, strides=2, padding="same")
    yield case(two, (1, 5, 5, 2), 2, strides=2, depth_multiplier=2, use_bias=False)
    yield case(two, (1, 6, 5, 2), (3, 2), dilation_rate=2, padding="same", activation="relu")


def separable():
    one = layers.SeparableConv1D
    yield case(one, (2, 6, 3), 4, 3)
    yield case(one, (1, 7, 2), 3, 3, padding="same", depth_multiplier=2, activation="relu")
    yield case(one, (1, 8, 2), 3, 3, strides=2, padding="same")
    two = layers.SeparableConv2D
    yield case(two, (1, 5, 4, 3), 4, 3)
    yield case(two, (1, 5, 4, 3), 4, 3, padding="same", depth_multiplier=2, activation="relu")
    yield case(two, (1, 6, 6, 2), 3, 3, strides=2, padding="same", use_bias=False)
    yield case(two, (1, 6, 6, 2), 3, 2, dilation_rate=2)


def transposed():
    one = layers.Conv1DTranspose
    for padding in ("valid", "same"):
        for strides in (1, 2, 3):
            yield case(one, (1, 4, 2), 3, 3, strides=strides, padding=padding)
            yield case(one, (1, 3, 2), 2, 2, strides=strides, padding=padding)
            yield case(layers.Conv2DTranspose, (1, 3, 2, 2), 2, 3, strides=strides, padding=padding)
    yield case(one, (1, 4, 2), 2, 3, strides=2, padding="valid", output_padding=1)
    yield case(one, (1, 4, 2), 2, 3, strides=2, padding="same", output_padding=1)
    yield case(one, (1, 4, 2), 2, 4, strides=3, padding="same", output_padding=2, use_bias=False)
    yield case(one, (1, 4, 2), 2, 4, strides=2, padding="same", activation="relu")
    yield case(one, (1, 4, 2), 2, 3, dilation_rate=2, padding="valid")
    yield case(one, (1, 4, 2), 2, 3, dilation_rate=2, padding="same")
    two = layers.Conv2DTranspose
    yield case(two, (1, 3, 3, 2), 2, (2, 4), strides=2, padding="same")
    yield case(two, (1, 3, 2, 2), 2, 3, strides=(2, 1), padding="valid", activation="tanh")
    yield case(two, (1, 3, 2, 2), 2, 3, strides=2, padding="valid", output_padding=1, use_bias=False)
    yield case(two, (1, 3, 2, 2), 2, 3, strides=2, padding="same", output_padding=(1, 0))
    yield case(two, (1, 2, 3, 3), 1, 1, strides=2, padding="valid")
    yield case(two, (1, 3, 3, 1), 2, 2, dilation_rate=2, padding="same")
    three = layers.Conv3DTranspose
    yield case(three, (1, 2, 2, 2, 2), 2, 2)
    yield case(three, (1, 2, 3, 2, 1), 2, 3, strides=2, padding="same")
    yield case(three, (1, 2, 2, 2, 2), 1, 2, strides=3, padding="valid", use_bias=False)
    yield case(three, (1, 2, 2, 2, 1), 1, 3, strides=2, padding="same", output_padding=1, activation="relu")


def generate():
    write_cases("layers-convolution", "layers", list(plain()))
    write_cases("layers-convolution-depthwise", "layers", [*depthwise(), *separable()])
    write_cases("layers-convolution-transposed", "layers", list(transposed()))
