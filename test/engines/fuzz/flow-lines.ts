// Loops and branches of random programs: their bodies are small random programs, which may hold
// loops and branches themselves.
import {
  cond,
  foriLoop,
  map,
  scan,
  switchCase,
  type Tensor,
  tensor,
  whileLoop,
} from '../../../src/index.js';
import {
  below,
  isFloats,
  type Line,
  pickOf,
  type Random,
  randomNumbers,
  rounded,
  type State,
} from './choosing.js';
import { plainLine } from './lines.js';

/** Lines in a body. */
const MOST_INNER = 5;
const LARGEST_INNER = 500;

/** How deep a line may nest loops and branches. */
const MOST_DEPTH = 2;

type Body = (given: readonly Tensor[], state: State) => Tensor[];

/** A few lines over the given tensors, the same in every turn; gives what they make, last first. */
function bodyOf(seed: number, depth: number): Body {
  return (given, state) => {
    const random = randomNumbers(seed);
    const made = [...given];
    const count = 1 + below(random, MOST_INNER);
    for (let number = 0; number < count; number++) {
      const line = depth < MOST_DEPTH && random() < 0.2 ? flowOf(depth) : plainLine;
      const next = line(random, made, state);
      if (next !== undefined && next.size <= LARGEST_INNER && next.rank <= 4) {
        made.push(rounded(next, state));
      }
    }
    return made.slice(given.length).reverse();
  };
}

/** `x` moved by something of every tensor, so that its shape stays and all of them matter. */
function moved(x: Tensor, by: readonly Tensor[]): Tensor {
  const filled = by.filter((one) => one.size > 0);
  return filled
    .reduce((sum, one) => sum.add(one.cast('float32').mean().mul(0.3)), x.mul(0.9))
    .tanh();
}

interface Parts {
  readonly random: Random;
  readonly xs: Tensor;
  readonly carry: Tensor;
  readonly inside: Body;
  readonly state: State;
}

function scanned({ random, xs, carry, inside, state }: Parts): Tensor {
  const kind = random();
  const reverse = random() < 0.5;
  const [last, all] = scan(
    (pair: readonly [Tensor, Tensor], x: Tensor) => {
      const found = inside([pair[0], x, carry], state);
      const [output = x] = found;
      return [[moved(pair[0], found), pair[0]], output] as const;
    },
    // Tensors of their own, since lines tell their operands apart.
    [carry.mul(1), carry.mul(0.5)],
    xs,
    { reverse },
  );
  return kind < 0.5 ? all : last[1].add(last[0]);
}

function mapped({ xs, carry, inside, state }: Parts): Tensor {
  return map((row: Tensor) => inside([row, carry], state)[0] ?? row, xs);
}

function branched({ random, xs, carry, inside, state }: Parts): Tensor {
  const bound = random() - 0.5;
  const other = random() < 0.5;
  return cond(
    carry.mean().greater(bound),
    () => moved(xs, inside([xs, carry], state)),
    () => (other ? xs.mul(1) : moved(xs, [carry])),
  );
}

function switched({ xs, carry, inside, state }: Parts): Tensor {
  return switchCase(carry.mean().abs().mul(3).cast('int32'), [
    () => xs.mul(1),
    () => moved(xs, inside([xs, carry], state)),
    () => xs.neg(),
  ]);
}

function whileTrue({ random, xs, carry, inside, state }: Parts): Tensor {
  const start = random() - 0.5;
  const inner = { ...state, mayAssign: false };
  return whileLoop(
    (turn) => turn.n.less(carry.mean().abs().mul(3)),
    (turn) => ({ n: turn.n.add(1), x: moved(turn.x, inside([turn.x, carry], inner)) }),
    { n: tensor(start), x: xs.mul(1) },
    { maximumIterations: 4 },
  ).x;
}

function counted({ random, xs, carry, inside, state }: Parts): Tensor {
  const inner = { ...state, mayAssign: false };
  return foriLoop(
    0,
    1 + below(random, 4),
    (index, x: Tensor) => moved(x.add(index.mul(0.1)), inside([x, carry], inner)),
    xs.mul(1),
  );
}

const kinds: readonly (readonly [number, (parts: Parts) => Tensor])[] = [
  [0.4, scanned],
  [0.5, mapped],
  [0.7, branched],
  [0.78, switched],
  [0.9, whileTrue],
  [1, counted],
];

const isUsable = (x: Tensor): boolean => isFloats(x) && x.dtype === 'float32' && x.size > 0;

function flowOf(depth: number): Line {
  return (random, made, state) => {
    const seed = below(random, 2 ** 32);
    const isRows = (x: Tensor): boolean => isUsable(x) && x.rank > 0 && (x.shape[0] ?? 0) <= 9;
    const xs = pickOf(random, made, isRows);
    const carry = pickOf(random, made, isUsable);
    if (xs === undefined || carry === undefined) return undefined;
    const kind = random();
    const [, make] = kinds.find(([end]) => kind < end) ?? [1, scanned];
    return make({ random, xs, carry, state, inside: bodyOf(seed, depth + 1) });
  };
}

export const flowLine: Line = flowOf(0);
