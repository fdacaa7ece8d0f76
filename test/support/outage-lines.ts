/** Patterns of a run's error output: its first round, the loss of its endpoint, and the endpoint's return. */
export const ROUND_1 = /^round +1\//m;
export const AWAY =
  /^airtune: warning: .*(nothing answers there|connection was lost).* The run waits for the endpoint\.$/gm;
export const BACK = /^airtune: the endpoint responds again; the run continues\.$/gm;
