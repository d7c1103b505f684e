// What a loop multiplies by in every turn and never changes is packed once before it, instead of
// in every turn: the weights of a recurrent layer. A pass over kernels, after fusion.
import type { Target } from '../../kernels/schedule/target.js';
import {
  type KernelCall,
  type KernelGraph,
  type LoopRegion,
  nextValueId,
  type Value,
} from './kernel-graph.js';
import { packFactor } from './pack-factor.js';
import { isRegion, regionCall } from './regions.js';

/** Turns from which packing once pays for the memory it takes. */
const FEWEST_TURNS = 4;

/** Whether a value is the same in all turns. */
function isSteady(value: Value, counter: number, written: ReadonlySet<Value>): boolean {
  if (written.has(value)) return false;
  const { home } = value;
  if (home === undefined) return true;
  return (
    home.terms.every((term) => term.counter !== counter) && isSteady(home.of, counter, written)
  );
}

function turnsOf({ turns }: LoopRegion): number {
  return (turns.kind === 'counted' ? turns.length : turns.most) ?? FEWEST_TURNS;
}

/** A loop that reads packed factors, after the kernels that pack them. */
function packedLoop(call: KernelCall, region: LoopRegion, target: Target): readonly KernelCall[] {
  if (turnsOf(region) < FEWEST_TURNS) return [call];
  const { calls } = region.body;
  const written = new Set(calls.flatMap(({ outputs }) => outputs));
  const before: KernelCall[] = [];
  const body = calls.map((each): KernelCall => {
    const id = nextValueId([call, ...calls, ...before]);
    const packed = packFactor(each, target, id, (value) =>
      isSteady(value, region.counter, written),
    );
    if (packed === undefined) return each;
    before.push(packed.packing);
    return packed.product;
  });
  if (before.length === 0) return [call];
  const loop = regionCall({ ...region, body: { ...region.body, calls: body } }, call);
  return [...before, loop];
}

/** Packs the steady factors of the loops of a list. */
export function packForLoops(graph: KernelGraph, target: Target): KernelGraph {
  const calls = graph.calls.flatMap((call) => {
    const { kernel } = call;
    return isRegion(kernel) && kernel.kind === 'loop' ? packedLoop(call, kernel, target) : [call];
  });
  return { ...graph, calls };
}
