import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A connection to a server for which a test can expire and renew the caller's credentials. */
export interface ExpiringProxy {
  readonly endpoint: string;
  /** Refuses every request from now on, as AWS does for an expired session token. */
  expire(): void;
  renew(): void;
  stop(): Promise<void>;
}

const MESSAGE = 'The security token included in the request is expired';

/** Starts a proxy on 127.0.0.1 to an HTTP server. */
export async function startExpiringProxy(target: string): Promise<ExpiringProxy> {
  let expired = false;
  const server = createServer((incoming, response) => {
    if (expired) {
      // Reads the whole request first, because a client may not read the response before it has sent
      // everything.
      incoming.resume().on('end', () => refuse(incoming, response));
    } else forward(target, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = addressOf(server.address());
  return {
    endpoint: `http://127.0.0.1:${port}`,
    expire: () => {
      expired = true;
    },
    renew: () => {
      expired = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(target: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const outgoing = request(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

/** Sends the refusal as JSON for SQS and as XML for S3. */
function refuse(incoming: IncomingMessage, response: ServerResponse): void {
  const asJson = String(incoming.headers['content-type']).startsWith('application/x-amz-json');
  response.writeHead(403, { 'content-type': asJson ? 'application/x-amz-json-1.0' : 'application/xml' });
  response.end(
    asJson
      ? JSON.stringify({ __type: 'com.amazon.coral.service#ExpiredTokenException', message: MESSAGE })
      : `<Error><Code>ExpiredToken</Code><Message>${MESSAGE}</Message></Error>`,
  );
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return address;
}
