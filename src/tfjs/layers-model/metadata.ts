// What programs note beside a model: saved and loaded with it, never looked into.
import { ArgumentError } from '../../core/errors.js';

/** Anything that JSON can hold. */
export type Metadata = Record<string, unknown>;

const notes = new WeakMap<object, Metadata>();

/** Keeps `metadata` with `model`; undefined changes nothing. */
export function setMetadata(model: object, metadata: Metadata | undefined): void {
  if (metadata === undefined || metadata === null) return;
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    throw new ArgumentError({
      where: 'setUserDefinedMetadata',
      what: 'metadata has names',
      expected: 'an object, such as { labels: [...] }',
      received: Array.isArray(metadata) ? 'a list' : typeof metadata,
    });
  }
  notes.set(model, metadata);
}

/** What was noted; undefined for nothing. */
export function metadataOf(model: object): Metadata | undefined {
  return notes.get(model);
}
