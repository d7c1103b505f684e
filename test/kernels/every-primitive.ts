// One program with every primitive on awkward values, to compare emitters with the interpreter.
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr, Scalar, Storage } from '../../src/kernels/ir/expr.js';
import { registerOf, typeOf } from '../../src/kernels/ir/expr.js';
import { some } from '../../src/kernels/ir/expr-walk.js';
import type { Loops, Stmt } from '../../src/kernels/ir/loops.js';

export const integers = Int32Array.of(0, 1, -1, 7, -100, 2 ** 31 - 1, -(2 ** 31), 12345);
export const floats = Float32Array.of(0, -0, 1.5, -2.5, Number.NaN, 3e9, -1e20, 0.1);

/**
 * Every primitive, cast and way of moving lanes, each stored to an output of its own.
 * @param withDoubles whether 64-bit floats take part
 */
export function vectorProgram(
  lanes: number,
  withDoubles: boolean,
): { program: Loops; slots: readonly Storage[] } {
  const x: BufferRef = { storage: 'i32', space: 'input', slot: 0 };
  const y: BufferRef = { storage: 'f32', space: 'input', slot: 1 };
  const slots: Storage[] = [];
  const body: Stmt[] = [];
  const keep = (value: Expr, storage: Storage): void => {
    if (!withDoubles && some(value, (node) => node.type.scalar === 'f64')) return;
    const buffer: BufferRef = { storage, space: 'output', slot: slots.length };
    slots.push(storage);
    body.push(b.store(buffer, b.i32(0), value));
  };
  const i = b.load(x, b.i32(0), lanes);
  const j = b.load(x, b.i32(8 - lanes), lanes);
  const f = b.load(y, b.i32(0), lanes);
  const g = b.load(y, b.i32(8 - lanes), lanes);
  const u = b.bitcast(i, 'u32');
  const d = b.cast(f, 'f64');
  const distance = b.splat(b.i32(3), lanes);
  for (const fn of ['add', 'sub', 'mul', 'and', 'or', 'xor', 'min', 'max', 'pickMin'] as const) {
    keep(b.call(fn, i, j), 'i32');
  }
  for (const fn of ['neg', 'abs'] as const) keep(b.call(fn, i), 'i32');
  for (const fn of ['idiv', 'rem'] as const) {
    keep(b.call(fn, i, distance), 'i32');
    keep(b.call(fn, i, b.splat(b.i32(-1), lanes)), 'i32');
    keep(b.call(fn, u, b.bitcast(distance, 'u32')), 'u32');
  }
  for (const fn of ['shl', 'shr'] as const) {
    keep(b.call(fn, i, distance), 'i32');
    keep(b.call(fn, u, b.bitcast(distance, 'u32')), 'u32');
  }
  for (const fn of ['add', 'sub', 'mul', 'div', 'pickMin', 'pickMax', 'min', 'max'] as const) {
    keep(b.call(fn, f, g), 'f32');
    keep(b.call(fn, d, b.cast(g, 'f64')), 'f64');
  }
  for (const fn of ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'round'] as const) {
    keep(b.call(fn, f), 'f32');
    keep(b.call(fn, d), 'f64');
  }
  for (const fn of ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const) {
    for (const [a, c] of [
      [i, j],
      [u, b.bitcast(j, 'u32')],
      [f, g],
      [d, b.cast(g, 'f64')],
    ] as const) {
      const test = b.call(fn, a, c);
      keep(test, 'bool8');
      keep(b.select(b.not(test), f, g), 'f32');
      keep(b.select(test, d, b.cast(g, 'f64')), 'f64');
    }
  }
  for (const scalar of ['i32', 'u32', 'f32', 'f64', 'bool'] as const satisfies Scalar[]) {
    const storage = scalar === 'bool' ? 'bool8' : scalar;
    for (const value of [i, u, f, d, b.lt(f, g)]) {
      if (value.type.scalar !== scalar)
        keep({ kind: 'cast', type: typeOf(scalar, lanes), value }, storage);
    }
  }
  keep(i, 'u8');
  keep(u, 'u16');
  keep(b.ramp(b.i32(5), lanes), 'i32');
  if (lanes > 1) {
    const all = Array.from({ length: lanes }, (_, lane) => lane);
    keep(
      b.shuffle(
        f,
        g,
        all.map((lane) => (lane * 3 + 1) % (2 * lanes)),
      ),
      'f32',
    );
    keep(b.pack(all.map((lane) => b.lane(f, lanes - 1 - lane))), 'f32');
    keep(b.lane(b.lt(f, g), 1), 'bool8');
    keep(b.pack(all.map((lane) => b.lane(b.lt(f, g), lanes - 1 - lane))), 'bool8');
  }
  const outputs = slots.map((storage, slot): BufferRef => ({ storage, space: 'output', slot }));
  return {
    slots,
    program: { kind: 'loops', name: 'vectors', buffers: [x, y, ...outputs], procedures: [], body },
  };
}

export function arrayFor(storage: Storage) {
  if (storage === 'f64') return new Float64Array(16);
  if (storage === 'f32') return new Float32Array(16);
  if (registerOf(storage) === 'u32') {
    return storage === 'u16' ? new Uint16Array(16) : new Uint32Array(16);
  }
  return storage === 'i32' ? new Int32Array(16) : new Uint8Array(16);
}

/** -0 and 0 count as equal where min and max may give either. */
export const plain = (array: ArrayLike<number>): number[] =>
  Array.from(array, (value) => value + 0);
