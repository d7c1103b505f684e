// Writes expressions of Loops as WGSL. Between wgsl-functions.ts and wgsl-statements.ts.
// What depends on literals only is computed here: WGSL refuses constants that overflow.

import { KeratinError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { CallExpr, Expr, Var } from '../ir/expr.js';
import { bitcastFunction, castFunction, numberFunction } from './interpreter-functions.js';
import type { WgslBuffers } from './wgsl-buffers.js';
import { type WgslFunctions, wgslLiteral, wgslType } from './wgsl-functions.js';

/** The value of a scalar expression of literals; undefined for all others. */
function foldedValue(expr: Expr, depth = 0): number | undefined {
  if (expr.type.lanes > 1 || depth > 8) return undefined;
  switch (expr.kind) {
    case 'const':
    case 'size':
      return expr.value;
    case 'call': {
      const args = expr.args.map((arg) => foldedValue(arg, depth + 1));
      const [a, b = 0, c = 0] = args;
      if (a === undefined || args.includes(undefined)) return undefined;
      return numberFunction(expr.fn, at(expr.args, -1).type.scalar)(a, b, c);
    }
    case 'cast':
    case 'bitcast': {
      const value = foldedValue(expr.value, depth + 1);
      if (value === undefined) return undefined;
      const change = expr.kind === 'cast' ? castFunction : bitcastFunction;
      return change(expr.value.type.scalar, expr.type.scalar)(value);
    }
    default:
      return undefined;
  }
}

function isZero(expr: Expr): boolean {
  return expr.kind === 'splat' ? isZero(expr.value) : expr.kind === 'const' && expr.value === 0;
}

/** Names and spells what the expressions of one program mention. */
export class WgslExpressions {
  readonly #variables = new Map<Var, string>();
  #shared = new Map<Expr, string>();
  #sharedCount = 0;
  /** Parameters used: how many numbers the uniform buffer holds. */
  paramCount = 0;

  constructor(
    private readonly buffers: WgslBuffers,
    private readonly functions: WgslFunctions,
  ) {}

  variable(variable: Var): string {
    const name = this.#variables.get(variable) ?? `v${this.#variables.size}`;
    this.#variables.set(variable, name);
    return name;
  }

  /** Forgets what the last statement shared. */
  begin(): void {
    this.#shared = new Map();
  }

  /** Gives a shared node a name; returns its declaration. */
  share(expr: Expr): string {
    const value = this.spell(expr);
    const name = `t${this.#sharedCount++}`;
    this.#shared.set(expr, name);
    return `let ${name} = ${value};`;
  }

  spell(expr: Expr): string {
    const shared = this.#shared.get(expr);
    if (shared !== undefined) return shared;
    const { type } = expr;
    const folded = foldedValue(expr);
    if (folded !== undefined) return wgslLiteral(type.scalar, folded, this.functions);
    const spelt = wgslType(type);
    switch (expr.kind) {
      case 'const':
        return `${spelt}(${wgslLiteral(type.scalar, expr.value, this.functions)})`;
      case 'param':
        this.paramCount = Math.max(this.paramCount, expr.index + 1);
        return `p[${expr.index >> 2}][${expr.index & 3}]`;
      case 'var':
        return this.variable(expr.variable);
      case 'load':
        return this.buffers.load(expr.buffer, this.spell(expr.index), type);
      case 'call':
        return this.#call(expr);
      case 'cast':
        return this.functions.cast(expr.value.type, type, this.spell(expr.value));
      case 'bitcast':
        return this.functions.bitcast(type, this.spell(expr.value));
      case 'splat':
        return `${spelt}(${this.spell(expr.value)})`;
      case 'ramp': {
        const steps = Array.from({ length: type.lanes }, (_, lane) => `${lane}i`).join(', ');
        return `(${spelt}(${this.spell(expr.value)}) + ${spelt}(${steps}))`;
      }
      case 'pack':
        return `${spelt}(${expr.values.map((value) => this.spell(value)).join(', ')})`;
      case 'lane':
        return `${this.spell(expr.value)}[${expr.lane}]`;
      case 'shuffle': {
        const [a, b] = [this.spell(expr.a), this.spell(expr.b)];
        const count = expr.a.type.lanes;
        const picks = expr.lanes.map((lane) =>
          lane < count ? `${a}[${lane}]` : `${b}[${lane - count}]`,
        );
        return `${spelt}(${picks.join(', ')})`;
      }
      default:
        throw new KeratinError({
          where: 'WGSL emitter',
          what: `a node of Compute is left in the program: ${expr.kind}`,
        });
    }
  }

  #call(expr: CallExpr): string {
    const [first, second] = expr.args;
    if (expr.fn === 'mul' && expr.type.scalar === 'f32' && first !== undefined) {
      if (second !== undefined && isZero(second)) {
        return this.functions.timesZero(expr.type, this.spell(first));
      }
    }
    const args = expr.args.map((arg) => this.spell(arg));
    return this.functions.call(expr.fn, at(expr.args, -1).type, args);
  }
}
