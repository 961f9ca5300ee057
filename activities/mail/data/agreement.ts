/** Pure: from what was read to the data of the mails about one judgement of several examiners. */
import type {
  AgreementAskedMailData,
  AgreementEndedMailData,
  AgreementProposedMailData,
} from '../../../emails/index.ts';
import { base, type ExaminerMailInput, items, type WithAssessments, type WithLink } from './examiner.ts';

type Input = ExaminerMailInput & WithAssessments & Pick<WithLink, 'linkUrl'>;

/** @param input assessments: one, with the components about which a word is needed */
export function agreementAskedMailData(
  input: Input & Pick<WithLink, 'linkExpiresAt'> & Pick<AgreementAskedMailData, 'otherNames' | 'decidesAlone'>,
): AgreementAskedMailData {
  const { otherNames, decidesAlone, linkUrl, linkExpiresAt } = input;
  return { ...base(input), ...items(input), otherNames, decidesAlone, linkUrl, linkExpiresDate: linkExpiresAt };
}

/** @param input assessments: one, with the components that are proposed */
export function agreementProposedMailData(
  input: Input & Pick<WithLink, 'linkExpiresAt'> & Pick<AgreementProposedMailData, 'proposerName'>,
): AgreementProposedMailData {
  const { proposerName, linkUrl, linkExpiresAt } = input;
  return { ...base(input), ...items(input), proposerName, linkUrl, linkExpiresDate: linkExpiresAt };
}

/** @param input assessments: one, with the components that were settled or are left; reason: empty for none */
export function agreementEndedMailData(
  input: Input & { readonly isSettled: boolean; readonly reason: string },
): AgreementEndedMailData {
  const { isSettled, reason, linkUrl } = input;
  return { ...base(input), ...items(input), isSettled, linkUrl, ...(reason === '' ? {} : { reason }) };
}
