// Masking: marks time steps whose values are all one number as padding.
import { describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { Tensor } from '../core/tensor.js';
import { any, cast, mul, notEqual } from '../ops/index.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';
import type { TensorTree } from './symbolic.js';

/** Options of {@link Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** The number that means padding. Default 0. */
  readonly maskValue?: number;
}

/**
 * Steps of `[batch, steps, features]` in which all features are `maskValue` become padding.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 2] });
 * console.log(layers.masking().apply(x).shape); // [ null, 5, 2 ]
 * ```
 */
export class Masking extends Layer<Resolved<MaskingOptions>> {
  static readonly className = 'Masking';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: MaskingOptions = {}) {
    super(withDefaults('Masking', { maskValue: 0 }, [], options));
    requireNumberOption(this.config.maskValue);
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    const kept = any(notEqual(x, this.config.maskValue), { axis: -1, keepDims: true });
    return mul(x, cast(kept, x.dtype));
  }

  protected override computeMask(x: TensorTree): Tensor | undefined {
    if (!(x instanceof Tensor)) return undefined;
    return any(notEqual(x, this.config.maskValue), { axis: -1 });
  }
}

function requireNumberOption(maskValue: unknown): void {
  if (typeof maskValue === 'number') return;
  throw new ArgumentError({
    where: 'Masking',
    what: 'maskValue is no number',
    expected: 'the number that stands in all features of a step to be left out',
    received: describe(maskValue),
    fix: 'leave maskValue out for the default, 0',
  });
}
