import type { ReportContent } from '#report/content/report-content.ts';
import { part } from './elements.ts';
import { followLive } from './live.ts';
import { ReportView } from './report-view.ts';

const content: ReportContent = JSON.parse(part(document, '#content', HTMLScriptElement).text);
const main = part(document, 'main', HTMLElement);
const view = new ReportView(main, content);
if (document.body.dataset.live !== undefined) followLive(main, (next) => view.update(next));
