// What a suite is given, and the one thing it returns: rows.

import type { MeasureOptions } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import type { Ceiling } from '../peak.js';
import type { Peer } from '../peers/peer.js';

export interface Session {
  readonly peers: readonly Peer[];
  /** GFLOP/s of one core. */
  readonly multiplyAdd: Ceiling;
  readonly options: MeasureOptions;
  /** True for rows that the command line asks for. */
  wanted(work: string): boolean;
  /** Called with each row as soon as it is measured. */
  done(row: Row): void;
}

export type Suite = (session: Session) => Promise<void>;
