import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { machineData } from '../../activities/pdf/machine-data.ts';
import { sampleDocument, sampleSecondVersion } from './sample-document.ts';

const GUIDE = readFileSync(new URL('../../docs/document-json.md', import.meta.url), 'utf8').replace(
  /```[\s\S]*?```/g,
  '',
);
const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'));

/** Names of all fields, but not the refs by which scores are found. */
function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name.includes('/') ? [] : [name]), ...fieldsOf(inner)]);
}

describe('data of a result document for machines', () => {
  it('has the fields that its guide tells of, each of them', () => {
    const fields = new Set(
      fieldsOf(read(machineData(sampleSecondVersion(), 'https://examens.school.example/echtheid/x'))),
    );
    const told = new Set([...GUIDE.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => code.split(/[^A-Za-z0-9]+/)));
    expect([...fields].filter((field) => !told.has(field))).toEqual([]);
  });

  it('keeps texts to the letter, also those that the pages cannot show', () => {
    const text = '👍🏽 "quoted" </script> مرحبا\n\u2028';
    const [component] = read(machineData(sampleSecondVersion({ text }), null)).coreTasks[0].workProcesses[0].components;
    expect(component.assessments).toMatchObject([{ examiner: 1, justification: text }]);
  });

  it('names examiners by their place in the list, and whose scores stand', () => {
    const data = read(machineData(sampleDocument({ isLong: true }), null));
    const [component] = data.coreTasks[0].workProcesses[0].components;
    expect(data.examiners.map(({ number, name }: { number: number; name: string }) => [number, name])).toEqual([
      [1, 'Joke van den Kers'],
      [2, 'Marijke Lindeboom'],
    ]);
    expect(component).toMatchObject({ standing: 1, agreed: null });
    expect(component.assessments.map(({ examiner }: { examiner: number }) => examiner)).toEqual([1, 2]);
  });

  it('has every field also for a document of long ago, empty', () => {
    const [old, fresh] = [sampleDocument(), sampleSecondVersion()].map((each) => read(machineData(each, null)));
    expect(Object.keys(old)).toEqual(Object.keys(fresh));
    expect(old).toMatchObject({ corrections: [], reopenings: [], lastEvent: null, document: { checkCode: null } });
    expect(old.result).toMatchObject({ grade: 7.4, score: 'V', passed: true });
  });
});
