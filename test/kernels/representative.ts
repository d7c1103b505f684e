// A kernel of each kind that models are made of, with inputs: what the proof runs on every target
// and golden programs are printed from. Written as Compute; one as Loops.
import { type DType, newArray, type TypedArray } from '../../src/core/dtype.js';
import { layoutOf } from '../../src/core/layout.js';
import { product } from '../../src/core/sequence.js';
import { spec } from '../../src/core/shape.js';
import { threefry2x32 } from '../../src/kernels/functions/threefry.js';
import * as k from '../../src/kernels/ir/build.js';
import * as define from '../../src/kernels/ir/define.js';
import type { BufferRef, Expr } from '../../src/kernels/ir/expr.js';
import type { Kernel, View } from '../../src/kernels/ir/kernel.js';
import type { Stmt } from '../../src/kernels/ir/loops.js';

export interface Representative {
  readonly name: string;
  readonly kernel: Kernel;
  readonly inputs: readonly TypedArray[];
  /** Shapes are in the kernel; this makes fresh arrays for the outputs. */
  readonly outputs: () => TypedArray[];
  /** Error allowed between targets, in units in the last place of the largest output. */
  readonly ulps: number;
}

/** Numbers that look random and are the same everywhere. */
function numbers(count: number, seed: number): number[] {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

interface Operand {
  readonly view: View;
  readonly values: TypedArray;
}

let made = 0;

/** An input of floats between -2 and 2. */
function floats(input: number, shape: readonly number[]): Operand {
  const view: View = { input, shape, dtype: 'float32', layout: layoutOf('float32', shape) };
  const values = numbers(product(shape), ++made).map((x) => 4 * x - 2);
  return { view, values: Float32Array.from(values) };
}

function integers(input: number, shape: readonly number[], below: number): Operand {
  const view: View = { input, shape, dtype: 'int32', layout: layoutOf('int32', shape) };
  const values = numbers(product(shape), ++made).map((x) => Math.floor(x * below));
  return { view, values: Int32Array.from(values) };
}

/** Reduction lengths decide how far sums in another order may differ. */
const ulpsFor = (length: number): number => 4 + 2 * Math.sqrt(length);

function result(
  name: string,
  kernel: Kernel,
  operands: readonly Operand[],
  outputs: readonly (readonly [DType, readonly number[]])[],
  ulps: number,
): Representative {
  return {
    name,
    kernel,
    inputs: operands.map(({ values }) => values),
    outputs: () => outputs.map(([dtype, shape]) => newArray(dtype, product(shape))),
    ulps,
  };
}

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

/** The index made of these parts. */
function list(...parts: (Expr | undefined)[]): Expr[] {
  return parts.filter((part) => part !== undefined);
}

const image = { batch: 2, height: 9, width: 10, channels: 8, filters: 16 } as const;
const imageShape = [image.batch, image.height, image.width, image.channels] as const;
const outputShape = [image.batch, image.height, image.width, image.filters] as const;
const kernelShape = [3, 3, image.channels, image.filters] as const;

/** An element of a feature map; 0 outside of it. */
function padded(view: View, n: Expr, y: Expr, x: Expr, channel: Expr): Expr {
  const inside = [
    k.ge(y, k.i32(0)),
    k.lt(y, k.size(image.height)),
    k.ge(x, k.i32(0)),
    k.lt(x, k.size(image.width)),
  ].reduce(k.and);
  return k.select(inside, define.read(view, [n, y, x, channel]), k.f32(0));
}

function convolution(): Representative {
  const operands = [floats(0, imageShape), floats(1, kernelShape)];
  const [x, filter] = operands.map(({ view }) => view);
  if (x === undefined || filter === undefined) throw new Error('two inputs');
  const kernel = define.reduceKernel({
    inputs: [x, filter],
    output: spec(outputShape, 'float32'),
    over: [3, 3, image.channels],
    by: 'sum',
    term: ([n, h, w, f], [i, j, c]) => {
      const [y0, x0] = [shifted(h, i, 1), shifted(w, j, 1)];
      return k.mul(padded(x, some(n), y0, x0, some(c)), define.read(filter, list(i, j, c, f)));
    },
  });
  const length = 9 * image.channels;
  return result('convolution', kernel, operands, [['float32', outputShape]], ulpsFor(length));
}

function some(part: Expr | undefined): Expr {
  if (part === undefined) throw new Error('an index is too short');
  return part;
}

/** place + tap - 1, or place - tap + 1. */
function shifted(place: Expr | undefined, tap: Expr | undefined, sign: 1 | -1): Expr {
  const [p, t] = [some(place), some(tap)];
  return sign === 1 ? k.sub(k.add(p, t), k.i32(1)) : k.add(k.sub(p, t), k.i32(1));
}

function convolutionInputGradient(): Representative {
  const operands = [floats(0, outputShape), floats(1, kernelShape)];
  const [dy, filter] = operands.map(({ view }) => view);
  if (dy === undefined || filter === undefined) throw new Error('two inputs');
  const kernel = define.reduceKernel({
    inputs: [dy, filter],
    output: spec(imageShape, 'float32'),
    over: [3, 3, image.filters],
    by: 'sum',
    term: ([n, h, w, c], [i, j, f]) => {
      const [y0, x0] = [shifted(h, i, -1), shifted(w, j, -1)];
      return k.mul(padded(dy, some(n), y0, x0, some(f)), define.read(filter, list(i, j, c, f)));
    },
  });
  const length = 9 * image.filters;
  const outputs = [['float32', imageShape]] as const;
  return result('convolution, gradient of input', kernel, operands, outputs, ulpsFor(length));
}

function convolutionKernelGradient(): Representative {
  const operands = [floats(0, imageShape), floats(1, outputShape)];
  const [x, dy] = operands.map(({ view }) => view);
  if (x === undefined || dy === undefined) throw new Error('two inputs');
  const kernel = define.reduceKernel({
    inputs: [x, dy],
    output: spec(kernelShape, 'float32'),
    over: [image.batch, image.height, image.width],
    by: 'sum',
    term: ([i, j, c, f], [n, h, w]) => {
      const [y0, x0] = [shifted(h, i, 1), shifted(w, j, 1)];
      return k.mul(padded(x, some(n), y0, x0, some(c)), define.read(dy, list(n, h, w, f)));
    },
  });
  const length = image.batch * image.height * image.width;
  const outputs = [['float32', kernelShape]] as const;
  return result('convolution, gradient of kernel', kernel, operands, outputs, ulpsFor(length));
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
  convolution(),
  convolutionInputGradient(),
  convolutionKernelGradient(),
  gather(),
  scatterAdd(),
  randomBits(),
];
