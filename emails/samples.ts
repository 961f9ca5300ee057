/** Invented data for each mail: for the preview script and the tests. Nobody here exists. */
import type { CommonMailData, MailData, MailItem } from './data.ts';

const LINK = 'https://proeve.example/b/b1a0000000000000000000000000000000000000000000000000000000000000000';

const common: CommonMailData = {
  school: { name: 'ROC Voorbeeld', contactEmail: 'examens@roc-voorbeeld.example', contactPhone: '030 000 00 00' },
  timeZone: 'Europe/Amsterdam',
};

const initiator = { initiatorName: 'Docent Duin', initiatorEmail: 'docent.duin@roc-voorbeeld.example' };
const examinerName = 'Examinator Eik';
const examTitle = 'Verzorgende-IG: verlenen van zorg';

const items: MailItem[] = ['Student Roos', 'Student Tulp'].map((studentName) => ({
  studentName,
  examTitle,
  unitTitles: ['B1-K1 Bieden van zorg en ondersteuning'],
  parts: ['B1-K1-W1 Gedragsobservatie', 'B1-K1-W2 Gedragsobservatie', 'B1-K1-W2 Productbeoordeling'],
}));
const oneItem = items.slice(0, 1);

const deadline = { dueDate: '2026-12-04', linkExpiresDate: '2026-12-18', linkUrl: LINK };

export const mailSamples: MailData = {
  invitation: {
    ...common,
    ...initiator,
    ...deadline,
    examinerName,
    items,
    remark:
      'Fijn dat u wilt beoordelen!\nRoos is er op dinsdag en woensdag, Tulp alleen op vrijdag.\n\nBel gerust als u iets wilt overleggen.',
    attachmentNames: ['Praktijkopdracht zorgplan.pdf', 'Toelichting voor examinatoren.docx'],
  },
  reminder: { ...common, ...initiator, ...deadline, examinerName, items: oneItem, number: 1, daysLeft: 3 },
  newLink: { ...common, ...initiator, ...deadline, examinerName, items: oneItem, requestedAt: '2026-11-24T13:02:00Z' },
  withdrawn: {
    ...common,
    ...initiator,
    examinerName,
    items: oneItem,
    reason: 'Roos is overgestapt naar een andere afdeling.',
    remainingCount: 1,
    isLinkAlive: true,
  },
  cancelled: {
    ...common,
    ...initiator,
    examinerName,
    items: oneItem,
    reason: 'De student is ziek. Er komt een nieuwe afname.',
    remainingCount: 0,
    isLinkAlive: false,
  },
  returned: {
    ...common,
    ...initiator,
    examinerName,
    items: oneItem.map((item) => ({ ...item, parts: ['B1-K1-W2 Productbeoordeling'] })),
    reason: 'Bij criterium 2 staat een O zonder voorbeeld.\nWilt u opschrijven wat u zag?',
    linkExpiresDate: '2026-12-18',
    linkUrl: LINK,
  },
  confirmation: {
    ...common,
    ...initiator,
    initiatorPhone: '030 000 00 01',
    examinerName,
    studentName: 'Student Roos',
    examTitle,
    finishedAt: '2026-11-24T13:02:00Z',
    fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    linkUrl: LINK,
    notMeUrl: 'https://proeve.example/niet-ik/b1b0000000000000000000000000000000000000000000000000000000000000000',
  },
  allFinished: {
    ...common,
    initiatorName: initiator.initiatorName,
    studentName: 'Student Roos',
    examTitle,
    examiners: [
      { name: 'Examinator Eik', finishedAt: '2026-11-24T13:02:00Z' },
      { name: 'Examinator Beuk', finishedAt: '2026-11-25T08:30:00Z' },
    ],
    linkUrl: 'https://proeve.example/afnames/0198c7a2-0000-7000-8000-000000000001',
  },
  finishDisputed: {
    ...common,
    memberName: 'Commissielid Den',
    examinerName,
    studentName: 'Student Roos',
    examTitle,
    disputedAt: '2026-11-24T15:40:00Z',
    linkUrl: 'https://proeve.example/commissie/0198c7a2-0000-7000-8000-000000000001',
  },
  committeeDigest: {
    ...common,
    count: 12,
    oldestSinceDate: '2026-11-17',
    exams: [
      { title: 'Verzorgende-IG: verlenen van zorg', count: 7 },
      { title: 'Begeleider specifieke doelgroepen: begeleiden van een groep', count: 4 },
      { title: 'Keuzedeel Digitale vaardigheden', count: 1 },
    ],
    linkUrl: 'https://proeve.example/wachtrij',
  },
  resultToOffice: {
    ...common,
    studentNumber: '2301',
    examTitle: 'Verlenen van zorg',
    examCode: 'VIG-B1',
    examVersion: '3',
    attempt: 1,
    documentNumber: 'PRV-2026-000123',
    decidedBy: 'Commissielid Den',
    decidedAt: '2026-11-26T10:15:00Z',
    attachmentName: 'PRV-2026-000123.pdf',
    isRepeat: false,
  },
  bounced: {
    ...common,
    initiatorName: initiator.initiatorName,
    examinerName,
    examinerEmail: 'e.eik@zorg.example',
    examTitle,
    studentCount: 2,
    bounceReason: 'addressUnknown',
    status: '5.1.1',
    linkUrl: 'https://proeve.example/afnames/0198c7a2-0000-7000-8000-000000000001',
  },
  officeBounced: {
    ...common,
    memberName: 'Commissielid Den',
    officeEmail: 'examenbureau@roc-voorbeeld.example',
    examTitle,
    documentNumber: 'PRV-2026-000123',
    bounceReason: 'mailboxFull',
    status: '5.2.2',
    linkUrl: 'https://proeve.example/commissie/0198c7a2-0000-7000-8000-000000000001',
  },
  batchReport: {
    ...common,
    initiatorName: initiator.initiatorName,
    examTitle,
    sentCount: 28,
    failedCount: 2,
    failed: [
      { name: examinerName, code: 'ASSESSMENT_CANCELLED' },
      { name: 'Examinator Beuk', code: 'EXAMINER_ARCHIVED' },
    ],
    sentAt: '2026-11-27T07:00:00Z',
    linkUrl: 'https://proeve.example/verzendingen/0198c7a2-0000-7000-8000-000000000002',
  },
  asked: {
    ...common,
    initiatorName: initiator.initiatorName,
    examinerName,
    items,
    isHandOver: true,
    reason: 'Ik ben die weken met verlof.\nMijn collega kent de student goed.',
    proposedName: 'Examinator Linde',
    proposedEmail: 'l.linde@zorg.example',
    linkUrl: 'https://proeve.example/afnames/0198c7a2-0000-7000-8000-000000000001',
  },
  askAnswered: {
    ...common,
    ...initiator,
    examinerName,
    items: oneItem,
    isAgreed: false,
    reason: 'Er is deze maand niemand anders.\nEen week later mag ook.',
    linkUrl: LINK,
    dueDate: '2026-12-11',
    remainingCount: 1,
    isLinkAlive: true,
  },
  addressChanged: { ...common, ...initiator, examinerName, examTitle },
  contactChanged: {
    ...common,
    initiatorName: initiator.initiatorName,
    changedByName: 'Docent Beek',
    examinerName,
    examinerEmail: 'e.eik@nieuwe-zorg.example',
    examTitle,
    linkUrl: 'https://proeve.example/afnames/0198c7a2-0000-7000-8000-000000000001',
  },
  dueMoved: { ...common, ...initiator, ...deadline, examinerName, items },
  signIn: {
    ...common,
    name: 'Docent Duin',
    code: '042917',
    validMinutes: 15,
    requestedAt: '2026-11-24T13:02:00Z',
    requestedFrom: 'Firefox op Android',
    linkUrl: LINK,
  },
  studentNumber: {
    ...common,
    memberName: 'Docent Duin',
    memberEmail: 'docent.duin@roc-voorbeeld.example',
    linkExpiresDate: '2026-12-08',
    linkUrl: LINK,
  },
  studentAdded: {
    ...common,
    memberName: 'Docent Duin',
    studentName: 'Student Roos',
    studentNumber: '100245',
    linkUrl: 'https://proeve.example/afnames/nieuw/student/0198c7a2-0000-7000-8000-000000000001',
  },
};
