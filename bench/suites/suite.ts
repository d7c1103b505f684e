// What a suite is: rows with names, each of which can be measured alone.

import type { MeasureOptions } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import type { Ceiling } from '../peak.js';
import type { Contender } from '../peers/keratin.js';
import type { Peer } from '../peers/peer.js';

export interface Session {
  readonly peers: readonly Peer[];
  readonly threads: number;
  /** GFLOP/s of as many cores as there are threads. */
  readonly multiplyAdd: Ceiling;
  readonly options: MeasureOptions;
}

/** Part of a suite. It may give several rows about one piece of work. */
export interface Item {
  readonly name: string;
  /** What is measured before other libraries are opened: their processes would be busy starting. */
  alone?(threads: number): readonly Row[];
  measure(session: Session): Promise<readonly Row[]>;
}

/** Which of Keratin's engines take part, by the number of threads; the first is "ours". */
export type Contenders = (threads: number) => readonly Contender[];

/** Opens a library with so many threads; undefined where it does not take part. */
export type Open = (threads: number) => Promise<Peer | undefined>;

export interface Suite {
  readonly items: readonly Item[];
  /** Numbers of threads that are measured unless the command line says otherwise. */
  readonly threads: readonly number[];
  /** Whether each item wants a process of its own, because of its memory. */
  readonly isolated: boolean;
  readonly contenders: Contenders;
  /** Libraries beside those that take part in every suite. */
  readonly rivals?: readonly Open[];
}
