// How calls of keras.ops's products, reshapings and makers of tensors are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import { each, one, two } from './common-calls.js';
import type { Given } from './given.js';

const PRODUCTS = {
  cdist: k.cdist,
  dot: k.dot,
  inner: k.inner,
  kron: k.kron,
  matmul: k.matmul,
  outer: k.outer,
  vdot: k.vdot,
};

const VIEWS = {
  fliplr: k.fliplr,
  flipud: k.flipud,
  ones_like: (x: k.Tensor) => k.onesLike(x),
  ravel: k.ravel,
  zeros_like: (x: k.Tensor) => k.zerosLike(x),
};

const STACKS = { dstack: k.dstack, hstack: k.hstack, vstack: k.vstack };
const SPLITS = { dsplit: k.dsplit, hsplit: k.hsplit, vsplit: k.vsplit };
const WINDOWS = {
  bartlett: k.bartlett,
  blackman: k.blackman,
  hamming: k.hamming,
  hanning: k.hanning,
};

function offset(given: Given): number | undefined {
  return given.maybeNumber('k', 'offset');
}

/** Where no axes are named, Keras takes the first two and we the last two. */
function axes(given: Given): k.DiagonalOptions {
  return { axes: [given.maybeNumber('axis1') ?? 0, given.maybeNumber('axis2') ?? 1] };
}

function pairs(given: Given, key: number): [number, number][] {
  const value = given.plain(key);
  if (!Array.isArray(value)) throw new Error('no pairs');
  return value.map((pair) => [Number(Object.values(pair)[0]), Number(Object.values(pair)[1])]);
}

function spacing(given: Given): k.LinspaceOptions {
  return { num: given.maybeNumber('num'), endpoint: given.flag('endpoint') };
}

const products: Calls = {
  ...each(PRODUCTS, two),
  tensordot: (given) => {
    const count = given.maybeNumber(2);
    if (count !== undefined) return k.tensordot(given.tensor(0), given.tensor(1), count);
    const [[a, b] = [0, 0]] = [pairs(given, 2).map(([axis]) => axis)];
    return k.tensordot(given.tensor(0), given.tensor(1), [[a ?? 0], [b ?? 0]]);
  },
  einsum: (given) => k.einsum(String(given.plain(0)), given.tensor(1), given.tensor(2)),
  cross: (given) => k.cross(given.tensor(0), given.tensor(1), { axis: given.maybeNumber('axis') }),
  correlate: (given) =>
    k.correlate(
      given.tensor(0),
      given.tensor(1),
      given.word(['valid', 'same', 'full'] as const, 2),
    ),
  vander: (given) =>
    k.vander(given.tensor(0), {
      columns: given.maybeNumber('N'),
      increasing: given.flag('increasing'),
    }),
  trace: (given) => k.trace(given.tensor(0), offset(given), axes(given)),
  diag: (given) => k.diag(given.tensor(0), offset(given)),
  diagflat: (given) => k.diagflat(given.tensor(0), offset(given)),
  diagonal: (given) => k.diagonal(given.tensor(0), offset(given), axes(given)),
  tril: (given) => k.tril(given.tensor(0), offset(given)),
  triu: (given) => k.triu(given.tensor(0), offset(given)),
};

const shapes: Calls = {
  ...each(VIEWS, one),
  ...each(STACKS, (fn) => (given) => fn(given.tensors(0))),
  ...each(SPLITS, (fn) => (given) => fn(given.tensor(0), given.sizes(1))),
  reshape: (given) => k.reshape(given.tensor(0), given.numbers(1)),
  transpose: (given) => k.transpose(given.tensor(0), given.maybeNumbers(1)),
  swapaxes: (given) => k.swapAxes(given.tensor(0), given.number(1), given.number(2)),
  moveaxis: (given) => k.moveAxis(given.tensor(0), given.sizes(1), given.sizes(2)),
  expand_dims: (given) => k.expandDims(given.tensor(0), given.sizes(1)),
  squeeze: (given) => k.squeeze(given.tensor(0), given.maybeSizes(1)),
  broadcast_to: (given) => k.broadcastTo(given.tensor(0), given.numbers(1)),
  flip: (given) => k.flip(given.tensor(0), given.maybeSizes('axis')),
  rot90: (given) => {
    const [a = 0, b = 1] = given.maybeNumbers('axes') ?? [];
    return k.rot90(given.tensor(0), given.maybeNumber('k'), [a, b]);
  },
  roll: (given) => k.roll(given.tensor(0), given.sizes(1), given.maybeSizes('axis')),
  tile: (given) => k.tile(given.tensor(0), given.sizes(1)),
  repeat: (given) => k.repeat(given.tensor(0), given.sizes(1), given.maybeNumber('axis')),
  pad: (given) =>
    k.pad(given.tensor(0), pairs(given, 1), {
      mode: given.word(['constant', 'reflect', 'symmetric', 'edge'] as const, 2),
      value: given.maybeNumber('constant_values') ?? 0,
    }),
  concatenate: (given) => k.concatenate(given.tensors(0), given.number(1)),
  stack: (given) => k.stack(given.tensors(0), given.number(1)),
  unstack: (given) => k.unstack(given.tensor(0), given.maybeNumber('axis')),
  append: (given) =>
    k.append(given.tensor(0), given.tensor(1), { axis: given.maybeNumber('axis') }),
  split: (given) => k.split(given.tensor(0), given.sizes(1), given.maybeNumber('axis')),
  array_split: (given) => k.arraySplit(given.tensor(0), given.sizes(1), given.maybeNumber('axis')),
  diff: (given) =>
    k.diff(given.tensor(0), { order: given.maybeNumber('n'), axis: given.maybeNumber('axis') }),
  meshgrid: (given) =>
    k.meshgrid(given.tensor(0), given.tensor(1), {
      indexing: given.word(['xy', 'ij'] as const, 'indexing') ?? 'xy',
    }),
  slice: (given) => k.slice(given.tensor(0), given.numbers(1), given.numbers(2)),
  slice_update: (given) => k.sliceUpdate(given.tensor(0), given.numbers(1), given.tensor(2)),
  rearrange: (given) => {
    const c = given.maybeNumber('c');
    return k.rearrange(given.tensor(0), String(given.plain(1)), c === undefined ? {} : { c });
  },
};

const made: Calls = {
  ...each(WINDOWS, (fn) => (given) => fn(given.number(0))),
  arange: (given) => k.arange(given.number(0), given.maybeNumber(1), given.maybeNumber(2)),
  linspace: (given) => k.linspace(given.number(0), given.number(1), spacing(given)),
  logspace: (given) =>
    k.logspace(given.number(0), given.number(1), {
      ...spacing(given),
      base: given.maybeNumber('base'),
    }),
  geomspace: (given) => k.geomspace(given.number(0), given.number(1), spacing(given)),
  eye: (given) =>
    k.eye(given.number(0), given.maybeNumber(1), { diagonal: given.maybeNumber('k') }),
  identity: (given) => k.identity(given.number(0)),
  tri: (given) =>
    k.tri(given.number(0), given.maybeNumber(1), { diagonal: given.maybeNumber('k') }),
  zeros: (given) => k.zeros(given.numbers(0)),
  ones: (given) => k.ones(given.numbers(0)),
  full: (given) => k.full(given.numbers(0), given.number(1)),
  full_like: (given) => k.fullLike(given.tensor(0), given.number(1)),
  kaiser: (given) => k.kaiser(given.number(0), given.number(1)),
};

export const arrayCalls: Calls = { ...products, ...shapes, ...made };
