import { describe, expect, it } from 'vitest';
import { expandFunctions } from '../../src/kernels/functions/expand.js';
import { isFunctionName } from '../../src/kernels/intrinsics.js';
import { add, call, mul, newVar, valueOf } from '../../src/kernels/ir/build.js';
import { type Expr, F32, F64 } from '../../src/kernels/ir/expr.js';
import { childrenOf, some } from '../../src/kernels/ir/expr-walk.js';

function countNodes(expr: Expr): number {
  const seen = new Set<Expr>();
  some(expr, (node) => {
    seen.add(node);
    return false;
  });
  return seen.size;
}

describe('expandFunctions', () => {
  const x = valueOf(newVar('x', F32));

  it('leaves no function call of float32', () => {
    const expanded = expandFunctions(call('tanh', call('exp', mul(x, x))));
    const left = (node: Expr): boolean => node.kind === 'call' && isFunctionName(node.fn);
    expect(some(expanded, left)).toBe(false);
  });

  it('expands a shared node once', () => {
    const shared = call('exp', x);
    const once = expandFunctions(shared);
    const twice = expandFunctions(add(shared, mul(shared, shared)));
    expect(countNodes(twice)).toBe(countNodes(once) + 2);
    expect(childrenOf(twice)[0]).toBe(once);
  });

  it('leaves float64 calls and expressions without functions alone', () => {
    const double = call('exp', valueOf(newVar('y', F64)));
    expect(expandFunctions(double)).toBe(double);
    const plain = add(x, x);
    expect(expandFunctions(plain)).toBe(plain);
  });
});
