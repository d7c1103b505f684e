// The interpreter is the definition: each of its rules is checked against numbers worked by hand.
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/kernels/emit/interpreter.js';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr, Storage } from '../../src/kernels/ir/expr.js';
import { F32, I32, typeOf, U32 } from '../../src/kernels/ir/expr.js';
import type { Loops, Stmt } from '../../src/kernels/ir/loops.js';

const input = (storage: Storage, slot = 0): BufferRef => ({ storage, space: 'input', slot });
const output = (storage: Storage, slot = 0): BufferRef => ({ storage, space: 'output', slot });

function program(buffers: readonly BufferRef[], body: readonly Stmt[]): Loops {
  return { kind: 'loops', name: 'test', buffers, procedures: [], body };
}

/** The value of one expression, stored as `storage`. */
function evaluate(value: Expr, storage: Storage, into: Float32Array | Int32Array | Uint32Array) {
  const y = output(storage);
  interpret(program([y], [b.store(y, b.i32(0), value)]), { inputs: [], outputs: [into] });
  return Array.from(into);
}

const asFloat = (value: Expr) => evaluate(value, 'f32', new Float32Array(value.type.lanes));
const asInteger = (value: Expr) => evaluate(value, 'i32', new Int32Array(value.type.lanes));
const asUnsigned = (value: Expr) => evaluate(value, 'u32', new Uint32Array(value.type.lanes));

describe('numbers', () => {
  it('rounds float32 after every call', () => {
    const third = b.div(b.f32(1), b.f32(3));
    expect(asFloat(third)).toEqual([Math.fround(1 / 3)]);
    expect(asFloat(b.mul(third, b.f32(3)))).toEqual([Math.fround(Math.fround(1 / 3) * 3)]);
  });

  it('wraps integers at 32 bits', () => {
    const x = b.valueOf(b.newVar('x'));
    if (x.kind !== 'var') throw new Error('a variable was expected');
    const y = output('i32');
    const out = new Int32Array(1);
    const body = [
      b.declare(x.variable, b.i32(2 ** 31 - 1)),
      b.store(y, b.i32(0), b.mul(b.add(x, b.i32(1)), b.i32(3))),
    ];
    interpret(program([y], body), { inputs: [], outputs: [out] });
    expect(out[0]).toBe(-(2 ** 31));
    expect(asUnsigned(b.mul(b.u32(0xffffffff), b.u32(0xffffffff)))).toEqual([1]);
    expect(asUnsigned(b.call('shr', b.u32(0x80000000), b.u32(31)))).toEqual([1]);
    expect(asInteger(b.call('shr', b.i32(-8), b.i32(1)))).toEqual([-4]);
  });

  it('takes the larger of two negative numbers', () => {
    expect(asInteger(b.max(b.i32(-3), b.i32(-2)))).toEqual([-2]);
    expect(asFloat(b.min(b.f32(3), b.f32(2)))).toEqual([2]);
  });

  it('truncates and saturates when floats become integers; NaN becomes 0', () => {
    const cast = (value: number) => ({
      kind: 'cast' as const,
      type: I32,
      value: b.call('mul', b.f32(value), b.f32(1)),
    });
    expect(asInteger(cast(-2.7))).toEqual([-2]);
    expect(asInteger(cast(3e9))).toEqual([2 ** 31 - 1]);
    expect(asInteger(cast(Number.NaN))).toEqual([0]);
    expect(asUnsigned(b.bitcast(b.f32(1), 'u32'))).toEqual([0x3f800000]);
  });

  it('computes a node that is used twice once', () => {
    // A chain of squares written out as a tree would have 2^60 leaves.
    let value: Expr = b.load(output('u32'), b.i32(0));
    for (let step = 0; step < 60; step++) value = b.call('xor', value, b.add(value, b.u32(1)));
    expect(value.type).toBe(U32);
    expect(asUnsigned(value)).toHaveLength(1);
  });
});

describe('vectors', () => {
  it('splats, ramps, packs, picks lanes and shuffles', () => {
    const ramp = b.ramp(b.i32(5), 4);
    expect(asInteger(ramp)).toEqual([5, 6, 7, 8]);
    expect(asInteger(b.add(ramp, b.splat(b.i32(1), 4)))).toEqual([6, 7, 8, 9]);
    expect(asInteger(b.shuffle(ramp, b.splat(b.i32(0), 4), [3, 4, 0, 7]))).toEqual([8, 0, 5, 0]);
    expect(asInteger(b.lane(ramp, 2))).toEqual([7]);
    expect(asFloat(b.pack([b.f32(1), b.f32(2)]))).toEqual([1, 2]);
    expect(asInteger({ kind: 'const', type: typeOf('i32', 2), value: 7 })).toEqual([7, 7]);
  });
});

describe('statements', () => {
  it('stops a loop before a step that does not fit', () => {
    const y = output('i32');
    const i = b.newVar('i');
    const out = new Int32Array(8);
    const body = [b.loop(i, { to: b.size(7), step: 3 }, [b.store(y, b.valueOf(i), b.i32(1))])];
    interpret(program([y], body), { inputs: [], outputs: [out] });
    expect(Array.from(out)).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('says which access lies outside its buffer', () => {
    const x = input('f32');
    const y = output('f32');
    const body = [b.store(y, b.i32(0), b.load(x, b.i32(2)))];
    const run = () =>
      interpret(program([x, y], body), {
        inputs: [new Float32Array(2)],
        outputs: [new Float32Array(1)],
      });
    expect(run).toThrow(/kernel test: an access lies outside input buffer 0.*\n.*element 2/);
  });

  it('keeps the raw bits of half types and wraps bytes', () => {
    const y = output('u16');
    const z = output('u8', 1);
    const halves = new Uint16Array(1);
    const bytes = new Uint8Array(1);
    const body = [b.store(y, b.i32(0), b.u32(0x13c00)), b.store(z, b.i32(0), b.i32(257))];
    interpret(program([y, z], body), { inputs: [], outputs: [halves, bytes] });
    expect([halves[0], bytes[0]]).toEqual([0x3c00, 1]);
  });

  it('runs the invocations of a workgroup from barrier to barrier', () => {
    const x = input('f32');
    const y = output('f32');
    const tile: BufferRef = { storage: 'f32', space: 'workgroup', slot: 0, length: b.i32(4) };
    const group = b.newVar('group');
    const thread = b.newVar('thread');
    const t = b.valueOf(thread);
    const at = b.add(b.mul(b.valueOf(group), b.i32(4)), t);
    const swap: Stmt[] = [
      b.store(tile, t, b.load(x, at)),
      { kind: 'barrier' },
      b.store(y, at, b.load(tile, b.sub(b.i32(3), t))),
      { kind: 'barrier' },
    ];
    const threads: Stmt = {
      kind: 'for',
      as: 'thread',
      variable: thread,
      from: b.i32(0),
      to: b.i32(4),
      step: 1,
      body: swap,
    };
    const groups: Stmt = {
      ...threads,
      as: 'group',
      variable: group,
      to: b.i32(2),
      body: [threads],
    };
    const out = new Float32Array(8);
    const values = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    interpret(program([x, y, tile], [groups]), { inputs: [values], outputs: [out] });
    expect(Array.from(out)).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
    expect(F32.lanes).toBe(1);
  });
});
