"""Cases of plain functions (keras.ops): arguments, outputs, and gradients of a fixed scalar."""

import jax
import jax.numpy as jnp
import numpy as np
from record import array, generator, structure, uniform, write_cases


def is_array(value):
    return isinstance(value, np.ndarray)


def is_float_array(value):
    return is_array(value) and value.dtype == np.float32


def encode(value):
    """Arrays as {shape, dtype, data}, everything else as plain JSON."""
    if is_array(value):
        return array(value)
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def leaves(value):
    """Arrays in order of appearance."""
    if is_array(value):
        return [value]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return []


def rebuild(value, arrays):
    """`value` with its arrays replaced by the next ones of the iterator."""
    if is_array(value):
        return next(arrays)
    if isinstance(value, dict):
        return {key: rebuild(item, arrays) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(rebuild(item, arrays) for item in value)
    return value


def flat(result):
    """The tensors of a result: one, or those of (nested) lists."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [leaf for item in result for leaf in flat(item)]
    return [jnp.asarray(result)]


def cotangent(shape, which):
    """The constant that output number `which` is multiplied with; tests make the same numbers."""
    count = int(np.prod(shape))
    numbers = (7 * np.arange(count) + 3 * which) % 11 - 5
    return (numbers / 4).reshape(shape).astype("float32")


def gradients(run, arrays):
    free = [place for place, item in enumerate(arrays) if is_float_array(item)]

    def scalar(chosen):
        given = list(arrays)
        for place, item in zip(free, chosen):
            given[place] = item
        outputs = flat(run(given))
        kept = [(w, out) for w, out in enumerate(outputs) if jnp.issubdtype(out.dtype, jnp.floating)]
        return sum(jnp.sum(out * cotangent(out.shape, which)) for which, out in kept)

    slopes = jax.grad(scalar)([jnp.asarray(arrays[place]) for place in free])
    result = [None] * len(arrays)
    for place, slope in zip(free, slopes):
        result[place] = array(np.asarray(slope))
    return result


class Cases:
    """Collects cases for one golden file."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.rows = []
        self.names = set()

    def random(self, name):
        return generator(f"ops {name}")

    def uniform(self, name, shape, low=-1.0, high=1.0):
        return uniform(self.random(name), shape, low, high)

    def add(self, op, *arguments, about="", gradient=True, **options):
        """One call of `op` (a name inside the namespace, perhaps with dots)."""
        function = self.namespace
        for part in op.split("."):
            function = getattr(function, part)
        arrays = leaves([list(arguments), options])

        def run(given):
            filled = rebuild([list(arguments), options], iter(given))
            return function(*filled[0], **filled[1])

        outputs = flat(run([jnp.asarray(item) for item in arrays]))
        name = f"{op}: {about}" if about else op
        if name in self.names:
            raise ValueError(f"two cases named {name}")
        self.names.add(name)
        row = {"name": name, "op": op, "arguments": encode(list(arguments)), "options": encode(options)}
        row["outputs"] = structure([np.asarray(out) for out in outputs])
        has_slope = any(map(is_float_array, arrays))
        has_slope &= any(jnp.issubdtype(out.dtype, jnp.floating) for out in outputs)
        if gradient and has_slope:
            row["gradients"] = gradients(run, arrays)
        self.rows.append(row)

    def write(self, name):
        write_cases(name, name.replace("-", " "), self.rows)
