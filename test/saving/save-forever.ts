// Saves over the same file without end, for the test that kills it at some moment.
import { writeNodeFile } from '../../src/files/node-files.js';

const path = process.argv[2] ?? '';
for (let round = 0; ; round++) {
  await writeNodeFile(path, new Uint8Array(2 ** 20).fill(round % 256), true);
  if (round === 0) console.log('saving');
}
