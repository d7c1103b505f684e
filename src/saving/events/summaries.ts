// What TensorBoard shows, as the messages it reads: numbers, histograms, images and models. Field
// numbers are those of its event.proto, summary.proto and tensor.proto.
import { bytes, double, message, root, whole } from './protobuf.js';

const FLOAT = 1;
const DOUBLE = 2;
const STRING = 7;

/** What a value is to TensorBoard: one number, a tensor, or files. */
const DATA_CLASS = { scalars: 1, histograms: 2, images: 3, graph_keras_model: 0 } as const;

function shape(sizes: readonly number[]): Uint8Array {
  return message(2, ...sizes.map((size) => message(2, whole(1, size))));
}

/** A value for the plugin that shows it. */
function value(
  tag: string,
  plugin: keyof typeof DATA_CLASS,
  tensor: readonly Uint8Array[],
  content = '',
): Uint8Array {
  const data = DATA_CLASS[plugin];
  const settings = content === '' ? [bytes(1, plugin)] : [bytes(1, plugin), bytes(2, content)];
  const metadata = [message(1, ...settings), ...(data === 0 ? [] : [whole(4, data)])];
  return message(1, bytes(1, tag), message(8, ...tensor), message(9, ...metadata));
}

/** One number. */
export function scalar(tag: string, number: number): Uint8Array {
  const content = new Uint8Array(Float32Array.of(number).buffer);
  return value(tag, 'scalars', [whole(1, FLOAT), shape([]), bytes(4, content)]);
}

const BUCKETS = 30;

/** Rows of [from, to, count]; equal values share one bucket of width 1, as in TensorBoard. */
export function bucketsOf(values: ArrayLike<number>): Float64Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    const number = values[index] ?? 0;
    if (number < low) low = number;
    if (number > high) high = number;
  }
  if (values.length === 0) return new Float64Array(0);
  if (!(high > low)) return Float64Array.of(low - 0.5, low + 0.5, values.length);
  const width = (high - low) / BUCKETS;
  const rows = new Float64Array(BUCKETS * 3);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    rows[bucket * 3] = low + width * bucket;
    rows[bucket * 3 + 1] = bucket + 1 === BUCKETS ? high : low + width * (bucket + 1);
  }
  for (let index = 0; index < values.length; index++) {
    const place = Math.floor(((values[index] ?? 0) - low) / width);
    const at = Math.min(place, BUCKETS - 1) * 3 + 2;
    rows[at] = (rows[at] ?? 0) + 1;
  }
  return rows;
}

/** A histogram given as rows of [from, to, count]. */
export function histogramOf(tag: string, rows: Float64Array): Uint8Array {
  const content = new Uint8Array(rows.buffer);
  const tensor = [whole(1, DOUBLE), shape([rows.length / 3, 3]), bytes(4, content)];
  return value(tag, 'histograms', tensor);
}

/** How values are spread. Values that are no finite numbers are left out. */
export function histogram(tag: string, values: ArrayLike<number>): Uint8Array {
  return histogramOf(tag, bucketsOf(Array.from(values).filter(Number.isFinite)));
}

/** Images of one size, each a PNG file. */
export function images(
  tag: string,
  width: number,
  height: number,
  files: readonly Uint8Array[],
): Uint8Array {
  const parts = [String(width), String(height), ...files].map((part) => bytes(8, part));
  return value(tag, 'images', [whole(1, STRING), shape([parts.length]), ...parts]);
}

/** The architecture of a model, as JSON, for the graph page. */
export function kerasModel(tag: string, json: string): Uint8Array {
  const tensor = [whole(1, STRING), shape([]), bytes(8, json)];
  return value(tag, 'graph_keras_model', tensor, '1');
}

/** An event with values. `wallTime` is in seconds since 1970. */
export function summaryEvent(
  wallTime: number,
  step: number,
  values: readonly Uint8Array[],
): Uint8Array {
  return root(double(1, wallTime), whole(2, step), message(5, ...values));
}

/** The event that every file begins with. */
export function versionEvent(wallTime: number): Uint8Array {
  return root(double(1, wallTime), bytes(3, 'brain.Event:2'));
}
