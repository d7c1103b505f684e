// C programs give exactly what the interpreter gives, wherever one exact result exists.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNative } from '../../src/devices/native.js';
import { emitC } from '../../src/kernels/emit/c.js';
import { interpret } from '../../src/kernels/emit/interpreter.js';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef } from '../../src/kernels/ir/expr.js';
import type { ForStmt, Loops } from '../../src/kernels/ir/loops.js';
import { arrayFor, floats, integers, plain, vectorProgram } from './every-primitive.js';
import { ELEMENTS, programOf, programSteps } from './random-programs.js';
import { runNative } from './run-native.js';

const native = await openNative();
const present = 'compile' in native;
const reason = present ? '' : ` (skipped: ${native.absent})`;

const shared = (loop: ForStmt): ForStmt => ({ ...loop, as: 'parallel' });

describe(`C programs${reason}`, () => {
  if (!present) return it.skip(native.absent, () => {});

  it.each([1, 2, 4, 8])('spell every primitive for %i lanes', (lanes) => {
    const { program, slots } = vectorProgram(lanes, true);
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

  it('share parallel loops between threads, each with scratch of its own', () => {
    const y: BufferRef = { storage: 'i32', space: 'output', slot: 0 };
    const mine: BufferRef = {
      storage: 'i32',
      space: 'scratch',
      slot: 0,
      length: b.i32(64),
      perThread: true,
    };
    const [outer, inner, back] = [b.newVar('outer'), b.newVar('inner'), b.newVar('back')];
    const [i, j, last] = [b.valueOf(outer), b.valueOf(inner), b.valueOf(back)];
    const body = [
      b.loop(inner, { to: b.i32(64) }, [b.store(mine, j, b.add(i, j))]),
      b.store(y, i, b.i32(0)),
      b.loop(back, { to: b.i32(64) }, [b.store(y, i, b.add(b.load(y, i), b.load(mine, last)))]),
    ];
    const program: Loops = {
      kind: 'loops',
      name: 'threads',
      buffers: [y, mine],
      procedures: [],
      body: [shared(b.loop(outer, { to: b.i32(500) }, body))],
    };
    for (const threads of [1, 2, 5]) {
      const out = new Int32Array(500);
      runNative(native, program, { inputs: [], outputs: [out] }, [], threads);
      expect(Array.from(out)).toEqual(Array.from(out, (_, index) => 64 * index + 2016));
    }
  });

  it('let threads meet between loops, in steps that are not one, and in none', () => {
    const y: BufferRef = { storage: 'i32', space: 'output', slot: 0 };
    const z: BufferRef = { storage: 'i32', space: 'output', slot: 1 };
    const [first, second, none] = [b.newVar('first'), b.newVar('second'), b.newVar('none')];
    const [i, j] = [b.valueOf(first), b.valueOf(second)];
    // The second loop reads what other threads wrote in the first; a rest that does not fit stays.
    const mirrored = b.load(y, b.sub(b.i32(998), j));
    const program: Loops = {
      kind: 'loops',
      name: 'meetings',
      buffers: [y, z],
      procedures: [],
      body: [
        shared(b.loop(first, { to: b.i32(1000) }, [b.store(y, i, b.mul(i, i))])),
        { kind: 'barrier' },
        shared(b.loop(second, { to: b.i32(998), step: 3 }, [b.store(z, j, mirrored)])),
        { kind: 'barrier' },
        shared(b.loop(none, { to: b.i32(0) }, [b.store(z, b.i32(1), b.i32(-1))])),
      ],
    };
    const expected = Array.from({ length: 1000 }, (_, index) =>
      index % 3 === 0 && index + 3 <= 998 ? (998 - index) ** 2 : 0,
    );
    for (let run = 0; run < 100; run += 1) {
      const outputs = [new Int32Array(1000), new Int32Array(1000)];
      runNative(native, program, { inputs: [], outputs }, [], 4);
      expect(Array.from(outputs[1] ?? [])).toEqual(expected);
    }
  });

  it('says that programs for a GPU are not for it', () => {
    const program: Loops = {
      kind: 'loops',
      name: 'gpu',
      buffers: [],
      procedures: [],
      body: [{ ...b.loop(b.newVar('t'), { to: b.i32(4) }, [{ kind: 'barrier' }]), as: 'thread' }],
    };
    expect(() => emitC(program)).toThrow(
      /kernel gpu: the program holds a barrier between invocations/,
    );
  });
});
