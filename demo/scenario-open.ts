/** Demo assessments still with the initiator or the examiners. */
import {
  APPELVINK,
  CARE,
  components,
  DUINDOORN,
  day,
  finished,
  guidance,
  HONINGRAAT,
  invited,
  KERS,
  KITCHEN,
  KOEKENPAN,
  KRUIWAGEN,
  LANTAARN,
  PAARDENBLOEM,
  ROERDOMP,
  SNOEK,
  shift,
  started,
  teamwork,
  VIJZEL,
  WHOLE,
  WINDHAAN,
  workProcesses,
  ZANDLOPER,
} from './scenario-parts.ts';
import type { DemoAssessment } from './scenario-types.ts';

export const openAssessments: readonly DemoAssessment[] = [
  // ---- draft ----
  {
    ...CARE,
    key: 'noor-ex1',
    status: 'draft',
    studentNumber: '260101',
    unitCodes: ['EX1'],
    createdDaysAgo: 1,
    examiners: [],
  },
  {
    ...CARE,
    key: 'sem-ex1',
    status: 'draft',
    studentNumber: '260108',
    unitCodes: ['EX1'],
    createdDaysAgo: 1,
    examiners: [{ email: ZANDLOPER, scopes: WHOLE, progress: 'chosen' }],
  },
  {
    ...KITCHEN,
    key: 'liv-keu',
    status: 'draft',
    studentNumber: '260416',
    createdDaysAgo: 3,
    examiners: [
      { email: APPELVINK, scopes: WHOLE, progress: 'chosen' },
      { email: VIJZEL, scopes: components('B1-K1-W2/product'), progress: 'chosen' },
    ],
  },

  // ---- invited ----
  {
    ...CARE,
    key: 'fenna-ex1',
    status: 'invited',
    studentNumber: '260115',
    unitCodes: ['EX1'],
    createdDaysAgo: 2,
    examiners: [
      invited(ZANDLOPER, WHOLE, 1, {
        invitationKey: 'linde-november',
        remark:
          'Beste Wilma, Fenna en Daan doen allebei volgende week examen. Zij kiezen samen met u een ochtend. Belt u mij gerust als het rooster verandert.',
      }),
    ],
  },
  {
    ...CARE,
    key: 'daan-ex1',
    status: 'invited',
    studentNumber: '260122',
    unitCodes: ['EX1'],
    createdDaysAgo: 2,
    examiners: [invited(ZANDLOPER, WHOLE, 1, { invitationKey: 'linde-november' })],
  },
  {
    ...CARE,
    key: 'zoe-ex2',
    status: 'invited',
    studentNumber: '260129',
    unitCodes: ['EX2'],
    createdDaysAgo: 5,
    examiners: [
      {
        email: KRUIWAGEN,
        scopes: workProcesses('B1-K2-W1', 'B1-K2-W2'),
        progress: 'opened',
        invitedDaysAgo: 4,
        openedDaysAgo: 2,
        remark: 'Zoë begeleidt donderdag de muziekmiddag. Het activiteitenplan krijgt u woensdag van haar.',
      },
      invited(SNOEK, workProcesses('B1-K2-W3'), 4),
    ],
  },
  {
    ...CARE,
    key: 'youssef-geheel',
    status: 'invited',
    studentNumber: '260136',
    unitCodes: ['EX1', 'EX2', 'EX3'],
    initiator: HONINGRAAT,
    createdDaysAgo: 4,
    examiners: [
      invited(KERS, WHOLE, 3, {
        remark:
          'Joke, dit is het hele examen in drie delen. U hoeft het niet in één keer in te vullen: tussendoor bewaren kan.',
      }),
      invited(PAARDENBLOEM, components('B1-K1-W3/behaviour', 'B1-K1-W3/product'), 3),
    ],
  },
  {
    ...KITCHEN,
    key: 'omar-keu',
    status: 'invited',
    studentNumber: '260423',
    createdDaysAgo: 21,
    dueInDays: -6,
    examiners: [
      invited(KOEKENPAN, WHOLE, 20, {
        remark: 'Gerrit, Omar kookt vrijdag bij jullie. Wil je het formulier het liefst dezelfde avond nog invullen?',
      }),
    ],
  },
  {
    ...CARE,
    key: 'sanne-ex2-herkansing',
    status: 'invited',
    studentNumber: '260213',
    unitCodes: ['EX2'],
    attempt: 2,
    createdDaysAgo: 3,
    examiners: [
      invited(KRUIWAGEN, WHOLE, 2, {
        remark:
          'Dit is de tweede poging van Sanne. Bij u heeft zij een nieuwe groep deelnemers, dus u begint met een schone lei.',
      }),
    ],
  },

  // ---- in progress ----
  {
    ...CARE,
    key: 'lotte-ex1',
    status: 'inProgress',
    studentNumber: '260143',
    unitCodes: ['EX1'],
    createdDaysAgo: 9,
    examiners: [
      finished(
        ZANDLOPER,
        components('B1-K1-W1/behaviour', 'B1-K1-W2/behaviour', 'B1-K1-W3/behaviour'),
        [8, 4, 3],
        day('good', null, 'alsoGood', 'plain', null),
        {
          remark:
            'U beoordeelt alleen wat u op de afdeling ziet. De planning en de rapportage bekijkt een collega op school.',
        },
      ),
      started(WINDHAAN, components('B1-K1-W1/product', 'B1-K1-W3/product'), [8, 1], {
        'B1-K1-W1/product': {
          scores: 'GV-',
          justification:
            'De reden van de volgorde staat er steeds bij. Nog nakijken: staat er ook wat de cliënt zelf doet?',
        },
      }),
    ],
  },
  {
    ...CARE,
    key: 'aicha-ex2',
    status: 'inProgress',
    studentNumber: '260157',
    unitCodes: ['EX2'],
    createdDaysAgo: 11,
    examiners: [
      finished(
        KRUIWAGEN,
        [...WHOLE, ...components('B1-K2-W1/behaviour')],
        [10, 4, 3],
        guidance('good', 'plain', 'plain', 'plain', 'plain'),
      ),
      finished(SNOEK, components('B1-K2-W1/behaviour'), [10, 3, 2], guidance('weak', null, null, null, null)),
    ],
    // Both have finished and differ: one has proposed, the other must still say something.
    agreement: {
      component: 'B1-K2-W1/behaviour',
      proposed: {
        daysAgo: 1,
        by: SNOEK,
        answer: {
          scores: 'VVVV',
          justification:
            'Wij spraken elkaar over het begin van het gesprek. Daar ging het rommelig, later niet meer. Samen komen wij op een V.',
        },
      },
    },
  },
  {
    ...CARE,
    key: 'milan-ex2',
    status: 'inProgress',
    studentNumber: '260150',
    unitCodes: ['EX2'],
    createdDaysAgo: 6,
    examiners: [
      started(DUINDOORN, WHOLE, [5, 2], {
        ...guidance('good', 'plain', null, null, null),
        'B1-K2-W2/behaviour': { scores: 'VV--', justification: '' },
      }),
    ],
  },
  {
    ...KITCHEN,
    key: 'vera-keu',
    status: 'inProgress',
    studentNumber: '260430',
    createdDaysAgo: 7,
    examiners: [
      // An O without a justification: a draft may, finishing may not.
      started(APPELVINK, WHOLE, [6, 0.5], {
        ...shift('plain', 'good', null, null, null),
        'B1-K1-W2/behaviour': { scores: 'VVO', justification: '' },
        'B1-K1-W2/product': { scores: 'V--', justification: '' },
      }),
    ],
  },
  {
    ...CARE,
    key: 'aicha-ex3',
    status: 'inProgress',
    studentNumber: '260157',
    unitCodes: ['EX3'],
    initiator: HONINGRAAT,
    createdDaysAgo: 18,
    dueInDays: -2,
    examiners: [started(LANTAARN, WHOLE, [17, 6], teamwork('plain', 'good', null, null))],
  },
  {
    ...CARE,
    key: 'joris-ex1',
    status: 'inProgress',
    studentNumber: '260164',
    unitCodes: ['EX1'],
    createdDaysAgo: 12,
    examiners: [
      {
        email: DUINDOORN,
        scopes: WHOLE,
        progress: 'withdrawn',
        invitedDaysAgo: 11,
        withdrawn: {
          daysAgo: 7,
          reason: 'Beatriz is de komende weken met verlof. Joke neemt het examen van haar over.',
        },
      },
      started(KERS, WHOLE, [7, 3], day('plain', 'plain', 'good', null, null), {
        remark: 'Dank dat u dit overneemt. Joris werkt op maandag en donderdag.',
      }),
    ],
  },
  {
    ...KITCHEN,
    key: 'raul-keu',
    status: 'inProgress',
    studentNumber: '260437',
    createdDaysAgo: 8,
    examiners: [
      finished(ROERDOMP, workProcesses('B1-K1-W1', 'B1-K1-W3'), [7, 2, 2], shift('good', 'plain', null, null, 'plain')),
      invited(VIJZEL, workProcesses('B1-K1-W2'), 7),
    ],
  },
];
