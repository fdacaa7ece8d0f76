import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT_CODES } from '#shared/errors.ts';
import { airtune } from '#test/support/airtune.ts';
import { startCuttableProxy } from '#test/support/cuttable-proxy.ts';
import { startExpiringProxy } from '#test/support/expiring-proxy.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { AWAY, BACK, ROUND_1 } from '#test/support/outage-lines.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const isRun = hasMiniStack && fullRunOnly('outages of a run over the wire');

describe.skipIf(!isRun)('a run over the wire', () => {
  const files = sharedScratchFolder(tinyModelAndData());
  const outputs = sharedScratchFolder();
  const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const size = [...tinyArguments(files), '--rounds', '6'];
  const embedded = join(outputs, 'embedded');

  beforeAll(async () => {
    const { exitCode, stderr } = await airtune(['run', ...size, '--out', embedded]);
    expect(exitCode, stderr).toBe(0);
  });

  const over = (endpoint: string, out: string): readonly string[] => [
    ...['run', ...size, '--target', 'aws', '--endpoint', endpoint, '--out', out],
  ];

  it('waits for an unreachable endpoint with one line of notice, and ends in the same bytes', async () => {
    const emulator = await miniStackOfTest();
    const proxy = await startCuttableProxy(Number(new URL(emulator.endpoint).port));
    onTestFinished(() => proxy.cut());
    const out = join(outputs, 'cut');
    let outage: Promise<void> | undefined;
    const waits = Promise.withResolvers<void>();
    const { exitCode, stderr } = await airtune(over(proxy.endpoint, out), {
      env,
      onErrorOutput: (text) => {
        if (ROUND_1.test(text)) outage ??= proxy.cut().then(() => waits.promise.then(() => proxy.mend()));
        if (text.match(AWAY) !== null) waits.resolve();
      },
    });
    await outage;
    expect(exitCode, stderr).toBe(0);
    expect(stderr.match(AWAY), stderr).toHaveLength(1);
    expect(stderr.match(BACK), stderr).toHaveLength(1);
    expect(trainedFiles(out)).toEqual(trainedFiles(embedded));
  });

  it('continues after a restart of the service that kept its data', async () => {
    // MiniStack stores objects when they are written, and all other state when it is stopped.
    const state = sharedState();
    const first = await miniStackOfTest({ environment: state });
    const port = Number(new URL(first.endpoint).port);
    const out = join(outputs, 'restarted');
    let restart: Promise<unknown> | undefined;
    const waits = Promise.withResolvers<void>();
    const { exitCode, stderr } = await airtune(over(first.endpoint, out), {
      env,
      onErrorOutput: (text) => {
        if (ROUND_1.test(text)) {
          restart ??= first
            .stop()
            .then(() => waits.promise)
            .then(() => miniStackOfTest({ environment: state, port }));
        }
        if (text.match(AWAY) !== null) waits.resolve();
      },
    });
    await restart;
    expect(exitCode, stderr).toBe(0);
    expect(stderr.match(BACK), stderr).toHaveLength(1);
    expect(trainedFiles(out)).toEqual(trainedFiles(embedded));
  });

  it('ends with one line and a remedy when credentials expire, and is resumed to the same bytes', async () => {
    const emulator = await miniStackOfTest();
    const proxy = await startExpiringProxy(emulator.endpoint);
    onTestFinished(() => proxy.stop());
    const out = join(outputs, 'expired');
    const { exitCode, stderr } = await airtune(over(proxy.endpoint, out), {
      env,
      onErrorOutput: (text) => {
        if (ROUND_1.test(text)) proxy.expire();
      },
    });
    expect(exitCode, stderr).toBe(EXIT_CODES.service);
    const [line, ...others] = stderr.split('\n').filter((text) => text.startsWith('airtune: '));
    expect(line).toMatch(
      /: the AWS credentials have expired\. Log in again .*\d rounds are kept; then continue with: airtune run --resume /,
    );
    expect(line).toContain(out);
    expect(others).toEqual([]);

    proxy.renew();
    const resumed = await airtune(['run', '--resume', out], { env });
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(out)).toEqual(trainedFiles(embedded));
  });

  function sharedState(): Readonly<Record<string, string>> {
    const folder = join(outputs, 'emulator');
    return {
      PERSIST_STATE: '1',
      S3_PERSIST: '1',
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
    };
  }
});
