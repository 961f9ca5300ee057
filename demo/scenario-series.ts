/** A class at work: assessments that the initiator started together, each student with a supervisor of their own training company. */
import type { Flavour } from './answers.ts';
import { CARE, day, finished, invited, KRUIWAGEN, NOTENBOOM, started, WHOLE, ZANDLOPER } from './scenario-parts.ts';
import type { DemoAssessment, DemoExaminer } from './scenario-types.ts';

const VUURTOREN = 'a.vuurtoren@kraamzorgwest.example';
const TAFELKLEED = 'h.tafelkleed@waterlelie.example';
const WOLKENVELD = 'j.wolkenveld@thuiszorgpolder.example';
const ZILVERMEEUW = 'r.zilvermeeuw@klokhuis.example';
const BOOMGAARD = 't.boomgaard@vlinderhof.example';
const DAKPAN = 'm.dakpan@lindenhaghe.example';
const KIEZELSTEEN = 's.kiezelsteen@revalidatiezuid.example';

const KEY = 'klas-november';
const REMARK =
  'Beste collega, onze derdejaars doen deze maand allemaal hetzelfde examen op hun eigen werkplek. Plant u samen een dag die past? Bel mij gerust als er iets is.';
/** One mail for both students of one company. */
const mail = { invitationKey: KEY, remark: REMARK } as const;
const days = { whenInvited: 7, whenStarted: 4 } as const;

const doneBy = (email: string, finishedDaysAgo: number, ...flavours: (Flavour | null)[]): DemoExaminer =>
  finished(email, WHOLE, [days.whenInvited, days.whenStarted, finishedDaysAgo], day(...flavours), mail);
const busy = (email: string, ...flavours: (Flavour | null)[]): DemoExaminer =>
  started(email, WHOLE, [days.whenInvited, days.whenStarted], day(...flavours), mail);
const asked = (email: string, more: Partial<DemoExaminer> = {}): DemoExaminer =>
  invited(email, WHOLE, days.whenInvited, { ...mail, ...more });
const looked = (email: string): DemoExaminer => asked(email, { progress: 'opened', openedDaysAgo: 2 });

function ofClass(status: DemoAssessment['status'], studentNumber: string, examiner: DemoExaminer): DemoAssessment {
  return {
    ...CARE,
    key: `${KEY}-${studentNumber}`,
    seriesKey: KEY,
    status,
    studentNumber,
    unitCodes: ['EX1'],
    createdDaysAgo: 8,
    examiners: [examiner],
  };
}

export const seriesAssessments: readonly DemoAssessment[] = [
  ofClass('assessed', '260234', doneBy(VUURTOREN, 3, 'good', 'plain', 'plain', 'alsoGood', 'plain')),
  ofClass('inProgress', '260304', busy(VUURTOREN, 'plain', 'plain', null, null, null)),
  ofClass('assessed', '260241', doneBy(ZANDLOPER, 2, 'plain', 'good', 'alsoGood', 'plain', 'plain')),
  ofClass('assessed', '260248', doneBy(NOTENBOOM, 2, 'plain', 'plain', 'weak', 'plain', 'plain')),
  ofClass('inProgress', '260255', busy(KRUIWAGEN, 'good', 'plain', 'plain', null, null)),
  ofClass('assessed', '260262', doneBy(TAFELKLEED, 1, 'alsoGood', 'plain', 'good', 'plain', 'good')),
  ofClass('invited', '260269', looked(WOLKENVELD)),
  ofClass('inProgress', '260276', busy(ZILVERMEEUW, 'plain', null, null, null, null)),
  ofClass('invited', '260283', asked(BOOMGAARD)),
  ofClass('invited', '260290', looked(DAKPAN)),
  ofClass('invited', '260297', asked(KIEZELSTEEN)),
];
