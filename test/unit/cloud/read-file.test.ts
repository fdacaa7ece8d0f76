import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '#shared/errors.ts';
import { readRegularFile, readRegularText } from '#shared/read-file.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

test('a text is read without its byte order mark', async () => {
  const folder = scratchFolder({ 'a.json': '\ufeff{"a": 1}' });
  expect(await readRegularText(join(folder, 'a.json'), ConfigError)).toBe('{"a": 1}');
});

test('a pipe, a device and a folder are refused without being opened', async () => {
  const folder = scratchFolder();
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(await rejectedLine(readRegularText(pipe, ConfigError))).toMatch(
    /pipe: is a pipe, a device or a socket/,
  );
  expect(await rejectedLine(readRegularText('/dev/zero', ConfigError))).toMatch(/is a pipe, a device/);
  expect(await rejectedLine(readRegularText(folder, ConfigError))).toMatch(/is a folder, not a file/);
});

test('a file that is larger than it can be is refused by its size', async () => {
  const folder = scratchFolder({ large: new Uint8Array(11) });
  const line = await rejectedLine(readRegularFile(join(folder, 'large'), 10, ConfigError));
  expect(line).toMatch(/large: has 11 bytes; 10 are the most that are read/);
});
