import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { isPluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const parsed = (text: string) => {
  if (!isPluginReference(text)) return undefined;
  return parseReference(text);
};
const nothingKnown = () => false;

describe('a plug-in named in a setting', () => {
  test.each(['./mine.ts', '/home/a b/mine.js', 'C:\\work\\mine.mts', 'mine.cjs'])('is a module: %s', (file) =>
    expect(parsed(file)).toEqual({ kind: 'module', file }),
  );

  test.each([
    ['python mine.py', ['python', 'mine.py']],
    ['python "my policy.py" --fast', ['python', 'my policy.py', '--fast']],
    ['node mine.js', ['node', 'mine.js']],
    ['/usr/bin/python3 mine.py', ['/usr/bin/python3', 'mine.py']],
  ])('is a command: %s', (text, words) => expect(parsed(text)).toEqual({ kind: 'command', words }));

  test.each(['exact', 'set-expansion', '', 'mine.py'])('is none: %j', (text) =>
    expect(parsed(text)).toBeUndefined(),
  );
});

describe('the absolute form', () => {
  test('of a module starts from the given folder', () => {
    expect(absoluteReference('./mine.ts', '/a/b', nothingKnown)).toBe('/a/b/mine.ts');
    expect(absoluteReference('/c/mine.ts', '/a/b', nothingKnown)).toBe('/c/mine.ts');
  });

  test('of a command names its files, with quotes where a path has spaces, and does not change again', () => {
    const folder = join(scratchFolder(), 'with space');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.py'), '');
    const absolute = absoluteReference('python mine.py --rate 0.5', folder, nothingKnown);
    expect(parsed(absolute)).toEqual({
      kind: 'command',
      words: ['python', join(folder, 'mine.py'), '--rate', '0.5'],
    });
    expect(absoluteReference(absolute, '/', nothingKnown)).toBe(absolute);
  });

  test('of a package is its main module, unless the registry has the name', () => {
    const folder = scratchFolder();
    const inside = join(folder, 'node_modules', 'my-policy');
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, 'package.json'), '{ "name": "my-policy", "main": "main.js" }');
    writeFileSync(join(inside, 'main.js'), '');
    expect(absoluteReference('my-policy', folder, nothingKnown)).toMatch(/my-policy\/main\.js$/);
    expect(absoluteReference('my-policy', folder, () => true)).toBe('my-policy');
    expect(absoluteReference('your-policy', folder, nothingKnown)).toBe('your-policy');
    // A module of Node is no plug-in.
    expect(absoluteReference('fs', folder, nothingKnown)).toBe('fs');
  });
});
