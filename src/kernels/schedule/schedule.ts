// Chooses a recipe by the shape of a Compute and turns it into Loops for a target.
import { expandFunctions } from '../functions/expand.js';
import type { Compute, Kernel } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { mapProgram } from '../ir/walk.js';
import { contractionLoops } from './contraction.js';
import { contractionOf } from './contraction-shape.js';
import { gpuLoops } from './gpu.js';
import { hoistInvariants } from './hoist.js';
import { mapLoops } from './map.js';
import { prepare } from './prepare.js';
import { rowsLoops } from './rows.js';
import type { Target } from './target.js';

function chooseRecipe(compute: Compute, target: Target): Loops {
  if (target.kind === 'gpu') return gpuLoops(compute, target);
  if (compute.stages.length === 0) return mapLoops(compute, target);
  const contraction = target.lanes > 1 ? contractionOf(compute) : undefined;
  if (contraction !== undefined) return contractionLoops(contraction, target);
  return rowsLoops(compute, target);
}

/** Parallel loops that follow each other may share data: on several threads all wait in between. */
function withBarriers(body: readonly Stmt[]): readonly Stmt[] {
  let before = false;
  return body.flatMap((stmt): readonly Stmt[] => {
    if (stmt.kind !== 'for' || stmt.as !== 'parallel') return [stmt];
    const wait: readonly Stmt[] = before ? [{ kind: 'barrier' }] : [];
    before = true;
    return [...wait, stmt];
  });
}

/** A program that an op wrote itself, in the words that emitters know. */
function prepareLoops(program: Loops, target: Target): Loops {
  const expanded = mapProgram(program, expandFunctions);
  if (target.kind === 'gpu') return expanded;
  return { ...expanded, body: withBarriers(expanded.body) };
}

/** The ordered program for a kernel. */
export function schedule(kernel: Kernel, target: Target): Loops {
  if (kernel.kind === 'loops') return hoistInvariants(prepareLoops(kernel, target));
  return hoistInvariants(chooseRecipe(prepare(kernel), target));
}
