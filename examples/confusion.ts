// Which classes a classifier takes for which.

/** `counts[truth][predicted]`: how often each class was taken for each. */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let sample = 0; sample < truth.length; sample++) {
    const row = counts[truth[sample] ?? 0];
    const column = predicted[sample] ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** The matrix as lines of text; dots stand for 0. */
export function confusionText(
  counts: readonly (readonly number[])[],
  names: readonly string[],
): string {
  const widest = Math.max(4, ...counts.flat().map((count) => String(count).length + 1));
  const label = Math.max(...names.map((name) => name.length));
  const columns = names.map((name) => name.slice(0, widest - 1).padStart(widest)).join('');
  const rows = counts.map((row, index) => {
    const cells = row.map((count) => (count === 0 ? '.' : String(count)).padStart(widest));
    return `${(names[index] ?? '').padStart(label)} ${cells.join('')}`;
  });
  return [`${' '.repeat(label)} ${columns}`, ...rows].join('\n');
}
