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


def audio_cases():
    for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
        yield layer_case(f"stft {mode}", lambda: layers.STFTSpectrogram(mode, 6, 3), [(2, 14, 1)])
    options = {"frame_length": 4, "window": "hamming", "scaling": "spectrum", "periodic": True}
    yield layer_case("stft channels", lambda: layers.STFTSpectrogram("magnitude", **options), [(2, 10, 2)])
    yield layer_case(
        "stft expanded same",
        lambda: layers.STFTSpectrogram("magnitude", 4, 3, 8, expand_dims=True, padding="same"),
        [(1, 10, 2)],
    )
    first = {"data_format": "channels_first"}
    yield layer_case("stft first", lambda: layers.STFTSpectrogram("psd", 4, **first), [(2, 2, 10)])
    yield layer_case("stft first expanded", lambda: layers.STFTSpectrogram("stft", 4, expand_dims=True, **first), [(1, 2, 9)])
    small = {"fft_length": 16, "sequence_stride": 5, "num_mel_bins": 4, "sampling_rate": 100, "min_freq": 5.0}
    yield layer_case("mel", lambda: layers.MelSpectrogram(**small), [(2, 24)])
    yield layer_case("mel powers", lambda: layers.MelSpectrogram(power_to_db=False, mag_exp=1.0, **small), [(2, 24)])
    yield layer_case(
        "mel short pieces",
        lambda: layers.MelSpectrogram(sequence_length=10, window="hamming", top_db=5.0, ref_power=2.0, **small),
        [(1, 24)],
    )
    yield layer_case("mel one", lambda: layers.MelSpectrogram(max_freq=40.0, **small), [(24,)])


def pipeline_cases():
    def build():
        return layers.Pipeline([layers.Rescaling(0.5), layers.Rescaling(-2.0, 1.0)])

    case = layer_case("pipeline", build, [(2, 3)])
    # The port builds layers inside others when the outer one is built.
    for inner in case["layer"]["config"]["layers"]:
        inner.pop("build_config", None)
    yield case


def generate():
    write_cases("layers-preprocessing", "layers", [*fixed_cases(), *pipeline_cases()])
    write_cases("layers-audio", "layers", list(audio_cases()))
