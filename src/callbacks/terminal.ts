// Where progress is written: the terminal in Node, the console elsewhere. The only file of the
// callbacks that touches the host.

import { isInteractiveLoggingEnabled } from '../core/settings.js';

/** Takes text; lines end with a newline. */
export interface Screen {
  /** Whether text can be written over: a terminal that somebody looks at. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Collects text until a line is complete, then logs it. */
function consoleScreen(log: (line: string) => void): Screen {
  let pending = '';
  return {
    isTerminal: false,
    write(text) {
      const lines = `${pending}${text}`.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) log(line);
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

/** The screen of this host, or its log where nobody looks at a screen. */
export function hostScreen(): Screen {
  if (!isInteractiveLoggingEnabled()) return consoleScreen((line) => console.info(line));
  return standardOutput() ?? consoleScreen((line) => console.log(line));
}
