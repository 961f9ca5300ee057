import type { sealing as nl } from '../nl/sealing.ts';
import type { DictionaryLike } from '../types.ts';

export const sealing: DictionaryLike<typeof nl> = {
  waits: {
    SEAL_MISSING: 'The file with the certificate of the seal cannot be read.',
    SEAL_WRONG_PASSWORD: 'The password of the certificate of the seal is wrong.',
    SEAL_UNUSABLE: 'The certificate of the seal cannot be used.',
    SEAL_EXPIRED: 'The certificate of the seal expired on {{day}}.',
    SEAL_NOT_YET_VALID: 'The certificate of the seal is not valid until {{day}}.',
  },
  meanwhile:
    'You can finalise, but the PDF is made and sent only when the administrator has mended this. It then goes on by itself.',
  endsSoon:
    'The certificate of the seal ends on {{day}}. Ask the administrator for a new one: after that documents wait.',
  reason: {
    SEAL_MISSING:
      'The certificate of the seal is missing. The administrator has to put it back; it then goes on by itself.',
    SEAL_WRONG_PASSWORD:
      'The password of the seal is wrong. The administrator has to mend it; it then goes on by itself.',
    SEAL_UNUSABLE:
      'The certificate of the seal cannot be used. The administrator has to set another; it then goes on by itself.',
    SEAL_EXPIRED:
      'The certificate of the seal has expired. The administrator has to set a new one; it then goes on by itself.',
    SEAL_NOT_YET_VALID: 'The certificate of the seal is not valid yet. After that it goes on by itself.',
    SEAL_TIMESTAMP_FAILED: 'The service that confirms the time does not answer. It is tried again by itself.',
  },
};
