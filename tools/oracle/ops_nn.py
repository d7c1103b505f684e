"""keras.ops's neural functions: test/golden/ops-nn.json."""

import keras
import numpy as np
from op_cases import Cases

ACTIVATIONS = (
    "relu relu6 sigmoid softplus softsign silu swish log_sigmoid leaky_relu hard_sigmoid hard_silu hard_swish elu selu "
    "celu gelu hard_tanh hard_shrink soft_shrink tanh_shrink squareplus sparse_plus sparse_sigmoid softmax log_softmax sparsemax glu"
)


def activations(cases):
    for op in ACTIVATIONS.split():
        cases.add(op, cases.uniform(op, (3, 4), -3, 3))
    x = cases.uniform("activated", (3, 4), -3, 3)
    cases.add("threshold", x, 0.3, -1.0)
    cases.add("gelu", x, about="exact", approximate=False)
    cases.add("gelu", np.array([-30, -20, -10, 10, 30], "float32"), about="far")
    cases.add("softmax", x, about="axis", axis=0)
    cases.add("sparsemax", x, about="axis", axis=0)
    cases.add("leaky_relu", x, about="slope", negative_slope=0.3)
    cases.add("elu", x, about="alpha", alpha=0.5)
    cases.add("celu", x, about="alpha", alpha=0.5)
    cases.add("soft_shrink", x, about="threshold", threshold=1.0)
    cases.add("hard_shrink", x, about="threshold", threshold=1.0)


def windows(cases):
    line, image = cases.uniform("line", (2, 6, 3)), cases.uniform("image", (1, 5, 6, 2))
    cube = cases.uniform("cube", (1, 4, 4, 4, 1))
    for op in ("average_pool", "max_pool"):
        cases.add(op, line, (2,), strides=(2,), about="line")
        cases.add(op, image, (3, 2), about="image", strides=(2, 2), padding="same")
        cases.add(op, cube, (2, 2, 2), about="cube", strides=(2, 2, 2))
    for op in ("adaptive_average_pool", "adaptive_max_pool"):
        cases.add(op, image, (3, 4), gradient=op == "adaptive_average_pool")
    cases.add("conv", line, cases.uniform("k1", (3, 3, 2)), about="line", strides=2, padding="same")
    cases.add("conv", image, cases.uniform("k2", (3, 2, 2, 3)), about="image", dilation_rate=2)
    cases.add("conv_transpose", image, cases.uniform("k3", (3, 2, 3, 2)), strides=2, padding="same")
    cases.add("depthwise_conv", image, cases.uniform("k4", (3, 2, 2, 2)))
    cases.add("separable_conv", image, cases.uniform("k5", (2, 2, 2, 2)), cases.uniform("k6", (1, 1, 4, 3)))
    first = np.moveaxis(image, -1, 1)
    cases.add("unfold", first, 2)
    cases.add("unfold", first, (3, 2), about="options", dilation=(1, 2), padding=(1, 0), stride=(2, 1))
    cases.add("fold", cases.uniform("folded", (1, 8, 6)), (4, 5), (2, 2), stride=(2, 2), padding=(0, 1))
    cases.add("fold", cases.uniform("folded2", (2, 4, 12)), (4, 5), 2, about="overlap")
    cases.add("depth_to_space", cases.uniform("deep", (1, 2, 2, 8)), 2)
    cases.add("space_to_depth", cases.uniform("wide", (1, 4, 4, 2)), 2)
    cases.add("extract_sequences", cases.uniform("signal", (2, 9)), 4, 2)


def norms(cases):
    x = cases.uniform("normed", (2, 3, 4))
    for order in (1, 2, 3):
        cases.add("normalize", x, about=str(order), axis=1, order=order)
    gamma, beta = cases.uniform("gamma", (4,)), cases.uniform("beta", (4,))
    cases.add("layer_normalization", x, gamma, beta)
    cases.add("rms_normalization", x, gamma)
    mean, variance = cases.uniform("mean", (4,)), cases.uniform("variance", (4,), 0.5, 1)
    cases.add("batch_normalization", x, mean, variance, -1, beta, gamma)
    q, k = cases.uniform("query", (2, 3, 2, 4)), cases.uniform("key", (2, 5, 2, 4))
    v = cases.uniform("value", (2, 5, 2, 4))
    cases.add("dot_product_attention", q, k, v)
    mask = cases.random("mask").integers(0, 2, (2, 2, 3, 5)).astype(bool)
    mask[..., 0] = True
    cases.add("dot_product_attention", q, k, v, about="mask, bias, scale", mask=mask, bias=cases.uniform("bias", (2, 2, 3, 5)), scale=0.3)
    cases.add("dot_product_attention", q, q, q, about="causal", is_causal=True)
    cases.add("psnr", x, x * 0.9, 2.0)
    cases.add("multi_hot", np.array([[0, 2], [1, 1]], "int32"), 4)
    cases.add("multi_hot", np.array([0, 2], "int32"), 4, about="vector")


def losses(cases):
    p, t = cases.uniform("p", (3, 4), 0.05, 0.95), cases.uniform("t", (3, 4), 0, 1)
    labels = np.array([1, 3, 0], "int32")
    for logits in (False, True):
        about = "logits" if logits else "probabilities"
        cases.add("binary_crossentropy", t, p, about=about, from_logits=logits)
        cases.add("categorical_crossentropy", t, p, about=about, from_logits=logits)
        cases.add("sparse_categorical_crossentropy", labels, p, about=about, from_logits=logits)
    cases.add("categorical_crossentropy", t, p, about="axis", axis=0)
    frames = cases.uniform("frames", (3, 6, 4), -2, 2)
    targets = np.array([[1, 2, 2], [3, 1, 0], [2, 0, 0]], "int32")
    lengths = (np.array([3, 2, 1], "int32"), np.array([6, 5, 4], "int32"))
    cases.add("ctc_loss", targets, frames, *lengths)
    last = np.array([[1, 2, 2], [2, 1, 0], [2, 0, 0]], "int32")
    cases.add("ctc_loss", last, frames, *lengths, about="mask", mask_index=3)
    cases.add("ctc_decode", frames, lengths[1], gradient=False)
    cases.add("ctc_decode", frames, lengths[1], about="repeated", merge_repeated=False, mask_index=2, gradient=False)
    beam = {"strategy": "beam_search", "gradient": False}
    cases.add("ctc_decode", frames, lengths[1], about="beams", top_paths=3, **beam)
    cases.add("ctc_decode", frames, lengths[1], about="narrow beams", beam_width=3, top_paths=2, mask_index=3, **beam)
    cases.add("ctc_decode", frames, lengths[1], about="beams, blank in the middle", beam_width=6, top_paths=6, mask_index=1, **beam)
    short = cases.uniform("short frames", (2, 3, 3), -1, 1)
    cases.add("ctc_decode", short, np.array([3, 1], "int32"), about="wide beams", beam_width=20, top_paths=3, **beam)
    cases.add("ctc_decode", short[:, :1], np.array([1, 0], "int32"), about="beams, one frame", beam_width=2, top_paths=2, **beam)


def generate():
    cases = Cases(keras.ops)
    for family in (activations, windows, norms, losses):
        family(cases)
    cases.write("ops-nn")
