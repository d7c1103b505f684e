// compareEngines: a sound model reports nothing and is left as it was; a faulty kernel and a faulty
// pass are traced to the op, the layer and the line.
import { expect, it } from 'vitest';
import { type Build, compareCompiled } from '../../src/engines/graph/compare.js';
import type { KernelCall, KernelGraph } from '../../src/engines/graph/kernel-graph.js';
import { lowerGraph } from '../../src/engines/graph/lower.js';
import {
  buildProgram,
  kernelPasses,
  optimise,
  Program,
  simplify,
} from '../../src/engines/graph/program.js';
import {
  compareEngines,
  createCpuDevice,
  createEagerEngine,
  Layer,
  layers,
  Sequential,
  setRandomSeed,
  softmax,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
  withEngine,
} from '../../src/index.js';
import { add, literal } from '../../src/kernels/ir/build.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import { rewrite } from '../../src/kernels/ir/expr-walk.js';

const pattern = (shape: number[]): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, index) => Math.sin(index * 1.7)),
    { shape },
  );
};

/** A layer of the user's own; the line of its `sigmoid` is what a report should name. */
class Gate extends Layer {
  protected override call(inputs: Tensor): Tensor {
    return inputs.mul(inputs.sigmoid());
  }
}

it('reports nothing for a sound model, and leaves it as it was', async () => {
  setRandomSeed(1);
  const model = new Sequential([
    layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.3 }),
    new Gate(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const batch = [pattern([12, 8]), softmax(pattern([12, 3]))] as const;
  await model.trainOnBatch(...batch);
  const values = () =>
    Promise.all([...model.weights, ...model.optimizer.variables].map((one) => one.value.array()));
  const before = await values();
  const { ops, first } = await compareEngines(model, batch);
  expect(first).toBeUndefined();
  expect(ops).toBeGreaterThan(60);
  expect(await values()).toEqual(before);
});

/** A kernel whose last output is too large by a tenth. */
function spoilt(call: KernelCall): KernelCall {
  const { kernel } = call;
  if (kernel.kind !== 'compute') throw new Error('only computes can be spoilt');
  const output = kernel.outputs.at(-1);
  if (output === undefined) throw new Error('no output');
  const value = add(output.value, literal(output.value, 0.1));
  return {
    ...call,
    kernel: { ...kernel, outputs: [...kernel.outputs.slice(0, -1), { ...output, value }] },
  };
}

type Picks = (call: KernelCall) => boolean;

const spoil = (kernels: KernelGraph, picks: Picks): KernelGraph => ({
  ...kernels,
  calls: kernels.calls.map((call) => (picks(call) ? spoilt(call) : call)),
});

/** Programs whose kernels of this op are faulty from the start. */
const faultyKernel =
  (op: string): Build =>
  (host, graph) => {
    const lowered = lowerGraph(simplify(graph, host.eager));
    const faulty = spoil(lowered, (call) => call.names.includes(op));
    return new Program(
      host,
      kernelPasses(host.eager).reduce((kernels, pass) => pass.run(kernels), faulty),
    );
  };

/** Programs in which a pass computes sigmoid wrongly when it fuses it with others. */
const faultyPass: Build = (host, graph) => {
  const fused = optimise(graph, host.eager);
  const calls = fused.calls.map((call) => {
    const { kernel, names } = call;
    if (kernel.kind !== 'compute' || names.length < 2) return call;
    const change = (value: Expr): Expr =>
      rewrite(value, (node) =>
        node.kind === 'call' && node.fn === 'sigmoid' ? add(node, literal(node, 0.1)) : node,
      );
    const outputs = kernel.outputs.map((output) => ({ ...output, value: change(output.value) }));
    return { ...call, kernel: { ...kernel, outputs } };
  });
  return new Program(host, { ...fused, calls });
};

const device = createCpuDevice();
const eager = createEagerEngine(device);

/** A step with gradients whose layers stand in this file. */
function compare(build: Build) {
  return withEngine(eager, async () => {
    setRandomSeed(2);
    const first = new Variable(pattern([8, 16]));
    const gate = new Gate({ name: 'gate' });
    const x = pattern([4, 8]);
    const step = (input: Tensor) => {
      const { value, gradients } = valueAndGradient(() => {
        const hidden = input.matmul(first.value).tanh();
        return gate.apply(hidden).square().mean();
      }, [first]);
      const [gradient] = gradients;
      if (gradient !== undefined) first.assign(first.value.sub(gradient.mul(0.1)));
      return value;
    };
    return compareCompiled({ device, eager }, step as never, [x], 1e-4, build);
  });
}

it('agrees where nothing is faulty', async () => {
  expect((await compare(buildProgram)).first).toBeUndefined();
});

it('finds the op of a faulty kernel, its layer and its line', async () => {
  const inLayer = (await compare(faultyKernel('sigmoid'))).first;
  expect(inLayer).toMatchObject({ op: 'sigmoid', layer: 'gate', cause: 'kernel' });
  expect(inLayer?.line).toMatch(/compare\.test\.ts:\d+:\d+$/);
  expect(Number(inLayer?.compiled) - Number(inLayer?.eager)).toBeCloseTo(0.1, 4);
  const outside = (await compare(faultyKernel('tanh'))).first;
  expect(outside).toMatchObject({ op: 'tanh', layer: '', cause: 'kernel' });
  expect(outside?.line).not.toBe(inLayer?.line);
});

it('finds an op that a pass has spoilt', async () => {
  const { first } = await compare(faultyPass);
  expect(first).toMatchObject({ op: 'sigmoid', layer: 'gate', cause: 'fusion' });
  expect(first?.line).toMatch(/compare\.test\.ts:\d+:\d+$/);
});

it('explains what is missing', async () => {
  const model = new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  await expect(compareEngines(model, [pattern([2, 2]), pattern([2, 1])])).rejects.toThrow(
    'the model must be compiled first',
  );
});
