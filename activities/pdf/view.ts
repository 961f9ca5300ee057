/** What the template prints: words chosen, dates and grades written out. Pure. */
import type { ResultDocumentData } from '../../domain/result-document.ts';
import type { Score } from '../../domain/score.ts';
import { changesView } from './changes-view.ts';
import { badgeOf, componentViewOf } from './component-view.ts';
import {
  formatter,
  momentFormat,
  paragraphsOf,
  shortFormat,
  writeDate,
  writeGrade,
  zoneLegend,
  zoneName,
} from './formats.ts';
import { documentWords, eventWords, fill } from './words.ts';

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

/** The word for a known kind of exam; data of a later release may hold another. */
function kindOf(data: ResultDocumentData): string[] {
  const { kindBasis: basis, kindProfiel: profiel, kindKeuzedeel: keuzedeel } = documentWords[data.lang];
  const word = new Map(Object.entries({ basis, profiel, keuzedeel })).get(data.exam.kind);
  return word === undefined ? [] : [word];
}

/** @returns the model of result-document.hbs */
export function documentView(data: ResultDocumentData) {
  const words = documentWords[data.lang];
  const events = eventWords[data.lang];
  const moment = momentFormat(data);
  const short = shortFormat(data);
  const badge = (score: Score) => badgeOf(data.lang, score);
  const partScore = new Map(data.result.workProcesses.map((part) => [part.code, part]));

  return {
    words,
    lang: data.lang,
    title: `${words.title} ${data.document.number}`,
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
        components: workProcess.components.map(componentViewOf(data)),
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
