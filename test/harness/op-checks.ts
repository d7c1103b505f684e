// What is checked of every row of the case table, on whatever engine is current.
import { expect } from 'vitest';
import { checkGradient } from '../../src/autodiff/check.js';
import { gradient } from '../../src/autodiff/gradient.js';
import { type DType, isFloat } from '../../src/core/dtype.js';
import { currentEngine } from '../../src/core/engine.js';
import { fromFloat16Bits, toFloat16Bits } from '../../src/core/half.js';
import { at, product, range } from '../../src/core/sequence.js';
import { Tensor } from '../../src/core/tensor.js';
import { mul, slice, sum, tensor, transpose } from '../../src/index.js';
import { build, get, indicesOf, type Numbers } from './op-arrays.js';
import { type Case, type Input, numberStream, valuesOf } from './op-case.js';

function listOf<T>(one: T | readonly T[], isOne: (value: T | readonly T[]) => value is T): T[] {
  return isOne(one) ? [one] : [...one];
}

const isTensor = (value: Tensor | readonly Tensor[]): value is Tensor => value instanceof Tensor;
const isNumbers = (value: Numbers | readonly Numbers[]): value is Numbers => !Array.isArray(value);

export function numbersOf(one: Case, dtype: DType): Numbers[] {
  return one.inputs.map((input, place) => ({
    shape: input.shape,
    data: valuesOf(input, dtype, 77 + 13 * place),
  }));
}

function dense(values: Numbers, dtype: DType): Tensor {
  return tensor(Array.from(values.data), { shape: values.shape, dtype });
}

function dtypeOf(input: Input, dtype: DType): DType {
  return input.fixed ?? dtype;
}

export function tensorsOf(one: Case, dtype: DType): Tensor[] {
  return numbersOf(one, dtype).map((values, place) =>
    dense(values, dtypeOf(at(one.inputs, place), dtype)),
  );
}

/** The same values as a view: axes reversed in memory, with foreign elements around. */
function stridedView(values: Numbers, dtype: DType): Tensor {
  const rank = values.shape.length;
  const reversed = [...values.shape].reverse();
  const around = build(
    reversed.map((extent) => extent + 2),
    (index) => {
      const inner = index.map((place) => place - 1).reverse();
      const isInside = inner.every((place, axis) => place >= 0 && place < at(values.shape, axis));
      return isInside ? get(values, inner) : 99;
    },
  );
  const inner = slice(
    dense(around, dtype),
    range(rank).map(() => 1),
    reversed,
  );
  return transpose(inner);
}

/** What one unit in the last place is of 1, and the smallest number, by dtype. */
const PRECISION: Partial<Readonly<Record<DType, readonly [unit: number, smallest: number]>>> = {
  float64: [2 ** -52, 1e-12],
  float32: [2 ** -23, 2 ** -126],
  float16: [2 ** -10, 2 ** -22],
  bfloat16: [2 ** -7, 2 ** -126],
};

/** Units that a result may be off: each op's own in float32, wide ones for the other floats. */
function allowedUnits(one: Case, dtype: DType): number {
  if (dtype === 'float64') return 4500; // 1e-12
  return dtype === 'float32' ? (one.ulp ?? 0) : 2;
}

/** The reference as the dtype can hold it: what overflows does so in the reference too. */
function rounded(exact: number, dtype: DType): number {
  if (dtype === 'float32' || dtype === 'bfloat16') return Math.fround(exact);
  return dtype === 'float16' ? fromFloat16Bits(toFloat16Bits(exact)) : exact;
}

/** Compares one result with its reference, in units of the last place of its dtype. */
function compare(found: ArrayLike<number>, wanted: Numbers, one: Case, dtype: DType): void {
  expect(found.length).toBe(product(wanted.shape));
  const [unit, smallest] = PRECISION[dtype] ?? [0, 0];
  const units = allowedUnits(one, dtype);
  const isWide = dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
  const finite = Array.from(wanted.data, Math.abs).filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, value), 0);
  for (let place = 0; place < found.length; place++) {
    const value = at(found, place);
    const want = rounded(at(wanted.data, place), dtype);
    if (Object.is(value, want) || value === want) continue;
    const where = `element ${place}: ${value} for ${want}`;
    if (!Number.isFinite(want) || !Number.isFinite(value)) expect.unreachable(where);
    const scale = one.ofLargest || isWide ? largest : Math.abs(want);
    const bound = units === 0 ? 0 : Math.max(units * unit * scale, smallest);
    const off = Math.abs(value - want);
    const detail = `${where} (${(off / (scale * unit)).toFixed(1)} units, ${units} allowed)`;
    if (!(off <= bound)) expect.unreachable(detail);
  }
}

/** Shapes and values of all results. */
async function compareAll(results: readonly Tensor[], one: Case, dtype: DType): Promise<void> {
  if (one.reference === undefined) return;
  const wanted = listOf(one.reference(...numbersOf(one, dtype)), isNumbers);
  expect(results.map(({ shape }) => [...shape])).toEqual(wanted.map(({ shape }) => [...shape]));
  for (const [place, result] of results.entries()) {
    compare(await result.data(), at(wanted, place), one, result.dtype);
  }
}

export async function checkValues(one: Case, dtype: DType): Promise<void> {
  await compareAll(listOf(one.run(...tensorsOf(one, dtype)), isTensor), one, dtype);
}

export async function checkStrided(one: Case, dtype: DType): Promise<void> {
  const views = numbersOf(one, dtype).map((values, place) =>
    stridedView(values, dtypeOf(at(one.inputs, place), dtype)),
  );
  await compareAll(listOf(one.run(...views), isTensor), one, dtype);
}

/** One number that depends on every element of every float result, each in its own way. */
function weighted(results: readonly Tensor[], seed: number): Tensor {
  const next = numberStream(seed);
  const sums = results
    .filter(({ dtype }) => isFloat(dtype))
    .map((result) => {
      const weights = indicesOf(result.shape).map(() => 0.5 + next());
      return sum(mul(result, tensor(weights, { shape: result.shape, dtype: 'float64' })));
    });
  return sums.reduce((all, one) => all.add(one));
}

/** The call as a function of its float inputs alone, giving one number. */
function lossOf(one: Case): {
  readonly loss: (...args: Tensor[]) => Tensor;
  readonly args: Tensor[];
} {
  const all = tensorsOf(one, 'float64');
  const isFree = (place: number): boolean => at(one.inputs, place).fixed === undefined;
  const loss = (...args: Tensor[]): Tensor => {
    const rest = [...args];
    const inputs = all.map((held, place) => (isFree(place) ? (rest.shift() ?? held) : held));
    return weighted(listOf(one.run(...inputs), isTensor), 5);
  };
  return { loss, args: all.filter((_, place) => isFree(place)) };
}

/** The call as one compiled program, run twice: the second run reuses memory of the first. */
export async function checkCompiled(one: Case, dtype: DType): Promise<void> {
  const compiled = currentEngine().compile((inputs: readonly Tensor[]) =>
    listOf(one.run(...inputs), isTensor),
  );
  await compareAll(compiled(tensorsOf(one, dtype)), one, dtype);
  await compareAll(compiled(tensorsOf(one, dtype)), one, dtype);
}

/** Loss and gradients as one compiled program give what running op by op gives. */
export async function checkCompiledGradient(one: Case): Promise<void> {
  const { loss, args } = lossOf(one);
  const slopes = (inputs: readonly Tensor[]): readonly Tensor[] => gradient(loss)(...inputs);
  const compiled = currentEngine().compile(slopes)(args);
  const eager = slopes(args);
  for (const [place, slope] of compiled.entries()) {
    const found = await slope.data();
    const wanted = await at(eager, place).data();
    for (let element = 0; element < wanted.length; element++) {
      expect(at(found, element)).toBeCloseTo(at(wanted, element), 10);
    }
  }
}

export async function checkFirstGradient(one: Case): Promise<void> {
  const { loss, args } = lossOf(one);
  expect(await checkGradient(loss, args)).toEqual([]);
}

export async function checkSecondGradient(one: Case): Promise<void> {
  const { loss, args } = lossOf(one);
  const slope = (...given: Tensor[]): Tensor => weighted(gradient(loss)(...given), 9);
  expect(await checkGradient(slope, args)).toEqual([]);
}

export function checkFails(one: Case, dtype: DType): void {
  expect(() => one.run(...tensorsOf(one, dtype))).toThrow(one.fails);
}
