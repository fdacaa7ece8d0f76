/** A model on a hub: `organisation/name`, at a branch, tag or commit. */
export interface HubId {
  readonly name: string;
  readonly revision: string;
}

const PATTERN = /^(?<name>[\w-][\w.-]*\/[\w-][\w.-]*)(?:@(?<revision>[\w][\w./-]*))?$/;

/**
 * Parses `organisation/name` or `organisation/name@revision` (default: main); undefined for anything else.
 */
export function parseHubId(text: string): HubId | undefined {
  const groups = PATTERN.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return { name: groups.name, revision: groups.revision ?? 'main' };
}

/** Whether a revision is a full commit hash, which always refers to the same files. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
