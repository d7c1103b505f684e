// How much a file may ask for. Every reader checks declared sizes against these before it allocates.

/** Bounds on what reading a file may cost. All have safe defaults. */
export interface ReadLimits {
  /** Most bytes that all contents may take together once expanded. Default 4 GiB. */
  readonly maxBytes?: number;
  /** How many times larger than its stored form compressed content may be. Default 100. */
  readonly maxExpansion?: number;
  /** Most members, groups, datasets or nodes that one file may hold. Default 100,000. */
  readonly maxItems?: number;
  /** How deeply groups and configurations may nest. Default 64 groups. */
  readonly maxDepth?: number;
}

export type FullLimits = Required<ReadLimits>;

const GIBIBYTE = 2 ** 30;

/** Small contents may expand freely up to this size: a file of zeros is no bomb. */
export const EXPANSION_FLOOR = 16 * 2 ** 20;

export function fullLimits(limits: ReadLimits = {}): FullLimits {
  return {
    maxBytes: limits.maxBytes ?? 4 * GIBIBYTE,
    maxExpansion: limits.maxExpansion ?? 100,
    maxItems: limits.maxItems ?? 100_000,
    maxDepth: limits.maxDepth ?? 64,
  };
}

/** Whether content of `stored` bytes may be expanded to `expanded` bytes. */
export function mayExpand(limits: FullLimits, stored: number, expanded: number): boolean {
  return expanded <= Math.max(EXPANSION_FLOOR, stored * limits.maxExpansion);
}
