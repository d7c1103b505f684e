// Regular expressions for paths of weights and layers, as options and files give them. JavaScript's own
// go back and try again, which for some takes years: these look at each character once (Thompson 1968).
import { ArgumentError } from './errors.js';

/** A regular expression that has been read. */
export interface PathPattern {
  /** Whether the whole of `text` is one. */
  matches(text: string): boolean;
  /** Whether a part of `text` is one. */
  isIn(text: string): boolean;
}

type CharTest = (character: string) => boolean;

/** What the places between two characters can be asked. */
type Edge = 'start' | 'end' | 'word' | 'notWord';

type Node =
  | { readonly kind: 'character'; readonly test: CharTest }
  | { readonly kind: 'edge'; readonly edge: Edge }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly ways: readonly Node[] }
  | { readonly kind: 'repeat'; readonly body: Node; readonly least: number; readonly most: number };

/** A step of the machine; `next` are the steps that may follow. */
type Step =
  | { readonly kind: 'character'; readonly test: CharTest; readonly next: number }
  | { readonly kind: 'edge'; readonly edge: Edge; readonly next: number }
  | { readonly kind: 'split'; readonly ways: number[] }
  | { readonly kind: 'done' };

/** How much a pattern may ask for. Paths are short, and so is what matches them. */
const LONGEST = 1000;
const MOST_STEPS = 5000;
const MOST_DEEP = 50;

function refuse(where: string, source: string, what: string, cause?: unknown): ArgumentError {
  return new ArgumentError(
    {
      where,
      what,
      expected: 'a path such as "model/dense", or a regular expression such as "model/encoder/.*"',
      received: JSON.stringify(source.slice(0, 100)),
      fix: 'write it with letters, ., [...], groups, |, *, +, ? and {2,3}',
    },
    { cause },
  );
}

const QUANTIFIER = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/;
const GROUP = /^\((?:\?:|\?<[A-Za-z_$][\w$]*>)?/;
/** A class, an escape or any other single character, as it is written. */
const ATOM = /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|c[A-Za-z]|.)|[^\\])/s;
const EDGES: ReadonlyMap<string, Edge> = new Map([
  ['^', 'start'],
  ['$', 'end'],
  ['\\b', 'word'],
  ['\\B', 'notWord'],
]);

class Reader {
  #rest: string;
  readonly #where: string;
  readonly #source: string;

  constructor(where: string, source: string) {
    this.#where = where;
    this.#source = source;
    this.#rest = source;
  }

  whole(): Node {
    return this.#choice(0);
  }

  #choice(depth: number): Node {
    if (depth > MOST_DEEP) throw this.#refuse('its groups nest too deeply');
    const ways = [this.#sequence(depth)];
    while (this.#take('|')) ways.push(this.#sequence(depth));
    return { kind: 'choice', ways };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (this.#rest !== '' && !/^[|)]/.test(this.#rest)) parts.push(this.#repeated(depth));
    return { kind: 'sequence', parts };
  }

  #repeated(depth: number): Node {
    const body = this.#rest.startsWith('(') ? this.#group(depth) : this.#atom();
    const found = QUANTIFIER.exec(this.#rest);
    if (found === null) return body;
    this.#rest = this.#rest.slice(found[0].length);
    const [, sign, from, comma, to] = found;
    if (sign !== undefined) {
      return {
        kind: 'repeat',
        body,
        least: sign === '+' ? 1 : 0,
        most: sign === '?' ? 1 : Infinity,
      };
    }
    const least = Number(from);
    const most = comma === undefined ? least : to === '' ? Infinity : Number(to);
    return { kind: 'repeat', body, least, most };
  }

  #group(depth: number): Node {
    const [head = ''] = GROUP.exec(this.#rest) ?? [];
    this.#rest = this.#rest.slice(head.length);
    if (this.#rest.startsWith('?')) throw this.#refuse('it looks ahead or behind');
    const inside = this.#choice(depth + 1);
    this.#take(')');
    return inside;
  }

  #atom(): Node {
    const [atom = ''] = ATOM.exec(this.#rest) ?? [];
    if (atom === '') throw this.#refuse('it ends in the middle');
    this.#rest = this.#rest.slice(atom.length);
    const edge = EDGES.get(atom);
    if (edge !== undefined) return { kind: 'edge', edge };
    if (/^\\[1-9k]/.test(atom)) throw this.#refuse('it refers back to a group');
    // A brace that is no quantifier stands for itself. One character at a time takes no time.
    const alone = new RegExp(`^${atom === '{' || atom === '}' ? `\\${atom}` : atom}$`, 's');
    const any = atom === '.';
    return { kind: 'character', test: (each) => (any ? each !== '\n' : alone.test(each)) };
  }

  #take(character: string): boolean {
    if (!this.#rest.startsWith(character)) return false;
    this.#rest = this.#rest.slice(1);
    return true;
  }

  #refuse(why: string): ArgumentError {
    return refuse(this.#where, this.#source, `the pattern cannot be used: ${why}`);
  }
}

/** Writes the steps of a pattern, the last one first: each knows what follows it. */
class Writer {
  readonly steps: Step[] = [{ kind: 'done' }];
  readonly #tooLarge: () => ArgumentError;

  constructor(tooLarge: () => ArgumentError) {
    this.#tooLarge = tooLarge;
  }

  /** The first step of `node`, when `next` follows. */
  write(node: Node, next: number): number {
    switch (node.kind) {
      case 'character':
      case 'edge':
        return this.#add({ ...node, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.write(part, after), next);
      case 'choice':
        return this.#add({ kind: 'split', ways: node.ways.map((way) => this.write(way, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ body, least, most }: Node & { readonly kind: 'repeat' }, next: number): number {
    let first = next;
    if (most === Infinity) {
      const ways = [next];
      first = this.#add({ kind: 'split', ways });
      ways.push(this.write(body, first));
    }
    const optional = most === Infinity ? 0 : most - least;
    for (let count = 0; count < optional; count++) {
      first = this.#add({ kind: 'split', ways: [next, this.write(body, first)] });
    }
    for (let count = 0; count < least; count++) first = this.write(body, first);
    return first;
  }

  #add(step: Step): number {
    if (this.steps.length >= MOST_STEPS) throw this.#tooLarge();
    this.steps.push(step);
    return this.steps.length - 1;
  }
}

const isWord = (character: string): boolean => /^\w$/.test(character);

function holds(edge: Edge, text: string, at: number): boolean {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === text.length;
  const isBoundary = isWord(text.charAt(at - 1)) !== isWord(text.charAt(at));
  return isBoundary === (edge === 'word');
}

/** Runs the steps over `text`; `anywhere` for a match that may begin and end within. */
function run(steps: readonly Step[], first: number, text: string, anywhere: boolean): boolean {
  let current = new Set<number>();
  for (let at = 0; at <= text.length; at++) {
    if (at === 0 || anywhere) current.add(first);
    // Sets grow while they are walked: what is added is reached too, and nothing twice.
    for (const place of current) {
      const step = steps[place];
      if (step?.kind === 'split') for (const way of step.ways) current.add(way);
      else if (step?.kind === 'edge' && holds(step.edge, text, at)) current.add(step.next);
      else if (step?.kind === 'done' && (anywhere || at === text.length)) return true;
    }
    const next = new Set<number>();
    for (const place of current) {
      const step = steps[place];
      if (step?.kind === 'character' && at < text.length && step.test(text.charAt(at))) {
        next.add(step.next);
      }
    }
    current = next;
  }
  return false;
}

/**
 * The regular expression in `source`, with the meaning that it has in JavaScript and Python, except
 * that it may neither look ahead or behind nor refer back. Time grows with the length of the text.
 *
 * @throws ArgumentError, which names `where`, for any other text.
 */
export function pathPattern(where: string, source: string): PathPattern {
  if (source.length > LONGEST) {
    throw refuse(where, source, `the pattern is too long: ${source.length} characters`);
  }
  try {
    new RegExp(source);
  } catch (error) {
    throw refuse(where, source, 'this is neither a path nor a regular expression', error);
  }
  const writer = new Writer(() => refuse(where, source, 'the pattern repeats too much'));
  const first = writer.write(new Reader(where, source).whole(), 0);
  return {
    matches: (text) => run(writer.steps, first, text, false),
    isIn: (text) => run(writer.steps, first, text, true),
  };
}
