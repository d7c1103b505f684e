// The recipe for computes without reductions: one loop nest, vectors along the last axis.
import type { Compute } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { joinAxes } from './axes.js';
import { Accesses, Evaluator, type Place } from './evaluate.js';
import { buffersOf, Extents, nest, type Positions, storeOutputs, vectorLoop } from './nest.js';
import { lanesFor } from './prepare.js';
import type { Target } from './target.js';

export function mapLoops(compute: Compute, target: Target): Loops {
  const accesses = new Accesses(compute.inputs, compute.outputs, []);
  const axes = joinAxes(accesses, compute.axes);
  const extents = new Extents();
  const inner = axes.at(-1);
  const outer = axes.slice(0, -1);
  const writesAlong = accesses.outputs.every(
    (output) => inner !== undefined && coefficient(accesses.addressOfOutput(output), inner) === 1,
  );
  const wide = lanesFor(compute, target);
  const lanes = inner !== undefined && inner.extent >= wide && writesAlong ? wide : 1;

  const point = (positions: Positions, step: number): readonly Stmt[] => {
    const body: Stmt[] = [];
    const vector = step > 1 && inner !== undefined ? { axis: inner, lanes: step } : undefined;
    const place: Place = {
      positions,
      stages: [],
      body,
      ...(vector === undefined ? {} : { vector }),
    };
    const evaluator = new Evaluator(accesses, place);
    storeOutputs(accesses, compute.outputs, evaluator, place);
    return body;
  };

  const body =
    inner === undefined
      ? point(new Map(), 1)
      : nest(
          outer,
          extents,
          new Map(),
          (positions) =>
            vectorLoop(
              inner,
              lanes,
              extents,
              positions,
              point,
              outer.length === 0 ? 'parallel' : 'serial',
            ),
          'parallel',
        );
  return { kind: 'loops', name: 'map', buffers: buffersOf(accesses), procedures: [], body };
}
