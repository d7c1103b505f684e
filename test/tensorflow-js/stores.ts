// Stand-ins for the stores of a page, as far as tf.io uses them.

/** A Storage in memory that takes so many letters. */
export function fakeStorage(most = Number.POSITIVE_INFINITY): Storage {
  const items = new Map<string, string>();
  const size = (): number => [...items.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (size() - (items.get(key)?.length ?? 0) + value.length > most) throw new Error('quota');
      items.set(key, value);
    },
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

interface Request {
  result: unknown;
  onsuccess?: () => void;
  onupgradeneeded?: () => void;
}

function answered(result: unknown, before?: (request: Request) => void): Request {
  const request: Request = { result };
  queueMicrotask(() => {
    before?.(request);
    request.onsuccess?.();
  });
  return request;
}

function fakeStore(records: Map<string, object>): object {
  return {
    put(record: { readonly modelPath: string }) {
      records.set(record.modelPath, structuredClone(record));
      return answered(undefined);
    },
    get: (key: string) => answered(records.get(key)),
    getAll: () => answered([...records.values()]),
    delete: (key: string) => answered(void records.delete(key)),
  };
}

/** An IndexedDB in memory. */
export function fakeIndexedDb(): object {
  const stores = new Map<string, Map<string, object>>();
  const database = {
    createObjectStore: (name: string) => void stores.set(name, new Map()),
    close: () => undefined,
    transaction() {
      const transaction: { oncomplete?: () => void; objectStore(name: string): object } = {
        objectStore: (name) => fakeStore(stores.get(name) ?? new Map()),
      };
      // Long after the requests, each of which takes a microtask or two.
      setTimeout(() => transaction.oncomplete?.(), 5);
      return transaction;
    },
  };
  return {
    open: () =>
      answered(database, (request) => {
        if (stores.size === 0) request.onupgradeneeded?.();
      }),
  };
}
