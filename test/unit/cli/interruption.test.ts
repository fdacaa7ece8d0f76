import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { interruption } from '#cli/options/interruption.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';

/** A terminal of a process that an experiment started, with its channel. */
function startedByExperiment(connected: boolean) {
  const events = new EventEmitter();
  const terminal = Object.assign(new TestTerminal(), {
    connected,
    channel: { unref: () => {} },
    once: (event: string, listener: () => void) => events.once(event, listener),
  });
  return { terminal, events };
}

test.each(['SIGINT', 'SIGTERM', 'disconnect'])('%s interrupts a run of an experiment', (event) => {
  const { terminal, events } = startedByExperiment(true);
  const signal = interruption(terminal);
  expect(signal.aborted).toBe(false);
  events.emit(event);
  expect(signal.aborted).toBe(true);
});

test('a run whose experiment ended before it listened is interrupted', () => {
  expect(interruption(startedByExperiment(false).terminal).aborted).toBe(true);
});

test('a run that no experiment started listens to no channel', () => {
  expect(interruption(new TestTerminal()).aborted).toBe(false);
});
