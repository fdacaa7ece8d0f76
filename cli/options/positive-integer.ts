import { ConfigError } from '#shared/errors.ts';

/** Parses an option's value that counts something, from 1. @throws ConfigError naming the option */
export function positiveInteger(text: string, option: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new ConfigError(`${JSON.stringify(text)} is not a number from 1 on.`, { subject: option });
}
