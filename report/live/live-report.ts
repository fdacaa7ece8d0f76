import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReportContent } from '#report/content/report-content.ts';
import { reportPage } from '#report/page/page.ts';
import { pageScript } from '#report/script/page-script.ts';
import { shownContent } from '#report/shown-content.ts';

/** Shortest time between two events, so that a fast run does not keep its process busy. */
const PAUSE_MS = 500;

/** Time that readers have to take the last content [ms]. */
const CLOSE_MS = 1000;

/**
 * A report that grows, served on this machine only. `GET /TOKEN/` is the page, `GET /TOKEN/events` a stream
 * of server-sent events: `report` with the content as JSON, and at last `end` with a sentence. The random
 * token keeps other users of the machine and other sites in the browser out.
 */
export class LiveReport {
  readonly #server: Server;
  readonly #script: string;
  readonly #token = randomBytes(16).toString('hex');
  readonly #readers = new Set<ServerResponse>();
  #content: () => ReportContent;
  #timer: NodeJS.Timeout | undefined;

  private constructor(script: string, content: ReportContent) {
    this.#script = script;
    this.#content = () => content;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Starts the server on a free port of the loopback interface. */
  static async start(content: ReportContent): Promise<LiveReport> {
    const live = new LiveReport(await pageScript(), content);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', reject);
      live.#server.listen(0, '127.0.0.1', resolve);
    });
    // The page does not keep a process alive whose run has ended.
    live.#server.unref();
    return live;
  }

  get address(): string {
    return `http://${this.#host}/${this.#token}/`;
  }

  /** Shows new content, at most twice a second; `content` is called when the time has come. */
  show(content: () => ReportContent): void {
    this.#content = content;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#send(), PAUSE_MS);
    this.#timer.unref();
  }

  /** Sends the last content and a closing sentence, and ends the server. */
  async end(sentence: string): Promise<void> {
    clearTimeout(this.#timer);
    const last = `${this.#event()}${event('end', sentence)}`;
    for (const reader of this.#readers) reader.end(last);
    await new Promise<void>((resolve) => {
      // A reader that has stopped reading keeps its connection open.
      const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }

  get #host(): string {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '127.0.0.1';
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#readers.size === 0) return;
    const text = this.#event();
    // Unsent data of a slow reader stays in memory, so nothing more is sent until it is read.
    for (const reader of this.#readers) if (!reader.writableNeedDrain) reader.write(text);
  }

  #event(): string {
    return event('report', JSON.stringify(shownContent(this.#content())));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { url, method, headers } = request;
    // Another host name means that a site has pointed its own name at this machine.
    const asked = method === 'GET' && headers.host === this.#host ? url : undefined;
    if (asked === `/${this.#token}/`) this.#sendPage(response);
    else if (asked === `/${this.#token}/events`) this.#follow(response);
    else refuse(response);
  }

  #sendPage(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    });
    response.end(reportPage(shownContent(this.#content()), this.#script, true));
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#readers.add(response);
    response.on('close', () => this.#readers.delete(response));
    response.write(this.#event());
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain', connection: 'close' });
  response.end('Not here.\n');
}

/** A server-sent event. A line end in its data would end it. */
function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data.replaceAll(/[\r\n]+/g, ' ')}\n\n`;
}
