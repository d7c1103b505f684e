// The networks of the bench: as large as Keras's, and their work in numbers as the engine counts it.
import { afterAll, describe, expect, it } from 'vitest';
import { MODELS, type ModelName } from '../../bench/models/index.js';
import { tensorOf } from '../../bench/models/step.js';
import { onnxModel } from '../../bench/peers/onnx-model.js';
import { onnxNetwork } from '../../bench/peers/onnx-network.js';
import { CpuDevice } from '../../src/devices/cpu.js';
import { createEagerEngine } from '../../src/engines/eager.js';
import { flopsOf } from '../../src/engines/graph/explain.js';
import { lowerGraph } from '../../src/engines/graph/lower.js';
import { trace } from '../../src/engines/graph/trace.js';
import * as k from '../../src/index.js';

const eager = createEagerEngine(new CpuDevice({}));
const previous = k.currentEngine();
afterAll(() => k.setEngine(previous));

/** Multiplications and additions of the products that the traced network consists of. */
function tracedFlops(name: ModelName, batch: number): number {
  const built = k.scope(() => MODELS[name].build());
  const x = tensorOf(MODELS[name].sample(batch).x);
  const { graph } = trace(
    eager,
    [x],
    ([input]) => (input === undefined ? x : built.predictStep({ x: input })),
    (output) => (output instanceof k.Tensor ? [output] : []),
  );
  return lowerGraph(graph).calls.reduce((sum, call) => sum + (flopsOf(call) ?? 0), 0);
}

describe('bench models', () => {
  it('have the weights of Keras networks', () => {
    const counts = k.withEngine(eager, () =>
      (['mlp', 'cnn', 'lstm', 'gpt', 'resnet50'] as const).map((name) =>
        k.scope(() => MODELS[name].build().countParams()),
      ),
    );
    expect(counts).toEqual([669706, 225034, 856586, 16988160, 25636712]);
  });

  it.each(['mlp', 'cnn', 'gpt', 'resnet50'] as const)(
    '%s: work as counted by the engine',
    (name) => {
      k.setEngine(eager);
      const counted = tracedFlops(name, 1);
      k.setEngine(previous);
      // Pooling and normalization add a little that the formula leaves out.
      expect(counted / MODELS[name].flops(1)).toBeGreaterThan(0.999);
      expect(counted / MODELS[name].flops(1)).toBeLessThan(1.01);
    },
  );
});

describe('ONNX models', () => {
  it('writes the bytes of a one-node model', () => {
    const bytes = onnxModel({
      inputs: [{ name: 'x', shape: [2] }],
      constants: [],
      nodes: [{ operator: 'Relu', inputs: ['x'], output: 'y' }],
      output: { name: 'y', shape: [2] },
    });
    const text = Buffer.from(bytes).toString('latin1');
    expect(bytes.length).toBe(63);
    expect(text).toContain('Relu');
  });

  it('names the layer that it cannot translate', () => {
    const x = k.layers.input({ shape: [4] });
    const network = new k.Model<k.TensorTree>({
      inputs: x,
      outputs: k.layers.gaussianNoise({ stddev: 1 }).apply(x),
    });
    const problem = {
      model: MODELS.mlp,
      batch: 1,
      sample: MODELS.mlp.sample(1),
      weights: [],
      network,
    };
    expect(() => onnxNetwork(problem)).toThrow('GaussianNoise');
  });
});
