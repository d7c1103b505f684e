// Where the time of a compiled step goes: its kernels one by one, each timed alone. The sum is a
// little more than the step takes, which enters WebAssembly once.

import type { Block } from '../../src/core/device.js';
import { bytesPerElement } from '../../src/core/dtype.js';
import { withEngine } from '../../src/core/engine.js';
import { listsOf } from '../../src/core/loops-and-branches.js';
import type { Sequence, SequenceDevice, SequenceStep } from '../../src/core/sequence-device.js';
import { formatShape, sizeOf } from '../../src/core/shape.js';
import type { Tensor } from '../../src/core/tensor.js';
import { CpuDevice } from '../../src/devices/cpu.js';
import { createEagerEngine, type EagerEngine } from '../../src/engines/eager.js';
import { flopsOf } from '../../src/engines/graph/explain.js';
import type { KernelCall, KernelGraph, Value } from '../../src/engines/graph/kernel-graph.js';
import { optimise, Program } from '../../src/engines/graph/program.js';
import { isRegion } from '../../src/engines/graph/regions.js';
import { flattenArguments } from '../../src/engines/graph/signature.js';
import { trace } from '../../src/engines/graph/trace.js';
import type { Engine } from '../../src/index.js';
import { median } from './measure.js';

export interface KernelTime {
  /** The ops it stands for, and the shapes it writes. */
  readonly title: string;
  /** How often a step runs it; 0 where it runs once, and again when weights have changed. */
  readonly turns: number;
  readonly milliseconds: number;
  /** Megaflops, where it sums products. */
  readonly megaflops: number | undefined;
  /** Megabytes read and written at least. */
  readonly megabytes: number;
}

/** Milliseconds of compiling, by stage. */
export interface CompileTimes {
  readonly trace: number;
  readonly passes: number;
  /** The memory plan, code, and WebAssembly's own compiler. */
  readonly code: number;
}

/** What compiling a step took and made. */
export interface Compilation {
  readonly program: Program;
  readonly kernels: KernelGraph;
  readonly compile: CompileTimes;
}

/** A compiled step taken apart. */
export interface StepAnatomy {
  readonly kernels: readonly KernelTime[];
  readonly arenaBytes: number;
  readonly sumBytes: number;
  readonly compile: CompileTimes;
}

/** A kernel as a sequence of its own, how often it runs in a step, and how long one run took. */
interface TimedPart {
  readonly sequence: Sequence;
  readonly turns: number;
  readonly times: number[];
}

/** Kernels with the number of times a step runs them; a loop of unknown length counts as one. */
function kernelsWithTurns(steps: readonly SequenceStep[], turns = 1): [SequenceStep, number][] {
  return steps.flatMap((step): [SequenceStep, number][] => {
    if (step.kind === 'kernel') return [[step, turns]];
    if (step.kind === 'branch')
      return listsOf(step).flatMap((list) => kernelsWithTurns(list, turns));
    const length = step.turns.kind === 'counted' ? step.turns.length : 1;
    return [...kernelsWithTurns(step.body, turns * length), ...kernelsWithTurns(step.after, turns)];
  });
}

/**
 * Runs a sequence as it is, so that all memory holds what it should, and then its kernels one by
 * one; those of loops run their first turn.
 */
function timed(whole: Sequence, parts: readonly TimedPart[]): Sequence {
  return {
    run(bound: readonly Block[]) {
      whole.run(bound);
      for (const { sequence, times } of parts) {
        const start = performance.now();
        sequence.run(bound);
        times.push(performance.now() - start);
      }
    },
    dispose() {
      for (const { sequence } of [{ sequence: whole }, ...parts]) sequence.dispose();
    },
  };
}

/** Makes a device time the kernels of all sequences it loads from now on; gives them as they come. */
function timeKernels(device: SequenceDevice): readonly TimedPart[] {
  const all: TimedPart[] = [];
  const load = device.loadSequence.bind(device);
  device.loadSequence = (steps) => {
    const whole = load(steps);
    const parts = kernelsWithTurns(steps).map(([step, turns]): TimedPart => {
      return { sequence: load([step]), turns, times: [] };
    });
    // What prepares a step is a sequence of its own, loaded before.
    all.push(...parts);
    return timed(whole, parts);
  };
  return all;
}

/** The calls that are kernels, in the order of {@link kernelsWithTurns}. */
function kernelCalls(calls: readonly KernelCall[]): KernelCall[] {
  return calls.flatMap((call) => {
    const { kernel } = call;
    if (!isRegion(kernel)) return [call];
    const lists = kernel.kind === 'loop' ? [kernel.body, kernel.after] : listsOf(kernel);
    return lists.flatMap((list) => kernelCalls(list.calls));
  });
}

const MEBI = 2 ** 20;

function megabytesOf(values: readonly Value[]): number {
  return values.reduce(
    (sum, { spec }) => sum + (sizeOf(spec.shape) * bytesPerElement(spec.dtype)) / MEBI,
    0,
  );
}

function describe(call: KernelCall, { times, turns }: TimedPart, prepared: boolean): KernelTime {
  const flops = flopsOf(call);
  const shapes = call.outputs.map(({ spec }) => formatShape(spec.shape)).join(' ');
  return {
    title: `${call.names.join(' + ')} -> ${shapes}`,
    turns: prepared ? 0 : turns,
    milliseconds: turns * median(times),
    megaflops: flops === undefined ? undefined : (turns * flops) / 1e6,
    megabytes: turns * megabytesOf([...call.inputs, ...call.outputs]),
  };
}

/** A step, and what it is called with. */
export interface Subject {
  step(...args: readonly Tensor[]): unknown;
  readonly args: readonly Tensor[];
}

type Prepare = (engine: Engine) => Subject;

/** Compiles a step and notes how long each stage takes. Call it with `eager` as the engine. */
function compile(device: SequenceDevice, eager: EagerEngine, subject: Subject): Compilation {
  const { step, args } = subject;
  const clock = [performance.now()];
  const { graph } = trace(
    eager,
    args,
    (inputs) => step(...inputs),
    (result) => flattenArguments(result).tensors,
    device.runsLoops,
  );
  clock.push(performance.now());
  const kernels = optimise(graph, eager);
  clock.push(performance.now());
  const program = new Program({ device, eager }, kernels);
  clock.push(performance.now());
  const took = (index: number): number => (clock[index + 1] ?? 0) - (clock[index] ?? 0);
  return { program, kernels, compile: { trace: took(0), passes: took(1), code: took(2) } };
}

/** WebAssembly with so many threads, which start once there is something to share. */
export function cpuDevice(threads: number): SequenceDevice {
  const device = new CpuDevice({});
  device.setThreads(threads);
  return device;
}

/** Compiles a step on a device of its own, and lets go of it. `prepare` makes model and data. */
export function compileStep(device: SequenceDevice, prepare: Prepare): Compilation {
  const eager = createEagerEngine(device);
  return withEngine(eager, () => {
    const subject = eager.scope(() => prepare(eager));
    const compilation = compile(device, eager, subject);
    compilation.program.dispose();
    return compilation;
  });
}

/** Takes a step apart, on a device of its own. */
export function dissect(device: SequenceDevice, prepare: Prepare, rounds = 5): StepAnatomy {
  const eager = createEagerEngine(device);
  return withEngine(eager, () => {
    const subject = prepare(eager);
    const parts = timeKernels(device);
    const { program, kernels, compile: times } = compile(device, eager, subject);
    for (let round = 0; round < rounds; round += 1) {
      eager.scope(() => void program.run(subject.args));
    }
    return {
      kernels: kernelCalls(kernels.calls).flatMap((call, index) => {
        const part = parts[index];
        const prepared = index < (kernels.steady ?? 0);
        return part === undefined ? [] : [describe(call, part, prepared)];
      }),
      arenaBytes: program.plan.arenaBytes,
      sumBytes: program.plan.sumBytes,
      compile: times,
    };
  });
}
