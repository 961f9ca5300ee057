import { describe, expect, it } from '@jest/globals';
import { AttachmentProblem, checkAttachment, cleanFileName, MAX_ATTACHMENT_BYTES } from '../../platform/attachments.ts';
import { docxFile, odtFile, pdfFile, pngFile, zipFile } from '../support/files.ts';

async function problemOf(name: string, bytes: Uint8Array): Promise<string> {
  const checked = await checkAttachment(name, bytes);
  return checked.ok ? 'ok' : checked.problem;
}

describe('checkAttachment', () => {
  it.each([
    ['plan.pdf', pdfFile(), 'application/pdf'],
    ['plan.PDF', pdfFile(), 'application/pdf'],
    ['foto.png', pngFile(), 'image/png'],
    ['foto.jpg', Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'), 'image/jpeg'],
    ['plan.docx', docxFile(), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['plan.odt', odtFile(), 'application/vnd.oasis.opendocument.text'],
  ])('takes %s for what it is', async (name, bytes, mediaType) => {
    expect(await checkAttachment(name, bytes)).toEqual({ ok: true, name, mediaType });
  });

  it('refuses an empty file', async () => {
    expect(await problemOf('leeg.pdf', Buffer.alloc(0))).toBe(AttachmentProblem.Empty);
  });

  it('refuses a file larger than 10 MiB', async () => {
    const bytes = Buffer.concat([pdfFile(), Buffer.alloc(MAX_ATTACHMENT_BYTES)]);
    expect(await problemOf('groot.pdf', bytes)).toBe(AttachmentProblem.TooLarge);
  });

  it.each(['virus.exe', 'pagina.html', 'tekening.svg', 'macro.docm', 'zonder-extensie', '.pdf'])(
    'refuses the type of %s',
    async (name) => {
      expect(await problemOf(name, pdfFile())).toBe(AttachmentProblem.TypeNotAllowed);
    },
  );

  it.each([
    ['a program renamed pdf', 'rekening.pdf', Buffer.from('4d5a90000300000004000000ffff0000', 'hex')],
    ['a web page renamed pdf', 'rekening.pdf', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a picture renamed pdf', 'foto.pdf', pngFile()],
    ['a pdf renamed docx', 'plan.docx', pdfFile()],
    ['an ordinary zip file renamed docx', 'plan.docx', zipFile([{ name: 'a.txt', content: 'a' }])],
    ['an odt renamed docx', 'plan.docx', odtFile()],
    ['a docx renamed odt', 'plan.odt', docxFile()],
    ['a text named png', 'foto.png', Buffer.from('hallo')],
  ])('refuses %s', async (_what, name, bytes) => {
    expect(await problemOf(name, bytes)).toBe(AttachmentProblem.ContentMismatch);
  });

  it.each([
    [
      'unpacks to far more than it weighs',
      docxFile([{ name: 'word/media/a.bin', content: 'x', claimedSize: 3_000_000_000 }]),
    ],
    [
      'has more than 2,000 parts',
      docxFile(Array.from({ length: 2_000 }, (_, index) => ({ name: `word/${index}`, content: '' }))),
    ],
    ['has a part that leads out of the folder', docxFile([{ name: '../../etc/passwd', content: 'x' }])],
    ['has a part with an absolute path', docxFile([{ name: '/etc/passwd', content: 'x' }])],
    ['has a part with backslashes', docxFile([{ name: '..\\..\\start.bat', content: 'x' }])],
    ['holds macros', docxFile([{ name: 'word/vbaProject.bin', content: 'x' }])],
    ['is encrypted', docxFile([{ name: 'word/secret.xml', content: 'x', isEncrypted: true }])],
  ])('refuses a docx that %s', async (_what, bytes) => {
    expect(await problemOf('plan.docx', bytes)).toBe(AttachmentProblem.ArchiveUnsafe);
  });

  it('refuses a container that breaks off', async () => {
    expect(await problemOf('plan.docx', docxFile().subarray(0, 60))).toBe(AttachmentProblem.ContentMismatch);
  });
});

describe('cleanFileName', () => {
  it.each([
    ['../../etc/passwd.pdf', 'passwd.pdf'],
    ['C:\\Users\\Jan\\plan.pdf', 'plan.pdf'],
    ['plan\u202Efdp.exe', 'planfdp.exe'],
    ['regel\r\neinde.pdf', 'regeleinde.pdf'],
    ['vraag?<b>.pdf', 'vraagb.pdf'],
    ['  veel   spaties .pdf', 'veel spaties .pdf'],
    ['...verborgen.pdf', 'verborgen.pdf'],
    ['éèñ Şule.pdf', 'éèñ Şule.pdf'],
    ['', 'bijlage'],
  ])('makes %j into %j', (given, expected) => {
    expect(cleanFileName(given)).toBe(expected);
  });

  it('keeps the extension of a name that is too long', () => {
    const name = cleanFileName(`${'a'.repeat(300)}.docx`);
    expect(name).toHaveLength(120);
    expect(name.endsWith('.docx')).toBe(true);
  });
});
