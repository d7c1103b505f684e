// OptimizerMap: which optimizer moves which weights, by the weights' paths. MultiOptimizer asks it.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { PathMap } from '../core/path-map.js';
import type { Variable } from '../core/variable.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link OptimizerMap}. */
export interface OptimizerMapOptions {
  /** For weights that no key matches. */
  readonly defaultOptimizer: Optimizer;
  /** Path or regular expression -> optimizer. */
  readonly optimizerMap?: Readonly<Record<string, Optimizer>>;
}

/**
 * Optimizers by weights' paths. A key is a whole path, or else a regular expression that matches the
 * whole of one: `encoder/.*` is every weight in the block `encoder`, `encoder` none of them. Such an
 * expression may neither look ahead or behind nor refer back, so that no file can make it run forever.
 *
 * Paths begin with the model's name in some models and, as in Keras, lose it when a model is loaded:
 * keys that begin with `.*` hold in both cases.
 *
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * const map = new optimizers.OptimizerMap({
 *   defaultOptimizer: new optimizers.SGD({ learningRate: 0.01 }),
 *   optimizerMap: { '.*encoder/.*': new optimizers.Adam() },
 * });
 * console.log(map.get('model/encoder/kernel').name); // adam
 * ```
 */
export class OptimizerMap {
  readonly defaultOptimizer: Optimizer;
  readonly #byKey = new PathMap<Optimizer>('OptimizerMap');

  constructor(options: OptimizerMapOptions) {
    const known: OptionNames<OptimizerMapOptions> = { defaultOptimizer: true, optimizerMap: true };
    checkOptions('OptimizerMap', options, known);
    const { defaultOptimizer, optimizerMap = {} } = options;
    this.defaultOptimizer = optimizerInside('OptimizerMap', defaultOptimizer);
    for (const [key, optimizer] of Object.entries(optimizerMap)) this.set(key, optimizer);
  }

  /**
   * The optimizer for the weight of this path.
   *
   * @throws ArgumentError where several regular expressions match.
   */
  get(path: string): Optimizer {
    const matching = this.#byKey.matching(path);
    const [first, second] = matching;
    if (second === undefined) return first?.[1] ?? this.defaultOptimizer;
    throw new ArgumentError({
      where: 'OptimizerMap',
      what: `several optimizers are given for the variable "${path}"`,
      expected: 'one key that matches it',
      received: matching.map(([key]) => key).join(', '),
      fix: 'make the keys narrower, or add the whole path as a key',
    });
  }

  /**
   * Adds an optimizer under a path or regular expression.
   *
   * @throws ArgumentError for a key that is there already or is no regular expression, and for
   * optimizers that wrap others.
   */
  set(key: string, optimizer: Optimizer): this {
    if (this.#byKey.has(key)) {
      throw new ArgumentError({
        where: 'OptimizerMap',
        what: `there is an optimizer for "${key}" already`,
        fix: 'delete the key first',
      });
    }
    this.#byKey.set(key, optimizerInside('OptimizerMap', optimizer));
    return this;
  }

  delete(key: string): boolean {
    return this.#byKey.delete(key);
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Keys and optimizers in the order in which they were added. */
  entries(): readonly (readonly [key: string, optimizer: Optimizer])[] {
    return this.#byKey.entries();
  }

  /** Those of the keys, then the default one; each once. */
  get optimizers(): readonly Optimizer[] {
    const own = this.entries().map(([, optimizer]) => optimizer);
    return [...new Set([...own, this.defaultOptimizer])];
  }
}

/** What chooses the optimizer of a weight. */
export type OptimizerChoice = OptimizerMap | ((variable: Variable) => Optimizer);

/** `given`, where it is an optimizer that moves weights itself. */
export function optimizerInside(where: string, given: unknown): Optimizer {
  if (given instanceof Optimizer && !given.isWrapper) return given;
  throw new ArgumentError({
    where,
    what: 'this optimizer cannot be one of several',
    expected: 'an optimizer that moves the weights itself, such as Adam',
    received: given instanceof Optimizer ? given.className : typeof given,
    fix: 'put LossScaleOptimizer round the MultiOptimizer, and wrapped optimizers into its map',
  });
}
