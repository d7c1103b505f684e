// Memory, devices and time by the names of TensorFlow.js.
import { currentEngine } from '../core/engine.js';
import { isTensor } from '../core/tensor.js';
import { flattenTree } from '../core/tree.js';
import { nextTurn } from '../core/turn.js';
import {
  concat,
  memory as deviceMemory,
  keep as keepOf,
  profile as profileOf,
  reshape,
  StateError,
  scope,
  setDevice,
  type Tensor,
  type TypedArray,
  zeros,
} from '../index.js';
import { chosen, tensorCount } from '../runtime/runtime.js';

/**
 * Runs `body` and frees every tensor made in it that is neither returned nor kept. A name may come
 * first.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const y = tf.tidy(() => tf.tensor1d([3, 4]).square().sum().sqrt());
 * console.log(await y.item()); // 5
 * ```
 */
export function tidy<T>(nameOrBody: string | (() => T), body?: () => T): T {
  if (typeof nameOrBody === 'function') return scope(nameOrBody);
  if (body !== undefined) return scope(body);
  throw new StateError({
    where: 'tidy',
    what: 'there is nothing to run',
    expected: 'a function',
    received: `only the name "${nameOrBody}"`,
    fix: 'give the function after the name',
  });
}

/** Scopes that were started by hand, innermost last. */
const started: ((result?: unknown) => void)[] = [];

/** What programs call of the engine: scopes for code that awaits, where `tidy` cannot. */
export interface EngineOfScopes {
  startScope(name?: string): void;
  /** Frees what was made since `startScope`, but for the tensors in `result` and kept ones. */
  endScope(result?: unknown): void;
  memory(): MemoryInfo;
}

/**
 * Scopes by hand.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * tf.engine().startScope();
 * const sum = tf.ones([3]).sum();
 * console.log(await sum.data()); // Float32Array(1) [ 3 ]
 * tf.engine().endScope();
 * console.log(sum.isDisposed); // true
 * ```
 */
export function engine(): EngineOfScopes {
  return {
    startScope: () => void started.push(currentEngine().beginScope?.() ?? (() => {})),
    endScope: (result) => started.pop()?.(result),
    memory,
  };
}

/** Frees the tensors in lists and records. */
export function dispose(tensors: unknown): void {
  for (const one of flattenTree(tensors, isTensor)) one.dispose();
}

/** Takes a tensor out of the scopes that would free it. */
export function keep(tensor: Tensor): Tensor {
  return keepOf(tensor);
}

/** What the device holds. */
export interface MemoryInfo {
  /** Tensors that nobody has freed; variables count as one. */
  readonly numTensors: number;
  /** Blocks in use: tensors that are views of others share one. */
  readonly numDataBuffers: number;
  readonly numBytes: number;
  readonly unreliable: boolean;
}

/** How much memory tensors hold. */
export function memory(): MemoryInfo {
  const { blocks, bytes } = deviceMemory();
  return { numTensors: tensorCount(), numDataBuffers: blocks, numBytes: bytes, unreliable: false };
}

/** Names of devices there, and ours. */
const DEVICES = {
  cpu: 'cpu',
  wasm: 'cpu',
  tensorflow: 'native',
  native: 'native',
  webgpu: 'webgpu',
  webgl: 'webgpu',
  interpreter: 'interpreter',
} as const;

/** A backend of TensorFlow.js: `wasm` and `cpu` are our cpu, `webgl` is WebGPU. */
export type BackendName = keyof typeof DEVICES;

/** Chooses the device; false where the host lacks it. */
export async function setBackend(name: BackendName): Promise<boolean> {
  try {
    await setDevice(DEVICES[name] ?? name);
    return true;
  } catch (error) {
    if (error instanceof StateError) return false;
    throw error;
  }
}

/** The device in use. */
export function getBackend(): string {
  return chosen().device;
}

/** Everything is ready from the start: nothing is waited for. */
export async function ready(): Promise<void> {}

/** Waits until the host had a turn, so that pages stay responsive. */
export function nextFrame(): Promise<void> {
  return nextTurn();
}

/** Runs `body`, waits for its result, and tells how long both took, in milliseconds. */
export async function time(body: () => unknown): Promise<{ kernelMs: number; wallMs: number }> {
  const start = performance.now();
  const results = flattenTree(body(), isTensor);
  await Promise.all(results.map((result) => result.data()));
  const wallMs = performance.now() - start;
  return { kernelMs: wallMs, wallMs };
}

/** What `profile` gives. */
export interface ProfileInfo {
  readonly newBytes: number;
  readonly newTensors: number;
  /** The most that was held at the end of an op, or of `body`. */
  readonly peakBytes: number;
  /** Ops with how often they ran and how long they took. */
  readonly kernels: readonly {
    readonly name: string;
    readonly count: number;
    readonly kernelTimeMs: number;
  }[];
  readonly kernelNames: readonly string[];
  readonly result: unknown;
}

/** Runs `body` and tells what it left in memory and which ops ran. */
export async function profile(body: () => unknown): Promise<ProfileInfo> {
  const before = memory();
  const { value, rows } = profileOf(body);
  const result = await value;
  const after = memory();
  return {
    newBytes: after.numBytes - before.numBytes,
    newTensors: after.numTensors - before.numTensors,
    peakBytes: Math.max(before.numBytes, after.numBytes),
    kernels: rows.map(({ op, calls, milliseconds }) => ({
      name: op,
      count: calls,
      kernelTimeMs: milliseconds,
    })),
    kernelNames: rows.map(({ op }) => op),
    result,
  };
}

/** The values in order, where the device's memory can be seen. */
function peek(tensor: Tensor): TypedArray | undefined {
  const seen = currentEngine().peek?.(tensor);
  if (seen !== undefined) return seen.slice();
  // Elements of a view may lie apart: joined with others they are written one after another.
  return scope(() => {
    const joined = concat([reshape(tensor, [-1]), zeros([1], tensor.dtype)]);
    return currentEngine().peek?.(joined)?.slice(0, tensor.size);
  });
}

/** The values now, without waiting; not on a GPU. */
export function dataSync(tensor: Tensor): TypedArray {
  const values = peek(tensor);
  if (values !== undefined) return values;
  throw new StateError({
    where: 'dataSync',
    what: 'the values cannot be read without waiting',
    expected: 'a device whose memory can be seen, such as cpu',
    received: `the device ${chosen().device}, or a step that is being compiled`,
    fix: 'write await x.data() or await x.array()',
  });
}
