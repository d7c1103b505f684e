// What the equation of an EinsumDense says about the shapes of its weights.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { FanAxes } from '../initializers/fans.js';
import type { PartialShape } from './symbolic.js';

/** The three terms of `input,kernel->output`, and where `...` stands. */
export interface EinsumTerms {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly ellipsis: 'left' | 'right' | 'none';
}

/** Shapes of the weights; null is a size that is not known. */
export interface EinsumWeights {
  readonly kernel: PartialShape;
  readonly bias: PartialShape | undefined;
  /** Axes of the kernel that are summed over, and those that the result keeps. */
  readonly fanAxes: FanAxes;
}

/** The forms that Keras takes: `ab,bc->ac`, `...ab,bc->...ac` and `ab...,bc->ac...`. */
const FORMS: readonly (readonly [EinsumTerms['ellipsis'], RegExp])[] = [
  ['none', /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/],
  ['left', /^\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)$/],
  ['right', /^([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.$/],
];

function fault(equation: string, what: string, fix: string): ArgumentError {
  return new ArgumentError({ where: 'EinsumDense', what, received: `"${equation}"`, fix });
}

/** The terms of an equation; throws where it has none of the three forms, or a letter is lost. */
export function einsumTerms(equation: string, biasAxes: string | null): EinsumTerms {
  for (const [ellipsis, form] of FORMS) {
    const [, input, kernel, output] = form.exec(equation.replaceAll(' ', '')) ?? [];
    if (input === undefined || kernel === undefined || output === undefined) continue;
    checkLetters(equation, { input, kernel, output, ellipsis }, biasAxes ?? '');
    return { input, kernel, output, ellipsis };
  }
  throw fault(
    equation,
    'the equation has no form that EinsumDense knows',
    'write it as "ab,bc->ac", "...ab,bc->...ac" or "ab...,bc->ac..."',
  );
}

function checkLetters(equation: string, terms: EinsumTerms, biasAxes: string): void {
  const { input, kernel, output } = terms;
  const strange = [...output].find((letter) => !(input + kernel).includes(letter));
  if (strange !== undefined) {
    throw fault(
      equation,
      `the result has an axis "${strange}" that neither input nor kernel has`,
      'name only axes of the input and the kernel after the arrow',
    );
  }
  const free = [...kernel].find((letter) => !(input + output).includes(letter));
  if (free !== undefined) {
    throw fault(
      equation,
      `the kernel has an axis "${free}" that neither input nor result has`,
      'leave it out: its size would not be known',
    );
  }
  const unbiased = [...biasAxes].find((letter) => !output.includes(letter));
  if (unbiased !== undefined) {
    throw fault(
      equation,
      `biasAxes names "${unbiased}", which is no axis of the result`,
      `use letters of "${output}"`,
    );
  }
}

/** The whole shape of the result, from the part that the user gave. */
function fullOutput(
  { input, ellipsis }: EinsumTerms,
  inputShape: PartialShape,
  outputShape: PartialShape,
): PartialShape {
  const hidden = inputShape.length - input.length;
  const batch = inputShape.slice(0, 1);
  if (ellipsis === 'left') return [...batch, ...inputShape.slice(1, hidden), ...outputShape];
  return [...batch, ...outputShape, ...inputShape.slice(inputShape.length - hidden)];
}

/** The shapes of kernel and bias for an input of this shape. */
export function einsumWeights(
  terms: EinsumTerms,
  biasAxes: string | null,
  inputShape: PartialShape,
  outputShape: PartialShape,
): EinsumWeights {
  const { input, kernel, output, ellipsis } = terms;
  const hidden = inputShape.length - input.length;
  const full = fullOutput(terms, inputShape, outputShape);
  const shift = ellipsis === 'left' ? hidden : 0;
  const whole = ellipsis === 'none' ? 0 : hidden;
  if (hidden < 0 || whole !== hidden || full.length !== output.length + hidden) {
    throw new ShapeError({
      what: 'the equation does not fit the shapes',
      expected: `an input with the axes "${input}" and an output with the axes "${output}"`,
      received: `${formatShape(inputShape)} and outputShape ${formatShape(outputShape)}`,
      fix: 'write one letter for each axis, the batch included; outputShape leaves the batch out',
    });
  }
  const inInput = new Map([...input].map((letter, axis) => [letter, inputShape[axis + shift]]));
  const inOutput = new Map([...output].map((letter, axis) => [letter, full[axis + shift]]));
  for (const [letter, size] of inInput) {
    const kept = inOutput.get(letter) ?? null;
    if (kept !== null && kept !== size) {
      throw new ShapeError({
        what: `the axis "${letter}" has one size in the input and another in the output`,
        expected: String(size),
        received: String(kept),
        fix: 'give outputShape the same size there, or null',
      });
    }
  }
  const axes = range(kernel.length);
  return {
    kernel: [...kernel].map((letter) => inOutput.get(letter) ?? inInput.get(letter) ?? null),
    bias: biasShape(terms, biasAxes, inOutput, hidden),
    fanAxes: {
      inputAxes: axes.filter((axis) => !output.includes(at([...kernel], axis))),
      outputAxes: axes.filter((axis) => output.includes(at([...kernel], axis))),
    },
  };
}

/** As many axes as broadcast against the result: from the first that has a bias on. */
function biasShape(
  { output, ellipsis }: EinsumTerms,
  biasAxes: string | null,
  inOutput: ReadonlyMap<string, number | null | undefined>,
  hidden: number,
): PartialShape | undefined {
  if (biasAxes === null || biasAxes === '') return undefined;
  const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
  const named = [...output.slice(first)].map((letter) =>
    biasAxes.includes(letter) ? (inOutput.get(letter) ?? null) : 1,
  );
  return ellipsis === 'left' ? named : [...named, ...range(hidden).map(() => 1)];
}
