/** Imported into a process before its program: the signal SIGUSR2 makes the process's time of day jump. */
const jumpMs = Number(process.env.AIRTUNE_TEST_JUMP_MS);

process.once('SIGUSR2', () => {
  const now = Date.now.bind(Date);
  Date.now = () => now() + jumpMs;
  process.stderr.write(`the time of day jumped by ${jumpMs} ms\n`);
});

export {};
