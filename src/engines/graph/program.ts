// A compiled function: its kernels ordered, fused, placed in memory and made one program.
// The last stage of the compiled engine; compile.ts calls it once per signature.
import type { Block } from '../../core/device.js';
import { bytesPerElement } from '../../core/dtype.js';
import { isDense, layoutOf } from '../../core/layout.js';
import { mapControl } from '../../core/loops-and-branches.js';
import { at } from '../../core/sequence.js';
import type {
  BufferPlace,
  Sequence,
  SequenceDevice,
  SequenceStep,
} from '../../core/sequence-device.js';
import { sizeOf } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import { kernelHash } from '../../kernels/ir/hash.js';
import type { Kernel } from '../../kernels/ir/kernel.js';
import type { Loops } from '../../kernels/ir/loops.js';
import { schedule } from '../../kernels/schedule/schedule.js';
import type { EagerEngine } from '../eager.js';
import { Storage, StoredTensor, storedTensor, tensorOn } from '../storage.js';
import { cutLongSums } from './cut-long-sums.js';
import { dropUnusedCalls, fuseFinish, inlineMaps } from './fuse.js';
import type { Graph } from './graph.js';
import type { KernelCall, KernelGraph, Ref, Value } from './kernel-graph.js';
import { lowerGraph } from './lower.js';
import { packForLoops } from './pack-for-loops.js';
import { type Pass, runPass, runPasses } from './passes.js';
import { type MemoryPlan, planMemory } from './plan.js';
import { Preparation } from './preparation.js';
import { everywhere, isRegion } from './regions.js';
import { dropUnused, foldConstants, shareEqual } from './simplify.js';
import { steadyFirst } from './steady-first.js';
import { sumsAfterLoops } from './sums-after-loops.js';
import { tileConvolutions } from './tile-convolutions.js';
import { updatesLast } from './updates-last.js';

/** What a program is built with. */
export interface ProgramHost {
  readonly device: SequenceDevice;
  readonly eager: EagerEngine;
}

/** The passes over ops. */
export function graphPasses(eager: EagerEngine): readonly Pass<Graph>[] {
  return [
    { name: 'drop unused nodes', needs: [], run: dropUnused },
    { name: 'fold constants', needs: [], run: (graph) => foldConstants(graph, eager) },
    { name: 'share equal nodes', needs: ['fold constants'], run: shareEqual },
    { name: 'drop what was folded or shared', needs: ['share equal nodes'], run: dropUnused },
  ];
}

/** The passes over kernels, in order. Inlining first, so that finishes see whole maps. */
export function kernelPasses({ device }: EagerEngine): readonly Pass<KernelGraph>[] {
  const packed = (graph: KernelGraph) => packForLoops(graph, device.target);
  return [
    { name: 'drop unused kernels', needs: [], run: everywhere(dropUnusedCalls) },
    { name: 'inline maps', needs: ['drop unused kernels'], run: everywhere(inlineMaps) },
    { name: 'fuse finishes', needs: ['inline maps'], run: everywhere(fuseFinish) },
    {
      name: 'tile convolutions',
      needs: ['fuse finishes'],
      run: (graph) => tileConvolutions(graph, device.target),
    },
    {
      name: 'cut long sums',
      needs: ['tile convolutions'],
      run: (graph) => cutLongSums(graph, device.target),
    },
    { name: 'sums over turns', needs: ['fuse finishes'], run: everywhere(sumsAfterLoops) },
    { name: 'pack steady factors', needs: ['sums over turns'], run: everywhere(packed) },
    {
      name: 'steady first',
      needs: ['pack steady factors'],
      run: (graph) => steadyFirst(graph, device.target),
    },
    // Planning counts on it: what is updated in place comes after all that may fail.
    { name: 'updates last', needs: ['steady first'], run: updatesLast },
  ];
}

/** From ops to kernels, as a step that listeners hear of too. */
function lowered(graph: Graph): KernelGraph {
  return runPass({ name: 'lower', needs: [], run: (same: KernelGraph) => same }, lowerGraph(graph));
}

/** Constants folded, equal nodes shared, unused ones dropped. */
export function simplify(graph: Graph, eager: EagerEngine): Graph {
  return runPasses(graphPasses(eager), graph);
}

/** From a traced graph to the kernels that will run. */
export function optimise(graph: Graph, eager: EagerEngine): KernelGraph {
  return runPasses(kernelPasses(eager), lowered(simplify(graph, eager)));
}

/** What is bound anew for each run: arguments, then variables. */
class Bindings {
  readonly #slots = new Map<string, number>();
  readonly variables: Variable[] = [];
  readonly arguments: number[] = [];

  slotOf(value: Value): number | undefined {
    const { origin } = value;
    if (origin.kind === 'argument') return this.#slot(`a${origin.index}`);
    if (origin.kind === 'variable') return this.variable(origin.variable);
    return undefined;
  }

  result(index: number): number {
    return this.#slot(`r${index}`);
  }

  variable(variable: Variable): number {
    const slot = this.#slot(`v${variable.id}`);
    if (!this.variables.includes(variable)) this.variables.push(variable);
    return slot;
  }

  #slot(key: string): number {
    const known = this.#slots.get(key) ?? this.#slots.size;
    this.#slots.set(key, known);
    return known;
  }

  get count(): number {
    return this.#slots.size;
  }

  slot(key: string): number | undefined {
    return this.#slots.get(key);
  }
}

/** Results that are nothing else: no other result, and no variable's new value. */
function ownResults(kernels: KernelGraph, plan: MemoryPlan): Map<Value, number> {
  const assigned = new Set([...kernels.assignments.values()].map((ref) => ref.value));
  const own = new Map<Value, number>();
  const twice = new Set<Value>();
  kernels.results.forEach(({ value }, index) => {
    if (own.has(value)) twice.add(value);
    else if (plan.offsets.has(value) && !assigned.has(value)) own.set(value, index);
  });
  for (const value of twice) own.delete(value);
  return own;
}

/** A function that was traced for one signature and compiled. */
export class Program {
  readonly #sequence: Sequence;
  /** What runs before it when variables have changed. */
  readonly #preparation: Preparation | undefined;
  readonly #arena: Block;
  /** Results that kernels write into the memory of the tensors that are given back. */
  readonly #ownResults: ReadonlyMap<Value, number>;
  readonly #bindings = new Bindings();
  /** Scheduled kernels: networks repeat their blocks, and equal kernels share a program. */
  readonly #scheduled = new Map<string, Loops>();

  constructor(
    private readonly host: ProgramHost,
    readonly kernels: KernelGraph,
    readonly plan: MemoryPlan = planMemory(kernels),
  ) {
    this.#arena = host.device.alloc(this.plan.arenaBytes);
    this.#ownResults = ownResults(kernels, this.plan);
    const steps = this.#stepsOf(kernels);
    for (const variable of kernels.assignments.keys()) this.#bindings.variable(variable);
    const { steady = 0 } = kernels;
    const load = (part: readonly SequenceStep[]) => host.device.loadSequence(part);
    if (steady > 0) this.#preparation = new Preparation(kernels, load(steps.slice(0, steady)));
    this.#sequence = load(steps.slice(steady));
    this.#scheduled.clear();
  }

  #stepsOf({ calls }: KernelGraph): SequenceStep[] {
    return calls.map((call): SequenceStep => {
      const { kernel } = call;
      if (isRegion(kernel)) {
        const listOf = (list: KernelGraph) => this.#stepsOf(list);
        return mapControl(kernel, listOf, (value) => this.#place(value));
      }
      return {
        kind: 'kernel',
        program: this.#schedule(kernel),
        places: this.#placesOf(kernel, call),
        updates: call.outputs.some((value) => this.plan.inPlace.has(value)),
      };
    });
  }

  #schedule(kernel: Kernel): Loops {
    const key = kernelHash(kernel);
    const program = this.#scheduled.get(key) ?? schedule(kernel, this.host.device.target);
    this.#scheduled.set(key, program);
    return program;
  }

  #placesOf(kernel: Kernel, call: KernelCall): BufferPlace[] {
    const inputs = call.inputs.map((value) => this.#place(value));
    const used = kernel.kind === 'loops' ? kernel.buffers : undefined;
    const outputs = call.outputs.map((value) => this.#place(value));
    if (used === undefined) return [...inputs, ...outputs];
    return used.flatMap((buffer) => {
      if (buffer.space === 'input') return [at(inputs, buffer.slot)];
      return buffer.space === 'output' ? [at(outputs, buffer.slot)] : [];
    });
  }

  #place(value: Value): BufferPlace {
    const { home } = value;
    if (home !== undefined) {
      const width = bytesPerElement(value.spec.dtype);
      const place = this.#place(home.of);
      const terms = home.terms.map(({ counter, elements, modulo }) => ({
        counter,
        bytes: elements * width,
        modulo,
      }));
      return {
        ...place,
        byteOffset: place.byteOffset + home.elements * width,
        terms: [...place.terms, ...terms],
      };
    }
    const slot = this.#slotOf(value);
    const { origin } = value;
    const inArena = slot === undefined && origin.kind !== 'constant';
    const byteOffset = inArena ? (this.plan.offsets.get(value) ?? 0) : 0;
    const bytes = sizeOf(value.spec.shape) * bytesPerElement(value.spec.dtype);
    const whole = { byteOffset, terms: [], reach: { from: byteOffset, bytes } };
    if (slot !== undefined) return { kind: 'bound', slot, ...whole };
    const block = origin.kind === 'constant' ? origin.tensor.storage.block : this.#arena;
    return { kind: 'block', block, ...whole };
  }

  /** The slot of a value that lies in a block bound for each run. */
  #slotOf(value: Value): number | undefined {
    const variable = this.plan.inPlace.get(value);
    if (variable !== undefined) return this.#bindings.variable(variable);
    const result = this.#ownResults.get(value);
    if (result !== undefined) return this.#bindings.result(result);
    return this.#bindings.slotOf(value);
  }

  /** Runs with these arguments; gives the results as fresh tensors. */
  run(args: readonly Tensor[]): readonly StoredTensor[] {
    const blocks = new Array<Block>(this.#bindings.count).fill(this.#arena);
    args.forEach((arg, index) => {
      const slot = this.#bindings.slot(`a${index}`);
      if (slot !== undefined) blocks[slot] = this.#dense(arg).storage.block;
    });
    for (const variable of this.#bindings.variables) {
      const slot = this.#bindings.variable(variable);
      blocks[slot] = this.#variableBlock(variable);
    }
    const results = this.kernels.results.map((ref) => this.#newResult(ref));
    for (const index of this.#ownResults.values()) {
      blocks[this.#bindings.result(index)] = at(results, index).storage.block;
    }
    this.#preparation?.run(blocks);
    for (const variable of this.kernels.assignments.keys()) variable.noteChange();
    this.#sequence.run(blocks);
    results.forEach((tensor, index) => {
      this.#copyResult(at(this.kernels.results, index), index, tensor);
    });
    for (const [variable, ref] of this.kernels.assignments) {
      if (!this.plan.inPlace.has(ref.value)) this.#copyToVariable(variable, ref, blocks);
    }
    return results;
  }

  /** The tensor itself, or a dense copy that the present scope frees. */
  #dense(tensor: Tensor): StoredTensor {
    const stored = tensorOn(this.host.device, tensor, 'compiled step');
    if (isDense(stored.layout) && stored.layout.offset === 0) return stored;
    return this.#copyOf(stored);
  }

  #copyOf(stored: StoredTensor): StoredTensor {
    return storedTensor(this.host.eager.densify(stored), 'compiled step');
  }

  /** The memory of a variable, made its own first if others can see it and it will change. */
  #variableBlock(variable: Variable): Block {
    const held = tensorOn(this.host.device, variable.held, `Variable "${variable.path}"`);
    const whole = isDense(held.layout) && held.layout.offset === 0;
    const changes = this.kernels.assignments.has(variable);
    const isAlone = held.seenIn === undefined && held.storage.users === 1;
    if (whole && (!changes || isAlone)) {
      return held.storage.block;
    }
    const { scopes } = this.host.eager;
    const copy = this.#copyOf(held);
    variable.swapHeld(scopes.own(copy));
    copy.dispose();
    scopes.giveBack(held);
    return copy.storage.block;
  }

  #newResult(ref: Ref): StoredTensor {
    const { device, eager } = this.host;
    const { shape, dtype } = ref.layout;
    const block = device.alloc(sizeOf(shape) * bytesPerElement(dtype));
    const tensor = new StoredTensor(layoutOf(dtype, shape), new Storage(device, block));
    eager.scopes.register(tensor);
    return tensor;
  }

  /** Copies a result out of the arena, unless a kernel has written it where it belongs. */
  #copyResult(ref: Ref, index: number, tensor: StoredTensor): void {
    if (this.#ownResults.get(ref.value) === index) return;
    const bytes = sizeOf(ref.layout.shape) * bytesPerElement(ref.layout.dtype);
    const offset = this.plan.offsets.get(ref.value) ?? 0;
    this.host.device.copy(this.#arena, offset, tensor.storage.block, bytes);
  }

  #copyToVariable(variable: Variable, ref: Ref, blocks: readonly Block[]): void {
    const block = blocks[this.#bindings.variable(variable)];
    if (block === undefined) return;
    const bytes = sizeOf(ref.layout.shape) * bytesPerElement(ref.layout.dtype);
    this.host.device.copy(this.#arena, this.plan.offsets.get(ref.value) ?? 0, block, bytes);
  }

  dispose(): void {
    this.#sequence.dispose();
    this.#preparation?.dispose();
    this.host.device.free(this.#arena);
  }
}

/** Traces no more: optimises and compiles a graph. */
export function buildProgram(host: ProgramHost, graph: Graph): Program {
  return new Program(host, optimise(graph, host.eager));
}
