import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import type { NativePackage } from '#tools/tfjs-native/native-package.ts';
import { installPrebuilt } from '#tools/tfjs-native/prebuilt.ts';
import { hasTool, runTool } from '#tools/tfjs-native/run-tool.ts';

const node = process.execPath;

describe('a tool', () => {
  it('returns its output', async () => {
    expect(await runTool(node, ['-e', 'console.log(6 * 7)'], { limitSeconds: 60 })).toBe('42\n');
  });

  it('that fails is an error with its status and last words', async () => {
    const script = 'console.error("no space left"); process.exit(3)';
    const line = await rejectedLine(runTool(node, ['-e', script], { limitSeconds: 60 }));
    expect(line).toContain('failed with status 3');
    expect(line).toContain('no space left');
  });

  it('that does not end is ended', async () => {
    const forever = runTool(node, ['-e', 'setInterval(() => {}, 1000)'], { limitSeconds: 0.2 });
    expect(await rejectedLine(forever)).toContain('did not end within 0.2 s');
  });

  it('that is missing is an error, which tells that it is missing', async () => {
    expect(await rejectedLine(runTool('airtune-no-such-tool', [], { limitSeconds: 60 }))).toContain(
      'cannot be started',
    );
    expect(await hasTool('airtune-no-such-tool')).toBe(false);
    expect(await hasTool(node)).toBe(true);
  });
});

/** A host on a free port that answers every request until the test ends. */
async function answeringHost(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a port');
  return `http://127.0.0.1:${address.port}`;
}

/** A package whose installer rewrites its package.json and ends with this status. */
function packageWithInstaller(prebuiltHost: string, status: number): NativePackage {
  const folder = scratchFolder({ 'package.json': '{"version":"1"}' });
  mkdirSync(join(folder, 'scripts'));
  const installer = `require('node:fs').writeFileSync('package.json', '{}'); process.exit(${status})`;
  writeFileSync(join(folder, 'scripts/install.js'), installer);
  return {
    folder,
    napiVersion: 8,
    bindingFolder: join(folder, 'lib/napi-v8'),
    libraryFolder: join(folder, 'deps/lib'),
    prebuiltHost,
    cacheFolder: join(folder, 'cache'),
  };
}

describe('the installer of the ready-made library', () => {
  it.each([
    [0, undefined],
    [3, 'failed with status 3.'],
  ])('leaves package.json as it was when it ends with %i', async (status, reason) => {
    const target = packageWithInstaller(await answeringHost(), status);
    expect(await installPrebuilt(target)).toBe(reason);
    expect(readFileSync(join(target.folder, 'package.json'), 'utf8')).toBe('{"version":"1"}');
  });

  it('is not run when its host does not answer', async () => {
    // No server listens on port 9 (discard), so the connection is refused at once.
    const target = packageWithInstaller('http://127.0.0.1:9', 0);
    expect(await installPrebuilt(target)).toContain('does not answer');
  });
});
