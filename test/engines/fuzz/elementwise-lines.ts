// Lines of random programs that work element by element. Values are kept near 1, so that roundings
// stay small: sums and products are scaled, and steep functions are clipped.
import * as keratin from '../../../src/index.js';
import { type Tensor, where } from '../../../src/index.js';
import { isBool, isFloats, isWhole, type Line, pick, pickOf, type Random } from './choosing.js';

const floatFunctions: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.mul(0.5),
  (x) => x.neg().add(1),
  (x) => x.square().add(1).sqrt(),
  (x) => x.square().add(1).rsqrt(),
  (x) => x.abs().add(0.5).log(),
  (x) => x.clip(-1, 1).exp(),
  (x) => x.clip(-1.5, 0.7),
  (x) => x.erf(),
  (x) => x.gelu(),
  (x) => x.softplus(),
  (x) => x.elu(),
  (x) => x.sin(),
  (x) => x.atan(),
  (x) => x.floor(),
  (x) => x.mul(3).round(),
  (x) => x.sign(),
  (x) => x.stopGradient().add(x),
];

const wholeFunctions: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.neg(),
  (x) => x.abs(),
  (x) => x.mul(3).add(1),
  (x) => x.mod(5),
  (x) => x.floorDiv(3),
  (x) => x.clip(-4, 9),
  (x) => keratin.bitwiseNot(x),
  (x) => keratin.bitwiseAnd(x, 6),
  (x) => keratin.bitwiseLeftShift(x, 2),
  (x) => keratin.bitwiseRightShift(x, 1),
  (x) => keratin.sign(x),
];

export const oneFloat: Line = (random, made) => {
  const x = pickOf(random, made, isFloats);
  return x && pick(random, floatFunctions)(x);
};

export const oneWhole: Line = (random, made) => {
  const x = pickOf(random, made, isWhole);
  return x && pick(random, wholeFunctions)(x);
};

/** From one type to another; halves are rounded where they are written, fused or not. */
export const cast: Line = (random, made) => {
  const x = pick(random, made);
  if (isBool(x)) return random() < 0.5 ? x.cast('float32') : x.cast('int32');
  if (isWhole(x)) return random() < 0.7 ? x.clip(-50, 50).cast('float32') : x.cast('bool');
  if (x.dtype !== 'float32') return x.cast('float32');
  const to = random();
  if (to < 0.3) return x.mul(4).clip(-100, 100).cast('int32');
  if (to < 0.4) return x.abs().mul(8).clip(0, 200).cast('uint8').cast('int32');
  if (to < 0.5) return x.greater(0.1).cast('bool');
  return random() < 0.5 ? x.cast('float16') : x.cast('bfloat16');
};

function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, back) => back + 1).every((back) => {
    const [x, y] = [a[a.length - back] ?? 1, b[b.length - back] ?? 1];
    return x === y || x === 1 || y === 1;
  });
}

/** Two tensors of a kind whose shapes go together; now and then the same one twice. */
function pair(
  random: Random,
  made: readonly Tensor[],
  fits: (tensor: Tensor) => boolean,
): [Tensor, Tensor] | undefined {
  const a = pickOf(random, made, fits);
  if (a === undefined) return undefined;
  const fitting = (x: Tensor): boolean => x !== a && fits(x) && broadcasts(a.shape, x.shape);
  return [a, pickOf(random, made, fitting) ?? a];
}

const floatPairs: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.mul(b).mul(0.5),
  (a, b) => a.sub(b),
  (a, b) => a.maximum(b),
  (a, b) => a.minimum(b),
  (a, b) => where(a.greater(b), a, b.mul(2)),
  (a, b) => a.div(b.square().add(1)),
  (a, b) => a.squaredDifference(b).mul(0.3),
  (a, b) => keratin.logAddExp(a, b),
  (a, b) => a.abs().add(0.2).pow(b.clip(-2, 2)),
  (a, b) => a.atan2(b.abs().add(0.5)),
  (a, b) => a.mod(b.abs().add(1)),
];

const wholePairs: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.sub(b),
  (a, b) => a.mul(b),
  (a, b) => a.maximum(b),
  (a, b) => a.floorDiv(b.abs().mod(7).add(1)),
  (a, b) => a.mod(b.abs().mod(7).add(1)),
  (a, b) => keratin.bitwiseXor(a, b),
  (a, b) => keratin.bitwiseOr(a, b),
  (a, b) => where(a.lessEqual(b), a, b),
];

const tests: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.greater(b),
  (a, b) => a.lessEqual(b),
  (a, b) => a.notEqual(b),
  (a, b) => a.equal(b),
];

export const twoFloats: Line = (random, made) => {
  const found = pair(random, made, isFloats);
  return found && pick(random, floatPairs)(...found);
};

export const twoWholes: Line = (random, made) => {
  const found = pair(random, made, isWhole);
  return found && pick(random, wholePairs)(...found);
};

export const comparison: Line = (random, made) => {
  const found = pair(random, made, random() < 0.7 ? isFloats : isWhole);
  return found && pick(random, tests)(...found);
};

export const logic: Line = (random, made) => {
  const found = pair(random, made, isBool);
  if (found === undefined) return undefined;
  const [a, b] = found;
  return pick(random, [
    () => a.logicalAnd(b),
    () => a.logicalOr(b),
    () => a.logicalXor(b),
    () => a.logicalNot(),
  ])();
};

/** One of two by a bool made elsewhere, where three shapes go together. */
export const choice: Line = (random, made) => {
  const test = pickOf(random, made, isBool);
  if (test === undefined) return undefined;
  const fits = (x: Tensor): boolean => isFloats(x) && broadcasts(test.shape, x.shape);
  const found = pair(random, made, fits);
  if (found === undefined) return undefined;
  const [a, b] = found;
  const [whole, other] = [a.add(b).shape, test.shape];
  return broadcasts(whole, other) ? where(test, a, b) : where(test, a, 0.5);
};
