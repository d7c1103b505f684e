// Recipes keep the meaning of a Compute for any sizes and layouts, on every kind of target.
// The interpreter runs the programs, so reads and writes outside a buffer are found as well.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Layout, layoutOf } from '../../src/core/layout.js';
import { at, product } from '../../src/core/sequence.js';
import { spec } from '../../src/core/shape.js';
import { nativeTarget } from '../../src/devices/native.js';
import { interpret } from '../../src/kernels/emit/interpreter.js';
import * as k from '../../src/kernels/ir/build.js';
import * as define from '../../src/kernels/ir/define.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import type { Compute, View } from '../../src/kernels/ir/kernel.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { verifyLoops } from '../../src/kernels/ir/verify.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import { plainTarget, type Target } from '../../src/kernels/schedule/target.js';
import { expectClose, ulpsFor } from './close.js';
import { evaluateCompute } from './evaluate-compute.js';

const targets: readonly Target[] = [
  plainTarget,
  { ...nativeTarget, name: 'four lanes', lanes: 4, tiles: [{ rows: 4, vectors: 2, rate: 1 }] },
  { ...nativeTarget, name: 'six rows', lanes: 4, tiles: [{ rows: 6, vectors: 2, rate: 1 }] },
  // A small cache, so that small products are cut into blocks.
  { ...nativeTarget, name: 'eight lanes', cacheBytes: 4096 },
  { ...plainTarget, name: 'gpu', kind: 'gpu', fusedMultiplyAdd: true, workgroupSize: 256 },
];

/** Strides of a permuted, possibly broadcast or reversed view, and the bytes it needs. */
interface Placed {
  readonly layout: Layout;
  readonly elements: number;
}

function placed(shape: readonly number[], order: readonly number[], marks: readonly number[]) {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  let offset = 3;
  const axes = shape.map((_, axis) => axis).sort((a, b) => at(order, a) - at(order, b));
  for (const axis of axes) {
    const mark = at(marks, axis);
    if (mark === 0) continue; // broadcast
    const size = at(shape, axis);
    strides[axis] = mark === 1 ? -stride : stride;
    if (mark === 1) offset += stride * Math.max(0, size - 1);
    stride *= size;
  }
  const layout = layoutOf('float32', shape, strides, offset);
  return { layout, elements: stride + 3 } satisfies Placed;
}

/** Positive, so that sums in another order differ by few units in the last place. */
function valuesFor(elements: number, seed: number): Float32Array {
  return Float32Array.from({ length: elements }, (_, i) => 1 + 0.1 * Math.sin(i * 1.7 + seed));
}

function checkEverywhere(
  compute: Compute,
  inputs: readonly Float32Array[],
  length: number,
  ulps: number,
): void {
  const expected = [new Float32Array(length)];
  evaluateCompute(compute, inputs, expected);
  for (const target of targets) {
    const program = schedule(compute, target);
    verifyLoops(program);
    const general = parametrise(program);
    const outputs = [new Float32Array(length).fill(77)];
    interpret(general.program, { inputs, outputs }, general.params);
    try {
      expectClose(at(outputs, 0), at(expected, 0), ulps);
    } catch (cause) {
      throw new Error(`on ${target.name}: ${String(cause)}`, { cause });
    }
  }
}

const extents = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 4 });
const orders = fc.array(fc.nat(100), { minLength: 4, maxLength: 4 });
const marks = fc.array(fc.nat(5), { minLength: 4, maxLength: 4 });

describe('schedule', () => {
  it('keeps the meaning of maps over any layouts', () => {
    const property = fc.property(extents, orders, marks, orders, marks, (shape, o1, m1, o2, m2) => {
      fc.pre(product(shape) <= 4000);
      const places = [placed(shape, o1, m1), placed(shape, o2, m2)];
      const views = places.map(({ layout }, input): View => {
        return { input, layout, shape, dtype: 'float32' };
      });
      const [x, y] = views;
      if (x === undefined || y === undefined) throw new Error('two inputs');
      const compute = define.mapKernel(views, spec(shape, 'float32'), (index) =>
        k.add(
          k.mul(define.read(x, index), define.read(y, index)),
          k.cast(
            index.reduce((a, b) => k.sub(b, a)),
            'f32',
          ),
        ),
      );
      const inputs = places.map(({ elements }, seed) => valuesFor(elements, seed));
      checkEverywhere(compute, inputs, product(shape), 4);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('keeps the meaning of reductions over any axes and layouts', () => {
    const property = fc.property(
      extents,
      orders,
      marks,
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.constantFrom('sum' as const, 'max' as const, 'prod' as const),
      (shape, order, mark, reduced, by) => {
        fc.pre(product(shape) <= 4000);
        const { layout, elements } = placed(shape, order, mark);
        const x: View = { input: 0, layout, shape, dtype: 'float32' };
        const kept = shape.filter((_, axis) => !at(reduced, axis));
        const over = shape.filter((_, axis) => at(reduced, axis));
        const compute = define.reduceKernel({
          inputs: [x],
          output: spec(kept, 'float32'),
          over,
          by,
          term: (outer, inner) => {
            const [left, right] = [[...outer], [...inner]];
            const index = shape.map((_, axis) => (at(reduced, axis) ? right : left).shift());
            return define.read(
              x,
              index.filter((part): part is Expr => part !== undefined),
            );
          },
        });
        const length = product(over);
        checkEverywhere(compute, [valuesFor(elements, 5)], product(kept), 4 * ulpsFor(length));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  it('keeps the meaning of long sums down many columns', () => {
    const long = fc.integer({ min: 60, max: 75 });
    const property = fc.property(
      fc.tuple(fc.integer({ min: 1, max: 2 }), long, long),
      fc.constantFrom('sum' as const, 'max' as const),
      ([batch, length, columns], by) => {
        const { layout, elements } = placed([batch, length, columns], [0, 1, 2], [2, 2, 2]);
        const x: View = { input: 0, layout, shape: layout.shape, dtype: 'float32' };
        const compute = define.reduceKernel({
          inputs: [x],
          output: spec([batch, columns], 'float32'),
          over: [length],
          by,
          term: ([g, j], [i]) => {
            const index = [g, i, j].filter((part): part is Expr => part !== undefined);
            return k.mul(define.read(x, index), k.cast(i ?? k.i32(0), 'f32'));
          },
        });
        const inputs = [valuesFor(elements, 3)];
        checkEverywhere(compute, inputs, batch * columns, 4 * ulpsFor(length));
      },
    );
    fc.assert(property, { numRuns: 12 });
  });

  it('keeps the meaning of products of matrices, however they lie', () => {
    const size = fc.integer({ min: 1, max: 70 });
    const property = fc.property(
      fc.tuple(fc.integer({ min: 1, max: 3 }), size, size, size),
      fc.tuple(orders, orders),
      ([batch, m, n, depth], [orderA, orderB]) => {
        const solid = [2, 2, 2];
        const a = placed([batch, m, depth], orderA, solid);
        const b = placed([batch, depth, n], orderB, solid);
        const viewA: View = { input: 0, layout: a.layout, shape: a.layout.shape, dtype: 'float32' };
        const viewB: View = { input: 1, layout: b.layout, shape: b.layout.shape, dtype: 'float32' };
        const compute = define.reduceKernel({
          inputs: [viewA, viewB],
          output: spec([batch, m, n], 'float32'),
          over: [depth],
          by: 'sum',
          term: ([g, i, j], [p]) => {
            if (g === undefined || i === undefined || j === undefined || p === undefined) {
              throw new Error('an index is too short');
            }
            return k.mul(define.read(viewA, [g, i, p]), define.read(viewB, [g, p, j]));
          },
          finish: (total, [, , j]) => k.add(total, k.cast(j ?? k.i32(0), 'f32')),
        });
        const inputs = [valuesFor(a.elements, 1), valuesFor(b.elements, 2)];
        checkEverywhere(compute, inputs, batch * m * n, ulpsFor(depth));
      },
    );
    fc.assert(property, { numRuns: 15 });
  });

  it('has threads wait for sums that others began, where a product is done in blocks', () => {
    const target: Target = { ...at(targets, 1), cacheBytes: 1 << 20, threads: 2 };
    // Rows are read where they lie, and packed.
    for (const strides of [
      [1500, 1],
      [1, 16],
    ]) {
      const left = layoutOf('float32', [16, 1500], strides, 0);
      const right = layoutOf('float32', [1500, 256]);
      const [a, b] = [left, right].map(
        (layout, input): View => ({ input, layout, shape: layout.shape, dtype: 'float32' }),
      );
      if (a === undefined || b === undefined) throw new Error('a product has two factors');
      const compute = define.reduceKernel({
        inputs: [a, b],
        output: spec([16, 256], 'float32'),
        over: [1500],
        by: 'sum',
        term: ([i, j], [p]) =>
          k.mul(
            define.read(a, [i ?? k.i32(0), p ?? k.i32(0)]),
            define.read(b, [p ?? k.i32(0), j ?? k.i32(0)]),
          ),
      });
      const blocks = schedule(compute, target).body.find(({ kind }) => kind === 'for');
      if (blocks?.kind !== 'for') throw new Error('blocks of reduced steps are the outermost loop');
      expect(blocks.body.some(({ kind }) => kind === 'barrier')).toBe(true);
    }
  });
});
