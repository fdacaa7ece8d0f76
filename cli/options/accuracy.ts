import { ConfigError } from '#shared/errors.ts';

/** An accuracy as a fraction, from `0.8`, `80%` or `80 %`. @throws ConfigError for anything else */
export function parseAccuracy(text: string, option: string): number {
  const [, digits, percent] = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text) ?? [];
  const value = Number(digits) / (percent === '%' ? 100 : 1);
  if (value > 0 && value <= 1) return value;
  throw new ConfigError(`is ${JSON.stringify(text)}.`, {
    subject: option,
    remedy: 'Give a fraction above 0, as 0.8, or per cent, as 80%.',
  });
}
