import { chromium } from 'playwright-core';

const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const file = process.argv[2];
const tag = process.argv[3];
for (const [w, s] of [
  [1280, 'light'],
  [390, 'dark'],
] as const) {
  const c = await b.newContext({ viewport: { width: w, height: 900 }, colorScheme: s });
  const p = await c.newPage();
  p.on('console', (m) => console.log('console', m.text()));
  p.on('pageerror', (e) => console.log('error', e.stack));
  await p.goto('file://' + file);
  await p.waitForTimeout(300);
  await p.screenshot({ path: `/tmp/rs/${tag}-${w}.png`, fullPage: true });
  console.log(w, await p.evaluate('document.documentElement.scrollWidth'));
}
await b.close();
