// What users hand to ops: nested arrays, typed arrays, weak numbers, variables; methods; control.
import { describe, expect, it } from 'vitest';
import {
  add,
  customGradient,
  type DType,
  div,
  gradient,
  mul,
  scan,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  Variable,
  zeros,
} from '../../src/index.js';

describe('tensor', () => {
  it('takes nested arrays, typed arrays and booleans', async () => {
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ]).shape,
    ).toEqual([2, 2]);
    expect(tensor([[1, 2]]).dtype).toBe('float32');
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(await tensor([true, false]).array()).toEqual([true, false]);
    expect(tensor(new Int32Array([1, 2])).dtype).toBe('int32');
    expect(tensor(new Float64Array([1, 2])).dtype).toBe('float64');
    expect(tensor(new Uint8Array(6), { shape: [2, 3] }).shape).toEqual([2, 3]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor(3).shape).toEqual([]);
  });

  it('refuses ragged rows and shapes that do not fit', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(
      'tensor: the nested arrays are ragged.\n  expected [2] at depth 1, as in the first row   received 1 entries',
    );
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      'tensor: the shape does not hold as many values as there are',
    );
  });
});

describe('dtypes', () => {
  const kinds: readonly (readonly [DType, number, DType])[] = [
    ['float32', 0.5, 'float32'],
    ['float16', 0.5, 'float16'],
    ['bfloat16', 2, 'bfloat16'],
    ['float64', 0.1, 'float64'],
    ['int32', 2, 'int32'],
    ['int32', 0.5, 'float32'],
    ['uint8', 3, 'uint8'],
    ['uint8', 300, 'int32'],
    ['uint8', -1, 'int32'],
    ['bool', 1, 'int32'],
    ['bool', 0.5, 'float32'],
  ];

  it.each(kinds)('%s + %d is %s: plain numbers are weak', (dtype, value, result) => {
    expect(add(zeros([1], dtype), value).dtype).toBe(result);
    expect(add(value, zeros([1], dtype)).dtype).toBe(result);
  });

  it('promote between tensors, and divide integers in float32', () => {
    expect(add(zeros([1], 'int32'), zeros([1], 'float16')).dtype).toBe('float16');
    expect(add(zeros([1], 'bfloat16'), zeros([1], 'float16')).dtype).toBe('float32');
    expect(div(zeros([1], 'int32'), zeros([1], 'int32')).dtype).toBe('float32');
    expect(zeros([1], 'int32').exp().dtype).toBe('float32');
    expect(sum(zeros([1], 'uint8')).dtype).toBe('uint32');
  });

  it('half types compute in float32 and round once', async () => {
    const x = tensor([1, 2 ** -11], 'float16');
    expect(await sum(x).item()).toBe(1);
    expect(await mul(tensor([1 / 3], 'bfloat16'), 3).array()).toEqual([1]);
  });

  it('uint8 wraps', async () => {
    expect(await add(tensor([250], 'uint8'), 10).array()).toEqual([4]);
  });
});

describe('methods', () => {
  it('are the functions', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(await x.mul(2).sum({ axis: 0 }).array()).toEqual([8, 12]);
    expect(
      await x
        .matmul([[1], [1]])
        .reshape([-1])
        .array(),
    ).toEqual([3, 7]);
  });

  it('take variables', async () => {
    const weight = new Variable(tensor([1, 2]));
    expect(await mul(weight, 3).array()).toEqual([3, 6]);
  });
});

describe('control', () => {
  it('stopGradient cuts', async () => {
    const [slope] = gradient((x) => stopGradient(x).mul(x).sum())(tensor([3]));
    expect(await slope?.array()).toEqual([3]);
  });

  it('customGradient replaces the rule and runs the forward once', async () => {
    let calls = 0;
    const doubled = customGradient(
      (x: Tensor) => {
        calls++;
        return x.mul(2);
      },
      ({ dy, inputs, output }) => [dy.add(inputs[0] ?? 0).add(output)],
    );
    const [slope] = gradient((x) => doubled(x).sum())(tensor([10]));
    expect(await slope?.array()).toEqual([31]);
    expect(calls).toBe(1);
  });

  it('scan takes records, runs in reverse, and refuses unclear lengths', async () => {
    const step = (carry: { sum: Tensor }, x: readonly Tensor[]): [{ sum: Tensor }, Tensor] => {
      const next = carry.sum.mul(2).add(x[0] ?? 0);
      return [{ sum: next }, next];
    };
    const [carry, ys] = scan(step, { sum: tensor(0) }, [tensor([1, 2, 3])], { reverse: true });
    expect(await carry.sum.item()).toBe(17);
    expect(await ys.array()).toEqual([17, 8, 3]);
    expect(() => scan((c: Tensor, _: Tensor[]) => [c, c], tensor(0), [])).toThrow(
      'scan: the number of steps is not clear',
    );
  });
});
