import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '#shared/errors.ts';
import { airtune } from '#test/support/airtune.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { miniStackOfTest } from '#test/support/ministack-of-test.ts';
import { ROUND_1 } from '#test/support/outage-lines.ts';
import { quirkyEndpoint } from '#test/support/quirky-proxy.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const embedded = join(outputs, 'embedded');

const run = (endpoint: string, name: string, ...more: readonly string[]): readonly string[] => [
  ...['run', ...tinyArguments(files), '--target', 'aws', '--endpoint', endpoint],
  ...['--out', join(outputs, name), ...more],
];

/** The printed lines, without those of rounds. */
const messages = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('airtune: '));

beforeAll(async () => {
  const { exitCode, stderr } = await airtune(['run', ...tinyArguments(files), '--out', embedded]);
  expect(exitCode, stderr).toBe(0);
});

describe.skipIf(!hasMiniStack)('an endpoint', () => {
  it('that refuses messages of 1 MiB carries a run whose messages are smaller', async () => {
    const endpoint = await quirkyEndpoint((await miniStackOfTest()).endpoint, 'refuses-large-messages');
    const { exitCode, stderr } = await airtune(run(endpoint, 'small'), { env });
    expect(exitCode, stderr).toBe(0);
    expect(trainedFiles(join(outputs, 'small'))).toEqual(trainedFiles(embedded));
  });

  it.each([
    ['ignores-if-none-match', /: ignores If-None-Match, .*Use an endpoint that honours conditional writes/],
    ['lacks-if-none-match', /: the endpoint lacks a part of the SQS or S3 protocol/],
  ] as const)('that %s is found out before a run begins', async (quirk, line) => {
    const endpoint = await quirkyEndpoint((await miniStackOfTest()).endpoint, quirk);
    const { exitCode, stderr } = await airtune(run(endpoint, quirk), { env });
    expect(exitCode, stderr).toBe(EXIT_CODES.service);
    expect(messages(stderr)).toEqual([expect.stringMatching(line)]);
    expect(existsSync(join(outputs, quirk))).toBe(false);
  });

  it('that speaks plain HTTP where TLS is asked for is one line', async () => {
    const { endpoint } = await miniStackOfTest();
    const { exitCode, stderr } = await airtune(run(endpoint.replace('http:', 'https:'), 'tls'), {
      env,
    });
    expect(exitCode, stderr).toBe(EXIT_CODES.service);
    expect(messages(stderr)).toEqual([
      expect.stringMatching(/: the endpoint does not speak TLS\. Write its address with http:/),
    ]);
  });

  it('that was restarted without its data is reported as that, in the run and when it is resumed', async () => {
    const first = await miniStackOfTest();
    const port = Number(new URL(first.endpoint).port);
    let restart: Promise<unknown> | undefined;
    const { exitCode, stderr } = await airtune(run(first.endpoint, 'lost', '--rounds', '50'), {
      env,
      onErrorOutput: (text) => {
        if (ROUND_1.test(text)) restart ??= first.stop().then(() => miniStackOfTest({ port }));
      },
    });
    await restart;
    expect(exitCode, stderr).toBe(EXIT_CODES.service);
    expect(messages(stderr).at(-1)).toMatch(/: has lost this run: it was restarted without/);
    const resumed = await airtune(['run', '--resume', join(outputs, 'lost')], { env });
    expect(resumed.exitCode, resumed.stderr).toBe(EXIT_CODES.service);
    expect(messages(resumed.stderr)).toEqual([
      expect.stringMatching(/: has lost this run: it was restarted without/),
    ]);
  });
});
