"""Layers of images: what each does to images and masks with numbers that Keras has drawn."""

import keras
import numpy as np
from keras import layers
from record import array, generator, serialise, uniform, write_cases

SHAPE = (2, 4, 5, 2)


def named(transformation, names):
    """The drawn arrays by name; other things that Keras passes on are left out."""
    if transformation is None:
        return None
    if not isinstance(transformation, dict):
        parts = transformation if isinstance(transformation, tuple) else (transformation,)
        transformation = dict(zip(names, parts))
    arrays = {key: value for key, value in transformation.items() if hasattr(value, "dtype") or key in names}
    return {key: array(value) for key, value in arrays.items()}


def image_case(name, build, shape=SHAPE, high=255, names=(), dtype="float32", mask=True, labels=False):
    keras.utils.clear_session(free_memory=False)
    random = generator(name)
    images = random.integers(0, 256, shape).astype(dtype) if high == 255 else uniform(random, shape, 0.0, high)
    layer = build()
    drawn = layer.get_random_transformation(images, training=True)
    single = len(shape) == 3
    transform = layer.transform_single_image if single else layer.transform_images
    record = {
        "name": name,
        "layer": serialise(layer),
        "input": array(images),
        "transformation": named(drawn, names),
        "output": array(transform(images, drawn, training=True)),
    }
    idle = np.asarray(transform(images, drawn, training=False))
    if not np.array_equal(idle, images):
        record["inference"] = array(idle)
    if mask and not single:
        masks = random.integers(0, 4, (*shape[:3], 1)).astype("float32")
        record["mask"] = array(masks)
        record["maskOutput"] = array(layer.transform_segmentation_masks(masks, drawn, training=True))
    if labels:
        given = np.eye(4, dtype="float32")[random.integers(0, 4, shape[0])]
        record["labels"] = array(given)
        record["labelsOutput"] = array(layer.transform_labels(given, drawn, training=True))
    return record


def sizes():
    for method in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        yield image_case(f"resizing {method}", lambda: layers.Resizing(7, 4, interpolation=method))
        yield image_case(f"resizing antialias {method}", lambda: layers.Resizing(3, 4, method, antialias=True))
    yield image_case("resizing crop", lambda: layers.Resizing(4, 3, crop_to_aspect_ratio=True))
    yield image_case("resizing pad", lambda: layers.Resizing(4, 3, pad_to_aspect_ratio=True, fill_value=7.0))
    yield image_case("resizing whole numbers", lambda: layers.Resizing(3, 3), shape=(1, 4, 5, 1), dtype="uint8")
    yield image_case("resizing one", lambda: layers.Resizing(3, 8), shape=(4, 5, 2))
    first = "channels_first"
    yield image_case("resizing first", lambda: layers.Resizing(3, 8, data_format=first), shape=(2, 2, 4, 5), mask=False)
    yield image_case("center crop", lambda: layers.CenterCrop(2, 3))
    yield image_case("center crop odd", lambda: layers.CenterCrop(3, 4))
    yield image_case("center crop small", lambda: layers.CenterCrop(8, 4))
    yield image_case("center crop bytes", lambda: layers.CenterCrop(3, 3), dtype="uint8")
    yield image_case("center crop one", lambda: layers.CenterCrop(3, 3), shape=(4, 5, 2))
    names = ("top", "left")
    yield image_case("random crop", lambda: layers.RandomCrop(3, 4, seed=1), names=names)
    yield image_case("random crop small", lambda: layers.RandomCrop(7, 4, seed=1), names=names)
    yield image_case("random crop one side", lambda: layers.RandomCrop(4, 2, seed=1), names=names)
    yield image_case("random crop one", lambda: layers.RandomCrop(3, 4, seed=1), shape=(4, 5, 2), names=names)


def moves():
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        yield image_case(f"flip {mode}", lambda: layers.RandomFlip(mode, seed=3), shape=(4, 3, 4, 2))
    yield image_case("flip one", lambda: layers.RandomFlip(seed=2), shape=(3, 4, 3))
    for mode in ("reflect", "wrap", "constant", "nearest"):
        options = {"fill_mode": mode, "fill_value": 9.0, "seed": 5}
        yield image_case(f"rotation {mode}", lambda: layers.RandomRotation(0.3, **options))
        yield image_case(f"zoom {mode}", lambda: layers.RandomZoom((-0.4, 0.5), **options))
        yield image_case(f"translation {mode}", lambda: layers.RandomTranslation(0.4, (-0.3, 0.5), **options))
        yield image_case(f"shear {mode}", lambda: layers.RandomShear(0.4, 0.3, **options))
    yield image_case("rotation nearest pixel", lambda: layers.RandomRotation((0.1, 0.2), interpolation="nearest"))
    yield image_case("zoom two factors", lambda: layers.RandomZoom(0.3, (0.1, 0.2), interpolation="nearest"))
    yield image_case("rotation one", lambda: layers.RandomRotation(0.2), shape=(4, 5, 2))
    yield image_case("zoom one", lambda: layers.RandomZoom(0.2), shape=(4, 5, 2))
    first = {"data_format": "channels_first", "seed": 1}
    shape = (2, 2, 4, 5)
    yield image_case("rotation first", lambda: layers.RandomRotation(0.2, **first), shape=shape, mask=False)
    yield image_case("zoom first", lambda: layers.RandomZoom(0.2, **first), shape=shape, mask=False)
    yield image_case("translation first", lambda: layers.RandomTranslation(0.2, 0.2, **first), shape=shape, mask=False)
    yield image_case("flip first", lambda: layers.RandomFlip(**first), shape=shape, mask=False)


def generate():
    write_cases("augmentation", "augmentation", [*sizes(), *moves()])
