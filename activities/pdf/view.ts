/** What the template prints: words chosen, dates and grades written out. Pure. */
import type { DocumentAgreement, DocumentComponent, ResultDocumentData } from '../../domain/result-document.ts';
import type { Score } from '../../domain/score.ts';
import { formatBytes } from '../../platform/i18n/index.ts';
import { documentWords, eventWords, fill } from './words.ts';

const LOCALE = { nl: 'nl-NL', en: 'en-GB' } as const;

function formatter(data: ResultDocumentData, options: Intl.DateTimeFormatOptions): (iso: string) => string {
  const format = new Intl.DateTimeFormat(LOCALE[data.lang], { timeZone: data.timeZone, ...options });
  return (iso) => format.format(new Date(iso));
}

/** `zondag 22 november 2026 om 14:02`. */
function momentFormat(data: ResultDocumentData) {
  return formatter(data, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

function shortFormat(data: ResultDocumentData) {
  return formatter(data, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

/** A date without time, `YYYY-MM-DD`, written out. */
function writeDate(data: ResultDocumentData, date: string): string {
  const format = new Intl.DateTimeFormat(LOCALE[data.lang], {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.format(new Date(`${date}T00:00:00Z`));
}

type ZoneStyle = 'short' | 'long';

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs far more than using it, so each is made once. */
function zoneFormat(lang: ResultDocumentData['lang'], timeZone: string, style: ZoneStyle): Intl.DateTimeFormat {
  const key = `${lang}|${timeZone}|${style}`;
  const format = zoneFormats.get(key) ?? new Intl.DateTimeFormat(LOCALE[lang], { timeZone, timeZoneName: style });
  zoneFormats.set(key, format);
  return format;
}

/** `CET` or `Midden-Europese standaardtijd`: what the clock was called at that instant. */
function zoneName(data: ResultDocumentData, iso: string, style: ZoneStyle): string {
  const format = zoneFormat(data.lang, data.timeZone, style);
  return format.formatToParts(new Date(iso)).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** What the short zone names in the tables stand for; summer and winter may both occur. */
function zoneLegend(data: ResultDocumentData): string {
  const { auditZone, zoneIs } = documentWords[data.lang];
  const instants = [...data.audit, data.decision].map((line) => line.at);
  const finished = data.examiners.map((examiner) => examiner.finishedAt);
  const names = [...instants, ...finished].map((iso) =>
    fill(zoneIs, { short: zoneName(data, iso, 'short'), long: zoneName(data, iso, 'long') }),
  );
  return fill(auditZone, { zone: data.timeZone, names: [...new Set(names)].join(', ') });
}

function listFormat(data: ResultDocumentData): Intl.ListFormat {
  return new Intl.ListFormat(LOCALE[data.lang], { type: 'conjunction' });
}

function writeGrade(data: ResultDocumentData, tenths: number): string {
  return new Intl.NumberFormat(LOCALE[data.lang], { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    tenths / 10,
  );
}

/** `B1-K1-W1, gedragsobservatie` for each component ref. */
function componentNames(data: ResultDocumentData): ReadonlyMap<string, string> {
  const { kindBehaviour, kindProduct } = documentWords[data.lang];
  return new Map(
    data.coreTasks.flatMap(({ workProcesses }) =>
      workProcesses.flatMap(({ code, components }) =>
        components.map(({ ref, kind }): [string, string] => [
          ref,
          `${code} (${(kind === 'behaviour' ? kindBehaviour : kindProduct).toLowerCase()})`,
        ]),
      ),
    ),
  );
}

/** `criterium 2 van B1-K1-W1 (gedragsobservatie)` for each criterion ref. */
function criterionNames(data: ResultDocumentData): ReadonlyMap<string, string> {
  const { criterionOf } = documentWords[data.lang];
  const nameOf = componentNames(data);
  const components = data.coreTasks.flatMap(({ workProcesses }) => workProcesses.flatMap((each) => each.components));
  return new Map(
    components.flatMap(({ ref, criteria }) =>
      criteria.map((criterion, index): [string, string] => [
        criterion.ref,
        fill(criterionOf, { number: index + 1, component: nameOf.get(ref) ?? ref }),
      ]),
    ),
  );
}

/** What was corrected, and which decisions were opened again, oldest first. */
function changesView(data: ResultDocumentData) {
  const words = documentWords[data.lang];
  const short = shortFormat(data);
  const list = listFormat(data);
  const named = (refs: readonly string[], names: ReadonlyMap<string, string>) =>
    list.format(refs.map((ref) => names.get(ref) ?? ref));
  const reasonText = (reason: string) => (reason === '' ? [] : paragraphsOf(fill(words.reasonIs, { reason })));
  const corrections = (data.corrections ?? []).map((each) => ({
    at: each.at,
    heading: fill(words.corrected, { at: short(each.at), member: each.byName, examiner: each.examinerName }),
    paragraphs: [
      each.rescored.length === 0
        ? fill(words.correctedWords, { components: named(each.components, componentNames(data)) })
        : fill(words.correctedScores, { criteria: named(each.rescored, criterionNames(data)) }),
      ...reasonText(each.reason),
    ],
  }));
  const reopenings = (data.reopenings ?? []).flatMap(({ at, byName, version, reason, ended }) => [
    {
      at,
      heading: fill(words.reopened, { at: short(at), member: byName, version }),
      paragraphs: reasonText(reason),
    },
    ...(ended
      ? [
          {
            at: ended.at,
            heading: fill(words.reopeningEnded, { at: short(ended.at), member: ended.byName }),
            paragraphs: reasonText(ended.reason),
          },
        ]
      : []),
  ]);
  return [...corrections, ...reopenings].sort((a, b) => a.at.localeCompare(b.at));
}

function remediesView({ lang, remedies }: ResultDocumentData): string[] {
  if (!remedies) return [];
  const words = documentWords[lang];
  const term = remedies.days === 1 ? words.remediesDay : fill(words.remediesDays, { days: remedies.days });
  return [...paragraphsOf(remedies.text ?? words.remediesGeneral), term];
}

function replacesText(data: ResultDocumentData): string | null {
  const { replaces, version } = data.document;
  if (!replaces) return null;
  const date = formatter(data, { day: 'numeric', month: 'long', year: 'numeric' })(replaces.at);
  const { number, version: former } = replaces;
  return fill(documentWords[data.lang].replaces, { version, former, number, date });
}

function paragraphsOf(text: string): string[] {
  return text.split(/\n+/).filter((line) => line.trim() !== '');
}

/** The word for a known kind of exam; data of a later release may hold another. */
function kindOf(data: ResultDocumentData): string[] {
  const { kindBasis: basis, kindProfiel: profiel, kindKeuzedeel: keuzedeel } = documentWords[data.lang];
  const word = new Map(Object.entries({ basis, profiel, keuzedeel })).get(data.exam.kind);
  return word === undefined ? [] : [word];
}

/** The more examiners, the narrower their columns. */
function columnWidth(examiners: number): 'wide' | 'middle' | 'narrow' {
  if (examiners <= 2) return 'wide';
  return examiners === 3 ? 'middle' : 'narrow';
}

/** @returns the model of result-document.hbs */
export function documentView(data: ResultDocumentData) {
  const words = documentWords[data.lang];
  const events = eventWords[data.lang];
  const moment = momentFormat(data);
  const short = shortFormat(data);
  const scoreWord = (score: Score) => ({ O: words.scoreO, V: words.scoreV, G: words.scoreG })[score];
  const badge = (score: Score) => ({ letter: score, word: scoreWord(score), css: score.toLowerCase() });
  const nameOf = (id: string) => data.examiners.find((examiner) => examiner.id === id)?.name ?? '';
  const partScore = new Map(data.result.workProcesses.map((part) => [part.code, part]));

  const standingText = ({ standingExaminerId }: DocumentComponent) =>
    fill(words.standing, { name: nameOf(standingExaminerId) });
  const agreedText = ({ how, by }: DocumentAgreement) => {
    const sentence = { together: words.agreedTogether, lead: words.agreedLead, third: words.agreedThird }[how];
    return fill(sentence, { names: listFormat(data).format(by.map(nameOf)) });
  };
  const justificationView = (heading: string, text: string | undefined) => ({
    heading,
    paragraphs: text === undefined ? [] : paragraphsOf(text),
    none: text === undefined ? words.noJustification : null,
  });

  /** Named, not enclosed: whoever has the file can tell that it is this one. */
  const evidenceView = (id: string, { evidence, examinerIds }: DocumentComponent) => {
    const pieces = evidence?.[id] ?? [];
    if (pieces.length === 0) return [];
    const heading = examinerIds.length > 1 ? fill(words.evidenceBy, { name: nameOf(id) }) : words.evidence;
    const paragraphs = pieces.flatMap(({ name, size, sha256 }) => [
      fill(words.evidenceFile, { name, size: formatBytes(size, data.lang) }),
      fill(words.evidenceHash, { sha256 }),
    ]);
    return [{ heading, paragraphs, none: null }];
  };

  const componentView = (component: DocumentComponent) => {
    const isShared = component.examinerIds.length > 1;
    const isDisputed = component.criteria.some((criterion) => new Set(Object.values(criterion.scores)).size > 1);
    const { agreed } = component;
    // A third examiner's set stands as it is, in the column of its own.
    const agreedScores = agreed && agreed.how !== 'third' ? agreed.scores : null;
    return {
      heading: component.kind === 'behaviour' ? words.kindBehaviour : words.kindProduct,
      width: columnWidth(component.examinerIds.length + (agreedScores ? 1 : 0)),
      columns: [
        ...component.examinerIds.map((id) => (isShared ? nameOf(id) : words.score)),
        ...(agreedScores ? [words.agreedColumn] : []),
      ],
      rows: component.criteria.map((criterion, index) => ({
        number: index + 1,
        text: criterion.text,
        scores: [
          ...component.examinerIds.map((id) => criterion.scores[id]),
          ...(agreedScores ? [agreedScores[criterion.ref]] : []),
        ].map((score) => ({ badge: score === undefined ? null : badge(score) })),
      })),
      standing: agreed ? agreedText(agreed) : isDisputed ? standingText(component) : null,
      justifications: [
        ...component.examinerIds.map((id) =>
          justificationView(
            isShared ? fill(words.justificationBy, { name: nameOf(id) }) : words.justification,
            component.justifications[id],
          ),
        ),
        ...(agreed && agreed.justification !== ''
          ? [justificationView(words.agreedJustification, agreed.justification)]
          : []),
        ...component.examinerIds.flatMap((id) => evidenceView(id, component)),
      ],
    };
  };

  return {
    words,
    lang: data.lang,
    title: `${words.title} ${data.document.number}`,
    school: data.school,
    subject: [data.exam.title, ...data.units.map((unit) => unit.title)].join(' · '),
    facts: [
      { term: words.student, value: data.student.name },
      ...(data.student.number === null ? [] : [{ term: words.studentNumber, value: data.student.number }]),
      ...(data.student.birthDate === null
        ? []
        : [{ term: words.birthDate, value: writeDate(data, data.student.birthDate) }]),
      { term: words.exam, value: data.exam.title },
      { term: words.units, value: data.units.map((unit) => `${unit.code} ${unit.title}`).join(', ') },
      { term: words.examCode, value: fill(words.examVersion, { code: data.exam.code, version: data.exam.version }) },
      { term: words.crebo, value: data.exam.crebo },
      { term: words.level, value: [`mbo ${data.exam.level}`, ...kindOf(data)].join(', ') },
      { term: words.attempt, value: String(data.attempt) },
    ],
    result: {
      badge: badge(data.result.score),
      outcome: data.result.passed ? words.passed : words.failed,
      grade: writeGrade(data, data.result.gradeTenths),
      points: fill(words.pointsOf, { points: data.result.points, max: data.result.maxPoints }),
      scheme: fill(words.schemeVersion, { label: data.schemeLabel, version: data.result.scheme.version }),
    },
    decision: [
      { term: words.decidedBy, value: data.decision.byName },
      ...(data.decision.proposedByName === undefined
        ? []
        : [{ term: words.proposedBy, value: data.decision.proposedByName }]),
      { term: words.decidedAt, value: `${moment(data.decision.at)} (${zoneName(data, data.decision.at, 'long')})` },
      {
        term: words.decisionGround,
        value: fill(words.groundText, { label: data.schemeLabel, version: data.result.scheme.version }),
      },
      { term: words.archive, value: data.decision.officeLabel },
      { term: words.documentNumber, value: data.document.number },
      { term: words.version, value: String(data.document.version) },
    ],
    overview: data.coreTasks.map((coreTask) => ({
      code: coreTask.code,
      title: coreTask.title,
      workProcesses: coreTask.workProcesses.map((workProcess) => {
        const part = partScore.get(workProcess.code);
        return {
          code: workProcess.code,
          title: workProcess.title,
          badge: part ? badge(part.score) : null,
          points: part ? fill(words.pointsOf, { points: part.points, max: part.maxPoints }) : '',
        };
      }),
    })),
    details: data.coreTasks.flatMap((coreTask) =>
      coreTask.workProcesses.map((workProcess) => ({
        code: workProcess.code,
        title: workProcess.title,
        components: workProcess.components.map(componentView),
      })),
    ),
    examiners: data.examiners.map((examiner) => ({
      name:
        examiner.handedFrom === undefined
          ? examiner.name
          : fill(words.handedOver, { name: examiner.name, former: examiner.handedFrom }),
      jobTitle: examiner.jobTitle,
      organisation: `${examiner.organisation}${examiner.organisation === '' ? '' : ' '}(${examiner.kind === 'school' ? words.school : words.practice})`,
      finishedAt: short(examiner.finishedAt),
      version: examiner.formVersion > 1 ? fill(words.formVersion, { version: examiner.formVersion }) : null,
    })),
    replaces: replacesText(data),
    remedies: remediesView(data),
    changes: changesView(data),
    chain: data.chain ? fill(words.chain, data.chain) : null,
    audit: data.audit.map((line) => ({
      at: short(line.at),
      text: line.name === '' ? events[line.type] : `${events[line.type]}: ${line.name}`,
    })),
    auditZone: zoneLegend(data),
    started: { term: words.initiator, value: data.initiatorName },
  };
}

export type DocumentView = ReturnType<typeof documentView>;
