// Recognises sums of products in which one factor slides: convolutions by windows of 3 x 3, their input
// gradients (which slide backwards), and the gradients of their filters (which sum over results
// instead of over the window). Before winograd.ts, which computes them with fewer products.
import { at } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import { type Axis, type Expr, I32 } from '../ir/expr.js';
import { childrenOf, some } from '../ir/expr-walk.js';
import type { Compute } from '../ir/kernel.js';
import { coefficient, type Linear, linear } from './access.js';
import { type Contraction, contractionOf } from './contraction-shape.js';

/** Steps of the window along an axis. */
export const WINDOW = 3;
/** Shorter axes of results would be mostly padding. */
const FEWEST_RESULTS = 4;

/** An axis of results and the steps of the window along it, which move the input alike. */
export interface Slide {
  readonly result: Axis;
  readonly step: Axis;
  /** Whether the input moves back as steps go on. */
  readonly backwards: boolean;
}

/** A sum of products with a factor that slides. */
export interface Windowed {
  readonly compute: Compute;
  /** The factor that slides, and the other: filters, or the gradient of results. */
  readonly input: Expr;
  readonly other: Expr;
  readonly slides: readonly [Slide, Slide];
  /** Whether the sum runs over results, and the window stays: the gradient of filters. */
  readonly sumsResults: boolean;
  /** The other axes of the input: those that results have, and those that the window has. */
  readonly samples: readonly Axis[];
  readonly channels: readonly Axis[];
  /** The axes of the other factor alone. */
  readonly filters: readonly Axis[];
}

/** How two axes move a whole number. */
function movesAlike(
  sum: Linear,
  result: Axis,
  step: Axis,
): 'alike' | 'oppositely' | 'otherwise' | 'not at all' {
  const [a, b] = [coefficient(sum, result), coefficient(sum, step)];
  const isInside = (expr: Expr): boolean =>
    some(expr, (node) => node.kind === 'axis' && (node.axis === result || node.axis === step));
  if (sum.rest.some(({ expr }) => isInside(expr))) return 'otherwise';
  if (a === 0 && b === 0) return 'not at all';
  if (a === b) return 'alike';
  return a === -b ? 'oppositely' : 'otherwise';
}

/**
 * The whole numbers in which positions matter: element numbers, and differences that are compared.
 * Undefined where a position is used as a value.
 */
export function numbersIn(factor: Expr): readonly Linear[] | undefined {
  const found: Linear[] = [];
  const seen = new Set<Expr>();
  let plain = true;
  const visit = (node: Expr): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'axis') plain = false;
    else if (node.kind === 'read') found.push(linear(at(node.at, 0)));
    else if (node.kind === 'call' && node.type.scalar === 'bool' && node.args[0]?.type === I32) {
      found.push(linear(k.sub(at(node.args, 0), at(node.args, 1))));
    } else for (const child of childrenOf(node)) visit(child);
  };
  visit(factor);
  return plain ? found : undefined;
}

/** The slides between axes of results and steps. */
function slidesOf(
  numbers: readonly Linear[],
  results: readonly Axis[],
  steps: readonly Axis[],
): Slide[] {
  return results.flatMap((result) =>
    steps.flatMap((step): Slide[] => {
      if (step.extent !== WINDOW || result.extent < FEWEST_RESULTS) return [];
      const ways = new Set(numbers.map((number) => movesAlike(number, result, step)));
      ways.delete('not at all');
      const [way] = ways;
      if (ways.size !== 1 || way === undefined || way === 'otherwise') return [];
      return [{ result, step, backwards: way === 'oppositely' }];
    }),
  );
}

/** The two slides, if there are just two and they have no axis in common. */
function pairOf(slides: readonly Slide[]): readonly [Slide, Slide] | undefined {
  const [first, second, ...more] = slides;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const apart = first.result !== second.result && first.step !== second.step;
  return apart ? [first, second] : undefined;
}

/**
 * Without padding the steps along rows and the channels of each are neighbours in memory, and were
 * joined: an axis of them, and how many channels one step has. Undefined where there is none.
 */
export function joinedSteps(
  compute: Compute,
): { readonly axis: Axis; readonly inner: number } | undefined {
  const [stage] = compute.stages;
  if (stage === undefined || compute.stages.length > 1) return undefined;
  const all = [...compute.axes, ...stage.over];
  const numbers = all.some(({ extent }) => extent === WINDOW) ? numbersIn(stage.body) : undefined;
  const found = (numbers ?? []).flatMap((number) =>
    all.flatMap((axis) => {
      const inner = axis.extent / WINDOW;
      if (coefficient(number, axis) !== 1 || !Number.isInteger(inner) || inner < 2) return [];
      const slides = all.some((other) => other !== axis && coefficient(number, other) === inner);
      return slides ? [{ axis, inner }] : [];
    }),
  );
  return found[0];
}

function windowedBy(
  compute: Compute,
  { left, right, unjoined }: Contraction,
  summed: readonly Axis[],
  sumsResults: boolean,
): Windowed | undefined {
  const filters = unjoined.columns;
  const rows = compute.axes.filter((axis) => !filters.includes(axis));
  const numbers = numbersIn(left);
  if (numbers === undefined || numbersIn(right) === undefined) return undefined;
  const [withResults, withSteps] = sumsResults ? [summed, rows] : [rows, summed];
  const slides = pairOf(slidesOf(numbers, withResults, withSteps));
  if (slides === undefined) return undefined;
  const slid = slides.flatMap(({ result, step }) => [result, step]);
  const others = (axes: readonly Axis[]): Axis[] => axes.filter((axis) => !slid.includes(axis));
  const [samples, channels] = [others(withResults), others(withSteps)];
  return { compute, input: left, other: right, slides, sumsResults, samples, channels, filters };
}

/** A flat sum of products in which a factor slides by 3 x 3 steps; undefined where none does. */
export function windowedOf(compute: Compute): Windowed | undefined {
  const [stage] = compute.stages;
  const axes = [...compute.axes, ...(stage?.over ?? [])];
  if (stage === undefined || !axes.some(({ extent }) => extent === WINDOW)) return undefined;
  const contraction = contractionOf(compute);
  if (contraction === undefined || contraction.unjoined.batch.length > 0) return undefined;
  return (
    windowedBy(compute, contraction, stage.over, false) ??
    windowedBy(compute, contraction, stage.over, true)
  );
}
