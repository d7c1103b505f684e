// The number an integer expression over parameters has: lengths of scratch memory.
import { KeratinError } from '../../core/errors.js';
import { intrinsics } from '../intrinsics.js';
import type { Expr } from './expr.js';

/** Evaluates constants, sizes, parameters and whole-number arithmetic. */
export function evaluateInteger(expr: Expr, params: readonly number[]): number {
  switch (expr.kind) {
    case 'const':
    case 'size':
      return expr.value;
    case 'param':
      return params[expr.index] ?? 0;
    case 'call': {
      const [a = 0, b = 0, c = 0] = expr.args.map((arg) => evaluateInteger(arg, params));
      return intrinsics[expr.fn].js(a, b, c);
    }
    default:
      throw new KeratinError({
        where: 'program',
        what: `the length of scratch memory depends on a ${expr.kind}`,
        fix: 'this is a fault inside Keratin: please report it',
      });
  }
}
