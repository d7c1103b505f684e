"""keras.ops.image: test/golden/ops-image.json."""

import keras
import numpy as np
from op_cases import Cases


def resizing(cases):
    small = cases.uniform("small image", (1, 4, 5, 2), 0, 1)
    for interpolation in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        for size in ((7, 3), (2, 10)):
            cases.add("resize", small, size, about=f"{interpolation} {size}", interpolation=interpolation)
    cases.add("resize", small, (2, 3), about="antialias", antialias=True)
    cases.add("resize", small, (2, 3), about="antialias bicubic", antialias=True, interpolation="bicubic")
    cases.add("resize", small[0], (3, 3), about="one image, crop", crop_to_aspect_ratio=True)
    cases.add("resize", small, (4, 2), about="crop wide", crop_to_aspect_ratio=True)
    cases.add("resize", small, (6, 3), about="pad", pad_to_aspect_ratio=True, fill_value=0.5)
    cases.add("resize", small, (3, 9), about="pad wide", pad_to_aspect_ratio=True)
    cases.add("resize", small.transpose(0, 3, 1, 2), (3, 3), about="channels first", data_format="channels_first")
    pixels = cases.random("pixels").integers(0, 256, (1, 3, 3, 1)).astype("uint8")
    cases.add("resize", pixels, (5, 4), about="uint8 bicubic", interpolation="bicubic")
    for method in ("linear", "cubic", "lanczos3", "lanczos5"):
        cases.add(
            "scale_and_translate", small, (1, 6, 4, 2), np.array([1.5, 0.7], "float32"), np.array([0.5, -1.25], "float32"),
            (1, 2), method, about=method, gradient=False,
        )
    cases.add(
        "scale_and_translate", small, (1, 2, 5, 2), np.array([0.5], "float32"), np.array([0.0], "float32"), (1,), "linear",
        about="no antialias", antialias=False, gradient=False,
    )


def colours(cases):
    image = cases.uniform("colours", (2, 3, 2, 3), 0, 1)
    grey = np.array([[[0.5, 0.5, 0.5], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0.5]]], "float32")
    for op in ("rgb_to_grayscale", "rgb_to_hsv", "hsv_to_rgb"):
        cases.add(op, image)
        cases.add(op, np.moveaxis(image, -1, 1), about="channels first", data_format="channels_first")
    cases.add("rgb_to_hsv", grey, about="corners", gradient=False)
    cases.add("rgb_to_grayscale", (image * 255).astype("uint8"), about="uint8")


def borders(cases):
    image = cases.uniform("borders", (2, 4, 5, 2))
    cases.add("pad_images", image, 1, 2, 0, 1, about="sides")
    cases.add("pad_images", image, 1, None, None, 2, 6, 9, about="targets")
    cases.add("pad_images", image[0], None, 0, 1, None, 7, 6, about="one image")
    cases.add("pad_images", np.moveaxis(image, -1, 1), 1, 2, 0, 1, about="channels first", data_format="channels_first")
    cases.add("crop_images", image, 1, 2, 0, 1, about="sides")
    cases.add("crop_images", image, 1, None, None, 2, 2, 2, about="targets")
    cases.add("crop_images", image[0], None, 0, 1, None, 2, 3, about="one image")


def patches(cases):
    image = cases.uniform("patches", (1, 5, 4, 2))
    cases.add("extract_patches", image, 2)
    cases.add("extract_patches", image, (3, 2), about="same", strides=(2, 1), padding="same")
    cases.add("extract_patches", image[0], 2, about="one image, dilated", strides=1, dilation_rate=2)
    cases.add("extract_patches", np.moveaxis(image, -1, 1), (2, 3), about="channels first", strides=1, data_format="channels_first")
    volume = cases.uniform("volume", (1, 3, 3, 4, 1))
    cases.add("extract_patches_3d", volume, 2)
    cases.add("extract_patches_3d", volume, (2, 1, 3), about="same", strides=(1, 2, 2), padding="same")


def sampling(cases):
    values = cases.uniform("values", (4, 3))
    places = cases.uniform("places", (2, 2, 5), -3, 6)
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
        for order in (0, 1):
            cases.add("map_coordinates", values, places, order, about=f"{mode} {order}", fill_mode=mode, fill_value=0.25)
    line = np.arange(5, dtype="float32")
    halves = np.array([[0.5, 1.5, 2.5, -0.5, 3.49]], "float32")
    cases.add("map_coordinates", line, halves, 0, about="halves", gradient=False)
    whole = np.arange(12, dtype="int32").reshape(4, 3)
    cases.add("map_coordinates", whole, np.array([[0.5, 1.2], [0.3, 1.9]], "float32"), 1, about="whole numbers")
    cube = cases.uniform("cube", (2, 3, 2))
    cases.add("map_coordinates", cube, cases.uniform("in cube", (3, 4), 0, 2), 1, about="three axes")


def transforms(cases):
    image = cases.uniform("moved image", (2, 4, 5, 2))
    one = np.array([0.9, 0.2, 0.5, -0.1, 1.1, -0.3, 0, 0], "float32")
    two = np.stack([one, np.array([1, 0, 1.3, 0, 1, -0.7, 0, 0], "float32")])
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
        # Lists have no gradient: Keras's last two numbers multiply the channel's number, ours do nothing.
        cases.add("affine_transform", image, two.tolist(), about=mode, fill_mode=mode, fill_value=0.5)
    cases.add("affine_transform", image[0], one.tolist(), about="one image, nearest", interpolation="nearest")
    first = np.moveaxis(image, -1, 1)
    cases.add("affine_transform", first, two.tolist(), about="channels first", data_format="channels_first")
    start = np.array([[0, 0], [4, 0], [0, 3], [4, 3]], "float32")
    end = np.array([[0.5, 0.2], [3.7, 0.1], [0.3, 2.9], [3.6, 2.4]], "float32")
    cases.add("perspective_transform", image[0], start, end, gradient=False)
    both = (np.stack([start, end]), np.stack([end, start]))
    cases.add("perspective_transform", image, *both, about="nearest", interpolation="nearest", fill_value=0.5, gradient=False)


def filters(cases):
    image = cases.uniform("filtered", (1, 5, 6, 2))
    # Without a data format Keras's blur takes the channels to stand first, unlike every other op.
    cases.add("gaussian_blur", image, data_format="channels_last")
    cases.add("gaussian_blur", image[0], (5, 3), (1.5, 0.5), about="oblong", data_format="channels_last")
    cases.add("gaussian_blur", np.moveaxis(image, -1, 1), about="channels first", data_format="channels_first")
    cases.add("sobel_edges", image)
    cases.add("sobel_edges", np.moveaxis(image, -1, 1), about="channels first", data_format="channels_first")
    a, b = cases.uniform("ssim a", (2, 8, 8, 1), 0, 1), cases.uniform("ssim b", (2, 8, 8, 1), 0, 1)
    cases.add("ssim", a, b, filter_size=5)
    cases.add("ssim", a[0], b[0], about="one image", max_val=2.0, filter_size=3, filter_sigma=0.8, k1=0.02, k2=0.05)


def generate():
    cases = Cases(keras.ops.image)
    for family in (resizing, colours, borders, patches, sampling, transforms, filters):
        family(cases)
    cases.write("ops-image")
