// How helper threads are started and watched: worker_threads in Node, Web Workers in browsers.
// The pool (cpu-pool.ts) sees both through one interface. Helpers never keep the process alive.
import { workerSource } from './cpu-worker.js';

/** What Node's and the browser's workers have in common here. */
export interface Helper {
  send(message: unknown): void;
  end(): void;
  /** Whether it is known, without waiting for any event, to have stopped. */
  hasStopped(): boolean;
}

interface NodeWorker {
  readonly performance: { eventLoopUtilization(): { readonly idle: number } };
  postMessage(message: unknown): void;
  unref(): void;
  terminate(): Promise<number>;
  on(event: string, handle: (problem: unknown) => void): void;
}

interface NodeWorkerModule {
  readonly Worker: new (source: string, options: { readonly eval: boolean }) => NodeWorker;
}

function nodeWorkers(): NodeWorkerModule | undefined {
  if (typeof process === 'undefined') return undefined;
  const found: unknown = process.getBuiltinModule?.('node:worker_threads');
  const usable = typeof found === 'object' && found !== null && 'Worker' in found;
  // The check above says what Node documents of this module.
  return usable ? (found as NodeWorkerModule) : undefined;
}

function startNodeHelper({ Worker }: NodeWorkerModule, onDeath: () => void): Helper {
  const worker = new Worker(workerSource, { eval: true });
  let stopped = false;
  const note = (): void => {
    if (stopped) return;
    stopped = true;
    onDeath();
  };
  worker.unref();
  worker.on('error', note);
  worker.on('exit', note);
  return {
    send: (message) => worker.postMessage(message),
    end: () => void worker.terminate(),
    // Events of a worker's death do not arrive while this thread waits for it. The time that its
    // event loop was idle can be asked for at any moment, and is negative once it has stopped. Node
    // must have been asked once while the worker lived, and after our own event loop heard of its
    // start, so the pool asks before every job; that takes 0.2 microseconds.
    hasStopped: () => stopped || worker.performance.eventLoopUtilization().idle < 0,
  };
}

/** Starts a helper; undefined where the host has no threads. `onDeath` is told once. */
export function startHelper(onDeath: () => void): Helper | undefined {
  const node = nodeWorkers();
  if (node !== undefined) return startNodeHelper(node, onDeath);
  if (typeof Worker === 'undefined' || typeof Blob === 'undefined') return undefined;
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url);
  let stopped = false;
  worker.onerror = () => {
    stopped = true;
    onDeath();
  };
  return {
    send: (message) => worker.postMessage(message),
    end: () => {
      stopped = true;
      worker.terminate();
    },
    hasStopped: () => stopped,
  };
}

/** Whether this thread may sleep on shared memory: not the main thread of a browser. */
export function maySleep(): boolean {
  return typeof document === 'undefined';
}
