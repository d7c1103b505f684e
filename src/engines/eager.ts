// The eager engine: each op runs at once, through programs compiled once for all sizes.
import { allOrNothing } from '../core/all-or-nothing.js';
import { copyRows } from '../core/copy-rows.js';
import type { Device, DeviceMemory } from '../core/device.js';
import { bytesPerElement, isPlain, type TypedArray } from '../core/dtype.js';
import type { Engine, Gathered } from '../core/engine.js';
import { isDense, type Layout, layoutOf } from '../core/layout.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { type Spec, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import { type Plan, Programs, type Step } from './programs.js';
import { Scopes } from './scopes.js';
import { Storage, StoredTensor, storedTensor, tensorOn } from './storage.js';
import { fromBytes, toBytes } from './transfer.js';

/** Copies strided elements into a dense tensor, for reads. */
const densify = defineOp({
  name: 'densify',
  infer: ([input]) => (input === undefined ? [] : [{ shape: input.shape, dtype: input.dtype }]),
  lower: ({ inputs, outputs }) => [
    mapKernel(inputs, at(outputs, 0), (index) => read(at(inputs, 0), index)),
  ],
  grad: { none: 'only reads use it' },
});

/** An eager engine, and what can be asked of it beyond running ops. */
export interface EagerEngine extends Engine {
  readonly device: Device;
  memory(): DeviceMemory;
  /** What frees tensors. */
  readonly scopes: Scopes;
  /** A dense copy. */
  densify(tensor: Tensor): Tensor;
  /** Number of distinct programs compiled so far. */
  programs(): number;
  /** Whether a dense tensor holds only finite numbers; true where that cannot be seen at once. */
  isFinite(tensor: Tensor): boolean;
}

/** An engine that runs every op at once on `device`. */
export function createEagerEngine(device: Device): EagerEngine {
  const programs = new Programs(device);
  const scopes = new Scopes();

  const newTensor = (layout: Layout, bytes: number): StoredTensor => {
    const tensor = new StoredTensor(layout, new Storage(device, device.alloc(bytes)));
    scopes.register(tensor);
    return tensor;
  };

  const runStep = (
    step: Step,
    inputs: readonly StoredTensor[],
    outputs: readonly StoredTensor[],
  ): void => {
    const blocks = step.inputs.map((slot) => at(inputs, slot).storage.block);
    for (const slot of step.outputs) blocks.push(at(outputs, slot).storage.block);
    device.run(step.executable, blocks, step.params);
  };

  const runPlan = (plan: Plan, inputs: readonly StoredTensor[]): readonly Tensor[] => {
    if (plan.view !== undefined) {
      const view = new StoredTensor(plan.view, at(inputs, 0).storage);
      scopes.register(view);
      return [view];
    }
    const outputs = plan.outputs.map(({ layout, bytes }) => newTensor(layout, bytes));
    for (const step of plan.steps) runStep(step, inputs, outputs);
    return outputs;
  };

  const apply = <Attrs>(
    op: Op<Attrs>,
    inputs: readonly Tensor[],
    attrs: Attrs,
  ): readonly Tensor[] => {
    const stored = inputs.map((input) => tensorOn(device, input, op.name));
    const layouts = stored.map((tensor) => tensor.layout);
    return runPlan(programs.plan(op, layouts, attrs), stored);
  };

  const write = (spec: Spec, values: ArrayLike<number>): Tensor => {
    const bytes = toBytes(spec, values);
    const tensor = newTensor(layoutOf(spec.dtype, spec.shape), bytes.byteLength);
    device.write(tensor.storage.block, bytes);
    return tensor;
  };

  /** Straight into the tensor's memory where that can be seen and holds numbers as they are. */
  const gather = (spec: Spec, numbers: Gathered): Tensor => {
    const { dtype, shape } = spec;
    if (device.peek === undefined || !isPlain(dtype)) return write(spec, numbers.values);
    const bytes = sizeOf(shape) * bytesPerElement(dtype);
    const tensor = newTensor(layoutOf(dtype, shape), bytes);
    const memory = fromBytes(dtype, device.peek(tensor.storage.block, bytes));
    numbers.copyTo(memory, device.copyRows ?? copyRows);
    return tensor;
  };

  const peek = (tensor: Tensor): TypedArray | undefined => {
    const { layout, storage } = storedTensor(tensor, 'peek');
    const isHere = storage.device === device;
    if (device.peek === undefined || !isHere || !isDense(layout)) return undefined;
    const end = (layout.offset + sizeOf(layout.shape)) * bytesPerElement(layout.dtype);
    const start = layout.offset * bytesPerElement(layout.dtype);
    return fromBytes(layout.dtype, device.peek(storage.block, end).subarray(start));
  };

  const readTensor = async (tensor: Tensor): Promise<TypedArray> => {
    const stored = storedTensor(tensor, 'data');
    const { layout } = stored;
    // Loops that only wait for numbers would never let the host free what they have lost.
    await scopes.rest;
    if (!isDense(layout) || layout.offset !== 0) {
      const dense = scopes.run(() => at(apply(densify, [stored], undefined), 0), false);
      try {
        return await readTensor(dense);
      } finally {
        dense.dispose();
      }
    }
    const length = sizeOf(layout.shape) * bytesPerElement(layout.dtype);
    // Of its own device, which need not be the one in use.
    const { device: owner, block } = stored.storage;
    return fromBytes(layout.dtype, await owner.read(block, length));
  };

  return {
    name: 'eager',
    device,
    scopes,
    densify: (tensor) => at(apply(densify, [tensor], undefined), 0),
    apply,
    compile: (step) => allOrNothing(step),
    read: readTensor,
    peek,
    write: (spec, values) => ('copyTo' in values ? gather(spec, values) : write(spec, values)),
    scope: (body, onlyOutermost = false) => scopes.run(body, onlyOutermost),
    beginScope: () => scopes.begin(),
    keep(tensor) {
      if (!(tensor instanceof StoredTensor) || tensor.kept) return tensor;
      tensor.kept = true;
      // No scope frees it now, but whoever keeps it (a program's constants, say) may be dropped.
      scopes.watch(tensor);
      return tensor;
    },
    own: (tensor) => (tensor instanceof StoredTensor ? scopes.own(tensor) : tensor),
    readVariable(variable) {
      const { held } = variable;
      if (held instanceof StoredTensor) {
        scopes.see(held);
        held.isDismissed = false;
      }
      return held;
    },
    assignVariable(variable, value) {
      const old = variable.swapHeld(scopes.own(storedTensor(value, `Variable "${variable.path}"`)));
      if (old instanceof StoredTensor) scopes.giveBack(old);
    },
    memory: () => device.memory(),
    programs: () => programs.compiled,
    isFinite: (tensor) => peek(tensor)?.every(Number.isFinite) ?? true,
  };
}
