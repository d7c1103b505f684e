"""keras.ops's control flow: test/golden/ops-control.json. Bodies go by name; tests write them again."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import ops
from op_cases import Cases

SCANS = {
    "decay": lambda c, x: (0.9 * c + x, c * x),
    "pair": lambda c, x: ((c[0] + c[1] * x, 0.5 * c[1]), (c[0] * x, c[1] - x)),
}
COMBINES = {
    "multiply": lambda a, b: a * b,
    "recurrence": lambda a, b: (a[0] * b[0], a[1] * b[0] + b[1]),
}
MAPS = {
    "squares": lambda x: ops.sum(x * x) + x[0],
    "pair": lambda x: (x[0] * x[1], ops.sum(x[0]) - x[1]),
}
BRANCHES = (lambda x, y: x * y, lambda x, y: ops.sin(x) + y, lambda x, y: x - 2.0 * y)


@keras.ops.custom_gradient
def tripled(x):
    """log(1 + exp(x)) with three times its slope, so that a test sees whose slope is used."""
    e = ops.exp(x)

    def grad(*args, upstream=None):
        (upstream,) = args if upstream is None else (upstream,)
        return 3.0 * upstream * (1.0 - 1.0 / (1.0 + e))

    return ops.log(1.0 + e), grad


def pairs(values):
    return values[0] if len(values) == 1 else tuple(values)


class Control:
    """Calls of keras.ops whose functions are named by their first argument."""

    def scan(self, body, init, xs, reverse=False):
        return ops.scan(SCANS[body], pairs(init), xs, reverse=reverse)

    def recurrent(self, init, xs, w, reverse=False):
        def step(h, x):
            h = ops.tanh(h @ w + x)
            return h, h * h

        return ops.scan(step, init, xs, reverse=reverse)

    def associative_scan(self, body, elements, axis=0, reverse=False):
        return ops.associative_scan(COMBINES[body], pairs(elements), reverse=reverse, axis=axis)

    def map(self, body, xs):
        return ops.map(MAPS[body], pairs(xs))

    def vectorized_map(self, body, xs):
        return ops.vectorized_map(MAPS[body], pairs(xs))

    def fori_loop(self, lower, upper, x, w):
        return ops.fori_loop(lower, upper, lambda i, x: ops.tanh(x * w) + 0.1 * ops.cast(i, "float32"), x)

    def while_loop(self, x, limit, maximum_iterations=None):
        """JAX has no slope of a loop without a known end: gradients are those of its turns in a row."""
        grow = lambda x, n: (1.5 * x + 0.1 * x * x, n + 1.0)
        if isinstance(x, jax.core.Tracer):
            state = (x, 0.0)
            for _ in range(self.turns):
                state = grow(*state)
            return state
        return ops.while_loop(
            lambda x, n: ops.sum(x) < limit, grow, (x, 0.0), maximum_iterations=maximum_iterations
        )

    turns = 0

    def cond(self, predicate, x, y):
        return ops.cond(predicate, lambda: x * y, lambda: ops.sin(x) - y)

    def switch(self, index, x, y):
        return ops.switch(index, BRANCHES, x, y)

    def custom_gradient(self, x):
        return tripled(x) * x

    def jvp(self, x, dx):
        """Keras has none: JAX's own, of a function with a matrix product and a norm."""
        return jax.jvp(lambda x: jnp.tanh(x @ x) / jnp.sqrt(jnp.sum(x * x)), (x,), (dx,))


def loops(cases):
    x = cases.uniform("entries", (5, 3))
    for reverse in (False, True):
        about = " backwards" if reverse else ""
        cases.add("scan", "decay", [cases.uniform("first", (3,))], x, about=f"decay{about}", reverse=reverse)
        init, w = cases.uniform("state", (2, 3)), cases.uniform("weights", (3, 3))
        steps = cases.uniform("steps", (4, 2, 3))
        cases.add("recurrent", init, steps, w, about=f"captured weights{about}", reverse=reverse)
        cases.add("associative_scan", "multiply", [x], about=f"product{about}", reverse=reverse)
        both = [x, cases.uniform("others", (5, 3))]
        cases.add("associative_scan", "recurrence", both, about=f"recurrence{about}", reverse=reverse)
    cases.add("scan", "pair", [cases.uniform("a", (3,)), cases.uniform("b", (3,))], x, about="two states")
    cases.add("associative_scan", "multiply", [x], about="last axis", axis=1)
    for op in ("map", "vectorized_map"):
        cases.add(op, "squares", [x])
        cases.add(op, "pair", [x, cases.uniform("scales", (5,))], about="two")
    cases.add("fori_loop", 1, 5, cases.uniform("begun", (3,)), cases.uniform("factor", (3,)))
    begun = np.array([0.5, 1.0, 0.25], "float32")
    for limit, most in ((20.0, None), (20.0, 3), (1.0, None)):
        value, Control.turns = begun.copy(), 0
        while value.sum() < limit and Control.turns != most:
            value, Control.turns = 1.5 * value + 0.1 * value * value, Control.turns + 1
        cases.add("while_loop", begun, limit, about=f"to {limit}, at most {most}", maximum_iterations=most)


def branches(cases):
    x, y = cases.uniform("x", (2, 3)), cases.uniform("y", (3,))
    for truth in (True, False):
        cases.add("cond", np.array(truth), x, y, about=str(truth))
    for index in (-1, 0, 1, 2, 7):
        cases.add("switch", np.array(index, "int32"), x, y, about=str(index))


def rules(cases):
    cases.add("custom_gradient", cases.uniform("softened", (4,), -2, 2))
    x, dx = cases.uniform("matrix", (3, 3)), cases.uniform("direction", (3, 3))
    cases.add("jvp", x, dx)


def generate():
    cases = Cases(Control())
    for family in (loops, branches, rules):
        family(cases)
    cases.write("ops-control")
