// Branches and loops that values decide: cond, switchCase, whileLoop, foriLoop. Engines that make
// programs get one branch or loop (see traced-loops.ts); elsewhere the value is looked at and
// JavaScript decides, so that gradients are those of the ops that ran.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { tracer } from './bodies.js';
import { equal, lessEqual, notEqual } from './comparison.js';
import { asTensor, type TensorLike } from './convert.js';
import { arange } from './create.js';
import { scan } from './scan.js';
import { cast, reshape } from './shaping.js';
import { requireSameSpecs, type State, tensorsOf, withTensors } from './state-trees.js';
import { tracedBranch } from './traced-branches.js';
import { tracedWhile } from './traced-loops.js';
import { where } from './where.js';

/** A condition as a tensor of shape []. */
function scalarTest(name: string, test: TensorLike): Tensor {
  const tensor = asTensor(test);
  if (tensor.size === 1) return reshape(tensor, []);
  throw new ArgumentError({
    where: name,
    what: 'the condition is not one value',
    expected: 'a tensor of shape [], such as a comparison of two numbers',
    received: formatShape(tensor.shape),
    fix: 'reduce it with all or any, or choose element by element with where',
  });
}

/** Whether a condition holds; undefined where its value cannot be seen now. */
function seen(test: Tensor): boolean | undefined {
  const [value] = currentEngine().peek?.(test) ?? [];
  return value === undefined ? undefined : value !== 0;
}

/** Both states, element by element: where a value cannot be seen. */
function select<S extends State>(name: string, test: Tensor, yes: S, no: S): S {
  const [a, b] = [tensorsOf(yes), tensorsOf(no)];
  requireSameSpecs(name, 'the two branches give different tensors', a, b);
  const chosen = a.map((tensor, index) => where(test, tensor, at(b, index)));
  return withTensors(yes, chosen);
}

/** A condition as engines read it: one int32 that is 0 or not. */
function testNumber(test: Tensor): Tensor {
  return cast(notEqual(test, 0), 'int32');
}

function tracedCond<S extends State>(test: Tensor, whenTrue: () => S, whenFalse: () => S): S {
  let shape: S | undefined;
  const branch = (body: () => S) => (): readonly Tensor[] => {
    const state = body();
    shape ??= state;
    return tensorsOf(state);
  };
  const yes = branch(whenTrue);
  const chosen = tracedBranch('cond', testNumber(test), yes, branch(whenFalse));
  if (shape === undefined) throw new StateError({ where: 'cond', what: 'no branch ran' });
  return withTensors(shape, chosen);
}

/**
 * What `whenTrue()` gives where `predicate` is true, else what `whenFalse()` gives; only the one
 * taken is computed. Both give tensors, or lists and records of tensors, of the same shapes and
 * dtypes; when compiled, both are traced. (On a device whose values cannot be seen at once, such
 * as WebGPU, both are computed.)
 *
 * @throws ArgumentError where the predicate is not one value; ShapeError where compiled branches
 * give different shapes or dtypes.
 * @example
 * ```ts
 * import { cond, tensor } from 'keratin';
 * const x = tensor(-3);
 * const size = cond(x.less(0), () => x.neg(), () => x);
 * console.log(await size.item()); // 3
 * ```
 */
export function cond<S extends State>(
  predicate: TensorLike,
  whenTrue: () => S,
  whenFalse: () => S,
): S {
  const test = scalarTest('cond', predicate);
  if (tracer() !== undefined) return tracedCond(test, whenTrue, whenFalse);
  const value = seen(test);
  if (value !== undefined) return value ? whenTrue() : whenFalse();
  return select('cond', test, whenTrue(), whenFalse());
}

/**
 * The result of `branches[index](...operands)`; an index outside is moved to the nearest branch.
 *
 * @throws ArgumentError where there are no branches.
 * @example
 * ```ts
 * import { switchCase, type Tensor, tensor } from 'keratin';
 * const branches = [(x: Tensor) => x.neg(), (x: Tensor) => x.mul(10)];
 * console.log(await switchCase(tensor(1, 'int32'), branches, tensor(4)).item()); // 40
 * ```
 */
export function switchCase<Operands extends readonly State[], S extends State>(
  index: TensorLike,
  branches: readonly ((...operands: Operands) => S)[],
  ...operands: Operands
): S {
  const [first, ...rest] = branches;
  if (first === undefined) {
    throw new ArgumentError({
      where: 'switchCase',
      what: 'there are no branches',
      fix: 'give at least one function',
    });
  }
  const number = scalarTest('switchCase', asTensor(index, 'int32'));
  const last = branches.length - 1;
  const from = (branch: (...operands: Operands) => S, position: number): S => {
    const next = rest[position];
    if (next === undefined) return branch(...operands);
    const test = position === 0 ? lessEqual(number, 0) : equal(number, position);
    return cond(
      test,
      () => branch(...operands),
      () => from(next, position + 1),
    );
  };
  return last === 0 ? first(...operands) : from(first, 0);
}

/** How `whileLoop` runs. */
export interface WhileLoopOptions {
  /** The loop ends after so many turns, whatever the condition. Needed for gradients. */
  readonly maximumIterations?: number | undefined;
}

const WHILE_LOOP_OPTIONS: OptionNames<WhileLoopOptions> = { maximumIterations: true };

function unseen(): StateError {
  return new StateError({
    where: 'whileLoop',
    what: 'the condition cannot be seen at once on this device',
    fix: 'pass maximumIterations, use scan, or run on the cpu device',
  });
}

/**
 * Repeats `body(state)` while `condition(state)` is true. The state is a tensor, or a list or
 * record of tensors, and keeps its shapes and dtypes. A compiled loop has a gradient only with
 * `maximumIterations`: nothing can be kept for the way back where the number of turns is not bound.
 *
 * @throws ShapeError where the body gives other shapes or dtypes; ArgumentError for a condition
 * that is not one value; StateError where its value cannot be seen and there is no maximum.
 * @example
 * ```ts
 * import { tensor, whileLoop } from 'keratin';
 * const doubled = whileLoop((x) => x.less(100), (x) => x.mul(2), tensor(7));
 * console.log(await doubled.item()); // 112
 * ```
 */
export function whileLoop<S extends State>(
  condition: (state: S) => TensorLike,
  body: (state: S) => S,
  initial: S,
  options: WhileLoopOptions = {},
): S {
  checkOptions('whileLoop', options, WHILE_LOOP_OPTIONS);
  const most = options.maximumIterations ?? Number.POSITIVE_INFINITY;
  const specs = tensorsOf(initial);
  if (tracer() !== undefined) {
    const last = tracedWhile({
      initial: specs,
      test: (state) => testNumber(scalarTest('whileLoop', condition(withTensors(initial, state)))),
      turn: (state) => {
        const next = tensorsOf(body(withTensors(initial, state)));
        requireSameSpecs('whileLoop', 'the body changed the state', specs, next);
        return next;
      },
      most: options.maximumIterations,
    });
    return withTensors(initial, last);
  }
  let state = initial;
  for (let turn = 0; turn < most; turn++) {
    const test = scalarTest('whileLoop', condition(state));
    const value = seen(test);
    if (value === false) return state;
    if (value === undefined && most === Number.POSITIVE_INFINITY) throw unseen();
    const next = body(state);
    requireSameSpecs('whileLoop', 'the body changed the state', specs, tensorsOf(next));
    state = value === undefined ? select('whileLoop', test, next, state) : next;
  }
  return state;
}

/**
 * `body(index, state)` for every index from `lower` up to (without) `upper`; the index is an int32
 * tensor of shape []. The state of the last turn.
 *
 * @example
 * ```ts
 * import { foriLoop, tensor } from 'keratin';
 * const sum = foriLoop(1, 5, (index, total) => total.add(index.cast('float32')), tensor(0));
 * console.log(await sum.item()); // 10
 * ```
 */
export function foriLoop<S extends State>(
  lower: number | Tensor,
  upper: number | Tensor,
  body: (index: Tensor, state: S) => S,
  initial: S,
): S {
  if (typeof lower === 'number' && typeof upper === 'number') {
    if (upper <= lower) return initial;
    const indices = arange(lower, upper, 1, 'int32');
    const [last] = scan<S, Tensor, readonly Tensor[]>(
      (state, index) => [body(index, state), []],
      initial,
      indices,
    );
    return last;
  }
  const start = asTensor(lower, 'int32').cast('int32');
  const [, end] = whileLoop<readonly [Tensor, S]>(
    ([index]) => index.less(upper),
    ([index, state]) => [index.add(1), body(index, state)],
    [start, initial],
  );
  return end;
}
