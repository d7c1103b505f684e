// Pictures for the examples, as SVG text: curves over epochs, and a confusion matrix.

/** A line by name: one value for each epoch. */
export type Curves = Readonly<Record<string, readonly number[]>>;

const COLOURS = ['#1f6fb4', '#d9741a', '#2a8f4a', '#b3392f', '#7a4fa3', '#6b6b6b'];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Values rounded outwards to a step of 1, 2 or 5 times a power of ten, with the steps between. */
function ticksOf(values: readonly number[]): number[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function panel(title: string, curves: Curves, frame: Frame): string {
  const { x, y, width, height } = frame;
  const ticks = ticksOf(Object.values(curves).flat());
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const epochs = Math.max(...Object.values(curves).map((values) => values.length));
  const across = (epoch: number): number => x + (epochs < 2 ? 0 : (epoch / (epochs - 1)) * width);
  const down = (value: number): number => y + height - ((value - low) / (high - low)) * height;
  const grid = ticks.map((tick) => {
    const level = down(tick).toFixed(1);
    const label = Number(tick.toPrecision(6));
    return (
      `<line x1="${x}" x2="${x + width}" y1="${level}" y2="${level}" stroke="#ddd"/>` +
      `<text x="${x - 8}" y="${level}" dy="0.32em" text-anchor="end">${label}</text>`
    );
  });
  const lines = Object.values(curves).map((values, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const points = values.map(
      (value, epoch) => `${across(epoch).toFixed(1)},${down(value).toFixed(1)}`,
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
  const legend = Object.keys(curves).map(
    (name, index) =>
      `<tspan dx="10" fill="${COLOURS[index % COLOURS.length]}">${escaped(name)}</tspan>`,
  );
  const key = `<text x="${x + width}" y="${y - 10}" text-anchor="end">${legend.join('')}</text>`;
  const foot = `<text x="${x + width / 2}" y="${y + height + 32}" text-anchor="middle">epoch</text>`;
  const ends =
    `<text x="${x}" y="${y + height + 16}">1</text>` +
    `<text x="${x + width}" y="${y + height + 16}" text-anchor="end">${epochs}</text>`;
  const head = `<text x="${x}" y="${y - 10}" font-weight="bold">${escaped(title)}</text>`;
  return [head, key, ...grid, ...lines, ends, foot].join('\n');
}

function picture(width: number, height: number, content: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" font-family="sans-serif" font-size="12">\n` +
    `<rect width="100%" height="100%" fill="white"/>\n${content}\n</svg>\n`
  );
}

/** One panel for each metric with one number, training and validation together. */
export function plotHistory(history: Readonly<Record<string, readonly unknown[]>>): string {
  const names = Object.keys(history).filter((name) => !name.startsWith('val_'));
  const panels = names.map((name, index) => {
    const curves = Object.fromEntries(
      [name, `val_${name}`].flatMap((key) => {
        const values = history[key];
        return values === undefined ? [] : [[key, values.map(Number)]];
      }),
    );
    return panel(name, curves, { x: 60 + index * 420, y: 40, width: 340, height: 220 });
  });
  return picture(60 + names.length * 420, 310, panels.join('\n'));
}

/** Rows are true classes, columns predicted ones; the darker, the more. */
export function plotConfusion(
  counts: readonly (readonly number[])[],
  names: readonly string[],
): string {
  const cell = 42;
  const [left, top] = [110, 60];
  const cells = counts.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, predicted) => {
      const share = count / total;
      const [x, y] = [left + predicted * cell, top + truth * cell];
      const colour = share > 0.5 ? 'white' : 'black';
      return (
        `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" stroke="white" ` +
        `fill="rgb(31 111 180 / ${(0.06 + 0.94 * share).toFixed(3)})"/>` +
        `<text x="${x + cell / 2}" y="${y + cell / 2}" dy="0.32em" text-anchor="middle" ` +
        `fill="${colour}">${count === 0 ? '' : count}</text>`
      );
    });
  });
  const labels = names.flatMap((name, index) => {
    const middle = index * cell + cell / 2;
    return [
      `<text x="${left - 8}" y="${top + middle}" dy="0.32em" text-anchor="end">${escaped(name)}</text>`,
      `<text x="${left + middle}" y="${top - 8}" text-anchor="middle">${escaped(name.slice(0, 6))}</text>`,
    ];
  });
  const size = names.length * cell;
  const heads = `<text x="${left}" y="24" font-weight="bold">predicted (columns), true (rows)</text>`;
  return picture(left + size + 20, top + size + 20, [heads, ...cells, ...labels].join('\n'));
}
