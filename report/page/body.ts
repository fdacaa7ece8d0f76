import type { Block, ReportContent, ReportSection } from '#report/content/report-content.ts';
import { escapeText } from './markup.ts';
import { tableHtml } from './table.ts';

/** Everything inside `<main>`; the script draws the charts into it. */
export function bodyHtml(content: ReportContent): string {
  return `<header id="summary">${summaryHtml(content)}</header>\n<div id="controls"></div>\n${shownSections(
    content,
  )
    .map(sectionHtml)
    .join('\n')}`;
}

/** Title, answer, facts and warnings. */
export function summaryHtml({ title, answer, facts = [], warnings = [] }: ReportContent): string {
  const lines = facts.map((fact) => `<p class="fact">${escapeText(fact)}</p>`);
  const alerts = warnings.map((warning) => `<p class="warning"><b>Warning:</b> ${escapeText(warning)}</p>`);
  return `<h1>${escapeText(title)}</h1><p class="answer">${escapeText(unbroken(answer))}</p>${lines.join('')}${alerts.join('')}`;
}

/** The text without line breaks between a number and its unit. */
function unbroken(text: string): string {
  return text.replace(/(\d) (?=(?:%|ms|s|min|h|d|J|kJ)(?![a-z]))/g, '$1\u00a0');
}

export function shownSections({ sections }: ReportContent): readonly ReportSection[] {
  return sections.filter(({ blocks }) => blocks.length > 0);
}

/** Equal for two contents whose pages differ only in the insides of their blocks. */
export function structureOf(content: ReportContent): string {
  return JSON.stringify(
    shownSections(content).map(({ title, blocks }) => [
      title,
      blocks.map((block) => [block.kind, block.id, block.title]),
    ]),
  );
}

function sectionHtml({ title, text, blocks }: ReportSection): string {
  const note = text === undefined ? '' : `<p class="note">${escapeText(text)}</p>`;
  return `<section><h2>${escapeText(title)}</h2>${note}<div class="blocks${blocks.length === 1 ? ' single' : ''}">${blocks.map(blockHtml).join('')}</div></section>`;
}

function blockHtml(block: Block): string {
  const wide = block.kind === 'table' || block.kind === 'spans' || block.wide === true ? ' wide' : '';
  const head = `<h3>${escapeText(block.title)}</h3><p class="note">${escapeText(block.note ?? '')}</p>`;
  if (block.kind !== 'table') {
    return `<div class="block figure${wide}" id="${block.id}">${head}<div class="chart"></div><p class="note omitted"></p><ul class="legend"></ul><details class="data"><summary>Data and export<span class="hidden">: ${escapeText(block.title)}</span></summary><div class="inside"></div></details></div>`;
  }
  const inside = `<div class="inside">${tableHtml(block)}</div>`;
  const table =
    block.closed === true
      ? `<details class="table"><summary>${escapeText(block.title)}</summary><p class="note">${escapeText(block.note ?? '')}</p>${inside}</details>`
      : `${head}${inside}`;
  return `<div class="block table${wide}" id="${block.id}">${table}</div>`;
}
