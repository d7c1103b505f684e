// JSON from files: parsed without the keys that reach into JavaScript's own objects, and only as
// deep as a real model nests.
import { FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { type FullLimits, fullLimits, type ReadLimits } from '../files/limits.js';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
/** Each layer of a nested model takes about four levels of JSON. */
const MAX_NESTING = 512;
const LONGEST_NAME = 4096;

function bad(where: string, what: string, received: string, cause?: unknown): FormatError {
  return new FormatError(
    { where, what, received, fix: 'the file is damaged or hostile: do not use it' },
    { cause },
  );
}

/** Throws for text that nests deeper than parsing it can bear; strings are stepped over. */
function checkNesting(where: string, text: string): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === 92) at++;
      else if (code === 34) inText = false;
    } else if (code === 34) inText = true;
    else if (code === 123 || code === 91) {
      if (++depth > MAX_NESTING) throw bad(where, 'the data nests too deeply', `${depth} levels`);
    } else if (code === 125 || code === 93) depth--;
  }
}

class Checker {
  #items = 0;
  readonly #where: string;
  readonly #limits: FullLimits;

  constructor(where: string, limits: FullLimits) {
    this.#where = where;
    this.#limits = limits;
  }

  check(value: unknown): Plain {
    if (++this.#items > this.#limits.maxItems * 10) {
      throw bad(this.#where, 'the data has too many parts', String(this.#items));
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.check(item));
    if (typeof value !== 'object') throw bad(this.#where, 'this is not data', typeof value);
    const result: Record<string, Plain> = {};
    for (const [key, item] of Object.entries(value)) {
      if (FORBIDDEN.has(key)) throw bad(this.#where, 'the data has a forbidden key', key);
      if (key.length > LONGEST_NAME) throw bad(this.#where, 'a key is too long', key.slice(0, 50));
      result[key] = this.check(item);
    }
    return result;
  }
}

/** Python writes NaN and infinities bare, which JSON does not know. */
const PYTHON_NUMBERS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

function withoutPythonNumbers(text: string): string {
  if (!text.includes('Infinity') && !text.includes('NaN')) return text;
  return text.replace(PYTHON_NUMBERS, (match) => {
    if (match.startsWith('"')) return match;
    if (match === 'NaN') return 'null';
    return match.startsWith('-') ? '-1e999' : '1e999';
  });
}

/** The data in a JSON file, checked. */
export function parseJson(where: string, bytes: Uint8Array, limits?: ReadLimits): Plain {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw bad(where, 'the text is not UTF-8', `${bytes.length} bytes`, error);
  }
  checkNesting(where, text);
  let value: unknown;
  try {
    value = JSON.parse(withoutPythonNumbers(text));
  } catch (error) {
    throw bad(where, 'the text is not JSON', text.slice(0, 40), error);
  }
  return new Checker(where, fullLimits(limits)).check(value);
}

/** A record from a file; throws where it is something else. */
export function requireRecord(where: string, value: Plain): Readonly<Record<string, Plain>> {
  if (typeof value === 'object' && value !== null && !isPlainList(value)) return value;
  throw bad(where, 'an object was expected', JSON.stringify(value ?? null).slice(0, 60));
}

export function isPlainList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
