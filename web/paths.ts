/** Every URL of the product. No string URL stands anywhere else in web/; mails build theirs from the same words. */
const enc = encodeURIComponent;

/** What is left out of an address is undefined or empty. */
type Query = Readonly<Record<string, string | number | undefined>>;

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const paths = {
  home: () => '/',
  language: () => '/taal',
  styleguide: () => '/stijlgids',
  helpIndex: () => '/hulp',
  help: (page: string) => `/hulp#${enc(page)}`,
  privacy: () => '/privacy',
  accessibility: () => '/toegankelijkheid',

  signIn: () => '/inloggen',
  signInCode: () => '/inloggen/code',
  signInLink: (token: string) => `/inloggen/${enc(token)}`,
  signInOpen: () => '/inloggen/openen',
  signOut: () => '/uitloggen',
  /** To an identity provider, and back from it. */
  signInVia: (provider: string) => `/inloggen/via/${enc(provider)}`,
  signInViaReturn: (provider: string) => `/inloggen/via/${enc(provider)}/terug`,

  /** Own sessions, and working in another role or school. */
  account: () => '/account',
  sessionEnd: () => '/account/sessies/beeindigen',
  signOutEverywhere: () => '/account/overal-uitloggen',
  place: () => '/account/plek',

  link: (token: string) => `/b/${enc(token)}`,
  linkOpen: () => '/b/openen',
  linkRenew: () => '/b/nieuwe-link',
  /** For who has no link any more: asks for an address, and answers the same to everybody. */
  linkLost: () => '/b/kwijt',
  workList: () => '/beoordelingen',
  /** The examiner's other invitations at a school, after a code by mail. */
  workListMore: (schoolId: string) => `/beoordelingen/meer/${enc(schoolId)}`,
  /** `stap`: number of the work process; `weergave=alles`: all at once; `fouten`: say at each field what is missing. */
  form: (formId: string, query: Query = {}) => withQuery(`/beoordeling/${enc(formId)}`, query),
  formAutosave: (formId: string) => `/beoordeling/${enc(formId)}/concept`,
  formCheck: (formId: string) => `/beoordeling/${enc(formId)}/controle`,
  /** The code that finishing asks for, where the school wants one. */
  formFinishCode: (formId: string) => `/beoordeling/${enc(formId)}/code`,
  formNotes: (formId: string, query: Query = {}) => withQuery(`/beoordeling/${enc(formId)}/notities`, query),
  formNote: (formId: string, noteId: string) => `/beoordeling/${enc(formId)}/notities/${enc(noteId)}`,
  /** Photos and PDFs: all of a form, and one to look at. */
  formEvidence: (formId: string) => `/beoordeling/${enc(formId)}/bewijs`,
  formEvidenceFile: (formId: string, evidenceId: string) => `/beoordeling/${enc(formId)}/bewijs/${enc(evidenceId)}`,
  /** Asks to have a finished form back. */
  formMistake: (formId: string) => `/beoordeling/${enc(formId)}/terugvragen`,
  /** What was finished earlier beside what was finished later. */
  formVersions: (formId: string, query: Query = {}) => withQuery(`/beoordeling/${enc(formId)}/versies`, query),
  /** One judgement of several examiners. */
  formAgreement: (formId: string) => `/beoordeling/${enc(formId)}/overleg`,
  /** What the service worker keeps of a form for when there is no connection; and its own script. */
  formOffline: (formId: string) => `/beoordeling/${enc(formId)}/offline`,
  serviceWorker: () => '/sw.js',
  formDone: (formId: string) => `/beoordeling/${enc(formId)}/klaar`,
  /** The examiner asks to be excused, or that somebody else does it. */
  formDecline: (formId: string) => `/beoordeling/${enc(formId)}/afmelden`,
  formHandOver: (formId: string) => `/beoordeling/${enc(formId)}/overdragen`,
  formDispute: (formId: string) => `/beoordeling/${enc(formId)}/niet-ik`,
  formCompare: (formId: string, sideVersion: number) => `/beoordeling/${enc(formId)}/vergelijken/${sideVersion}`,
  formAttachment: (formId: string, attachmentId: string) => `/beoordeling/${enc(formId)}/bijlage/${enc(attachmentId)}`,

  exams: (query: Readonly<Record<string, string | undefined>> = {}) => withQuery('/examens', query),
  exam: (examVersionId: string) => `/examens/${enc(examVersionId)}`,
  examUnit: (examVersionId: string, unitCode: string) => `/examens/${enc(examVersionId)}/eenheid/${enc(unitCode)}`,
  /** Assessments of any part of an exam, and those of one unit. */
  examAssessments: (examVersionId: string, query: Query = {}) =>
    withQuery(`/examens/${enc(examVersionId)}/beoordelingen`, query),
  examUnitAssessments: (examVersionId: string, unitCode: string, query: Query = {}) =>
    withQuery(`/examens/${enc(examVersionId)}/eenheid/${enc(unitCode)}/beoordelingen`, query),
  examFavourite: (examVersionId: string) => `/examens/${enc(examVersionId)}/favoriet`,
  examsView: () => '/examens/weergave',
  assessments: (query: Query = {}) => withQuery('/afnames', query),
  assessmentSearch: () => '/afnames/zoeken',
  /** Starting: choose students for an exam or one unit. */
  newAssessment: (query: Query = {}) => withQuery('/afnames/nieuw', query),
  assessment: (id: string) => `/afnames/${enc(id)}`,
  assessmentLive: (id: string) => `/afnames/${enc(id)}/live`,
  assessmentExaminers: (id: string) => `/afnames/${enc(id)}/examinatoren`,
  /** People who fit what is being typed, as JSON. */
  assessmentExaminerSearch: (id: string) => `/afnames/${enc(id)}/examinatoren/zoeken`,
  assessmentInvite: (id: string) => `/afnames/${enc(id)}/uitnodigen`,
  assessmentPreview: (id: string) => `/afnames/${enc(id)}/voorbeeld`,
  /** Names the lead examiner. */
  assessmentLead: (id: string) => `/afnames/${enc(id)}/hoofdexaminator`,
  /** Gives a finished form back to an examiner who asked for it, or says no. */
  assessmentReturn: (id: string, contactId: string) => `/afnames/${enc(id)}/terug/${enc(contactId)}`,
  assessmentCancel: (id: string) => `/afnames/${enc(id)}/annuleren`,
  assessmentWithdraw: (id: string, contactId: string) => `/afnames/${enc(id)}/intrekken/${enc(contactId)}`,
  assessmentRemind: (id: string, contactId: string) => `/afnames/${enc(id)}/herinneren/${enc(contactId)}`,
  /** Mends the address of an examiner whom mail does not reach. */
  assessmentAddress: (id: string, contactId: string) => `/afnames/${enc(id)}/adres/${enc(contactId)}`,
  /** The examiner asked to be excused, or to hand over. */
  assessmentAnswer: (id: string, contactId: string) => `/afnames/${enc(id)}/verzoek/${enc(contactId)}`,
  assessmentReplace: (id: string, contactId: string) => `/afnames/${enc(id)}/vervangen/${enc(contactId)}`,
  assessmentResend: (id: string, contactId: string) => `/afnames/${enc(id)}/opnieuw-sturen/${enc(contactId)}`,
  assessmentDue: (id: string) => `/afnames/${enc(id)}/inleverdatum`,
  /** A finished form, to read once the result is final. */
  assessmentForm: (id: string, contactId: string) => `/afnames/${enc(id)}/formulier/${enc(contactId)}`,
  /** For the assessments that are ticked in a list. */
  dueMany: (ids: readonly string[] = []) =>
    ids.length === 0
      ? '/afnames/inleverdatum'
      : `/afnames/inleverdatum?${ids.map((id) => `afname=${enc(id)}`).join('&')}`,
  cancelMany: () => '/afnames/annuleren',
  remindMany: () => '/afnames/herinneren',
  undo: () => '/afnames/ongedaan-maken',
  assessmentsLive: () => '/afnames/live',
  assessmentsCsv: (query: Query = {}) => withQuery('/afnames/lijst.csv', query),
  /** What needs the initiator now. */
  attention: () => '/aandacht',
  attentionLive: () => '/aandacht/live',

  /** Assessments that were started together. */
  series: (id: string) => `/series/${enc(id)}`,
  seriesLive: (id: string) => `/series/${enc(id)}/live`,
  seriesExaminers: (id: string) => `/series/${enc(id)}/examinatoren`,
  seriesExaminerSearch: (id: string) => `/series/${enc(id)}/examinatoren/zoeken`,
  seriesInvite: (id: string) => `/series/${enc(id)}/uitnodigen`,
  seriesPreview: (id: string) => `/series/${enc(id)}/voorbeeld`,

  /** Invitations sent as one piece of work. */
  batches: () => '/verzendingen',
  batch: (id: string) => `/verzendingen/${enc(id)}`,
  batchLive: (id: string) => `/verzendingen/${enc(id)}/live`,
  batchStop: (id: string) => `/verzendingen/${enc(id)}/stoppen`,
  batchRetry: (id: string) => `/verzendingen/${enc(id)}/opnieuw`,
  batchMoment: (id: string) => `/verzendingen/${enc(id)}/moment`,

  studentNumber: (token: string) => `/studentnummer/${enc(token)}`,
  studentNumberSave: () => '/studentnummer/opslaan',

  attachments: () => '/bijlagen',

  addressBook: (query: Query = {}) => withQuery('/adresboek', query),
  addressBookSearch: () => '/adresboek/zoeken',
  contactNew: () => '/adresboek/nieuw',
  contact: (id: string) => `/adresboek/${enc(id)}`,
  contactDelete: (id: string) => `/adresboek/${enc(id)}/verwijderen`,
  contactRestore: (id: string) => `/adresboek/${enc(id)}/terugzetten`,
  /** `met`: the other one. */
  contactMerge: (id: string, query: Query = {}) => withQuery(`/adresboek/${enc(id)}/samenvoegen`, query),
  contactDoubles: () => '/adresboek/dubbelen',
  contactsImport: () => '/adresboek/importeren',
  contactsImportCheck: (id: string) => `/adresboek/importeren/${enc(id)}`,
  contactsTemplate: (kind: 'csv' | 'xlsx') => `/adresboek/sjabloon.${kind}`,
  contactsExport: (kind: 'csv' | 'xlsx', query: Query = {}) => withQuery(`/adresboek/adresboek.${kind}`, query),

  queue: (query: Query = {}) => withQuery('/commissie', query),
  /** The list as the member last saw it: filters, page and order. */
  backToQueue: () => '/commissie?terug=1',
  queueSearch: () => '/commissie/zoeken',
  finaliseMany: () => '/commissie/vaststellen',
  dossier: (assessmentId: string) => `/commissie/${enc(assessmentId)}`,
  dossierEvidence: (assessmentId: string, evidenceId: string) =>
    `/commissie/${enc(assessmentId)}/bewijs/${enc(evidenceId)}`,
  finalise: (assessmentId: string, query: Readonly<Record<string, string | undefined>> = {}) =>
    withQuery(`/commissie/${enc(assessmentId)}/vaststellen`, query),
  returnForm: (assessmentId: string, contactId: string, query: Query = {}) =>
    withQuery(`/commissie/${enc(assessmentId)}/terug/${enc(contactId)}`, query),
  /** A form that was sent back, and should not have been. */
  takeBackReturn: (assessmentId: string, contactId: string) =>
    `/commissie/${enc(assessmentId)}/terug/${enc(contactId)}/ongedaan`,
  /** `terug`: where it leads afterwards, when that is not the dossier. */
  resendDocument: (assessmentId: string, documentId: string, query: Query = {}) =>
    withQuery(`/commissie/${enc(assessmentId)}/opnieuw-versturen/${enc(documentId)}`, query),
  /** The committee takes over from examiners who look for one judgement. */
  takeOverAgreement: (assessmentId: string) => `/commissie/${enc(assessmentId)}/overnemen`,
  /** Filters that a member keeps under a name. */
  queueFilters: () => '/commissie/filters',
  queueFilterDelete: (id: string) => `/commissie/filters/${enc(id)}/verwijderen`,
  /** A member corrects a finished form; what was corrected, when, by whom and why. */
  editForm: (assessmentId: string, contactId: string) => `/commissie/${enc(assessmentId)}/bewerken/${enc(contactId)}`,
  /** A file that was sent along with an invitation. */
  dossierAttachment: (assessmentId: string, attachmentId: string) =>
    `/commissie/${enc(assessmentId)}/bijlage/${enc(attachmentId)}`,
  /** The dossier with the switch "Bewerken" on. */
  dossierEditing: (assessmentId: string) => `/commissie/${enc(assessmentId)}?bewerken=aan`,
  editHistory: (assessmentId: string) => `/commissie/${enc(assessmentId)}/bewerkhistorie`,
  /** Where two members decide: the proposal is taken back. */
  withdrawProposal: (assessmentId: string) => `/commissie/${enc(assessmentId)}/voorstel-intrekken`,
  reopenResult: (assessmentId: string) => `/commissie/${enc(assessmentId)}/heropenen`,
  endReopening: (assessmentId: string) => `/commissie/${enc(assessmentId)}/heropenen/beeindigen`,
  /** Final results that students do not see yet: one, or those that are ticked. */
  publishResults: (query: Query = {}) => withQuery('/commissie/publiceren', query),
  /** A list of results for other systems. */
  exportResults: (query: Query = {}) => withQuery('/commissie/export', query),
  exportPreview: (query: Query = {}) => withQuery('/commissie/export/voorbeeld', query),
  exportFile: () => '/commissie/export/resultaten.csv',
  exportProfiles: () => '/commissie/export/profielen',
  /** `omhoog`, `omlaag`: the column that was moved, to go on from there. */
  exportProfile: (id: string, query: Query = {}) => withQuery(`/commissie/export/profielen/${enc(id)}`, query),
  exportProfileDelete: (id: string) => `/commissie/export/profielen/${enc(id)}/verwijderen`,
  /** All documents of a period, with an index and checksums. */
  documentArchive: (query: Query = {}) => withQuery('/commissie/archief', query),
  documentArchiveZip: () => '/commissie/archief/documenten.zip',
  /** What went to the exam office, when, and whether it was taken. */
  sentDocuments: (query: Query = {}) => withQuery('/commissie/verzonden', query),

  /** The exam office opens a document by a link and a code. */
  officeLink: (token: string) => `/examenbureau/${enc(token)}`,
  officeOpen: () => '/examenbureau/openen',
  /** `document`: the one that is being opened. */
  officeCode: (query: Query = {}) => withQuery('/examenbureau/code', query),
  officeRenew: () => '/examenbureau/nieuwe-link',
  officeDocument: (documentId: string) => `/examenbureau/document/${enc(documentId)}.pdf`,

  /** Anybody: is this document genuine? By its code (QR), or by the file itself. */
  authenticity: () => '/echtheid',
  authenticityCode: (code: string) => `/echtheid/${enc(code)}`,
  authenticityFile: () => '/echtheid/bestand',
  authenticityHash: (sha256: string) => `/echtheid/bestand/${enc(sha256)}`,

  /** The rooms of the student. */
  register: () => '/registreren',
  registerCode: () => '/registreren/code',
  registerOpen: () => '/registreren/openen',
  myExams: () => '/mijn-examens',
  myExamAdd: (query: Query = {}) => withQuery('/mijn-examens/toevoegen', query),
  myExamRemove: () => '/mijn-examens/weghalen',
  myExam: (assessmentId: string) => `/mijn-examens/${enc(assessmentId)}`,
  myDetails: () => '/mijn-gegevens',

  document: (documentId: string) => `/documenten/${enc(documentId)}.pdf`,

  /** The room of the administrator: what is stuck. */
  condition: () => '/beheer',
  /** One kind of it, page by page. */
  findings: (slug: string, query: Readonly<Record<string, string | undefined>> = {}) =>
    withQuery(`/beheer/toestand/${enc(slug)}`, query),
  mend: () => '/beheer/herstel',
  /** How the school looks. `kleur`: a colour to look at, six digits. */
  branding: (query: Query = {}) => withQuery('/beheer/huisstijl', query),
  brandingColour: () => '/beheer/huisstijl/kleur',
  brandingLogo: () => '/beheer/huisstijl/logo',
  brandingLogoRemove: () => '/beheer/huisstijl/logo/weghalen',
  logos: () => '/assets/logo',
  /** The bytes of a logo; for everybody, as every page of the school shows it. */
  logo: (schoolId: string, sha256: string) => `/assets/logo/${enc(schoolId)}/${enc(sha256)}.png`,

  health: () => '/health',
  ready: () => '/ready',
  metrics: () => '/metrics',
} as const;

/** {@link paths.dueMany} with these ticked; the address grows with them. */
export function dueOfMany(assessmentIds: readonly string[]): string {
  return `${paths.dueMany()}?${assessmentIds.map((id) => `afname=${enc(id)}`).join('&')}`;
}

/** Whether a path is that of a page whose form carries files, and which reads the body itself. */
export function takesFiles(path: string): boolean {
  return (
    path === paths.attachments() ||
    path === paths.contactsImport() ||
    path === paths.authenticityFile() ||
    path === paths.brandingLogo() ||
    /^\/beoordeling\/[^/]+\/bewijs$/.test(path) ||
    /^\/(afnames|series)\/[^/]+\/uitnodigen$/.test(path)
  );
}
