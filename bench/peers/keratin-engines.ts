// Keratin's engines for the suites: each on a device of its own, so that one's memory and threads
// are not the other's.

import type { SequenceDevice } from '../../src/core/sequence-device.js';
import { CpuDevice } from '../../src/devices/cpu.js';
import { openNative } from '../../src/devices/native.js';
import { NativeDevice } from '../../src/devices/native-device.js';
import { createEagerEngine } from '../../src/engines/eager.js';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import type { Engine } from '../../src/index.js';

export type EngineKind = 'eager' | 'graph';
/** WebAssembly, or machine code by the system's compiler. */
export type DeviceKind = 'cpu' | 'native';

export interface Place {
  readonly engine: Engine;
  readonly threads: number;
}

function engineOn(device: SequenceDevice, kind: EngineKind): Engine {
  const eager = createEagerEngine(device);
  return kind === 'eager' ? eager : createGraphEngine(eager);
}

/** An engine on WebAssembly. */
export function placeOf(kind: EngineKind, threads: number): Place {
  const device = new CpuDevice({});
  const available = device.setThreads(threads);
  return { engine: engineOn(device, kind), threads: available };
}

/** A native device of its own; throws where there is no compiler, or nothing to call it with. */
export async function nativeDevice(threads: number): Promise<NativeDevice> {
  const runtime = await openNative();
  if ('absent' in runtime) throw new Error(`no native device: ${runtime.absent}`);
  return new NativeDevice(runtime, { threads });
}

/** An engine on a device of this kind. */
export async function placeOn(
  device: DeviceKind,
  kind: EngineKind,
  threads: number,
): Promise<Place> {
  if (device === 'cpu') return placeOf(kind, threads);
  return { engine: engineOn(await nativeDevice(threads), kind), threads };
}
