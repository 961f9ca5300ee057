/** The remark above the button of the mail. Pure. */
import { cleanText, findForbiddenCharacter, isPresent, MAX_REMARK, textLength } from '../../../../domain/text.ts';
import { formatNumber } from '../../../../platform/i18n/index.ts';
import type { Wording } from '../../../wording.ts';

export type ReadRemark =
  | { readonly ok: true; readonly remark: string }
  | { readonly ok: false; readonly message: string };

/** Cleans and checks the remark; nothing visible is no remark. */
export function readRemark({ translator }: Wording, typed: string): ReadRemark {
  const remark = cleanText(typed);
  const forbidden = findForbiddenCharacter(remark);
  if (forbidden) {
    const { code, position } = forbidden;
    return {
      ok: false,
      message: translator.t('initiator.invite.errorRemarkCharacter', { code, position: position + 1 }),
    };
  }
  const used = textLength(remark);
  if (used > MAX_REMARK) {
    const write = (value: number) => formatNumber(value, translator.lang);
    return {
      ok: false,
      message: translator.t('initiator.invite.errorRemarkLong', { max: write(MAX_REMARK), used: write(used) }),
    };
  }
  return { ok: true, remark: isPresent(remark) ? remark : '' };
}
