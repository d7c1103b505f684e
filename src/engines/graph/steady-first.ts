// Steady first: what depends on nothing but variables that a program never changes is worked out
// once, and again only when one of them has changed: packed and folded weights of inference, and of
// layers that are frozen. A pass over kernels, after fusion; preparation.ts runs what it finds.
import { bytesPerElement } from '../../core/dtype.js';
import { sizeOf } from '../../core/shape.js';
import type { Target } from '../../kernels/schedule/target.js';
import {
  deliveredValues,
  isLeftAlone,
  type KernelCall,
  type KernelGraph,
  nextValueId,
  rootOf,
  type Value,
  writtenInParts,
} from './kernel-graph.js';
import { packFactor } from './pack-factor.js';
import { isRegion } from './regions.js';

/** Elements from which a second program for them is worth compiling. */
const FEWEST_ELEMENTS = 1 << 14;
/** What is kept takes no more memory than so many times what it is made of. */
const MOST_GROWTH = 2;

function bytesOf(values: readonly Value[]): number {
  return values.reduce(
    (sum, { spec }) => sum + sizeOf(spec.shape) * bytesPerElement(spec.dtype),
    0,
  );
}

/** Sorts calls into those whose results stay and the others. */
class Sorting {
  readonly first: KernelCall[] = [];
  readonly others: KernelCall[] = [];
  readonly #made = new Set<Value>();
  readonly #bound: ReadonlySet<Value>;
  #nextId: number;

  constructor(
    private readonly graph: KernelGraph,
    private readonly target: Target,
  ) {
    // What leaves the program is written anew each time, and parts belong to several kernels.
    this.#bound = new Set([...deliveredValues(graph), ...writtenInParts(graph.calls)]);
    this.#nextId = nextValueId(graph.calls);
    for (const call of graph.calls) this.#sort(call);
  }

  #sort(call: KernelCall): void {
    if (this.#stays(call)) {
      this.#keep(call);
      return;
    }
    const packed = packFactor(call, this.target, this.#nextId, (value) => this.#isSteady(value));
    if (packed === undefined) {
      this.others.push(call);
      return;
    }
    this.#nextId++;
    this.#keep(packed.packing);
    this.others.push(packed.product);
  }

  #keep(call: KernelCall): void {
    this.first.push(call);
    for (const value of call.outputs) this.#made.add(value);
  }

  #stays({ kernel, inputs, outputs }: KernelCall): boolean {
    if (isRegion(kernel) || !inputs.every((value) => this.#isSteady(value))) return false;
    if (outputs.some((value) => value.home !== undefined || this.#bound.has(value))) return false;
    return bytesOf(outputs) <= MOST_GROWTH * bytesOf(inputs.map(rootOf));
  }

  #isSteady(value: Value): boolean {
    const root = rootOf(value);
    return this.#made.has(root) || isLeftAlone(this.graph, root);
  }
}

/** Puts calls whose results stay before all others, and packs factors that stay. */
export function steadyFirst(graph: KernelGraph, target: Target): KernelGraph {
  const { first, others } = new Sorting(graph, target);
  const elements = first
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0);
  if (elements < FEWEST_ELEMENTS) return graph;
  return { ...graph, calls: [...first, ...others], steady: first.length };
}
