import { ConfigError } from '#shared/errors.ts';

/** The whole number of an option. @throws ConfigError for other text, or a number outside the range */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) {
    throw new ConfigError(`${JSON.stringify(text)} is not a whole number.`, { subject: option });
  }
  if (value >= least && value <= most) return value;
  throw new ConfigError(`is ${value}.`, { subject: option, remedy: `Give ${least} to ${most}.` });
}
