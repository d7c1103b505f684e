"""Pictures and folders of files: test/golden/pictures.json. Needs pillow and grain beside Keras."""

import base64
import io
import os
import tempfile
from pathlib import Path

import numpy as np
from keras import utils
from keras.preprocessing.image import smart_resize
from PIL import Image
from record import array, write_cases

random = np.random.RandomState(5)
SMALL = random.randint(0, 256, (5, 7, 4)).astype("uint8")


def gradient(height, width):
    """Smooth, so that decoders of JPEG differ by little."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([y * 255 / height, x * 255 / width, 255 - (x + y) * 200 / (height + width)], -1).astype("uint8")


def packed(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, format=kind, **options)
    return stream.getvalue()


def files():
    colour = Image.fromarray(SMALL[:, :, :3], "RGB")
    clear = Image.fromarray(SMALL, "RGBA")
    grey = Image.fromarray(SMALL[:, :, 0], "L")
    palette = colour.quantize(11)
    yield "grey.png", packed(grey, "png")
    yield "colour.png", packed(colour, "png")
    yield "clear.png", packed(clear, "png")
    yield "palette.png", packed(palette, "png")
    yield "palette-clear.png", packed(palette, "png", transparency=3)
    yield "grey-clear.png", packed(clear.convert("LA"), "png")
    yield "hole.png", packed(colour, "png", transparency=tuple(int(v) for v in SMALL[1, 2, :3]))
    yield "bits.png", packed(grey.convert("1"), "png")
    yield "colour.bmp", packed(colour, "bmp")
    yield "grey.bmp", packed(grey, "bmp")
    yield "bits.bmp", packed(grey.convert("1"), "bmp")
    yield "clear.bmp", packed(clear, "bmp")
    yield "noise.gif", packed(Image.fromarray(random.randint(0, 256, (17, 30)).astype("uint8"), "L"), "gif")
    yield "straight.gif", packed(palette, "gif", interlace=0)
    yield "clear.gif", packed(palette, "gif", transparency=2)
    yield "colour.jpg", packed(Image.fromarray(gradient(11, 13)), "jpeg", quality=95)
    yield "grey.jpg", packed(Image.fromarray(gradient(11, 13)).convert("L"), "jpeg", quality=95)
    yield "progressive.jpg", packed(Image.fromarray(gradient(11, 13)), "jpeg", quality=95, progressive=True, subsampling=0)
    sharp = Image.fromarray(gradient(11, 19)).rotate(30)
    yield "half.jpg", packed(sharp, "jpeg", quality=60, subsampling=1)
    yield "quarter.jpg", packed(sharp, "jpeg", quality=60, progressive=True, restart_marker_blocks=2)
    yield "print.jpg", packed(sharp.convert("CMYK"), "jpeg", quality=95)


def load_cases(folder):
    sizes = (
        {"target_size": (3, 9)},
        {"target_size": (3, 9), "interpolation": "bilinear"},
        {"target_size": (9, 4), "interpolation": "bicubic"},
        {"target_size": (2, 3), "interpolation": "lanczos"},
        {"target_size": (4, 3), "keep_aspect_ratio": True},
        {"target_size": (4, 3), "interpolation": "bilinear", "keep_aspect_ratio": True},
    )
    for name, content in files():
        (folder / name).write_bytes(content)
        yield {"name": name, "file": name, "base64": base64.b64encode(content).decode()}
        is_small = name.endswith((".png", ".bmp")) or name == "clear.gif"
        modes = [{"color_mode": mode} for mode in (("grayscale", "rgb", "rgba") if is_small else ("rgb",))]
        for options in modes + (list(sizes) if name == "colour.png" else []):
            image = utils.load_img(folder / name, **options)
            yield {
                "name": f"load_img {name} {options}",
                "utility": "load_img",
                "path": name,
                "options": options,
                "result": array(utils.img_to_array(image)),
            }


def array_cases():
    floats = random.uniform(-3, 300, (3, 4, 3)).astype("float32")
    for name, x, options in (
        ("default", floats, {}),
        ("grey", floats[:, :, :1], {}),
        ("flat", np.full((2, 2, 3), 7, "float32"), {}),
        ("as they are", np.abs(floats) % 256, {"scale": False}),
        ("channels first", floats, {"data_format": "channels_first"}),
    ):
        image = utils.array_to_img(x, **options)
        yield {"name": f"array_to_img {name}", "utility": "array_to_img", "input": array(x), "options": options, "result": array(np.asarray(image).reshape(image.size[1], image.size[0], -1))}
    picture = utils.array_to_img(floats)
    for options in ({}, {"data_format": "channels_first"}):
        yield {"name": f"img_to_array {options}", "utility": "img_to_array", "input": array(np.asarray(picture)), "options": options, "result": array(utils.img_to_array(picture, **options))}
    for shape, size, options in (
        ((5, 8, 3), (3, 3), {}),
        ((2, 8, 5, 1), (4, 6), {"interpolation": "nearest"}),
        ((3, 6, 5), (4, 4), {"data_format": "channels_first", "interpolation": "bicubic"}),
    ):
        x = random.uniform(0, 255, shape).astype("float32")
        result = smart_resize(x, size, **options)
        yield {"name": f"smart_resize {shape} {size} {options}", "utility": "smart_resize", "input": array(x), "size": size, "options": options, "result": array(result)}


def save_cases(folder):
    """What save_img writes, as Pillow reads it again."""
    floats = gradient(6, 5).astype("float32")
    grey = floats[:, :, :1]
    clear = np.concatenate([floats, grey[::-1]], -1)
    choices = {
        "colour.png": (floats, {}),
        "grey.png": (grey, {}),
        "clear.png": (clear, {}),
        "as-it-is.png": (floats, {"scale": False}),
        "first.png": (floats.transpose(2, 0, 1), {"data_format": "channels_first"}),
        "colour.bmp": (floats, {}),
        "grey.bmp": (grey, {"scale": False}),
        "colour.jpg": (gradient(9, 12).astype("float32"), {"scale": False}),
        "clear.jpg": (clear, {"scale": False}),
        "named.png": (floats, {"file_format": "bmp"}),
    }
    for name, (x, options) in choices.items():
        path = folder / f"saved-{name}"
        utils.save_img(path, x, **options)
        with Image.open(path) as image:
            kind, result = image.format, np.asarray(image)
        yield {
            "name": f"save_img {name} {options}",
            "utility": "save_img",
            "path": name,
            "input": array(x),
            "options": options,
            "format": kind,
            "result": array(result.reshape(*result.shape[:2], -1)),
        }


PLACES = ("b/2.png", "b/10.png", "b/deep/1.PNG", "b/deep-/1.png", "a/x.png", "a/note.txt", "C/1.png", "C/é.png", "C/2.jpg.png", ".hidden/1.png", "top.png")


def place_pictures(folder):
    contents = {}
    for number, place in enumerate(PLACES):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        if place.endswith(".txt"):
            content = b"no picture"
        else:
            pixels = random.randint(0, 256, (4 + number % 3, 5 + number % 4, 3)).astype("uint8")
            content = packed(Image.fromarray(pixels), "png")
        (folder / place).write_bytes(content)
        contents[place] = base64.b64encode(content).decode()
    return contents


def batches(dataset, has_labels, values):
    for batch in dataset:
        x, y = batch if has_labels else (batch, None)
        yield {"x": values(x), "y": None if y is None else array(y)}


def folder_case(function, folder, contents, options, values=array):
    dataset = function(folder, format="grain", verbose=False, **options)
    parts = dataset if isinstance(dataset, list) else [dataset]
    mixed = options.get("shuffle", True)
    has_labels = options.get("labels", "inferred") is not None and options.get("label_mode", "int") is not None
    return {
        "name": f"{function.__name__} {options}",
        "utility": function.__name__,
        "options": options,
        "parts": [
            {
                "classNames": part.class_names,
                "paths": [os.path.relpath(path, folder) for path in getattr(part, "file_paths", [])],
                # The order of batches is the data library's own, so mixed ones are not written down.
                "batches": None if mixed else list(batches(part, has_labels, values)),
            }
            for part in parts
        ],
    }


def folder_cases(folder):
    contents = place_pictures(folder)
    yield {"name": "files", "files": contents}
    plain = {"shuffle": False, "image_size": (3, 4)}
    for options in (
        {**plain, "batch_size": 3},
        {**plain, "label_mode": "categorical", "interpolation": "nearest", "color_mode": "grayscale"},
        {**plain, "label_mode": "binary", "class_names": ["b", "C"], "interpolation": "bicubic", "batch_size": 2},
        {**plain, "labels": None, "color_mode": "rgba", "crop_to_aspect_ratio": True, "batch_size": 4},
        {**plain, "labels": [3, 1, 3, 1, 1, 2, 3, 1, 1, 2], "pad_to_aspect_ratio": True, "batch_size": 5},
        {**plain, "label_mode": None, "data_format": "channels_first", "interpolation": "lanczos3", "batch_size": 4},
        {**plain, "batch_size": None, "class_names": ["a"]},
        {**plain, "validation_split": 0.4, "subset": "both", "interpolation": "nearest", "color_mode": "grayscale"},
        {"seed": 7, "image_size": 3},
        {"seed": 123456789, "validation_split": 0.3, "subset": "training"},
        {"seed": 123456789, "validation_split": 0.3, "subset": "validation"},
        {"seed": 3, "validation_split": 0.5, "subset": "both", "labels": None},
    ):
        yield folder_case(utils.image_dataset_from_directory, folder, contents, options)


TEXTS = {"pos/1.txt": "what a film", "pos/2.txt": "", "neg/a.txt": "what a pity 𝄞 indeed", "neg/b.txt": "no\nway"}


def text_cases(folder):
    for place, text in TEXTS.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text)
    yield {"name": "texts", "texts": TEXTS}
    for options in (
        {"shuffle": False, "batch_size": 3},
        {"shuffle": False, "max_length": 14, "label_mode": "binary"},
        {"shuffle": False, "labels": None},
    ):
        yield folder_case(utils.text_dataset_from_directory, folder, TEXTS, options, list)


def order_cases():
    for count, seed in ((1000, 0), (1000, 4294967295), (5, 99), (2, 1)):
        order = np.arange(count)
        np.random.RandomState(seed).shuffle(order)
        yield {"name": f"order {count} {seed}", "count": count, "seed": seed, "order": order[:20].tolist()}


def generate():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = [*load_cases(folder), *array_cases(), *save_cases(folder), *folder_cases(folder / "pictures"), *text_cases(folder / "texts"), *order_cases()]
    write_cases("pictures", "pictures", cases)
