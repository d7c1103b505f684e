// Regions: calls that hold lists of calls. What they read from outside, and passes over the lists
// inside of them.
import { listsOf, mapControl } from '../../core/loops-and-branches.js';
import type { KernelCall, KernelGraph, Region, Value } from './kernel-graph.js';

/** Whether a call is a region; else it is a kernel. */
export function isRegion(kernel: KernelCall['kernel']): kernel is Region {
  return kernel.kind === 'loop' || kernel.kind === 'branch';
}

/** What a call wrote, or what is handed to the step, of which a value that is read is a part. */
function wholeOf(value: Value): Value {
  return value.origin.kind === 'part' && value.home !== undefined ? wholeOf(value.home.of) : value;
}

/** What the calls of a region read that none of them writes. */
function readFromOutside(region: Region): Value[] {
  const read = new Set<Value>(region.kind === 'branch' ? [wholeOf(region.flag)] : []);
  const written = new Set<Value>();
  for (const { calls } of listsOf(region)) {
    for (const call of calls) {
      for (const value of call.inputs) read.add(wholeOf(value));
      for (const value of call.outputs) {
        // What is written in its place belongs to the region too: the memory of carries, say.
        for (let part: Value | undefined = value; part !== undefined; part = part.home?.of) {
          written.add(part);
        }
      }
    }
  }
  const starts = region.kind === 'loop' ? region.starts : [];
  return [...starts, ...[...read].filter((value) => !written.has(value))];
}

/** A region as a call. */
export function regionCall(
  region: Region,
  { outputs, names }: Pick<KernelCall, 'outputs' | 'names'>,
): KernelCall {
  return { kernel: region, inputs: readFromOutside(region), outputs, names };
}

function withLists(region: Region, change: (graph: KernelGraph) => KernelGraph): Region {
  const changed = mapControl(region, change, (flag) => flag);
  if (changed.kind === 'branch') return changed;
  return { ...changed, starts: region.kind === 'loop' ? region.starts : [] };
}

/** A pass that also runs on the lists inside of regions, innermost first. */
export function everywhere(pass: (graph: KernelGraph) => KernelGraph) {
  const run = (graph: KernelGraph): KernelGraph => {
    const calls = graph.calls.map((call) =>
      isRegion(call.kernel) ? regionCall(withLists(call.kernel, run), call) : call,
    );
    return pass({ ...graph, calls });
  };
  return run;
}
