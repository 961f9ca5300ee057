/** Composer of the mail to a student who registers. Not sent when the request is used or has expired. */
import { signInCode } from '../../platform/tokens.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer } from './compose.ts';
import { staffInput } from './compose-staff.ts';
import { registrationMailData } from './data/staff.ts';
import { present } from './read.ts';
import { MailNotSendable } from './types.ts';

const registration: Composer = async (tools, row) => {
  const found = await tools.database.signIn.findUnique({
    where: { id: present(row.reference.signInId, 'the id of the request') },
  });
  const request = present(found, 'the request to register');
  if (request.usedAt !== null) throw new MailNotSendable('the link is used');
  if (request.expiresAt <= tools.now) throw new MailNotSendable('the link has expired');
  // First, because it is what tells that the key is gone.
  const linkUrl = tools.urls.register(request);
  return {
    template: 'registration',
    data: registrationMailData({
      ...(await staffInput(tools, row)),
      code: signInCode(tools.keyring, request.kid, request.id),
      linkUrl,
      createdAt: request.createdAt,
      expiresAt: request.expiresAt,
    }),
  };
};

export const registrationComposers: Readonly<Record<Extract<MailTemplate, 'registration'>, Composer>> = {
  registration,
};
