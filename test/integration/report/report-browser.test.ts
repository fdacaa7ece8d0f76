import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { runContent } from '#run/report/run-content.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { executeStudy } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { browserIsPresent, launchBrowser, openPage } from '#test/support/browser.ts';
import { FULL_RUN } from '#test/support/full-run.ts';
import { HOSTILE, SAMPLE_REPORT } from '#test/support/sample-report.ts';
import { SAMPLE_RUN } from '#test/support/sample-run.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const PLAN: StudyPlan = {
  format: 'airtune-study',
  version: STUDY_VERSION,
  preset: 'paper-cell',
  models: {},
  settings: { training: { devices: 15, rounds: 4 } },
  sweeps: [
    { path: 'scheduling.policy', values: ['greedy', 'equal-share'] },
    { path: 'channel.bandwidthHz', values: [10e6, 20e6, 40e6] },
  ],
  sweepMode: 'grid',
  repeats: 3,
  warmUpRounds: 1,
  learning: [],
};

/** Reports that are looked at in every view: the sample has every kind of chart. */
const SHOWN = FULL_RUN ? ['study', 'run', 'sample'] : ['sample'];

/** Widths and colours: all of them in a full run, else each of them once. */
const VIEWS = (
  [
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const
).filter(([width, scheme]) => FULL_RUN || (width === 390) === (scheme === 'light'));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const folder = sharedScratchFolder();
const address = (name: string): string => pathToFileURL(join(folder, name, 'report.html')).href;

describe.skipIf(!browserIsPresent)('report.html in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    const study = new StudyFolder(join(folder, 'study'), writeWholeFile);
    const progress = { begin: () => {}, roundDone: () => {}, end: () => {} };
    await executeStudy(study, PLAN, { isNew: true, threads: 2, progress });
    await writeReport(join(folder, 'run'), runContent(SAMPLE_RUN), writeWholeFile);
    await writeReport(join(folder, 'sample'), SAMPLE_REPORT, writeWholeFile);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  for (const name of SHOWN) {
    for (const [width, scheme] of VIEWS) {
      it(`of a ${name}: accessible, not wider than ${width} pixels, and silent, in ${scheme}`, async () => {
        const { page, trouble } = await openPage(browser, address(name), { width, scheme });
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        expect(await page.locator('.chart svg').count()).toBeGreaterThan(4);
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(trouble).toEqual([]);
        await page.context().close();
      });
    }
  }

  it('has one tab stop a chart; arrow keys go through its values and say them', async () => {
    const { page } = await openPage(browser, address('sample'), { width: 1280, scheme: 'light' });
    const stops: string[] = [];
    // From the last element on, the key leaves the page.
    for (let press = 0; press < 60 && stops.at(-1) !== 'none'; press += 1) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(
          'document.activeElement === document.body ? "none" : (document.activeElement.closest(".block")?.id ?? "page")',
        ),
      );
    }
    expect(stops.at(-1)).toBe('none');
    for (const id of ['accuracy', 'stages', 'round-drawn']) {
      // The chart, and its data.
      expect(stops.filter((stop) => stop === id)).toHaveLength(2);
    }
    await page.locator('#accuracy .chart').focus();
    await page.keyboard.press('ArrowRight');
    expect(await spoken(page)).toMatch(/^exact, round 1: /);
    await page.keyboard.press('ArrowRight');
    expect(await spoken(page)).toMatch(/^exact, round 2: /);
    await page.keyboard.press('End');
    expect(await spoken(page)).toMatch(/^exact, round 12: /);
    await page.keyboard.press('ArrowDown');
    expect(await spoken(page)).toContain(HOSTILE);
    await page.keyboard.press('+');
    expect(await spoken(page)).toBe('67 per cent of the axis.');
    await page.keyboard.press('0');
    expect(await spoken(page)).toBe('The whole axis.');
  });

  it('opens a traced round by Enter and by a click', async () => {
    const { page } = await openPage(browser, address('sample'), { width: 1280, scheme: 'light' });
    const axis = page.locator('#round-drawn svg text', { hasText: 'time since the start of round' });
    expect(await axis.textContent()).toContain('round 2 ');
    await page.locator('#round-drawn .chart').focus();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
    expect(await spoken(page)).toContain('Enter shows its devices');
    await page.keyboard.press('Enter');
    expect(await axis.textContent()).toContain('round 5 ');
    expect(await spoken(page)).toContain('shown below');
  });

  it('switches the axis of all line charts, shares of bars, and policies', async () => {
    const { page } = await openPage(browser, address('sample'), { width: 1280, scheme: 'light' });
    await page.getByRole('radio', { name: 'seconds' }).check();
    for (const id of ['accuracy', 'loss']) {
      expect(await page.locator(`#${id} svg`).textContent()).toContain('virtual time [min]');
    }
    await page.getByRole('radio', { name: 'shares' }).check();
    expect(await page.locator('#stages svg').textContent()).toContain('share [%]');
    await page.getByRole('checkbox', { name: 'greedy' }).uncheck();
    expect(await page.locator('#stages svg').textContent()).not.toContain('2 replicas');
    expect(await page.locator('#accuracy svg').textContent()).not.toContain('onerror');
  });

  it('shows the values of all charts of the same axis at the pointer', async () => {
    const { page } = await openPage(browser, address('sample'), { width: 1280, scheme: 'light' });
    await page.locator('#accuracy .chart').hover();
    await page
      .getByText(/^exact: \d/)
      .first()
      .waitFor();
    const tips = await page.locator('.chart > div:not(:has(svg))').allTextContents();
    expect(tips.filter((text) => text.startsWith('round '))).toHaveLength(2);
  });

  it('saves each figure as SVG, PNG, CSV and LaTeX', async () => {
    const { page, trouble } = await openPage(browser, address('sample'), { width: 1280, scheme: 'dark' });
    for (const id of ['accuracy', 'stages', 'spread', 'time-and-cost', 'round-drawn']) {
      await page.locator(`#${id} summary`).click();
      for (const [button, end, begin] of [
        ['SVG', 'svg', '<svg '],
        ['PNG', 'png', '\u0089PNG'],
        ['CSV', 'csv', ''],
        ['LaTeX', 'tex', '% '],
      ]) {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.locator(`#${id}`).getByRole('button', { name: button }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`${id}.${end}`);
        const bytes = readFileSync(await download.path());
        expect(bytes.subarray(0, begin.length).toString('latin1')).toBe(begin);
        expect(bytes.length).toBeGreaterThan(60);
        if (end === 'svg') {
          const names = await page.evaluate<string[]>(
            `[...new DOMParser().parseFromString(${JSON.stringify(bytes.toString('utf8'))}, 'image/svg+xml').querySelectorAll('*')].map((node) => node.localName)`,
          );
          expect(names).toContain('path');
          expect(names.filter((name) => /^(img|script|parsererror|foreignObject)$/.test(name))).toEqual([]);
        }
      }
    }
    expect(trouble).toEqual([]);
  });

  it('shows the budget, the stages ranked, and every setting', async () => {
    const { page } = await openPage(browser, address('study'), { width: 1280, scheme: 'light' });
    expect(await page.locator('.answer').textContent()).toMatch(
      /^Fastest of 6: .* MHz bandwidth, .* a round/,
    );
    expect(await page.locator('#stages-ranked tbody tr').count()).toBeGreaterThan(5);
    expect(await page.locator('#rounds-delay-seconds svg').textContent()).toContain('budget');
    await page.locator('#settings summary').click();
    const row = page.locator('#settings tr', {
      has: page.locator('th', { hasText: 'cloud.queue.visibilitySeconds' }),
    });
    expect(await row.locator('td').textContent()).toBe('900');
  });

  it('has the answer and the tables without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address('run'));
    expect(await page.locator('.answer').textContent()).toContain('of virtual time');
    expect(await page.locator('#stages-ranked').textContent()).toContain('Uplink of embeddings');
    await context.close();
  });
});

async function spoken(page: Page): Promise<string> {
  return (await page.locator('#spoken').textContent()) ?? '';
}

/** Violations that axe finds, each with the first element. */
async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // axe is added by the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + ' ' + nodes[0].failureSummary))`,
  );
}
