// Sorting: a stable merge sort of positions, one row to a thread; the rest is gathered by them.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { defineOp } from '../core/op.js';
import { at } from '../core/sequence.js';
import { normalizeAxis, sizeOf, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { elementOf, inputBuffer, outputBuffer } from '../kernels/ir/define.js';
import { type BufferRef, type Expr, I32 } from '../kernels/ir/expr.js';
import type { View } from '../kernels/ir/kernel.js';
import type { Stmt } from '../kernels/ir/loops.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { takeAlongAxis } from './gather.js';
import { isFloatExpr } from './kernel-values.js';
import { parallelOver, serialOver } from './loop-nests.js';
import { cast } from './shaping.js';
import { sliceAxis } from './slicing.js';
import { moveAxis } from './views.js';

interface SortAttrs {
  readonly descending: boolean;
}

/** Whether `a` must stand before `b`, strictly; NaN counts as larger than every number. */
function comesBefore(a: Expr, b: Expr, descending: boolean): Expr {
  const [low, high] = descending ? [b, a] : [a, b];
  const below = k.lt(low, high);
  if (!isFloatExpr(a)) return below;
  return k.or(below, k.and(k.ne(high, high), k.eq(low, low)));
}

/** One row of a sort: where its keys and positions lie. */
interface Row {
  readonly keys: View;
  readonly source: BufferRef;
  readonly index: readonly Expr[];
  /** The first element of the row in `order` and `spare`. */
  readonly base: Expr;
  readonly length: number;
  readonly order: BufferRef;
  readonly spare: BufferRef;
  readonly descending: boolean;
}

const value = k.valueOf;

/** Merges order[start, middle) and order[middle, end) into spare[start, end). */
function merge(row: Row, start: Expr, middle: Expr, end: Expr): readonly Stmt[] {
  const left = k.newVar('left', I32);
  const right = k.newVar('right', I32);
  const last = k.size(row.length - 1);
  const orderAt = (place: Expr): Expr => k.load(row.order, k.add(row.base, k.min(place, last)));
  const keyAt = (place: Expr): Expr =>
    k.load(row.source, elementOf(row.keys.layout, [...row.index, place]));
  const target = k.newVar('target', I32);
  const fromLeft = k.newVar('fromLeft', I32);
  const fromRight = k.newVar('fromRight', I32);
  const takesLeft = k.newVar('takesLeft', I32);
  const rightFirst = comesBefore(keyAt(value(fromRight)), keyAt(value(fromLeft)), row.descending);
  const leftWins = k.and(
    k.lt(value(left), middle),
    k.or(k.ge(value(right), end), k.not(rightFirst)),
  );
  const step: Stmt[] = [
    k.declare(fromLeft, orderAt(value(left))),
    k.declare(fromRight, orderAt(value(right))),
    k.declare(takesLeft, k.select(leftWins, k.i32(1), k.i32(0))),
    k.store(
      row.spare,
      k.add(row.base, value(target)),
      k.select(k.eq(value(takesLeft), k.i32(1)), value(fromLeft), value(fromRight)),
    ),
    k.set(right, k.add(value(right), k.sub(k.i32(1), value(takesLeft)))),
    k.set(left, k.add(value(left), value(takesLeft))),
  ];
  return [
    k.declare(left, start),
    k.declare(right, middle),
    k.loop(target, { from: start, to: end }, step),
  ];
}

/** Bottom-up merge sort: runs of width 1, 2, 4 ... are merged until one is left. */
function sortRow(row: Row): readonly Stmt[] {
  const width = k.newVar('width', I32);
  const start = k.newVar('start', I32);
  const middle = k.newVar('middle', I32);
  const end = k.newVar('end', I32);
  const length = k.size(row.length);
  const number = serialOver(row.length, 'place', (place) => [
    k.store(row.order, k.add(row.base, place), place),
  ]);
  const copyBack = serialOver(row.length, 'place', (place) => [
    k.store(row.order, k.add(row.base, place), k.load(row.spare, k.add(row.base, place))),
  ]);
  const pair: Stmt[] = [
    k.declare(middle, k.min(k.add(value(start), value(width)), length)),
    k.declare(end, k.min(k.add(value(middle), value(width)), length)),
    ...merge(row, value(start), value(middle), value(end)),
    k.set(start, value(end)),
  ];
  return [
    number,
    k.declare(width, k.i32(1)),
    {
      kind: 'while',
      test: k.lt(value(width), length),
      body: [
        k.declare(start, k.i32(0)),
        { kind: 'while', test: k.lt(value(start), length), body: pair },
        copyBack,
        k.set(width, k.mul(value(width), k.i32(2))),
      ],
    },
  ];
}

/** Sorts along the last axis. */
export const argsortOp = defineOp<SortAttrs>({
  name: 'argsort',
  infer: (inputs) => [spec(at(inputs, 0).shape, 'int32')],
  lower: ({ inputs, outputs, attrs }) => {
    const keys = at(inputs, 0);
    const output = at(outputs, 0);
    const length = at(keys.shape, -1);
    const source = inputBuffer(keys);
    const order = outputBuffer(output);
    const spare: BufferRef = {
      storage: 'i32',
      space: 'scratch',
      slot: 0,
      length: k.size(sizeOf(keys.shape)),
    };
    const body = parallelOver(keys.shape.slice(0, -1), (index, number) => {
      const base = k.mul(number, k.size(length));
      return sortRow({ keys, source, index, base, length, order, spare, ...attrs });
    });
    const buffers = [source, order, spare];
    return [{ kind: 'loops', name: 'argsort', buffers, procedures: [], body: [body] }];
  },
  grad: { none: 'positions are whole numbers' },
});

/** Along which axis and in which order to sort. */
export interface SortOptions {
  /** The last by default. */
  readonly axis?: number | undefined;
  readonly descending?: boolean | undefined;
}

/** The names of {@link SortOptions}. */
export const SORT_OPTIONS: OptionNames<SortOptions> = { axis: true, descending: true };

/** Half types and bools are compared in the types of registers. */
function comparable(x: Tensor): Tensor {
  if (x.dtype === 'float16' || x.dtype === 'bfloat16') return cast(x, 'float32');
  return x.dtype === 'bool' ? cast(x, 'int32') : x;
}

/**
 * The positions that sort x along `axis` (the last by default), as int32. Stable; NaN is last.
 *
 * @example
 * ```ts
 * import { argsort } from 'keratin';
 * console.log(await argsort([3, 1, 2]).array()); // [ 1, 2, 0 ]
 * ```
 */
export function argsort(x: TensorLike, options: SortOptions = {}): Tensor {
  checkOptions('argsort', options, SORT_OPTIONS);
  const input = asTensor(x);
  const axis = normalizeAxis('argsort', options.axis ?? -1, input.rank);
  const rows = moveAxis(comparable(input), axis, -1);
  const order = applyOne(argsortOp, [rows], { descending: options.descending ?? false });
  return moveAxis(order, -1, axis);
}

/**
 * x in ascending (or descending) order along `axis`, the last by default; NaN counts as largest.
 *
 * @example
 * ```ts
 * import { sort } from 'keratin';
 * console.log(await sort([3, 1, 2]).array()); // [ 1, 2, 3 ]
 * ```
 */
export function sort(x: TensorLike, options: SortOptions = {}): Tensor {
  checkOptions('sort', options, SORT_OPTIONS);
  const input = asTensor(x);
  return takeAlongAxis(input, argsort(input, options), { axis: options.axis ?? -1 });
}

/**
 * The `count` largest elements along the last axis, largest first, and their positions.
 *
 * @example
 * ```ts
 * import { topK } from 'keratin';
 * const { values, indices } = topK([3, 1, 2], 2);
 * console.log(await values.array(), await indices.array()); // [ 3, 2 ] [ 0, 2 ]
 * ```
 */
export function topK(
  x: TensorLike,
  count: number,
): { readonly values: Tensor; readonly indices: Tensor } {
  const input = asTensor(x);
  const length = at(input.shape, normalizeAxis('topK', -1, input.rank));
  if (!Number.isInteger(count) || count < 0 || count > length) {
    throw new ArgumentError({
      where: 'topK',
      what: 'there are not that many elements',
      expected: `0 to ${length}`,
      received: String(count),
      fix: 'ask for at most as many elements as the last axis has',
    });
  }
  const indices = sliceAxis(argsort(input, { descending: true }), -1, 0, count);
  return { values: takeAlongAxis(input, indices, { axis: -1 }), indices };
}
