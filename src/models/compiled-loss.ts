// The loss of compile(): one loss for each output, weighed and summed, each with its own mean.
import { ArgumentError } from '../core/errors.js';
import { isSerialized } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import { maskOf } from '../layers/call-context.js';
import { get as getLoss, type LossIdentifier } from '../losses/lookup.js';
import { Loss } from '../losses/loss.js';
import { Mean } from '../metrics/mean.js';
import { add, mul } from '../ops/index.js';
import { type NamedOutput, perOutput } from './outputs.js';
import { isShorthandLoss, lossNamed } from './shorthand.js';

/** The loss option: one, a list in the order of the outputs, or a record by output name. */
export type LossSpec =
  | LossIdentifier
  | null
  | readonly (LossIdentifier | null)[]
  | { readonly [output: string]: LossIdentifier | null };

/** Weights of the losses, in the structure of the losses. */
export type LossWeightSpec = number | readonly number[] | { readonly [output: string]: number };

/** One loss, its weight, and the mean that is logged for it. */
interface Term {
  readonly output: number;
  readonly loss: Loss;
  readonly weight: number;
  readonly tracker: Mean | undefined;
}

function isIdentifier(value: unknown): value is LossIdentifier {
  return (
    typeof value === 'string' ||
    typeof value === 'function' ||
    value instanceof Loss ||
    isSerialized(value)
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Losses of all outputs. They are resolved at the first batch, which shows names and shapes. */
export class CompiledLoss {
  readonly spec: LossSpec;
  readonly weights: LossWeightSpec | undefined;
  #names: readonly string[] = [];
  #terms: readonly Term[] | undefined;

  constructor(spec: LossSpec, weights: LossWeightSpec | undefined) {
    this.spec = spec;
    this.weights = weights;
    this.#checkNames();
  }

  /** Means of the single losses, where there are several. */
  get trackers(): readonly Mean[] {
    return this.#terms?.flatMap(({ tracker }) => tracker ?? []) ?? [];
  }

  /** Finds misspelt names when the model is compiled, not at the first batch. */
  #checkNames(): void {
    const { spec } = this;
    const isOne = isIdentifier(spec) || typeof spec !== 'object';
    const found = isOne ? [spec] : isList(spec) ? spec : Object.values(spec ?? {});
    for (const item of found) {
      if (item === null) continue;
      if (!isShorthandLoss(item)) getLoss(item);
    }
  }

  /** Chooses the losses for these outputs, once. */
  build(outputs: readonly NamedOutput[], targets: readonly (Tensor | undefined)[]): void {
    if (this.#terms !== undefined) return;
    this.#names = outputs.map(({ name }) => name);
    const specs = this.#specs(outputs.length);
    const weights = this.#weightList(outputs.length);
    const used = specs.flatMap((spec, output) => (spec === undefined ? [] : [{ spec, output }]));
    const taken = new Set<string>();
    this.#terms = used.map(({ spec, output }) => ({
      output,
      loss: getLoss(lossNamed(spec, targets[output], outputs[output]?.tensor)),
      weight: weights[output] ?? 1,
      tracker:
        used.length > 1
          ? new Mean({ name: freeName(`${this.#names[output] ?? output}_loss`, taken) })
          : undefined,
    }));
  }

  #specs(count: number): (LossIdentifier | undefined)[] {
    const { spec } = this;
    // One loss serves all outputs, as in Keras.
    if (isIdentifier(spec)) return Array.from({ length: count }, () => spec);
    return perOutput('loss', spec, this.#names, isIdentifier);
  }

  #weightList(count: number): (number | undefined)[] {
    const { weights } = this;
    if (isNumber(weights)) return Array.from({ length: count }, () => weights);
    return perOutput('lossWeights', weights, this.#names, isNumber);
  }

  /** The weighted sum of all losses. */
  call(
    outputs: readonly NamedOutput[],
    targets: readonly (Tensor | undefined)[],
    sampleWeights: readonly (Tensor | undefined)[],
  ): Tensor | undefined {
    this.build(outputs, targets);
    let total: Tensor | undefined;
    for (const { output, loss, weight, tracker } of this.#terms ?? []) {
      const predicted = outputs[output];
      const target = targets[output];
      if (predicted === undefined) continue;
      if (target === undefined) throw missingTarget(predicted.name);
      const value = loss.apply(target, predicted.tensor, {
        sampleWeight: sampleWeights[output],
        mask: maskOf(predicted.tensor),
      });
      tracker?.updateScalar(value, predicted.tensor.shape[0] ?? 1);
      const weighed = weight === 1 ? value : mul(value, weight);
      total = total === undefined ? weighed : add(total, weighed);
    }
    return total;
  }
}

/** `name`, or `name_1`, `name_2` ... where outputs of one layer share their name. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 1; taken.has(free); count++) free = `${name}_${count}`;
  taken.add(free);
  return free;
}

function missingTarget(output: string): ArgumentError {
  return new ArgumentError({
    where: `output "${output}"`,
    what: 'there is a loss but no target',
    expected: 'targets (y)',
    received: 'none',
    fix: 'pass y, or leave the loss of this output out',
  });
}
