// Largest errors of the float32 functions over samples of every exponent and both signs, against
// double precision; with mulAdd rounding once and twice.
import { describe, expect, it } from 'vitest';
import { expansions, ulpBound } from '../../src/kernels/functions/expand.js';
import { type FunctionName, functions } from '../../src/kernels/intrinsics.js';
import { newVar, valueOf } from '../../src/kernels/ir/build.js';
import { F32, typeOf } from '../../src/kernels/ir/expr.js';
import { evaluate } from './evaluate.js';
import {
  evenSamples,
  floatSamples,
  joined,
  shuffled,
  specialValues,
  ulpDistance,
} from './samples.js';

interface Arguments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

const special = Float32Array.from(specialValues);
const everywhere = joined(floatSamples(60_000), evenSamples(-110, 110, 20_000), special);
const nearOne = joined(evenSamples(-2, 2, 20_000), evenSamples(0.99, 1.01, 5_000));
const turns = evenSamples(-8192, 8192, 20_000);
const trigonometric: readonly FunctionName[] = ['sin', 'cos', 'tan'];

function unaryArguments(name: FunctionName): Arguments {
  const all = joined(everywhere, nearOne);
  if (!trigonometric.includes(name)) return { first: all, second: all };
  const within = all.filter((x) => !(Math.abs(x) > 8192 && Number.isFinite(x)));
  const first = joined(within, turns);
  return { first, second: first };
}

/** Every pair of special values, and samples of both kinds in all combinations of range. */
function binaryArguments(name: FunctionName): Arguments {
  const pairs = specialValues.flatMap((a) => specialValues.map((b) => [a, b] as const));
  // 1 ** NaN and (-1) ** Infinity are NaN in JavaScript and 1 in C, which we follow.
  const asInJavaScript = pairs.filter(([a, b]) => {
    return name !== 'pow' || !(Math.abs(a) === 1 && !Number.isFinite(b));
  });
  const broad = floatSamples(40_000);
  const bases = evenSamples(0, 20, 20_000);
  const close = evenSamples(0.9, 1.1, 20_000);
  const whole = evenSamples(-30, 30, 20_000).map(Math.round);
  const small = evenSamples(-3, 3, 40_000);
  const large = evenSamples(-900, 900, 20_000);
  const first = [broad, bases, close, broad.map(Math.abs), bases.map((x) => -x)];
  const second = [broad, whole.map((x) => x + 0.37), large, small, whole];
  return {
    first: joined(
      Float32Array.from(asInJavaScript, ([a]) => a),
      ...first,
    ),
    second: joined(
      Float32Array.from(asInJavaScript, ([, b]) => b),
      ...second.map(shuffled),
    ),
  };
}

interface Worst {
  readonly error: number;
  readonly at: string;
}

function worstError(name: FunctionName, fused: boolean): Worst {
  const row = functions[name];
  const { first, second } = row.args === 2 ? binaryArguments(name) : unaryArguments(name);
  const [x, y] = [newVar('x', F32), newVar('y', F32)];
  const args = row.args === 2 ? [valueOf(x), valueOf(y)] : [valueOf(x)];
  const samples = new Map([
    [x, first],
    [y, second],
  ]);
  const results = evaluate(expansions[name](...args), samples, { fused });
  let worst: Worst = { error: 0, at: '' };
  for (let i = 0; i < first.length; i++) {
    const [a, b, got] = [first[i] ?? 0, second[i] ?? 0, results[i] ?? 0];
    const wanted = Math.fround(row.js(a, b, 0));
    const sameZero = wanted !== 0 || got !== 0 || Object.is(wanted, got);
    const error = sameZero ? ulpDistance(got, wanted) : Number.POSITIVE_INFINITY;
    if (error > worst.error) worst = { error, at: `${name}(${a}, ${b}) = ${got}, not ${wanted}` };
  }
  return worst;
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

describe('float32 functions', () => {
  for (const name of Object.keys(functions).filter(isFunction)) {
    it(`${name} is within ${ulpBound[name]} units in the last place`, () => {
      for (const fused of [false, true]) {
        const { error, at } = worstError(name, fused);
        expect(error, at).toBeLessThanOrEqual(ulpBound[name]);
      }
    });
  }

  it('pow follows C where JavaScript does not', () => {
    const [x, y] = [newVar('x', F32), newVar('y', F32)];
    const samples = new Map([
      [x, Float32Array.of(1, 1, -1, -1, 1)],
      [y, Float32Array.of(Number.NaN, Infinity, Infinity, -Infinity, -Infinity)],
    ]);
    const results = evaluate(expansions.pow(valueOf(x), valueOf(y)), samples, { fused: true });
    expect([...results]).toEqual([1, 1, 1, 1, 1]);
  });

  it('sin and cos stay bounded and degrade slowly beyond 8192', () => {
    const x = newVar('x', F32);
    const far = joined(
      evenSamples(8192, 4e6, 20_000),
      floatSamples(20_000).filter(Number.isFinite),
    );
    for (const name of ['sin', 'cos'] as const) {
      const results = evaluate(expansions[name](valueOf(x)), new Map([[x, far]]), { fused: false });
      far.forEach((value, i) => {
        const got = results[i] ?? 0;
        expect(Math.abs(got)).toBeLessThanOrEqual(1.0000002);
        if (Math.abs(value) > 2 ** 22) return;
        const allowed = 2 ** -23 * Math.max(1, Math.abs(value));
        expect(Math.abs(got - functions[name].js(value, 0, 0))).toBeLessThanOrEqual(allowed);
      });
    }
  });

  it('works for vectors of any number of lanes', () => {
    for (const lanes of [4, 8, 16]) {
      const x = valueOf(newVar('x', typeOf('f32', lanes)));
      for (const name of Object.keys(functions).filter(isFunction)) {
        const expansion = expansions[name](...(functions[name].args === 2 ? [x, x] : [x]));
        expect(expansion.type).toBe(typeOf('f32', lanes));
      }
    }
  });
});
