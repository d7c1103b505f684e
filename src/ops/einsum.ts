// Products named by letters: einsum contracts two tensors at a time in one kernel without
// transposing; dot, tensordot and outer are sentences over it and matmul.

import { requireList, requireNumberOrList, requireText } from '../core/arguments.js';
import { promote } from '../core/dtype.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { defineOp, type Op } from '../core/op.js';
import { at, product, range } from '../core/sequence.js';
import { formatShape, normalizeAxis, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { axis, computeKernel, outputAt, position, stageResult } from '../kernels/ir/define.js';
import type { Axis, Expr } from '../kernels/ir/expr.js';
import { mul } from './arithmetic.js';
import { applyOne, asTensor, operands, type TensorLike } from './convert.js';
import { eye } from './create.js';
import { fit, numberOf, readAs } from './kernel-values.js';
import { matmul } from './matmul.js';
import { broadcastTo, cast, reshape, sum } from './shaping.js';
import { expandDims, transpose } from './views.js';

/** One letter for each axis of the two inputs and of the output. */
interface ContractAttrs {
  readonly a: string;
  readonly b: string;
  readonly output: string;
}

/** Σ a b over the letters that the output does not have; every letter's size agrees. */
export const contractOp: Op<ContractAttrs> = defineOp<ContractAttrs>({
  name: 'contract',
  infer: (inputs, attrs) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const sizeOf = (letter: string): number =>
      a.shape[attrs.a.indexOf(letter)] ?? at(b.shape, attrs.b.indexOf(letter));
    return [spec([...attrs.output].map(sizeOf), numberOf(promote(a.dtype, b.dtype)))];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    const axes = new Map<string, Axis>();
    for (const [input, letters] of [attrs.a, attrs.b].entries()) {
      for (const [place, letter] of [...letters].entries()) {
        if (!axes.has(letter)) axes.set(letter, axis(at(at(inputs, input).shape, place)));
      }
    }
    const axesOf = (letters: readonly string[]): Axis[] =>
      letters.flatMap((letter) => axes.get(letter) ?? []);
    const value = (input: number, letters: string): Expr =>
      readAs(at(inputs, input), axesOf([...letters]).map(position), output.dtype);
    const outer = axesOf([...attrs.output]);
    const over = axesOf([...axes.keys()].filter((letter) => !attrs.output.includes(letter)));
    const body = k.mul(value(0, attrs.a), value(1, attrs.b));
    const total = fit(over.length === 0 ? body : stageResult(0, body), output.dtype);
    const stages = over.length === 0 ? [] : [{ over, by: 'sum' as const, body }];
    const result = outputAt(0, output, outer.map(position), total);
    return [computeKernel(inputs, outer, stages, [result])];
  },
  // Every letter of one input is in the output or in the other input (see `einsum`), so its
  // gradient is again a contraction.
  grad: ({ inputs, attrs, dy, needs }) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const toA = { a: attrs.output, b: attrs.b, output: attrs.a };
    const toB = { a: attrs.output, b: attrs.a, output: attrs.b };
    return [
      needs[0] ? cast(applyOne(contractOp, [dy, b], toA), a.dtype) : undefined,
      needs[1] ? cast(applyOne(contractOp, [dy, a], toB), b.dtype) : undefined,
    ];
  },
});

/** A tensor with a letter for each of its axes. */
interface Labelled {
  readonly tensor: Tensor;
  readonly letters: string;
}

function fault(equation: string, what: string, fix: string): ArgumentError {
  return new ArgumentError({ where: 'einsum', what, received: `"${equation}"`, fix });
}

/** Letters for the axes that `...` stands for, counted from the last. */
const SPARE = '0123456789';

/** The letters of each operand and of the result, with `...` replaced. */
function parse(equation: string, tensors: readonly Tensor[]): { inputs: string[]; output: string } {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (terms.length !== tensors.length) {
    throw fault(
      equation,
      `there are ${tensors.length} operands`,
      'write one term for each operand',
    );
  }
  let most = 0;
  const inputs = terms.map((term, index) => {
    const { rank, shape } = at(tensors, index);
    const named = term.replace('...', '').length;
    const hidden = term.includes('...') ? rank - named : 0;
    if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term) || hidden < 0 || named + hidden !== rank) {
      throw fault(
        equation,
        `"${term}" does not name the axes of ${formatShape(shape)}`,
        'write one letter for each axis; ... stands for any number of them',
      );
    }
    most = Math.max(most, hidden);
    return term.replace('...', SPARE.slice(SPARE.length - hidden));
  });
  const all = [...inputs.join('')];
  const once = [...new Set(all)].filter(
    (letter) => all.indexOf(letter) === all.lastIndexOf(letter),
  );
  const implied = `...${once
    .filter((letter) => !SPARE.includes(letter))
    .sort()
    .join('')}`;
  const output = (right ?? implied).replace('...', SPARE.slice(SPARE.length - most));
  const wrong = [...output].find(
    (letter, index) => !all.includes(letter) || output.indexOf(letter) !== index,
  );
  if (wrong !== undefined) {
    throw fault(
      equation,
      `the result names "${wrong}" wrongly`,
      'use letters of the operands, once',
    );
  }
  return { inputs, output };
}

/** Keeps only the diagonal of axes that have the same letter. */
function withoutRepeats({ tensor, letters }: Labelled): Labelled {
  const second = [...letters].findIndex((letter, index) => letters.indexOf(letter) !== index);
  if (second < 0) return { tensor, letters };
  const first = letters.indexOf(at([...letters], second));
  const size = at(tensor.shape, first);
  const shape = tensor.shape.map((extent, axis) =>
    axis === first || axis === second ? extent : 1,
  );
  const mask = reshape(eye(size, size, { dtype: tensor.dtype }), shape);
  const diagonal = sum(mul(tensor, mask), { axis: second });
  return withoutRepeats({
    tensor: diagonal,
    letters: letters.slice(0, second) + letters.slice(second + 1),
  });
}

/** Sums away the letters that nothing else needs. */
function onlyNeeded({ tensor, letters }: Labelled, needed: string): Labelled {
  const axis = range(letters.length).filter((place) => !needed.includes(letters.charAt(place)));
  if (axis.length === 0) return { tensor, letters };
  return {
    tensor: sum(tensor, { axis }),
    letters: [...letters].filter((letter) => needed.includes(letter)).join(''),
  };
}

/** Throws unless a letter means one size everywhere; `...` axes of size 1 are repeated. */
function agreeing(equation: string, inputs: readonly Labelled[]): Labelled[] {
  const sizes = new Map<string, number>();
  for (const { tensor, letters } of inputs) {
    for (const [place, letter] of [...letters].entries()) {
      const size = at(tensor.shape, place);
      const known = sizes.get(letter) ?? size;
      if (known !== size && known !== 1 && size !== 1) {
        throw new ShapeError({
          where: 'einsum',
          what: `the letter "${letter}" stands for two sizes in "${equation}"`,
          expected: String(known),
          received: String(size),
          fix: 'check the order of the axes',
        });
      }
      sizes.set(letter, known === 1 ? size : known);
    }
  }
  return inputs.map(({ tensor, letters }) => ({
    letters,
    tensor: broadcastTo(
      tensor,
      [...letters].map((letter) => sizes.get(letter) ?? 1),
    ),
  }));
}

function contract(a: Labelled, b: Labelled, needed: string): Labelled {
  const left = onlyNeeded(a, b.letters + needed);
  const right = onlyNeeded(b, a.letters + needed);
  const union = [...new Set(left.letters + right.letters)];
  const letters = [...needed].every((letter) => union.includes(letter))
    ? needed
    : union.filter((letter) => needed.includes(letter)).join('');
  const attrs = { a: left.letters, b: right.letters, output: letters };
  return { tensor: applyOne(contractOp, [left.tensor, right.tensor], attrs), letters };
}

/**
 * Sums of products, named by letters as in NumPy; `...` stands for axes that broadcast.
 *
 * @example
 * ```ts
 * import { einsum } from 'keratin';
 * console.log(await einsum('ij,j->i', [[1, 2], [3, 4]], [1, 1]).array()); // [ 3, 7 ]
 * ```
 */
export function einsum(equation: string, ...inputs: readonly TensorLike[]): Tensor {
  requireText('einsum', 'the equation', equation);
  const tensors = operands(inputs);
  const { inputs: terms, output } = parse(equation, tensors);
  const labelled = agreeing(
    equation,
    tensors.map((tensor, index) => withoutRepeats({ tensor, letters: at(terms, index) })),
  );
  const [first, ...rest] = labelled;
  if (first === undefined) throw fault(equation, 'there are no operands', 'pass the tensors too');
  const result = rest.reduce<Labelled>((total, next, index) => {
    const later = rest.slice(index + 1).map(({ letters }) => letters);
    // The last product gives the axes in the order asked for.
    const needed = later.length === 0 ? output : [...new Set(later.join('') + output)].join('');
    return contract(total, next, needed);
  }, first);
  const kept = onlyNeeded(result, output);
  return transpose(
    kept.tensor,
    [...output].map((letter) => kept.letters.indexOf(letter)),
  );
}

/**
 * The product of vectors, matrices or more: over the last axis of a and the last but one of b.
 *
 * @example
 * ```ts
 * import { dot } from 'keratin';
 * console.log(await dot([1, 2], [3, 4]).item()); // 11
 * ```
 */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = operands([a, b]);
  if (left === undefined || right === undefined || left.rank === 0 || right.rank === 0) {
    return mul(a, b);
  }
  if (left.rank <= 2 && right.rank <= 2) return matmul(left, right);
  const inner = right.rank === 1 ? 0 : right.rank - 2;
  return tensordot(left, right, [[left.rank - 1], [inner]]);
}

/**
 * Sums over pairs of axes: the last n of a with the first n of b, or those listed.
 *
 * @example
 * ```ts
 * import { ones, tensordot } from 'keratin';
 * console.log(tensordot(ones([2, 3, 4]), ones([3, 4, 5])).shape); // [ 2, 5 ]
 * ```
 */
export function tensordot(
  a: TensorLike,
  b: TensorLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  requireNumberOrList('tensordot', 'axes', axes);
  if (typeof axes !== 'number')
    for (const side of [0, 1]) requireList('tensordot', 'axes', axes[side]);
  const pairs =
    typeof axes === 'number'
      ? ([range(axes).map((axis) => left.rank - axes + axis), range(axes)] as const)
      : axes;
  const fromLeft = pairs[0].map((axis) => normalizeAxis('tensordot', axis, left.rank));
  const fromRight = pairs[1].map((axis) => normalizeAxis('tensordot', axis, right.rank));
  const keptLeft = range(left.rank).filter((axis) => !fromLeft.includes(axis));
  const keptRight = range(right.rank).filter((axis) => !fromRight.includes(axis));
  const inner = product(fromLeft.map((axis) => at(left.shape, axis)));
  const rows = reshape(transpose(left, [...keptLeft, ...fromLeft]), [-1, inner]);
  const columns = reshape(transpose(right, [...fromRight, ...keptRight]), [inner, -1]);
  return reshape(matmul(rows, columns), [
    ...keptLeft.map((axis) => at(left.shape, axis)),
    ...keptRight.map((axis) => at(right.shape, axis)),
  ]);
}

/**
 * Every product of an element of a with one of b, both flattened.
 *
 * @example
 * ```ts
 * import { outer } from 'keratin';
 * console.log(await outer([1, 2], [3, 4]).array()); // [ [ 3, 4 ], [ 6, 8 ] ]
 * ```
 */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  return mul(expandDims(reshape(left, [-1]), 1), expandDims(reshape(right, [-1]), 0));
}
