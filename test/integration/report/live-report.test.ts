import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveReport } from '#report/live/live-report.ts';
import { runContent } from '#run/report/run-content.ts';
import { browserIsPresent, launchBrowser, openPage } from '#test/support/browser.ts';
import { SAMPLE_REPORT } from '#test/support/sample-report.ts';
import { SAMPLE_RUN } from '#test/support/sample-run.ts';

const PREPARING = { title: 'airtune run', answer: 'It is being prepared.', sections: [] };

/** The report after some rounds of the sample run. */
const reportAfter = (rounds: number) =>
  runContent({
    ...SAMPLE_RUN,
    rounds: SAMPLE_RUN.rounds.slice(0, rounds),
    progress: { state: 'running', rounds: SAMPLE_RUN.rounds.length },
  });

describe('a live report', () => {
  it('answers its own address on this machine only, and its name on no other host', async () => {
    const live = await LiveReport.start(SAMPLE_REPORT);
    try {
      const { host, origin } = new URL(live.address);
      expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
      const page = await fetch(live.address);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("connect-src 'self'");
      expect((await fetch(`${origin}/`)).status).toBe(404);
      expect((await fetch(`${origin}/events`)).status).toBe(404);
      expect((await fetch(live.address, { method: 'POST' })).status).toBe(404);
      expect(await statusFor(live.address, 'example.com')).toBe(404);
    } finally {
      await live.end('It has ended.');
    }
  });

  it('sends the content at once and the last content before the end', async () => {
    const live = await LiveReport.start(PREPARING);
    const events = await fetch(`${live.address}events`);
    live.show(() => reportAfter(2));
    live.show(() => reportAfter(5));
    await live.end('It has\nended.');
    const text = await events.text();
    expect(text).toContain('It is being prepared.');
    expect(text).toContain('5 of 5 rounds, running');
    expect(text).not.toContain('2 of 5 rounds');
    expect(text.endsWith('event: end\ndata: It has ended.\n\n')).toBe(true);
    await expect(fetch(live.address)).rejects.toThrow();
  });

  it('ends although a reader has stopped reading, and keeps no content for it', async () => {
    const live = await LiveReport.start(PREPARING);
    const { host, pathname, port } = new URL(live.address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${pathname}events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    await live.end('x'.repeat(50_000_000));
    socket.destroy();
  });
});

describe.skipIf(!browserIsPresent)('the page of a live report', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  it("grows with the run, keeps the reader's choices, and shows the end of the run", async () => {
    const live = await LiveReport.start(PREPARING);
    const { page, trouble } = await openPage(browser, live.address, { width: 1280, scheme: 'light' });
    await page.getByText('It is being prepared.').waitFor();
    live.show(() => reportAfter(2));
    await page.getByText('2 of 5 rounds, running').waitFor();
    await page.getByRole('radio', { name: 'seconds' }).check();
    await page.locator('#accuracy summary').click();
    live.show(() => reportAfter(5));
    await page.getByText('5 of 5 rounds, running').waitFor();
    expect(await page.locator('#accuracy svg').textContent()).toContain('virtual time [s]');
    // Three tests, four rounds with an answer, and chance.
    await page.locator('#accuracy .inside tbody tr').nth(7).waitFor();
    await live.end('The run has finished.');
    await page.getByText('The run has finished.').waitFor();
    expect(trouble).toEqual([]);
  });
});

/** Status of a request that names another host, which `fetch` does not allow. */
function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
