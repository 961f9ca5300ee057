/** What the conductor reports: deadlines, documents, archive. */
import type { Lang } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

/** Marks an assessment as late; refused with `DEADLINE_NOT_YET` when the timer fired early. */
export const passDeadline: CommandHandler<{ readonly assessmentId: string }, null> = {
  type: 'passDeadline',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, { type: 'passDeadline' });
    return null;
  },
};

export interface StoreDocument {
  readonly assessmentId: string;
  readonly version: number;
  readonly sha256: string;
  readonly size: number;
}

/** The first stored bytes win; the mail to the exam office is queued in the same transaction. */
export const storeDocument: CommandHandler<StoreDocument, null> = {
  type: 'storeDocument',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, {
      type: 'storeDocument',
      version: command.version,
      sha256: command.sha256,
      size: command.size,
    });
    const document = await markStored(unit, command);
    unit.queueMail({
      streamId: command.assessmentId,
      template: 'resultToOffice',
      lang: document.lang,
      toAddress: document.email,
      toName: document.label,
      reference: { assessmentId: command.assessmentId, documentId: document.id },
      cause: document.id,
      recipientId: document.officeId,
    });
    return null;
  },
};

interface StoredDocument {
  readonly id: string;
  readonly lang: Lang;
  readonly officeId: string;
  readonly email: string;
  readonly label: string;
}

/** @returns what its mail needs @throws CommandRefused */
async function markStored({ tx, schoolId, now }: UnitOfWork, given: StoreDocument): Promise<StoredDocument> {
  const rows = await tx.$queryRaw<StoredDocument[]>`
    UPDATE document SET sha256 = ${given.sha256}, size = ${given.size}::int, stored_at = ${now}::timestamptz, last_error = NULL
    FROM office_address office JOIN school ON school.id = office.school_id
    WHERE document.school_id = ${schoolId}::uuid AND document.assessment_id = ${given.assessmentId}::uuid
      AND document.version = ${given.version}::int
      AND office.id = document.office_address_id AND office.school_id = document.school_id
    RETURNING document.id, school.settings->>'defaultLang' AS lang, office.id AS "officeId", office.email, office.label`;
  const [document] = rows;
  if (!document) throw new CommandRefused('DOCUMENT_UNKNOWN');
  return document;
}

export interface RecordDocumentMailed {
  readonly assessmentId: string;
  readonly version: number;
  readonly mailId: string;
  readonly isRepeat: boolean;
}

/** The exam office's server took the document. */
export const recordDocumentMailed: CommandHandler<RecordDocumentMailed, null> = {
  type: 'recordDocumentMailed',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, {
      type: 'recordDocumentMailed',
      version: command.version,
      mailId: command.mailId,
      isRepeat: command.isRepeat,
    });
    await unit.tx.document.updateMany({
      where: { schoolId: unit.schoolId, assessmentId: command.assessmentId, version: command.version },
      data: { mailId: command.mailId, mailedAt: unit.now },
    });
    return null;
  },
};

export const archiveAssessment: CommandHandler<{ readonly assessmentId: string }, null> = {
  type: 'archiveAssessment',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, { type: 'archive' });
    return null;
  },
};
