// A server of our own on a free port, so that tests of downloads need no network.
import { createServer, type RequestListener } from 'node:http';

export interface LocalServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  close(): void;
}

/** Starts a server that answers with `answer`. */
export async function startServer(answer: RequestListener): Promise<LocalServer> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
