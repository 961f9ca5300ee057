import { describe, expect, it } from '@jest/globals';
import { JustificationPolicy } from '../../domain/justification.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import { deviceModel, deviceTexts, unsentModel } from '../../web/pages/examiner/offline/offline.model.ts';
import { savedFields } from '../../web/pages/examiner/offline/saved-fields.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA } from '../support/factories.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const translator = createI18n().forLanguage('nl');

const component = (ref: string, criteria: readonly string[]) => ({
  ref,
  kind: 'behaviour' as const,
  unitCode: 'EX1',
  workProcess: { code: ref.slice(0, 8), title: 'Proces' },
  criteria: criteria.map((each) => ({ ref: each, text: each })),
});
const definition = {
  policy: JustificationPolicy.Og,
  components: [component(FIRST, SMALL_CRITERIA.slice(0, 2)), component(SECOND, SMALL_CRITERIA.slice(2))],
} as unknown as Parameters<typeof savedFields>[0]['definition'];
const both = { definition, editable: [FIRST, SECOND] };
const content = { scores: { [SMALL_CRITERIA[0]]: 'V' as const }, justifications: { [FIRST]: 'Gezien' } };

describe('savedFields', () => {
  it('is empty when everything stands as it was sent, spaces at the ends aside', () => {
    const patch = { scores: { [SMALL_CRITERIA[0]]: 'V' as const }, justifications: { [FIRST]: 'Gezien \r\n' } };
    expect(savedFields(both, { patch }, { content, tooLong: [] })).toEqual({ fields: {}, notTaken: false });
  });

  it('names the fields of posted components where something else stands now', () => {
    const patch = { scores: { [SMALL_CRITERIA[0]]: null }, justifications: { [FIRST]: 'Gezien' } };
    const { fields } = savedFields(both, { patch }, { content, tooLong: [] });
    expect(Object.values(fields)).toEqual(['V']);
  });

  it('leaves alone a text that was too long to be stored: the page keeps it', () => {
    const patch = { scores: {}, justifications: { [FIRST]: 'x'.repeat(30_000) } };
    expect(savedFields(both, { patch }, { content, tooLong: [FIRST] }).fields).toEqual({});
  });

  it('says nothing about components that were not posted', () => {
    const patch = { scores: {}, justifications: {} };
    expect(savedFields(both, { patch }, { content, tooLong: [] })).toEqual({ fields: {}, notTaken: false });
  });

  it('never puts back what was typed in a component that is not open any more', () => {
    const patch = { scores: {}, justifications: { [FIRST]: 'Uit een oud tabblad' } };
    expect(savedFields({ definition, editable: [SECOND] }, { patch }, { content, tooLong: [] })).toEqual({
      fields: {},
      notTaken: true,
    });
  });
});

describe('deviceModel', () => {
  const form = { formId: 'f', studentName: 'Noor de Vries', examTitle: 'Zorgen in de wijk', attempt: 2 };
  const grant = { linkId: 'l', expiresAt: new Date('2026-12-01T00:00:00Z') };

  it('tells the device our clock and the end of the link, in milliseconds', () => {
    const now = new Date('2026-11-22T12:00:00Z');
    const model = deviceModel(translator, form, grant, now);
    expect(model.until - model.now).toBe(grant.expiresAt.getTime() - now.getTime());
    expect(model.item).toEqual({ title: 'Noor de Vries', text: 'Zorgen in de wijk · poging 2' });
    expect(model.worker.startsWith('/')).toBe(true);
  });

  it('answers with the service worker for all addresses of forms and for nothing of the desk', () => {
    const { scope, copy } = deviceModel(translator, form, grant, new Date(0));
    expect(copy.startsWith(scope)).toBe(true);
    expect(['/beoordelingen', '/beoordeling/x'].every((path) => path.startsWith(scope))).toBe(true);
    expect(['/afnames', '/b/openen', '/'].some((path) => path.startsWith(scope))).toBe(false);
  });
});

describe('what is said about the device', () => {
  it('has a sentence for each state that the script knows', () => {
    expect(deviceTexts(translator).kept).toBe('Niet verbonden, bewaard op dit toestel.');
    expect(Object.values(deviceTexts(translator)).every((text) => text !== '')).toBe(true);
  });

  it('hands a page that takes nothing any more the id of its form alone', () => {
    expect(JSON.parse(unsentModel({ formId: 'f' }, true).unsent)).toEqual({ form: 'f', isOver: true });
  });
});
