// Rematerialisation: a part of a function whose inner values are not kept for the walk back but
// computed once more there. To the tape around it the part is one call. Beside gradient.ts.
import { currentEngine, type Engine, withEngine } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import { defineOp, type GradientCall } from '../core/op.js';
import { at } from '../core/sequence.js';
import { Tensor } from '../core/tensor.js';
import { renamed } from '../ops/control.js';
import { newTape, type Recording, recording, recordingOf, type Tape } from './recording.js';

type Result = Tensor | readonly Tensor[];

const tensorsOf = (result: Result): readonly Tensor[] =>
  result instanceof Tensor ? [result] : result;

/** What a part did when it ran for the first time. */
interface FirstRun<R extends Result = Result> {
  /** What the part gave, in the form in which it gave it. */
  readonly result: R;
  /** Tensors from outside, with gradients, that its calls depend on. */
  readonly sources: readonly Tensor[];
  /** Which tensors of the result depend on them. */
  readonly places: readonly number[];
  /** Values of variables in the order in which they were read; states of random numbers too. */
  readonly reads: readonly Tensor[];
}

/** Runs a part on the engine under a recording; the tape learns of variables, not of calls. */
function runOnce<R extends Result>(
  outer: Engine,
  { inner, tape }: Recording,
  part: () => R,
): FirstRun<R> {
  const sources = new Set<Tensor>();
  const derived = new Set<number>();
  const reads: Tensor[] = [];
  const noting: Engine = {
    ...inner,
    apply(op, inputs, attrs) {
      const outputs = inner.apply(op, inputs, attrs);
      if ('none' in op.grad) return outputs;
      const given = inputs.filter((input) => tape.active.has(input.id));
      for (const input of given) sources.add(input);
      if (given.length > 0 || inputs.some((input) => derived.has(input.id))) {
        for (const output of outputs) derived.add(output.id);
      }
      return outputs;
    },
    readVariable(variable) {
      const value = outer.readVariable(variable);
      reads.push(value);
      return value;
    },
  };
  // Whatever is returned outlives the scope: values that were read may be given up by variables.
  const { result } = withEngine(noting, () => inner.scope(() => ({ result: part(), reads })));
  const places = tensorsOf(result).flatMap(({ id }, place) => (derived.has(id) ? [place] : []));
  return { result, sources: [...sources], places, reads };
}

/** Runs a part again as it ran before: the same values of variables, and none is assigned. */
function runAgain(first: FirstRun, tape: Tape, part: () => Result): readonly Tensor[] {
  let next = 0;
  const replaying: Engine = {
    ...recording(currentEngine(), tape, false),
    readVariable(variable) {
      const value = first.reads[next++];
      if (value !== undefined) return value;
      throw new StateError({
        where: 'remat',
        what: `the function read the variable "${variable.path}" only when it ran again`,
        expected: 'a function that does the same each time',
        received: 'one that does something else the second time',
        fix: 'keep what changes between calls outside of the function',
      });
    },
    assignVariable() {},
  };
  return tensorsOf(withEngine(replaying, part));
}

/** The rule of a part as one call: run it again with a tape, and walk back over that. */
function walkBackThrough(
  { outputGradients, walkBack }: GradientCall<unknown>,
  first: FirstRun,
  inputs: readonly Tensor[],
  fn: (...inputs: Tensor[]) => Result,
): readonly (Tensor | undefined)[] {
  const names = inputs.map(renamed);
  const sources = first.sources.map((source) => names[inputs.indexOf(source)] ?? source);
  const tape = newTape();
  for (const source of sources) tape.active.add(source.id);
  const again = runAgain(first, tape, () => fn(...names));
  const seeds = first.places.flatMap((place, index) => {
    const seed = outputGradients[index];
    return seed === undefined ? [] : [{ tensor: at(again, place), seed }];
  });
  return walkBack(tape.calls, tape.active, seeds, sources);
}

/**
 * `fn` with less memory and more work in training: what it computes on the way is freed when it
 * returns, and computed once more when gradients are walked back through it. Values and gradients
 * stay the same; random numbers too. Variables that it assigns are assigned once. Without a
 * gradient being taken it is `fn` itself; inside of loops (`scan`, `whileLoop`) it changes nothing.
 *
 * As `keras.remat`; Chen et al., "Training deep nets with sublinear memory cost" (2016).
 *
 * @param fn gives a tensor or an array of tensors, from its arguments and what it reads outside
 *   (layers, variables). It must do the same each time it is called.
 * @throws StateError if the function reads other variables when it runs again.
 *
 * @example
 * ```ts
 * import { gradient, remat, tensor } from 'keratin';
 * const block = remat((x) => x.sin().exp().tanh());
 * const [slope] = gradient((x) => block(x).sum())(tensor([0]));
 * console.log((await slope.item()).toFixed(4)); // 0.4200
 * ```
 */
export function remat<R extends Result>(
  fn: (...inputs: Tensor[]) => R,
): (...inputs: Tensor[]) => R {
  return (...inputs) => {
    const outer = currentEngine();
    const under = recordingOf(outer);
    if (under === undefined) return fn(...inputs);
    const { tape } = under;
    const first = runOnce(outer, under, () => fn(...inputs));
    const { result, sources, places } = first;
    if (places.length === 0) return result;
    const all = tensorsOf(result);
    const outputs = places.map((place) => at(all, place));
    const part = defineOp({
      name: 'remat',
      infer: () => outputs,
      // Only tapes hold it.
      lower: () => [],
      grad: (call: GradientCall<undefined>) => walkBackThrough(call, first, inputs, fn),
    });
    tape.calls.push({ op: part, inputs: sources, outputs, attrs: undefined });
    for (const output of outputs) tape.active.add(output.id);
    return result;
  };
}
