import { type Keyring, KeyringError } from '../../platform/keys.ts';
import { createLinkToken, type LinkPurpose } from '../../platform/tokens.ts';
import { MailNotSendable } from './types.ts';

interface KeyedId {
  readonly id: string;
  readonly kid: string;
}

/** The addresses that stand in mails. Links with a token exist only in memory, between deriving and sending. */
export interface MailUrls {
  /** @throws MailNotSendable when the key of the link is gone */
  fill(link: KeyedId): string;
  /**
   * "Dit was ik niet", for somebody without a session: through the link, which knows from the form what it is about.
   * @throws MailNotSendable when the key of the link is gone
   */
  dispute(link: KeyedId, formId: string): string;
  /** @throws MailNotSendable when the key of the request is gone */
  signIn(request: KeyedId): string;
  /** @throws MailNotSendable when the key of the request is gone */
  studentNumber(request: KeyedId): string;
  /** @throws MailNotSendable when the key of the request is gone */
  register(request: KeyedId): string;
  /** The document that a mail to the exam office is about. @throws MailNotSendable when the key is gone */
  officeDocument(mail: KeyedId): string;
  /** On with starting, for the student who was asked by this request. */
  studentRequest(requestId: string): string;
  assessment(assessmentId: string): string;
  /** Where an initiator answers an examiner. */
  answer(assessmentId: string, contactId: string): string;
  /** Where an initiator, or the committee, answers who wants a finished form back. */
  returnByInitiator(assessmentId: string, contactId: string): string;
  returnByCommittee(assessmentId: string, contactId: string): string;
  batch(batchId: string): string;
  dossier(assessmentId: string): string;
  queue(): string;
  /** Where an administrator sees what waits. */
  condition(): string;
  /** Where a student sees results, after signing in. */
  myExams(): string;
}

/** @param publicUrl our own address without a slash at the end */
export function createMailUrls(publicUrl: string, keyring: Keyring): MailUrls {
  const tokenOf = ({ id, kid }: KeyedId, purpose: LinkPurpose): string => {
    try {
      return createLinkToken(keyring, { linkId: id, kid, purpose });
    } catch (error) {
      if (error instanceof KeyringError) throw new MailNotSendable('the key of the link is gone');
      throw error;
    }
  };
  const fill = (link: KeyedId) => `${publicUrl}/b/${tokenOf(link, 'fill')}`;
  return {
    fill,
    dispute: (link, formId) => `${fill(link)}?niet-ik=${formId}`,
    signIn: (request) => `${publicUrl}/inloggen/${tokenOf(request, 'signin')}`,
    studentNumber: (request) => `${publicUrl}/studentnummer/${tokenOf(request, 'student')}`,
    register: (request) => `${publicUrl}/registreren/${tokenOf(request, 'register')}`,
    officeDocument: (mail) => `${publicUrl}/examenbureau/${tokenOf(mail, 'office')}`,
    studentRequest: (requestId) => `${publicUrl}/afnames/nieuw/student/${requestId}`,
    answer: (assessmentId, contactId) => `${publicUrl}/afnames/${assessmentId}/verzoek/${contactId}`,
    returnByInitiator: (assessmentId, contactId) => `${publicUrl}/afnames/${assessmentId}/terug/${contactId}`,
    returnByCommittee: (assessmentId, contactId) => `${publicUrl}/commissie/${assessmentId}/terug/${contactId}`,
    assessment: (assessmentId) => `${publicUrl}/afnames/${assessmentId}`,
    batch: (batchId) => `${publicUrl}/verzendingen/${batchId}`,
    dossier: (assessmentId) => `${publicUrl}/commissie/${assessmentId}`,
    queue: () => `${publicUrl}/commissie`,
    condition: () => `${publicUrl}/beheer`,
    myExams: () => `${publicUrl}/mijn-examens`,
  };
}
