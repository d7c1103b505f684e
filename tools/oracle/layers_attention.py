"""Attention layers and EinsumDense."""

import numpy as np
from keras import layers
from layer_runs import layer_case
from record import write_cases

TWO = [(2, 2, 3), (2, 3, 3)]
THREE = [*TWO, (2, 3, 2)]
SEVERAL = {"calling": "arguments"}
QUERY_MASK = np.array([[True, False], [True, True]])
VALUE_MASK = np.array([[True, True, False], [False, True, True]])
KEY_MASK = np.array([[True, False, True], [True, True, True]])
SEEN = np.array([[[True, False, True], [False, True, True]]])
HEADS = np.array([[[[True, True, False], [True, True, True]], [[False, True, True], [True, True, True]]]])


def equations():
    yield layer_case("einsum dense", lambda: layers.EinsumDense("ab,bc->ac", 3, bias_axes="c"), [(2, 4)])
    yield layer_case(
        "einsum dense heads",
        lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 3), activation="tanh", bias_axes="de"),
        [(2, 3, 4)],
    )
    adapted = lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 3), lora_rank=1, lora_alpha=3)  # noqa: E731
    yield layer_case("einsum dense adapted", adapted, [(2, 2, 4)])
    yield layer_case("einsum dense no bias", lambda: layers.EinsumDense("abcd,cde->abe", (None, 3)), [(2, 3, 2, 2)])
    yield layer_case("einsum dense left", lambda: layers.EinsumDense("...x,xy->...y", 3, bias_axes="y"), [(2, 2, 3, 4)])
    yield layer_case(
        "einsum dense right", lambda: layers.EinsumDense("abc...,cd->adb...", (3, 2), bias_axes="d"), [(2, 2, 4, 3)]
    )
    yield layer_case(
        "einsum dense bias inside", lambda: layers.EinsumDense("abc,cd->adb", (3, None), bias_axes="d"), [(2, 3, 4)]
    )
    yield layer_case("einsum dense per place", lambda: layers.EinsumDense("abc,bcd->abd", (3, 5), bias_axes="bd"), [(2, 3, 4)])


def plain():
    """Attention and AdditiveAttention."""
    for kind in (layers.Attention, layers.AdditiveAttention):
        name = kind.__name__
        yield layer_case(name, lambda: kind(), TWO, calling="list")
        yield layer_case(f"{name} key", lambda: kind(), [(2, 2, 3), (2, 3, 2), (2, 3, 3)], calling="list")
        yield layer_case(f"{name} other scale", lambda: kind(use_scale=kind is layers.Attention), TWO, calling="list")
        yield layer_case(
            f"{name} scores",
            lambda: kind(dropout=0.3, seed=1),
            TWO,
            calling="list",
            options={"return_attention_scores": True},
        )
        yield layer_case(f"{name} masks", lambda: kind(), TWO, calling="list", masks=[QUERY_MASK, VALUE_MASK])
        yield layer_case(
            f"{name} causal and masks",
            lambda: kind(),
            TWO,
            calling="list",
            options={"use_causal_mask": True},
            masks=[None, np.array([[True, False, True], [True, True, True]])],
        )
    for scale in (False, True):
        yield layer_case(
            f"Attention concat {scale}",
            lambda: layers.Attention(use_scale=scale, score_mode="concat"),
            TWO,
            calling="list",
        )


def projected(name, make):
    """Cases of both layers with projections; `make` takes further options."""
    yield layer_case(name, lambda: make(), TWO, **SEVERAL)
    yield layer_case(f"{name} key", lambda: make(), THREE, **SEVERAL)
    yield layer_case(f"{name} without bias", lambda: make(use_bias=False), TWO, **SEVERAL)
    yield layer_case(f"{name} gate", lambda: make(use_gate=True), TWO, **SEVERAL)
    yield layer_case(f"{name} causal", lambda: make(), TWO, options={"use_causal_mask": True}, **SEVERAL)
    yield layer_case(
        f"{name} causal scores",
        lambda: make(),
        TWO,
        options={"use_causal_mask": True, "return_attention_scores": True},
        **SEVERAL,
    )
    yield layer_case(f"{name} window", lambda: make(sliding_window=2), [(2, 3, 3), (2, 3, 3)], **SEVERAL)
    yield layer_case(f"{name} masks carried", lambda: make(), TWO, masks=[QUERY_MASK, VALUE_MASK], **SEVERAL)
    # The rows of the masked query see nothing: one way gives the mean, the other 0.
    yield layer_case(
        f"{name} masks carried, dropout", lambda: make(dropout=0.2), TWO, masks=[QUERY_MASK, VALUE_MASK], **SEVERAL
    )
    yield layer_case(
        f"{name} masks given",
        lambda: make(),
        THREE,
        options={"value_mask": VALUE_MASK, "key_mask": KEY_MASK, "attention_mask": SEEN},
        **SEVERAL,
    )
    yield layer_case(f"{name} mask for each head", lambda: make(), TWO, options={"attention_mask": HEADS}, **SEVERAL)
    yield layer_case(
        f"{name} all masks",
        lambda: make(sliding_window=2),
        TWO,
        options={"attention_mask": SEEN, "use_causal_mask": True, "return_attention_scores": True},
        masks=[QUERY_MASK, VALUE_MASK],
        **SEVERAL,
    )


def multi_head():
    def make(**options):
        return layers.MultiHeadAttention(2, 2, **options)

    yield from projected("MultiHeadAttention", make)
    # A rate above 0 selects the einsum path; the fused path of Keras on JAX refuses value_dim != key_dim.
    yield layer_case(
        "multi head value dim", lambda: make(value_dim=3, dropout=0.1, output_shape=2, seed=1), TWO, **SEVERAL
    )
    yield layer_case("multi head output of two axes", lambda: make(output_shape=(2, 2)), TWO, **SEVERAL)
    images = [(1, 2, 3, 2), (1, 2, 3, 2)]
    yield layer_case("multi head two axes", lambda: make(), images, **SEVERAL)
    yield layer_case("multi head axis 1", lambda: make(attention_axes=1), images, **SEVERAL)
    yield layer_case("multi head axis -2", lambda: make(attention_axes=(-2,)), images, **SEVERAL)


def grouped():
    def make(**options):
        return layers.GroupQueryAttention(2, 2, 1, **options)

    yield from projected("GroupQueryAttention", make)
    yield layer_case("group query", lambda: layers.GroupQueryAttention(2, 4, 2), TWO, **SEVERAL)


def generate():
    write_cases("layers-attention", "layers", [*equations(), *plain(), *multi_head(), *grouped()])
