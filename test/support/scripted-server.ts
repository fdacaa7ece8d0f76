import { createServer, type IncomingMessage } from 'node:http';

/** Reaction of a scripted server to one request: a response, or a dropped connection. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | 'drop';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface ScriptedServer {
  readonly endpoint: string;
  readonly requests: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Starts an HTTP server with scripted responses, for failures that a healthy emulator does not show. */
export async function startScriptedServer(
  answer: (request: SeenRequest, index: number) => ScriptedAnswer,
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    // Reads the whole request first, because a client may not read the response before it has sent
    // everything.
    incoming.resume().on('end', () => {
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers };
      const scripted = answer(request, requests.push(request) - 1);
      if (scripted === 'drop') {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(scripted.status, { ...scripted.headers });
      response.end(scripted.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
