import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What an endpoint does otherwise than SQS and S3 do. */
export type Quirk = 'refuses-large-messages' | 'ignores-if-none-match' | 'lacks-if-none-match';

/** The address of a proxy to an HTTP server that makes it behave so, until the test is over. */
export async function quirkyEndpoint(target: string, quirk: Quirk): Promise<string> {
  const server = createServer((incoming, response) => {
    void forward(target, quirk, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return `http://127.0.0.1:${address.port}`;
}

async function forward(
  target: string,
  quirk: Quirk,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '/' } = incoming;
  const headers = { ...incoming.headers };
  const isControl = /CreateQueue|SetQueueAttributes/.test(String(headers['x-amz-target'] ?? ''));
  if (quirk === 'refuses-large-messages' && isControl) {
    const body = await text(incoming);
    const size = Number(/"MaximumMessageSize":"(\d+)"/.exec(body)?.[1] ?? 0);
    if (size > 262_144) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({
          __type: 'com.amazonaws.sqs#InvalidAttributeValue',
          message: 'Invalid value for the parameter MaximumMessageSize.',
        }),
      );
      return;
    }
    outgoing(target, url, method, headers, response).end(body);
    return;
  }
  if (headers['if-none-match'] !== undefined && quirk !== 'refuses-large-messages') {
    if (quirk === 'lacks-if-none-match') {
      await text(incoming);
      response.writeHead(501, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NotImplemented</Code><Message>If-None-Match is not known</Message></Error>');
      return;
    }
    delete headers['if-none-match'];
  }
  incoming.pipe(outgoing(target, url, method, headers, response));
}

function outgoing(
  target: string,
  url: string,
  method: string | undefined,
  headers: IncomingMessage['headers'],
  response: ServerResponse,
) {
  return request(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }).on('error', () => response.destroy());
}
