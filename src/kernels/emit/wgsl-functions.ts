// How WGSL spells every primitive, cast and bitcast, for scalars and vectors of up to four lanes.
// Built-ins leave NaN open and forbid infinities in constants, so some become small functions.
import { DTypeError, KeratinError } from '../../core/errors.js';
import type { IntrinsicName } from '../intrinsics.js';
import type { Scalar, Type } from '../ir/expr.js';

const INFIX: Readonly<Partial<Record<IntrinsicName, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  idiv: '/',
  rem: '%',
  and: '&',
  or: '|',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

function notEqual(a: string, b: string): string {
  return `(!(${a} == ${b}))`;
}

/** The WGSL type of a value. */
export function wgslType(type: Type): string {
  if (type.scalar === 'f64') {
    throw new DTypeError({
      where: 'WGSL emitter',
      what: 'GPUs compute no 64-bit floats',
      expected: 'float32',
      received: 'float64',
      fix: "cast to float32, or use the CPU device: setDevice('cpu')",
    });
  }
  if (type.lanes === 1) return type.scalar;
  if (type.lanes <= 4) return `vec${type.lanes}<${type.scalar}>`;
  throw new KeratinError({
    where: 'WGSL emitter',
    what: `a vector has ${type.lanes} lanes`,
    expected: 'at most 4 lanes',
    fix: 'schedule the kernel for a GPU target',
  });
}

/** A literal; infinities and NaN come from functions, since constants must be finite. */
export function wgslLiteral(scalar: Scalar, value: number, functions: WgslFunctions): string {
  switch (scalar) {
    case 'bool':
      return value === 0 ? 'false' : 'true';
    case 'u32':
      return `${value >>> 0}u`;
    case 'i32':
      if (value === -(2 ** 31)) return '(-2147483647i - 1i)';
      return value < 0 ? `(${value | 0}i)` : `${value | 0}i`;
    default: {
      const rounded = Math.fround(value);
      if (!Number.isFinite(rounded)) return functions.special(rounded);
      const text = Object.is(rounded, -0) ? '-0.0' : String(rounded);
      return text.startsWith('-') ? `(${text}f)` : `${text}f`;
    }
  }
}

/** The functions that one source needs. */
export class WgslFunctions {
  readonly #made = new Map<string, string>();

  text(): string {
    return [...this.#made.values()].join('\n');
  }

  /** Adds a function once; returns its name. */
  make(name: string, signature: string, body: string): string {
    if (!this.#made.has(name)) this.#made.set(name, `fn ${name}${signature} { ${body} }`);
    return name;
  }

  /** An infinity or NaN. */
  special(value: number): string {
    const bits = Number.isNaN(value) ? '7fc00000' : value > 0 ? '7f800000' : 'ff800000';
    const body = `var bits = 0x${bits}u; return bitcast<f32>(bits);`;
    return `${this.make(`bits_${bits}`, '() -> f32', body)}()`;
  }

  /** `type` is that of the last argument. */
  call(fn: IntrinsicName, type: Type, args: readonly string[]): string {
    const [a = '', b = '', c = ''] = args;
    const { scalar } = type;
    const floating = scalar === 'f32';
    // `!=` of floats is false for NaN on some drivers; `!(a == b)` is right on all.
    if (fn === 'ne' && floating) return notEqual(a, b);
    const sign = INFIX[fn];
    if (sign !== undefined) return `(${a} ${sign} ${b})`;
    switch (fn) {
      case 'xor':
        return scalar === 'bool' ? `(${a} != ${b})` : `(${a} ^ ${b})`;
      case 'shl':
      case 'shr': {
        const distance = scalar === 'u32' ? b : `${wgslType({ ...type, scalar: 'u32' })}(${b})`;
        return `(${a} ${fn === 'shl' ? '<<' : '>>'} ${distance})`;
      }
      case 'not':
        return `(!${a})`;
      case 'neg':
        return scalar === 'u32' ? `(${wgslType(type)}() - ${a})` : `(-${a})`;
      case 'mulAdd':
        return floating ? `fma(${a}, ${b}, ${c})` : `(${a} * ${b} + ${c})`;
      case 'select':
        return `select(${c}, ${b}, ${a})`;
      case 'min':
      case 'max':
        return floating ? this.#extreme(fn, type, a, b) : `${fn}(${a}, ${b})`;
      case 'pickMin':
      case 'pickMax':
        return this.#pick(fn, type, a, b);
      case 'floor':
      case 'ceil':
      case 'trunc':
      case 'round':
        return floating ? `${fn}(${a})` : a;
      case 'abs':
      case 'sqrt':
        return `${fn}(${a})`;
      default:
        throw new KeratinError({
          where: 'WGSL emitter',
          what: `${fn} was not expanded into primitives`,
        });
    }
  }

  /** x * 0 as IEEE has it, NaN for what is not finite: drivers may take it for 0. */
  timesZero(type: Type, a: string): string {
    const T = wgslType(type);
    const bits = wgslType({ ...type, scalar: 'u32' });
    const all = `${bits}(0x7f800000u)`;
    const wild = `(bitcast<${bits}>(a) & ${all}) == ${all}`;
    const body = `return select(${T}(), ${T}(${this.special(Number.NaN)}), ${wild});`;
    return `${this.make(`times_zero_x${type.lanes}`, `(a: ${T}) -> ${T}`, body)}(${a})`;
  }

  cast(from: Type, to: Type, value: string): string {
    const result = wgslType(to);
    if (to.scalar === 'bool') return notEqual(value, `${wgslType(from)}()`);
    if (from.scalar !== 'f32' || to.scalar === 'f32') return `${result}(${value})`;
    const T = wgslType(from);
    const nan = this.#isNaN(from);
    const [low, high, limit, most] =
      to.scalar === 'i32'
        ? ['-2147483648.0f', '2147483520.0f', '2147483648.0f', '2147483647i']
        : ['0.0f', '4294967040.0f', '4294967296.0f', '4294967295u'];
    const body =
      `let inside = ${result}(clamp(a, ${T}(${low}), ${T}(${high}))); ` +
      `let top = select(inside, ${result}(${most}), a >= ${T}(${limit})); ` +
      `return select(top, ${result}(), ${nan}(a));`;
    const name = `cast_${to.scalar}x${to.lanes}`;
    return `${this.make(name, `(a: ${T}) -> ${result}`, body)}(${value})`;
  }

  bitcast(to: Type, value: string): string {
    return `bitcast<${wgslType(to)}>(${value})`;
  }

  #isNaN(type: Type): string {
    const bits = wgslType({ ...type, scalar: 'u32' });
    const bools = wgslType({ ...type, scalar: 'bool' });
    const body = `return (bitcast<${bits}>(a) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);`;
    return this.make(`nan_x${type.lanes}`, `(a: ${wgslType(type)}) -> ${bools}`, body);
  }

  #extreme(fn: 'min' | 'max', type: Type, a: string, b: string): string {
    const T = wgslType(type);
    const nan = this.#isNaN(type);
    const body = `return select(select(${fn}(a, b), b, ${nan}(b)), a, ${nan}(a));`;
    return `${this.make(`${fn}_x${type.lanes}`, `(a: ${T}, b: ${T}) -> ${T}`, body)}(${a}, ${b})`;
  }

  #pick(fn: 'pickMin' | 'pickMax', type: Type, a: string, b: string): string {
    const T = wgslType(type);
    const body = `return select(a, b, ${fn === 'pickMin' ? 'b < a' : 'a < b'});`;
    const name = `${fn}_${type.scalar}x${type.lanes}`;
    return `${this.make(name, `(a: ${T}, b: ${T}) -> ${T}`, body)}(${a}, ${b})`;
  }
}
