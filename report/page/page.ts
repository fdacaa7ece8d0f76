import { createHash } from 'node:crypto';
import type { ReportContent } from '#report/content/report-content.ts';
import { bodyHtml } from './body.ts';
import { embeddedJson, escapeText } from './markup.ts';
import { STYLE } from './style.ts';

/**
 * A self-contained HTML page: style, data and script are inside it. Its policy lets it run this script only
 * and fetch nothing; a live page may read events from the server that sent it.
 *
 * @param script the page's script, which draws the charts
 */
export function reportPage(content: ReportContent, script: string, live = false): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${hash}'`,
    'img-src data: blob:',
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${escapeText(content.title)}</title>
<style>${STYLE}</style>
</head>
<body${live ? ' data-live' : ''}>
<main>
${bodyHtml(content)}
<noscript><p class="note">The charts need JavaScript.</p></noscript>
</main>
<div id="spoken" class="hidden" role="status"></div>
<script type="application/json" id="content">${embeddedJson(content)}</script>
<script>${script}</script>
</body>
</html>
`;
}
