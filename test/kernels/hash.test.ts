// Equal programs have equal hashes and texts whatever their variables are; others do not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.js';
import { spec } from '../../src/core/shape.js';
import * as b from '../../src/kernels/ir/build.js';
import { read, reduceKernel } from '../../src/kernels/ir/define.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import { kernelHash, structuralHash } from '../../src/kernels/ir/hash.js';
import type { View } from '../../src/kernels/ir/kernel.js';
import type { Loops } from '../../src/kernels/ir/loops.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { printLoops } from '../../src/kernels/ir/print.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import { plainTarget, type Target } from '../../src/kernels/schedule/target.js';
import { programOf, programSteps } from './random-programs.js';

const out = { storage: 'f32', space: 'output', slot: 0 } as const;

function storing(value: Expr): Loops {
  const body = [b.store(out, b.i32(0), value)];
  return { kind: 'loops', name: 'one', buffers: [out], procedures: [], body };
}

describe('structuralHash', () => {
  it('does not see which variable objects a program uses', () => {
    fc.assert(
      fc.property(programSteps, (steps) => {
        expect(structuralHash(programOf(steps))).toBe(structuralHash(programOf(steps)));
        expect(printLoops(programOf(steps))).toBe(printLoops(programOf(steps)));
      }),
    );
  });

  it('differs where the printed programs differ', () => {
    const printed = new Map<string, string>();
    fc.assert(
      fc.property(programSteps, (steps) => {
        const program = programOf(steps);
        const hash = structuralHash(program);
        const text = printLoops(program).replaceAll(/^ *with .*\n/gm, '');
        const before = printed.get(hash);
        printed.set(hash, before ?? text);
        // What programs share is printed apart, so only the other lines can be compared.
        if (before !== undefined && !text.includes('t0')) expect(text).toBe(before);
      }),
      { numRuns: 1000 },
    );
    expect(new Set(printed.values()).size).toBeGreaterThan(500);
  });

  it('tells types, values, signs of zero and sizes apart', () => {
    const values = [b.f32(0), b.f32(-0), b.f32(1), b.f32(Number.NaN), b.f32(2 ** -149)];
    const hashes = values.map((value) => structuralHash(storing(value)));
    expect(new Set(hashes).size).toBe(values.length);
    const constant = structuralHash(storing(b.cast(b.add(b.size(5), b.i32(1)), 'f32')));
    const sized = structuralHash(storing(b.cast(b.add(b.i32(5), b.size(9)), 'f32')));
    expect(constant).not.toBe(sized);
  });

  it('does not see names', () => {
    const program = storing(b.f32(1));
    expect(structuralHash({ ...program, name: 'other' })).toBe(structuralHash(program));
  });

  it('is one for all sizes of a kernel, once sizes are parameters', () => {
    const gpu: Target = { ...plainTarget, kind: 'gpu', workgroupSize: 256 };
    for (const target of [plainTarget, { ...plainTarget, lanes: 4 }, gpu]) {
      const keyFor = (rows: number, columns: number): string => {
        const layout = layoutOf('float32', [rows, columns]);
        const view: View = { input: 0, layout, shape: layout.shape, dtype: 'float32' };
        const kernel = reduceKernel({
          inputs: [view],
          output: spec([rows], 'float32'),
          over: [columns],
          by: 'sum',
          term: (index, inner) => read(view, [...index, ...inner]),
        });
        return structuralHash(parametrise(schedule(kernel, target)).program);
      };
      expect(keyFor(70, 30)).toBe(keyFor(200, 45));
      expect(keyFor(70, 30)).not.toBe(keyFor(70, 1));
    }
  });

  it('walks shared nodes once', () => {
    let value: Expr = b.load(out, b.i32(0));
    for (let step = 0; step < 200; step++) value = b.add(value, value);
    expect(structuralHash(storing(value))).toMatch(/^[0-9a-z]+\.[0-9a-z]+$/);
  });
});

describe('kernelHash', () => {
  const sums = (rows: number, by: 'sum' | 'max', factor: number) => {
    const layout = layoutOf('float32', [rows, 5]);
    const view: View = { input: 0, layout, shape: layout.shape, dtype: 'float32' };
    return reduceKernel({
      inputs: [view],
      output: spec([rows], 'float32'),
      over: [5],
      by,
      term: ([i], [j]) => {
        const value = read(view, [i ?? b.i32(0), j ?? b.i32(0)]);
        return b.mul(value, b.literal(value, factor));
      },
    });
  };

  it('is equal for kernels that differ in their axis objects alone', () => {
    expect(kernelHash(sums(3, 'sum', 2))).toBe(kernelHash(sums(3, 'sum', 2)));
  });

  it('differs with sizes, combination and body', () => {
    const hashes = [sums(3, 'sum', 2), sums(4, 'sum', 2), sums(3, 'max', 2), sums(3, 'sum', 3)];
    expect(new Set(hashes.map(kernelHash)).size).toBe(4);
  });
});
