// Native programs: C from the emitter, compiled by the system's compiler, kept on disk by hash,
// loaded through koffi. They work on any heap, so wasm and native programs share one memory.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, cpus, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeratinError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { CSource } from '../kernels/emit/c.js';
import type { Target } from '../kernels/schedule/target.js';

/** Machine code that works on a heap; `offsets` are the bytes at which its buffers begin. */
export type NativeRun = (
  heap: Uint8Array,
  offsets: Uint32Array,
  params: Int32Array,
  threads: number,
) => void;

/** Compiles and runs native programs. */
export interface NativeRuntime {
  /** For people, e.g. `cc 12.2.0, OpenMP, 16 lanes`. */
  readonly description: string;
  /** What recipes may count on with this processor. */
  readonly target: Target;
  /** Whether the compiler has OpenMP, by which threads start. */
  readonly hasThreads: boolean;
  /** Sources are best given in so many parts. */
  readonly processors: number;
  compile(source: CSource): NativeRun;
}

/** What recipes may count on with eight lanes; they work with other processors, only slower. */
export const nativeTarget: Target = {
  name: 'native',
  kind: 'cpu',
  lanes: 8,
  fusedMultiplyAdd: true,
  tiles: [{ rows: 6, vectors: 2, rate: 1 }],
  threads: 1,
  cacheBytes: 1 << 19,
  workgroupSize: 1,
};

/** The processor's own lanes, and tiles that fill its registers: 32 of 512 bits, or of 128. */
function targetFor(macros: string): Target {
  const has = (name: string): boolean => new RegExp(`^#define ${name} `, 'm').test(macros);
  if (has('__AVX512F__')) {
    return { ...nativeTarget, lanes: 16, tiles: [{ rows: 12, vectors: 2, rate: 1 }] };
  }
  if (has('__ARM_NEON')) {
    return { ...nativeTarget, lanes: 4, tiles: [{ rows: 8, vectors: 3, rate: 1 }] };
  }
  return nativeTarget;
}

/** Why there are no native programs on this machine. */
export interface NativeAbsent {
  readonly absent: string;
}

const FLAGS = [
  '-std=gnu11',
  '-O3',
  '-march=native',
  '-shared',
  '-fPIC',
  '-ffp-contract=fast',
  // None of these changes a value; they let the compiler use vector instructions.
  '-fno-math-errno',
  '-fno-trapping-math',
  // A block of memory may hold floats now and integers later.
  '-fno-strict-aliasing',
  '-fwrapv',
  '-Wno-psabi',
  '-w',
];

function cachePath(): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'keratin', 'native');
}

/** The folder of compiled programs and what it holds, for people. */
export function describeCache(): string {
  const folder = cachePath();
  if (!existsSync(folder)) return `${folder}, empty`;
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return `${folder}, ${sizes.length} files, ${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Where compiled programs are kept between runs. */
function cacheFolder(): string {
  const folder = cachePath();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    // A fresh folder: in one that others can guess, they could leave code for us to load.
    return mkdtempSync(join(tmpdir(), 'keratin-native-'));
  }
}

/** Missing on Windows. */
const SHELL = '/bin/sh';

/** Runs the compiler for each source at a time and waits for all; `$1` are flags in one word. */
const COMPILE_ALL =
  'flags=$1; shift; pids=; failed=0; ' +
  'for source do "$CC" $flags -c -o "$source.o" "$source" & pids="$pids $!"; done; ' +
  'for pid in $pids; do wait $pid || failed=1; done; exit $failed';

/** Sources to one library; several at a time, each by a process of its own. */
function compileFiles(
  compiler: string,
  flags: readonly string[],
  files: readonly string[],
  out: string,
): void {
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    execFileSync(compiler, [...flags, '-o', out, only, '-lm'], { stdio: 'pipe' });
    return;
  }
  const env = { ...process.env, CC: compiler };
  const options = { stdio: 'pipe', env } as const;
  execFileSync(SHELL, ['-c', COMPILE_ALL, 'sh', flags.join(' '), ...files], options);
  const objects = files.map((file) => `${file}.o`);
  execFileSync(compiler, [...flags, '-o', out, ...objects, '-lm'], { stdio: 'pipe' });
}

function compile(
  compiler: string,
  flags: readonly string[],
  parts: readonly string[],
  out: string,
): void {
  const unfinished = `${out}.${process.pid}.tmp`;
  const files = parts.map((_, index) => `${out}.${process.pid}.${index}.c`);
  files.forEach((file, index) => {
    writeFileSync(file, at(parts, index));
  });
  try {
    compileFiles(compiler, flags, files, unfinished);
    // Renaming is atomic: no other process ever loads half a library.
    renameSync(unfinished, out);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new KeratinError(
      {
        where: 'native device',
        what: 'the C compiler refused a program',
        received: message.slice(0, 2000),
        fix: 'this is a fault of the C emitter: please report it; wasm programs work without it',
      },
      { cause },
    );
  } finally {
    for (const file of files) {
      rmSync(file, { force: true });
      rmSync(`${file}.o`, { force: true });
    }
    rmSync(unfinished, { force: true });
  }
}

function keyOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 32);
}

/** The compiler's version, or undefined where it cannot be run. */
function versionOf(compiler: string): string | undefined {
  try {
    return execFileSync(compiler, ['--version'], { stdio: 'pipe' }).toString().split('\n')[0];
  } catch {
    return undefined;
  }
}

/** Whether this compiler takes these flags. */
function accepts(compiler: string, flags: readonly string[], folder: string): boolean {
  const probe = 'typedef float v __attribute__((vector_size(16)));\nvoid f(v *a) { *a += *a; }\n';
  const out = join(folder, `probe-${keyOf(compiler, ...flags)}.so`);
  try {
    compile(compiler, flags, [probe], out);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(out, { force: true });
  }
}

/** What the compiler defines for this processor; empty where it does not say. */
function macrosOf(compiler: string, flags: readonly string[]): string {
  try {
    const options = { input: '', stdio: 'pipe' } as const;
    return execFileSync(compiler, [...flags, '-dM', '-E', '-x', 'c', '-'], options).toString();
  } catch {
    return '';
  }
}

/** The optional peer package that calls machine code. */
async function importKoffi() {
  try {
    return (await import('koffi')).default;
  } catch {
    return undefined;
  }
}

async function open(): Promise<NativeRuntime | NativeAbsent> {
  const compiler = process.env.CC ?? 'cc';
  const version = versionOf(compiler);
  if (version === undefined) return { absent: `no C compiler: "${compiler}" cannot be run` };
  const koffi = await importKoffi();
  if (koffi === undefined) return { absent: 'the package koffi is not installed' };
  const folder = cacheFolder();
  const openmp = accepts(compiler, [...FLAGS, '-fopenmp'], folder);
  if (!openmp && !accepts(compiler, FLAGS, folder)) {
    return { absent: `${version} does not take the flags that native programs need` };
  }
  const flags = openmp ? [...FLAGS, '-fopenmp'] : FLAGS;
  // Code for one processor must not be loaded on another that shares the home folder.
  const machine = [version, ...flags, process.arch, cpus()[0]?.model ?? ''].join(' ');
  const entries = new Map<string, NativeRun>();
  const load = (source: CSource): NativeRun => {
    const file = join(folder, `${keyOf(machine, ...source.parts)}.so`);
    const known = entries.get(file);
    if (known !== undefined) return known;
    if (!existsSync(file)) compile(compiler, flags, source.parts, file);
    const library = koffi.load(file);
    const entry: NativeRun = library.func(source.symbol, 'void', [
      'void *',
      'void *',
      'void *',
      'int',
    ]);
    entries.set(file, entry);
    return entry;
  };
  const target = targetFor(macrosOf(compiler, flags));
  return {
    description: `${version}${openmp ? ', OpenMP' : ''}, ${target.lanes} lanes`,
    target,
    hasThreads: openmp,
    // Several parts are compiled side by side by a shell.
    processors: existsSync(SHELL) ? availableParallelism() : 1,
    compile: load,
  };
}

let opened: Promise<NativeRuntime | NativeAbsent> | undefined;

/** The native programs of this machine, or why there are none; never throws. */
export function openNative(): Promise<NativeRuntime | NativeAbsent> {
  opened ??= open().catch((error: unknown) => ({ absent: String(error) }));
  return opened;
}
