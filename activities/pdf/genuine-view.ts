/** How a reader can tell that the document is genuine: the code, the address, the seal. Pure. */
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { MACHINE_DATA_NAME } from './machine-data.ts';
import { qrPicture } from './qr.ts';
import type { PrintFacts } from './result-document.ts';
import { documentWords, fill } from './words.ts';

export function genuineView({ lang }: ResultDocumentData, { checkUrl, seal }: Omit<PrintFacts, 'logo'>) {
  const words = documentWords[lang];
  return {
    check:
      checkUrl === null
        ? null
        : {
            url: checkUrl,
            shown: checkUrl.replace(/^https?:\/\//, ''),
            picture: qrPicture(checkUrl),
            alt: fill(words.qrAlt, { url: checkUrl }),
          },
    genuine: [
      ...(seal ? [fill(seal.isSelfMade ? words.sealSelfMade : words.sealOf, { subject: seal.subject })] : []),
      ...(seal || checkUrl !== null ? [fill(words.machineText, { name: MACHINE_DATA_NAME })] : []),
    ],
  };
}
