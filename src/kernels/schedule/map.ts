// The recipe for computes without reductions: one loop nest, vectors along the last axis.
import type { Compute } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { joinAxes } from './axes.js';
import { cutAtTests } from './cut-at-tests.js';
import { Accesses, Evaluator, type Place } from './evaluate.js';
import { buffersOf, Extents, nest, type Positions, storeOutputs, vectorLoop } from './nest.js';
import { lanesFor } from './prepare.js';
import type { Target } from './target.js';

/** The loops over one piece. */
function pieceLoops(compute: Compute, target: Target): readonly Stmt[] {
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

  if (inner === undefined) return point(new Map(), 1);
  const as = outer.length === 0 ? 'parallel' : 'serial';
  const inside = (positions: Positions) => vectorLoop(inner, lanes, extents, positions, point, as);
  return nest(outer, extents, new Map(), inside, 'parallel');
}

export function mapLoops(compute: Compute, target: Target): Loops {
  const { inputs, outputs } = compute;
  const body = cutAtTests(compute).flatMap((piece) => pieceLoops(piece, target));
  const buffers = buffersOf(new Accesses(inputs, outputs, []));
  return { kind: 'loops', name: 'map', buffers, procedures: [], body };
}
