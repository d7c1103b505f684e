// Whether a layer of a graph trains is for the call of the model to say, whatever the call that made
// the graph said: Keras notes `training: true` in files beside layers that augment.
import { expect, it } from 'vitest';
import { layers, Model, modelFromBytes, modelToBytes, ones } from '../../src/index.js';

function model(): Model {
  const input = layers.input({ shape: [40] });
  const outputs = layers.dropout({ rate: 0.5, seed: 1 }).apply(input, { training: true });
  return new Model({ inputs: input, outputs });
}

it('asks the call of the model, not the call that made the graph', async () => {
  const x = ones([2, 40]);
  for (const made of [model(), await modelFromBytes(await modelToBytes(model()))]) {
    const untouched = await x.array();
    expect(await made.apply(x, { training: false }).array()).toEqual(untouched);
    expect(await made.apply(x, { training: true }).array()).not.toEqual(untouched);
    const predicted = await made.predict(x, { verbose: 0 });
    expect(await predicted.array()).toEqual(untouched);
  }
});
