// Chooses a recipe by the shape of a Compute and turns it into Loops for a target.
import type { Compute, Kernel } from '../ir/kernel.js';
import type { Loops } from '../ir/loops.js';
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

/** The ordered program for a kernel. */
export function schedule(kernel: Kernel, target: Target): Loops {
  if (kernel.kind === 'loops') return hoistInvariants(kernel);
  return hoistInvariants(chooseRecipe(prepare(kernel), target));
}
