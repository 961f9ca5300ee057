/** Whoever works at a school and opens the link of one of its examiners: told why not, and noted in the log. */
import type { Response } from 'express';
import { contextOf, type PageKit, type SchoolIdentity } from '../../../context.ts';
import { paths } from '../../../paths.ts';

/** @param link whose it is; the school when its name may be shown */
export function sendForeign(
  kit: PageKit,
  res: Response,
  link: { readonly schoolId: string; readonly linkId: string; readonly school?: SchoolIdentity },
): void {
  const { account, requestId, translator } = contextOf(res);
  const { schoolId, linkId, school } = link;
  kit.logger.warn(
    { requestId, schoolId, linkId, accountId: account?.id, security: 'EXAMINER_LINK_REFUSED' },
    'a member of a school was refused the link of an examiner',
  );
  kit.sendPage(
    res,
    'examiner-foreign',
    { action: paths.signOut() },
    { title: translator.t('linkcare.foreign.title'), status: 403, helpKey: 'link', ...(school ? { school } : {}) },
  );
}
