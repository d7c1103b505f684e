// The body of BERT-base (Devlin et al. 2018): twelve encoder layers of width 768, normalized after
// each addition. It starts from embeddings, so that no row measures the reading of a table.

import * as k from '../../src/index.js';

const SIZE = { layers: 12, width: 768, heads: 12, inner: 3072 } as const;
/** BERT's own. */
const EPSILON = 1e-12;

/** Embeddings `[batch, length, 768]` to the same shape. */
export function bertBase({ length = 128, layers: depth = SIZE.layers } = {}): k.AnyModel {
  const { layers } = k;
  const { width, heads, inner } = SIZE;
  const embeddings = layers.input({ shape: [length, width] });
  let x: k.SymbolicTensor = embeddings;
  for (let index = 0; index < depth; index += 1) {
    const normalize = (y: k.SymbolicTensor): k.SymbolicTensor =>
      layers.layerNormalization({ epsilon: EPSILON }).apply(y);
    const attention = layers.multiHeadAttention({ numHeads: heads, keyDim: width / heads });
    const seen = attention.apply([x, x]);
    const attended = normalize(layers.add().apply([x, seen]));
    const wide = layers.dense({ units: inner, activation: 'gelu' }).apply(attended);
    const narrow = layers.dense({ units: width }).apply(wide);
    x = normalize(layers.add().apply([attended, narrow]));
  }
  return new k.Model({ inputs: embeddings, outputs: x, name: 'bert_base' });
}

/** Multiplications and additions of one forward pass. */
export function bertFlops(batch: number, length = 128): number {
  const { layers, width, inner } = SIZE;
  const perToken = 4 * width * width + 2 * width * inner + 2 * length * width;
  return 2 * layers * batch * length * perToken;
}
