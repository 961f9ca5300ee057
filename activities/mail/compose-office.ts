/** Composers of the mails about documents for the exam office: the document, the code that opens it, and that it came back. */
import { toLocalDate } from '../../domain/calendar.ts';
import { OfficeDelivery } from '../../domain/deciding.ts';
import { BounceReason } from '../../domain/delivery.ts';
import { officeLinkExpiry, officeSubject } from '../../domain/office-delivery.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { decidingPolicy, type SchoolSettings } from '../../domain/school.ts';
import { commonMailData } from '../../emails/invitation-data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { deriveMailedCode, validMinutes } from './compose-codes.ts';
import { staffInput } from './compose-staff.ts';
import { officeBouncedMailData, resultToOfficeMailData } from './data/staff.ts';
import { present, readContent, readSchool } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type OfficeTemplate = Extract<MailTemplate, 'resultToOffice' | 'officeCode' | 'officeBounced'>;

async function readDocument({ database }: ComposeTools, { schoolId, reference }: MailRow) {
  const document = await database.document.findFirst({
    where: { id: present(reference.documentId, 'the id of the document'), schoolId },
    include: {
      assessment: {
        select: {
          initiator: { select: { account: { select: { email: true } } } },
          examVersion: { select: { exam: { select: { title: true } } } },
        },
      },
    },
  });
  return present(document, 'the document');
}

type DocumentOfMail = Awaited<ReturnType<typeof readDocument>>;

/** The document as it was stored, attached or behind a link, as the school wants it. */
const resultToOffice: Composer = async (tools, row) => {
  const document = await readDocument(tools, row);
  const data = document.data as unknown as ResultDocumentData;
  const settings = await readSettings(tools, row.schoolId);
  const { officeDelivery, officeSubject: pattern } = decidingPolicy(settings);
  const subject = officeSubject(pattern, {
    nummer: document.number,
    versie: document.version,
    examencode: data.exam.code,
    crebo: data.exam.crebo,
    datum: toLocalDate(data.decision.at, settings.timeZone),
  });
  const way = officeDelivery === OfficeDelivery.Link ? linkTo(tools, row) : await attached(tools, document);
  return {
    template: 'resultToOffice',
    ...('attachments' in way ? { attachments: way.attachments } : {}),
    data: resultToOfficeMailData({
      school: await readSchool(tools.database, row.schoolId),
      contactEmail: document.assessment.initiator.account.email,
      document: data,
      replaces: await numberBefore(tools, document),
      ...(subject === undefined ? {} : { subject }),
      ...way.data,
      isRepeat: row.isRepeat,
    }),
  };
};

async function readSettings({ database }: ComposeTools, schoolId: string): Promise<SchoolSettings> {
  const school = await database.school.findUnique({ where: { id: schoolId }, select: { settings: true } });
  return present(school, 'the school').settings as unknown as SchoolSettings;
}

/** The bytes whose hash stands in the record. */
async function attached({ store }: ComposeTools, document: DocumentOfMail) {
  const content = await readContent(store, present(document.sha256, 'the stored document'));
  const attachmentName = `${document.number}.pdf`;
  const attachments = [{ filename: attachmentName, contentType: 'application/pdf', content }];
  return { attachments, data: { attachmentName } };
}

function linkTo({ urls, keyring }: ComposeTools, row: MailRow) {
  const linkUrl = urls.officeDocument({ id: row.id, kid: keyring.current });
  return { data: { linkUrl, linkExpiresDate: officeLinkExpiry(row.queuedAt).toISOString() } };
}

/** Number of the version before this one; null for the first. */
async function numberBefore({ database }: ComposeTools, document: DocumentOfMail): Promise<string | null> {
  const { schoolId, assessmentId, version } = document;
  const former = await database.document.findFirst({
    where: { schoolId, assessmentId, version: { lt: version } },
    orderBy: { version: 'desc' },
    select: { number: true },
  });
  return former?.number ?? null;
}

/** Not sent when the code is used, has expired, or is overtaken by a newer one. */
const officeCode: Composer = async (tools, row) => {
  const document = await readDocument(tools, row);
  const { code, record } = await deriveMailedCode(tools, row);
  const school = await tools.school(row.schoolId);
  return {
    template: 'officeCode',
    data: {
      ...commonMailData(school, document.assessment.initiator.account.email),
      code,
      validMinutes: validMinutes(record),
      requestedAt: record.createdAt.toISOString(),
      documentNumber: document.number,
    },
  };
};

/** Not sent when the document was sent again or arrived after all. */
const officeBounced: Composer = async (tools, row) => {
  const { schoolId, reference } = row;
  const document = await readDocument(tools, row);
  const where = {
    schoolId,
    streamId: document.assessmentId,
    template: 'resultToOffice',
    reference: { path: ['documentId'], equals: document.id },
  };
  const newest = await tools.database.mail.findFirst({ where, orderBy: { queuedAt: 'desc' } });
  if (newest?.id !== reference.mailId || newest?.state === 'delivered')
    throw new MailNotSendable('the document was sent again or arrived');
  const reason = Object.values(BounceReason).find((each) => each === newest?.deliveryReason);
  return {
    template: 'officeBounced',
    data: officeBouncedMailData({
      ...(await staffInput(tools, row)),
      memberName: row.toName,
      officeEmail: newest?.toAddress ?? '',
      examTitle: document.assessment.examVersion.exam.title,
      documentNumber: document.number,
      problem: reason && { reason, status: newest?.deliveryStatus ?? null },
      linkUrl: tools.urls.dossier(document.assessmentId),
    }),
  };
};

export const officeComposers: Readonly<Record<OfficeTemplate, Composer>> = {
  resultToOffice,
  officeCode,
  officeBounced,
};
