// The compiled-graph engine: traces a function once per signature and runs it as one program.
// Ops outside of compiled functions run eagerly.
import type { Engine } from '../../core/engine.js';
import { StateError } from '../../core/errors.js';
import { canRunSequences } from '../../core/sequence-device.js';
import type { Tensor } from '../../core/tensor.js';
import type { EagerEngine } from '../eager.js';
import { specTensor } from '../spec.js';
import { explainGraph, formatStages } from './explain.js';
import { drawKernels } from './explain-svg.js';
import { buildProgram, optimise, type Program, type ProgramHost } from './program.js';
import { flattenArguments, refill } from './signature.js';
import { type Trace, trace } from './trace.js';

/** Programs of one function before the oldest goes: a bound for shapes that never repeat. */
const MOST_PROGRAMS = 16;
/** Compilations of one function after which its changing shapes are pointed out. */
const MANY_COMPILATIONS = 12;

/** A program and the structure of what it returns. */
interface Compiled {
  readonly program: Program;
  readonly value: unknown;
}

type Step = (...args: never[]) => unknown;

/** Runs `step` once on tensors without values. */
function traceCall(
  eager: EagerEngine,
  whole: boolean,
  step: Step,
  args: readonly unknown[],
  tensors: readonly Tensor[],
): Trace<unknown> {
  return trace(
    eager,
    tensors,
    (inputs) => step(...(refill(args, inputs[Symbol.iterator]()) as never[])),
    (result) => flattenArguments(result).tensors,
    whole,
  );
}

/** The same structure with tensors that know nothing of the graph, which would stay with them. */
function withoutGraph(value: unknown): unknown {
  const outlines = flattenArguments(value).tensors.map(specTensor);
  return refill(value, outlines[Symbol.iterator]());
}

/** The stages that `step` goes through when it is compiled for these arguments. */
export function explainStep(
  eager: EagerEngine,
  step: (...args: never[]) => unknown,
  args: readonly unknown[],
): string {
  const { graph } = traceCall(eager, true, step, args, flattenArguments(args).tensors);
  return formatStages(explainGraph(graph, eager));
}

/** The kernels of `step`, compiled for these arguments, as the text of an SVG file. */
export function drawStep(
  eager: EagerEngine,
  step: (...args: never[]) => unknown,
  args: readonly unknown[],
): string {
  const { graph } = traceCall(eager, true, step, args, flattenArguments(args).tensors);
  return drawKernels(optimise(graph, eager));
}

/** One compiled function: its programs by signature. */
class CompiledFunction {
  readonly #programs = new Map<string, Compiled>();
  #compilations = 0;

  constructor(
    private readonly host: ProgramHost,
    private readonly step: Step,
    private readonly warn: (text: string) => void,
  ) {}

  call(args: readonly unknown[]): unknown {
    const { tensors, key } = flattenArguments(args);
    const compiled = this.#programs.get(key) ?? this.#compile(key, args, tensors);
    const results = compiled.program.run(tensors);
    return refill(compiled.value, results[Symbol.iterator]());
  }

  #compile(key: string, args: readonly unknown[], tensors: readonly Tensor[]): Compiled {
    const { graph, value } = traceCall(
      this.host.eager,
      this.host.device.runsLoops,
      this.step,
      args,
      tensors,
    );
    const compiled = { program: buildProgram(this.host, graph), value: withoutGraph(value) };
    this.#remember(key, compiled);
    return compiled;
  }

  #remember(key: string, compiled: Compiled): void {
    const oldest = this.#programs.keys().next().value;
    if (this.#programs.size >= MOST_PROGRAMS && oldest !== undefined) {
      this.#programs.get(oldest)?.program.dispose();
      this.#programs.delete(oldest);
    }
    this.#programs.set(key, compiled);
    this.#compilations++;
    if (this.#compilations === MANY_COMPILATIONS) {
      this.warn(
        `keratin: one step was compiled ${MANY_COMPILATIONS} times for different shapes. ` +
          'Pad batches to a few sizes, or use the eager engine.',
      );
    }
  }
}

/** An engine whose `compile` makes one program of a whole step. */
export function createGraphEngine(
  eager: EagerEngine,
  warn: (text: string) => void = () => {},
): Engine {
  const { device } = eager;
  if (!canRunSequences(device)) {
    throw new StateError({
      where: 'graph engine',
      what: `the ${device.name} device cannot run whole steps as one program`,
      fix: "use the cpu device, or compile({ engine: 'eager' })",
    });
  }
  const host: ProgramHost = { device, eager };
  return {
    ...eager,
    name: 'graph',
    compile<F extends Step>(step: F): F {
      const compiled = new CompiledFunction(host, step, warn);
      // The compiled function takes and gives what the step does.
      const call: Step = (...args: readonly unknown[]) => compiled.call(args);
      return call as F;
    },
  };
}
