// TensorBoard and RemoteMonitor: bytes against the tensorboard package, files and requests of real runs.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { crc32, crc32c } from '../../src/files/crc32.js';
import { callbacks } from '../../src/index.js';
import { record } from '../../src/saving/events/event-file.js';
import { greyPng } from '../../src/saving/events/png.js';
import * as summaries from '../../src/saving/events/summaries.js';
import { line, unit } from '../training/small-models.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keratin-events-'));
});
afterAll(() => rm(root, { recursive: true }));

const { x, y } = line(20);
const short = { batchSize: 4, verbose: 0 } as const;

/** The records of all event files of a folder, checked, as text in which tags can be looked for. */
async function eventsIn(folder: string): Promise<{ tags: string[]; text: string }> {
  let text = '';
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    for (let at = 0; at < bytes.length; ) {
      const length = Number(bytes.readBigUInt64LE(at));
      const data = bytes.subarray(at + 12, at + 12 + length);
      expect([...bytes.subarray(at, at + 16 + length)]).toEqual([...record(data)]);
      text += data.toString('latin1');
      at += 16 + length;
    }
  }
  const tags = text.match(
    /(?:epoch|batch(?!_shape)|evaluation)_[a-z_]+|[a-z_/0-9]+\/(?:histogram|image)/g,
  );
  return { tags: [...new Set(tags ?? [])].sort(), text };
}

describe('event files', () => {
  it('are byte for byte those of the tensorboard package', async () => {
    const file = new URL('../golden/event-file.json', import.meta.url);
    const { bytes } = JSON.parse(await readFile(file, 'utf8')) as { bytes: string };
    const event = summaries.summaryEvent(1001.25, 300, [
      summaries.scalar('epoch_loss', 0.25),
      // Two buckets of TensorBoard's thirty are not what we write, so the rows are spelled out.
      summaries.histogramOf('dense/kernel/histogram', Float64Array.of(0, 1, 3, 1, 2, 4)),
      summaries.images('dense/kernel/image', 2, 1, [new TextEncoder().encode('png')]),
      summaries.kerasModel('keras', '{}'),
    ]);
    const all = Buffer.concat([record(summaries.versionEvent(1000.5)), record(event)]);
    expect(all.toString('hex')).toBe(bytes);
  });

  it('check with CRC-32C and CRC-32', () => {
    const digits = new TextEncoder().encode('123456789');
    expect([crc32c(digits), crc32(digits)]).toEqual([0xe3069283, 0xcbf43926]);
  });

  it('hold pictures that are PNG files', async () => {
    const png = Buffer.from(await greyPng(2, 2, [0, 1, 0.5, -3]));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const at = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    expect([...rows]).toEqual([0, 0, 255, 0, 127, 0]);
  });

  it('count values in thirty buckets, or in one where all are equal', () => {
    const rows = summaries.bucketsOf([0, 0.05, 3, 1.5]);
    expect([rows.length, rows[2], rows[89]]).toEqual([90, 2, 1]);
    expect([...summaries.bucketsOf([2, 2])]).toEqual([1.5, 2.5, 2]);
    expect([...summaries.bucketsOf([])]).toEqual([]);
  });
});

describe('TensorBoard', () => {
  it('writes epochs, evaluations and the model', async () => {
    const logDir = join(root, 'plain');
    const board = new callbacks.TensorBoard({ logDir });
    const run = { ...short, epochs: 2, validationData: [x, y] as const, callbacks: [board] };
    await unit({ metrics: ['mae'] }).fit(x, y, run);
    const train = await eventsIn(join(logDir, 'train'));
    expect(train.tags).toEqual(['epoch_learning_rate', 'epoch_loss', 'epoch_mae']);
    expect(train.text).toContain('graph_keras_model');
    expect(train.text).toContain('"class_name":"Sequential"');
    expect((await eventsIn(join(logDir, 'validation'))).tags).toEqual([
      'epoch_loss',
      'epoch_mae',
      'evaluation_loss_vs_iterations',
      'evaluation_mae_vs_iterations',
    ]);
  });

  it('writes batches, weights, pictures and speed where asked to', async () => {
    const logDir = join(root, 'more');
    const board = new callbacks.TensorBoard({
      logDir,
      histogramFreq: 1,
      writeGraph: false,
      writeImages: true,
      writeStepsPerSecond: true,
      updateFreq: 2,
    });
    await unit().fit(x, y, { ...short, epochs: 2, callbacks: [board] });
    const { tags, text } = await eventsIn(join(logDir, 'train'));
    expect(tags.map((tag) => tag.replace(/^.*(sequential|dense)[^/]*\//, ''))).toEqual([
      'batch_loss',
      'batch_steps_per_second',
      'epoch_learning_rate',
      'epoch_loss',
      'epoch_steps_per_second',
      'bias/histogram',
      'kernel/histogram',
      'kernel/image',
    ]);
    // Ten batches, every second of which is written.
    expect(text.match(/batch_loss/g)).toHaveLength(5);
    expect(text).not.toContain('graph_keras_model');
    // The bias is one number, which makes no picture, as in Keras.
  });

  it('refuses frequencies that are none', () => {
    expect(() => new callbacks.TensorBoard({ updateFreq: 0 })).toThrow('updateFreq');
    expect(() => new callbacks.TensorBoard({ histogramFreq: 0.5 })).toThrow('histogramFreq');
  });
});

describe('RemoteMonitor', () => {
  it('posts a form or JSON, and only warns where nobody answers', async () => {
    const got: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        const { url, headers } = request;
        got.push(`${url} ${headers['content-type']} ${headers['x-key']} ${body}`);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const remote = `http://127.0.0.1:${port}`;
    const form = new callbacks.RemoteMonitor({ root: remote, headers: { 'x-key': 'k' } });
    await form.onEpochEnd(3, { loss: 0.5 });
    const json = new callbacks.RemoteMonitor({ root: remote, path: '/p', sendAsJson: true });
    await json.onEpochEnd(4, { loss: 0.25 });
    await new Promise((resolve) => server.close(resolve));
    expect(got).toEqual([
      '/publish/epoch/end/ application/x-www-form-urlencoded;charset=UTF-8 k data=%7B%22epoch%22%3A3%2C%22loss%22%3A0.5%7D',
      '/p application/json undefined {"epoch":4,"loss":0.25}',
    ]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await json.onEpochEnd(5, { loss: 1 });
    expect(warn.mock.calls[0]?.[0]).toContain('could not be reached');
    warn.mockRestore();
  });
});
