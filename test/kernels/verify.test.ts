// One faulty program for each rule; the error names the kernel, the place and the fault.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr } from '../../src/kernels/ir/expr.js';
import { F32, I32, typeOf } from '../../src/kernels/ir/expr.js';
import type { Loops, Procedure, Stmt } from '../../src/kernels/ir/loops.js';
import { verifyLoops } from '../../src/kernels/ir/verify.js';
import { programOf, programSteps } from './random-programs.js';

const x: BufferRef = { storage: 'f32', space: 'input', slot: 0 };
const y: BufferRef = { storage: 'f32', space: 'output', slot: 0 };
const i = b.newVar('i');
const sum = b.newVar('sum', F32);
const zero = b.i32(0);

function check(body: readonly Stmt[], changes: Partial<Loops> = {}): () => void {
  const program = { kind: 'loops', name: 'test', buffers: [x, y], procedures: [], body } as const;
  return () => verifyLoops({ ...program, ...changes });
}

const storing = (value: Expr): readonly Stmt[] => [b.store(y, zero, value)];

describe('verifyLoops', () => {
  it('accepts what builders make', () => {
    fc.assert(fc.property(programSteps, (steps) => verifyLoops(programOf(steps))));
  });

  const declared = [b.declare(sum, b.f32(0))];
  const recursive: { -readonly [K in keyof Procedure]: Procedure[K] } = {
    hint: 'again',
    parameters: [],
    body: [],
  };
  recursive.body = [{ kind: 'call', procedure: recursive, args: [] }];
  const withParameter: Procedure = { hint: 'one', parameters: [i], body: [] };
  const callIt: Stmt = { kind: 'call', procedure: withParameter, args: [] };
  const wide = b.splat(b.f32(1), 4);

  const faults: readonly (readonly [string, () => void, RegExp])[] = [
    ['use before declaration', check(storing(b.valueOf(sum))), /"sum" is used before/],
    [
      'use outside its loop',
      check([b.loop(i, { to: b.i32(2) }, []), b.store(y, b.valueOf(i), b.f32(1))]),
      /body\[1\] \(store\): the variable "i" is used before/,
    ],
    [
      'shadowing',
      check([...declared, b.loop(i, { to: b.i32(2) }, declared)]),
      /body\[1\]\.body\[0\] \(let\): the variable "sum" is declared twice/,
    ],
    ['set before declaration', check([b.set(sum, b.f32(1))]), /set before/],
    [
      'set of a counter',
      check([b.loop(i, { to: b.i32(2) }, [b.set(i, zero)])]),
      /a loop counter or parameter is set/,
    ],
    [
      'type of a set',
      check([...declared, b.set(sum, zero)]),
      /wrong type.*\s*expected f32 +received i32/,
    ],
    ['type of a store', check(storing(zero)), /the value stored has the wrong type/],
    [
      'a hand-made call',
      check(storing({ kind: 'call', fn: 'add', type: F32, args: [b.f32(1), wide] })),
      /an argument of add/,
    ],
    ['lanes of a lane', check(storing(b.lane(wide, 4))), /a lane does not exist/],
    [
      'an unlisted buffer',
      check(storing(b.load({ ...x, slot: 1 }, zero))),
      /input buffer 1 \(f32\) is not listed/,
    ],
    ['a written input', check([b.store(x, zero, b.f32(1))]), /an input is written/],
    ['a float index', check([b.store(y, b.f32(0), b.f32(1))]), /an index has the wrong type/],
    [
      'a barrier in a parallel loop',
      check([{ ...b.loop(i, { to: b.i32(2) }, [{ kind: 'barrier' }]), as: 'parallel' } as Stmt]),
      /inside a parallel loop/,
    ],
    [
      'a node of Compute',
      check(storing({ kind: 'stage', type: F32, stage: 0 })),
      /a node of Compute is left.*stage/,
    ],
    ['recursion', check([], { procedures: [recursive] }), /calls itself/],
    ['an unlisted procedure', check([callIt]), /"one" is not listed/],
    ['too few arguments', check([callIt], { procedures: [withParameter] }), /too few or many/],
    [
      'an integer with a fraction',
      check([b.store(y, b.i32(0.5), b.f32(1))]),
      /a constant is no i32/,
    ],
    [
      'a scratch buffer without length',
      check([], { buffers: [{ ...x, space: 'scratch' }] }),
      /need a length/,
    ],
    [
      'a type not interned',
      check(storing({ kind: 'const', type: { scalar: 'f32', lanes: 1 }, value: 0 })),
      /typeOf/,
    ],
    ['a test that is no bool', check([b.when(b.i32(1), [])]), /a test has the wrong type/],
    ['a step of 0', check([b.loop(i, { to: b.i32(2), step: 0 }, [])]), /a step is below 1/],
    ['the type of a loop bound', check([b.loop(i, { to: b.f32(2) }, [])]), /a bound of a loop/],
  ];
  for (const [name, run, message] of faults) {
    it(`finds ${name}`, () => expect(run).toThrow(message));
  }

  it('lets two blocks side by side declare one variable', () => {
    const block = b.loop(i, { to: b.i32(2) }, declared);
    expect(check([block, block])).not.toThrow();
    expect([I32, typeOf('i32')]).toHaveLength(2);
  });
});
