import * as z from 'zod';
import { type AirtuneError, ConfigError, DivergedError, ModelError, ServiceError } from '#shared/errors.ts';

/** A fault as the Python side reports it (`python/airtune_torch/faults.py`). */
export const faultSchema = z.object({
  fault: z.object({
    kind: z.enum(['config', 'model', 'memory', 'diverged']),
    message: z.string(),
    remedy: z.string(),
  }),
});

type Fault = z.infer<typeof faultSchema>['fault'];

/** The error of a fault. Where memory is short, another receive may succeed. */
export function faultError({ kind, message, remedy }: Fault, subject: string): AirtuneError {
  const details = { subject, ...(remedy === '' ? {} : { remedy: asSentence(remedy) }) };
  switch (kind) {
    case 'config':
      return new ConfigError(message, details);
    case 'model':
      return new ModelError(message, details);
    case 'memory':
      return new ServiceError(message, { ...details, retryable: true });
    case 'diverged':
      return new DivergedError(message, details);
  }
}

/** The error of a call whose process ended or was ended before it answered. */
export function endedError(subject: string, reason: string): ServiceError {
  return new ServiceError(`its process ${reason}.`, {
    subject,
    remedy:
      'A new one is started for the next message. A process that SIGKILL ends again and again lacks memory.',
    retryable: true,
  });
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
