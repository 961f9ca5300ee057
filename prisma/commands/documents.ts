/** What the conductor reports: deadlines, documents, archive. */
import type { Lang } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused } from '../unit-of-work.ts';

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
    const document = await unit.tx.document.findFirst({
      where: { schoolId: unit.schoolId, assessmentId: command.assessmentId, version: command.version },
    });
    if (!document) throw new CommandRefused('DOCUMENT_UNKNOWN');
    const office = await unit.tx.officeAddress.findFirst({
      where: { schoolId: unit.schoolId, id: document.officeAddressId },
    });
    if (!office) throw new CommandRefused('OFFICE_UNKNOWN');
    const settings = await unit.settings();
    const lang: Lang = settings.defaultLang;
    await unit.tx.document.update({
      where: { id: document.id },
      data: { sha256: command.sha256, size: command.size, storedAt: unit.now, lastError: null },
    });
    unit.queueMail({
      streamId: command.assessmentId,
      template: 'resultToOffice',
      lang,
      toAddress: office.email,
      toName: office.label,
      reference: { assessmentId: command.assessmentId, documentId: document.id },
      cause: document.id,
      recipientId: office.id,
    });
    return null;
  },
};

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
