// The engine and device that run now, and the switches users have for them. Only index.ts and
// users call this; the library itself asks core/engine.ts for the current engine.
import { type CompareStep, setComparison } from '../core/comparison.js';
import type { Device, DeviceMemory } from '../core/device.js';
import {
  currentEngine,
  type Engine,
  setEngine as setCurrentEngine,
  setDefaultEngine,
  withEngine,
} from '../core/engine.js';
import { ArgumentError, StateError, unknownName } from '../core/errors.js';
import { setShapeInference } from '../core/inference.js';
import { canRunSequences } from '../core/sequence-device.js';
import { type CpuDevice, createCpuDevice } from '../devices/cpu.js';
import { availableThreads } from '../devices/host.js';
import { InterpreterDevice } from '../devices/interpreter.js';
import { type OptionalDeviceName, openDevice } from '../devices/optional.js';
import { createEagerEngine, type EagerEngine } from '../engines/eager.js';
import { compareCompiled } from '../engines/graph/compare.js';
import { createGraphEngine, drawStep, explainStep } from '../engines/graph/engine.js';
import { specEngine, specTensor } from '../engines/spec.js';
import { liveTensors } from '../engines/storage.js';
import { checking } from '../engines/wrap/checking.js';
import { type OpProfile, profiling } from '../engines/wrap/profiling.js';

/** Names of the engines that can be chosen. */
export type EngineName = 'graph' | 'eager';
/** Names of the devices that can be chosen. */
export type DeviceName = 'cpu' | 'interpreter' | OptionalDeviceName;

/** A device with its engines; kept, so that tensors stay usable when it is chosen again. */
interface Place {
  readonly device: Device;
  readonly eager: EagerEngine;
  /** Runs `fit`, `evaluate` and `predict` as compiled programs; ops elsewhere run eagerly. */
  readonly graph: Engine;
}

function makeCpuDevice(): CpuDevice {
  return createCpuDevice({ threads: threads ?? availableThreads() });
}

type Maker = () => Device | Promise<Device>;

/** How each device is made; those that a host may lack are opened first. */
const makers: ReadonlyMap<string, Maker> = new Map<DeviceName, Maker>([
  ['cpu', makeCpuDevice],
  ['interpreter', () => new InterpreterDevice()],
  ['native', () => openDevice('native', threads ?? availableThreads())],
  ['webgpu', () => openDevice('webgpu')],
]);

const places = new Map<string, Place>();
let chosenDevice: DeviceName = 'cpu';
let chosenEngine: EngineName = 'graph';
let threads: number | undefined;

/** The graph engine of a device; threads start with the first step that is compiled. */
function graphEngineOf(device: Device, eager: EagerEngine): Engine {
  if (!canRunSequences(device)) return eager;
  const graph = createGraphEngine(eager, (text) => console.warn(text));
  return {
    ...graph,
    compile(step) {
      device.setThreads?.(threads ?? availableThreads());
      return graph.compile(step);
    },
  };
}

function settle(name: string, device: Device): Place {
  const eager = createEagerEngine(device);
  const place = { device, eager, graph: graphEngineOf(device, eager) };
  places.set(name, place);
  return place;
}

/** The place in use; the cpu until another was chosen. */
function present(): Place {
  return places.get(chosenDevice) ?? settle('cpu', makeCpuDevice());
}

function choose(name: DeviceName, place: Place): void {
  chosenDevice = name;
  setCurrentEngine(place[chosenEngine]);
}

/** Compares on the device in use, if it can run compiled steps at all. */
async function compareWith(
  { device, eager }: Place,
  ...call: Parameters<CompareStep>
): ReturnType<CompareStep> {
  if (canRunSequences(device)) return compareCompiled({ device, eager }, ...call);
  throw new StateError({
    where: 'compareEngines',
    what: `the ${device.name} device runs everything op by op, so there is nothing to compare`,
    fix: "await setDevice('cpu') before the model is made",
  });
}

/** Puts engine, device and shape inference together; index.ts calls it once. */
export function installRuntime(): void {
  setDefaultEngine(() => present()[chosenEngine]);
  setComparison((...call) => compareWith(present(), ...call));
  setShapeInference((body, specs) => withEngine(specEngine, () => body(specs.map(specTensor))));
}

/**
 * Chooses where new tensors live and ops run:
 * - `'cpu'`: WebAssembly with SIMD and threads, everywhere (the default);
 * - `'native'`: machine code, in Node with a C compiler and the package koffi;
 * - `'webgpu'`: the GPU, in browsers, or in Node with the package webgpu;
 * - `'interpreter'`: plain TypeScript, slow: the meaning that other devices are compared with.
 *
 * Await it. (`'cpu'` and `'interpreter'` are there at once.) Tensors and models made before stay
 * on their device.
 *
 * @throws UnknownNameError for a name that is no device; StateError where the host lacks it.
 * @example
 * ```ts
 * import { setDevice, tensor } from 'keratin';
 * await setDevice('interpreter');
 * console.log(await tensor([1, 2]).add(1).array()); // [ 2, 3 ]
 * await setDevice('cpu');
 * ```
 */
export async function setDevice(name: DeviceName): Promise<void> {
  const known = places.get(name);
  if (known !== undefined) return choose(name, known);
  const make = makers.get(name);
  if (make === undefined) throw unknownName('device', name, makers.keys(), 'setDevice');
  const device = make();
  choose(name, settle(name, device instanceof Promise ? await device : device));
}

/**
 * Chooses how training steps run: `'graph'` compiles each step into one program (the default),
 * `'eager'` runs op by op, so that breakpoints and logs inside layers and steps work. An engine
 * object of one's own is taken as it is.
 *
 * @throws UnknownNameError for a name that is no engine.
 * @example
 * ```ts
 * import { setEngine } from 'keratin';
 * setEngine('eager');
 * setEngine('graph');
 * ```
 */
export function setEngine(engine: EngineName | Engine): void {
  if (typeof engine !== 'string') return setCurrentEngine(engine);
  if (engine !== 'graph' && engine !== 'eager') {
    throw unknownName('engine', engine, ['graph', 'eager'], 'setEngine');
  }
  chosenEngine = engine;
  setCurrentEngine(present()[engine]);
}

/** Names of the engine and the device in use. */
export function chosen(): { readonly engine: EngineName; readonly device: DeviceName } {
  return { engine: chosenEngine, device: chosenDevice };
}

/**
 * Sets how many threads share compiled steps; by default as many as the machine runs at once.
 * Results are the same bits for any number. Applies to steps that are compiled afterwards.
 *
 * @returns how many threads there are: 1 where the host shares no memory between threads.
 * @example
 * ```ts
 * import { setThreads } from 'keratin';
 * console.log(setThreads(1)); // 1
 * ```
 */
export function setThreads(count: number): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError({
      where: 'setThreads',
      what: 'that is no number of threads',
      expected: 'a whole number of at least 1',
      received: String(count),
      fix: 'give the number of processors to use',
    });
  }
  threads = count;
  const { device } = present();
  return device.setThreads?.(count) ?? 1;
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
  return present().device.memory();
}

/** How many tensors hold memory, on any device; views count too. */
export function tensorCount(): number {
  return liveTensors();
}

/**
 * Runs `body` and stops at the first op whose result holds NaN or Infinity, with an error that
 * names the op and the layer. Slow: for finding where numbers go wrong.
 *
 * @throws NumericsError
 * @example
 * ```ts
 * import { checkNumerics, NumericsError, tensor } from 'keratin';
 * try {
 *   checkNumerics(() => tensor([0]).log().add(1));
 * } catch (error) {
 *   if (error instanceof NumericsError) console.log(error.details.where); // log
 * }
 * ```
 */
export function checkNumerics<T>(body: () => T): T {
  const { eager } = present();
  return withEngine(
    checking(currentEngine(), (tensor) => eager.isFinite(tensor)),
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

/**
 * What becomes of a function when it is compiled for these arguments: its ops as traced, its
 * kernels after each pass with bytes and operations, and the memory plan. Nothing is run. With
 * `{ format: 'svg' }` after the arguments: the kernels as a picture, the text of an SVG file.
 *
 * @example
 * ```ts
 * import { explain, ones } from 'keratin';
 * const text = explain((x) => x.mul(2).add(1).sum(), ones([4]));
 * console.log(text.includes('mul + add + sum')); // true
 * const picture = explain((x) => x.mul(2).add(1).sum(), ones([4]), { format: 'svg' });
 * console.log(picture.startsWith('<svg')); // true
 * ```
 */
export function explain<Args extends readonly unknown[]>(
  step: (...args: Args) => unknown,
  ...args: readonly [...Args, ExplainOptions]
): string;
export function explain<Args extends readonly unknown[]>(
  step: (...args: Args) => unknown,
  ...args: Args
): string;
export function explain(
  step: (...args: readonly unknown[]) => unknown,
  ...args: readonly unknown[]
): string {
  const { eager } = present();
  const options = args.at(-1);
  if (!isExplainOptions(options)) return explainStep(eager, step, args);
  const inputs = args.slice(0, -1);
  return options.format === 'svg'
    ? drawStep(eager, step, inputs)
    : explainStep(eager, step, inputs);
}

/** What `explain` gives: text with every stage, or a picture of the kernels (an SVG file). */
export interface ExplainOptions {
  readonly format: 'text' | 'svg';
}

/** Options come after the arguments of the step; nothing else has this one member. */
function isExplainOptions(value: unknown): value is ExplainOptions {
  if (typeof value !== 'object' || value === null || !('format' in value)) return false;
  return Object.keys(value).length === 1 && (value.format === 'svg' || value.format === 'text');
}
