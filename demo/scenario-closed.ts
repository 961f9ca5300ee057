/** Demo assessments that the examiners finished, and those that were cancelled. */
import {
  AAMBEELD,
  APPELVINK,
  CARE,
  components,
  DE_GARDE,
  DE_VINK,
  DUINDOORN,
  day,
  EIKELBOOM,
  finished,
  guidance,
  HONINGRAAT,
  invited,
  KERS,
  KITCHEN,
  KOEKENPAN,
  KRUIWAGEN,
  LANTAARN,
  NOTENBOOM,
  OFFICE_CARE,
  OFFICE_KITCHEN,
  ROERDOMP,
  SNOEK,
  shift,
  teamwork,
  VIJZEL,
  WHOLE,
  WINDHAAN,
  workProcesses,
  ZANDLOPER,
} from './scenario-parts.ts';
import type { DemoAssessment } from './scenario-types.ts';

export const closedAssessments: readonly DemoAssessment[] = [
  // ---- assessed: waiting for the committee ----
  {
    ...CARE,
    key: 'renee-ex1',
    status: 'assessed',
    studentNumber: '260171',
    unitCodes: ['EX1'],
    createdDaysAgo: 14,
    examiners: [finished(NOTENBOOM, WHOLE, [13, 5, 4], day('alsoGood', 'good', 'good', 'good', 'good'))],
    corrected: {
      daysAgo: 1,
      by: AAMBEELD,
      examiner: NOTENBOOM,
      component: 'B1-K1-W1/behaviour',
      replace: ['kwam precies op tijd terug', 'kwam precies op tijd weer bij meneer terug'],
      reason: 'Op verzoek van de examinator: er stond niet bij wie de kandidaat terugkwam.',
    },
  },
  {
    ...CARE,
    key: 'bram-ex1',
    status: 'assessed',
    studentNumber: '260178',
    unitCodes: ['EX1'],
    createdDaysAgo: 15,
    examiners: [finished(ZANDLOPER, WHOLE, [14, 6, 6], day('plain', 'weak', 'weak', 'plain', 'plain'))],
  },
  {
    ...CARE,
    key: 'yara-ex2',
    status: 'assessed',
    studentNumber: '260185',
    unitCodes: ['EX2'],
    createdDaysAgo: 13,
    examiners: [
      // Both score the conversation, differ and do not agree; the committee has to say whose scores stand.
      finished(
        KRUIWAGEN,
        [...WHOLE, ...components('B1-K2-W1/behaviour')],
        [12, 6, 5],
        guidance('good', 'plain', 'good', 'plain', 'plain'),
      ),
      finished(SNOEK, components('B1-K2-W1/behaviour'), [12, 4, 3], guidance('weak', null, null, null, null), {
        remark: 'Lidewij, wil jij naast Dirk-Jan het gesprek beoordelen? Vul eerst los van elkaar in.',
      }),
    ],
    agreement: {
      component: 'B1-K2-W1/behaviour',
      abandoned: {
        daysAgo: 2,
        by: SNOEK,
        reason:
          'Wij hebben elkaar gebeld en blijven allebei bij ons oordeel. Wij zagen een ander deel van het gesprek.',
      },
    },
  },
  {
    ...KITCHEN,
    key: 'evi-keu',
    status: 'assessed',
    studentNumber: '260444',
    createdDaysAgo: 10,
    examiners: [finished(DE_GARDE, WHOLE, [9, 1, 1], shift('alsoGood', 'plain', 'alsoGood', 'alsoGood', 'good'))],
  },
  {
    ...CARE,
    key: 'thijs-geheel',
    status: 'assessed',
    studentNumber: '260192',
    unitCodes: ['EX1', 'EX2', 'EX3'],
    createdDaysAgo: 24,
    dueInDays: 2,
    examiners: [
      finished(KERS, WHOLE, [23, 12, 8], {
        ...day('plain', 'alsoGood', 'plain', 'alsoGood', null),
        ...guidance('plain', null, 'good', null, 'plain'),
        ...teamwork('good', null, 'plain', null),
      }),
      finished(WINDHAAN, components('B1-K1-W3/product', 'B1-K2-W1/product', 'B1-K2-W2/product'), [23, 10, 9], {
        ...day(null, null, null, null, 'plain'),
        ...guidance(null, 'good', null, 'plain', null),
      }),
      finished(
        SNOEK,
        components('B1-K3-W1/product', 'B1-K3-W2/product'),
        [23, 7, 5],
        teamwork(null, 'plain', null, 'good'),
      ),
    ],
  },

  // ---- returned to the examiner ----
  {
    ...CARE,
    key: 'chloe-ex1',
    status: 'returned',
    studentNumber: '260199',
    unitCodes: ['EX1'],
    createdDaysAgo: 17,
    dueInDays: 4,
    examiners: [finished(LANTAARN, WHOLE, [16, 9, 8], day('plain', 'plain', 'plain', 'weak', 'good'))],
    returned: {
      daysAgo: 2,
      by: EIKELBOOM,
      examiner: LANTAARN,
      components: ['B1-K1-W3/behaviour'],
      reason:
        'Uw onderbouwing noemt de handschoenen, maar bij schoon werken en bij het controleren van de naam staat allebei een O. Wilt u per criterium opschrijven wat u zag?',
    },
  },
  {
    ...KITCHEN,
    key: 'oki-keu',
    status: 'returned',
    studentNumber: '260451',
    createdDaysAgo: 16,
    dueInDays: 4,
    examiners: [finished(KOEKENPAN, WHOLE, [15, 5, 5], shift('plain', 'weak', 'plain', 'good', 'plain'))],
    returned: {
      daysAgo: 1,
      by: AAMBEELD,
      examiner: KOEKENPAN,
      components: ['B1-K1-W1/product'],
      reason:
        'Er staat een O voor de mise-en-place. Gaat dat alleen over de datum op de bakjes, of ontbraken er ook onderdelen?',
    },
  },

  // ---- final ----
  {
    ...CARE,
    key: 'emir-ex1',
    status: 'final',
    studentNumber: '260206',
    unitCodes: ['EX1'],
    createdDaysAgo: 30,
    examiners: [finished(NOTENBOOM, WHOLE, [29, 22, 21], day('good', 'alsoGood', 'alsoGood', 'alsoGood', 'plain'))],
    final: { daysAgo: 18, by: EIKELBOOM, examOffice: OFFICE_CARE },
  },
  {
    ...CARE,
    key: 'sanne-ex2',
    status: 'final',
    studentNumber: '260213',
    unitCodes: ['EX2'],
    createdDaysAgo: 40,
    examiners: [finished(DUINDOORN, WHOLE, [39, 32, 31], guidance('plain', 'weak', 'weak', 'weak', 'weak'))],
    final: { daysAgo: 27, by: AAMBEELD, examOffice: OFFICE_CARE },
  },
  {
    ...CARE,
    key: 'andre-geheel',
    status: 'final',
    studentNumber: '260220',
    unitCodes: ['EX1', 'EX2', 'EX3'],
    initiator: HONINGRAAT,
    createdDaysAgo: 45,
    examiners: [
      finished(
        ZANDLOPER,
        workProcesses('B1-K1-W1', 'B1-K1-W2', 'B1-K1-W3'),
        [44, 35, 33],
        day('plain', 'good', 'good', 'good', 'good'),
      ),
      finished(
        KRUIWAGEN,
        workProcesses('B1-K2-W1', 'B1-K2-W2', 'B1-K2-W3'),
        [44, 34, 34],
        guidance('good', 'good', 'plain', 'good', 'good'),
      ),
      finished(SNOEK, workProcesses('B1-K3-W1', 'B1-K3-W2'), [44, 36, 30], teamwork('good', 'plain', 'good', 'plain')),
    ],
    final: { daysAgo: 25, by: EIKELBOOM, examOffice: OFFICE_CARE },
  },
  {
    ...KITCHEN,
    key: 'dide-keu',
    status: 'final',
    studentNumber: '260458',
    createdDaysAgo: 28,
    examiners: [
      finished(ROERDOMP, WHOLE, [27, 19, 19], shift('good', 'good', 'good', null, 'plain')),
      finished(VIJZEL, components('B1-K1-W2/product'), [27, 19, 18], shift(null, null, null, 'good', null)),
    ],
    final: { daysAgo: 13, by: DE_VINK, examOffice: OFFICE_KITCHEN },
  },
  {
    ...KITCHEN,
    key: 'soren-keu',
    status: 'final',
    studentNumber: '260465',
    createdDaysAgo: 35,
    examiners: [finished(DE_GARDE, WHOLE, [34, 26, 26], shift('weak', 'plain', 'weak', 'plain', 'weak'))],
    returned: {
      daysAgo: 22,
      by: DE_VINK,
      examiner: DE_GARDE,
      components: ['B1-K1-W3/behaviour'],
      reason: 'In de onderbouwing staat dat de soep lauw was. Heeft de kandidaat dat na uw aanwijzing nog hersteld?',
      finishedAgain: {
        daysAgo: 20,
        answers: {
          'B1-K1-W3/behaviour': {
            scores: 'VOV',
            justification:
              'De soep stond om elf uur nog lauw op het fornuis. Pas nadat ik erop wees, is die in de terugkoeler gezet. De datum heb ik er zelf op geschreven. Daarom blijft het een O.',
          },
        },
      },
    },
    final: { daysAgo: 16, by: DE_VINK, examOffice: OFFICE_KITCHEN },
  },
  {
    ...CARE,
    key: 'naima-ex3',
    status: 'final',
    studentNumber: '260241',
    unitCodes: ['EX3'],
    createdDaysAgo: 33,
    examiners: [
      finished(
        KERS,
        [...WHOLE, ...components('B1-K3-W2/product')],
        [32, 24, 23],
        teamwork('plain', 'good', 'good', 'plain'),
      ),
      finished(WINDHAAN, components('B1-K3-W2/product'), [32, 25, 24], teamwork(null, null, null, 'good')),
    ],
    agreement: {
      component: 'B1-K3-W2/product',
      proposed: {
        daysAgo: 22,
        by: KERS,
        answer: {
          scores: teamwork(null, null, null, 'good')['B1-K3-W2/product']?.scores ?? '',
          justification:
            'Samen teruggelezen: in het verslag staat per afspraak wie wat doet en wanneer. Dat had ik bij het invullen over het hoofd gezien.',
        },
      },
      confirmed: { daysAgo: 21, by: WINDHAAN },
    },
    final: { daysAgo: 15, by: AAMBEELD, examOffice: OFFICE_CARE },
  },

  // ---- cancelled ----
  {
    ...CARE,
    key: 'maud-ex1',
    status: 'cancelled',
    studentNumber: '260227',
    unitCodes: ['EX1'],
    createdDaysAgo: 20,
    examiners: [invited(NOTENBOOM, WHOLE, 19)],
    cancelled: {
      daysAgo: 14,
      reason: 'Maud stapt over naar een andere stageplek. Het examen wordt daar in januari opnieuw gestart.',
    },
  },
  {
    ...KITCHEN,
    key: 'femke-keu',
    status: 'cancelled',
    studentNumber: '260472',
    createdDaysAgo: 11,
    examiners: [{ email: APPELVINK, scopes: WHOLE, progress: 'chosen' }],
    cancelled: { daysAgo: 10, reason: 'Per ongeluk twee keer aangemaakt.' },
  },
];
