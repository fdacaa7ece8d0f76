import { chromium } from 'playwright-core';

const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const [file, tag, w, scheme, y, h] = process.argv.slice(2);
const c = await b.newContext({
  viewport: { width: Number(w), height: Number(h) },
  colorScheme: scheme as 'dark',
});
const p = await c.newPage();
p.on('console', (m) => console.log('console', m.text()));
p.on('pageerror', (e) => console.log('error', e.stack));
await p.goto('file://' + file);
await p.waitForTimeout(300);
await p.evaluate(`window.scrollTo(0,${y})`);
await p.screenshot({ path: `/tmp/rs/${tag}.png` });
await b.close();
