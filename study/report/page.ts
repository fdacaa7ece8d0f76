import { escapeText } from './markup.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #5a636e; --paper: #fff; --panel: #f6f7f9; --rule: #d9dde3;
  --violet: #7b5bb8; --orange1: #f2a65a; --orange2: #d9622b; --orange3: #f6c86f; --green1: #a5d6a0; --green2: #3f9b57;
  --green3: #6fbf7d; --green4: #246b3c; --blue1: #2f6fb7; --blue2: #8fbbe6; --blue3: #5a95d1; --grey: #aab1ba;
  --s1: #2f6fb7; --s2: #d9622b; --s3: #3f9b57; --s4: #8a4fb0; --s5: #b58900; --s6: #c2378a; --s7: #1b9aaa; --s8: #6b7280; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #a3abb5; --paper: #15181c; --panel: #1e2328;
  --rule: #3a424b; --blue1: #5b9be0; --blue3: #7fb2e8; --green2: #55b56f; --green4: #3c8d57; --violet: #a184db;
  --s1: #6aa8ea; --s2: #f0834d; --s3: #5fc07a; --s4: #b98adb; --s5: #d7ab2c; --s6: #e667b1; --s7: #3fc1d1; --s8: #9aa3ae; } }
* { box-sizing: border-box; } body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 1080px; margin: 0 auto; padding: 16px; } h1 { font-size: 1.5rem; margin: 0 0 4px; } h2 { font-size: 1.1rem; margin: 0; }
p { margin: 4px 0 10px; color: var(--dim); } .charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
.chart { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 14px; min-width: 0; }
svg { width: 100%; height: auto; display: block; font-size: 13px; } svg text { fill: var(--ink); } svg .tick, svg .name { fill: var(--dim); }
.grid { stroke: var(--rule); } .line { fill: none; stroke: currentColor; stroke-width: 2; } .band { fill: currentColor; opacity: 0.18; }
.series .mark { fill: currentColor; } .series.dashed .line { stroke-dasharray: 6 4; } .mark:focus, .mark:hover { outline: none; stroke: var(--ink); stroke-width: 2; }
.reference { color: var(--ink); }
.legend { list-style: none; padding: 0; margin: 8px 0; display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 0.85rem; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; background: currentColor; vertical-align: -1px; }
@media (max-width: 520px) { svg { font-size: 16px; } }
details { font-size: 0.85rem; } summary { cursor: pointer; padding: 6px 0; } .scroll { overflow-x: auto; max-height: 420px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 3px 10px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; } #tip { position: fixed; z-index: 2; max-width: 300px; padding: 6px 10px; border-radius: 6px;
  background: var(--ink); color: var(--paper); font-size: 0.85rem; pointer-events: none; } #tip[hidden] { display: none; }
${[
  'violet',
  'orange1',
  'orange2',
  'orange3',
  'green1',
  'green2',
  'green3',
  'green4',
  'blue1',
  'blue2',
  'blue3',
  'grey',
]
  .map((name) => `rect.${name} { fill: var(--${name}); } .swatch.${name} { background: var(--${name}); }`)
  .join('\n')}
${['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'].map((name) => `.${name} { color: var(--${name}); }`).join('\n')}
`;

const SCRIPT = `
const tip = document.getElementById('tip');
const show = (mark) => {
  tip.textContent = mark.dataset.tip; tip.hidden = false;
  const box = mark.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 8;
  tip.style.left = left + 'px'; tip.style.top = (above < 8 ? box.bottom + 8 : above) + 'px';
};
const hide = () => { tip.hidden = true; };
for (const mark of document.querySelectorAll('.mark')) {
  mark.querySelector('title')?.remove();
  mark.setAttribute('aria-label', mark.dataset.tip); mark.setAttribute('role', 'img');
  mark.addEventListener('pointerenter', () => show(mark)); mark.addEventListener('pointerleave', hide);
  mark.addEventListener('focus', () => show(mark)); mark.addEventListener('blur', hide);
}
addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
`;

/** A self-contained HTML page: style, images and script are inside it, and nothing is fetched. */
export function page(title: string, introduction: string, body: readonly string[]): string {
  const charts = body.filter((part) => part !== '').join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
${introduction}
<div class="charts">
${charts}
</div>
</main>
<div id="tip" role="status" hidden></div>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
