// `keratin doctor`: what the machine offers, which optional packages are there, what is in use.
import { availableParallelism } from 'node:os';
import { type Fact, hostFacts } from '../devices/facts.js';
import { setThreads } from '../index.js';
import { chosen } from '../runtime/runtime.js';
import { version } from './version.js';

/** Optional packages and what they are for. */
const PEERS = [
  ['@zip.js/zip.js', '.keras files'],
  ['h5wasm', 'writing .keras and .weights.h5 files'],
  ['fast-png', 'PNG pictures'],
  ['@cornerstonejs/codec-libjpeg-turbo-8bit', 'reading JPEG pictures'],
  ['jpeg-js', 'writing JPEG pictures'],
  ['koffi', "setDevice('native')"],
  ['webgpu', "setDevice('webgpu') in Node"],
] as const;

function peerFacts(): Fact[] {
  return PEERS.map(([name, use]) => {
    try {
      import.meta.resolve(name);
      return { name, value: `installed, for ${use}` };
    } catch {
      return { name, value: `not installed, for ${use}`, advice: `npm install ${name}` };
    }
  });
}

/** Prints a table of facts, and below a line what can be done about it. */
export async function doctor(): Promise<void> {
  const { engine, device } = chosen();
  const threads = setThreads(availableParallelism());
  const facts: Fact[] = [
    { name: 'keratin', value: await version() },
    ...(await hostFacts()),
    ...peerFacts(),
    { name: 'in use', value: `engine ${engine}, device ${device}, ${threads} threads` },
  ];
  const width = Math.max(...facts.map(({ name }) => name.length)) + 2;
  for (const { name, value, advice } of facts) {
    console.log(`${name.padEnd(width)}${value}`);
    if (advice !== undefined) console.log(`${' '.repeat(width)}-> ${advice}`);
  }
}
