// Random programs, run op by op and compiled: the numbers must agree. Seeds are printed, so that a
// disagreement can be run again alone: KERATIN_FUZZ_SEED=17. KERATIN_FUZZ=10000 runs more.
import { expect, it } from 'vitest';
import {
  concat,
  cond,
  currentEngine,
  gather,
  gradient,
  scan,
  scope,
  setEngine,
  setThreads,
  softmax,
  type Tensor,
  tensor,
  where,
  whileLoop,
} from '../../src/index.js';

/** Programs that once disagreed. */
const KEPT = [1933];
const KEPT_FLOW = [39];
const PROGRAMS = Number(process.env['KERATIN_FUZZ'] ?? 150);
const FIRST = Number(process.env['KERATIN_FUZZ_SEED'] ?? 1);
const MOST_OPS = 24;

/** A small generator (mulberry32): the same programs on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
};

/** One line of a program: makes a tensor of earlier ones, or gives up with undefined. */
type Line = (made: readonly Tensor[]) => Tensor | undefined;

const unary: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.mul(0.5),
  (x) => x.neg().add(1),
  (x) => x.square().add(1).sqrt(),
  (x) => x.abs().add(0.5).log(),
  (x) => x.clip(-1, 1).exp(),
  (x) => x.cast('int32').cast('float32').add(x),
];

const views: readonly ((x: Tensor, random: number) => Tensor)[] = [
  (x) => x.transpose(),
  (x) => x.reshape([-1]),
  (x) => (x.rank > 0 ? x.expandDims(0) : x),
  (x) => (x.rank > 1 ? x.reshape([x.shape[0] ?? 1, -1]) : x),
  (x) => (x.rank > 0 ? x.flip(0) : x),
  (x, random) => {
    const [size = 1] = x.shape;
    if (x.rank === 0 || size < 2) return x;
    const start = Math.floor(random * (size - 1));
    return x.slice([start, ...x.shape.slice(1).map(() => 0)], [size - start, ...x.shape.slice(1)]);
  },
  (x) => (x.rank === 2 ? x.transpose([1, 0]) : x),
];

const reductions: readonly ((x: Tensor, axis: number) => Tensor)[] = [
  (x, axis) => x.sum({ axis, keepDims: true }),
  (x, axis) => x.mean({ axis }),
  (x, axis) => x.max({ axis }),
  (x, axis) => softmax(x, { axis }),
  (x, axis) => x.variance({ axis, keepDims: true }),
];

function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, back) => back + 1).every((back) => {
    const [x, y] = [a[a.length - back] ?? 1, b[b.length - back] ?? 1];
    return x === y || x === 1 || y === 1;
  });
}

function binaryLine(random: Random): Line {
  const kind = Math.floor(random() * 6);
  return (made) => {
    const a = pick(random, made);
    const b = made.findLast((other) => other !== a && broadcasts(a.shape, other.shape)) ?? a;
    if (kind === 0) return a.add(b);
    if (kind === 1) return a.mul(b).mul(0.5);
    if (kind === 2) return a.sub(b);
    if (kind === 3) return a.maximum(b);
    if (kind === 4) return where(a.greater(b), a, b.mul(2));
    return a.div(b.square().add(1));
  };
}

function productLine(): Line {
  return (made) => {
    for (const a of made) {
      const b = made.find((other) => other.rank === 2 && other.shape[0] === a.shape.at(-1));
      if (a.rank === 2 && b !== undefined) return a.matmul(b).mul(0.3);
    }
    return undefined;
  };
}

function newLine(random: Random): Line {
  const kind = random();
  const number = random();
  if (kind < 0.3) {
    const fn = pick(random, unary);
    return (made) => fn(pick(random, made));
  }
  if (kind < 0.45) {
    const fn = pick(random, views);
    return (made) => fn(pick(random, made), number);
  }
  if (kind < 0.6) {
    const fn = pick(random, reductions);
    return (made) => {
      const x = pick(random, made);
      return x.rank === 0 ? undefined : fn(x, Math.floor(number * x.rank));
    };
  }
  if (kind < 0.85) return binaryLine(random);
  if (kind < 0.93) return productLine();
  if (kind < 0.97) {
    return (made) => {
      const x = pick(random, made);
      return x.rank === 0 ? undefined : concat([x, x.mul(2)], 0);
    };
  }
  return (made) => {
    const x = pick(random, made);
    return x.rank === 0 ? undefined : gather(x, [0, 0]);
  };
}

const LARGEST = 4000;
/** Ops in the body of a loop or branch. */
const MOST_INNER = 5;

/** A few lines over the given tensors; gives all that they make, the last first. */
function innerLines(random: Random, given: readonly Tensor[], depth: number): Tensor[] {
  const made = [...given];
  const count = 1 + Math.floor(random() * MOST_INNER);
  for (let line = 0; line < count; line++) {
    const next = (depth > 0 && random() < 0.2 ? flowLine(random, depth - 1) : newLine(random))(
      made,
    );
    if (next !== undefined && next.size <= LARGEST / 8 && next.rank <= 4) made.push(next);
  }
  return made.slice(given.length).reverse();
}

/** `x` moved by something of every tensor, so that its shape stays and all of them matter. */
function moved(x: Tensor, by: readonly Tensor[]): Tensor {
  return by.reduce((sum, one) => sum.add(one.mean().mul(0.3)), x.mul(0.9)).tanh();
}

/** A loop or branch whose body is a small random program, which may hold others. */
function flowLine(random: Random, depth: number): Line {
  const kind = random();
  const reverse = random() < 0.5;
  const body = Math.floor(random() * 2 ** 32);
  const inside = (given: readonly Tensor[]): Tensor[] =>
    innerLines(randomNumbers(body), given, depth);
  const bound = random() - 0.5;
  return (made) => {
    const xs = made.findLast((one) => one.rank > 0 && (one.shape[0] ?? 0) <= 9) ?? made[0];
    const carry = pick(randomNumbers(body), made);
    if (xs === undefined || xs.rank === 0) return undefined;
    if (kind < 0.55) {
      const [last, all] = scan(
        (state: readonly [Tensor, Tensor], x: Tensor) => {
          const found = inside([state[0], x, carry]);
          const [output = x] = found;
          return [[moved(state[0], found), state[0]], output] as const;
        },
        // Tensors of their own, since lines tell their operands apart.
        [carry.mul(1), carry.mul(0.5)],
        xs,
        { reverse },
      );
      return kind < 0.3 ? all : last[1].add(last[0]);
    }
    if (kind < 0.8) {
      return cond(
        carry.mean().greater(bound),
        () => moved(xs, inside([xs, carry])),
        () => (reverse ? xs.mul(1) : moved(xs, [carry])),
      );
    }
    return whileLoop(
      (state) => state.n.less(carry.mean().abs().mul(3)),
      (state) => ({ n: state.n.add(1), x: moved(state.x, inside([state.x, carry])) }),
      { n: tensor(bound), x: xs.mul(1) },
      { maximumIterations: 4 },
    ).x;
  };
}

const lineOf = { plain: newLine, flow: (random: Random) => mixedLine(random) };

function mixedLine(random: Random): Line {
  return random() < 0.3 ? flowLine(random, 1) : newLine(random);
}

/** A random program of one argument; the same for the same seed. */
function program(
  seed: number,
  kind: keyof typeof lineOf,
): {
  readonly shape: number[];
  readonly run: (x: Tensor) => Tensor[];
} {
  const random = randomNumbers(seed);
  const extents = [1, 2, 3, 4, 5, 8, 9, 17];
  const rank = pick(random, [1, 2, 2, 2, 3]);
  const shape = Array.from({ length: rank }, () => pick(random, extents));
  const count = 3 + Math.floor(random() * (kind === 'plain' ? MOST_OPS : MOST_OPS / 3));
  const choices = Math.floor(random() * 2 ** 32);
  const run = (x: Tensor): Tensor[] => {
    const inner = randomNumbers(choices);
    const made: Tensor[] = [x];
    for (let line = 0; line < count; line++) {
      const next = lineOf[kind](inner)(made);
      if (next !== undefined && next.size <= LARGEST && next.rank <= 5) made.push(next);
    }
    return made.slice(-3);
  };
  return { shape, run };
}

/** The last values of a program, and the slope of their sum. */
function results(run: (x: Tensor) => Tensor[]): (x: Tensor) => Record<string, Tensor> {
  return (x) => {
    const values = run(x);
    const [slope = x] = gradient((y) =>
      run(y).reduce((sum, value) => sum.add(value.tanh().sum()), tensor(0)),
    )(x);
    return Object.fromEntries([...values, slope].map((value, index) => [`value ${index}`, value]));
  };
}

async function numbersOf(values: Record<string, Tensor>): Promise<Map<string, Float64Array>> {
  const entries = Object.entries(values).map(
    async ([name, value]) => [name, Float64Array.from(await value.data())] as const,
  );
  return new Map(await Promise.all(entries));
}

function agree(a: Float64Array, b: Float64Array): boolean {
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return (
    a.length === b.length &&
    a.every((value, index) => {
      const other = b[index] ?? Number.NaN;
      const both = Number.isNaN(value) && Number.isNaN(other);
      return both || value === other || Math.abs(value - other) <= 2e-4 * scale;
    })
  );
}

async function compare(seed: number, kind: keyof typeof lineOf): Promise<void> {
  const { shape, run } = program(seed, kind);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const random = randomNumbers(seed + 1e6);
  const x = tensor(
    Float32Array.from({ length: size }, () => random() * 2 - 1),
    { shape },
  );
  const step = results(run);
  const eager = scope(() => step(x));
  const compiled = scope(() => currentEngine().compile(step)(x));
  const [wanted, found] = [await numbersOf(eager), await numbersOf(compiled)];
  for (const [name, values] of wanted) {
    const others = found.get(name) ?? new Float64Array();
    const about = `KERATIN_FUZZ_SEED=${seed} (${kind}): ${name}\n${values}\n${others}`;
    expect(agree(values, others), about).toBe(true);
  }
  for (const value of [x, ...Object.values(eager), ...Object.values(compiled)]) value.dispose();
}

it(`agrees eager and compiled on ${PROGRAMS} random programs`, async () => {
  setEngine('graph');
  setThreads(1);
  const seeds = [...KEPT, ...Array.from({ length: PROGRAMS }, (_, index) => FIRST + index)];
  for (const seed of seeds) await compare(seed, 'plain');
}, 3_600_000);

it('agrees on random programs with loops and branches', async () => {
  setEngine('graph');
  setThreads(2);
  const count = Math.ceil(PROGRAMS / 8);
  const seeds = [...KEPT_FLOW, ...Array.from({ length: count }, (_, index) => FIRST + index)];
  for (const seed of seeds) await compare(seed, 'flow');
}, 3_600_000);
