// Keratin's engines for the suites: each on a device of its own, so that one's memory and threads
// are not the other's.

import { CpuDevice } from '../../src/devices/cpu.js';
import { createEagerEngine } from '../../src/engines/eager.js';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import type { Engine } from '../../src/index.js';

export type EngineKind = 'eager' | 'graph';

export interface Place {
  readonly engine: Engine;
  readonly device: CpuDevice;
  readonly threads: number;
}

export function placeOf(kind: EngineKind, threads: number): Place {
  const device = new CpuDevice({});
  const available = device.setThreads(threads);
  const eager = createEagerEngine(device);
  const engine = kind === 'eager' ? eager : createGraphEngine(eager);
  return { engine, device, threads: available };
}
