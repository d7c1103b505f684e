// What a helper thread of the cpu device does: sleep on a word of shared memory, run its share.
// Kept as text, so that bundlers, Node and browsers all start it the same way, with no file.

/** Words of the control block, as 32-bit indices. */
export const controlWords = {
  /** Number of the present job; threads sleep on it. */
  job: 0,
  /** 0 run a sequence, 1 look for messages, 2 end. */
  kind: 1,
  /** Which sequence. */
  sequence: 2,
  /** Address of its pointer table. */
  table: 3,
  /** Threads that have taken in their messages. */
  ready: 4,
  /** Threads that share the job. */
  threads: 5,
  /** Never changes, so that a thread can sleep on it for a given time. */
  unused: 6,
} as const;

/** Bytes of the control block. */
export const CONTROL_BYTES = 64;

export const jobKinds = { run: 0, messages: 1, end: 2 } as const;

/**
 * Looks at the job's number before a helper sleeps, a millisecond at most: steps often follow each
 * other at once, and waking takes a while. A quarter more when that was enough, half when it was in vain.
 */
const SPINS = { least: 1000, most: 64_000 } as const;

/**
 * The program of a helper thread. Messages: first {memory, control, broken, thread}, then
 * {sequence, module} for each sequence; `last` asks for an answer.
 */
export const workerSource = `
const start = (port) => {
  let control, broken, words, memory, thread;
  const sequences = new Map();
  let turns = ${SPINS.least};
  const waitForOther = (job) => {
    for (let turn = 0; turn < turns; turn++) {
      if (Atomics.load(words, control) === job) continue;
      turns = Math.min(turns + (turns >> 2), ${SPINS.most});
      return;
    }
    turns = Math.max(turns >> 1, ${SPINS.least});
    Atomics.wait(words, control, job);
  };
  const rest = (job) => {
    for (;;) {
      waitForOther(job);
      const now = Atomics.load(words, control);
      if (now === job) continue;
      job = now;
      const kind = words[control + ${controlWords.kind}];
      if (kind === ${jobKinds.end}) return port.close();
      if (kind === ${jobKinds.messages}) return;
      if (thread >= words[control + ${controlWords.threads}]) continue;
      try {
        const run = sequences.get(words[control + ${controlWords.sequence}]);
        run(words[control + ${controlWords.table}], thread, words[control + ${controlWords.threads}]);
      } catch (error) {
        Atomics.store(words, broken, 1);
      }
    }
  };
  port.listen((message) => {
    if (message.memory) {
      ({ memory, control, broken, thread } = message);
      words = new Int32Array(memory.buffer);
    } else if (message.drop !== undefined) {
      sequences.delete(message.drop);
    } else if (message.module) {
      const instance = new WebAssembly.Instance(message.module, { env: { memory, watch: () => {} } });
      sequences.set(message.sequence, instance.exports.run);
    }
    if (message.last) {
      // Read before answering: the next job may begin at once.
      const job = Atomics.load(words, control);
      Atomics.add(words, control + ${controlWords.ready}, 1);
      Atomics.notify(words, control + ${controlWords.ready});
      rest(job);
    }
  });
};
if (typeof self === 'object' && typeof self.postMessage === 'function' && typeof process !== 'object') {
  start({
    listen: (handle) => { self.onmessage = (event) => handle(event.data); },
    send: (message) => self.postMessage(message),
    close: () => self.close(),
  });
} else {
  const { parentPort } = require('node:worker_threads');
  start({
    listen: (handle) => parentPort.on('message', handle),
    send: (message) => parentPort.postMessage(message),
    close: () => parentPort.close(),
  });
}
`;
