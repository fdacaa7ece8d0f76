import type { DataSettings } from './settings.ts';
import { findTask } from './task-registry.ts';

/** The kind of inputs that a run's task has. */
export type TaskInput = { readonly kind: 'text'; readonly pairs: boolean } | { readonly kind: 'image' };

export function taskInput({ task, columns }: DataSettings): TaskInput {
  if (task === 'text') return { kind: 'text', pairs: columns?.pair !== undefined };
  const known = findTask(task);
  return known.kind === 'text' ? { kind: 'text', pairs: known.pairs } : { kind: 'image' };
}
