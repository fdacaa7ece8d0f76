import { SURFACES, type ThemeName } from '#report/content/tones.ts';

function variables(theme: ThemeName): string {
  return Object.entries(SURFACES[theme])
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
}

/** The style sheet of a report. */
export const STYLE = `
:root { color-scheme: light dark; ${variables('light')} --accent: #2563ab; --warn: #a8480b; }
@media (prefers-color-scheme: dark) { :root { ${variables('dark')} --accent: #6aa8ea; --warn: #f2a65a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 1180px; margin: 0 auto; padding: 20px 16px 48px; }
h1 { font-size: 0.95rem; font-weight: 600; margin: 0; color: var(--dim); overflow-wrap: anywhere; }
.answer { font-size: clamp(1.25rem, 1rem + 1.6vw, 1.8rem); line-height: 1.3; font-weight: 650; margin: 6px 0 12px; max-width: 46em; overflow-wrap: anywhere; text-wrap: pretty; }
h2 { font-size: 1.15rem; margin: 28px 0 4px; } h3 { font-size: 0.98rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 2px 0; } .fact, .note { color: var(--dim); overflow-wrap: anywhere; } .note { font-size: 0.88rem; max-width: 75em; } .note:empty { display: none; }
.warning { color: var(--ink); border-left: 4px solid var(--warn); padding: 2px 10px; margin: 8px 0; overflow-wrap: anywhere; }
#controls { position: sticky; top: 0; z-index: 3; background: var(--paper); display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 8px 0; margin-top: 10px; border-bottom: 1px solid var(--rule); }
#controls:empty { display: none; }
#controls fieldset { border: 0; padding: 0; margin: 0; min-width: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; font-size: 0.88rem; }
#controls legend { float: left; padding: 0 6px 0 0; color: var(--dim); }
#controls label { display: inline-flex; align-items: center; gap: 5px; padding: 3px 9px; border: 1px solid var(--dim); border-radius: 999px; cursor: pointer; min-height: 26px; overflow-wrap: anywhere; }
#controls label:has(input:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
#controls label:has(input:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
#controls input { margin: 0; accent-color: var(--accent); }
.blocks { display: grid; gap: 14px; margin-top: 10px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); align-items: stretch; }
.blocks .wide { grid-column: 1 / -1; } .blocks.single { grid-template-columns: minmax(0, 1fr); }
.block { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; min-width: 0; }
.chart { width: 100%; margin-top: 6px; border-radius: 4px; touch-action: pan-y pinch-zoom; position: relative; }
.chart:focus-visible, button:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.legend { list-style: none; padding: 0; margin: 4px 0; display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 0.85rem; } .legend:empty { display: none; }
.legend li { display: flex; align-items: center; overflow-wrap: anywhere; }
.swatch { display: inline-block; flex: none; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.swatch.dashed { height: 0; width: 16px; border-radius: 0; border-top: 2px dashed; background: none !important; }
details { font-size: 0.88rem; } summary { cursor: pointer; padding: 4px 0; color: var(--dim); width: fit-content; border-radius: 4px; } summary:hover { color: var(--ink); }
.exports { display: flex; flex-wrap: wrap; gap: 6px; margin: 4px 0 8px; }
button { font: inherit; font-size: 0.85rem; color: var(--ink); background: var(--paper); border: 1px solid var(--dim); border-radius: 6px; padding: 3px 12px; cursor: pointer; min-height: 28px; }
button:hover { border-color: var(--accent); }
.scroll { overflow: auto; } .scroll.high { max-height: 420px; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.86rem; width: 100%; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; } td.text, thead th.text { white-space: normal; text-align: left; } td.text { min-width: 10em; overflow-wrap: anywhere; }
@media (max-width: 640px) { td.text { white-space: nowrap; } }
thead th { color: var(--dim); font-weight: 600; vertical-align: bottom; white-space: normal; } th[scope=row], thead th:first-child { text-align: left; font-weight: 500; white-space: normal; min-width: 8em; }
.barred { min-width: 130px; position: relative; } .barred span:last-child { position: relative; }
.cellbar { display: block; height: 4px; background: var(--accent); margin-left: auto; border-radius: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
#live { display: flex; align-items: center; gap: 8px; font-size: 0.88rem; color: var(--dim); margin-bottom: 6px; } #live[hidden] { display: none; }
#live::before { content: ""; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); } #live.ended::before { background: var(--dim); }
.select { position: absolute; top: 0; bottom: 0; background: var(--accent); opacity: 0.2; pointer-events: none; }
@media print { #controls, .data, #live { display: none; } .block { break-inside: avoid; } }
`;
