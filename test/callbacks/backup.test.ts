// BackupAndRestore: training that was cut off anywhere goes on as if it had not been.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callbacks, layers, Sequential, setRandomSeed, tensor } from '../../src/index.js';
import { line, valuesOf } from '../training/small-models.js';

let root = '';
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keratin-backup-'));
});
afterAll(() => rm(root, { recursive: true }));

const folder = () => join(root, `backup-${folders++}`);

/** Dropout, so that random streams have to go on too; Adam, so that the optimizer has state. */
function model(): Sequential {
  setRandomSeed(7);
  const made = new Sequential([
    layers.input({ shape: [2] }),
    layers.dense({ units: 8, activation: 'relu' }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 1 }),
  ]);
  made.compile({ optimizer: 'adam', loss: 'mse' });
  return made;
}

const { x, y } = line(20);
const settings = { batchSize: 4, epochs: 3, verbose: 0 } as const;

/** Throws after so many batches, as a power cut would. */
function cutAfter(batches: number): callbacks.CallbackLike {
  let seen = 0;
  return {
    onTrainBatchEnd() {
      if (++seen === batches) throw new Error('cut');
    },
  };
}

async function uninterrupted(): Promise<number[][]> {
  const whole = model();
  await whole.fit(x, y, settings);
  return valuesOf(whole);
}

describe('BackupAndRestore', () => {
  it.each([
    { name: 'after each epoch', saveFreq: 'epoch' as const, cut: 12, epochsAfter: 1 },
    { name: 'after each batch', saveFreq: 1, cut: 8, epochsAfter: 2 },
    { name: 'after every third batch', saveFreq: 3, cut: 9, epochsAfter: 2 },
    { name: 'at the last batch of an epoch', saveFreq: 5, cut: 11, epochsAfter: 1 },
    { name: 'before the first backup', saveFreq: 5, cut: 2, epochsAfter: 3 },
  ])('goes on exactly where it was: saved $name', async ({ saveFreq, cut, epochsAfter }) => {
    const backupDir = folder();
    const first = model();
    const backup = () => new callbacks.BackupAndRestore({ backupDir, saveFreq });
    const stopped = first.fit(x, y, { ...settings, callbacks: [backup(), cutAfter(cut)] });
    await expect(stopped).rejects.toThrow('cut');
    const second = model();
    const history = await second.fit(x, y, { ...settings, callbacks: [backup()] });
    expect(history.epoch).toHaveLength(epochsAfter);
    expect(await valuesOf(second)).toEqual(await uninterrupted());
    await expect(readdir(backupDir)).rejects.toThrow();
  });

  it('keeps the backup where it is asked to, and only its own files go', async () => {
    const backupDir = folder();
    const kept = new callbacks.BackupAndRestore({ backupDir, deleteCheckpoint: false });
    await model().fit(x, y, { ...settings, callbacks: [kept] });
    const { epoch, batch } = JSON.parse(
      await readFile(join(backupDir, 'training_metadata.json'), 'utf8'),
    );
    expect([epoch, batch]).toEqual([3, 0]);
    const again = model();
    const done = await again.fit(x, y, { ...settings, callbacks: [kept] });
    expect(done.epoch).toEqual([]);
    await writeFile(join(backupDir, 'notes.txt'), 'mine');
    const deleting = new callbacks.BackupAndRestore({ backupDir });
    await model().fit(x, y, { ...settings, callbacks: [deleting] });
    expect(await readdir(backupDir)).toEqual(['notes.txt']);
  });

  it('takes the backup before where the last is damaged', async () => {
    const backupDir = folder();
    const options = { backupDir, doubleCheckpoint: true, deleteCheckpoint: false };
    const backup = () => new callbacks.BackupAndRestore(options);
    const cut = model().fit(x, y, { ...settings, callbacks: [backup(), cutAfter(12)] });
    await expect(cut).rejects.toThrow('cut');
    const record = join(backupDir, 'training_metadata.json');
    const { weights } = JSON.parse(await readFile(record, 'utf8'));
    await writeFile(join(backupDir, weights), 'nothing');
    const second = model();
    const history = await second.fit(x, y, { ...settings, callbacks: [backup()] });
    expect(history.epoch).toEqual([1, 2]);
    expect(await valuesOf(second)).toEqual(await uninterrupted());
  });

  it('refuses a damaged record and leaves the model as it was', async () => {
    const backupDir = folder();
    const options = { backupDir, deleteCheckpoint: false };
    await model().fit(x, y, { ...settings, callbacks: [new callbacks.BackupAndRestore(options)] });
    const fresh = model();
    const before = await valuesOf(fresh);
    const record = join(backupDir, 'training_metadata.json');
    const good: Record<string, unknown> = JSON.parse(await readFile(record, 'utf8'));
    for (const bad of [
      { weights: '../../x.h5' },
      { epoch: -1 },
      { streams: [[1]] },
      { seeds: 5 },
    ]) {
      await writeFile(record, JSON.stringify({ ...good, ...bad }));
      const backup = new callbacks.BackupAndRestore(options);
      await expect(fresh.fit(x, y, { ...settings, callbacks: [backup] })).rejects.toThrow(
        'delete the backup folder',
      );
    }
    expect(await valuesOf(fresh)).toEqual(before);
  });

  it('wants a folder, a frequency and a model that is built', async () => {
    expect(() => new callbacks.BackupAndRestore({ backupDir: '' })).toThrow('folder');
    const wrong = { backupDir: 'x', saveFreq: 0 };
    expect(() => new callbacks.BackupAndRestore(wrong)).toThrow("'epoch' or a number of batches");
    const unbuilt = new Sequential([layers.dense({ units: 1 })]);
    unbuilt.compile({ optimizer: 'sgd', loss: 'mse' });
    const backup = new callbacks.BackupAndRestore({ backupDir: folder() });
    const fit = unbuilt.fit(tensor(x), tensor(y), { verbose: 0, callbacks: [backup] });
    await expect(fit).rejects.toThrow('layers.input');
  });
});
