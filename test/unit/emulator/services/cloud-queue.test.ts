import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import { randomStream } from '#shared/random/random-stream.ts';

function queueWith(settings: object, deadLetter?: (body: string) => void) {
  const simulation = new Simulation();
  const queue = new CloudQueue({
    simulation,
    parameters: queueParameters.parse(settings),
    messages: new MessageSlots(''),
    random: randomStream(1, 'emulator'),
    ...(deadLetter === undefined ? {} : { deadLetter }),
  });
  const receive = (limit = 10): number[] => {
    const receipts: number[] = [];
    queue.receive(limit, receipts);
    return receipts;
  };
  const bodies = (limit = 10) => receive(limit).map((receipt) => queue.body(receipt));
  return { simulation, queue, receive, bodies };
}

describe('CloudQueue', () => {
  it('shows a message at its exact time, to the millisecond and below', () => {
    const { simulation, queue, bodies } = queueWith({});
    queue.send('late', 0, 1234.5);
    queue.send('early', 10, 0);
    simulation.run(1234.4);
    expect(bodies()).toEqual(['early']);
    simulation.run(1234.5);
    expect(bodies()).toEqual(['late']);
  });

  it('hides a received message for its visibility timeout and counts receipts', () => {
    const { simulation, queue, receive } = queueWith({ visibilitySeconds: 30 });
    queue.send('a', 0, 0);
    simulation.run(0);
    const [first] = receive();
    expect(queue.attributes(first)).toEqual({ receiveCount: 1, sentAtMs: 0 });
    simulation.run(29_999);
    expect(receive()).toEqual([]);
    simulation.run(30_000);
    const [second] = receive();
    expect(queue.attributes(second)?.receiveCount).toBe(2);
    expect(queue.body(first)).toBeUndefined();
    expect(queue.delete(first)).toBe(false);
    expect(queue.delete(second)).toBe(true);
    expect(queue.delete(second)).toBe(false);
    expect(queue.counts.expired).toBe(1);
  });

  it('deletes a message whose timeout has passed if no other consumer received it', () => {
    const { simulation, queue, receive } = queueWith({ visibilitySeconds: 1 });
    queue.send('a', 0, 0);
    simulation.run(0);
    const [receipt] = receive();
    simulation.run(2000);
    expect(queue.visible).toBe(1);
    expect(queue.delete(receipt)).toBe(true);
    expect(queue.visible).toBe(0);
    expect(receive()).toEqual([]);
  });

  it('changes visibility: zero puts a message back at once, more keeps it hidden longer', () => {
    const { simulation, queue, receive } = queueWith({ visibilitySeconds: 10 });
    queue.send('a', 0, 0);
    queue.send('b', 0, 0);
    simulation.run(0);
    const [a, b] = receive();
    queue.changeVisibility(a, 0);
    queue.changeVisibility(b, 60_000);
    simulation.run(0);
    expect(receive().map((receipt) => queue.body(receipt))).toEqual(['a']);
    simulation.run(59_999);
    expect(queue.body(b)).toBe('b');
    expect(receive().map((receipt) => queue.body(receipt))).toEqual(['a']);
    simulation.run(60_000);
    expect(receive().map((receipt) => queue.body(receipt))).toContain('b');
  });

  it('moves a message that was received too often to the dead letters', () => {
    const dead: string[] = [];
    const { simulation, queue, bodies } = queueWith({ visibilitySeconds: 1, maxReceiveCount: 3 }, (body) =>
      dead.push(body),
    );
    queue.send('poison', 0, 0);
    const seen = [0, 1000, 2000, 3000, 4000].map((time) => {
      simulation.run(time);
      return bodies().length;
    });
    expect(seen).toEqual([1, 1, 1, 0, 0]);
    expect(dead).toEqual(['poison']);
    expect(queue.counts.deadLettered).toBe(1);
  });

  it('gives out no more than the limit in flight, and tells consumers when there is room', () => {
    const { simulation, queue, receive } = queueWith({ inFlightLimit: 2 });
    let told = 0;
    queue.onAvailable(() => told++);
    for (const body of ['a', 'b', 'c']) queue.send(body, 0, 0);
    simulation.run(0);
    const receipts = receive();
    expect(receipts).toHaveLength(2);
    expect(queue.visible).toBe(0);
    told = 0;
    queue.delete(receipts[0]);
    expect(told).toBe(1);
    expect(queue.visible).toBe(1);
  });

  it('delivers every message a second time when it always duplicates, but not for ever', () => {
    const { simulation, queue, receive } = queueWith({ duplicateProbability: 0.5, visibilitySeconds: 1000 });
    for (let index = 0; index < 200; index++) queue.send(`${index}`, 0, 0);
    const seen = new Map<string, number>();
    for (let time = 0; time < 50; time++) {
      simulation.run(time);
      for (const receipt of receive(1000)) {
        const body = queue.body(receipt) ?? '';
        seen.set(body, (seen.get(body) ?? 0) + 1);
        queue.delete(receipt);
      }
    }
    expect(seen.size).toBe(200);
    expect([...seen.values()].reduce((sum, times) => sum + times, 0)).toBe(200 + queue.counts.duplicated);
    // The number of copies is geometric with mean one.
    expect(queue.counts.duplicated).toBeGreaterThan(130);
    expect(queue.counts.duplicated).toBeLessThan(280);
  });
});

describe('sending', () => {
  it('takes one latency for each wave of concurrent batches', () => {
    const parameters = queueParameters.parse({ sendLatencyMs: 8, sendsInParallel: 2 });
    expect([0, 9, 19, 20, 39, 40].map((index) => storedAfterMs(index, parameters))).toEqual([
      8, 8, 8, 16, 16, 24,
    ]);
    expect(sendDurationMs(0, parameters)).toBe(0);
    expect(sendDurationMs(21, parameters)).toBe(16);
  });
});
