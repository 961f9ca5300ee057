/** The small exam of the factories, for tests that need no database. */
export { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from './factories.ts';
