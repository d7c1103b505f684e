#!/usr/bin/env node
// The command `keratin`: reads the command line, calls one command, says in the exit code how it
// went: 0 well, 1 it failed, 2 the command line makes no sense. The outermost room of the house.
// The library is loaded by the commands alone, so that help and mistakes are answered at once.
import { parseArgs } from 'node:util';
import { nearestName } from '../core/errors.js';

const HELP = `keratin: Keras for TypeScript

Usage: keratin COMMAND [options]

Commands:
  doctor         what this machine offers, and what Keratin makes of it
  summary FILE   the layers of a saved model (.keras)
  bench          matrix products and a training step on this machine, in about five seconds

Options:
  -h, --help     this text
  -v, --version  the version
  --verbose      stack traces of errors
`;

/** A command line that makes no sense. */
class UsageError extends Error {}

const COMMANDS = ['doctor', 'summary', 'bench'];

function readCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        verbose: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<void> {
  const { values, positionals } = readCommandLine();
  const [command, ...rest] = positionals;
  if (values.version === true) return console.log(await (await import('./version.js')).version());
  if (values.help === true || command === undefined) {
    if (values.help !== true) process.exitCode = 2;
    return console.log(HELP);
  }
  const most = command === 'summary' ? 1 : 0;
  if (!COMMANDS.includes(command)) {
    const nearest = nearestName(command, COMMANDS);
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    throw new UsageError(`there is no command "${command}".${hint}`);
  }
  if (rest.length > most) throw new UsageError(`${command} does not take "${rest[most]}"`);
  if (command === 'doctor') return (await import('./doctor.js')).doctor();
  if (command === 'bench') return (await import('./bench.js')).bench();
  const [file] = rest;
  if (file === undefined) throw new UsageError('summary needs a file: keratin summary model.keras');
  await (await import('./summary.js')).summary(file);
}

function tell(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const isVerbose = process.argv.includes('--verbose') && error instanceof Error;
  console.error(isVerbose ? error : `keratin: ${message}`);
  if (error instanceof UsageError) console.error('Run "keratin --help" for what there is.');
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

run().catch(tell);
