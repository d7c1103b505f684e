// Example kernels over feature maps: convolution, its two gradients, pooling.
import { spec } from '../../src/core/shape.js';
import * as k from '../../src/kernels/ir/build.js';
import * as define from '../../src/kernels/ir/define.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import type { View } from '../../src/kernels/ir/kernel.js';
import { ulpsFor } from './close.js';
import { floats, list, type Representative, result, some } from './example-kit.js';

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

function maxPooling(): Representative {
  const x = floats(0, imageShape);
  const pooled = [image.batch, 4, 5, image.channels];
  const kernel = define.reduceKernel({
    inputs: [x.view],
    output: spec(pooled, 'float32'),
    over: [2, 2],
    by: 'max',
    term: ([n, h, w, c], [i, j]) => {
      const y = k.add(k.mul(some(h), k.i32(2)), some(i));
      return define.read(x.view, list(n, y, k.add(k.mul(some(w), k.i32(2)), some(j)), c));
    },
  });
  return result('max pooling', kernel, [x], [['float32', pooled]], 0);
}

export const imageExamples: readonly Representative[] = [
  convolution(),
  convolutionInputGradient(),
  convolutionKernelGradient(),
  maxPooling(),
];
