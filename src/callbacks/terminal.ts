// Where progress is written: the terminal in Node, the console elsewhere. The only file of the
// callbacks that touches the host.

/** Takes text; lines end with a newline. */
export interface Screen {
  /** Whether text can be written over: a terminal that somebody looks at. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Collects text until a line is complete, then logs it. */
function consoleScreen(): Screen {
  let pending = '';
  return {
    isTerminal: false,
    write(text) {
      const lines = `${pending}${text}`.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) console.log(line);
    },
  };
}

function standardOutput(): Screen | undefined {
  if (typeof process === 'undefined' || typeof process.stdout?.write !== 'function') {
    return undefined;
  }
  const { stdout } = process;
  return {
    isTerminal: stdout.isTTY === true && !process.env['CI'],
    write: (text) => {
      stdout.write(text);
    },
  };
}

/** The screen of this host. */
export function hostScreen(): Screen {
  return standardOutput() ?? consoleScreen();
}
