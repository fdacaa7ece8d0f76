import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWholeFile } from '#run/output/write-file.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { runReport } from '#study/report/run-report.ts';
import { executeStudy } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { requirement } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

/** Path of the browser: from the environment, else that of Debian's package. */
const BROWSER = process.env.AIRTUNE_CHROMIUM ?? '/usr/bin/chromium';
const present = requirement(
  'reports in a browser',
  existsSync(BROWSER) ? undefined : `there is no Chromium at ${BROWSER} (AIRTUNE_CHROMIUM names one)`,
);

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

const folder = sharedScratchFolder();

describe.skipIf(!present)('report.html in a browser', () => {
  let browser: Browser;
  const reports: Record<string, string> = {};

  beforeAll(async () => {
    const study = new StudyFolder(join(folder, 'study'), writeWholeFile);
    const progress = { begin: () => {}, roundDone: () => {}, end: () => {} };
    await executeStudy(study, PLAN, { isNew: true, threads: 2, progress });
    reports.study = join(folder, 'study', 'report.html');
    reports.run = join(folder, 'run.html');
    await writeWholeFile(reports.run, runReport(SAMPLE_RUN));
    browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
  });

  /** Opens a report and collects its requests and error messages. */
  async function open(name: string, width: number, colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
        trouble.push(request.url());
    });
    await page.goto(pathToFileURL(reports[name]).href);
    return { page, trouble };
  }

  for (const name of ['study', 'run']) {
    for (const [width, scheme] of [
      [360, 'light'],
      [390, 'dark'],
      [1280, 'light'],
    ] as const) {
      it(`the ${name}'s fits ${width} pixels in ${scheme}, fetches nothing and complains of nothing`, async () => {
        const { page, trouble } = await open(name, width, scheme);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await page.locator('svg').count()).toBeGreaterThan(4);
        expect(await contrastOf(page)).toBeGreaterThan(4.5);
        expect(trouble).toEqual([]);
      });
    }
  }

  it('shows the delay budget beside the planned delays, and every setting', async () => {
    const { page } = await open('study', 1280, 'light');
    const chart = page.locator('section.chart', { hasText: 'Radio delay against the budget' });
    expect(await chart.locator('g.reference .line').count()).toBe(1);
    const row = page.locator('tr', { has: page.locator('th', { hasText: 'cloud.queue.visibilitySeconds' }) });
    expect(await row.locator('td').textContent()).toBe('900');
  });

  it('shows values on hover and to the keyboard, and every chart as a table', async () => {
    const { page } = await open('study', 1000, 'light');
    const mark = page.locator('rect.mark').first();
    await mark.hover();
    expect(await page.locator('#tip').textContent()).toContain(' s, ');
    await page.mouse.move(0, 0);
    const point = page.locator('circle.mark').nth(3);
    await point.focus();
    expect(await page.locator('#tip').textContent()).toBe(await point.getAttribute('data-tip'));
    await page.keyboard.press('Escape');
    expect(await page.locator('#tip').isHidden()).toBe(true);
    const charts = await page.locator('section.chart').count();
    expect(await page.locator('section.chart details').count()).toBe(charts);
    const summary = page.locator('section.chart summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('section.chart table').first().isVisible()).toBe(true);
  });
});

/** The contrast of text against the page, as the "Web Content Accessibility Guidelines" define it. */
function contrastOf(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = luminance(getComputedStyle(document.body).backgroundColor);
    const ink = luminance(getComputedStyle(document.querySelector('p')).color);
    return (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05);
  })()`);
}

const SAMPLE_RUN = {
  run: 'sample <run>',
  target: 'embedded',
  virtualTime: true,
  engine: 'tfjs',
  config: { seed: 1, training: { rounds: 5 } },
  chance: 0.5,
  theorem1: null,
  control: {
    rounds: 5,
    budgetSeconds: 1,
    meanDevices: 3,
    meanDelaySeconds: 1.2,
    firstDevices: 3,
    firstDelaySeconds: 1.2,
    emptyRounds: 0,
    forcedRounds: 0,
    forcedSeconds: 0,
    possible: null,
    warnings: ['the delay is over its budget'],
  },
  rounds: Array.from({ length: 5 }, (_, index) => ({
    round: index + 1,
    selected: [0, 1, 2],
    answered: index === 2 ? [] : [0, 1],
    trainLoss: index === 2 ? null : 0.7 - 0.05 * index,
    trainAccuracy: index === 2 ? null : 0.5 + 0.05 * index,
    testAccuracy: index % 2 === 0 ? 0.55 + 0.05 * index : undefined,
    delaySeconds: 1.2,
    delayBudgetSeconds: 1,
    queueSeconds: 0.2 * index,
    accountSeconds: 0.2 * index,
    delayLimitSeconds: null,
    roundSeconds: 3 + index,
    timeSplitSeconds: { scheduling: 0.1, uplinkEmbeddings: 1.1, waitingForSlowest: 1 },
  })),
};
