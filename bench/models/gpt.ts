// A small GPT (Radford et al. 2019): six decoder layers of width 384, normalized before each part,
// learnt positions, and an output projection of its own (not tied to the token table).

import * as k from '../../src/index.js';

const SIZE = { layers: 6, width: 384, heads: 6, length: 128, vocabulary: 8192 } as const;

/** Adds a learnt vector for each position. */
class Positions extends k.Layer<Record<string, never>> {
  static readonly className = 'Positions';
  #table?: k.Weight;

  protected override build(shape: k.PartialShape): void {
    this.#table = this.weight('positions', [shape.at(-2) ?? 1, shape.at(-1) ?? 1], {
      initializer: 'uniform',
    });
  }

  protected override call(x: k.Tensor): k.Tensor {
    return this.#table === undefined ? x : k.add(x, this.#table.value);
  }
}

/** Token ids `[batch, 128]` to logits `[batch, 128, 8192]`. */
export function gpt(): k.AnyModel {
  const { layers } = k;
  const { width, heads, length, vocabulary } = SIZE;
  const ids = layers.input({ shape: [length], dtype: 'int32' });
  const tokens = layers.embedding({ inputDim: vocabulary, outputDim: width }).apply(ids);
  let x: k.SymbolicTensor = new Positions({}).apply(tokens);
  const normalize = (y: k.SymbolicTensor): k.SymbolicTensor =>
    layers.layerNormalization({ epsilon: 1e-5 }).apply(y);
  for (let index = 0; index < SIZE.layers; index += 1) {
    const attention = layers.multiHeadAttention({ numHeads: heads, keyDim: width / heads });
    const before = normalize(x);
    const seen = attention.apply([before, before], { useCausalMask: true });
    x = layers.add().apply([x, seen]);
    const wide = layers.dense({ units: 4 * width, activation: 'gelu' }).apply(normalize(x));
    x = layers.add().apply([x, layers.dense({ units: width }).apply(wide)]);
  }
  const logits = layers.dense({ units: vocabulary, useBias: false }).apply(normalize(x));
  return new k.Model({ inputs: ids, outputs: logits, name: 'gpt' });
}

/** Multiplications and additions of one forward pass; scores count in full, as they are computed. */
export function gptFlops(batch: number): number {
  const { layers, width, length, vocabulary } = SIZE;
  const perToken = layers * (12 * width * width + 2 * length * width) + width * vocabulary;
  return 2 * batch * length * perToken;
}
