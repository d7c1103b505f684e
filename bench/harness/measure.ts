// Times candidates against each other in one process: warmed up, interleaved A/B/A/B, median kept.
// A shared machine is noisy; what happens to one candidate in a round happens to all of them.

export interface Candidate {
  readonly name: string;
  /** Does the work once. Returns a promise only where the library itself is asynchronous. */
  run(): void | Promise<void>;
  dispose?(): void;
  /** Says where a library does not quite do the work that the row asks for. */
  readonly remark?: string;
}

export interface Timing {
  /** Milliseconds for one run. */
  readonly median: number;
  /** Distance between the quartiles, in milliseconds. */
  readonly spread: number;
  readonly samples: number;
}

export interface MeasureOptions {
  /** Seconds that all candidates of a row may take together, warm-up included. */
  readonly budget?: number;
  readonly samples?: number;
}

const SHORTEST_SAMPLE = 2;

export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? low;
  return low + (high - low) * (position - Math.floor(position));
}

async function sample(candidate: Candidate, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i += 1) {
    const pending = candidate.run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - start) / repeats;
}

/** Runs until the engine's compilers have settled; says how many runs make one sample. */
async function warmUp(candidate: Candidate, milliseconds: number): Promise<number> {
  const start = performance.now();
  let fastest = Number.POSITIVE_INFINITY;
  let runs = 0;
  while (runs < 3 || performance.now() - start < milliseconds) {
    fastest = Math.min(fastest, await sample(candidate, 1));
    runs += 1;
    // Tiering up happens on other threads and is installed between tasks.
    if (runs % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return Math.max(1, Math.ceil(SHORTEST_SAMPLE / Math.max(fastest, 1e-5)));
}

/** Timing of each candidate, in their order. */
export async function measure(
  candidates: readonly Candidate[],
  options: MeasureOptions = {},
): Promise<Timing[]> {
  const budget = (options.budget ?? 8) * 1000;
  const wanted = options.samples ?? 40;
  const start = performance.now();
  const repeats: number[] = [];
  for (const candidate of candidates) {
    repeats.push(await warmUp(candidate, Math.min(400, budget / (4 * candidates.length))));
  }
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < wanted; round += 1) {
    if (round >= 5 && performance.now() - start > budget) break;
    for (const [index, candidate] of candidates.entries()) {
      times[index]?.push(await sample(candidate, repeats[index] ?? 1));
    }
  }
  return times.map((list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return {
      median: quantile(sorted, 0.5),
      spread: quantile(sorted, 0.75) - quantile(sorted, 0.25),
      samples: sorted.length,
    };
  });
}
