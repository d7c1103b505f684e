// How C (with GCC vector extensions) spells every intrinsic, cast and splat, for any lane count.
// Whatever is more than an infix operator becomes a small inline function, written on demand.
import { KeratinError } from '../../core/errors.js';
import { type FunctionName, type IntrinsicName, isFunctionName } from '../intrinsics.js';
import { type Scalar, type Type, typeOf } from '../ir/expr.js';

const INFIX: Readonly<Partial<Record<IntrinsicName, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  idiv: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
};

const COMPARE: Readonly<Partial<Record<IntrinsicName, string>>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

/** Lane counts of the vector types that the prelude declares. */
const LANES = [2, 4, 8, 16] as const;
const ELEMENTS = ['f32', 'f64', 'i32', 'u32', 'i64', 'u8', 'u16'] as const;
const SIZES = { f32: 4, f64: 8, i32: 4, u32: 4, i64: 8, u8: 1, u16: 2 } as const;

/** The C type of a value. A bool is 0 or 1 in an i32; lanes of bools are 0 or -1. */
export function cType(type: Type): string {
  const scalar = type.scalar === 'bool' ? 'i32' : type.scalar;
  return type.lanes === 1 ? scalar : `${scalar}x${type.lanes}`;
}

/** Type names that the rest of the source uses; `...m` types may lie anywhere in memory. */
export function prelude(): string {
  const lines = [
    '#include <stdint.h>',
    '#include <math.h>',
    'typedef float f32; typedef double f64; typedef int32_t i32; typedef uint32_t u32;',
    'typedef int64_t i64; typedef uint8_t u8; typedef uint16_t u16;',
    '#ifdef _OPENMP',
    '#include <omp.h>',
    '#define THREAD omp_get_thread_num()',
    '#define THREADS omp_get_num_threads()',
    '#else',
    '#define THREAD 0',
    '#define THREADS 1',
    '#endif',
    '#define KERNEL __attribute__((visibility("hidden"), noinline))',
    '#define INLINE static inline __attribute__((always_inline, unused))',
  ];
  for (const element of ELEMENTS) {
    for (const lanes of LANES) {
      const size = SIZES[element];
      const name = `${element}x${lanes}`;
      const vector = `vector_size(${size * lanes})`;
      lines.push(
        `typedef ${element} ${name} __attribute__((${vector}));`,
        `typedef ${element} ${name}m __attribute__((${vector}, aligned(${size}), may_alias));`,
      );
    }
  }
  return lines.join('\n');
}

const isFloating = (scalar: Scalar): boolean => scalar === 'f32' || scalar === 'f64';

/** The name that the C library gives a function of double; float takes an f behind it. */
function libraryCall(fn: FunctionName, scalar: Scalar): string {
  const f = scalar === 'f32' ? 'f' : '';
  switch (fn) {
    case 'sigmoid':
      return `1 / (1 + exp${f}(-a))`;
    case 'pow':
    case 'atan2':
      return `${fn}${f}(a, b)`;
    default:
      return `${fn}${f}(a)`;
  }
}

/** The functions that one source needs. */
export class CFunctions {
  readonly #made = new Map<string, string>();

  text(): string {
    return [...this.#made.values()].join('\n');
  }

  /** `type` is that of the last argument. */
  call(fn: IntrinsicName, type: Type, args: readonly string[]): string {
    const [a = '', b = ''] = args;
    const compare = COMPARE[fn];
    if (compare !== undefined) return this.#compare(compare, type, a, b);
    const sign = INFIX[fn];
    // INT_MIN / -1 stops the processor; dividing by a number written in the program cannot.
    const risky = (fn === 'idiv' || fn === 'rem') && type.scalar === 'i32' && !/^[2-9]/.test(b);
    if (sign !== undefined && !risky) return `(${a} ${sign} ${b})`;
    return `${this.#function(fn, type)}(${args.join(', ')})`;
  }

  cast(from: Type, to: Type, value: string): string {
    const { scalar, lanes } = to;
    if (lanes === 1) {
      if (scalar === 'bool') return `(${value} != 0)`;
      if (!isFloating(from.scalar) || isFloating(scalar)) return `((${scalar})${value})`;
      return `${this.#saturate(from, to)}(${value})`;
    }
    if (scalar === 'bool') {
      const zero = this.splat(from, '0');
      return this.#compare('!=', from, value, zero);
    }
    // Lanes of bools are 0 or -1.
    const number = from.scalar === 'bool' ? `(-${value})` : value;
    if (!isFloating(from.scalar) || isFloating(scalar)) {
      return `__builtin_convertvector(${number}, ${cType(to)})`;
    }
    return `${this.#saturate(from, to)}(${number})`;
  }

  bitcast(from: Type, to: Type, value: string): string {
    if (to.lanes > 1) return `((${cType(to)})${value})`;
    const [source, result] = [cType(from), cType(to)];
    const body = `union { ${source} a; ${result} r; } u; u.a = a; return u.r;`;
    return `${this.#make(`bits_${source}_${result}`, result, `${source} a`, body)}(${value})`;
  }

  splat(type: Type, value: string): string {
    return this.pack(type, new Array<string>(type.lanes).fill(value));
  }

  pack(type: Type, values: readonly string[]): string {
    const name = cType(type);
    const sign = type.scalar === 'bool' ? '-' : '';
    const letters = values.map((_, lane) => `a${lane}`);
    if (values.every((value) => value === values[0])) {
      const same = values.map(() => `${sign}a`).join(', ');
      const body = `return (${name}){${same}};`;
      const fn = this.#make(
        `splat_${type.scalar}x${type.lanes}`,
        name,
        `${elementOf(type)} a`,
        body,
      );
      return `${fn}(${values[0] ?? '0'})`;
    }
    const parameters = letters.map((letter) => `${elementOf(type)} ${letter}`).join(', ');
    const body = `return (${name}){${letters.map((letter) => sign + letter).join(', ')}};`;
    const fn = this.#make(`pack_${type.scalar}x${type.lanes}`, name, parameters, body);
    return `${fn}(${values.join(', ')})`;
  }

  #make(name: string, result: string, parameters: string, body: string): string {
    const fn = `k_${name}`;
    if (!this.#made.has(fn)) {
      this.#made.set(fn, `INLINE ${result} ${fn}(${parameters}) { ${body} }`);
    }
    return fn;
  }

  #compare(sign: string, type: Type, a: string, b: string): string {
    if (type.lanes === 1) return `(${a} ${sign} ${b})`;
    const mask = `i32x${type.lanes}`;
    if (type.scalar !== 'f64') return `((${mask})(${a} ${sign} ${b}))`;
    return `__builtin_convertvector((${a} ${sign} ${b}), ${mask})`;
  }

  #function(fn: IntrinsicName, type: Type): string {
    const name = cType(type);
    const count = fn === 'select' || fn === 'mulAdd' ? 3 : TWO.has(fn) ? 2 : 1;
    const letters = ['a', 'b', 'c'].slice(0, count);
    const parameters = letters.map((letter) => `${name} ${letter}`).join(', ');
    const key = `${fn}_${type.scalar}${type.lanes === 1 ? '' : `x${type.lanes}`}`;
    const mask = type.lanes === 1 ? 'i32' : `i32x${type.lanes}`;
    if (fn === 'select') {
      const body = `return ${selectBody(type, 'm', 'a', 'b')};`;
      return this.#make(key, name, `${mask} m, ${name} a, ${name} b`, body);
    }
    const whole = type.lanes === 1 ? scalarBody(fn, type.scalar) : vectorBody(fn, type);
    if (whole !== undefined) return this.#make(key, name, parameters, `return ${whole};`);
    if (type.lanes === 1) throw unknown(fn, type.scalar);
    return this.#laneByLane(
      key,
      type,
      type,
      parameters,
      letters,
      this.#function(fn, typeOf(type.scalar)),
    );
  }

  #laneByLane(
    key: string,
    type: Type,
    to: Type,
    parameters: string,
    letters: readonly string[],
    scalar: string,
  ): string {
    const args = letters.map((letter) => `${letter}[l]`).join(', ');
    const body = `${cType(to)} r; for (int l = 0; l < ${type.lanes}; l++) r[l] = ${scalar}(${args}); return r;`;
    return this.#make(key, cType(to), parameters, body);
  }

  /** Float to integer: truncates, saturates, NaN gives 0. */
  #saturate(from: Type, to: Type): string {
    const key = `cast_${cType(from)}_${cType(to)}`;
    if (from.lanes > 1) {
      const scalar = this.#saturate(typeOf(from.scalar), typeOf(to.scalar));
      return this.#laneByLane(key, from, to, `${cType(from)} a`, ['a'], scalar);
    }
    const [low, high, least, most] =
      to.scalar === 'i32'
        ? ['-2147483648.0f', '2147483648.0f', 'INT32_MIN', 'INT32_MAX']
        : ['0.0f', '4294967296.0f', '0u', 'UINT32_MAX'];
    const body = `return a != a ? 0 : a <= ${low} ? ${least} : a >= ${high} ? ${most} : (${to.scalar})a;`;
    return this.#make(key, cType(to), `${cType(from)} a`, body);
  }
}

const TWO = new Set<IntrinsicName>([
  'idiv',
  'rem',
  'min',
  'max',
  'pickMin',
  'pickMax',
  'atan2',
  'pow',
]);

function unknown(fn: IntrinsicName, scalar: Scalar): KeratinError {
  return new KeratinError({ where: 'C emitter', what: `${fn} has no meaning for ${scalar}` });
}

function elementOf(type: Type): string {
  return cType(typeOf(type.scalar));
}

function selectBody(type: Type, mask: string, a: string, b: string): string {
  if (type.lanes === 1) return `${mask} ? ${a} : ${b}`;
  const wide = type.scalar === 'f64';
  const bits = `${wide ? 'i64' : 'i32'}x${type.lanes}`;
  const m = wide ? `__builtin_convertvector(${mask}, ${bits})` : mask;
  return `(${cType(type)})((${m} & (${bits})${a}) | (~${m} & (${bits})${b}))`;
}

function scalarBody(fn: IntrinsicName, scalar: Scalar): string | undefined {
  const floating = isFloating(scalar);
  const f = scalar === 'f32' ? 'f' : '';
  switch (fn) {
    case 'idiv':
      return 'b == -1 ? -a : a / b';
    case 'rem':
      return 'b == -1 ? 0 : a % b';
    case 'neg':
      return '-a';
    case 'not':
      return '!a';
    case 'abs':
      if (floating) return `__builtin_fabs${f}(a)`;
      return scalar === 'u32' ? 'a' : 'a < 0 ? -a : a';
    case 'min':
      return floating ? 'a < b || a != a ? a : b' : 'a < b ? a : b';
    case 'max':
      return floating ? 'a > b || a != a ? a : b' : 'a > b ? a : b';
    case 'pickMin':
      return 'b < a ? b : a';
    case 'pickMax':
      return 'a < b ? b : a';
    case 'sqrt':
      return `__builtin_sqrt${f}(a)`;
    case 'floor':
    case 'ceil':
    case 'trunc':
      return floating ? `__builtin_${fn}${f}(a)` : 'a';
    case 'round':
      return floating ? `__builtin_rint${f}(a)` : 'a';
    case 'mulAdd':
      return 'a * b + c';
    default:
      return isFunctionName(fn) ? libraryCall(fn, scalar) : undefined;
  }
}

/** One expression on whole vectors; undefined where lanes are done one by one. */
function vectorBody(fn: IntrinsicName, type: Type): string | undefined {
  const { scalar, lanes } = type;
  const floating = isFloating(scalar);
  const bits = `${scalar === 'f64' ? 'i64' : 'i32'}x${lanes}`;
  const name = cType(type);
  const choose = (mask: string, a: string, b: string): string => {
    const m = `(${bits})(${mask})`;
    return `(${name})((${m} & (${bits})${a}) | (~${m} & (${bits})${b}))`;
  };
  switch (fn) {
    case 'neg':
      return '-a';
    case 'not':
      return '~a';
    case 'abs':
      if (floating) {
        return `(${name})((${bits})a & ${scalar === 'f64' ? '0x7fffffffffffffffLL' : '0x7fffffff'})`;
      }
      return scalar === 'u32' ? 'a' : choose('a < 0', '(-a)', 'a');
    case 'min':
      return choose(floating ? '(a < b) | (a != a)' : 'a < b', 'a', 'b');
    case 'max':
      return choose(floating ? '(a > b) | (a != a)' : 'a > b', 'a', 'b');
    case 'pickMin':
      return choose('b < a', 'b', 'a');
    case 'pickMax':
      return choose('a < b', 'b', 'a');
    case 'mulAdd':
      return 'a * b + c';
    default:
      return undefined;
  }
}
