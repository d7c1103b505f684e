// Calls of Keras's control flow, written with our names; tools/oracle/ops_control.py has the same
// bodies by the same names.
import { at } from '../../../src/core/sequence.js';
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import type { Given } from './given.js';

type Tensors = readonly k.Tensor[];

/** State of one tensor stands alone there; a list of one is the same here. */
const SCANS: Readonly<Record<string, (c: Tensors, x: k.Tensor) => [Tensors, Tensors]>> = {
  decay: ([c], x) => {
    const carry = c ?? x;
    return [[carry.mul(0.9).add(x)], [carry.mul(x)]];
  },
  pair: (c, x) => {
    const [a, b] = [at(c, 0), at(c, 1)];
    return [
      [a.add(b.mul(x)), b.mul(0.5)],
      [a.mul(x), b.sub(x)],
    ];
  },
};

const COMBINES: Readonly<Record<string, (a: Tensors, b: Tensors) => Tensors>> = {
  multiply: (a, b) => [at(a, 0).mul(at(b, 0))],
  recurrence: (a, b) => [at(a, 0).mul(at(b, 0)), at(a, 1).mul(at(b, 0)).add(at(b, 1))],
};

const MAPS: Readonly<Record<string, (x: Tensors) => Tensors>> = {
  squares: ([x]) => {
    const row = x ?? k.zeros([1]);
    return [row.square().sum().add(k.getItem(row, 0))];
  },
  pair: (x) => {
    const [row, scale] = [at(x, 0), at(x, 1)];
    return [row.mul(scale), row.sum().sub(scale)];
  },
};

const BRANCHES = [
  (x: k.Tensor, y: k.Tensor): k.Tensor => x.mul(y),
  (x: k.Tensor, y: k.Tensor): k.Tensor => x.sin().add(y),
  (x: k.Tensor, y: k.Tensor): k.Tensor => x.sub(y.mul(2)),
] as const;

/** What `body` names, out of a table. */
function named<F>(table: Readonly<Record<string, F>>, given: Given): F {
  const found = table[String(given.plain(0))];
  if (found === undefined) throw new Error(`no body ${String(given.plain(0))}`);
  return found;
}

const tripled = k.customGradient(
  (x) => x.exp().add(1).log(),
  ({ inputs, dy }) => {
    const e = at(inputs, 0).exp();
    return [dy.mul(3).mul(e.add(1).reciprocal().neg().add(1))];
  },
);

export const controlCalls: Calls = {
  scan: (given) => {
    const reverse = given.flag('reverse') ?? false;
    const body = named(SCANS, given);
    const [last, all] = k.scan<Tensors, k.Tensor, Tensors>(
      body,
      given.tensors(1),
      given.tensor(2),
      { reverse },
    );
    return [...last, ...all];
  },
  recurrent: (given) => {
    const w = given.tensor(2);
    const step = (h: k.Tensor, x: k.Tensor): [k.Tensor, k.Tensor] => {
      const next = h.matmul(w).add(x).tanh();
      return [next, next.square()];
    };
    const reverse = given.flag('reverse') ?? false;
    return k.scan<k.Tensor, k.Tensor, k.Tensor>(step, given.tensor(0), given.tensor(1), {
      reverse,
    });
  },
  associative_scan: (given) =>
    k.associativeScan<Tensors>(named(COMBINES, given), given.tensors(1), {
      axis: given.maybeNumber('axis') ?? 0,
      reverse: given.flag('reverse') ?? false,
    }),
  map: (given) => k.map<Tensors, Tensors>(named(MAPS, given), given.tensors(1)),
  vectorized_map: (given) =>
    k.vectorizedMap<Tensors, Tensors>(named(MAPS, given), given.tensors(1)),
  fori_loop: (given) => {
    const w = given.tensor(3);
    const body = (i: k.Tensor, x: k.Tensor): k.Tensor =>
      x.mul(w).tanh().add(i.cast('float32').mul(0.1));
    return k.foriLoop(given.number(0), given.number(1), body, given.tensor(2));
  },
  while_loop: (given) => {
    const limit = given.number(1);
    return k.whileLoop<Tensors>(
      (state) => at(state, 0).sum().less(limit),
      (state) => {
        const x = at(state, 0);
        return [x.mul(1.5).add(x.square().mul(0.1)), at(state, 1).add(1)];
      },
      [given.tensor(0), k.scalar(0)],
      { maximumIterations: given.maybeNumber('maximum_iterations') },
    );
  },
  cond: (given) => {
    const [x, y] = [given.tensor(1), given.tensor(2)];
    return k.cond(
      given.tensor(0),
      () => x.mul(y),
      () => x.sin().sub(y),
    );
  },
  switch: (given) => k.switchCase(given.tensor(0), BRANCHES, given.tensor(1), given.tensor(2)),
  custom_gradient: (given) => {
    const x = given.tensor(0);
    return tripled(x).mul(x);
  },
  jvp: (given) => {
    const fn = (x: k.Tensor): k.Tensor => x.matmul(x).tanh().div(x.square().sum().sqrt());
    const { value, tangent } = k.jvp(fn, [given.tensor(0)], [given.tensor(1)]);
    return [value, tangent];
  },
};
