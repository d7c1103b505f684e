// Numbers as Python prints them, so that progress lines and log files are Keras's to the byte.

/** The magnitude's digits, ties going to the even digit, as C and Python round. */
function roundedDigits(magnitude: number, digits: number): string {
  const rounded = magnitude.toFixed(digits);
  const exact = magnitude.toFixed(Math.min(100, digits + 40));
  const rest = exact.slice(exact.indexOf('.') + 1 + digits);
  if (!/^50*$/.test(rest)) return rounded;
  const lower = exact.slice(0, exact.length - rest.length).replace(/\.$/, '');
  const isEven = Number(lower.at(-1)) % 2 === 0;
  return isEven ? lower : rounded;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : undefined;
}

/** `%.{digits}f`. */
export function fixed(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return special(value) ?? `${sign}${roundedDigits(Math.abs(value), digits)}`;
}

/** `%.{digits}e`: the exponent has at least two digits. */
export function exponential(value: number, digits: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  return value
    .toExponential(digits)
    .replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);
}

/** A metric: four decimals, or an exponent where that would show nothing. */
export function metricText(value: number, compared = Math.abs(value)): string {
  return compared > 1e-3 ? fixed(value, 4) : exponential(value, 4);
}

/** The same for a number of single precision: as few digits as tell it from its neighbours. */
export function shortestSingle(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(single.toPrecision(digits));
    if (Math.fround(rounded) === single) return shortest(rounded);
  }
  return shortest(Number(single.toPrecision(9)));
}

/** A float as Python's `repr` writes it: the shortest text that reads back as the same number. */
export function shortest(value: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const size = exponent.slice(1).padStart(2, '0');
    return `${digits}e${exponent[0] ?? '+'}${size}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
