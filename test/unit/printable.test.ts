import { describe, expect, test } from 'vitest';
import { ConfigError } from '#shared/errors.ts';
import { printable } from '#shared/printable.ts';

describe('text from outside', () => {
  test('is one line without control characters or marks of direction', () => {
    expect(printable('a\u001b[31mred\u0007\u009b2Jb')).toBe('a\\u{1b}[31mred\\u{7}\\u{9b}2Jb');
    expect(printable('one\r\ntwo\tthree')).toBe('one two three');
    expect(printable('\u202etxt.exe\u2066\u007f')).toBe('\\u{202e}txt.exe\\u{2066}\\u{7f}');
  });

  test('keeps letters of every script', () => {
    expect(printable('Grüße, 日本語, עברית, 👩‍🚀')).toBe('Grüße, 日本語, עברית, 👩‍🚀');
  });

  test('in an error leaves its line one line', () => {
    const { line } = new ConfigError('`a\r\nb` is not known.', {
      subject: 'c\u001b[2J\nd',
      remedy: 'Use\nx.',
    });
    expect(line).toBe('c\\u{1b}[2J d: `a b` is not known. Use x.');
  });
});
