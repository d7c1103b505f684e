// WGSL programs give exactly what the interpreter gives, wherever one exact result exists.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { interpret } from '../../src/kernels/emit/interpreter.js';
import { emitWgsl } from '../../src/kernels/emit/wgsl.js';
import * as b from '../../src/kernels/ir/build.js';
import type { BufferRef, Expr, Storage } from '../../src/kernels/ir/expr.js';
import type { ForStmt, LoopKind, Loops, Stmt } from '../../src/kernels/ir/loops.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { arrayFor, floats, integers, plain, vectorProgram } from './every-primitive.js';
import { openTestGpu } from './open-gpu.js';
import { ELEMENTS, programOf, programSteps } from './random-programs.js';
import { runOnDevice } from './run-on-device.js';

const device = await openTestGpu();
const present = 'gpu' in device;
const reason = present ? ` (${device.description})` : ` (skipped: ${device.absent})`;

const input = (storage: Storage, slot = 0): BufferRef => ({ storage, space: 'input', slot });
const output = (storage: Storage, slot = 0): BufferRef => ({ storage, space: 'output', slot });

function over(as: LoopKind, to: Expr, inside: (position: Expr) => readonly Stmt[]): ForStmt {
  const variable = b.newVar('i');
  const body = inside(b.valueOf(variable));
  return { kind: 'for', as, variable, from: b.i32(0), to, step: 1, body };
}

function loops(buffers: readonly BufferRef[], ...body: readonly Stmt[]): Loops {
  return { kind: 'loops', name: 'test', buffers, procedures: [], body };
}

describe(`WGSL programs${reason}`, () => {
  if (!present) return it.skip(device.absent, () => {});
  afterAll(() => device.destroy());

  it.each([1, 2, 4])('spell every primitive for %i lanes', async (lanes) => {
    const { program, slots } = vectorProgram(lanes, false);
    // One GPU program binds few buffers, so each output becomes a program of its own.
    for (const [slot, storage] of slots.entries()) {
      const { body } = program;
      const stmt = body.filter((part) => part.kind === 'store' && part.buffer.slot === slot);
      const alone = stmt.map((part) =>
        part.kind === 'store' ? { ...part, buffer: output(storage) } : part,
      );
      const buffers = [input('i32'), input('f32', 1), output(storage)];
      const small = loops(buffers, ...alone);
      const [expected, received] = [arrayFor(storage), arrayFor(storage)];
      interpret(small, { inputs: [integers, floats], outputs: [expected] });
      await runOnDevice(device, small, { inputs: [integers, floats], outputs: [received] });
      expect([slot, plain(received)]).toEqual([slot, plain(expected)]);
    }
  });

  it('agree with the interpreter on random programs', async () => {
    const property = fc.asyncProperty(programSteps, async (steps) => {
      const program = programOf(steps);
      const [expected, received] = [new Int32Array(ELEMENTS), new Int32Array(ELEMENTS)];
      interpret(program, { inputs: [integers, floats], outputs: [expected] });
      await runOnDevice(device, program, { inputs: [integers, floats], outputs: [received] });
      expect(Array.from(received)).toEqual(Array.from(expected));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('run one pass after another, with parameters and scratch', async () => {
    const [x, y] = [input('f32'), output('f32')];
    const scratch: BufferRef = { storage: 'f32', space: 'scratch', slot: 0, length: b.i32(300) };
    const count = b.size(300);
    const { program, params } = parametrise(
      loops(
        [x, y, scratch],
        over('parallel', count, (i) => [b.store(scratch, i, b.mul(b.load(x, i), b.f32(2)))]),
        b.store(scratch, b.i32(0), b.f32(-1)),
        over('parallel', count, (i) => [
          b.store(y, i, b.load(scratch, b.sub(b.sub(count, b.i32(1)), i))),
        ]),
      ),
    );
    const values = Float32Array.from({ length: 300 }, (_, index) => index);
    const [expected, received] = [new Float32Array(300), new Float32Array(300)];
    interpret(program, { inputs: [values], outputs: [expected] }, params);
    await runOnDevice(device, program, { inputs: [values], outputs: [received] }, params);
    expect(received).toEqual(expected);
    expect(received[299]).toBe(-1);
  });

  it('spread more than 65535 workgroups over two axes', async () => {
    const y = output('u8');
    const count = 65535 * 64 + 1000;
    const program = loops(
      [y],
      over('parallel', b.i32(count), (i) => [b.store(y, i, b.rem(i, b.i32(251)))]),
    );
    const received = new Uint8Array(count);
    await runOnDevice(device, program, { inputs: [], outputs: [received] });
    expect(received.every((value, index) => value === index % 251)).toBe(true);
  });

  it('share workgroup memory between invocations', async () => {
    const [x, y] = [input('i32'), output('i32')];
    const tile: BufferRef = { storage: 'i32', space: 'workgroup', slot: 0, length: b.i32(64) };
    const stepDown = (t: Expr): Stmt[] =>
      [32, 16, 8, 4, 2, 1].flatMap((half): Stmt[] => [
        b.when(b.lt(t, b.i32(half)), [
          b.store(tile, t, b.add(b.load(tile, t), b.load(tile, b.add(t, b.i32(half))))),
        ]),
        { kind: 'barrier' },
      ]);
    const program = loops(
      [x, y, tile],
      over('group', b.i32(5), (g) => [
        over('thread', b.i32(64), (t) => [
          b.store(tile, t, b.load(x, b.add(b.mul(g, b.i32(64)), t))),
          { kind: 'barrier' },
          ...stepDown(t),
          b.when(b.eq(t, b.i32(0)), [b.store(y, g, b.load(tile, b.i32(0)))]),
        ]),
      ]),
    );
    const values = Int32Array.from({ length: 320 }, (_, index) => index * index - 5000);
    const [expected, received] = [new Int32Array(5), new Int32Array(5)];
    interpret(program, { inputs: [values], outputs: [expected] });
    await runOnDevice(device, program, { inputs: [values], outputs: [received] });
    expect(received).toEqual(expected);
  });

  it('take one block as several inputs and as the output', async () => {
    const program = loops(
      [input('f32'), input('f32', 1), output('f32')],
      over('parallel', b.i32(4), (i) => [
        b.store(output('f32'), i, b.add(b.load(input('f32'), i), b.load(input('f32', 1), i))),
      ]),
    );
    const values = Float32Array.of(1, 2, 3, 4);
    await runOnDevice(device, program, { inputs: [values, values], outputs: [values] });
    expect(Array.from(values)).toEqual([2, 4, 6, 8]);
  });
});

describe('emitWgsl', () => {
  it('refuses 64-bit floats with a fix', () => {
    const program = loops([output('f64')]);
    expect(() => emitWgsl(program)).toThrow(
      /GPUs compute no 64-bit floats[\s\S]*setDevice\('cpu'\)/,
    );
  });
});
