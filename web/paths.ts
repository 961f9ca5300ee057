/** Every URL of the product. No string URL stands anywhere else in web/; mails build theirs from the same words. */
const enc = encodeURIComponent;

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
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

  link: (token: string) => `/b/${enc(token)}`,
  linkOpen: () => '/b/openen',
  linkRenew: () => '/b/nieuwe-link',
  workList: () => '/beoordelingen',
  /** `stap`: number of the work process; `weergave=alles`: all at once; `fouten`: say at each field what is missing. */
  form: (formId: string, query: Readonly<Record<string, string | number | undefined>> = {}) =>
    withQuery(`/beoordeling/${enc(formId)}`, query),
  formAutosave: (formId: string) => `/beoordeling/${enc(formId)}/concept`,
  formCheck: (formId: string) => `/beoordeling/${enc(formId)}/controle`,
  formDone: (formId: string) => `/beoordeling/${enc(formId)}/klaar`,
  formDispute: (formId: string) => `/beoordeling/${enc(formId)}/niet-ik`,
  formCompare: (formId: string, sideVersion: number) => `/beoordeling/${enc(formId)}/vergelijken/${sideVersion}`,
  formAttachment: (formId: string, attachmentId: string) => `/beoordeling/${enc(formId)}/bijlage/${enc(attachmentId)}`,

  exams: (query: Readonly<Record<string, string | undefined>> = {}) => withQuery('/examens', query),
  exam: (examVersionId: string) => `/examens/${enc(examVersionId)}`,
  assessments: (query: Readonly<Record<string, string | number | undefined>> = {}) => withQuery('/afnames', query),
  assessmentSearch: () => '/afnames/zoeken',
  /** Starting: choose students for an exam or one unit. */
  newAssessment: (query: Readonly<Record<string, string | number | undefined>> = {}) =>
    withQuery('/afnames/nieuw', query),
  assessment: (id: string) => `/afnames/${enc(id)}`,
  assessmentLive: (id: string) => `/afnames/${enc(id)}/live`,
  /** `ook`: ids of the other assessments of the same batch, with commas. */
  assessmentExaminers: (id: string, ook?: string) => withQuery(`/afnames/${enc(id)}/examinatoren`, { ook }),
  assessmentInvite: (id: string, ook?: string) => withQuery(`/afnames/${enc(id)}/uitnodigen`, { ook }),
  assessmentPreview: (id: string) => `/afnames/${enc(id)}/voorbeeld`,
  assessmentCancel: (id: string) => `/afnames/${enc(id)}/annuleren`,
  assessmentWithdraw: (id: string, contactId: string) => `/afnames/${enc(id)}/intrekken/${enc(contactId)}`,
  assessmentRemind: (id: string, contactId: string) => `/afnames/${enc(id)}/herinneren/${enc(contactId)}`,
  /** Mends the address of an examiner whom mail does not reach. */
  assessmentAddress: (id: string, contactId: string) => `/afnames/${enc(id)}/adres/${enc(contactId)}`,
  attachments: () => '/bijlagen',

  queue: (query: Readonly<Record<string, string | number | undefined>> = {}) => withQuery('/commissie', query),
  queueSearch: () => '/commissie/zoeken',
  finaliseMany: () => '/commissie/vaststellen',
  dossier: (assessmentId: string) => `/commissie/${enc(assessmentId)}`,
  finalise: (assessmentId: string, query: Readonly<Record<string, string | undefined>> = {}) =>
    withQuery(`/commissie/${enc(assessmentId)}/vaststellen`, query),
  returnForm: (assessmentId: string, contactId: string) => `/commissie/${enc(assessmentId)}/terug/${enc(contactId)}`,
  resendDocument: (assessmentId: string, documentId: string) =>
    `/commissie/${enc(assessmentId)}/opnieuw-versturen/${enc(documentId)}`,
  document: (documentId: string) => `/documenten/${enc(documentId)}.pdf`,

  /** The room of the administrator: what is stuck. */
  condition: () => '/beheer',
  /** One kind of it, page by page. */
  findings: (slug: string, query: Readonly<Record<string, string | undefined>> = {}) =>
    withQuery(`/beheer/toestand/${enc(slug)}`, query),
  mend: () => '/beheer/herstel',

  health: () => '/health',
  ready: () => '/ready',
  metrics: () => '/metrics',
} as const;

/** Whether a path is that of {@link paths.assessmentInvite}, whose form carries files. */
export function isInvitePath(path: string): boolean {
  return /^\/afnames\/[^/]+\/uitnodigen$/.test(path);
}
