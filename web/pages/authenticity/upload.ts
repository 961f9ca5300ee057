/** Reading the form with a file that is checked. */
import { oneFileHasher } from '../../one-file.ts';
import { MAX_CHECKED_BYTES } from './authenticity.model.ts';

export const hashUpload = oneFileHasher({ maxBytes: MAX_CHECKED_BYTES, fields: 5, fieldSize: 1_000 });
