// Loops and branches over lists of work. The compiled engine's graph, a device's steps and the
// items of a WebAssembly module have the same shape, each with lists and places of its own.

/** A list that is run again and again, so many times or while a test leaves an int32 that is not 0. */
export interface LoopOf<List, Place> {
  readonly kind: 'loop';
  /** By this number places tell which loop's turns they follow. */
  readonly counter: number;
  readonly turns:
    | { readonly kind: 'counted'; readonly length: number }
    | {
        readonly kind: 'while';
        readonly test: List;
        /** The int32 that the test writes; 0 ends the loop. */
        readonly flag: Place;
        readonly most: number | undefined;
      };
  readonly body: List;
  /** Run once after the last turn, when the counter holds the number of turns. */
  readonly after: List;
}

/** One of two lists: the first where the flag, an int32, is not 0. */
export interface BranchOf<List, Place> {
  readonly kind: 'branch';
  readonly flag: Place;
  readonly whenTrue: List;
  readonly whenFalse: List;
}

export type ControlOf<List, Place> = LoopOf<List, Place> | BranchOf<List, Place>;

/** The lists in the order they run, each with what to call it. */
export function namedListsOf<List, Place>(
  control: ControlOf<List, Place>,
): readonly (readonly [string, List])[] {
  if (control.kind === 'branch') {
    return [
      ['when true', control.whenTrue],
      ['when false', control.whenFalse],
    ];
  }
  const { turns, body, after } = control;
  const test = turns.kind === 'while' ? ([['test', turns.test]] as const) : [];
  return [...test, ['body', body], ['after', after]];
}

/** The lists in the order they run. */
export function listsOf<List, Place>(control: ControlOf<List, Place>): readonly List[] {
  return namedListsOf(control).map(([, list]) => list);
}

/** Where the number lies by which it is decided; loops of a known length have none. */
export function flagOf<List, Place>(control: ControlOf<List, Place>): Place | undefined {
  if (control.kind === 'branch') return control.flag;
  return control.turns.kind === 'while' ? control.turns.flag : undefined;
}

/** The same loop or branch with other lists and places. */
export function mapControl<List, Place, NewList, NewPlace>(
  control: ControlOf<List, Place>,
  list: (list: List) => NewList,
  place: (place: Place) => NewPlace,
): ControlOf<NewList, NewPlace> {
  if (control.kind === 'branch') {
    const { kind, flag, whenTrue, whenFalse } = control;
    return { kind, flag: place(flag), whenTrue: list(whenTrue), whenFalse: list(whenFalse) };
  }
  const { kind, counter, turns, body, after } = control;
  return {
    kind,
    counter,
    turns:
      turns.kind === 'counted'
        ? turns
        : { ...turns, test: list(turns.test), flag: place(turns.flag) },
    body: list(body),
    after: list(after),
  };
}
