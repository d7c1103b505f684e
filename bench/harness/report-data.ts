// What a run of a suite leaves: rows, and what one must know to read them.

import { cpus, release, type as systemName, totalmem } from 'node:os';
import type { Peak } from '../peak.js';
import type { Row } from './row.js';

export interface LibraryNote {
  readonly name: string;
  readonly version: string;
  readonly remarks: readonly string[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
}

export interface Report {
  readonly suite: string;
  /** Day of the run, as year-month-day. */
  readonly date: string;
  readonly node: string;
  readonly machine: Machine;
  /** True for a short run, whose figures mean little. */
  readonly quick: boolean;
  /** Measured before the rows, by the number of threads. */
  readonly peaks: Readonly<Record<string, Peak>>;
  readonly libraries: readonly LibraryNote[];
  readonly rows: readonly Row[];
}

export function machineHere(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release().split('.').slice(0, 2).join('.')}`,
  };
}

/** Each library once, with everything that was remarked about it. */
function librariesOf(reports: readonly Report[]): LibraryNote[] {
  const libraries = new Map<string, LibraryNote>();
  for (const library of reports.flatMap((report) => report.libraries)) {
    const known = libraries.get(library.name)?.remarks ?? [];
    const remarks = [...new Set([...known, ...library.remarks])];
    libraries.set(library.name, { ...library, remarks });
  }
  return [...libraries.values()];
}

/** Reports of parts of a suite as one. */
export function merged(first: Report, rest: readonly Report[]): Report {
  const all = [first, ...rest];
  return {
    ...first,
    peaks: Object.assign({}, ...all.map((report) => report.peaks)),
    libraries: librariesOf(all),
    rows: all.flatMap((report) => report.rows),
  };
}
