// Random straight-line programs for property tests: they read two inputs and write one output.
// Only operations with one exact result on every target appear, so that results can be compared.
import fc from 'fast-check';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr } from '../../src/kernels/ir/expr.js';
import type { Loops, Stmt } from '../../src/kernels/ir/loops.js';

export const ELEMENTS = 8;

const x: BufferRef = { storage: 'i32', space: 'input', slot: 0 };
const y: BufferRef = { storage: 'f32', space: 'input', slot: 1 };
const out: BufferRef = { storage: 'i32', space: 'output', slot: 0 };

const integerFns = ['add', 'sub', 'mul', 'min', 'max', 'and', 'or', 'xor'] as const;
const floatFns = ['add', 'sub', 'mul', 'min', 'max'] as const;
const compareFns = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;

interface Recipe {
  readonly choice: number;
  readonly a: number;
  readonly b: number;
  readonly value: number;
}

const recipe: fc.Arbitrary<Recipe> = fc.record({
  choice: fc.nat(9),
  a: fc.nat(1000),
  b: fc.nat(1000),
  value: fc.integer({ min: -100, max: 100 }),
});

function pick<T>(list: readonly T[], position: number): T {
  const found = list[position % list.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** Adds one node to the integers or floats made so far; nodes are reused, so graphs arise. */
function grow(step: Recipe, integers: Expr[], floats: Expr[]): void {
  const [i, j] = [pick(integers, step.a), pick(integers, step.b)];
  const [f, g] = [pick(floats, step.a), pick(floats, step.b)];
  switch (step.choice) {
    case 0:
      integers.push(b.i32(step.value));
      break;
    case 1:
      floats.push(b.f32(step.value / 4));
      break;
    case 2:
    case 3:
      integers.push(b.call(pick(integerFns, step.value + 100), i, j));
      break;
    case 4:
      floats.push(b.call(pick(floatFns, step.value + 100), f, g));
      break;
    case 5:
      integers.push(b.select(b.call(pick(compareFns, step.value + 100), f, g), i, j));
      break;
    case 6:
      floats.push(b.select(b.call(pick(compareFns, step.value + 100), i, j), f, g));
      break;
    case 7:
      integers.push(b.call(step.value < 0 ? 'shl' : 'shr', i, b.call('and', j, b.i32(31))));
      break;
    case 8:
      integers.push(b.cast(f, 'i32'));
      break;
    default:
      floats.push(b.cast(b.call('and', i, b.i32(0xffff)), 'f32'));
  }
}

function build(steps: readonly Recipe[]): Loops {
  const counter = b.newVar('i');
  const position = b.valueOf(counter);
  const integers: Expr[] = [b.load(x, position), position];
  const floats: Expr[] = [b.load(y, position)];
  for (const step of steps) grow(step, integers, floats);
  const [integer, float] = [integers.at(-1), floats.at(-1)];
  if (integer === undefined || float === undefined) throw new Error('no value was made');
  const kept = b.newVar('kept', integer.type);
  const body: Stmt[] = [
    b.declare(kept, integer),
    b.store(out, position, b.call('xor', b.valueOf(kept), b.cast(float, 'i32'))),
  ];
  return {
    kind: 'loops',
    name: 'random',
    buffers: [x, y, out],
    procedures: [],
    body: [
      {
        kind: 'for',
        as: 'parallel',
        variable: counter,
        from: b.i32(0),
        to: b.size(ELEMENTS),
        step: 1,
        body,
      },
    ],
  };
}

/** The steps of a program: `programOf` builds it anew each time, with fresh variables. */
export const programSteps = fc.array(recipe, { minLength: 1, maxLength: 24 });
export const programOf = build;
