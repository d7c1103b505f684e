// What a compiled function is called with: tensors taken out of nested arguments, and a key that
// is equal for calls that can share one program.
import { Tensor } from '../../core/tensor.js';

/** A value with its tensors replaced by holes. */
export interface Flattened {
  readonly tensors: readonly Tensor[];
  /** Equal for equal structures, shapes, dtypes and plain values. */
  readonly key: string;
}

const objectIds = new WeakMap<object, number>();
let nextObjectId = 0;

function idOf(object: object): number {
  const known = objectIds.get(object) ?? nextObjectId++;
  objectIds.set(object, known);
  return known;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Finds the tensors in nested arrays and plain objects, in a fixed order. */
export function flattenArguments(value: unknown): Flattened {
  const tensors: Tensor[] = [];
  const visit = (part: unknown): string => {
    if (part instanceof Tensor) {
      tensors.push(part);
      return `T${part.dtype}[${part.shape.join()}]`;
    }
    if (Array.isArray(part)) return `[${part.map(visit).join()}]`;
    if (typeof part === 'function') return `F${idOf(part)}`;
    if (typeof part === 'object' && part !== null) {
      // Instances (models, variables ...) are told apart by identity.
      if (!isPlainObject(part)) return `O${idOf(part)}`;
      const entries = Object.entries(part).map(([name, entry]) => `${name}:${visit(entry)}`);
      return `{${entries.join()}}`;
    }
    return typeof part === 'string' ? JSON.stringify(part) : String(part);
  };
  const key = visit(value);
  return { tensors, key };
}

/** The same structure with each tensor replaced by the next of `tensors`. */
export function refill(value: unknown, tensors: Iterator<Tensor>): unknown {
  if (value instanceof Tensor) return tensors.next().value;
  if (Array.isArray(value)) return value.map((part) => refill(part, tensors));
  if (typeof value === 'object' && value !== null && isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, refill(part, tensors)]),
    );
  }
  return value;
}
