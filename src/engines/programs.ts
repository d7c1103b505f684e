// From an op's use to programs that are ready to run; each distinct program is compiled once.
// Between engines and devices.
import type { Device, Executable } from '../core/device.js';
import { bytesPerElement } from '../core/dtype.js';
import { type Layout, layoutOf } from '../core/layout.js';
import type { Op, Plain } from '../core/op.js';
import { sizeOf } from '../core/shape.js';
import { structuralHash } from '../kernels/ir/hash.js';
import type { Kernel, View } from '../kernels/ir/kernel.js';
import { parametrise } from '../kernels/ir/parameters.js';
import { schedule } from '../kernels/schedule/schedule.js';
import type { Target } from '../kernels/schedule/target.js';

/** One program to run: which of the op's inputs and outputs it takes, and its parameters. */
export interface Step {
  readonly executable: Executable;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly params: readonly number[];
}

/** How one op runs on inputs of given layouts. */
export interface Plan {
  /** The output is the first input seen through this layout. */
  readonly view?: Layout;
  readonly outputs: readonly { readonly layout: Layout; readonly bytes: number }[];
  readonly steps: readonly Step[];
}

/** A text equal for equal attributes; unlike JSON it tells Infinity, NaN and -0 apart. */
export function plainKey(value: Plain): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(plainKey).join()}]`;
  const entries = Object.entries(value).map(([name, entry]) => `${name}:${plainKey(entry)}`);
  return `{${entries.sort().join()}}`;
}

/** Plans of one op before the oldest are dropped: a bound for shapes that never repeat. */
const MOST_PLANS = 4096;

/** Everything compiled for one device. */
export class Programs {
  #plans = new WeakMap<object, Map<string, Plan>>();
  readonly #executables = new Map<string, Executable>();

  /** What plans were made for: they are made anew when the number of threads changes. */
  #target: Target;

  constructor(readonly device: Device) {
    this.#target = device.target;
  }

  /** Number of distinct programs compiled so far. */
  get compiled(): number {
    return this.#executables.size;
  }

  /** The plan for an op; made on first use for these layouts and attributes. */
  plan<Attrs>(op: Op<Attrs>, inputs: readonly Layout[], attrs: Attrs): Plan {
    if (this.device.target !== this.#target) {
      this.#target = this.device.target;
      this.#plans = new WeakMap();
    }
    let key = '';
    for (const layout of inputs) key += `${layout.id},`;
    // Attributes are plain data by contract (core/op.ts).
    if (attrs !== undefined) key += plainKey(attrs as Plain);
    let plans = this.#plans.get(op);
    if (plans === undefined) {
      plans = new Map();
      this.#plans.set(op, plans);
    }
    const known = plans.get(key);
    if (known !== undefined) return known;
    if (plans.size >= MOST_PLANS) plans.clear();
    const plan = this.#make(op, inputs, attrs);
    plans.set(key, plan);
    return plan;
  }

  #make<Attrs>(op: Op<Attrs>, inputs: readonly Layout[], attrs: Attrs): Plan {
    const specs = op.infer(inputs, attrs);
    const first = inputs[0];
    const view = first === undefined ? undefined : op.view?.(first, attrs);
    if (view !== undefined) return { view, outputs: [], steps: [] };
    const outputs = specs.map((spec) => ({
      layout: layoutOf(spec.dtype, spec.shape),
      bytes: sizeOf(spec.shape) * bytesPerElement(spec.dtype),
    }));
    const empty = specs.every((spec) => sizeOf(spec.shape) === 0);
    const kernels = empty ? [] : op.lower({ inputs: viewsOf(inputs), outputs: specs, attrs });
    return { outputs, steps: kernels.map((kernel) => this.step(kernel)) };
  }

  /** Compiles one kernel, or finds it compiled. */
  step(kernel: Kernel): Step {
    const { program, params } = parametrise(schedule(kernel, this.#target));
    const key = structuralHash(program);
    let executable = this.#executables.get(key);
    if (executable === undefined) {
      executable = this.device.load(program);
      this.#executables.set(key, executable);
    }
    const slots = (space: string): number[] =>
      program.buffers.filter((buffer) => buffer.space === space).map((buffer) => buffer.slot);
    return { executable, inputs: slots('input'), outputs: slots('output'), params };
  }
}

/** Readable views of inputs, as `lower` takes them. */
export function viewsOf(inputs: readonly Layout[]): View[] {
  return inputs.map((layout, input) => ({
    input,
    layout,
    shape: layout.shape,
    dtype: layout.dtype,
  }));
}
