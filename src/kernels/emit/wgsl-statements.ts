// Writes statements of Loops as WGSL: everything below the loops that become invocations.
// Between wgsl-expressions.ts and wgsl.ts.
import { KeratinError } from '../../core/errors.js';
import type { Expr } from '../ir/expr.js';
import type { ForStmt, Procedure, Stmt } from '../ir/loops.js';
import { sharedNodes } from '../ir/shared.js';
import { expressionsOf } from '../ir/walk.js';
import type { WgslBuffers } from './wgsl-buffers.js';
import type { WgslExpressions } from './wgsl-expressions.js';
import { wgslType } from './wgsl-functions.js';

/** Appends lines of WGSL. */
export class WgslStatements {
  readonly lines: string[] = [];
  /** Whether a workgroup runs this together; otherwise there is nobody to wait for. */
  together = true;
  #ends = 0;

  constructor(
    private readonly expressions: WgslExpressions,
    private readonly buffers: WgslBuffers,
    private readonly procedures: ReadonlyMap<Procedure, string>,
  ) {}

  put(line: string, indent: string): void {
    this.lines.push(indent + line);
  }

  block(body: readonly Stmt[], indent: string): void {
    for (const stmt of body) this.#statement(stmt, indent);
  }

  /** Declares what several expressions of one statement share. */
  share(roots: readonly Expr[], indent: string): void {
    this.expressions.begin();
    for (const expr of sharedNodes(roots)) this.put(this.expressions.share(expr), indent);
  }

  spell(expr: Expr): string {
    return this.expressions.spell(expr);
  }

  /** Declares the last position of a loop's counter; returns its name. */
  end(stmt: ForStmt, indent: string): string {
    const end = `e${this.#ends++}`;
    this.put(`let ${end} = ${this.spell(stmt.to)} - ${stmt.step}i;`, indent);
    return end;
  }

  #statement(stmt: Stmt, indent: string): void {
    if (stmt.kind === 'while') {
      // What the test shares must be computed anew before each test.
      this.put('loop {', indent);
      this.share([stmt.test], `${indent}  `);
      this.put(`  if (!${this.spell(stmt.test)}) { break; }`, indent);
      this.block(stmt.body, `${indent}  `);
      this.put('}', indent);
      return;
    }
    this.share(expressionsOf(stmt), indent);
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt, indent);
        return;
      case 'if':
        this.put(`if (${this.spell(stmt.test)}) {`, indent);
        this.block(stmt.then, `${indent}  `);
        if (stmt.otherwise.length > 0) {
          this.put('} else {', indent);
          this.block(stmt.otherwise, `${indent}  `);
        }
        this.put('}', indent);
        return;
      case 'let': {
        const name = this.expressions.variable(stmt.variable);
        const type = wgslType(stmt.variable.type);
        this.put(`var ${name}: ${type} = ${this.spell(stmt.value)};`, indent);
        return;
      }
      case 'set':
        this.put(
          `${this.expressions.variable(stmt.variable)} = ${this.spell(stmt.value)};`,
          indent,
        );
        return;
      case 'store': {
        const [index, value] = [this.spell(stmt.index), this.spell(stmt.value)];
        this.put(this.buffers.store(stmt.buffer, index, value, stmt.value.type), indent);
        return;
      }
      case 'call': {
        const name = this.procedures.get(stmt.procedure) ?? 'unknown';
        this.put(`${name}(${stmt.args.map((arg) => this.spell(arg)).join(', ')});`, indent);
        return;
      }
      case 'barrier':
        if (this.together) this.put('workgroupBarrier();', indent);
        return;
    }
  }

  #loop(stmt: ForStmt, indent: string): void {
    if (stmt.as === 'group' || stmt.as === 'thread') {
      throw new KeratinError({
        where: 'WGSL emitter',
        what: `a ${stmt.as} loop stands below other statements than the loops of its workgroup`,
      });
    }
    const name = this.expressions.variable(stmt.variable);
    const from = this.spell(stmt.from);
    const end = this.end(stmt, indent);
    this.put(`for (var ${name} = ${from}; ${name} <= ${end}; ${name} += ${stmt.step}i) {`, indent);
    this.block(stmt.body, `${indent}  `);
    this.put('}', indent);
  }
}
