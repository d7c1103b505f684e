// What recipes may know of the place a program will run; devices publish one each.

/** A register tile: so many rows by so many vectors of columns. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Share of the peak that it reaches on packed panels, measured. */
  readonly rate: number;
}

/** Facts about a processor that decide how a kernel is best ordered. */
export interface Target {
  readonly name: string;
  readonly kind: 'cpu' | 'gpu';
  /** f32 lanes of one vector register; 1 for plain scalar programs. */
  readonly lanes: number;
  /** Whether multiply-add is one instruction. */
  readonly fusedMultiplyAdd: boolean;
  /** Register tiles of matrix products, the fastest first. */
  readonly tiles: readonly Tile[];
  /** Bytes of the cache that packed panels should stay in. */
  readonly cacheBytes: number;
  /** Threads that share a program's parallel loops. */
  readonly threads: number;
  /** Largest workgroup, for GPUs. */
  readonly workgroupSize: number;
}

/** One plain loop after another: easy to read, slow, right. */
export const plainTarget: Target = {
  name: 'plain',
  kind: 'cpu',
  lanes: 1,
  fusedMultiplyAdd: false,
  tiles: [{ rows: 1, vectors: 1, rate: 1 }],
  cacheBytes: 1 << 19,
  threads: 1,
  workgroupSize: 1,
};
