import type { ResultDocumentData } from '../../domain/result-document.ts';
import type { Lang } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';

export interface SampleOptions {
  readonly lang?: Lang;
  /** Eight work processes, 64 criteria, two examiners, long justifications. */
  readonly isLong?: boolean;
  readonly text?: string;
  readonly studentName?: string;
}

const LONG_TEXT =
  `${'Bij de wisseling van dienst legde zij rustig uit wat er die ochtend was gebeurd en waarom. '.repeat(20)}\n\n${'Op de vraag van de collega gaf zij een volledig antwoord. '.repeat(3)}`.slice(
    0,
    2000,
  );

/** A document with fixed data. */
export function sampleDocument(options: SampleOptions = {}): ResultDocumentData {
  const { lang = 'nl', isLong = false, studentName = 'Noor de Vries' } = options;
  const text =
    options.text ??
    (isLong ? LONG_TEXT : 'Op kamer 4 vroeg zij eerst of het gelegen kwam. Daarna legde zij uit wat zij ging doen.');
  const processes = isLong ? 8 : 2;
  const examinerIds = isLong ? ['e1', 'e2'] : ['e1'];
  const codes = Array.from({ length: processes }, (_, index) => `B1-K${index < 4 ? 1 : 2}-W${(index % 4) + 1}`);
  const scoreAt = (index: number): Score => (['V', 'G', 'V', 'V'] as const)[index % 4] ?? 'V';
  const part = (code: string, score: Score) => ({ code, score, points: 6, maxPoints: 8, insufficientCount: 0 });
  const process = (code: string) => ({
    code,
    title: `Voert de werkzaamheden uit volgens afspraak (${code})`,
    components: (isLong ? (['behaviour', 'product'] as const) : (['behaviour'] as const)).map((kind) => ({
      ref: `${code}/${kind}`,
      kind,
      examinerIds,
      standingExaminerId: 'e1',
      justifications: Object.fromEntries(examinerIds.map((id) => [id, text])),
      criteria: Array.from({ length: 4 }, (_, index) => ({
        ref: `${code}/${kind}/${index + 1}`,
        text: 'Legt uit wat er gaat gebeuren en vraagt om toestemming voordat de handeling begint',
        scores: Object.fromEntries(examinerIds.map((id, nth) => [id, nth === 1 && index === 2 ? 'G' : scoreAt(index)])),
      })),
    })),
  });
  return {
    v: 1,
    lang,
    timeZone: 'Europe/Amsterdam',
    school: { name: 'ROC Voorbeeld', primaryColor: '#0a5a56' },
    document: { number: '2026-1A2B3C4D', version: 1, madeAt: '2026-11-22T13:02:00.000Z' },
    student: { name: studentName, number: '2301001', birthDate: '2006-04-01' },
    exam: { code: 'ZDB-2026', crebo: '25999', title: 'Zorg dichtbij', version: '2026.1', kind: 'basis', level: 3 },
    units: [{ code: 'EX1', title: 'Zorg en begeleiding geven' }],
    attempt: 1,
    result: {
      score: 'V',
      passed: true,
      gradeTenths: 74,
      points: 48,
      maxPoints: 64,
      insufficientCount: 0,
      workProcesses: codes.map((code, index) => part(code, scoreAt(index))),
      coreTasks: [part('B1-K1', 'V')],
      scheme: { code: 'voorbeeld', version: 1 },
    },
    schemeLabel: 'voorbeeld',
    coreTasks: (isLong ? ['B1-K1', 'B1-K2'] : ['B1-K1']).map((code) => ({
      code,
      title: 'Bieden van zorg en ondersteuning',
      workProcesses: codes.filter((each) => each.startsWith(code)).map(process),
    })),
    examiners: examinerIds.map((id) => ({
      id,
      name: id === 'e1' ? 'Joke van den Kers' : 'Marijke Lindeboom',
      jobTitle: id === 'e1' ? 'Praktijkopleider' : 'Docent zorg',
      organisation: id === 'e1' ? 'Woonzorgcentrum De Oude Linde' : 'ROC Voorbeeld',
      kind: id === 'e1' ? 'practice' : 'school',
      finishedAt: '2026-11-20T15:30:00.000Z',
      formVersion: 1,
    })),
    initiatorName: 'Soraya Honingraat',
    decision: {
      byName: 'Henriëtte Eikelboom',
      at: '2026-11-22T13:02:00.000Z',
      officeLabel: 'Examenbureau Zorg en Welzijn',
    },
    audit: [
      { at: '2026-11-12T09:00:00.000Z', type: 'AssessmentCreated', name: 'Soraya Honingraat' },
      { at: '2026-11-12T09:05:00.000Z', type: 'ExaminerInvited', name: 'Joke van den Kers' },
      { at: '2026-11-20T15:30:00.000Z', type: 'FormFinished', name: 'Joke van den Kers' },
      { at: '2026-11-22T13:02:00.000Z', type: 'AssessmentFinalised', name: 'Henriëtte Eikelboom' },
    ],
  };
}

/** The second version of a result: corrected, reopened, handed over, with all that a document can say. */
export function sampleSecondVersion(options: SampleOptions = {}): ResultDocumentData {
  const data = sampleDocument(options);
  const [component = ''] = data.coreTasks.flatMap(({ workProcesses }) =>
    workProcesses.flatMap((each) => each.components.map(({ ref }) => ref)),
  );
  return {
    ...data,
    document: {
      ...data.document,
      version: 2,
      checkCode: '0123456789abcdefghjkmnpqrs',
      replaces: { number: '2026-00AA11BB', version: 1, at: '2026-11-20T16:00:00.000Z' },
    },
    examiners: data.examiners.map((examiner) => ({ ...examiner, formVersion: 2, handedFrom: 'Marijke Lindeboom' })),
    decision: { ...data.decision, proposedByName: 'Rembert Zonderland' },
    remedies: { days: 14, text: null },
    corrections: [
      {
        at: '2026-11-21T10:00:00.000Z',
        byName: 'Henriëtte Eikelboom',
        examinerName: 'Joke van den Kers',
        components: [component],
        rescored: [],
        reason: 'Tikfout in de naam van de afdeling.',
      },
    ],
    reopenings: [
      {
        at: '2026-11-21T08:00:00.000Z',
        byName: 'Henriëtte Eikelboom',
        version: 1,
        reason: 'De afdeling in de onderbouwing was een andere.',
      },
    ],
    chain: { seq: 12, hash: 'ab'.repeat(32) },
  };
}
