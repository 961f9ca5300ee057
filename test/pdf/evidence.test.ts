import { describe, expect, it } from '@jest/globals';
import { documentView } from '../../activities/pdf/view.ts';
import type { DocumentEvidence, ResultDocumentData } from '../../domain/result-document.ts';
import { sampleDocument } from './sample-document.ts';

const FILE = { name: 'overdracht.jpg', size: 412_000, sha256: 'a'.repeat(64) };

/** With a photo of the first examiner at the first component. */
function withEvidence(data: ResultDocumentData, file: DocumentEvidence = FILE): ResultDocumentData {
  let isFirst = true;
  return {
    ...data,
    coreTasks: data.coreTasks.map((coreTask) => ({
      ...coreTask,
      workProcesses: coreTask.workProcesses.map((workProcess) => ({
        ...workProcess,
        components: workProcess.components.map((component) => {
          const [id = ''] = component.examinerIds;
          const made = isFirst ? { ...component, evidence: { [id]: [file] } } : component;
          isFirst = false;
          return made;
        }),
      })),
    })),
  };
}

describe('evidence in the result document', () => {
  it('is named after the words, with what it takes to recognise the file', () => {
    const component = documentView(withEvidence(sampleDocument())).details[0]?.components[0];
    expect(component?.justifications.at(-1)).toEqual({
      heading: 'Bewijs',
      paragraphs: ['overdracht.jpg (412 kB)', `SHA-256 ${FILE.sha256}`],
      none: null,
    });
  });

  it('has the words of the examiner under the name, where there are any', () => {
    const file = { ...FILE, caption: 'De overdracht' };
    const component = documentView(withEvidence(sampleDocument(), file)).details[0]?.components[0];
    expect(component?.justifications.at(-1)?.paragraphs).toEqual([
      'overdracht.jpg (412 kB)',
      'Bijschrift: De overdracht',
      `SHA-256 ${FILE.sha256}`,
    ]);
  });

  it('says whose it is when several examiners scored the component', () => {
    const component = documentView(withEvidence(sampleDocument({ isLong: true }))).details[0]?.components[0];
    expect(component?.justifications.map(({ heading }) => heading)).toContain('Bewijs van Joke van den Kers');
  });

  it('is not mentioned where there is none', () => {
    const headings = documentView(sampleDocument()).details.flatMap(({ components }) =>
      components.flatMap(({ justifications }) => justifications.map(({ heading }) => heading)),
    );
    expect(headings).not.toContain('Bewijs');
  });
});
