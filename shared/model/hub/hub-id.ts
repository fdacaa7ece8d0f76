/** A model on a hub: `organisation/name`, at a branch, tag or commit. */
export interface HubId {
  readonly name: string;
  readonly revision: string;
}

const PATTERN = /^(?<name>[\w-][\w.-]*\/[\w-][\w.-]*)(?:@(?<revision>[\w][\w./-]*))?$/;

/** Reads `organisation/name` or `organisation/name@revision` (main by default); undefined for anything else. */
export function parseHubId(text: string): HubId | undefined {
  const groups = PATTERN.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return { name: groups.name, revision: groups.revision ?? 'main' };
}

/** Whether a revision is a full commit hash, which never means anything else. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
