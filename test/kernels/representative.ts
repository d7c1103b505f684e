// A kernel of each kind that models are made of, with inputs: what the proof runs on every target
// and golden programs are printed from. Written as Compute; one as Loops.
import { layoutOf } from '../../src/core/layout.js';
import { spec } from '../../src/core/shape.js';
import { threefry2x32 } from '../../src/kernels/functions/threefry.js';
import * as k from '../../src/kernels/ir/build.js';
import * as define from '../../src/kernels/ir/define.js';
import type { BufferRef } from '../../src/kernels/ir/expr.js';
import type { Kernel, View } from '../../src/kernels/ir/kernel.js';
import type { Stmt } from '../../src/kernels/ir/loops.js';
import { ulpsFor } from './close.js';
import {
  floats,
  integers,
  list,
  numbers,
  type Representative,
  result,
  some,
} from './example-kit.js';
import { imageExamples } from './image-examples.js';

function broadcastMap(): Representative {
  const shape = [5, 7, 33];
  const operands = [floats(0, shape), floats(1, [33]), floats(2, [5, 1, 1])];
  const views = operands.map(({ view }) => view);
  const kernel = define.mapKernel(views, spec(shape, 'float32'), (index) => {
    const [a, b, c] = views.map((view) =>
      define.read(view, define.broadcastIndex(view.shape, index)),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error('three inputs');
    return k.add(k.mul(a, c), k.max(b, k.f32(0)));
  });
  return result('map with broadcasting', kernel, operands, [['float32', shape]], 2);
}

function fusedChain(): Representative {
  const shape = [1003];
  const operands = [floats(0, shape), floats(1, shape)];
  const views = operands.map(({ view }) => view);
  const kernel = define.mapKernel(views, spec(shape, 'float32'), (index) => {
    const [x, y] = views.map((view) => define.read(view, index));
    if (x === undefined || y === undefined) throw new Error('two inputs');
    const gate = k.call('sigmoid', k.mul(x, y));
    const state = k.call('tanh', k.add(x, k.f32(0.5)));
    return k.select(k.gt(y, k.f32(-1)), k.mul(gate, state), k.call('exp', y));
  });
  return result('fused map chain', kernel, operands, [['float32', shape]], 32);
}

function transposedMap(): Representative {
  const values = floats(0, [14, 23]);
  const layout = layoutOf('float32', [23, 14], [1, 23], 0);
  const view: View = { input: 0, shape: [23, 14], dtype: 'float32', layout };
  const kernel = define.mapKernel([view], spec([23, 14], 'uint8'), (index) =>
    k.cast(k.mul(k.abs(define.read(view, index)), k.f32(60)), 'i32'),
  );
  return result('transposed map to bytes', kernel, [values], [['uint8', [23, 14]]], 0);
}

function halfMap(): Representative {
  const shape = [77];
  const half: View = { input: 0, shape, dtype: 'bfloat16', layout: layoutOf('bfloat16', shape) };
  const values = Uint16Array.from(numbers(77, 5), (x) => 0x3f00 + Math.floor(x * 512));
  const kernel = define.mapKernel([half], spec(shape, 'float16'), (index) =>
    k.mul(define.read(half, index), k.f32(1.5)),
  );
  return result('half formats', kernel, [{ view: half, values }], [['float16', shape]], 0);
}

function rowSum(): Representative {
  const x = floats(0, [37, 513]);
  const kernel = define.reduceKernel({
    inputs: [x.view],
    output: spec([37], 'float32'),
    over: [513],
    by: 'sum',
    term: (index, inner) => define.read(x.view, [...index, ...inner]),
    finish: (total) => k.mul(total, k.f32(1 / 513)),
  });
  return result('row reduction', kernel, [x], [['float32', [37]]], ulpsFor(513));
}

function columnMax(): Representative {
  const x = floats(0, [130, 45]);
  const kernel = define.reduceKernel({
    inputs: [x.view],
    output: spec([45], 'float32'),
    over: [130],
    by: 'max',
    term: (index, inner) => define.read(x.view, [...inner, ...index]),
  });
  return result('column maximum', kernel, [x], [['float32', [45]]], 0);
}

function anyTrue(): Representative {
  const x = integers(0, [9, 300], 150);
  const kernel = define.reduceKernel({
    inputs: [x.view],
    output: spec([9], 'bool'),
    over: [300],
    by: 'or',
    term: (index, inner) => k.eq(define.read(x.view, [...index, ...inner]), k.i32(149)),
  });
  return result('any', kernel, [x], [['bool', [9]]], 0);
}

function softmax(): Representative {
  const shape = [19, 201];
  const x = floats(0, shape);
  const row = define.axis(19);
  const column = define.axis(201);
  const index = [row, column].map(define.position);
  const value = define.read(x.view, index);
  const share = k.call('exp', k.sub(value, define.stageResult(0, value)));
  const stages = [
    { over: [column], by: 'max' as const, body: value },
    { over: [column], by: 'sum' as const, body: share },
  ];
  const normal = k.div(define.stageTerm(1, share), define.stageResult(1, share));
  const output = define.outputAt(0, spec(shape, 'float32'), index, normal, [column]);
  const kernel = define.computeKernel([x.view], [row], stages, [output]);
  return result('softmax', kernel, [x], [['float32', shape]], ulpsFor(201));
}

function layerNorm(): Representative {
  const shape = [11, 256];
  const operands = [floats(0, shape), floats(1, [256]), floats(2, [256])];
  const views = operands.map(({ view }) => view);
  const row = define.axis(11);
  const column = define.axis(256);
  const index = [row, column].map(define.position);
  const [x, scale, shift] = views.map((view) =>
    define.read(view, define.broadcastIndex(view.shape, index)),
  );
  if (x === undefined || scale === undefined || shift === undefined) throw new Error('inputs');
  const mean = k.mul(define.stageResult(0, x), k.f32(1 / 256));
  const centred = k.sub(x, mean);
  const square = k.mul(centred, centred);
  const variance = k.mul(define.stageResult(1, square), k.f32(1 / 256));
  const deviation = k.sqrt(k.add(variance, k.f32(1e-3)));
  const stages = [
    { over: [column], by: 'sum' as const, body: x },
    { over: [column], by: 'sum' as const, body: square },
  ];
  const value = k.add(k.mul(k.div(centred, deviation), scale), shift);
  const output = define.outputAt(0, spec(shape, 'float32'), index, value, [column]);
  const kernel = define.computeKernel(views, [row], stages, [output]);
  return result('layer norm', kernel, operands, [['float32', shape]], ulpsFor(256));
}

function matmul(): Representative {
  const [m, n, depth] = [70, 90, 65];
  const operands = [floats(0, [m, depth]), floats(1, [depth, n]), floats(2, [n])];
  const [a, b, bias] = operands.map(({ view }) => view);
  if (a === undefined || b === undefined || bias === undefined) throw new Error('three inputs');
  const kernel = define.reduceKernel({
    inputs: [a, b, bias],
    output: spec([m, n], 'float32'),
    over: [depth],
    by: 'sum',
    term: ([i, j], [p]) => k.mul(define.read(a, list(i, p)), define.read(b, list(p, j))),
    finish: (total, [, j]) => k.max(k.add(total, define.read(bias, list(j))), k.f32(0)),
  });
  return result('matmul, bias, relu', kernel, operands, [['float32', [m, n]]], ulpsFor(depth));
}

function gather(): Representative {
  const operands = [floats(0, [50, 12]), integers(1, [21], 50)];
  const [table, rows] = operands.map(({ view }) => view);
  if (table === undefined || rows === undefined) throw new Error('two inputs');
  const kernel = define.mapKernel([table, rows], spec([21, 12], 'float32'), ([i, j]) =>
    define.read(table, list(define.read(rows, list(i)), j)),
  );
  return result('gather', kernel, operands, [['float32', [21, 12]]], 0);
}

/** Each invocation owns a column, so that sums come in one order whatever runs when. */
function scatterAdd(): Representative {
  const operands = [floats(0, [40, 12]), integers(1, [40], 9)];
  const buffers: BufferRef[] = [
    { storage: 'f32', space: 'input', slot: 0 },
    { storage: 'i32', space: 'input', slot: 1 },
    { storage: 'f32', space: 'output', slot: 0 },
  ];
  const [updates, rows, sums] = buffers;
  if (updates === undefined || rows === undefined || sums === undefined) throw new Error('three');
  const [column, row] = [k.newVar('column'), k.newVar('row')];
  const [j, i] = [k.valueOf(column), k.valueOf(row)];
  const width = k.size(12);
  const place = k.add(k.mul(k.load(rows, i), width), j);
  const update = k.load(updates, k.add(k.mul(i, width), j));
  const addOne = k.store(sums, place, k.add(k.load(sums, place), update));
  const clear = k.store(sums, k.add(k.mul(i, width), j), k.f32(0));
  const body: Stmt[] = [
    k.loop(row, { to: k.size(9) }, [clear]),
    k.loop(row, { to: k.size(40) }, [addOne]),
  ];
  const kernel: Kernel = {
    kind: 'loops',
    name: 'scatterAdd',
    buffers,
    procedures: [],
    body: [
      { kind: 'for', as: 'parallel', variable: column, from: k.i32(0), to: width, step: 1, body },
    ],
  };
  return result('scatter-add', kernel, operands, [['float32', [9, 12]]], 0);
}

function randomBits(): Representative {
  const shape = [501];
  const kernel = define.mapsKernel([], [spec(shape, 'uint32'), spec(shape, 'uint32')], ([i]) =>
    threefry2x32(k.u32(0x12345678), k.u32(9), k.cast(some(i), 'u32'), k.u32(7)),
  );
  const outputs = [
    ['uint32', shape],
    ['uint32', shape],
  ] as const;
  return result('random bits', kernel, [], outputs, 0);
}

/** Scaled scores of attention: a product for each batch and head, right factor transposed. */
function scores(): Representative {
  const operands = [floats(0, [3, 2, 21, 16]), floats(1, [3, 2, 25, 16])];
  const [query, key] = operands.map(({ view }) => view);
  if (query === undefined || key === undefined) throw new Error('two inputs');
  const shape = [3, 2, 21, 25];
  const kernel = define.reduceKernel({
    inputs: [query, key],
    output: spec(shape, 'float32'),
    over: [16],
    by: 'sum',
    term: ([n, head, i, j], [p]) =>
      k.mul(define.read(query, list(n, head, i, p)), define.read(key, list(n, head, j, p))),
    finish: (total) => k.mul(total, k.f32(0.25)),
  });
  return result('attention scores', kernel, operands, [['float32', shape]], ulpsFor(16));
}

/** Several outputs of one map, as optimizers have: a moment and a parameter. */
function update(): Representative {
  const shape = [13, 17];
  const operands = [floats(0, shape), floats(1, shape), floats(2, shape), floats(3, [])];
  const views = operands.map(({ view }) => view);
  const outputs = [spec(shape, 'float32'), spec(shape, 'float32')];
  const kernel = define.mapsKernel(views, outputs, (index) => {
    const [value, gradient, moment, rate] = views.map((view) =>
      define.read(view, define.broadcastIndex(view.shape, index)),
    );
    const next = k.add(k.mul(some(moment), k.f32(0.9)), some(gradient));
    return [k.sub(some(value), k.mul(some(rate), next)), next];
  });
  const kinds = [
    ['float32', shape],
    ['float32', shape],
  ] as const;
  return result('optimizer update', kernel, operands, kinds, 4);
}

/** Reads by an index that the data gives, compares, and casts. */
function lossGradient(): Representative {
  const operands = [floats(0, [14, 10]), integers(1, [14], 10)];
  const [p, labels] = operands.map(({ view }) => view);
  if (p === undefined || labels === undefined) throw new Error('two inputs');
  const kernel = define.mapKernel([p, labels], spec([14, 10], 'float32'), ([i, j]) => {
    const hit = k.cast(k.eq(define.read(labels, list(i)), some(j)), 'f32');
    return k.div(k.sub(define.read(p, list(i, j)), hit), k.f32(14));
  });
  return result('loss gradient', kernel, operands, [['float32', [14, 10]]], 2);
}

export const representatives: readonly Representative[] = [
  broadcastMap(),
  fusedChain(),
  transposedMap(),
  halfMap(),
  rowSum(),
  columnMax(),
  anyTrue(),
  softmax(),
  layerNorm(),
  matmul(),
  scores(),
  ...imageExamples,
  gather(),
  scatterAdd(),
  randomBits(),
  update(),
  lossGradient(),
];
