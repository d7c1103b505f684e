// Keratin itself, as its users write it: eager, one thread.

import type { Peer } from './peer.js';

export async function keratin(): Promise<Peer> {
  throw new Error('Keratin has no public names yet.');
}
