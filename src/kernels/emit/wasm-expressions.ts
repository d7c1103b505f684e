// Expressions as WebAssembly: every node leaves its value on the stack.
// Bools are 0 or 1 as single values and 0 or -1 as lanes, as comparisons leave them.
import { KeratinError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { isFunctionName, type PrimitiveName } from '../intrinsics.js';
import type { CallExpr, CastExpr, Expr, ShuffleExpr, Type } from '../ir/expr.js';
import { valueTypeOf } from './wasm-function.js';
import { type AddressContext, emitLoad, emitSplatLoad } from './wasm-memory.js';
import { op, scalarCast, scalarSpelling, vectorCast, vectorSpelling } from './wasm-opcodes.js';

/** What expressions need of the emitter. */
export interface ExpressionContext extends AddressContext {
  /** Whether relaxed instructions (fused multiply-add, one-instruction select) may be used. */
  readonly relaxed: boolean;
  paramLocal(index: number): number;
  /** Index of the imported function for a row of the mathematics library, on f64. */
  importedFunction(name: string): number;
}

function fault(expr: Expr, why: string): KeratinError {
  return new KeratinError({
    where: 'WebAssembly emitter',
    what: `cannot spell ${expr.kind} of ${expr.type.scalar} x ${expr.type.lanes}: ${why}`,
    fix: 'this is a fault inside Keratin: please report it with the op that was used',
  });
}

function pushConstant(context: ExpressionContext, type: Type, value: number): void {
  const { out } = context;
  if (type.lanes > 1) {
    out.emit(op.v128Const);
    for (let lane = 0; lane < 4; lane++) {
      if (type.scalar === 'f32') out.code.f32(value);
      else {
        const bits = type.scalar === 'bool' && value !== 0 ? -1 : value;
        out.code.bytes(new Uint8Array(new Int32Array([bits]).buffer));
      }
    }
  } else if (type.scalar === 'f32') {
    out.emit(op.f32Const).code.f32(value);
  } else if (type.scalar === 'f64') {
    out.emit(op.f64Const).code.f64(value);
  } else out.i32(value | 0);
}

function pushSplat(context: ExpressionContext, value: Expr): void {
  const { out } = context;
  if (value.kind === 'const') {
    pushConstant(context, { scalar: value.type.scalar, lanes: 4 }, value.value);
  } else if (
    value.kind === 'load' &&
    (value.buffer.storage === 'f32' ||
      value.buffer.storage === 'i32' ||
      value.buffer.storage === 'u32')
  ) {
    emitSplatLoad(context, value);
  } else if (value.type.scalar === 'bool') {
    out.i32(0);
    context.expression(value);
    out.emit(op.i32Sub).emit(op.i32x4Splat);
  } else {
    context.expression(value);
    out.emit(value.type.scalar === 'f32' ? op.f32x4Splat : op.i32x4Splat);
  }
}

function pushPack(context: ExpressionContext, values: readonly Expr[], type: Type): void {
  const { out } = context;
  const isFloat = type.scalar === 'f32';
  values.forEach((value, lane) => {
    context.expression(value);
    if (lane === 0) out.emit(isFloat ? op.f32x4Splat : op.i32x4Splat);
    else out.emit(isFloat ? op.f32x4ReplaceLane : op.i32x4ReplaceLane).code.byte(lane);
  });
  if (type.scalar === 'bool') out.emit(op.i32x4Neg);
}

function pushLane(context: ExpressionContext, value: Expr, lane: number): void {
  const { out } = context;
  context.expression(value);
  if (value.type.scalar === 'f32') out.emit(op.f32x4ExtractLane).code.byte(lane);
  else out.emit(op.i32x4ExtractLane).code.byte(lane);
  if (value.type.scalar === 'bool') out.i32(1).emit(op.i32And);
}

function pushShuffle(context: ExpressionContext, expr: ShuffleExpr): void {
  context.expression(expr.a);
  context.expression(expr.b);
  context.out.emit(op.shuffle);
  for (const lane of expr.lanes) {
    for (let byte = 0; byte < 4; byte++) context.out.code.byte(lane * 4 + byte);
  }
}

function pushCast(context: ExpressionContext, expr: CastExpr): void {
  const { out } = context;
  const from = expr.value.type.scalar;
  const to = expr.type.scalar;
  const lanes = expr.type.lanes;
  if (to === 'bool') {
    context.expression(expr.value);
    pushConstant(context, expr.value.type, 0);
    const table = lanes > 1 ? vectorSpelling : scalarSpelling;
    out.emit(table[from].ne ?? op.i32Ne);
    return;
  }
  if (lanes > 1 && from === 'bool') {
    context.expression(expr.value);
    pushConstant(context, expr.type, 1);
    out.emit(op.v128And);
    return;
  }
  context.expression(expr.value);
  const instruction = (lanes > 1 ? vectorCast : scalarCast)[`${from}>${to}`];
  if (instruction !== undefined) out.emit(instruction);
  else if ((from === 'f32' || from === 'f64') !== (to === 'f32' || to === 'f64')) {
    throw fault(expr, `no conversion from ${from}`);
  }
}

/** b < a ? b : a (with `gt`, b > a ? b : a) on single values, which have no such instruction. */
function pushPick(context: ExpressionContext, expr: CallExpr, compare: PrimitiveName): void {
  const { out } = context;
  const type = valueTypeOf(expr.type);
  const instruction = scalarSpelling[expr.type.scalar][compare];
  if (instruction === undefined) throw fault(expr, 'no comparison');
  context.expression(at(expr.args, 0));
  context.expression(at(expr.args, 1));
  out.withLocal(type, (a) =>
    out.withLocal(type, (b) => {
      out.set(b).set(a);
      out.get(b).get(a).get(b).get(a).emit(instruction).emit(op.select);
    }),
  );
}

/** A primitive without a vector instruction, done on each lane. */
function pushLaneByLane(context: ExpressionContext, expr: CallExpr): void {
  const values = Array.from(
    { length: expr.type.lanes },
    (_, lane): Expr => ({
      ...expr,
      type: { scalar: expr.type.scalar, lanes: 1 },
      args: expr.args.map(
        (arg): Expr => ({
          kind: 'lane',
          type: { scalar: arg.type.scalar, lanes: 1 },
          value: arg,
          lane,
        }),
      ),
    }),
  );
  pushPack(context, values, expr.type);
}

function pushSelect(context: ExpressionContext, expr: CallExpr): void {
  context.expression(at(expr.args, 1));
  context.expression(at(expr.args, 2));
  context.expression(at(expr.args, 0));
  if (expr.type.lanes === 1) context.out.emit(op.select);
  else context.out.emit(context.relaxed ? op.relaxedSelect : op.bitselect);
}

function pushMultiplyAdd(context: ExpressionContext, expr: CallExpr): void {
  const { out } = context;
  const [a, b, c] = [at(expr.args, 0), at(expr.args, 1), at(expr.args, 2)];
  const vector = expr.type.lanes > 1;
  const spelling = (vector ? vectorSpelling : scalarSpelling)[expr.type.scalar];
  context.expression(a);
  context.expression(b);
  if (vector && context.relaxed && expr.type.scalar === 'f32') {
    context.expression(c);
    out.emit(op.relaxedMadd);
    return;
  }
  out.emit(spelling.mul ?? op.i32Mul);
  context.expression(c);
  out.emit(spelling.add ?? op.i32Add);
}

/** Distances of vector shifts are one number for all lanes. */
function pushShift(context: ExpressionContext, expr: CallExpr, instruction: number): void {
  const distance = at(expr.args, 1);
  const single: Expr | undefined =
    distance.kind === 'splat'
      ? distance.value
      : distance.kind === 'const'
        ? { ...distance, type: { scalar: distance.type.scalar, lanes: 1 } }
        : undefined;
  if (single === undefined) {
    pushLaneByLane(context, expr);
    return;
  }
  context.expression(at(expr.args, 0));
  context.expression(single);
  context.out.emit(instruction);
}

function pushIntegerUnary(context: ExpressionContext, expr: CallExpr): void {
  const { out } = context;
  if (expr.fn === 'neg') {
    out.i32(0);
    context.expression(at(expr.args, 0));
    out.emit(op.i32Sub);
    return;
  }
  out.withLocal('i32', (value) => {
    context.expression(at(expr.args, 0));
    out.set(value);
    out.i32(0).get(value).emit(op.i32Sub).get(value).get(value).i32(0);
    out.emit(op.i32LtS).emit(op.select);
  });
}

function pushCall(context: ExpressionContext, expr: CallExpr): void {
  const { out } = context;
  const { fn } = expr;
  const operand = at(expr.args, fn === 'select' ? 1 : 0).type;
  const vector = operand.lanes > 1;
  if (isFunctionName(fn)) {
    if (operand.scalar !== 'f64') throw fault(expr, `${fn} was not expanded`);
    for (const arg of expr.args) context.expression(arg);
    out.emit(op.call).code.unsigned(context.importedFunction(fn));
    return;
  }
  if (fn === 'select') return pushSelect(context, expr);
  if (fn === 'mulAdd') return pushMultiplyAdd(context, expr);
  const instruction = (vector ? vectorSpelling : scalarSpelling)[operand.scalar][fn];
  if (vector && (fn === 'shl' || fn === 'shr')) {
    return pushShift(context, expr, instruction ?? 0);
  }
  if (instruction !== undefined) {
    for (const arg of expr.args) context.expression(arg);
    out.emit(instruction);
    return;
  }
  if (vector) return pushLaneByLane(context, expr);
  if (fn === 'pickMin' || fn === 'min') return pushPick(context, expr, 'lt');
  if (fn === 'pickMax' || fn === 'max') return pushPick(context, expr, 'gt');
  if (fn === 'neg' || fn === 'abs') return pushIntegerUnary(context, expr);
  const isWhole = operand.scalar === 'i32' || operand.scalar === 'u32';
  if (isWhole && (fn === 'floor' || fn === 'ceil' || fn === 'trunc' || fn === 'round')) {
    return context.expression(at(expr.args, 0));
  }
  throw fault(expr, `no instruction for ${fn}`);
}

/** Writes one expression. */
export function pushExpression(context: ExpressionContext, expr: Expr): void {
  const { out } = context;
  switch (expr.kind) {
    case 'const':
      return pushConstant(context, expr.type, expr.value);
    case 'size':
      out.i32(expr.value);
      return;
    case 'param':
      out.get(context.paramLocal(expr.index));
      return;
    case 'var':
      out.get(out.localOf(expr.variable));
      return;
    case 'load':
      return emitLoad(context, expr);
    case 'call':
      return pushCall(context, expr);
    case 'cast':
      return pushCast(context, expr);
    case 'bitcast':
      context.expression(expr.value);
      if (expr.type.lanes === 1 && expr.type.scalar === 'f32') out.emit(0xbe);
      else if (expr.type.lanes === 1 && expr.value.type.scalar === 'f32') out.emit(0xbc);
      return;
    case 'splat':
      return pushSplat(context, expr.value);
    case 'ramp':
      context.expression(expr.value);
      out.emit(op.i32x4Splat).emit(op.v128Const);
      out.code.bytes(new Uint8Array(new Int32Array([0, 1, 2, 3]).buffer));
      out.emit(op.i32x4Add);
      return;
    case 'pack':
      return pushPack(context, expr.values, expr.type);
    case 'lane':
      return pushLane(context, expr.value, expr.lane);
    case 'shuffle':
      return pushShuffle(context, expr);
    default:
      throw fault(expr, 'the program was not scheduled');
  }
}
