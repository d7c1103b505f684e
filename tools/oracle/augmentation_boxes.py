"""Layers of images: where each puts bounding boxes, with numbers that Keras has drawn."""

import keras
import numpy as np
from augmentation import named
from keras import layers
from record import array, generator, serialise, uniform, write_cases

SHAPE = (2, 8, 10, 1)


def box_case(name, build, box_format, shape=SHAPE, names=(), training=True):
    keras.utils.clear_session(free_memory=False)
    random = generator(f"boxes {name}")
    layer = build(bounding_box_format=box_format)
    images = np.zeros(shape, "float32")
    drawn = layer.get_random_transformation(images, training=training)
    height, width = shape[1:3]
    start = uniform(random, (shape[0], 3, 2), 0.0, 0.6) * np.array([width, height])
    corners = np.concatenate([start, start + uniform(random, start.shape, 1.0, 4.0)], -1).astype("float32")
    # One that stands for none, as padding leaves it.
    corners[-1, -1] = 0
    convert = keras.utils.bounding_boxes.convert_format
    boxes = np.asarray(convert(corners, "xyxy", box_format, height=height, width=width))
    labels = np.arange(shape[0] * 3, dtype="int32").reshape(shape[0], 3)
    labels[-1, -1] = -1
    given = {"boxes": keras.ops.convert_to_tensor(boxes), "labels": keras.ops.convert_to_tensor(labels)}
    output = layer.transform_bounding_boxes(given, drawn, training=training)
    return {
        "name": name,
        "layer": serialise(layer),
        "size": list(shape),
        "training": training,
        "transformation": named(drawn, names),
        "boxes": array(boxes),
        "labels": array(labels),
        "boxesOutput": array(output["boxes"]),
        "labelsOutput": array(output["labels"]),
    }


def sizes():
    def resizing(**options):
        return lambda **given: layers.Resizing(6, 5, **options, **given)

    yield box_case("resizing", resizing(), "xywh")
    yield box_case("resizing pad", resizing(pad_to_aspect_ratio=True), "xyxy")
    yield box_case("resizing pad high", resizing(pad_to_aspect_ratio=True), "rel_xyxy", (1, 9, 4, 1))
    yield box_case("resizing crop", resizing(crop_to_aspect_ratio=True), "yxyx")
    yield box_case("resizing crop high", resizing(crop_to_aspect_ratio=True), "xyxy", (1, 9, 4, 1))
    yield box_case("center crop", lambda **given: layers.CenterCrop(5, 7, **given), "center_xywh")
    yield box_case("center crop small", lambda **given: layers.CenterCrop(12, 9, **given), "rel_xywh")
    yield box_case("center crop inference", lambda **given: layers.CenterCrop(5, 6, **given), "xyxy", training=False)
    names = ("top", "left")
    yield box_case("random crop", lambda **given: layers.RandomCrop(5, 4, seed=1, **given), "xyxy", names=names)
    yield box_case("random crop parts", lambda **given: layers.RandomCrop(12, 4, seed=1, **given), "rel_xyxy", names=names)
    yield box_case("maximum fewer", lambda **given: layers.MaxNumBoundingBoxes(2, **given), "xyxy")
    yield box_case("maximum more", lambda **given: layers.MaxNumBoundingBoxes(4, **given), "xywh")


def moves():
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        yield box_case(f"flip {mode}", lambda **given: layers.RandomFlip(mode, seed=3, **given), "xywh", (4, 8, 10, 1))
    yield box_case("rotation", lambda **given: layers.RandomRotation(0.3, seed=3, **given), "xyxy")
    yield box_case("rotation format", lambda **given: layers.RandomRotation(0.1, seed=3, **given), "rel_xyxy")
    yield box_case("zoom", lambda **given: layers.RandomZoom((-0.4, 0.5), (-0.5, 0.3), seed=3, **given), "xyxy")
    yield box_case("zoom parts", lambda **given: layers.RandomZoom(0.4, seed=3, **given), "rel_yxyx")
    yield box_case("translation", lambda **given: layers.RandomTranslation(0.4, 0.5, seed=3, **given), "center_yxhw")
    yield box_case("shear", lambda **given: layers.RandomShear(0.4, 0.3, seed=3, **given), "xyxy", (4, 8, 10, 1))
    yield box_case("perspective", lambda **given: layers.RandomPerspective((0.6, 0.7), 0.6, seed=2, **given), "xyxy", (4, 8, 10, 1))
    yield box_case("perspective format", lambda **given: layers.RandomPerspective((1, 1), 0.6, seed=2, **given), "xywh")


def others():
    yield box_case("colours", lambda **given: layers.RandomBrightness(0.3, **given), "xyxy")
    yield box_case("MixUp", lambda **given: layers.MixUp(0.6, seed=1, **given), "xyxy")
    for seed in (1, 4):
        build = lambda **given: layers.RandAugment(num_ops=4, factor=0.4, seed=seed, **given)
        yield box_case(f"RandAugment {seed}", build, "xyxy", (2, 8, 10, 3))


def generate():
    write_cases("augmentation-boxes", "augmentation boxes", [*sizes(), *moves(), *others()])
