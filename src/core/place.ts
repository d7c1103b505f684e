// Where in a model the program is now: the layers whose calls enclose what runs. Tools that watch
// ops say by it which layer an op belongs to.
let layers: readonly string[] = [];

/** Runs `body` inside the layer of this name. */
export function insideLayer<T>(name: string, body: () => T): T {
  const outside = layers;
  layers = [...outside, name];
  try {
    return body();
  } finally {
    layers = outside;
  }
}

/** Names of the enclosing layers from the outermost, joined by `/`; empty outside of layers. */
export function presentLayer(): string {
  return layers.join('/');
}
