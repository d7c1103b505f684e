// keras.tree by our names; the values are those of Keras 3.15.1.
import { describe, expect, it } from 'vitest';
import { tree } from '../../src/index.js';

const structure = { b: [1, 2], a: [3, { c: 4 }] };

describe('tree', () => {
  it('flattens and packs', () => {
    expect(tree.flatten(structure)).toEqual([3, 4, 1, 2]);
    expect(tree.flatten(7)).toEqual([7]);
    expect(tree.flattenWithPath(structure)).toEqual([
      [['a', 0], 3],
      [['a', 1, 'c'], 4],
      [['b', 0], 1],
      [['b', 1], 2],
    ]);
    expect(tree.packSequenceAs(structure, [1, 2, 3, 4])).toEqual({ b: [3, 4], a: [1, { c: 2 }] });
    expect(() => tree.packSequenceAs([1, 2], [1])).toThrow('expected 2 leaves');
  });

  it('maps', () => {
    const add = (a: unknown, b: unknown): number => Number(a) + Number(b);
    expect(tree.mapStructure(add, [1, { x: 2 }], [10, { x: 20 }])).toEqual([11, { x: 22 }]);
    expect(tree.mapStructureUpTo([0, 0], (part) => part, [[1, 2], 3])).toEqual([[1, 2], 3]);
    expect(() => tree.mapStructureUpTo([[0]], (part) => part, [1])).toThrow('0/0');
    expect(tree.mapShapeStructure((shape) => shape.length, [[2, 3], [4]])).toEqual([2, 1]);
    const double = (x: unknown): unknown => (typeof x === 'number' ? x * 2 : undefined);
    expect(tree.traverse(double, [1, [2]])).toEqual([2, [4]]);
    const count = (x: unknown): unknown => (Array.isArray(x) ? x.length : undefined);
    expect(tree.traverse(count, [[1, 2], [3]], false)).toBe(2);
    expect(tree.traverse(count, [[1, 2], [3]])).toBe(2);
  });

  it('compares', () => {
    expect([tree.isNested([]), tree.isNested({}), tree.isNested(3)]).toEqual([true, true, false]);
    tree.assertSameStructure(structure, { a: [0, { c: 0 }], b: [0, 0] });
    expect(() => tree.assertSameStructure([1], [1, 2])).toThrow('1 and 2 entries at the top');
    expect(() => tree.assertSameStructure({ a: [1] }, { a: 1 })).toThrow('nested at a');
    tree.assertSamePaths([1, 2], [3, 4]);
    expect(() => tree.assertSamePaths({ a: 1 }, { b: 1 })).toThrow('["a"]');
  });
});
