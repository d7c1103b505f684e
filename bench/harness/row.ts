// One row of a suite: check everybody's numbers, time them against each other, work out figures.

import type { Ceiling } from '../peak.js';
import type { Timing } from './measure.js';
import { type Candidate, type MeasureOptions, measure, pairedMedian } from './measure.js';

export interface Figure {
  /** In the row's unit. */
  readonly value: number;
  readonly milliseconds: number;
  readonly spread: number;
  readonly samples: number;
  readonly gflops?: number;
  /** This library's time over ours: above 1, ours is faster. Absent for ours. */
  readonly ratio?: number;
  /** Share of the ceiling, 0 to 1, where the row has one. Both are medians of round-by-round values. */
  readonly ofPeak?: number;
  readonly remark?: string;
}

export type Outcome = Figure | { readonly cannot: string };

export interface Row {
  readonly work: string;
  readonly unit: string;
  readonly threads: number;
  readonly ours: Outcome;
  readonly peers: Readonly<Record<string, Outcome>>;
  /** The ceiling, in GFLOP/s or the row's own rate, where there is one. */
  readonly peak: number | null;
  readonly remark?: string;
}

/** A library's name with what it offers for a row; undefined means it has no such thing. */
export interface Entry<C extends Candidate> {
  readonly name: string;
  prepare(): Promise<C | undefined>;
}

export interface Contest<C extends Candidate> {
  readonly work: string;
  readonly unit: string;
  readonly threads: number;
  readonly entries: readonly Entry<C>[];
  /** Throws when the candidate's numbers are wrong. */
  verify(candidate: C): Promise<void>;
  /** The row's figure from the milliseconds of one run. */
  value(milliseconds: number): number;
  /** Multiplications and additions of one run, for rows that are not in GFLOP/s themselves. */
  readonly flops?: number;
  /** Timed in the same rounds, so that "% of peak" means something on a busy machine. */
  readonly ceiling?: Ceiling;
  readonly remark?: string;
  readonly options: MeasureOptions;
}

export const OURS = 'keratin';

interface Ready<C> {
  readonly name: string;
  readonly candidate: C;
}

export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 160) ?? 'failed';
}

interface Compared {
  readonly ours: Timing | undefined;
  readonly reached: Timing | undefined;
}

function figure<C extends Candidate>(
  contest: Contest<C>,
  timing: Timing,
  { ours, reached }: Compared,
): Figure {
  const { ceiling, value, flops } = contest;
  const rate = (milliseconds: number): number =>
    flops === undefined ? value(milliseconds) : flops / milliseconds / 1e6;
  const share = (mine: number, peak: number): number =>
    ceiling === undefined ? Number.NaN : rate(mine) / ceiling.value(peak);
  return {
    value: value(timing.median),
    milliseconds: timing.median,
    spread: timing.spread,
    samples: timing.samples,
    ...(flops === undefined ? {} : { gflops: rate(timing.median) }),
    ...(ours === undefined || ours === timing
      ? {}
      : { ratio: pairedMedian(timing, ours, (theirs, mine) => theirs / mine) }),
    ...(reached === undefined ? {} : { ofPeak: pairedMedian(timing, reached, share) }),
  };
}

/** Those who can take part, checked; what became of the others goes to `outcomes`. */
async function readyOnes<C extends Candidate>(
  contest: Contest<C>,
  outcomes: Record<string, Outcome>,
): Promise<Ready<C>[]> {
  const ready: Ready<C>[] = [];
  for (const entry of contest.entries) {
    try {
      const candidate = await entry.prepare();
      if (candidate === undefined) {
        outcomes[entry.name] = { cannot: 'not offered' };
        continue;
      }
      await contest.verify(candidate);
      ready.push({ name: entry.name, candidate });
    } catch (error) {
      outcomes[entry.name] = { cannot: reasonOf(error) };
    }
  }
  return ready;
}

export async function runContest<C extends Candidate>(contest: Contest<C>): Promise<Row> {
  const outcomes: Record<string, Outcome> = {};
  const ready = await readyOnes(contest, outcomes);
  const { ceiling } = contest;
  const timings = await measure(
    [...ready.map((item) => item.candidate), ...(ceiling ? [ceiling.candidate] : [])],
    contest.options,
  );
  const reached = ceiling === undefined ? undefined : timings[ready.length];
  const ours = timings[ready.findIndex((item) => item.name === OURS)];
  for (const [index, item] of ready.entries()) {
    const timing = timings[index];
    if (timing === undefined) continue;
    const found = figure(contest, timing, { ours, reached });
    const note = item.candidate.remark;
    outcomes[item.name] = note === undefined ? found : { ...found, remark: note };
    item.candidate.dispose?.();
  }
  const { [OURS]: own = { cannot: 'not present' }, ...peers } = outcomes;
  const { work, unit, threads, remark } = contest;
  const peak = ceiling && reached ? ceiling.value(reached.median) : null;
  const row = { work, unit, threads, ours: own, peers, peak };
  return remark === undefined ? row : { ...row, remark };
}

/** A row of one number that is ours alone. */
export function ownRow(
  work: string,
  unit: string,
  threads: number,
  value: number,
  remark?: string,
): Row {
  const ours = { value, milliseconds: unit === 'ms' ? value : 0, spread: 0, samples: 1 };
  const row = { work, unit, threads, ours, peers: {}, peak: null };
  return remark === undefined ? row : { ...row, remark };
}
