// Turns of the host's event loop: how long work lets timers, sockets and screens go on.
// Loops over batches (models) rest here now and then.

/** What Node offers and browsers do not. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined;

/** After the host's event loop has gone round once. A timer would wait for a millisecond or more. */
export function nextTurn(): Promise<void> {
  if (typeof setImmediate === 'function') {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
