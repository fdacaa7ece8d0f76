/** What a run says, on its error output, when its endpoint goes away and when it is back; and of its first round. */
export const ROUND_1 = /^round +1\//m;
export const AWAY =
  /^airtune: warning: .*(nothing answers there|connection was lost).* The run waits for it\.$/gm;
export const BACK = /^airtune: it answers again; the run goes on\.$/gm;
