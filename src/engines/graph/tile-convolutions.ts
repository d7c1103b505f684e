// Convolutions by 3 x 3 windows become products of transformed tiles where that is quicker
// (kernels/schedule/winograd.ts). A pass over kernels, after fusion.
import { bytesPerElement } from '../../core/dtype.js';
import { at } from '../../core/sequence.js';
import type { Target } from '../../kernels/schedule/target.js';
import { joinedSteps, type Windowed, windowedOf } from '../../kernels/schedule/windowed.js';
import {
  gainOfTiles,
  type TiledConvolution,
  tiledConvolution,
} from '../../kernels/schedule/winograd.js';
import {
  isLeftAlone,
  type KernelCall,
  type KernelGraph,
  newFloats,
  nextValueId,
  rootOf,
  type Value,
} from './kernel-graph.js';
import { withSplit } from './split-axes.js';
import { withoutUnusedInputs } from './unused-inputs.js';

/** The gain from which tiles are worth the memory they take, and the most that they may take. */
const LEAST_GAIN = 1.15;
const MOST_BYTES = 1 << 28;

/** Whether the filter stays from run to run. */
function filterStays(graph: KernelGraph, call: KernelCall, { other }: Windowed): boolean {
  return other.kind === 'read' && isLeftAlone(graph, rootOf(at(call.inputs, other.input)));
}

/** A kernel in which something slides, if need be with axes taken apart that had been joined. */
function slidingIn(kernel: KernelCall['kernel']): Windowed | undefined {
  if (kernel.kind !== 'compute') return undefined;
  const split = joinedSteps(kernel);
  return windowedOf(split === undefined ? kernel : withSplit(kernel, split));
}

/** The kernels of a convolution by tiles, where they are quicker and fit into memory. */
function tiledWhere(
  graph: KernelGraph,
  call: KernelCall,
  target: Target,
): TiledConvolution | undefined {
  const conv = slidingIn(call.kernel);
  if (conv === undefined) return undefined;
  if (gainOfTiles(conv, target, filterStays(graph, call, conv)) < LEAST_GAIN) return undefined;
  const tiled = tiledConvolution(conv, target);
  const elements = tiled.elements.reduce((sum, count) => sum + count, 0);
  return elements * bytesPerElement('float32') <= MOST_BYTES ? tiled : undefined;
}

/** The calls that do what a convolution does, by tiles. */
function tiledCalls(
  call: KernelCall,
  tiled: TiledConvolution,
  firstId: number,
): readonly KernelCall[] {
  const { inputs, outputs, names } = call;
  const values = tiled.elements.map((elements, index) => newFloats(firstId + index, elements));
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
    const tiled = tiledWhere(graph, call, target);
    if (tiled === undefined) return [call];
    const made = tiledCalls(call, tiled, nextId);
    nextId += tiled.elements.length;
    return made;
  });
  return { ...graph, calls };
}
