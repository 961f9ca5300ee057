/** Reading the form with which a file of contacts is uploaded. */
import { MAX_IMPORT_BYTES } from '../../../platform/import/import-error.ts';
import { oneFileReader } from '../../one-file.ts';

export const readUploadedBook = oneFileReader({ maxBytes: MAX_IMPORT_BYTES, fields: 5, fieldSize: 1_000 });
