// tf.io.encodeWeights, decodeWeights and what belongs to them: tensors as the bytes of weight files.
import { ArgumentError } from '../../core/errors.js';
import { isList } from '../../core/tree.js';
import { type Tensor, type TypedArray, tensor, type Variable } from '../../index.js';
import { CompositeArrayBuffer } from './composite-buffer.js';
import type {
  WeightData,
  WeightDType,
  WeightsManifestConfig,
  WeightsManifestEntry,
} from './types.js';
import {
  badWeight,
  storedBytes,
  type WeightArray,
  weightArray,
  weightArrays,
} from './weight-arrays.js';

/** Tensors by name. */
export type NamedTensorMap = Record<string, Tensor>;

/** A tensor with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor | Variable;
}

/** Weights in bytes, and what they are. */
export interface EncodedWeights {
  data: ArrayBuffer;
  specs: WeightsManifestEntry[];
}

function weightDType(name: string, dtype: string): WeightDType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new ArgumentError({
    where: `weight "${name}"`,
    what: 'this format has no such type',
    expected: 'float32, int32 or bool',
    received: dtype,
    fix: "cast the tensor, or save the model as 'model.keras'",
  });
}

/** The numbers with the low byte of each first, wherever this runs. */
export function bytesOf(values: TypedArray): Uint8Array {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  if (values instanceof Float32Array) {
    for (const [at, value] of values.entries()) view.setFloat32(at * 4, value, true);
  } else if (values instanceof Int32Array) {
    for (const [at, value] of values.entries()) view.setInt32(at * 4, value, true);
  } else {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return bytes;
}

function valueOf(named: Tensor | Variable): Tensor {
  return 'value' in named ? named.value : named;
}

/**
 * The values of named tensors as bytes, and the list that says what they are.
 *
 * @throws ArgumentError for types that the format lacks: it has float32, int32 and bool.
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const { data, specs } = await tf.io.encodeWeights({ w: tf.tensor1d([1, 2]) });
 * console.log(data.byteLength, specs[0]?.shape); // 8 [ 2 ]
 * ```
 */
export async function encodeWeights(
  tensors: NamedTensorMap | readonly NamedTensor[],
  group?: 'model' | 'optimizer',
): Promise<EncodedWeights> {
  const named = isList(tensors)
    ? tensors
    : Object.entries(tensors).map(([name, value]) => ({ name, tensor: value }));
  const specs = named.map(({ name, tensor: { shape, dtype } }) => ({
    name,
    shape: [...shape],
    dtype: weightDType(name, dtype),
    ...(group === undefined ? {} : { group }),
  }));
  // All reads start before the first one is waited for: what trains meanwhile changes none of them.
  const values = await Promise.all(named.map((one) => valueOf(one.tensor).data()));
  return { data: CompositeArrayBuffer.join(values.map(bytesOf)), specs };
}

function tensorFrom({ shape, dtype, values }: WeightArray): Tensor {
  return tensor(values, { shape, dtype });
}

/**
 * The opposite of {@link encodeWeights}; quantised weights become what they stand for.
 *
 * @throws FormatError where the bytes end too early, or are described by nonsense.
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const bytes = Uint8Array.of(0, 1, 2).buffer;
 * const { w } = tf.io.decodeWeights(bytes, [
 *   { name: 'w', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
 * ]);
 * console.log(await w?.array()); // [ -1, -0.5, 0 ]
 * ```
 */
export function decodeWeights(
  weightData: WeightData,
  specs: readonly WeightsManifestEntry[],
): NamedTensorMap {
  const arrays = [...weightArrays(new CompositeArrayBuffer(weightData), specs)];
  return Object.fromEntries(arrays.map(([{ name }, array]) => [name, tensorFrom(array)]));
}

/** The same from a stream, which is never held as a whole. */
export async function decodeWeightsStream(
  weightStream: ReadableStream<ArrayBuffer>,
  specs: readonly WeightsManifestEntry[],
): Promise<NamedTensorMap> {
  const sizes = specs.map(storedBytes);
  const reader = weightStream.getReader();
  const tensors: NamedTensorMap = {};
  let held: ArrayBuffer[] = [];
  let length = 0;
  try {
    for (const [index, spec] of specs.entries()) {
      const size = sizes[index] ?? 0;
      while (length < size) {
        const { done, value } = await reader.read();
        if (done) throw badWeight(spec.name, 'the stream ended', `${size} bytes`, length);
        held.push(value);
        length += value.byteLength;
      }
      const whole = new CompositeArrayBuffer(held);
      tensors[spec.name] = tensorFrom(weightArray(spec, whole.slice(0, size)));
      held = [whole.slice(size)];
      length -= size;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return tensors;
}

/** The weights of all groups, in one list. */
export function getWeightSpecs(weightsManifest: WeightsManifestConfig): WeightsManifestEntry[] {
  return weightsManifest.flatMap(({ weights }) => weights);
}
