// Random programs: a list of lines over one argument, run as a step with its gradients.
import { isFloat } from '../../../src/core/dtype.js';
import { gradient, SeedGenerator, type Tensor, tensor, Variable } from '../../../src/index.js';
import { below, pick, type Random, randomNumbers, rounded, type State } from './choosing.js';
import { flowLine } from './flow-lines.js';
import { plainLine } from './lines.js';

/** Without loops and branches, or with some. */
export type Kind = 'plain' | 'flow';

/** A program; `lines` holds one seed for each line, so that any of them can be left out. */
export interface Program {
  readonly kind: Kind;
  readonly seed: number;
  readonly shape: readonly number[];
  readonly lines: readonly number[];
  /** How often the scalar is differentiated: values alone, slopes, or slopes of slopes. */
  readonly order: 0 | 1 | 2;
}

/** Most lines of a program; most programs are shorter. */
const MOST_LINES: Readonly<Record<Kind, number>> = { plain: 40, flow: 14 };
const FEWEST_LINES = 3;
/** How many programs have as many lines as there may be. */
const SHARE_OF_LONGEST = 0.03;
const LARGEST = 4000;

export function programOf(seed: number, kind: Kind): Program {
  const random = randomNumbers(seed);
  const rank = pick(random, [0, 1, 1, 2, 2, 2, 2, 3, 3]);
  const hasEmpty = random() < 0.02;
  const extents = hasEmpty ? [0, 1, 2, 3] : [1, 2, 3, 4, 5, 8, 9, 17];
  const shape = Array.from({ length: rank }, () => pick(random, extents));
  const most = MOST_LINES[kind];
  const isLongest = random() < SHARE_OF_LONGEST;
  const further = Math.floor(random() ** 3 * (most - FEWEST_LINES));
  const count = isLongest ? most : FEWEST_LINES + further;
  const draw = random();
  const order = draw < 0.3 ? 0 : draw < 0.4 && count < 12 ? 2 : 1;
  const lines = Array.from({ length: count }, () => below(random, 2 ** 32));
  return { kind, seed, shape, lines, order };
}

/** What a run starts from; equal for equal programs. With `noise`, values are rounded otherwise. */
export function freshState(noise?: Random): State {
  return {
    noise,
    variables: [new Variable(tensor(0.5)), new Variable(tensor([0.2, -0.4, 0.9]))],
    seeds: new SeedGenerator(7),
    mayAssign: true,
  };
}

export function argumentOf({ shape, seed }: Program): Tensor {
  const random = randomNumbers(seed + 1e6);
  const length = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length }, () => random() * 2 - 1);
  return tensor(values, { shape: [...shape] });
}

function valuesOf(program: Program, x: Tensor, state: State): Tensor[] {
  const made: Tensor[] = [x];
  for (const seed of program.lines) {
    const random = randomNumbers(seed);
    const line = program.kind === 'flow' && random() < 0.3 ? flowLine : plainLine;
    const next = line(random, made, state);
    if (next === undefined || next.size > LARGEST || next.rank > 5) continue;
    made.push(rounded(next, state));
  }
  return made.slice(-3);
}

/** A scalar that all float values have a part in. */
function scalarOf(values: readonly Tensor[]): Tensor {
  return values
    .filter(({ dtype }) => isFloat(dtype))
    .reduce((sum, value) => sum.add(value.cast('float32').tanh().sum()), tensor(0));
}

/** The last values of a program, the slope of their sum, and where variables have come to. */
export function stepOf(program: Program, state: State): (x: Tensor) => Record<string, Tensor> {
  return (x) => {
    let values: readonly Tensor[] = [];
    const scalar = (y: Tensor): Tensor => {
      values = valuesOf(program, y, state);
      return scalarOf(values);
    };
    const slopeAt = (y: Tensor): Tensor => gradient(scalar)(y)[0] ?? y;
    const results: Record<string, Tensor> = {};
    if (program.order === 0) values = valuesOf(program, x, state);
    else results['slope'] = slopeAt(x);
    for (const [index, value] of values.entries()) results[`value ${index}`] = value;
    if (program.order === 2) {
      const [second = x] = gradient((y: Tensor) => slopeAt(y).square().sum())(x);
      results['slope of the slope'] = second;
    }
    for (const [index, { value }] of state.variables.entries()) {
      results[`variable ${index}`] = value.mul(1);
    }
    return results;
  };
}
