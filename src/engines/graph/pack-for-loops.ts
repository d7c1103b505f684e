// What a loop multiplies by in every turn and never changes is packed once before it, instead of
// in every turn: the weights of a recurrent layer. A pass over kernels, after fusion.
import { at } from '../../core/sequence.js';
import { packColumns } from '../../kernels/schedule/packed-columns.js';
import type { Target } from '../../kernels/schedule/target.js';
import { withoutUnusedInputs } from './fuse.js';
import type { KernelCall, KernelGraph, LoopRegion, Value } from './kernel-graph.js';
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

/** A new value's number: above all in the list. */
function nextId(calls: readonly KernelCall[]): number {
  const values = calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return values.reduce((most, { id }) => Math.max(most, id), 0) + 1;
}

/** A loop that reads packed factors, after the kernels that pack them. */
function packedLoop(call: KernelCall, region: LoopRegion, target: Target): readonly KernelCall[] {
  if (turnsOf(region) < FEWEST_TURNS) return [call];
  const { calls } = region.body;
  const written = new Set(calls.flatMap(({ outputs }) => outputs));
  const before: KernelCall[] = [];
  const body = calls.map((each): KernelCall => {
    const { kernel } = each;
    const found = kernel.kind === 'compute' ? packColumns(kernel, target) : undefined;
    if (found === undefined) return each;
    const factor = at(each.inputs, found.input);
    if (!isSteady(factor, region.counter, written)) return each;
    const packed: Value = {
      id: nextId([call, ...calls, ...before]),
      spec: { shape: [found.elements], dtype: 'float32' },
      origin: { kind: 'kernel' },
    };
    before.push({ kernel: found.packing, inputs: [factor], outputs: [packed], names: ['pack'] });
    // The loop needs the factor itself no more, unless it reads it for something else.
    return withoutUnusedInputs({
      ...each,
      kernel: found.product,
      inputs: [...each.inputs, packed],
    });
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
