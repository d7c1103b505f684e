// Turns the case table into tests: one test for each row that a check applies to.
import { describe, it } from 'vitest';
import type { OpName } from '../../src/ops/op-table.js';
import { opTable } from '../../src/ops/op-table.js';
import { cases } from '../ops/cases.js';
import { composedCases } from '../ops/composed-cases.js';
import type { Case } from './op-case.js';

/** One check, and the rows it is for. */
export interface Check {
  readonly name: string;
  readonly applies: (one: Case, name: string) => boolean;
  readonly run: (one: Case) => void | Promise<void>;
}

/** Whether gradients of this row are compared with finite differences. */
export function isDifferentiable(one: Case, name: string): boolean {
  if (one.fails !== undefined || one.noGradient !== undefined) return false;
  if (isOpName(name) && 'none' in opTable[name].grad) return false;
  return one.inputs.some(({ fixed }) => fixed === undefined);
}

function isOpName(name: string): name is OpName {
  return Object.hasOwn(opTable, name);
}

/** Declares the tests of a check. */
export function suite(check: Check): void {
  describe(check.name, () => {
    for (const [name, rows] of Object.entries({ ...cases, ...composedCases })) {
      rows.forEach((row, place) => {
        if (!check.applies(row, name)) return;
        it(`${name}: ${row.about ?? place}`, async () => {
          await check.run(row);
        });
      });
    }
  });
}
