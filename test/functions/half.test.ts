// The 16-bit formats as expressions against core/half.ts, and core/half.ts against arithmetic.
import { describe, expect, it } from 'vitest';
import * as core from '../../src/core/half.js';
import * as half from '../../src/kernels/functions/half.js';
import { newVar, valueOf } from '../../src/kernels/ir/build.js';
import { type Expr, F32, U32 } from '../../src/kernels/ir/expr.js';
import { evaluate, type Values } from './evaluate.js';
import { floatSamples, joined, specialValues } from './samples.js';

const patterns = Uint32Array.from({ length: 65536 }, (_, bits) => bits);

interface Format {
  readonly name: string;
  /** Bits of exponent and fraction, and the exponent's bias. */
  readonly fraction: number;
  readonly bias: number;
  readonly read: (bits: number) => number;
  readonly write: (value: number) => number;
  readonly readExpr: (bits: Expr) => Expr;
  readonly writeExpr: (value: Expr) => Expr;
}

const FORMATS: readonly Format[] = [
  {
    name: 'float16',
    fraction: 10,
    bias: 15,
    read: core.fromFloat16Bits,
    write: core.toFloat16Bits,
    readExpr: half.fromFloat16,
    writeExpr: half.toFloat16,
  },
  {
    name: 'bfloat16',
    fraction: 7,
    bias: 127,
    read: core.fromBfloat16Bits,
    write: core.toBfloat16Bits,
    readExpr: half.fromBfloat16,
    writeExpr: half.toBfloat16,
  },
];

/** What a pattern means, from the definition of the format. */
function meaning(bits: number, { fraction, bias }: Format): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >> fraction;
  const rest = (bits & (2 ** fraction - 1)) / 2 ** fraction;
  if (exponent === 2 ** (15 - fraction) - 1) return rest === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * rest * 2 ** (1 - bias);
  return sign * (1 + rest) * 2 ** (exponent - bias);
}

function through(expression: (value: Expr) => Expr, values: Values): Values {
  const variable = newVar('x', values instanceof Float32Array ? F32 : U32);
  const samples = new Map([[variable, values]]);
  return evaluate(expression(valueOf(variable)), samples, { fused: false });
}

/** All values between two neighbours: both ends, the middle, and one step to each side of it. */
function betweenNeighbours(format: Format): Float32Array {
  const finite = [...patterns].filter((bits) => Number.isFinite(format.read(bits)));
  const steps = new Uint32Array(1);
  const view = new Float32Array(steps.buffer);
  return Float32Array.from(
    finite.flatMap((bits) => {
      view[0] = format.read(bits);
      const next = format.read(bits + 1);
      if (!Number.isFinite(next)) return [view[0]];
      view[0] = (view[0] + next) / 2;
      const middle = steps[0] ?? 0;
      return [-1, 0, 1].map((offset) => {
        steps[0] = middle + offset;
        return view[0] ?? 0;
      });
    }),
  );
}

describe.each(FORMATS)('$name', (format) => {
  it('reads every pattern as the format defines it', () => {
    const read = through(format.readExpr, patterns);
    const wrong = [...patterns].filter((bits) => {
      const wanted = meaning(bits, format);
      return !Object.is(format.read(bits), wanted) || !Object.is(read[bits], wanted);
    });
    expect(wrong).toEqual([]);
  });

  it('writes every pattern back', () => {
    const values = Float32Array.from(patterns, format.read);
    const written = through(format.writeExpr, values);
    const wrong = [...patterns].filter((bits) => {
      const value = format.read(bits);
      if (Number.isNaN(value)) {
        return [format.write(value), written[bits] ?? 0].some((back) => {
          return !Number.isNaN(format.read(back));
        });
      }
      return format.write(value) !== bits || written[bits] !== bits;
    });
    expect(wrong).toEqual([]);
  });

  it('rounds to the nearest, halves to even', () => {
    const values = joined(
      betweenNeighbours(format),
      floatSamples(50_000),
      Float32Array.from([...specialValues, 65519.99, 65520, -65520, 3.39e38, 3.4e38]),
    );
    const written = through(format.writeExpr, values);
    const wrong = [...values].filter((value, i) => {
      const bits = format.write(value);
      if (Number.isNaN(value)) return !Number.isNaN(format.read(bits));
      return bits !== written[i] || !isNearest(value, bits, format);
    });
    expect(wrong).toEqual([]);
  });
});

/** No neighbour is nearer, and of two equally near the one with an even pattern was taken. */
function isNearest(value: number, bits: number, format: Format): boolean {
  const sign = bits & 0x8000;
  const magnitude = bits & 0x7fff;
  const infinity = (2 ** (15 - format.fraction) - 1) << format.fraction;
  // Where Infinity stands for the number that would follow the largest one.
  const place = (pattern: number): number =>
    pattern === infinity
      ? 2 * meaning(infinity - 1, format) - meaning(infinity - 2, format)
      : meaning(pattern, format);
  if (magnitude === infinity && !Number.isFinite(value)) return value < 0 === (sign !== 0);
  if (value < 0 !== (sign !== 0) && value !== 0) return false;
  const distance = Math.abs(place(magnitude) - Math.abs(value));
  const beyond = magnitude === infinity && Math.abs(value) > place(infinity);
  return [magnitude - 1, magnitude + 1].every((other) => {
    if (other < 0 || other > infinity || beyond) return true;
    const rival = Math.abs(place(other) - Math.abs(value));
    return distance < rival || (distance === rival && magnitude % 2 === 0);
  });
}
