// docs/compatibility.md says what is true now, and what was promised stays reached.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compatibilityPage, MODULES, rowsOf } from '../tools/compatibility/page.js';
import { tensorFlowNames } from '../tools/compatibility/tensorflow-js.js';

describe('docs/compatibility.md', () => {
  it('is current: npm run compatibility writes it', () => {
    const file = new URL('../docs/compatibility.md', import.meta.url);
    const written = readFileSync(file, 'utf8').split('\n');
    const stale = compatibilityPage()
      .split('\n')
      .filter((line, at) => line !== written[at]);
    expect(stale.slice(0, 5)).toEqual([]);
  });

  it.each(Object.entries(MODULES))('keras.%s has what is promised', (module, promised = 0) => {
    const rows = rowsOf(module).filter(({ isForeign }) => !isForeign);
    const share = rows.filter(({ ours }) => ours !== undefined).length / rows.length;
    expect(rows.length).toBeGreaterThan(0);
    expect(share).toBeGreaterThanOrEqual(promised);
  });

  it('leaves aside what needs Python itself, and names it', () => {
    const rows = Object.keys(MODULES).flatMap(rowsOf);
    const foreign = rows.filter(({ isForeign }) => isForeign);
    expect(foreign.map(({ keras }) => keras)).toEqual([
      'FlaxLayer',
      'JaxLayer',
      'TFSMLayer',
      'TorchModuleWrapper',
      'OrbaxCheckpoint',
    ]);
    expect(foreign.every(({ ours, note }) => ours === undefined && note !== 'not yet')).toBe(true);
    const page = compatibilityPage();
    for (const { keras, note } of foreign) expect(page).toContain(`.${keras}\`: ${note}.`);
  });

  it('says yes only of names that are here and in a golden file', () => {
    const rows = Object.keys(MODULES).flatMap(rowsOf);
    const tested = rows.filter(({ golden }) => golden !== undefined);
    expect(tested.length).toBeGreaterThan(500);
    for (const { keras, ours, golden } of tested) {
      expect(ours, keras).toBeDefined();
      expect(readFileSync(new URL(`golden/${golden}`, import.meta.url), 'utf8')).toContain('cases');
    }
  });

  it('has every name of TensorFlow.js, or says why not', () => {
    const names = tensorFlowNames();
    expect(names.length).toBeGreaterThan(550);
    expect(names.filter(({ note }) => note === 'not yet').map(({ theirs }) => theirs)).toEqual([]);
    expect(names.filter(({ isTested }) => isTested).length).toBeGreaterThan(260);
  });
});
