// The same ops, layers' worth of them and their gradients, on every device through the eager engine.
import { afterAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/core/device.js';
import { at } from '../../src/core/sequence.js';
import { InterpreterDevice } from '../../src/devices/interpreter.js';
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
const absent = 'absent' in gpu ? gpu.absent : undefined;
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

const cases: Readonly<Record<string, () => readonly Tensor[]>> = {
  'a network and its gradients': () => {
    const x = wave([4, 8, 8, 3], 1);
    const labels = oneHot([1, 0, 4, 2], 5);
    const operands = [wave([3, 3, 3, 6], 2), wave([4 * 4 * 6, 5], 3)];
    const [filter, weight] = [at(operands, 0), at(operands, 1)];
    const slopes = gradient((f, w) => loss(x, at([f], 0), at([w], 0), labels))(filter, weight);
    return [loss(x, filter, weight, labels), ...slopes];
  },
  'products of matrices': () => {
    const [a, b] = [wave([2, 33, 20], 4), wave([2, 20, 47], 5)];
    return [matmul(a, b), einsum('bij,bjk->bki', a, b), matmul(a, transpose(a, [0, 2, 1]))];
  },
  'sorting, scanning, picking': () => {
    const x = wave([5, 40], 6);
    return [
      sort(x, { axis: 1 }),
      cumsum(x, { axis: 1 }),
      argMax(x, { axis: 1 }),
      take(x, [3, 0, 3], { axis: 0 }),
      scatter([[0], [2], [0]], wave([3, 4], 7), [3, 4]),
    ];
  },
  'whole numbers, bools and bytes': () => {
    const x = tensor([3, -2, 7, 200, 0, -5, 9], { dtype: 'int32' });
    return [
      x.mod(3),
      x.greater(2),
      x.cast('uint8'),
      x.cast('bool').cast('int32'),
      x.cast('float16'),
    ];
  },
};

async function valuesOn(device: Device, make: () => readonly Tensor[]) {
  const engine = createEagerEngine(device);
  const results = withEngine(engine, make);
  return Promise.all(results.map((result) => engine.read(result)));
}

const devices: Readonly<Record<string, Device | undefined>> = {
  cpu: createCpuDevice(),
  webgpu: 'absent' in gpu ? undefined : gpu,
};

for (const [name, device] of Object.entries(devices)) {
  describe(`${name}${device === undefined ? ` (skipped: ${absent})` : ''}`, () => {
    for (const [what, make] of Object.entries(cases)) {
      it.skipIf(device === undefined)(`gives what the interpreter gives: ${what}`, async () => {
        if (device === undefined) return;
        const expected = await valuesOn(new InterpreterDevice(), make);
        const received = await valuesOn(device, make);
        expect(received.length).toBe(expected.length);
        for (const [index, values] of expected.entries()) {
          expectClose(at(received, index), values, 64);
        }
      });
    }
  });
}
