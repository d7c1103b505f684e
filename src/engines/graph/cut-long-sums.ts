// Long sums of products with few results are cut into parts, which threads take as whole products,
// and the parts are summed: gradients of filters, which sum over all pixels of a batch. By sizes
// alone, so that rounding is the same on any number of threads. A pass over kernels, after fusion.
import { layoutOf } from '../../core/layout.js';
import { at } from '../../core/sequence.js';
import { flatPosition } from '../../kernels/ir/define.js';
import { type Axis, type Expr, F32 } from '../../kernels/ir/expr.js';
import type { Compute, Output } from '../../kernels/ir/kernel.js';
import { total } from '../../kernels/schedule/axes.js';
import { contractionOf } from '../../kernels/schedule/contraction-shape.js';
import type { Target } from '../../kernels/schedule/target.js';
import { type KernelCall, type KernelGraph, newFloats, nextValueId } from './kernel-graph.js';
import { withSplit } from './split-axes.js';
import { withoutUnusedInputs } from './unused-inputs.js';

/** More parts than there are threads in most machines only cost memory. */
const MOST_PARTS = 16;
/** Terms of a part; shorter ones would not be worth writing and reading their sums. */
const FEWEST_TERMS = 1024;
/** With more results, threads share those. */
const MOST_RESULTS = 1 << 15;

/** The number of parts: the largest that divides the outermost axis of the sum. */
function partsOf(outermost: Axis, terms: number): number {
  const most = Math.min(MOST_PARTS, Math.floor(terms / FEWEST_TERMS));
  for (let parts = most; parts > 1; parts--) if (outermost.extent % parts === 0) return parts;
  return 1;
}

/** A sum that is done in parts: the sums of the parts, and from them the results. */
interface CutSum {
  readonly parts: Compute;
  readonly results: Compute;
  readonly elements: number;
}

function cutSum(compute: Compute): CutSum | undefined {
  const [stage] = compute.stages;
  const outermost = stage?.over.find(({ extent }) => extent > 1);
  if (stage === undefined || outermost === undefined) return undefined;
  const count = partsOf(outermost, total(stage.over));
  if (count === 1 || total(compute.axes) > MOST_RESULTS) return undefined;
  if (contractionOf(compute)?.batch.length !== 0) return undefined;
  const split = withSplit(compute, { axis: outermost, inner: outermost.extent / count });
  const { over, body } = at(split.stages, 0);
  const part = at(over, stage.over.indexOf(outermost));
  const { axes } = split;
  const elements = count * total(axes);
  const element = flatPosition([part, ...axes]);
  const sum: Expr = { kind: 'stage', type: F32, stage: 0 };
  const partial: Output = {
    output: 0,
    dtype: 'float32',
    shape: [elements],
    over: [],
    at: [element],
    value: sum,
  };
  const read: Expr = { kind: 'read', type: F32, input: split.inputs.length, at: [element] };
  return {
    elements,
    parts: {
      ...split,
      axes: [part, ...axes],
      stages: [{ over: over.filter((axis) => axis !== part), by: 'sum', body }],
      outputs: [partial],
    },
    results: {
      ...split,
      inputs: [...split.inputs, layoutOf('float32', [elements])],
      stages: [{ over: [part], by: 'sum', body: read }],
    },
  };
}

/** Cuts long sums of products with few results into parts. */
export function cutLongSums(graph: KernelGraph, target: Target): KernelGraph {
  if (target.kind !== 'cpu') return graph;
  let id = nextValueId(graph.calls);
  const calls = graph.calls.flatMap((call): readonly KernelCall[] => {
    const { kernel, inputs, outputs, names } = call;
    const cut = kernel.kind === 'compute' ? cutSum(kernel) : undefined;
    if (cut === undefined) return [call];
    const partial = newFloats(id++, cut.elements);
    return [
      withoutUnusedInputs({ kernel: cut.parts, inputs, outputs: [partial], names }),
      withoutUnusedInputs({
        kernel: cut.results,
        inputs: [...inputs, partial],
        outputs,
        names: ['sum of parts'],
      }),
    ];
  });
  return { ...graph, calls };
}
