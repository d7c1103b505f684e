// The same ops, layers' worth of them and their gradients, on every device through the eager engine.
import { afterAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/core/device.js';
import { at } from '../../src/core/sequence.js';
import { InterpreterDevice } from '../../src/devices/interpreter.js';
import { openNative } from '../../src/devices/native.js';
import { NativeDevice } from '../../src/devices/native-device.js';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  argMax,
  conv2d,
  createCpuDevice,
  createEagerEngine,
  cumsum,
  einsum,
  gradient,
  layerNorm,
  logSoftmax,
  matmul,
  maxPool2d,
  oneHot,
  relu,
  reshape,
  scatter,
  sort,
  sum,
  type Tensor,
  take,
  tensor,
  transpose,
  withEngine,
} from '../../src/index.js';
import { expectClose } from './close.js';
import { openTestGpu } from './open-gpu.js';

const gpu = await openTestGpu();
afterAll(() => {
  if (!('absent' in gpu)) gpu.destroy();
});

/** Numbers between -1 and 1 that are the same everywhere. */
function wave(shape: readonly number[], seed: number): Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + seed));
  return reshape(tensor(values), shape);
}

/** A small network: convolution, pooling, normalisation, dense layer, cross-entropy. */
function loss(x: Tensor, filter: Tensor, weight: Tensor, labels: Tensor): Tensor {
  const features = maxPool2d(relu(conv2d(x, filter, { padding: 'same' })), { poolSize: 2 });
  const flat = layerNorm(reshape(features, [at(x.shape, 0), -1]));
  const logits = matmul(flat, weight);
  return sum(logSoftmax(logits).mul(labels)).mul(-1 / at(x.shape, 0));
}

interface Example {
  readonly inputs: () => readonly Tensor[];
  readonly run: (...inputs: Tensor[]) => readonly Tensor[];
}

const cases: Readonly<Record<string, Example>> = {
  'a network and its gradients': {
    inputs: () => [
      wave([4, 8, 8, 3], 1),
      wave([3, 3, 3, 6], 2),
      wave([4 * 4 * 6, 5], 3),
      oneHot([1, 0, 4, 2], 5),
    ],
    run: (x, filter, weight, labels) => {
      const slopes = gradient((f, w) => loss(some(x), some(f), some(w), some(labels)));
      const given = [some(filter), some(weight)] as const;
      return [loss(some(x), some(filter), some(weight), some(labels)), ...slopes(...given)];
    },
  },
  'products of matrices': {
    inputs: () => [wave([2, 33, 20], 4), wave([2, 20, 47], 5)],
    run: (x, y) => {
      const [a, b] = [some(x), some(y)];
      return [matmul(a, b), einsum('bij,bjk->bki', a, b), matmul(a, transpose(a, [0, 2, 1]))];
    },
  },
  'sorting, scanning, picking': {
    inputs: () => [wave([5, 40], 6), wave([3, 4], 7)],
    run: (values, updates) => {
      const x = some(values);
      return [
        sort(x, { axis: 1 }),
        cumsum(x, { axis: 1 }),
        argMax(x, { axis: 1 }),
        take(x, [3, 0, 3], { axis: 0 }),
        scatter([[0], [2], [0]], some(updates), [3, 4]),
      ];
    },
  },
  'whole numbers, bools and bytes': {
    inputs: () => [tensor([3, -2, 7, 200, 0, -5, 9], { dtype: 'int32' })],
    run: (input) => {
      const x = some(input);
      const bools = x.cast('bool').cast('int32');
      return [x.mod(3), x.greater(2), x.cast('uint8'), bools, x.cast('float16')];
    },
  },
};

function some(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error('an input is missing');
  return tensor;
}

async function eagerValues(device: Device, example: Example) {
  const engine = createEagerEngine(device);
  const results = withEngine(engine, () => example.run(...example.inputs()));
  return Promise.all(results.map((result) => engine.read(result)));
}

/** The same as one program that runs twice, so that reused memory shows. */
async function compiledValues(device: Device, example: Example) {
  const engine = createGraphEngine(createEagerEngine(device));
  const inputs = withEngine(engine, example.inputs);
  const step = engine.compile(example.run);
  withEngine(engine, () => step(...inputs));
  const results = withEngine(engine, () => step(...inputs));
  return Promise.all(results.map((result) => engine.read(result)));
}

const native = await openNative();
const devices: readonly (readonly [string, Device | string])[] = [
  ['cpu', createCpuDevice()],
  ['native', 'absent' in native ? native.absent : new NativeDevice(native, { threads: 2 })],
  ['webgpu', 'absent' in gpu ? gpu.absent : gpu],
];

for (const [name, device] of devices) {
  describe(typeof device === 'string' ? `${name} (skipped: ${device})` : name, () => {
    for (const [what, example] of Object.entries(cases)) {
      const check = async (values: typeof eagerValues): Promise<void> => {
        if (typeof device === 'string') return;
        const expected = await eagerValues(new InterpreterDevice(), example);
        const received = await values(device, example);
        expect(received.length).toBe(expected.length);
        for (const [index, wanted] of expected.entries()) {
          expectClose(at(received, index), wanted, 64);
        }
      };
      const skipped = typeof device === 'string';
      it.skipIf(skipped)(`gives what the interpreter gives: ${what}`, () => check(eagerValues));
      it.skipIf(skipped)(`gives it as one program: ${what}`, () => check(compiledValues));
    }
  });
}
