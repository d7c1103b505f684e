"""keras.utils.bounding_boxes: test/golden/ops-bounding-boxes.json."""

import keras
import numpy as np
from op_cases import Cases

FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")


def corners(cases, name, shape, size=10.0):
    """Boxes [..., 4] with left < right and top < bottom."""
    start = cases.uniform(f"{name} start", (*shape, 2), -1, 0.6 * size)
    return np.concatenate([start, start + cases.uniform(f"{name} size", (*shape, 2), 1, 0.6 * size)], -1)


def formats(cases):
    boxes = corners(cases, "formats", (2, 2))
    size = {"height": 8, "width": 10}
    for name in FORMATS[1:]:
        cases.add("convert_format", boxes, "xyxy", name, about=f"to {name}", **size)
        cases.add("convert_format", boxes / 10, name, "xyxy", about=f"from {name}", **size)
    cases.add("convert_format", boxes[0] / 10, "rel_xywh", "rel_yxyx", about="relative to relative", **size)
    cases.add("convert_format", boxes[0], "center_yxhw", "xywh", about="without a size")


def geometry(cases):
    boxes = corners(cases, "geometry", (2, 3))
    labels = np.array([[1, 2, 3], [4, 5, 6]], "int32")
    outside = boxes.copy()
    outside[0, 1] = [-5, 1, -2, 4]
    given = {"boxes": outside, "labels": labels}
    cases.add("clip_to_image_size", given, 6, 7)
    relative = {"boxes": outside / 8, "labels": labels}
    cases.add("clip_to_image_size", relative, about="relative", bounding_box_format="rel_xyxy")
    cases.add("crop", boxes, 1, 2, 4, 5)
    cases.add("crop", boxes[0], 2, 1, 6, 3, about="one image")
    cases.add("pad", boxes, 3, 2)
    zero, one = np.zeros(2, "float32"), np.ones(2, "float32")
    # angle, translations, scale, shears, height, width
    turn = (np.array([30, -75], "float32"), zero, zero, one, zero, zero, 8, 10)
    cases.add("affine_transform", boxes, *turn, about="angle")
    other = (zero, 0.2 * one, -0.1 * one, np.array([0.7, 1.6], "float32"), 12 * one, -8 * one, 8, 10)
    cases.add("affine_transform", boxes, *other, about="shift, scale, shear")
    both = (turn[0], other[1], other[2], other[3], other[4], other[5], 8, 10, 0.1, 0.8)
    cases.add("affine_transform", boxes, *both, about="all about a point")


def overlaps(cases):
    first, second = corners(cases, "first", (2, 3)), corners(cases, "second", (2, 2))
    cases.add("compute_iou", first, second, "xyxy")
    cases.add("compute_iou", first[0], second[0], "xywh", about="one image")
    cases.add("compute_iou", first[0], second, "yxyx", about="one list for all")
    cases.add("compute_iou", first / 10, second[1] / 10, "rel_center_xywh", about="relative", image_shape=(8, 10, 3))
    padded = second.copy()
    padded[1, 1] = -1
    cases.add("compute_iou", first, padded, "xyxy", about="masked", use_masking=True, mask_val=-2)
    cases.add("compute_ciou", first[0], first[1], "xyxy")
    cases.add("compute_ciou", first, first[:, ::-1] + 0.5, "center_xywh", about="batch")


def deltas(cases):
    anchors, boxes = corners(cases, "anchors", (3,)), corners(cases, "boxes", (2, 3))
    changes = cases.uniform("changes", (2, 3, 4), -0.5, 0.5)
    plain = ("xyxy", "xywh")
    relative = ("rel_xyxy", "rel_yxyx")
    rest = {"variance": [0.1, 0.1, 0.2, 0.2], "image_shape": (8, 10, 3)}
    cases.add("encode_box_to_deltas", anchors, boxes, *plain)
    cases.add("encode_box_to_deltas", anchors / 10, boxes / 10, *relative, "center_xywh", about="relative", **rest)
    cases.add("decode_deltas_to_boxes", anchors, changes, *plain)
    cases.add("decode_deltas_to_boxes", anchors / 10, changes, *relative, "center_xywh", about="relative", **rest)


def generate():
    cases = Cases(keras.utils.bounding_boxes)
    for family in (formats, geometry, overlaps, deltas):
        family(cases)
    cases.write("ops-bounding-boxes")
