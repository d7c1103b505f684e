// An event file: records one after the other, each with its length and two checksums, only ever
// added to. What was written counts, even if the program ends in the middle of a record. Node only.
import { crc32c } from '../../files/crc32.js';
import { importFiles, importPaths } from '../../files/node-modules.js';
import { summaryEvent, versionEvent } from './summaries.js';

/** Checksums of data that holds checksums are masked, so that they do not look alike. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A record: length (8 bytes), its checksum, the data, its checksum. */
export function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length % 2 ** 32, true);
  view.setUint32(4, Math.floor(data.length / 2 ** 32), true);
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return bytes;
}

let files = 0;

/** Adds events to a new file in a folder, which is made with the first of them. */
export class EventFile {
  readonly #folder: string;
  #path: string | undefined;
  #waiting: Uint8Array[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds values; they are on disk after the next `flush`. */
  add(step: number, values: readonly Uint8Array[]): void {
    if (values.length === 0) return;
    this.#waiting.push(record(summaryEvent(Date.now() / 1000, step, values)));
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { appendFile, mkdir } = await importFiles();
    if (this.#path === undefined) {
      const { join } = await importPaths();
      await mkdir(this.#folder, { recursive: true });
      const seconds = Math.floor(Date.now() / 1000);
      const name = `events.out.tfevents.${seconds}.keratin.${process.pid}.${files++}.v2`;
      this.#path = join(this.#folder, name);
      this.#waiting.unshift(record(versionEvent(seconds)));
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    await appendFile(this.#path, Buffer.concat(waiting));
  }
}
