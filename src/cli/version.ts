// The version of the package, found in the package.json above this file, built or not.
import { readFile } from 'node:fs/promises';

export async function version(): Promise<string> {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const text = await readFile(new URL(place, import.meta.url), 'utf8');
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name === 'keratin' && version !== undefined) return version;
    } catch {
      // The next place may have it.
    }
  }
  return 'unknown';
}
