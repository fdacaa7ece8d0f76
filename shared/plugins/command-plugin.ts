import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { quoted } from '#shared/quoted.ts';
import { readBoundedLines } from './bounded-lines.ts';
import type { OpenPlugin, PluginOpening } from './open-plugin.ts';
import { faultError, type PluginFault, reportedFault, timeoutFault } from './plugin-fault.ts';
import { oneAfterTheOther } from './plugin-queue.ts';
import { pluginSettings } from './plugin-record.ts';
import { commandText } from './plugin-reference.ts';

/** The first line of a command: the fields of a module's definition. */
const helloSchema = z.looseObject({
  interfaceVersion: z.unknown(),
  name: z.string().min(1).max(100),
  settings: pluginSettings.default({}),
});

/** A line with which a command reports its own fault. */
const errorSchema = z.object({ error: z.string(), cause: z.enum(['plugin', 'settings']).default('plugin') });

/** Folder of airtune's module for Python. */
const PYTHON_FOLDER = fileURLToPath(new URL('../../python', import.meta.url));

/** Longest answer [characters]: the plan of a million devices has fewer. */
const LONGEST_ANSWER = 128 * 2 ** 20;
/** Longest line of the error output that is kept whole [characters]. */
const LONGEST_LOG_LINE = 64 * 2 ** 10;

/** Time for a process to end by itself once its input has ended [ms]. */
const END_MS = 1000;

/**
 * Opens a plug-in that is a program. It reads one JSON object a line from standard input and writes one for
 * each to standard output. The first line asks for its description:
 *
 *     { "kind": "policy", "interfaceVersion": 1, "settings": {...} }
 *     { "interfaceVersion": 1, "name": "mine", "settings": {...}, "needs": [...] }
 *
 * Every further line is a call; its fields are the arguments by `names`. The program's answer is the returned
 * value, or `{ "error": "..." }`. Numbers that are not finite become null. A program ends when its input
 * does. A line without a question is a fault, because it would be read as the answer to the next question.
 *
 * @throws PluginError if the program cannot be started, or does not answer as described
 */
export async function openCommand(
  words: readonly [string, ...string[]],
  names: readonly string[],
  opening: PluginOpening,
): Promise<OpenPlugin> {
  const { kind, settings, subject, log } = opening;
  const [program, ...args] = words;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment() });
  const ended = once(child, 'close').catch(() => {});
  let lastErrorLine = '';
  readBoundedLines(child.stderr, LONGEST_LOG_LINE, (line) => {
    if (line.trim() !== '') lastErrorLine = line.trim();
    log(line);
  });
  // A program that has ended no longer reads; its end is reported where an answer is awaited.
  child.stdin.on('error', () => {});
  const inTurn = oneAfterTheOther();
  let failed: PluginFault | undefined;
  let settle: ((answer: string | PluginFault) => void) | undefined;

  const fail = (fault: PluginFault): void => {
    failed ??= fault;
    settle?.(failed);
  };
  const failAndEnd = (fault: PluginFault): void => {
    fail(fault);
    child.kill('SIGKILL');
  };
  readBoundedLines(child.stdout, LONGEST_ANSWER, (line, isWhole) => {
    if (!isWhole) failAndEnd(endlessFault());
    else if (settle === undefined) failAndEnd(surplusFault(line));
    else settle(line);
  });
  child.on('error', (error) =>
    fail({
      cause: 'plugin',
      message: `cannot be started: ${error.message}.`,
      remedy: `Is ${program} installed?`,
    }),
  );
  child.on('close', (code, signal) => fail(endFault(code, signal, lastErrorLine)));

  const ask = async (question: unknown, action: string, place: string, seconds: number): Promise<unknown> => {
    if (failed !== undefined) throw faultError(failed, place);
    const answer = await new Promise<string | PluginFault>((resolve) => {
      const timer = setTimeout(
        () => failAndEnd(timeoutFault(action, seconds, kind.timeoutPath)),
        seconds * 1000,
      );
      settle = (answered) => {
        clearTimeout(timer);
        settle = undefined;
        resolve(answered);
      };
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    if (typeof answer !== 'string') throw faultError(answer, place);
    return parsed(answer, place);
  };

  const parsed = (line: string, place: string): unknown => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      const fault: PluginFault = {
        cause: 'plugin',
        message: `wrote ${quoted(line)}, which is not JSON.`,
        remedy: 'Print to standard error; standard output is for answers.',
      };
      throw faultError(fault, place);
    }
    const error = errorSchema.safeParse(value);
    if (!error.success) return value;
    throw faultError(reportedFault(error.data.cause, error.data.error), place);
  };

  const close = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  };

  try {
    const question = { kind: kind.word, interfaceVersion: kind.interfaceVersion, settings };
    const answer = helloSchema.safeParse(
      await ask(question, 'did not describe itself', subject, opening.loadTimeoutSeconds),
    );
    if (!answer.success) {
      const message = 'did not answer with its interfaceVersion and name.';
      throw faultError({ cause: 'plugin', message, remedy: 'docs/plug-ins.md has the lines.' }, subject);
    }
    if (answer.data.interfaceVersion !== kind.interfaceVersion) {
      throw faultError(versionFault(answer.data.interfaceVersion, kind.interfaceVersion), subject);
    }
    const { name, settings: complete } = answer.data;
    return {
      description: { name, settings: complete, fields: answer.data },
      call: (given, place) =>
        inTurn(() =>
          ask(
            Object.fromEntries(names.map((key, index) => [key, plain(given[index])])),
            'did not answer',
            `${subject}, ${place}`,
            opening.timeoutSeconds,
          ),
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The environment of a command, in which Python finds the module airtune. */
function environment(): NodeJS.ProcessEnv {
  const { PYTHONPATH = '' } = process.env;
  const paths = [...PYTHONPATH.split(delimiter).filter((path) => path !== ''), PYTHON_FOLDER];
  return { ...process.env, PYTHONPATH: paths.join(delimiter) };
}

/** The plug-in in errors: its command, with the names of files in place of their paths. */
export function commandSubject(word: string, words: readonly string[]): string {
  return `${word} ${commandText(words.map((part) => part.split(/[\\/]/).at(-1) ?? part))}`;
}

function surplusFault(line: string): PluginFault {
  return {
    cause: 'plugin',
    message: `wrote ${quoted(line)}, which answers no question.`,
    remedy: 'Write one line for each line that is read; print to standard error.',
  };
}

function endlessFault(): PluginFault {
  return { cause: 'plugin', message: `wrote a line of more than ${LONGEST_ANSWER} characters.` };
}

function endFault(code: number | null, signal: string | null, lastErrorLine: string): PluginFault {
  const last = lastErrorLine === '' ? '.' : `: ${lastErrorLine}`;
  return reportedFault('plugin', `ended with ${signal ?? `code ${code}`}${last}`);
}

function versionFault(found: unknown, wanted: number): PluginFault {
  return {
    cause: 'plugin',
    message: `is of interface version ${quoted(found)}; this airtune calls version ${wanted}.`,
    remedy: 'Use the module airtune that belongs to this airtune.',
  };
}

/** A value with typed arrays as lists, for JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
