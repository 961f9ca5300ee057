/** Links into the demo school, made from the record as the mails would hold them. Only for pictures and tests. */
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../platform/config.ts';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import type { Database } from '../../prisma/client.ts';
import { paths } from '../../web/paths.ts';

const SIGN_IN_MS = 15 * 60_000;

/** A link that signs this person in, once. @throws Error when there is no such account, nor a student with this address */
export async function signInUrl(database: Database, config: Config, email: string): Promise<string> {
  const account = await database.account.findFirst({ where: { email } });
  // A student gets an account by using the link.
  if (account === null) await database.student.findFirstOrThrow({ where: { email } });
  const id = uuidv7();
  const now = Date.now();
  const kid = config.keys.current;
  await database.signIn.create({
    data: {
      id,
      accountId: account?.id ?? null,
      email,
      kid,
      createdAt: new Date(now),
      expiresAt: new Date(now + SIGN_IN_MS),
    },
  });
  return (
    config.publicUrl + paths.signInLink(createLinkToken(config.keys, { kid, linkId: id, purpose: LinkPurpose.SignIn }))
  );
}

/** The link of an invitation, as its mail holds it. */
export async function invitationUrl(database: Database, config: Config, linkId: string): Promise<string> {
  const link = await database.link.findUniqueOrThrow({ where: { id: linkId } });
  const token = createLinkToken(config.keys, { kid: link.kid, linkId: link.id, purpose: LinkPurpose.Fill });
  return config.publicUrl + paths.link(token);
}
