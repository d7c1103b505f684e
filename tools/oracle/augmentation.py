"""Layers of images: what each does to images and masks with numbers that Keras has drawn."""

import random as py_random

import jax
import keras
import numpy as np
from keras import layers
from keras.src.backend.jax import image as backend_image
from record import array, generator, serialise, uniform, write_cases

SHAPE = (2, 3, 4, 1)


def named(transformation, names):
    """The drawn arrays by name; other things that Keras passes on are left out."""
    if transformation is None:
        return None
    if not isinstance(transformation, dict):
        parts = transformation if isinstance(transformation, tuple) else (transformation,)
        transformation = dict(zip(names, parts))
    if "chain_transforms" in transformation:
        transformation = chains(transformation)
    if "transforms" in transformation:
        parts = transformation["transforms"].items()
        inner = {f"{part}.{key}": value for part, drawn in parts for key, value in (drawn or {}).items()}
        transformation = {**inner, "layer_idxes": transformation["layer_idxes"]}
    arrays = {key: value for key, value in transformation.items() if hasattr(value, "dtype") or key in names}
    return {key: array(value) for key, value in arrays.items()}


def chains(transformation):
    """The changes of each place of a chain by number, the next after the last for none, and what they drew."""
    from keras.src.layers.preprocessing.image_preprocessing.aug_mix import AUGMENT_LAYERS_ALL as names

    rows = transformation["chain_transforms"]
    depth = max(len(row) for row in rows)
    found = {key: transformation[key] for key in ("chain_mixing_weights", "weight_sample")}
    numbers = np.full((len(rows), depth), len(names), "int32")
    for chain, row in enumerate(rows):
        for place, step in enumerate(row):
            numbers[chain, place] = names.index(step["layer_name"])
            for key, value in (step["transformation"] or {}).items():
                found[f"{chain}.{place}.{step['layer_name']}.{key}"] = value
    return {**found, "layer_idxes": numbers}


def noise_of(run, shape):
    """What `run` gives, and the normal numbers that Keras draws in it for an elastic transform."""
    keys, draw_seed = [], backend_image.draw_seed

    def recorded(seed):
        keys.append(draw_seed(seed))
        return keys[-1]

    backend_image.draw_seed = recorded
    try:
        output = run()
    finally:
        backend_image.draw_seed = draw_seed
    return output, np.asarray(jax.random.normal(keys[0], shape, "float32"))


def image_case(name, build, shape=SHAPE, high=255, names=(), dtype="float32", mask=True, labels=False):
    keras.utils.clear_session(free_memory=False)
    random = generator(name)
    images = random.integers(0, 256, shape).astype(dtype) if high == 255 else uniform(random, shape, 0.0, high)
    layer = build()
    drawn = layer.get_random_transformation(images, training=True)
    single = len(shape) == 3
    transform = layer.transform_single_image if single else layer.transform_images
    numbers = named(drawn, names)
    run = lambda: transform(images, drawn, training=True)
    if isinstance(layer, layers.RandomElasticTransform):
        output, noise = noise_of(run, shape[:3])
        numbers["noise"] = array(noise)
    else:
        output = run()
    record = {
        "name": name,
        "layer": serialise(layer),
        "input": array(images),
        "transformation": numbers,
        "output": array(output),
    }
    idle = np.asarray(transform(images, drawn, training=False))
    if not np.array_equal(idle, images):
        record["inference"] = "output" if np.array_equal(idle, np.asarray(output)) else array(idle)
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
    yield image_case("resizing one", lambda: layers.Resizing(3, 8), shape=(3, 4, 1))
    first = "channels_first"
    yield image_case("resizing first", lambda: layers.Resizing(3, 8, data_format=first), shape=(1, 2, 3, 4), mask=False)
    yield image_case("center crop", lambda: layers.CenterCrop(2, 3))
    yield image_case("center crop odd", lambda: layers.CenterCrop(3, 4))
    yield image_case("center crop small", lambda: layers.CenterCrop(8, 4))
    yield image_case("center crop bytes", lambda: layers.CenterCrop(3, 3), dtype="uint8")
    yield image_case("center crop one", lambda: layers.CenterCrop(3, 3), shape=(3, 4, 1))
    names = ("top", "left")
    yield image_case("random crop", lambda: layers.RandomCrop(3, 4, seed=1), names=names)
    yield image_case("random crop small", lambda: layers.RandomCrop(7, 4, seed=1), names=names)
    yield image_case("random crop one side", lambda: layers.RandomCrop(4, 2, seed=1), names=names)
    yield image_case("random crop one", lambda: layers.RandomCrop(3, 4, seed=1), shape=(3, 4, 1), names=names)


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
    yield image_case("rotation one", lambda: layers.RandomRotation(0.2), shape=(3, 4, 1))
    yield image_case("zoom one", lambda: layers.RandomZoom(0.2), shape=(3, 4, 1))
    first = {"data_format": "channels_first", "seed": 1}
    shape = (1, 2, 3, 4)
    yield image_case("rotation first", lambda: layers.RandomRotation(0.2, **first), shape=shape, mask=False)
    yield image_case("zoom first", lambda: layers.RandomZoom(0.2, **first), shape=shape, mask=False)
    yield image_case("translation first", lambda: layers.RandomTranslation(0.2, 0.2, **first), shape=shape, mask=False)
    yield image_case("flip first", lambda: layers.RandomFlip(**first), shape=shape, mask=False)


RGB = (2, 2, 3, 3)


def colours():
    def case(name, build, shape=RGB, **options):
        return image_case(name, build, shape, mask=False, **options)

    part = {"value_range": (0, 1), "seed": 1}
    one = {"high": 1.0}
    for kind in (layers.RandomBrightness, layers.RandomContrast, layers.RandomColorDegeneration, layers.RandomHue):
        name = kind.__name__
        yield case(f"{name} bytes", lambda: kind(0.4, seed=2))
        yield case(f"{name} range", lambda: kind((0.1, 0.3), **part), **one)
        yield case(f"{name} one", lambda: kind(0.4, seed=2), shape=(3, 4, 3))
    yield case("RandomBrightness first", lambda: layers.RandomBrightness(0.4, data_format="channels_first"), (2, 3, 3, 4))
    yield case("RandomContrast first", lambda: layers.RandomContrast(0.4, data_format="channels_first"), (2, 3, 3, 4))
    yield case("RandomSaturation", lambda: layers.RandomSaturation((0.3, 0.8), **part), **one)
    yield case("RandomHue first", lambda: layers.RandomHue(0.4, data_format="channels_first"), (2, 3, 3, 4))
    yield case("RandomGrayscale", lambda: layers.RandomGrayscale(0.5, seed=3), (4, 2, 3, 3), names=("should_apply",))
    yield case("RandomInvert", lambda: layers.RandomInvert((0.4, 0.6), seed=3), (4, 2, 3, 2))
    yield case("RandomInvert range", lambda: layers.RandomInvert(1.0, (0, 1), seed=3), (4, 2, 3, 2), **one)
    yield case("RandomPosterization", lambda: layers.RandomPosterization((2, 6), seed=3), (3, 3, 3, 1))
    yield case("RandomPosterization range", lambda: layers.RandomPosterization(3, (0, 1), seed=3), (3, 3, 3, 1), **one)
    yield case("Solarization", lambda: layers.Solarization(0.3, 0.7, seed=3))
    yield case("Solarization range", lambda: layers.Solarization((0.1, 0.3), 0.7, (0, 1), seed=3), **one)
    yield case("RandomSharpness", lambda: layers.RandomSharpness((0, 1), seed=3))
    yield case("RandomSharpness first", lambda: layers.RandomSharpness(0.9, data_format="channels_first"), (2, 3, 3, 4))
    yield case("RandomGaussianBlur", lambda: layers.RandomGaussianBlur((0.6, 1), (5, 3), (0.4, 0.9), seed=3))
    yield case("RandomGaussianBlur one", lambda: layers.RandomGaussianBlur((1, 1), seed=3))
    yield case("AutoContrast", lambda: layers.AutoContrast())
    yield case("AutoContrast range", lambda: layers.AutoContrast((0, 1)), **one)
    yield case("AutoContrast first", lambda: layers.AutoContrast(data_format="channels_first"), (2, 3, 3, 4))
    yield case("Equalization", lambda: layers.Equalization())
    yield case("Equalization range", lambda: layers.Equalization((0, 1), bins=12), **one)
    yield case("RandomErasing colour", lambda: layers.RandomErasing((0.9, 1), (0.1, 0.5), 7.0, seed=1), (3, 4, 5, 3))
    yield case("RandomErasing noise", lambda: layers.RandomErasing((1, 1), (0.2, 0.6), seed=1), (2, 4, 3, 1))
    yield image_case("RandomPerspective", lambda: layers.RandomPerspective((0.7, 1), 0.6, seed=1))
    yield image_case("RandomPerspective nearest", lambda: layers.RandomPerspective(1, 1.0, "nearest", 4.0, seed=1))


def mixtures():
    yield image_case("MixUp", lambda: layers.MixUp(0.6, seed=1), (3, 3, 4, 2), mask=False, labels=True)
    yield image_case("CutMix", lambda: layers.CutMix((0.5, 1), seed=1), (3, 4, 5, 1), labels=True)
    for seed in (1, 2, 5):
        yield image_case(f"RandAugment {seed}", lambda: layers.RandAugment(num_ops=3, factor=0.4, seed=seed), RGB)
    for seed, options in ((1, {}), (2, {"num_chains": 2, "chain_depth": 4, "factor": (0.1, 0.5), "alpha": 0.7})):
        py_random.seed(seed)
        yield image_case(f"AugMix {seed}", lambda: layers.AugMix(seed=seed, **options), RGB)


def further():
    def plain(name, build, *arguments, **options):
        return image_case(name, build, *arguments, mask=False, **options)

    elastic = layers.RandomElasticTransform
    yield plain("elastic", lambda: elastic((1, 1), (1, 1), seed=2), (2, 20, 3, 1))
    yield plain("elastic mirror", lambda: elastic((0.5, 0.7), fill_mode="mirror", seed=1), (3, 4, 5, 1))
    yield plain("elastic nearest", lambda: elastic((1, 1), (0.9, 1), "nearest", "constant", 9.0, seed=1), (1, 4, 6, 1))
    # Equal ends leave one number to draw; a hue of 1 is half a turn either way.
    fixed = {"brightness_factor": (0.2, 0.2), "contrast_factor": (-0.3, 0.3), "saturation_factor": (0.4, 0.4)}
    yield plain("RandomColorJitter", lambda: layers.RandomColorJitter(hue_factor=(1, 1), **fixed), RGB)
    yield plain("RandomColorJitter range", lambda: layers.RandomColorJitter((0, 1), **fixed), RGB, high=1.0)
    tiles = layers.ContrastLimitedAdaptiveHistogramEqualization
    yield plain("tiles", lambda: tiles(tile_grid_size=(2, 2)), (1, 6, 6, 1))
    yield plain("tiles padded", lambda: tiles(clip_limit=40.0, tile_grid_size=(2, 3)), (2, 5, 7, 2))
    yield plain("tiles no limit", lambda: tiles((0, 1), 0, (2, 2)), (1, 4, 6, 1), high=1.0)
    yield plain("tiles bytes", lambda: tiles(tile_grid_size=(1, 2)), (1, 3, 4, 1), dtype="uint8")
    yield plain("tiles first", lambda: tiles(tile_grid_size=(2, 1), data_format="channels_first"), (1, 2, 4, 3))


def generate():
    write_cases("augmentation", "augmentation", [*sizes(), *moves(), *colours(), *mixtures(), *further()])
