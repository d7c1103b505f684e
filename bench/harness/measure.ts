// Times candidates against each other in one process: warmed up, interleaved A/B/A/B (each
// sample after an untimed run of the same candidate), median kept.
// A shared machine is noisy; what happens to one candidate in a round happens to all of them.

export interface Candidate {
  readonly name: string;
  /** Does the work once. Returns a promise only where the library itself is asynchronous. */
  run(): void | Promise<void>;
  dispose?(): void;
  /** Milliseconds for which its threads keep spinning after a run; nobody else is timed meanwhile. */
  readonly settles?: number;
  /** Says where a library does not quite do the work that the row asks for. */
  readonly remark?: string;
}

export interface Timing {
  /** Milliseconds for one run. */
  readonly median: number;
  /** Distance between the quartiles, in milliseconds. */
  readonly spread: number;
  readonly samples: number;
  /** The samples in the order of the rounds, for comparing round by round. */
  readonly rounds: readonly number[];
}

export interface MeasureOptions {
  /** Seconds that all candidates of a row may take together, warm-up included. */
  readonly budget?: number;
  readonly samples?: number;
  /** Hardly any warm-up and rounds: to see that everything runs. */
  readonly quick?: boolean;
}

/** Bounds in milliseconds for the length of one sample. */
const SHORTEST_SAMPLE = 2;
const COMMON_SAMPLE = 25;

export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? low;
  return low + (high - low) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return quantile(sorted, 0.5);
}

/** The median of `of(a, b)` over rounds: what slows a round down slows both sides of it. */
export function pairedMedian(a: Timing, b: Timing, of: (a: number, b: number) => number): number {
  return median(a.rounds.map((first, i) => of(first, b.rounds[i] ?? Number.NaN)));
}

/** A run of at most so many milliseconds goes before each sample. */
const LONGEST_LEAD_IN = 250;

/**
 * Milliseconds for one run, in a row of them: others ran before, so an untimed run first brings
 * the candidate's data into the caches and wakes its threads, as the steps before do in a loop.
 */
async function sampleInRow(candidate: Candidate, repeats: number, each: number): Promise<number> {
  if (each <= LONGEST_LEAD_IN) await sample(candidate, 1);
  return await sample(candidate, repeats);
}

async function sample(candidate: Candidate, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i += 1) {
    const pending = candidate.run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - start) / repeats;
}

/** Runs until the engine's compilers have settled; the milliseconds of the fastest run. */
async function warmUp(
  candidate: Candidate,
  milliseconds: number,
  atLeast: number,
): Promise<number> {
  const start = performance.now();
  let fastest = Number.POSITIVE_INFINITY;
  let runs = 0;
  while (runs < atLeast || performance.now() - start < milliseconds) {
    // One run of something very slow has warmed it up.
    if (performance.now() - start > 10 * milliseconds) break;
    fastest = Math.min(fastest, await sample(candidate, 1));
    runs += 1;
    // Tiering up happens on other threads and is installed between tasks.
    if (runs % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return Math.max(fastest, 1e-5);
}

/** Rounds of a candidate that would use up the row's time, and is far behind the first. */
const SLOW_ROUNDS = 3;
const FAR_BEHIND = 4;

/** Timing of each candidate, in their order. */
export async function measure(
  candidates: readonly Candidate[],
  options: MeasureOptions = {},
): Promise<Timing[]> {
  const budget = (options.budget ?? 8) * 1000;
  const wanted = options.samples ?? 40;
  const fewest = options.quick ? 1 : 5;
  const slowest = options.quick ? 1 : SLOW_ROUNDS;
  const start = performance.now();
  const fastest: number[] = [];
  for (const candidate of candidates) {
    const share = Math.min(400, budget / (4 * candidates.length));
    fastest.push(await warmUp(candidate, share, options.quick ? 1 : 3));
  }
  // Samples of like length meet like disturbances.
  const length = Math.max(SHORTEST_SAMPLE, Math.min(COMMON_SAMPLE, Math.max(0, ...fastest)));
  const repeats = fastest.map((ms) => Math.max(1, Math.round(length / ms)));
  const isSlow = fastest.map((ms) => ms > budget / 10 && ms > FAR_BEHIND * (fastest[0] ?? 0));
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < wanted; round += 1) {
    if (round >= fewest && performance.now() - start > budget) break;
    for (const [index, candidate] of candidates.entries()) {
      if (round >= slowest && isSlow[index]) continue;
      times[index]?.push(await sampleInRow(candidate, repeats[index] ?? 1, fastest[index] ?? 0));
      if (candidate.settles !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, candidate.settles));
      }
    }
  }
  return times.map((list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return {
      median: quantile(sorted, 0.5),
      spread: quantile(sorted, 0.75) - quantile(sorted, 0.25),
      samples: sorted.length,
      rounds: list,
    };
  });
}
