// Convolutions by 3 x 3 windows become products of transformed tiles where that is quicker
// (kernels/schedule/winograd.ts). A pass over kernels, after fusion.
import { at } from '../../core/sequence.js';
import type { Target } from '../../kernels/schedule/target.js';
import { joinedSteps, type Windowed, windowedOf } from '../../kernels/schedule/windowed.js';
import { gainOfTiles, tiledConvolution } from '../../kernels/schedule/winograd.js';
import { withoutUnusedInputs } from './fuse.js';
import {
  type KernelCall,
  type KernelGraph,
  nextValueId,
  rootOf,
  type Value,
} from './kernel-graph.js';
import { withSplit } from './split-axes.js';

/** The gain from which tiles are worth the memory they take. */
const LEAST_GAIN = 1.15;

/** Whether the filter is a variable that the graph leaves as it is. */
function filterStays(graph: KernelGraph, call: KernelCall, { other }: Windowed): boolean {
  if (other.kind !== 'read') return false;
  const { origin } = rootOf(at(call.inputs, other.input));
  return origin.kind === 'variable' && !graph.assignments.has(origin.variable);
}

/** A kernel in which something slides, if need be with axes taken apart that had been joined. */
function slidingIn(kernel: KernelCall['kernel']): Windowed | undefined {
  if (kernel.kind !== 'compute') return undefined;
  const split = joinedSteps(kernel);
  return windowedOf(split === undefined ? kernel : withSplit(kernel, split));
}

/** The calls that do what a convolution does, by tiles. */
function tiledCalls(
  call: KernelCall,
  conv: Windowed,
  target: Target,
  firstId: number,
): readonly KernelCall[] {
  const tiled = tiledConvolution(conv, target);
  const { inputs, outputs, names } = call;
  const values = tiled.elements.map(
    (elements, index): Value => ({
      id: firstId + index,
      spec: { shape: [elements], dtype: 'float32' },
      origin: { kind: 'kernel' },
    }),
  );
  const value = (index: number): Value => at(values, index);
  const [padded, inputTiles, otherTiles, products] = [value(0), value(1), value(2), value(3)];
  const made = (
    name: string,
    kernel: Windowed['compute'],
    from: readonly Value[],
    to: Value,
  ): KernelCall => withoutUnusedInputs({ kernel, inputs: from, outputs: [to], names: [name] });
  return [
    made('padded', tiled.padded, inputs, padded),
    made('input tiles', tiled.inputTiles, [padded], inputTiles),
    made('other tiles', tiled.otherTiles, inputs, otherTiles),
    made('products of tiles', tiled.products, [inputTiles, otherTiles], products),
    ...tiled.results.map((kernel) =>
      withoutUnusedInputs({ kernel, inputs: [...inputs, products], outputs, names }),
    ),
  ];
}

/** Writes convolutions by tiles where that is quicker. */
export function tileConvolutions(graph: KernelGraph, target: Target): KernelGraph {
  if (target.kind !== 'cpu') return graph;
  let nextId = nextValueId(graph.calls);
  const calls = graph.calls.flatMap((call): readonly KernelCall[] => {
    const conv = slidingIn(call.kernel);
    if (conv === undefined) return [call];
    if (gainOfTiles(conv, target, filterStays(graph, call, conv)) < LEAST_GAIN) return [call];
    const tiled = tiledCalls(call, conv, target, nextId);
    nextId += tiled.length;
    return tiled;
  });
  return { ...graph, calls };
}
