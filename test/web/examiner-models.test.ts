import { describe, expect, it } from '@jest/globals';
import { checkForm, defineForm, emptyForm, type FormContent } from '../../domain/form.ts';
import type { JustificationPolicy } from '../../domain/justification.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { ExaminerForm, WorkItem } from '../../prisma/repositories/examiner.ts';
import { answerGroups, hasAnswers } from '../../web/pages/examiner/answers.model.ts';
import { contentDisposition } from '../../web/pages/examiner/attachment.ts';
import { checkModel } from '../../web/pages/examiner/check.ts';
import { doneModel } from '../../web/pages/examiner/finished.ts';
import { chooseView, formModel, stepOfField, stepsOf } from '../../web/pages/examiner/form.model.ts';
import { refusedModel } from '../../web/pages/examiner/refused.ts';
import { fieldMessages, shortFingerprint } from '../../web/pages/examiner/words.ts';
import { invitationModel, workListModel } from '../../web/pages/examiner/work-list.ts';
import type { Wording } from '../../web/wording.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from '../support/small-exam.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const [A, B, C, D] = SMALL_CRITERIA;
const nl: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };

function item(changes: Partial<WorkItem> = {}): WorkItem {
  return {
    formId: 'form-1',
    invitationId: 'invitation-1',
    studentName: 'Noor de Vries',
    examTitle: 'Zorgen in de wijk',
    attempt: 1,
    dueAt: new Date('2026-12-04T22:59:59Z'),
    isLate: false,
    status: 'started',
    done: 2,
    total: 4,
    finishedAt: null,
    isAsked: false,
    agreement: null,
    ...changes,
  };
}

function aForm(changes: Partial<ExaminerForm> = {}, policy: JustificationPolicy = 'og'): ExaminerForm {
  return {
    formId: 'form-1',
    assessmentId: 'assessment-1',
    contactId: 'contact-1',
    invitationId: 'invitation-1',
    school: { id: 'school-1', name: 'ROC Voorbeeld', primaryColor: '#0a5a56', timeZone: 'Europe/Amsterdam' },
    studentName: 'Noor de Vries',
    examTitle: 'Zorgen in de wijk',
    attempt: 1,
    dueAt: new Date('2026-12-04T22:59:59Z'),
    closesAt: null,
    initiatorName: 'Toos van Proef',
    initiatorEmail: 'toos@proef.example',
    finishCode: 'off',
    isFinal: false,
    draftOf: '',
    remark: '',
    attachments: [],
    evidence: [],
    definition: defineForm(smallExam(), SMALL_COMPONENTS, policy),
    revision: 1,
    savedAt: new Date('2026-11-24T13:02:00Z'),
    content: emptyForm(),
    status: 'started',
    isDisputed: false,
    refusal: null,
    editable: [...SMALL_COMPONENTS],
    isStarted: true,
    streamVersion: 3,
    readAt: new Date('2026-11-24T13:05:00Z'),
    returned: null,
    submission: null,
    sideVersions: [],
    ask: null,
    agreement: null,
    formView: '',
    noteCount: 0,
    siblings: [item()],
    ...changes,
  };
}

function model(form: ExaminerForm, view = { isAll: true, step: 1 }, content: FormContent = form.content) {
  return formModel(nl, form, view, { content, revision: form.revision, errors: [] });
}

const RETURNED = { at: new Date('2026-11-25T09:00:00Z'), reason: 'Kijk nog eens.', reasons: {}, asked: '' };

describe('chooseView', () => {
  const view = (form: ExaminerForm, step?: unknown, all?: unknown) => chooseView(form, { view: all, step });

  it('begins at the first work process with something open', () => {
    expect(view(aForm())).toEqual({ isAll: false, step: 1 });
    expect(view(aForm({ content: { scores: { [A]: 'V', [B]: 'V' }, justifications: {} } })).step).toBe(2);
    expect(view(aForm({ content: { scores: { [A]: 'O', [B]: 'V' }, justifications: {} } })).step).toBe(1);
    expect(view(aForm({ content: smallForm() })).step).toBe(1);
  });

  it.each(['0', '3', '-1', 'x', '1e0', ['1', '2'], undefined])('does not trust the step %j', (step) => {
    expect(view(aForm(), step).step).toBe(1);
  });

  it('shows everything when asked, and when there is only one work process', () => {
    expect(view(aForm(), '2', 'alles')).toEqual({ isAll: true, step: 2 });
    const single = aForm({ definition: defineForm(smallExam(), [FIRST], 'og'), editable: [FIRST] });
    expect(view(single).isAll).toBe(true);
  });

  it('goes only through what came back', () => {
    const form = aForm({ content: smallForm(), editable: [SECOND], returned: RETURNED });
    expect(stepsOf(form).map((step) => step.workProcess.code)).toEqual(['B1-K1-W2']);
    expect(view(form)).toEqual({ isAll: false, step: 1 });
    expect(stepOfField(form, 'score-B1-K1-W2-product-1')).toBe(1);
    expect(stepOfField(form, 'score-B1-K1-W1-behaviour-1')).toBeNull();
  });
});

describe('formModel', () => {
  it('lists what is open in the order of the form, and what a script may open again here', () => {
    const form = aForm({ content: { scores: { [A]: 'O', [C]: 'V' }, justifications: { [FIRST]: '  ' } } });
    const { open, openCount, done, total } = model(form, { isAll: false, step: 1 });
    expect({ openCount, done, total }).toEqual({ openCount: 3, done: 2, total: 4 });
    expect(open.map(({ label, isHere, isDone }) => [label, isHere, isDone])).toEqual([
      ['B1-K1-W1 · Gedragsobservatie, criterium 1', true, true],
      ['B1-K1-W1 · Gedragsobservatie, criterium 2', true, false],
      ['B1-K1-W1 · onderbouwing bij Gedragsobservatie', true, false],
      ['B1-K1-W2 · Productbeoordeling, criterium 2', false, false],
    ]);
  });

  it.each([
    [{ [A]: 'O', [B]: 'G' }, 'Verplicht: u gaf 1× O en 1× G. Schrijf bij beide wat u zag.'],
    [{ [A]: 'O', [B]: 'O' }, 'Verplicht: u gaf 2× O. Schrijf op wat u zag.'],
    [{ [A]: 'G' }, 'Verplicht: u gaf 1× G. Schrijf op wat u zag.'],
    [{ [A]: 'V' }, ''],
  ] as const)('says for %j why a justification is needed', (scores, notice) => {
    const { groups } = model(aForm({ content: { scores, justifications: {} } }));
    expect(groups[0]?.components[0]?.justification.notice).toBe(notice);
  });

  it('follows the policy of the school', () => {
    const notice = (policy: JustificationPolicy) => model(aForm({}, policy)).groups[0]?.components[0]?.justification;
    expect(notice('all')).toMatchObject({ notice: 'Verplicht bij elk onderdeel.', isOptional: false });
    expect(notice('none')).toMatchObject({ notice: '', isOptional: true });
  });

  it('says which student and which work process of how many', () => {
    const form = aForm({ siblings: [item({ formId: 'form-0' }), item()] });
    expect(model(form, { isAll: false, step: 2 }).head).toEqual({
      crumb: 'Student 2 van 2: Noor de Vries · werkproces\u00a02\u00a0van\u00a02',
      title: 'B1-K1-W2 Voert het plan uit',
      lead: 'Zorgen in de wijk · poging 1 · inleveren uiterlijk vr 4 dec',
    });
  });

  it('tells the script how much is filled in on other screens', () => {
    const form = aForm({ content: { scores: { [A]: 'V', [C]: 'V', [D]: 'V' }, justifications: {} } });
    expect(JSON.parse(model(form, { isAll: false, step: 1 }).texts)).toMatchObject({ policy: 'og', doneElsewhere: 2 });
    expect(JSON.parse(model(form).texts)).toMatchObject({ doneElsewhere: 0 });
  });

  it('locks what did not come back', () => {
    const form = aForm({ content: smallForm(), editable: [SECOND], returned: RETURNED });
    const [first, second] = model(form).groups.flatMap((group) => group.components);
    expect(first?.locked?.answers.map((answer) => answer.score)).toEqual(['V', 'V']);
    expect(second).toMatchObject({ locked: null, text: expect.stringContaining('Teruggestuurd') });
  });

  it('shows the remark opened before the first answer only', () => {
    const attachments = [{ id: 'file-1', name: 'a.pdf', mediaType: 'application/pdf', size: 10, sha256: 'x' }];
    const intro = (revision: number) => model(aForm({ remark: 'Let op.', attachments, revision })).intro;
    expect(intro(0)).toMatchObject({ isOpen: true, title: 'Opmerking en 1 bijlage van Toos van Proef' });
    expect(intro(3)).toMatchObject({ isOpen: false });
    expect(model(aForm()).intro).toBeNull();
  });
});

describe('fieldMessages', () => {
  it('names the place and the way to mend it', () => {
    const { definition } = aForm();
    const content: FormContent = {
      scores: { [A]: 'O', [B]: 'G', [C]: 'V' },
      justifications: { [SECOND]: 'x'.repeat(2001) },
    };
    expect(fieldMessages(nl, definition, checkForm(definition, content))).toEqual([
      {
        field: 'justification-B1-K1-W1-behaviour',
        message: 'Vul een onderbouwing in bij Gedragsobservatie (B1-K1-W1). U gaf 1× O en 1× G.',
      },
      {
        field: 'score-B1-K1-W2-product-2',
        message: 'Kies O, V of G bij criterium 2 van Productbeoordeling (B1-K1-W2).',
      },
      {
        field: 'justification-B1-K1-W2-product',
        message:
          'De onderbouwing bij Productbeoordeling (B1-K1-W2) is te lang: 2.001 tekens. Gebruik er ten hoogste 2.000.',
      },
    ]);
  });
});

describe('checkModel', () => {
  it('puts the missing scores of a component on one line and counts each', () => {
    const { missing, missingCount } = checkModel(nl, aForm({ content: { scores: { [C]: 'V' }, justifications: {} } }));
    expect(missingCount).toBe(3);
    expect(missing).toEqual([
      {
        href: '/beoordeling/form-1?stap=1&fouten=1#score-B1-K1-W1-behaviour-1',
        message: 'Kies O, V of G bij criterium 1 en 2 van Gedragsobservatie (B1-K1-W1).',
      },
      {
        href: '/beoordeling/form-1?stap=2&fouten=1#score-B1-K1-W2-product-2',
        message: 'Kies O, V of G bij criterium 2 van Productbeoordeling (B1-K1-W2).',
      },
    ]);
  });

  it('says once whose assessment it is, of what and until when', () => {
    const { crumb, lead } = checkModel(nl, aForm({ content: smallForm() }));
    expect(crumb).toBe('Noor de Vries · Zorgen in de wijk · poging 1 · inleveren uiterlijk vr 4 dec');
    expect(lead).toBe('Klopt alles? Dan rondt u de beoordeling van Noor de Vries af.');
    expect(checkModel(nl, aForm()).lead).toBe('');
  });

  it('offers to change only what may be changed', () => {
    const form = aForm({ content: smallForm(), editable: [SECOND], returned: RETURNED });
    const hrefs = checkModel(nl, form).groups.flatMap((group) => group.cards.map((card) => card.href));
    expect(hrefs).toEqual(['', '/beoordeling/form-1?stap=1#score-B1-K1-W2-product-1']);
  });
});

describe('answers', () => {
  it('come in the order of the form, by work process', () => {
    const groups = answerGroups(aForm().definition, smallForm('G'));
    expect(groups.map((group) => group.code)).toEqual(['B1-K1-W1', 'B1-K1-W2']);
    expect(groups[0]?.cards[0]?.answers).toEqual([
      { number: 1, text: 'Luistert', score: 'G' },
      { number: 2, text: 'Vraagt door', score: 'G' },
    ]);
  });

  it('are nothing when there are only spaces', () => {
    expect(hasAnswers({ scores: {}, justifications: { [FIRST]: ' \n' } })).toBe(false);
    expect(hasAnswers({ scores: { [A]: 'V' }, justifications: {} })).toBe(true);
  });
});

describe('refusedModel', () => {
  it('shows what was typed and says what becomes of it', () => {
    const typed: FormContent = { scores: {}, justifications: { [FIRST]: 'Nog iets' } };
    const refused = refusedModel(nl, aForm({ content: smallForm() }), { code: 'FORM_ALREADY_FINISHED', typed });
    expect(refused).toMatchObject({ title: 'Deze beoordeling is al afgerond', heading: 'Wat u net instuurde' });
    expect(refused.fate).toContain('niet opgeslagen');
    expect(refused.groups.flatMap((group) => group.cards.map((card) => card.justification))).toEqual(['Nog iets']);
  });

  it('shows the draft to who only looks, but not when the school no longer asks for it', () => {
    expect(refusedModel(nl, aForm({ content: smallForm() }), { code: 'SCORING_CLOSED' }).groups).toHaveLength(2);
    expect(refusedModel(nl, aForm({ content: smallForm() }), { code: 'FORM_WITHDRAWN' }).groups).toEqual([]);
  });

  it('has words for a code it does not know', () => {
    expect(refusedModel(nl, aForm(), { code: 'SOMETHING_NEW' }).title).toBe('Dit kan nu niet');
  });
});

describe('doneModel', () => {
  const submission = {
    formVersion: 2,
    finishedAt: new Date('2026-11-24T13:02:00Z'),
    correction: null,
    contentDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    content: smallForm(),
    definition: aForm().definition,
    evidence: [],
  };

  it('says when, with which fingerprint, and offers what is open', () => {
    const siblings = [
      item({ status: 'finished' }),
      item({ formId: 'form-2', studentName: 'Jip Bakker', status: 'open' }),
    ];
    const done = doneModel(nl, aForm({ siblings, submission }), submission);
    expect(done.facts.map((fact) => fact.value)).toEqual(['di 24 november 2026, 14:02', '9f86 d081 884c 7d65', '2']);
    expect(done.next).toEqual({ href: '/beoordeling/form-2', label: 'Verder met Jip Bakker' });
  });

  it('offers nothing when nothing is open', () => {
    const siblings = [item({ status: 'finished' }), item({ formId: 'form-2', status: 'ended' })];
    expect(doneModel(nl, aForm({ siblings }), submission).next).toBeNull();
  });
});

describe('the work list', () => {
  it('offers what was begun first', () => {
    const items = [item({ status: 'open' }), item({ formId: 'form-2', studentName: 'Jip Bakker', status: 'returned' })];
    expect(workListModel(nl, items, [])).toMatchObject({
      lead: 'U hebt nog 2 beoordelingen te doen.',
      next: { href: '/beoordeling/form-2', label: 'Verder met Jip Bakker' },
    });
    expect(workListModel(nl, [item({ status: 'finished' })], [])).toMatchObject({ next: null, isEmpty: false });
    expect(workListModel(nl, [], []).isEmpty).toBe(true);
  });

  it.each([
    [item(), '2 van 4 ingevuld · inleveren uiterlijk vr 4 dec'],
    [item({ isLate: true }), '2 van 4 ingevuld · te laat: de datum was vr 4 dec'],
    [item({ dueAt: null }), '2 van 4 ingevuld'],
    [
      item({ status: 'finished', finishedAt: new Date('2026-11-24T13:02:00Z') }),
      'afgerond op di 24 november 2026, 14:02',
    ],
    [item({ status: 'ended' }), ''],
  ])('says how far each is', (each, meta) => {
    const invitation = { invitationId: 'i', initiatorName: 'Toos van Proef', invitedAt: new Date(0), items: [each] };
    expect(invitationModel(nl, invitation).items[0]?.meta).toBe(meta);
  });
});

describe('shortFingerprint', () => {
  it('shows the first 16 digits in groups', () => {
    expect(shortFingerprint('9f86d081884c7d659a2feaa0c55ad015')).toBe('9f86 d081 884c 7d65');
  });
});

describe('contentDisposition', () => {
  it('names the file for old and new programs, without a way out of the header', () => {
    expect(contentDisposition('a\r\nX-Evil: 1"é\\.pdf')).toBe(
      `attachment; filename="a__X-Evil: 1___.pdf"; filename*=UTF-8''a%0D%0AX-Evil%3A%201%22%C3%A9%5C.pdf`,
    );
  });
});
