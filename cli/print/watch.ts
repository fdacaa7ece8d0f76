import type { ReportContent } from '#report/content/report-content.ts';

/** The live page of a command with `--watch`; without the option nothing is served. */
export interface Watch {
  show(content: () => ReportContent): void;
  /** Ends the page with a sentence. */
  end(sentence: string): Promise<void>;
}

/**
 * Starts the live page of a command, and prints its address.
 *
 * @param asked whether the option was given
 * @param subject first title of the page, such as `airtune run`
 * @param notice prints a line
 */
export async function startWatch(
  asked: boolean | undefined,
  subject: string,
  notice: (line: string) => void,
): Promise<Watch> {
  if (asked !== true) return { show: () => {}, end: async () => {} };
  // Loaded only for the option: importing Node's HTTP server loads its client and WebSockets, too.
  const { LiveReport } = await import('#report/live/live-report.ts');
  const live = await LiveReport.start({ title: subject, answer: 'It is being prepared.', sections: [] });
  notice(`watch it at ${live.address}`);
  return live;
}

/** The closing sentence of a command that failed or was interrupted. */
export function endedBy(error: unknown): string {
  return error instanceof Error ? `It has ended: ${error.message}` : 'It has ended.';
}
