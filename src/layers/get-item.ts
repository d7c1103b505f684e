// Python's `x[...]` as Keras writes it: slices, whole numbers, an ellipsis and new axes.
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import { reshape, stridedSlice } from '../ops/index.js';

interface Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** Whether the axis goes: a whole number picked one element. */
  readonly gone: boolean;
}

function unsupported(key: unknown): ArgumentError {
  return new ArgumentError({
    where: 'GetItem',
    what: 'this kind of index is not supported',
    expected: 'slices with a positive step, whole numbers, an ellipsis, new axes',
    received: JSON.stringify(key)?.slice(0, 200) ?? 'undefined',
    fix: 'save the model with a layer in its place',
  });
}

function bounded(value: unknown, size: number, otherwise: number): number {
  if (typeof value !== 'number') return otherwise;
  return Math.min(size, Math.max(0, value < 0 ? value + size : value));
}

function rangeOf(key: unknown, size: number): Range {
  if (typeof key === 'number') {
    const place = key < 0 ? key + size : key;
    return { start: place, stop: place + 1, step: 1, gone: true };
  }
  if (!isRecord(key) || key.class_name !== '__slice__' || !isRecord(key.config)) {
    throw unsupported(key);
  }
  const { start, stop, step } = key.config;
  const stride = typeof step === 'number' ? step : 1;
  if (stride < 1) throw unsupported(key);
  const from = bounded(start, size, 0);
  return {
    start: from,
    stop: Math.max(from, bounded(stop, size, size)),
    step: stride,
    gone: false,
  };
}

function isEllipsis(key: unknown): boolean {
  return isRecord(key) && key.class_name === '__ellipsis__';
}

/** The part of `x` that `key` names. */
export function getItem(x: Tensor, key: unknown): Tensor {
  const keys = isList(key) ? [...key] : [key];
  const used = keys.filter((one) => one !== null && !isEllipsis(one)).length;
  const whole = { class_name: '__slice__', config: { start: null, stop: null, step: null } };
  const rest = new Array<unknown>(Math.max(0, x.rank - used)).fill(whole);
  const dots = keys.findIndex(isEllipsis);
  const full =
    dots < 0 ? [...keys, ...rest] : [...keys.slice(0, dots), ...rest, ...keys.slice(dots + 1)];
  let axis = 0;
  const ranges = full.flatMap((one) => {
    if (one === null) return [];
    return [rangeOf(one, at(x.shape, axis++))];
  });
  const part = stridedSlice(
    x,
    ranges.map(({ start }) => start),
    ranges.map(({ stop }) => stop),
    ranges.map(({ step }) => step),
  );
  let next = 0;
  const shape = full.flatMap((one) => {
    if (one === null) return [1];
    const place = next++;
    return at(ranges, place).gone ? [] : [at(part.shape, place)];
  });
  return reshape(part, shape);
}
