// Self-attention as one layer, from the parts that exist: stands in for MultiHeadAttention.

import * as k from '../../src/index.js';

interface Options {
  readonly heads: number;
  readonly isCausal?: boolean;
}

/** `[batch, length, size]` to the same shape; weights as in Keras's MultiHeadAttention. */
export class SelfAttention extends k.Layer<Options> {
  static readonly className = 'SelfAttention';
  #kernels: k.Weight[] = [];
  #biases: k.Weight[] = [];

  protected override build(shape: k.PartialShape): void {
    const size = shape.at(-1) ?? 1;
    const { heads } = this.config;
    const [split, bias] = [
      [size, heads, size / heads],
      [heads, size / heads],
    ];
    for (const name of ['query', 'key', 'value']) {
      this.#kernels.push(this.weight(`${name}_kernel`, split, {}));
      this.#biases.push(this.weight(`${name}_bias`, bias, { initializer: 'zeros' }));
    }
    this.#kernels.push(this.weight('output_kernel', [heads, size / heads, size], {}));
    this.#biases.push(this.weight('output_bias', [size], { initializer: 'zeros' }));
  }

  protected override call(x: k.Tensor): k.Tensor {
    const product = (index: number, letters: string, from: k.Tensor): k.Tensor => {
      const [kernel, bias] = [this.#kernels[index], this.#biases[index]];
      if (kernel === undefined || bias === undefined) throw new Error('not built');
      return k.add(k.einsum(letters, from, kernel.value), bias.value);
    };
    const [query, key, value] = [0, 1, 2].map((index) => product(index, 'btd,dhk->bthk', x));
    if (!query || !key || !value) throw new Error('three projections are expected');
    const { isCausal = false } = this.config;
    const seen = k.dotProductAttention(query, key, value, { isCausal });
    return product(3, 'bthk,hkd->btd', seen);
  }
}
