// Chooses a GPU recipe by the shape of a Compute. Called by schedule.ts.
import type { Compute } from '../ir/kernel.js';
import type { Loops } from '../ir/loops.js';
import { contractionOf } from './contraction-shape.js';
import { gpuContractionLoops } from './gpu-contraction.js';
import { gpuMapLoops } from './gpu-map.js';
import { gpuRowsLoops } from './gpu-rows.js';
import type { Target } from './target.js';

export function gpuLoops(compute: Compute, target: Target): Loops {
  if (compute.stages.length === 0) return gpuMapLoops(compute);
  const contraction = target.workgroupSize >= 256 ? contractionOf(compute) : undefined;
  if (contraction !== undefined) return gpuContractionLoops(contraction);
  return gpuRowsLoops(compute, target);
}
