// The text of a program is complete: types, lanes and storage can all be read off it.
import { expect, it } from 'vitest';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef } from '../../src/kernels/ir/expr.js';
import { F32, typeOf } from '../../src/kernels/ir/expr.js';
import type { Loops, Procedure, Stmt } from '../../src/kernels/ir/loops.js';
import { printLoops } from '../../src/kernels/ir/print.js';

const x: BufferRef = { storage: 'f32', space: 'input', slot: 0 };
const y: BufferRef = { storage: 'f32', space: 'output', slot: 0 };
const tile: BufferRef = { storage: 'u16', space: 'scratch', slot: 0, length: b.size(64) };

it('prints every kind of statement with stable names', () => {
  const i = b.newVar('i');
  const row = b.newVar('row');
  const sum = b.newVar('sum', F32);
  const wide = b.newVar('wide', typeOf('f32', 4));
  const at = b.valueOf(i);
  const square = b.mul(b.load(x, at), b.load(x, at));
  const called: Procedure = {
    hint: 'piece',
    parameters: [row],
    body: [b.store(tile, b.valueOf(row), b.u32(7))],
  };
  const inner: Stmt[] = [
    b.declare(sum, b.add(square, square)),
    b.set(sum, b.max(b.valueOf(sum), b.f32(-0))),
    b.declare(wide, b.load(x, at, 4)),
    b.store(y, at, b.add(b.valueOf(wide), b.splat(b.valueOf(sum), 4))),
    b.when(b.lt(at, b.i32(3)), [b.store(y, b.i32(0), b.lane(b.valueOf(wide), 2))]),
    {
      kind: 'call',
      procedure: called,
      args: [b.add(at, { ...b.i32(0), kind: 'param', index: 2 })],
    },
    { kind: 'while', test: b.gt(b.valueOf(sum), b.f32(1)), body: [b.set(sum, b.f32(0.5))] },
    { kind: 'barrier' },
  ];
  const program: Loops = {
    kind: 'loops',
    name: 'everything',
    buffers: [x, y, tile],
    procedures: [called],
    body: [{ ...forLoop, variable: i, to: b.size(8), body: inner }],
  };
  expect(printLoops(program)).toBe(`program everything(input b0: f32, output b1: f32)
scratch b2: u16[64]
procedure q0(v0) {
  b2[v0] = 7u
}
parallel v1 = 0 .. 8 step 4 {
  with t0 = (b0[v1] * b0[v1])
  let v2: f32 = (t0 + t0)
  v2 = max(v2, -0f)
  let v3: f32x4 = b0[v1 x4]
  b1[v1 x4] = (v3 + splatx4(v2))
  if (v1 < 3) {
    b1[0] = v3.2
  }
  q0((v1 + p2))
  while (v2 > 1f) {
    v2 = 0.5f
  }
  barrier
}
`);
});

const forLoop = { kind: 'for', as: 'parallel', from: b.i32(0), step: 4 } as const;
