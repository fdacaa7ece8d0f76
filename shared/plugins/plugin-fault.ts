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

/** The fault of a plug-in that threw: the first line of the message, and the line of its file. */
export function thrownFault(error: unknown, action: string): PluginFault {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : quoted(error);
  const [line] = text.split('\n');
  const place = error instanceof Error ? placeIn(error.stack ?? '') : '';
  return { cause: 'plugin', message: `${action} ${line.slice(0, LONGEST_MESSAGE)}${place}.` };
}

/** The topmost place of a stack outside airtune and Node, as ` (mine.ts:12)`. */
function placeIn(stack: string): string {
  const airtune = new URL('../../', import.meta.url).href;
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^\s)]+?):(\d+):\d+/g)) {
    if (!url.startsWith(airtune) || !/\/(?:shared|functions)\//.test(url.slice(airtune.length - 1))) {
      return ` (${decodeURIComponent(url.slice(url.lastIndexOf('/') + 1))}:${line})`;
    }
  }
  return '';
}

/** A time limit that was exceeded, as a fault. */
export function timeoutFault(action: string, seconds: number, timeoutPath: string): PluginFault {
  return {
    cause: 'plugin',
    message: `${action} within ${seconds} s.`,
    remedy: `If it is slow and not stuck, raise ${timeoutPath}.`,
  };
}
