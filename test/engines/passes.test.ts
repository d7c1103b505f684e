// Passes: each says what it needs, and what a faulty one leaves is refused with its name.
import { expect, it } from 'vitest';
import type { KernelGraph } from '../../src/engines/graph/kernel-graph.js';
import { lowerGraph } from '../../src/engines/graph/lower.js';
import { onEveryPass, requireOrder, runPass } from '../../src/engines/graph/passes.js';
import { graphPasses, kernelPasses, optimise } from '../../src/engines/graph/program.js';
import { flattenArguments } from '../../src/engines/graph/signature.js';
import { trace } from '../../src/engines/graph/trace.js';
import { verifyGraph, verifyKernels } from '../../src/engines/graph/verify-graph.js';
import {
  createCpuDevice,
  createEagerEngine,
  ones,
  type Tensor,
  Variable,
  withEngine,
} from '../../src/index.js';

const eager = createEagerEngine(createCpuDevice());
const traced = () =>
  withEngine(eager, () => {
    const weight = new Variable(ones([4, 4]));
    const { graph } = trace(
      eager,
      [ones([3, 4])],
      ([x]) => {
        const y = (x as Tensor).matmul(weight.value).add(1).tanh();
        weight.assign(weight.value.mul(0.9));
        return [y, y.sum()];
      },
      (result) => flattenArguments(result).tensors,
    );
    return graph;
  });

it('come after those they need', () => {
  requireOrder(graphPasses(eager));
  requireOrder(kernelPasses(eager));
  expect(() => requireOrder([...kernelPasses(eager)].reverse())).toThrow(
    'the pass "updates last" runs before "steady first", which it needs',
  );
});

it('are heard of, each by name and in order', () => {
  const heard: string[] = [];
  onEveryPass((pass) => heard.push(pass));
  try {
    optimise(traced(), eager);
  } finally {
    onEveryPass(undefined);
  }
  const names = (passes: readonly { readonly name: string }[]) => passes.map(({ name }) => name);
  expect(heard).toEqual([...names(graphPasses(eager)), 'lower', ...names(kernelPasses(eager))]);
});

it('that lose a node or change its type are refused', () => {
  const graph = traced();
  verifyGraph('none', graph);
  expect(() => verifyGraph('loses', { ...graph, nodes: graph.nodes.slice(1) })).toThrow(
    /after the pass "loses", add .*: input 0 is used before it is made/,
  );
  expect(() => verifyGraph('turns', { ...graph, nodes: [...graph.nodes].reverse() })).toThrow(
    '"turns"',
  );
  expect(() => verifyGraph('drops', { ...graph, nodes: graph.nodes.slice(0, -1) })).toThrow(
    /"drops".*is not made by any node/,
  );
});

it('that lose a kernel, an input or the size of an output are refused', () => {
  const kernels = lowerGraph(traced());
  verifyKernels('none', kernels);
  const check = (name: string, change: (calls: KernelGraph['calls']) => KernelGraph['calls']) =>
    verifyKernels(
      name,
      runPass(
        {
          name,
          needs: [],
          run: (graph: KernelGraph) => ({ ...graph, calls: change(graph.calls) }),
        },
        kernels,
      ),
    );
  expect(() => check('loses', (calls) => calls.slice(1))).toThrow(
    /"loses".*is read before it is written/,
  );
  expect(() => check('drops', (calls) => calls.slice(0, -1))).toThrow(
    /"drops".*delivered but never written/,
  );
  expect(() =>
    check('forgets', (calls) => calls.map((call) => ({ ...call, inputs: call.inputs.slice(1) }))),
  ).toThrow(/"forgets", matmul: .*another number of inputs/);
  expect(() =>
    check('grows', (calls) =>
      calls.map((call) => {
        const { kernel } = call;
        if (kernel.kind !== 'compute') return call;
        const outputs = kernel.outputs.map((output) => ({ ...output, shape: [99] }));
        return { ...call, kernel: { ...kernel, outputs } };
      }),
    ),
  ).toThrow(/"grows".*another size or dtype/);
});
