/** Reading the form with which a file of contacts is uploaded. */
import { MAX_IMPORT_BYTES } from '../../../platform/import/import-error.ts';
import { oneFileReader } from '../../one-file.ts';

export const readUploadedBook = oneFileReader(MAX_IMPORT_BYTES);
