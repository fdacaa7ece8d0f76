import { fileURLToPath } from 'node:url';
import { ConfigError, PluginError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';

/** A fault in a form that can be sent between threads. */
export interface PluginFault {
  /** `settings`: a value that was given for the plug-in's settings cannot be used. */
  readonly cause: 'plugin' | 'settings';
  /** A predicate with a full stop, such as `threw TypeError: x is undefined.` */
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** Longest part of a plug-in's own message that is shown. */
const LONGEST_MESSAGE = 300;

/** A plug-in's fault as an error. */
export function faultError({ cause, message, remedy }: PluginFault, subject: string): Error {
  const details = { subject, ...(remedy === undefined ? {} : { remedy }) };
  return cause === 'settings' ? new ConfigError(message, details) : new PluginError(message, details);
}

/**
 * The fault of a plug-in that threw: the first line of the message.
 *
 * @param folderUrl URL of the plug-in's folder, for the place where it threw
 */
export function thrownFault(error: unknown, action: string, folderUrl?: string): PluginFault {
  const text = error instanceof Error ? textOf(error) : quoted(error);
  const line = text.split('\n')[0].replace(/\.$/, '').slice(0, LONGEST_MESSAGE);
  const stack = error instanceof Error && folderUrl !== undefined ? (error.stack ?? '') : '';
  return { cause: 'plugin', message: `${action} ${line}${placeIn(stack, folderUrl ?? '')}.` };
}

/** A fault that a plug-in reports in its own words: their first line, as a sentence. */
export function reportedFault(cause: PluginFault['cause'], text: string): PluginFault {
  const line = text.split('\n')[0].slice(0, LONGEST_MESSAGE);
  return { cause, message: /[.!?]$/.test(line) ? line : `${line}.` };
}

function textOf({ name, message }: Error): string {
  return name === 'Error' ? message : `${name}: ${message}`;
}

/** The topmost place of a stack in a folder, as ` (mine.ts:12)`; empty if there is none. */
function placeIn(stack: string, folderUrl: string): string {
  const start = stack.indexOf(folderUrl);
  if (start < 0) return placeOfSyntax(stack, folderUrl);
  const [, file, line] = /^([^\s:)]+):(\d+)/.exec(stack.slice(start + folderUrl.length)) ?? [];
  return file === undefined ? '' : ` (${decodeURIComponent(file)}:${line})`;
}

/** The stack of an error in TypeScript's syntax begins with the path and the line. */
function placeOfSyntax(stack: string, folderUrl: string): string {
  const folder = folderUrl === '' ? '' : fileURLToPath(folderUrl);
  if (folder === '' || !stack.startsWith(folder)) return '';
  const [, file, line] = /^(.+):(\d+)\n/.exec(stack.slice(folder.length)) ?? [];
  return file === undefined ? '' : ` (${file}:${line})`;
}

/** A time limit that was exceeded, as a fault. */
export function timeoutFault(action: string, seconds: number, timeoutPath: string): PluginFault {
  return {
    cause: 'plugin',
    message: `${action} within ${seconds} s.`,
    remedy: `If it is slow and not stuck, raise ${timeoutPath}.`,
  };
}
