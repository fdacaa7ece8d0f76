/** Whether this is the full test run (`npm run test:all`), in which nothing is left out. */
export const FULL_RUN = process.env.AIRTUNE_TEST_ALL === '1';
