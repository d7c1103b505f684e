// The engine and device that run now, and the switches users have for them. Only index.ts and
// users call this; the library itself asks core/engine.ts for the current engine.
import type { Device, DeviceMemory } from '../core/device.js';
import { currentEngine, setDefaultEngine, setEngine, withEngine } from '../core/engine.js';
import { unknownName } from '../core/errors.js';
import { setShapeInference } from '../core/inference.js';
import { createCpuDevice } from '../devices/cpu.js';
import { InterpreterDevice } from '../devices/interpreter.js';
import { createEagerEngine, type EagerEngine } from '../engines/eager.js';
import { specEngine, specTensor } from '../engines/spec.js';
import { checking } from '../engines/wrap/checking.js';
import { type OpProfile, profiling } from '../engines/wrap/profiling.js';

/** Devices that can be chosen by name. */
const devices: ReadonlyMap<string, () => Device> = new Map<string, () => Device>([
  ['cpu', () => createCpuDevice()],
  ['interpreter', () => new InterpreterDevice()],
]);

/** Engines by device, made when first needed: tensors stay usable when a device is chosen again. */
const engines = new Map<string, EagerEngine>();
let device = 'cpu';

function engineOf(name: string): EagerEngine {
  const known = engines.get(name);
  if (known !== undefined) return known;
  const make = devices.get(name);
  if (make === undefined) throw unknownName('device', name, devices.keys(), 'setDevice');
  const engine = createEagerEngine(make());
  engines.set(name, engine);
  return engine;
}

/** Puts engine, device and shape inference together; index.ts calls it once. */
export function installRuntime(): void {
  setDefaultEngine(() => engineOf(device));
  setShapeInference((body, specs) => withEngine(specEngine, () => body(specs.map(specTensor))));
}

/**
 * Chooses where new tensors live and ops run: `'cpu'` (WebAssembly, the default) or
 * `'interpreter'` (plain TypeScript, slow: the meaning that other devices are compared with).
 * Tensors made before stay on their device.
 *
 * @throws UnknownNameError for a name that is no device.
 * @example
 * ```ts
 * import { setDevice, tensor } from 'keratin';
 * setDevice('interpreter');
 * console.log(await tensor([1, 2]).add(1).array()); // [ 2, 3 ]
 * setDevice('cpu');
 * ```
 */
export function setDevice(name: 'cpu' | 'interpreter'): void {
  setEngine(engineOf(name));
  device = name;
}

/**
 * What the device holds now: blocks in use, their bytes, and the most there ever were.
 *
 * @example
 * ```ts
 * import { memory, tensor } from 'keratin';
 * const before = memory().blocks;
 * const x = tensor([1, 2, 3]);
 * console.log(memory().blocks - before); // 1
 * x.dispose();
 * ```
 */
export function memory(): DeviceMemory {
  return engineOf(device).memory();
}

/**
 * Runs `body` and stops at the first op whose result holds NaN or Infinity, with an error that
 * names the op and the layer. Slow: for finding where numbers go wrong.
 *
 * @throws NumericsError
 * @example
 * ```ts
 * import { checkNumerics, tensor } from 'keratin';
 * try {
 *   checkNumerics(() => tensor([0]).log().add(1));
 * } catch (error) {
 *   console.log(error.details.where); // log
 * }
 * ```
 */
export function checkNumerics<T>(body: () => T): T {
  const engine = engineOf(device);
  return withEngine(
    checking(currentEngine(), (tensor) => engine.isFinite(tensor)),
    body,
  );
}

/** What one op cost in a profile. */
export interface ProfileRow extends OpProfile {
  readonly op: string;
}

/**
 * Runs `body` and tells how often each op ran and how long it took, slowest first.
 *
 * @example
 * ```ts
 * import { ones, profile } from 'keratin';
 * const { rows } = profile(() => ones([8]).add(1).mul(2));
 * console.log(rows.map((row) => row.op).includes('mul')); // true
 * ```
 */
export function profile<T>(body: () => T): { readonly value: T; readonly rows: ProfileRow[] } {
  const entries = new Map<string, OpProfile>();
  const value = withEngine(profiling(currentEngine(), entries), body);
  const rows = [...entries].map(([op, entry]) => ({ op, ...entry }));
  rows.sort((a, b) => b.milliseconds - a.milliseconds);
  return { value, rows };
}
