// Checks a Loops program: scopes, types, lanes, buffers, barriers. Devices call it where a fault
// of a recipe or of an op's `lower` must be named before it becomes a wrong number.
import { KeratinError } from '../../core/errors.js';
import { intrinsics } from '../intrinsics.js';
import {
  type BufferRef,
  type CallExpr,
  type Expr,
  I32,
  registerOf,
  type Type,
  typeOf,
  type Var,
} from './expr.js';
import { childrenOf } from './expr-walk.js';
import type { CallStmt, ForStmt, Loops, Procedure, Stmt } from './loops.js';
import { printType } from './print.js';
import { blocksOf, expressionsOf } from './walk.js';

/** Where a statement stands: what it may use. */
interface Place {
  readonly path: string;
  /** Declared variables; true for those that `set` may change. */
  readonly scope: Map<Var, boolean>;
  readonly loops: readonly ForStmt['as'][];
}

class Verifier {
  readonly #buffers = new Set<string>();
  /** Expressions found right already, in the scope being walked. */
  #checked = new Set<Expr>();
  #path = '';

  constructor(private readonly source: Loops) {}

  program(): void {
    const { source } = this;
    this.#path = 'buffers';
    for (const buffer of source.buffers) {
      this.#buffers.add(keyOf(buffer));
      const own = buffer.space === 'scratch' || buffer.space === 'workgroup';
      if (own !== (buffer.length !== undefined)) {
        this.#fail('scratch and workgroup buffers need a length, bound ones must not have one');
      }
    }
    for (const [index, called] of source.procedures.entries()) {
      this.#path = `procedures[${index}]`;
      const scope = new Map<Var, boolean>();
      for (const parameter of called.parameters) {
        this.#agree('a parameter of a procedure', parameter.type, I32);
        scope.set(parameter, false);
      }
      this.#earlier(called, index);
      // Procedures may hold barriers: whether they are called in thread loops is checked there.
      this.#block(called.body, { path: this.#path, scope, loops: ['thread'] });
    }
    this.#block(source.body, { path: 'body', scope: new Map(), loops: [] });
  }

  /** Procedures call earlier ones only, so that there is no recursion and one pass emits them. */
  #earlier(called: Procedure, index: number): void {
    const visit = (body: readonly Stmt[]): void => {
      for (const stmt of body) {
        if (stmt.kind === 'call' && this.source.procedures.indexOf(stmt.procedure) >= index) {
          this.#fail('a procedure calls itself or a later one');
        }
        for (const block of blocksOf(stmt)) visit(block);
      }
    };
    visit(called.body);
  }

  #fail(what: string, expected?: string, received?: string): never {
    throw new KeratinError({
      where: `kernel ${this.source.name}, ${this.#path}`,
      what,
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined ? {} : { received }),
      fix: 'this is a fault of the op or recipe that made the program: please report it',
    });
  }

  #agree(what: string, received: Type, expected: Type): void {
    if (received === expected) return;
    this.#fail(`${what} has the wrong type`, printType(expected), printType(received));
  }

  #block(body: readonly Stmt[], place: Place): void {
    const inner: Place = { ...place, scope: new Map(place.scope) };
    for (const [index, stmt] of body.entries()) {
      this.#path = `${place.path}[${index}] (${stmt.kind})`;
      this.#checked = new Set();
      for (const expr of expressionsOf(stmt)) this.#expr(expr, inner.scope);
      this.#statement(stmt, inner, `${place.path}[${index}]`);
    }
  }

  #statement(stmt: Stmt, place: Place, path: string): void {
    const { scope, loops } = place;
    switch (stmt.kind) {
      case 'for': {
        this.#agree('a bound of a loop', stmt.from.type, I32);
        this.#agree('a bound of a loop', stmt.to.type, I32);
        if (!Number.isInteger(stmt.step) || stmt.step < 1) this.#fail('a step is below 1');
        if (stmt.as === 'group' && loops.includes('thread')) {
          this.#fail('a group loop stands inside a thread loop');
        }
        const inner = new Map(scope);
        this.#declare(stmt.variable, inner, false, I32);
        this.#block(stmt.body, {
          path: `${path}.body`,
          scope: inner,
          loops: [...loops, stmt.as],
        });
        return;
      }
      case 'while':
        this.#agree('a test', stmt.test.type, typeOf('bool'));
        this.#block(stmt.body, { ...place, path: `${path}.body` });
        return;
      case 'if':
        this.#agree('a test', stmt.test.type, typeOf('bool'));
        this.#block(stmt.then, { ...place, path: `${path}.then` });
        this.#block(stmt.otherwise, { ...place, path: `${path}.otherwise` });
        return;
      case 'let':
        this.#declare(stmt.variable, scope, true, stmt.value.type);
        return;
      case 'set': {
        const settable = scope.get(stmt.variable);
        if (settable === undefined) this.#fail('a variable is set before it is declared');
        if (!settable) this.#fail('a loop counter or parameter is set');
        this.#agree('the value', stmt.value.type, stmt.variable.type);
        return;
      }
      case 'store': {
        this.#buffer(stmt.buffer);
        if (stmt.buffer.space === 'input') this.#fail('an input is written');
        this.#agree('an index', stmt.index.type, I32);
        const register = typeOf(registerOf(stmt.buffer.storage), stmt.value.type.lanes);
        this.#agree('the value stored', stmt.value.type, register);
        return;
      }
      case 'call':
        this.#procedureCall(stmt);
        return;
      case 'barrier':
        if (loops.includes('parallel') && !loops.includes('thread')) {
          this.#fail('a barrier stands inside a parallel loop');
        }
        return;
    }
  }

  #procedureCall(stmt: CallStmt): void {
    const { args, procedure } = stmt;
    if (!this.source.procedures.includes(procedure)) {
      this.#fail(`the procedure "${procedure.hint}" is not listed`);
    }
    if (procedure.parameters.length !== args.length) {
      this.#fail('a call has too few or many values');
    }
    for (const arg of args) this.#agree('an argument', arg.type, I32);
  }

  #declare(variable: Var, scope: Map<Var, boolean>, settable: boolean, type: Type): void {
    if (scope.has(variable)) this.#fail(`the variable "${variable.hint}" is declared twice`);
    this.#agree(`the variable "${variable.hint}"`, variable.type, type);
    scope.set(variable, settable);
  }

  #buffer(buffer: BufferRef): void {
    if (this.#buffers.has(keyOf(buffer))) return;
    this.#fail(`${buffer.space} buffer ${buffer.slot} (${buffer.storage}) is not listed`);
  }

  #expr(expr: Expr, scope: Map<Var, boolean>): void {
    if (this.#checked.has(expr)) return;
    this.#checked.add(expr);
    for (const child of childrenOf(expr)) this.#expr(child, scope);
    const { type } = expr;
    if (typeOf(type.scalar, type.lanes) !== type) this.#fail('a type was not made by typeOf');
    switch (expr.kind) {
      case 'const':
        this.#constant(type, expr.value);
        return;
      case 'size':
      case 'param':
        this.#agree(`a ${expr.kind}`, type, I32);
        return;
      case 'var':
        if (!scope.has(expr.variable)) {
          this.#fail(`the variable "${expr.variable.hint}" is used before it is declared`);
        }
        this.#agree(`the variable "${expr.variable.hint}"`, type, expr.variable.type);
        return;
      case 'load':
        this.#buffer(expr.buffer);
        this.#agree('an index', expr.index.type, I32);
        this.#agree('a load', type, typeOf(registerOf(expr.buffer.storage), type.lanes));
        return;
      case 'call':
        this.#call(expr);
        return;
      case 'cast':
        this.#agree('a cast', type, typeOf(type.scalar, expr.value.type.lanes));
        return;
      case 'bitcast':
        if (type.scalar === 'f64' || type.scalar === 'bool') {
          this.#fail('a bitcast is between 32-bit types', undefined, printType(type));
        }
        this.#agree('a bitcast', type, typeOf(type.scalar, expr.value.type.lanes));
        return;
      default:
        this.#vector(expr);
    }
  }

  #vector(expr: Expr): void {
    const { type } = expr;
    switch (expr.kind) {
      case 'splat':
        this.#agree('what is splat', expr.value.type, typeOf(type.scalar));
        return;
      case 'ramp':
        this.#agree('a ramp', type, typeOf('i32', type.lanes));
        this.#agree('the start of a ramp', expr.value.type, I32);
        return;
      case 'pack':
        this.#agree('a pack', type, typeOf(type.scalar, expr.values.length));
        for (const value of expr.values) this.#agree('a lane', value.type, typeOf(type.scalar));
        return;
      case 'lane':
        this.#inLanes(expr.lane, expr.value.type.lanes);
        this.#agree('a lane', type, typeOf(expr.value.type.scalar));
        return;
      case 'shuffle':
        this.#agree('the second vector of a shuffle', expr.b.type, expr.a.type);
        for (const lane of expr.lanes) this.#inLanes(lane, 2 * expr.a.type.lanes);
        this.#agree('a shuffle', type, typeOf(expr.a.type.scalar, expr.lanes.length));
        return;
      default:
        this.#fail(`a node of Compute is left in the program: ${expr.kind}`);
    }
  }

  #inLanes(lane: number, count: number): void {
    if (Number.isInteger(lane) && lane >= 0 && lane < count) return;
    this.#fail('a lane does not exist', `0 to ${count - 1}`, String(lane));
  }

  #constant(type: Type, value: number): void {
    const { scalar } = type;
    if (scalar === 'f32' || scalar === 'f64') return;
    const [low, high] =
      scalar === 'bool' ? [0, 1] : scalar === 'i32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
    if (Number.isInteger(value) && value >= low && value <= high) return;
    this.#fail(`a constant is no ${scalar}`, `${low} to ${high}`, String(value));
  }

  #call(expr: CallExpr): void {
    const row = intrinsics[expr.fn];
    if (expr.args.length !== row.args) this.#fail(`${expr.fn} takes ${row.args} values`);
    const compared = row.result === 'second' ? expr.args.slice(1) : expr.args;
    const model = compared[0]?.type ?? expr.type;
    for (const arg of compared) this.#agree(`an argument of ${expr.fn}`, arg.type, model);
    const test = expr.args[0];
    if (row.result === 'second' && test !== undefined) {
      this.#agree(`the test of ${expr.fn}`, test.type, typeOf('bool', model.lanes));
    }
    const result = row.result === 'bool' ? typeOf('bool', model.lanes) : model;
    this.#agree(expr.fn, expr.type, result);
  }
}

function keyOf(buffer: BufferRef): string {
  return `${buffer.space} ${buffer.slot} ${buffer.storage}`;
}

/** Throws a KeratinError that names the place of the first fault; does nothing where all is well. */
export function verifyLoops(program: Loops): void {
  new Verifier(program).program();
}
