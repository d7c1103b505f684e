import { describe, expect, it } from 'vitest';
import { threefry2x32 } from '../../src/kernels/functions/threefry.js';
import { newVar, valueOf } from '../../src/kernels/ir/build.js';
import { U32 } from '../../src/kernels/ir/expr.js';
import { evaluate } from './evaluate.js';

// key 0, key 1, counter 0, counter 1, and the two results: the authors' known answers.
const KNOWN = [
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
] as const;

describe('threefry2x32', () => {
  it('gives the published answers', () => {
    const [a, b, c, d] = [newVar('a', U32), newVar('b', U32), newVar('c', U32), newVar('d', U32)];
    const outputs = threefry2x32(valueOf(a), valueOf(b), valueOf(c), valueOf(d));
    const samples = new Map(
      [a, b, c, d].map((variable, column) => [
        variable,
        Uint32Array.from(KNOWN, (row) => row[column] ?? 0),
      ]),
    );
    outputs.forEach((output, index) => {
      const results = evaluate(output, samples, { fused: false });
      expect([...results]).toEqual(KNOWN.map((row) => row[4 + index]));
    });
  });
});
