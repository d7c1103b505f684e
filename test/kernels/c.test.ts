// C programs give exactly what the interpreter gives, wherever one exact result exists.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNative } from '../../src/devices/native.js';
import { emitC } from '../../src/kernels/emit/c.js';
import { interpret } from '../../src/kernels/emit/interpreter.js';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr, Scalar, Storage } from '../../src/kernels/ir/expr.js';
import { registerOf, typeOf } from '../../src/kernels/ir/expr.js';
import type { Loops, Stmt } from '../../src/kernels/ir/loops.js';
import { ELEMENTS, programOf, programSteps } from './random-programs.js';
import { runNative } from './run-native.js';

const native = await openNative();
const present = 'compile' in native;
const reason = present ? '' : ` (skipped: ${native.absent})`;

const integers = Int32Array.of(0, 1, -1, 7, -100, 2 ** 31 - 1, -(2 ** 31), 12345);
const floats = Float32Array.of(0, -0, 1.5, -2.5, Number.NaN, 3e9, -1e20, 0.1);

/** Every scalar result of vector code, for all lanes at once, on awkward values. */
function vectorProgram(lanes: number): { program: Loops; slots: readonly Storage[] } {
  const x: BufferRef = { storage: 'i32', space: 'input', slot: 0 };
  const y: BufferRef = { storage: 'f32', space: 'input', slot: 1 };
  const slots: Storage[] = [];
  const body: Stmt[] = [];
  const keep = (value: Expr, storage: Storage): void => {
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

function arrayFor(storage: Storage) {
  if (storage === 'f64') return new Float64Array(16);
  if (storage === 'f32') return new Float32Array(16);
  if (registerOf(storage) === 'u32') {
    return storage === 'u16' ? new Uint16Array(16) : new Uint32Array(16);
  }
  return storage === 'i32' ? new Int32Array(16) : new Uint8Array(16);
}

/** -0 and 0 count as equal where min and max may give either. */
const plain = (array: ArrayLike<number>) => Array.from(array, (value) => value + 0);

describe(`C programs${reason}`, () => {
  if (!present) return it.skip(native.absent, () => {});

  it.each([1, 2, 4, 8])('spell every primitive for %i lanes', (lanes) => {
    const { program, slots } = vectorProgram(lanes);
    const expected = slots.map(arrayFor);
    const received = slots.map(arrayFor);
    interpret(program, { inputs: [integers, floats], outputs: expected });
    runNative(native, program, { inputs: [integers, floats], outputs: received });
    for (const [slot, array] of expected.entries()) {
      expect([slot, plain(received[slot] ?? [])]).toEqual([slot, plain(array)]);
    }
  });

  it('agree with the interpreter on random programs', () => {
    fc.assert(
      fc.property(programSteps, (steps) => {
        const program = programOf(steps);
        const expected = new Int32Array(ELEMENTS);
        const received = new Int32Array(ELEMENTS);
        interpret(program, { inputs: [integers, floats], outputs: [expected] });
        runNative(native, program, { inputs: [integers, floats], outputs: [received] });
        expect(Array.from(received)).toEqual(Array.from(expected));
      }),
      { numRuns: 12 },
    );
  });

  it('run loops, procedures and conditions', () => {
    const y: BufferRef = { storage: 'i32', space: 'output', slot: 0 };
    const scratch: BufferRef = { storage: 'i32', space: 'scratch', slot: 0, length: b.i32(4) };
    const [i, row, count] = [b.newVar('i'), b.newVar('row'), b.newVar('count')];
    const at = b.valueOf(row);
    const fill = {
      hint: 'fill',
      parameters: [row],
      body: [b.store(scratch, at, b.mul(at, at))],
    };
    const more = b.lt(b.valueOf(count), b.i32(5));
    const program: Loops = {
      kind: 'loops',
      name: 'procedures',
      buffers: [y, scratch],
      procedures: [fill],
      body: [
        b.loop(i, { to: b.i32(4) }, [{ kind: 'call', procedure: fill, args: [b.valueOf(i)] }]),
        b.declare(count, b.i32(0)),
        { kind: 'while', test: more, body: [b.set(count, b.add(b.valueOf(count), b.i32(2)))] },
        b.when(b.gt(b.valueOf(count), b.i32(5)), [b.store(y, b.i32(0), b.valueOf(count))]),
        b.store(y, b.i32(1), b.load(scratch, b.i32(3))),
      ],
    };
    const out = new Int32Array(2);
    runNative(native, program, { inputs: [], outputs: [out] });
    expect(Array.from(out)).toEqual([6, 9]);
  });

  it('says that programs for a GPU are not for it', () => {
    const program: Loops = {
      kind: 'loops',
      name: 'gpu',
      buffers: [],
      procedures: [],
      body: [{ kind: 'barrier' }],
    };
    expect(() => emitC(program)).toThrow(/kernel gpu: the program holds a barrier/);
  });
});
