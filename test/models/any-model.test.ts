// Models of every kind go where any model is taken: functions, lists, properties. tsc checks these lines.
import { expect, it } from 'vitest';
import {
  type AnyLayer,
  type AnyModel,
  input,
  Layer,
  layers,
  Model,
  model,
  ones,
  Sequential,
  type SymbolicTensor,
  type SymbolicTree,
  type Tensor,
  type TensorTree,
} from './exports.js';

const x = input({ shape: [2] });
const y = layers.dense({ units: 3 }).apply(x);

const one = model({ inputs: x, outputs: y });
const plain = new Model({ inputs: x, outputs: y });
const listed = new Model({ inputs: x, outputs: [y, x] });
const named = model({ inputs: x, outputs: { sum: y.sum(1), raw: x } });
const stack = new Sequential([layers.dense({ units: 1 })]);

class Doubled extends Model {
  override call(given: Tensor): Tensor {
    return given.mul(2);
  }
}

class Both extends Model<[Tensor, Tensor]> {
  override call(given: Tensor): [Tensor, Tensor] {
    return [given, given.mul(2)];
  }
}

function nameOf(any: AnyModel): string {
  return any.name;
}

function countOf(layer: AnyLayer): number {
  return layer.weights.length;
}

class Ensemble {
  readonly members: readonly AnyModel[];
  first: AnyModel = one;

  constructor(members: readonly AnyModel[]) {
    this.members = members;
  }
}

it('functions take every model', () => {
  const [doubled, both] = [new Doubled(), new Both()];
  expect([one, plain, listed, named, stack, doubled, both].map(nameOf)).toHaveLength(7);
  expect([nameOf(one), nameOf(plain), nameOf(listed)]).toHaveLength(3);
  expect([nameOf(named), nameOf(stack), nameOf(doubled), nameOf(both)]).toHaveLength(4);
  expect([countOf(one), countOf(listed), countOf(named)]).toEqual([2, 2, 2]);
});

it('lists and properties hold every model', () => {
  const members: AnyModel[] = [one, listed];
  members.push(named, plain, new Both());
  const ensemble = new Ensemble(members);
  ensemble.first = listed;
  const byName: Record<string, AnyModel> = { one, listed, named };
  const held: readonly AnyLayer[] = [one, listed, layers.dense({ units: 1 })];
  expect([ensemble.members.length, Object.keys(byName).length, held.length]).toEqual([5, 3, 3]);
});

it('a helper keeps what calls return', () => {
  function frozen<Out extends TensorTree>(made: Model<Out>): Model<Out> {
    made.trainable = false;
    return made;
  }
  const [first]: [Tensor, Tensor] = frozen(model({ inputs: x, outputs: [y, x] })).apply(
    ones([1, 2]),
  );
  expect(first.shape).toEqual([1, 3]);
});

it('what calls return is not loosened', () => {
  const anyModel: AnyModel = listed;
  // @ts-expect-error Any model may return a list.
  const wrong: Tensor = anyModel.apply(ones([1, 2]));
  // @ts-expect-error Any model is not one that returns a tensor.
  const narrow: Model = anyModel;
  // @ts-expect-error A model that returns two tensors is not one that returns one.
  const other: Model = listed;
  // @ts-expect-error A tensor's place in the graph is no list.
  const symbol: readonly Tensor[] = one.apply(x);
  expect([wrong, narrow === other, symbol]).toHaveLength(3);
});

it('in a graph too, calls return what the model does', () => {
  const { sum, raw } = named.apply(x);
  const [first, second] = listed.apply(x);
  expect([sum, raw, first, second, one.apply(x)].map((symbol) => symbol.shape)).toEqual([
    [null],
    [null, 2],
    [null, 3],
    [null, 2],
    [null, 3],
  ]);
});

it('a layer that returns one thing or another says so in a graph', () => {
  class Perhaps extends Layer<object, Tensor | readonly Tensor[]> {
    override call(given: Tensor): Tensor | readonly Tensor[] {
      return [given, given];
    }
  }
  const made: SymbolicTensor | readonly SymbolicTensor[] = new Perhaps().apply(x);
  expect(made).toHaveLength(2);
});

it('what any layer returns goes on into layers', () => {
  const any: AnyLayer = layers.dense({ units: 2 });
  const tree: SymbolicTree = any.apply(x);
  const again = one.apply(any.apply(x));
  // @ts-expect-error It may be a list.
  const wrong: SymbolicTensor = any.apply(x);
  expect([tree, wrong, again]).toHaveLength(3);
});
