import { describe, expect, it } from 'vitest';
import {
  byFunction,
  FUNCTION_NAMES,
  FUNCTIONS,
  LAMBDA_FUNCTIONS,
  MESSAGE_ROUTES,
  QUEUE_NAMES,
  QUEUES,
  queuesFrom,
  sendersTo,
  visibilitySeconds,
} from '#shared/protocol/functions.ts';
import { messageSchema } from '#shared/protocol/message.ts';

describe('the table of functions', () => {
  it('routes each kind of message, and no other', () => {
    const kinds = messageSchema.options.map(({ shape }) => shape.kind.value);
    expect(Object.keys(MESSAGE_ROUTES).sort()).toEqual([...kinds].sort());
  });

  it('lets no device function tell the scheduler anything', () => {
    expect(byFunction(queuesFrom)).toEqual({
      scheduler: ['scheduler', 'device', 'encoder-control'],
      device: ['encoder'],
      encoder: ['scheduler', 'device'],
    });
  });

  it('keeps the messages without which a run cannot go on out of reach of devices', () => {
    for (const queue of QUEUE_NAMES) {
      expect(sendersTo(queue).includes('device')).toBe(queue === 'encoder');
      if (QUEUES[queue].essential) expect(sendersTo(queue)).not.toContain('device');
    }
    expect(sendersTo('encoder-control')).toEqual(['scheduler', 'operator']);
  });

  it('hides a received message for longer than an invocation may take', () => {
    for (const name of LAMBDA_FUNCTIONS) {
      const { timeoutSeconds } = FUNCTIONS[name].lambda;
      expect(visibilitySeconds(name)).toBeGreaterThanOrEqual(6 * timeoutSeconds);
      expect(FUNCTIONS[name].reserveMs).toBeLessThan(1000 * timeoutSeconds);
    }
  });

  it('names every function and queue once', () => {
    expect([...FUNCTION_NAMES].sort()).toEqual(Object.keys(FUNCTIONS).sort());
    expect([...QUEUE_NAMES].sort()).toEqual(Object.keys(QUEUES).sort());
  });
});
