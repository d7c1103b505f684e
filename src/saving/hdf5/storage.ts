// How a dataset's values lie in the file: inside its header, in one piece, or in chunks. Sizes are
// compared with the file before anything is allocated. Used by read.ts.
import { type Cursor, damaged, refused } from './cursor.js';

export type Layout =
  | { readonly kind: 'inline'; readonly start: number; readonly length: number }
  | { readonly kind: 'whole'; readonly start: number | undefined; readonly length: number }
  | { readonly kind: 'chunked'; readonly tree: number | undefined; readonly chunk: number[] };

const RESAVE = 'save the weights again with Keras or h5py';
const VIRTUAL = 3;

/** The layout that a message describes; the last size of a chunk is that of an element. */
export function readLayout(cursor: Cursor): Layout {
  const version = cursor.u8();
  if (version < 3 || version > 5) {
    throw refused('values are laid out in an unknown way', `version ${version}`, RESAVE);
  }
  const kind = cursor.u8();
  if (kind === 0) {
    const length = cursor.u16();
    return { kind: 'inline', start: cursor.part(length).position, length };
  }
  if (kind === 1) {
    const start = cursor.address();
    return { kind: 'whole', start, length: cursor.size() };
  }
  if (kind === VIRTUAL) {
    throw refused('values are pieced together from other files', 'a virtual dataset', RESAVE);
  }
  if (kind !== 2 || version !== 3) {
    throw refused('values are laid out in an unknown way', `version ${version}.${kind}`, RESAVE);
  }
  const rank = cursor.u8();
  const tree = cursor.address();
  if (rank < 2 || rank > 33) throw damaged('a chunk has an impossible rank', rank);
  return { kind: 'chunked', tree, chunk: Array.from({ length: rank }, () => cursor.u32()) };
}

export type Filter = 'inflate' | 'unshuffle' | 'checksum';

const FILTERS: ReadonlyMap<number, Filter> = new Map([
  [1, 'inflate'],
  [2, 'unshuffle'],
  [3, 'checksum'],
]);

/** The filters that a message lists, in the order in which they were applied. */
export function readFilters(cursor: Cursor): Filter[] {
  const version = cursor.u8();
  const count = cursor.u8();
  if (version !== 1 && version !== 2) throw damaged('filters have an unknown version', version);
  if (version === 1) cursor.skip(2 + 4); // Reserved, twice
  const filters: Filter[] = [];
  for (let index = 0; index < count; index++) {
    const id = cursor.u16();
    const filter = FILTERS.get(id);
    if (filter === undefined) throw refused('values are compressed oddly', `filter ${id}`, RESAVE);
    const nameLength = version === 1 ? cursor.u16() : 0;
    cursor.skip(2); // Flags
    const parameters = cursor.u16();
    cursor.skip(Math.ceil(nameLength / 8) * 8); // Name
    cursor.skip(parameters * 4); // Client Data
    if (version === 1 && parameters % 2 === 1) cursor.skip(4); // Padding
    filters.push(filter);
  }
  if (new Set(filters).size !== filters.length) throw damaged('a filter is listed twice');
  return filters;
}
