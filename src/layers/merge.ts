// Layers that make one tensor of several, value by value, and Concatenate.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { isTensor, Tensor } from '../core/tensor.js';
import {
  add,
  any,
  broadcastTo,
  cast,
  concat,
  div,
  expandDims,
  logicalOr,
  maximum,
  minimum,
  mul,
  onesLike,
  reshape,
  sub,
  where,
} from '../ops/index.js';
import { type CallContext, flatMasks, type MaskTree } from './call-context.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';
import { isShape, type PartialShape, type ShapeTree, type TensorTree } from './symbolic.js';

/** The tensors of a list; throws for anything else. */
function listOf(className: string, inputs: TensorTree, least: number): readonly Tensor[] {
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
  const tensors = list.filter(isTensor);
  if (tensors.length === list.length && tensors.length >= least) return tensors;
  throw new ArgumentError({
    what: `${className} takes a list of tensors`,
    expected: `at least ${least} in a list`,
    received: Array.isArray(inputs) ? `${list.length}` : 'something that is not a list',
    fix: 'write layer.apply([a, b])',
  });
}

/** Gives tensors of fewer axes size 1 after the batch, so that all broadcast, as Keras does. */
function sameRank(tensors: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...tensors.map((tensor) => tensor.rank));
  return tensors.map((tensor) => {
    if (tensor.rank === rank || tensor.rank === 0) return tensor;
    const [batch = 1, ...rest] = tensor.shape;
    const ones = new Array<number>(rank - tensor.rank).fill(1);
    return reshape(tensor, [batch, ...ones, ...rest]);
  });
}

function shapesIn(shape: ShapeTree): readonly PartialShape[] {
  return Array.isArray(shape) ? shape.filter(isShape) : [];
}

/** Two sizes that broadcast. */
function broadcast(a: number | null, b: number | null): boolean {
  return a === null || b === null || a === b || a === 1 || b === 1;
}

/** A layer that folds a list of tensors into one, with broadcasting after the batch. */
abstract class Merge extends Layer {
  override supportsMasking = true;

  protected abstract fold(tensors: readonly Tensor[]): Tensor;

  protected override build(inputShape: ShapeTree): void {
    const shapes = shapesIn(inputShape);
    const [first, ...others] = shapes;
    for (const other of others) {
      const pairs = Math.min(first?.length ?? 0, other.length) - 1;
      for (let back = 1; back <= pairs; back++) {
        if (broadcast(first?.at(-back) ?? null, other.at(-back) ?? null)) continue;
        throw new ShapeError({
          what: 'the inputs do not have shapes that can be combined',
          expected: 'equal sizes, or 1, in every axis after the batch',
          received: shapes.map(formatShape).join(' and '),
          fix: 'bring the tensors to one shape first, e.g. with layers.dense or layers.reshape',
        });
      }
    }
  }

  protected override call(inputs: TensorTree, _context: CallContext): Tensor {
    return this.fold(sameRank(listOf(this.className, inputs, 1)));
  }

  /** As in Keras: a step counts where it counts in any input; inputs without a mask end all masks. */
  protected override computeMask(
    _inputs: TensorTree,
    mask: MaskTree | undefined,
  ): Tensor | undefined {
    const masks = flatMasks(mask);
    const known = masks.filter((one) => one !== null);
    if (known.length === 0 || known.length < masks.length) return undefined;
    return known.reduce((some, one) => logicalOr(some, one));
  }
}

/**
 * The sum of a list of tensors.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * console.log(await layers.add().apply([tensor([[1]]), tensor([[2]])]).array()); // [ [ 3 ] ]
 * ```
 */
export class Add extends Merge {
  static readonly className = 'Add';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Add', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    return tensors.reduce((sum, tensor) => add(sum, tensor));
  }
}

/**
 * The first of two tensors minus the second.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const [a, b] = [tensor([[3]]), tensor([[1]])];
 * console.log(await layers.subtract([a, b]).array()); // [ [ 2 ] ]
 * ```
 */
export class Subtract extends Merge {
  static readonly className = 'Subtract';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Subtract', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    const [first, second, ...rest] = tensors;
    if (first !== undefined && second !== undefined && rest.length === 0) return sub(first, second);
    throw new ArgumentError({
      what: 'Subtract takes two tensors',
      received: String(tensors.length),
      fix: 'write layer.apply([a, b])',
    });
  }
}

/**
 * The product of a list of tensors. As in Keras, steps that the mask of an input leaves out count as 1, and
 * where all inputs have masks and none of them a step, the product is 0 there.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const [a, b] = [tensor([[3]]), tensor([[2]])];
 * console.log(await layers.multiply([a, b]).array()); // [ [ 6 ] ]
 * ```
 */
export class Multiply extends Merge {
  static readonly className = 'Multiply';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Multiply', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    return tensors.reduce((product, tensor) => mul(product, tensor));
  }

  protected override call(inputs: TensorTree, { mask }: CallContext): Tensor {
    const tensors = sameRank(listOf(this.className, inputs, 1));
    const masks = flatMasks(mask).map((one, index) => one && likeSteps(one, tensors[index]));
    const product = this.fold(
      tensors.map((x, index) => (masks[index] ? where(masks[index], x, 1) : x)),
    );
    const known = masks.filter((one) => one !== null);
    if (known.length < tensors.length) return product;
    return where(
      known.reduce((either, one) => logicalOr(either, one)),
      product,
      0,
    );
  }
}

/** A mask with the axes that `x` has behind its own. */
function likeSteps(mask: Tensor, x: Tensor | undefined): Tensor {
  const behind = Math.max(0, (x?.rank ?? 0) - mask.rank);
  return reshape(mask, [...mask.shape, ...Array<number>(behind).fill(1)]);
}

/**
 * The mean of a list of tensors.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const [a, b] = [tensor([[3]]), tensor([[1]])];
 * console.log(await layers.average([a, b]).array()); // [ [ 2 ] ]
 * ```
 */
export class Average extends Merge {
  static readonly className = 'Average';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Average', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    return div(
      tensors.reduce((sum, tensor) => add(sum, tensor)),
      tensors.length,
    );
  }
}

/**
 * The largest value of a list of tensors.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const [a, b] = [tensor([[3]]), tensor([[1]])];
 * console.log(await layers.maximum([a, b]).array()); // [ [ 3 ] ]
 * ```
 */
export class Maximum extends Merge {
  static readonly className = 'Maximum';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Maximum', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    return tensors.reduce((most, tensor) => maximum(most, tensor));
  }
}

/**
 * The smallest value of a list of tensors.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const [a, b] = [tensor([[3]]), tensor([[1]])];
 * console.log(await layers.minimum([a, b]).array()); // [ [ 1 ] ]
 * ```
 */
export class Minimum extends Merge {
  static readonly className = 'Minimum';
  static readonly kerasModule = 'keras.layers';

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Minimum', {}, [], options));
  }

  protected override fold(tensors: readonly Tensor[]): Tensor {
    return tensors.reduce((least, tensor) => minimum(least, tensor));
  }
}

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis that the tensors are joined along. Default -1. */
  readonly axis?: number;
}

/**
 * Joins a list of tensors along an axis; all other axes must have equal sizes.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const joined = layers.concatenate([tensor([[1]]), tensor([[2, 3]])]);
 * console.log(await joined.array()); // [ [ 1, 2, 3 ] ]
 * ```
 */
export class Concatenate extends Layer<Resolved<ConcatenateOptions>> {
  static readonly className: string = 'Concatenate';
  static readonly kerasModule: string = 'keras.layers';
  override readonly rearranges = true;
  override supportsMasking = true;

  constructor(options: ConcatenateOptions = {}) {
    super(withDefaults('Concatenate', { axis: -1 }, [], options));
  }

  protected override build(inputShape: ShapeTree): void {
    const shapes = shapesIn(inputShape);
    const [first] = shapes;
    if (first === undefined) return;
    const joined = this.config.axis < 0 ? this.config.axis + first.length : this.config.axis;
    for (const other of shapes) {
      const fits =
        other.length === first.length &&
        other.every((size, axis) => {
          const wanted = first[axis] ?? null;
          return axis === joined || size === null || wanted === null || size === wanted;
        });
      if (fits) continue;
      throw new ShapeError({
        what: `the inputs cannot be joined along axis ${this.config.axis}`,
        expected: 'equal sizes in every other axis',
        received: shapes.map(formatShape).join(' and '),
        fix: 'bring the tensors to fitting shapes first, or join along another axis',
      });
    }
  }

  protected override call(inputs: TensorTree): Tensor {
    return concat(listOf('Concatenate', inputs, 1), this.config.axis);
  }

  protected override computeMask(
    inputs: TensorTree,
    mask: MaskTree | undefined,
  ): Tensor | undefined {
    const tensors = listOf('Concatenate', inputs, 1);
    const masks = flatMasks(mask);
    if (masks.every((one) => one === null)) return undefined;
    // Inputs without a mask count everywhere; masks get the axes that theirs lack.
    const full = tensors.map((tensor, index) => {
      const own = masks[index];
      if (own === null || own === undefined) return cast(onesLike(tensor), 'bool');
      let wide = own;
      while (wide.rank < tensor.rank) wide = expandDims(wide, wide.rank);
      return broadcastTo(wide, tensor.shape);
    });
    const joined = concat(full, this.config.axis);
    return anyOfLast(joined, masks.find((one) => one instanceof Tensor)?.rank ?? 1);
  }
}

/** A mask of `rank` axes: true where anything that lies behind is. */
function anyOfLast(mask: Tensor, rank: number): Tensor {
  if (mask.rank <= rank) return mask;
  const axes = mask.shape.map((_, axis) => axis).slice(rank);
  return any(mask, { axis: axes });
}
