import { isLanguageTask } from './language-task.ts';
import type { DataSettings } from './settings.ts';
import { findTask } from './task-registry.ts';

/** The kind of inputs that a run's task has. */
export type TaskInput =
  | { readonly kind: 'language' }
  | { readonly kind: 'text'; readonly pairs: boolean }
  | { readonly kind: 'image' };

export function taskInput(data: DataSettings): TaskInput {
  const { task, columns } = data;
  if (isLanguageTask(data)) return { kind: 'language' };
  if (task === 'text') return { kind: 'text', pairs: columns?.pair !== undefined };
  if (task === 'images') return { kind: 'image' };
  const known = findTask(task);
  return known.kind === 'text' ? { kind: 'text', pairs: known.pairs } : { kind: 'image' };
}
