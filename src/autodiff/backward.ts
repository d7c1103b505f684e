// The walk back over a tape: each call's rule turns output gradients into input gradients.
import { currentEngine } from '../core/engine.js';
import type { Call, GradientRule } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, zerosLike } from '../ops/index.js';

/**
 * Gradients that reached tensors, by tensor id. One that nothing needs any more is freed at once:
 * those of a deep network would otherwise all live until the end of the walk.
 */
class Gradients {
  readonly #byId = new Map<number, Tensor>();
  readonly #entries = new Map<Tensor, number>();

  constructor(
    /** Ids whose gradients were asked for. */
    private readonly wanted: ReadonlySet<number>,
    /** Tensors with larger ids were made by the walk; undefined where nothing may be freed. */
    private readonly newest: number | undefined,
  ) {}

  get(id: number): Tensor | undefined {
    return this.#byId.get(id);
  }

  add(tensor: Tensor, gradient: Tensor): void {
    const before = this.#byId.get(tensor.id);
    this.#put(tensor.id, before === undefined ? gradient : add(before, gradient));
    if (before === undefined) return;
    this.#leave(before);
    this.freeUnused(gradient);
  }

  /** The gradient of this tensor has been passed on. */
  spend(id: number): void {
    const gradient = this.#byId.get(id);
    if (gradient === undefined || this.wanted.has(id)) return;
    this.#byId.delete(id);
    this.#leave(gradient);
  }

  /** Frees a tensor that the walk has made and that is nobody's gradient. */
  freeUnused(tensor: Tensor): void {
    const isOwn = this.newest !== undefined && tensor.id > this.newest;
    if (isOwn && !this.#entries.has(tensor) && !tensor.isDisposed) tensor.dispose();
  }

  #put(id: number, gradient: Tensor): void {
    this.#byId.set(id, gradient);
    this.#entries.set(gradient, (this.#entries.get(gradient) ?? 0) + 1);
  }

  #leave(gradient: Tensor): void {
    const left = (this.#entries.get(gradient) ?? 1) - 1;
    if (left > 0) this.#entries.set(gradient, left);
    else {
      this.#entries.delete(gradient);
      this.freeUnused(gradient);
    }
  }
}

function ruleOf(call: Call): GradientRule<unknown> | undefined {
  // A call keeps its op and attributes together; the rule only ever sees its own attributes.
  return 'none' in call.op.grad ? undefined : (call.op.grad as GradientRule<unknown>);
}

function walkCall(call: Call, active: ReadonlySet<number>, gradients: Gradients): void {
  const outputGradients = call.outputs.map((output) => gradients.get(output.id));
  const [firstOutput] = call.outputs;
  const rule = ruleOf(call);
  if (rule === undefined || firstOutput === undefined) return;
  if (outputGradients.every((gradient) => gradient === undefined)) return;
  const inputGradients = currentEngine().scope(() =>
    rule({
      inputs: call.inputs,
      outputs: call.outputs,
      attrs: call.attrs,
      outputGradients,
      get dy() {
        return outputGradients[0] ?? zerosLike(firstOutput);
      },
      needs: call.inputs.map((input) => active.has(input.id)),
      walkBack: backward,
    }),
  );
  call.inputs.forEach((input, index) => {
    const gradient = inputGradients[index];
    if (gradient === undefined) return;
    if (active.has(input.id)) gradients.add(input, gradient);
    else gradients.freeUnused(gradient);
  });
  for (const output of call.outputs) gradients.spend(output.id);
}

/**
 * The gradients of `outputs` (each weighted by its seed) with respect to each source;
 * undefined for a source that does not influence them.
 */
export function backward(
  calls: readonly Call[],
  active: ReadonlySet<number>,
  outputs: readonly { readonly tensor: Tensor; readonly seed: Tensor }[],
  sources: readonly Tensor[],
): (Tensor | undefined)[] {
  const newest = outputs.reduce((most, { seed }) => Math.max(most, seed.id), 0);
  const gradients = new Gradients(
    new Set(sources.map((source) => source.id)),
    currentEngine().remembers === true ? undefined : newest,
  );
  for (const { tensor, seed } of outputs) gradients.add(tensor, seed);
  for (let index = calls.length - 1; index >= 0; index--) {
    const call = calls[index];
    if (call !== undefined) walkCall(call, active, gradients);
  }
  return sources.map((source) => gradients.get(source.id));
}
