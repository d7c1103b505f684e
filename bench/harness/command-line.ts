// The command line of the bench, read once.

import { parseArgs } from 'node:util';
import type { Suite } from '../suites/suite.js';

export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  gemm: async () => (await import('../suites/gemm.js')).gemm,
  ops: async () => (await import('../suites/ops.js')).ops,
  train: async () => (await import('../suites/train.js')).train,
  infer: async () => (await import('../suites/infer.js')).infer,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    item: { type: 'string', default: '' },
    child: { type: 'boolean', default: false },
    threads: { type: 'string', default: '' },
    budget: { type: 'string' },
    samples: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
});

/** Seconds a row, all libraries together. */
const BUDGET = { full: 20, quick: 1 };
const SAMPLES = { full: 40, quick: 5 };
const pace = values.quick ? 'quick' : 'full';

export const options = {
  suite: positionals[0] ?? '',
  json: values.json,
  /** Keep the results, and write the document anew from all that are kept. */
  write: values.write,
  quick: values.quick,
  /** Items whose names hold this text, whatever its case. */
  only: values.only.toLowerCase(),
  /** Exactly this item. */
  item: values.item,
  /** Measure in this process and give back JSON alone: how the bench calls itself. */
  child: values.child,
  /** Empty for the suite's own. */
  threads: values.threads === '' ? [] : values.threads.split(',').map(Number),
  peers: !values['no-peers'],
  measure: {
    budget: Number(values.budget ?? BUDGET[pace]),
    samples: Number(values.samples ?? SAMPLES[pace]),
    quick: values.quick,
  },
};

export async function requireSuite(name: string): Promise<Suite> {
  const open = SUITES[name];
  if (open !== undefined) return open();
  console.error(`Which suite? One of: ${Object.keys(SUITES).join(', ')}; or docs.`);
  process.exit(2);
}

/** The items that the command line asks for. */
export function wantedItems(suite: Suite): Suite['items'] {
  if (options.item !== '') return suite.items.filter(({ name }) => name === options.item);
  return suite.items.filter(({ name }) => name.toLowerCase().includes(options.only));
}

export function wantedThreads(suite: Suite): readonly number[] {
  return options.threads.length > 0 ? options.threads : suite.threads;
}
