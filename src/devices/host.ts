// What the host says of itself: how many threads can run at once.

interface OperatingSystem {
  availableParallelism(): number;
}

function isOperatingSystem(value: unknown): value is OperatingSystem {
  return typeof value === 'object' && value !== null && 'availableParallelism' in value;
}

/** Threads that this host runs at the same time; 1 where it does not say. */
export function availableThreads(): number {
  if (typeof process !== 'undefined') {
    const found: unknown = process.getBuiltinModule?.('node:os');
    if (isOperatingSystem(found)) return found.availableParallelism();
  }
  return typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1);
}
