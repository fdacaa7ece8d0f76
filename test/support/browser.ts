import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { requirement } from './requirement.ts';

/** Path of the browser: from the environment, else that of Debian's package. */
const BROWSER = process.env.AIRTUNE_CHROMIUM ?? '/usr/bin/chromium';

export const browserIsPresent = requirement(
  'reports in a browser',
  existsSync(BROWSER) ? undefined : `there is no Chromium at ${BROWSER} (AIRTUNE_CHROMIUM names one)`,
);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
}

/** A page, with what its console says and the addresses outside this machine's files that it asks for. */
export interface OpenedPage {
  readonly page: Page;
  readonly trouble: string[];
}

export async function openPage(
  browser: Browser,
  address: string,
  { width, scheme }: { readonly width: number; readonly scheme: 'light' | 'dark' },
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url()) && !request.url().startsWith(address))
      trouble.push(request.url());
  });
  await page.goto(address);
  return { page, trouble };
}
