// tf.print: tensors as text, in the layout of TensorFlow.js.
import { at } from '../core/sequence.js';
import type { Shape, Tensor } from '../index.js';
import { dataSync } from './environment.js';

/** Axes that are longer show their first and last elements. */
const MOST = 20;
const SHOWN = 3;
const DIGITS = 7;

/** Row-major values of a tensor that are to be written. */
interface Written {
  readonly values: readonly string[];
  readonly shape: Shape;
  /** How wide each column of the last axis is. */
  readonly widths: readonly number[];
}

function textOf(value: number, isBool: boolean): string {
  if (isBool) return value === 0 ? 'false' : 'true';
  return String(Number.parseFloat(value.toFixed(DIGITS)));
}

/** Which elements of an axis are shown; null stands for those between. */
function shownOf(size: number): (number | null)[] {
  if (size <= MOST) return Array.from({ length: size }, (_, index) => index);
  const ends = Array.from({ length: SHOWN }, (_, index) => index);
  return [...ends, null, ...ends.map((index) => size - SHOWN + index)];
}

/** The lines of the part that begins at `start`, from `axis` on. */
function linesOf(written: Written, axis: number, start: number, isLast: boolean): string[] {
  const { values, shape, widths } = written;
  const rank = shape.length - axis;
  if (rank === 0) return [values[start] ?? ''];
  const size = at(shape, axis);
  const parts = shownOf(size);
  if (rank === 1) {
    const cells = parts.map((index) =>
      index === null ? '...' : (values[start + index] ?? '').padEnd(widths[index] ?? 0),
    );
    return [`[${cells.join(', ')}]`];
  }
  const stride = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const lines = parts.flatMap((index) =>
    index === null
      ? ['...']
      : linesOf(written, axis + 1, start + index * stride, index === size - 1),
  );
  const separator = rank === 2 ? ',' : '';
  const end = isLast ? ']' : `],${'\n'.repeat(rank - 1)}`;
  return lines.map((line, index) => {
    const opened = index === 0 ? `[${line}${separator}` : ` ${line}`;
    if (index === lines.length - 1) return `${index === 0 ? ` ${opened}` : opened}${end}`;
    return index === 0 ? opened : `${opened}${separator}`;
  });
}

/** The text that TensorFlow.js prints. */
export function printedText(x: Tensor, values: ArrayLike<number>, verbose = false): string {
  const { shape, dtype, rank } = x;
  const texts = Array.from(values, (value) => textOf(value, dtype === 'bool'));
  const columns = shape.at(-1) ?? 1;
  const widths = Array.from({ length: rank > 1 ? columns : 0 }, (_, column) =>
    texts.reduce(
      (most, text, index) => (index % columns === column ? Math.max(most, text.length) : most),
      0,
    ),
  );
  const lines = linesOf({ values: texts, shape, widths }, 0, 0, true).map((line) => `    ${line}`);
  const head = verbose
    ? [`  dtype: ${dtype}`, `  rank: ${rank}`, `  shape: [${shape}]`, '  values:']
    : [];
  return ['Tensor', ...head, ...lines].join('\n');
}

/** Prints the values: at once where the device shows them, else as soon as they are known. */
export function print(x: Tensor, verbose = false): void {
  let values: ArrayLike<number>;
  try {
    values = dataSync(x);
  } catch {
    void x.data().then((known) => console.log(printedText(x, known, verbose)));
    return;
  }
  console.log(printedText(x, values, verbose));
}
