// The GPU recipe for computes without reductions: one invocation for each element.
import type { Compute } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { joinAxes } from './axes.js';
import { Accesses, Evaluator, type Place } from './evaluate.js';
import { flatExtentOf, loopOver, positionsAt } from './gpu-place.js';
import { buffersOf, Extents, storeOutputs } from './nest.js';

export function gpuMapLoops(compute: Compute): Loops {
  const accesses = new Accesses(compute.inputs, compute.outputs, []);
  const axes = joinAxes(accesses, compute.axes);
  const extents = new Extents();
  const elements = loopOver('parallel', 'element', flatExtentOf(axes, extents), (flat) => {
    const body: Stmt[] = [];
    const place: Place = { positions: positionsAt(axes, flat, extents, body), stages: [], body };
    const evaluator = new Evaluator(accesses, place);
    storeOutputs(accesses, compute.outputs, evaluator, place);
    return body;
  });
  return {
    kind: 'loops',
    name: 'map',
    buffers: buffersOf(accesses),
    procedures: [],
    body: [elements],
  };
}
