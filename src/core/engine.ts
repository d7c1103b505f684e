// Engine: the narrow waist. Everything is computed by `apply`; one engine is current at a time.
import type { CopyRows } from './copy-rows.js';
import type { TypedArray } from './dtype.js';
import { StateError } from './errors.js';
import type { Body, Op } from './op.js';
import type { Spec } from './shape.js';
import type { Tensor } from './tensor.js';
import type { Variable } from './variable.js';

/** What tracing a function inside of another leaves. */
export interface TracedBody extends Body {
  /** Tensors of the enclosing function, with what stands for each in the body. */
  readonly captures: readonly { readonly outer: Tensor; readonly inner: Tensor }[];
  /** Variables that the body assigns: what stands for the value at its start, and the new value. */
  readonly assigned: ReadonlyMap<Variable, { readonly before: Tensor; readonly after: Tensor }>;
}

/** Numbers that lie apart, and can be brought together right where they are wanted. */
export interface Gathered {
  /** The numbers, brought together on the host. */
  readonly values: TypedArray;
  /** Writes them into memory of a tensor, whose dtype need not be theirs; rows by `copy`. */
  copyTo(memory: TypedArray, copy: CopyRows): void;
}

/** Runs ops. Wrappers (tape, checks, profiler) are engines round another engine. */
export interface Engine {
  readonly name: string;
  /** Does one operation. */
  apply<Attrs>(op: Op<Attrs>, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[];
  /** A faster version of `step`. One that throws leaves all variables as they were. */
  compile<F extends (...args: never[]) => unknown>(step: F): F;
  /** The values in row-major order; half types come back as float32. */
  read(tensor: Tensor): Promise<TypedArray>;
  /**
   * The values now, without waiting, as memory that later ops may change; undefined, or absent,
   * where they cannot be seen.
   */
  peek?(tensor: Tensor): TypedArray | undefined;
  /** A tensor with these values; half types take float32 numbers. */
  write(spec: Spec, values: ArrayLike<number> | Gathered): Tensor;
  /**
   * Frees every tensor made inside that is neither returned nor kept. With `onlyOutermost`, an
   * enclosing scope does the work instead where there is one.
   */
  scope<T>(body: () => T, onlyOutermost?: boolean): T;
  /**
   * Opens a scope for programs that await inside; the function that it gives closes it. Tensors in its
   * argument stay. Absent where nothing is freed.
   */
  beginScope?(): (result?: unknown) => void;
  /** Takes a tensor out of the scopes that would free it. */
  keep(tensor: Tensor): Tensor;
  /** The same value as a tensor that only a variable knows of: whoever made the other keeps that. */
  own(tensor: Tensor): Tensor;
  /** Whether calls are remembered for later, so that nothing they make may be freed early. */
  readonly remembers?: boolean;
  readVariable(variable: Variable): Tensor;
  assignVariable(variable: Variable, value: Tensor): void;
  /**
   * For engines whose programs can loop and branch: runs `body` on tensors without values and
   * gives what it did, for an op with `control` (core/op.ts). Variables it only reads and tensors
   * from outside become captures.
   */
  trace?(specs: readonly Spec[], body: (args: readonly Tensor[]) => readonly Tensor[]): TracedBody;
}

let current: Engine | undefined;
let makeDefault: (() => Engine) | undefined;

/** Says how to make the engine that runs ops when none was set; made on first use. */
export function setDefaultEngine(make: () => Engine): void {
  makeDefault = make;
}

/** The engine that runs ops now. */
export function currentEngine(): Engine {
  current ??= makeDefault?.();
  if (current === undefined) {
    throw new StateError({
      what: 'no engine is set',
      fix: "import from 'keratin', or call setEngine(engine) first",
    });
  }
  return current;
}

/** Makes `engine` the one that runs ops from now on. */
export function setEngine(engine: Engine): void {
  current = engine;
}

/** Runs `body` with `engine` as the current one. `body` must not await. */
export function withEngine<T>(engine: Engine, body: () => T): T {
  const previous = current;
  current = engine;
  try {
    return body();
  } finally {
    current = previous;
  }
}

/** Does one operation on the current engine. */
export function apply<Attrs>(
  op: Op<Attrs>,
  inputs: readonly Tensor[],
  attrs: Attrs,
): readonly Tensor[] {
  return currentEngine().apply(op, inputs, attrs);
}

/** For engines: throws where the body of a scope goes on after it was left. */
export function refusePromise(result: unknown): void {
  if (!(result instanceof Promise)) return;
  throw new StateError({
    where: 'scope',
    what: 'the body of a scope returned a promise',
    fix: 'compute inside the scope, return the tensors, and await their data outside',
  });
}

/**
 * Runs `body` and frees every tensor made inside it that is neither returned nor kept.
 * `body` must not be async: await data outside.
 *
 * @example
 * ```ts
 * import { scope, tensor } from 'keratin';
 * const x = tensor([3, 4]);
 * const length = scope(() => x.square().sum().sqrt());
 * console.log(await length.item()); // 5
 * ```
 */
export function scope<T>(body: () => T): T {
  return currentEngine().scope(body);
}

/** Takes a tensor out of the scopes that would free it; free it with `dispose()`. */
export function keep(tensor: Tensor): Tensor {
  return currentEngine().keep(tensor);
}
