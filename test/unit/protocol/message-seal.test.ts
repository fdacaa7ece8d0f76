import { describe, expect, it } from 'vitest';
import { dueAfter, type Message, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { requireSeal, sealedBody } from '#shared/protocol/message-seal.ts';

const record = { run: 'a-run', prepared: 'f'.repeat(64), config: { seed: 1 } };
const message: Message = {
  version: PROTOCOL_VERSION,
  kind: 'encoder.gradients',
  run: 'a-run',
  epoch: 1,
  round: 2,
  traceId: '0'.repeat(32),
  ...dueAfter(1_795_749_653_547.25, 0.1),
  device: 3,
  rateBitsPerSecond: 1e21,
  roundStartedAtMs: -1e-7,
  timeline: [],
  payload: { place: 'object', key: 'runs/a-run/ö/"\u2028', bytes: 5 },
  loss: 0.30000000000000004,
  predictions: 2,
  correct: 1,
};
const body = sealedBody(record, message);

describe('the seal of a message', () => {
  it('is that of its fields, however the carrier writes them', () => {
    requireSeal(record, body);
    requireSeal(record, JSON.stringify(JSON.parse(body), null, 2));
    // As Python writes JSON.
    const python = body
      .replace('1e-7', '1e-07')
      .replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll(',"', ', "')
      .replaceAll('":', '": ');
    expect(python).not.toBe(body);
    requireSeal(record, python);
  });

  it('does not match when a field is changed, added, removed or repeated with another value', () => {
    for (const changed of [
      body.replace('"correct":1', '"correct":2'),
      body.replace('"correct":1', '"correct":1,"loss":0'),
      body.replace('"correct":1,', ''),
      body.replace('"correct":1', '"correct":1,"__proto__":{}'),
      body.replace('"seal":"', '"seal":"0'),
      body.replace(/,"seal":.*/, ',"seal":null}'),
      body.replace(/,"seal":.*/, '}'),
      sealedBody({ ...record, config: { seed: 2 } }, message),
    ]) {
      expect(changed).not.toBe(body);
      expect(() => requireSeal(record, changed)).toThrow('its seal does not match');
    }
  });
});
