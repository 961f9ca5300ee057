import { fileURLToPath } from 'node:url';

/** The folder of the program itself. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url));
