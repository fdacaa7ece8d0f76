import type { ReportContent } from '#report/content/report-content.ts';

/**
 * Follows the run of this page's server: each `report` event is new content; `end` says that no more will
 * come.
 */
export function followLive(main: HTMLElement, show: (content: ReportContent) => void): void {
  const line = document.createElement('p');
  line.id = 'live';
  line.setAttribute('role', 'status');
  main.prepend(line);
  const say = (text: string, ended: boolean): void => {
    line.textContent = text;
    line.classList.toggle('ended', ended);
  };
  say('Live: this page follows the run.', false);
  const events = new EventSource('events');
  events.addEventListener('report', ({ data }) => {
    const content: ReportContent = JSON.parse(data);
    show(content);
  });
  events.addEventListener('end', ({ data }) => {
    events.close();
    say(String(data), true);
  });
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) say('The process that sent this page has ended.', true);
    else say('Waiting for the process that sends this page.', true);
  });
  events.addEventListener('open', () => say('Live: this page follows the run.', false));
}
