/** The documents of an assessment with their mails, as the committee sees them. */
import { BounceReason, DeliverySignal } from '../../domain/delivery.ts';
import type { Mail } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

export interface DossierDocument {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly size: number | null;
  readonly storedAt: Date | null;
  readonly mailedAt: Date | null;
  /** Code of what went wrong last. */
  readonly lastError: string | null;
  readonly office: { readonly id: string; readonly label: string; readonly email: string };
  /** The last mail with it; null before the first. */
  readonly mail: DossierMail | null;
}

export interface DossierMail {
  readonly state: string;
  readonly lastError: string | null;
  readonly nextTryAt: Date;
  /** An earlier mail with the document left already: this one was sent again by a person. */
  readonly isAgain: boolean;
  /** A server told that it goes on trying. */
  readonly isLate: boolean;
  /** Why it did not arrive; null when the record does not say. */
  readonly reason: BounceReason | null;
  /** Code of the mail server. */
  readonly code: string | null;
}

/** Newest version first. */
export async function readDocuments(
  { database, schoolId }: SchoolScope,
  assessmentId: string,
): Promise<DossierDocument[]> {
  const rows = await database.document.findMany({
    where: { schoolId, assessmentId },
    orderBy: { version: 'desc' },
    select: {
      id: true,
      version: true,
      number: true,
      size: true,
      storedAt: true,
      mailedAt: true,
      lastError: true,
      officeAddressId: true,
      mailId: true,
    },
  });
  if (rows.length === 0) return [];
  const [offices, mails] = await Promise.all([
    database.officeAddress.findMany({ where: { schoolId, id: { in: rows.map((row) => row.officeAddressId) } } }),
    database.mail.findMany({
      where: { schoolId, streamId: assessmentId, template: 'resultToOffice' },
      orderBy: { queuedAt: 'asc' },
    }),
  ]);
  const officeById = new Map(offices.map((office) => [office.id, office]));
  const mailOf = new Map(mails.map((mail) => [(mail.reference as { documentId?: string }).documentId ?? '', mail]));
  return rows.map(({ officeAddressId, mailId, ...row }) => {
    const office = officeById.get(officeAddressId);
    const mail = mailOf.get(row.id);
    return {
      ...row,
      office: { id: officeAddressId, label: office?.label ?? '', email: office?.email ?? '' },
      mail: mail ? toDossierMail(mail, mailId) : null,
    };
  });
}

/** @param mailedId the mail with which the document left; null before that */
function toDossierMail(mail: Mail, mailedId: string | null): DossierMail {
  const { state, lastError, nextTryAt, deliveryReason, deliverySignal, deliveryStatus, smtpCode } = mail;
  return {
    state,
    lastError,
    nextTryAt,
    isAgain: mailedId !== null && mailedId !== mail.id,
    isLate: deliverySignal === DeliverySignal.Delayed,
    reason: Object.values(BounceReason).find((reason) => reason === deliveryReason) ?? null,
    code: deliveryStatus ?? (state === 'failed' ? smtpCode : null),
  };
}
