// What files hold of a layer besides its weights: named numbers and texts, such as a vocabulary.
// Layers give and take it; saving decides where it lies.

/** Numbers by name, as in weights files, and texts by file name, as in a model's assets. */
export interface SavedState {
  readonly numbers: ReadonlyMap<string, Float32Array>;
  readonly texts: ReadonlyMap<string, string>;
}
