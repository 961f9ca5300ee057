/** Texts of the page on which anybody checks a document. */
export const authenticity = {
  title: 'Is this document genuine?',
  lead: 'Check a result document that was made with Proeve. You need no account.',
  privacy:
    'You only see whether the document is genuine. We show no name, no grade and no number, and we keep nothing.',
  file: {
    title: 'With the PDF',
    text: 'The surest way: a single changed character shows.',
    label: 'PDF file',
    hint: 'Choose the file as you got it. A scan or a PDF that was saved anew is another file.',
    submit: 'Check',
    sent: 'The file is sent to us. We compute a checksum of it and throw it away at once.',
    stays: 'The file stays on your device. Only a checksum is sent to us.',
    busy: 'The file is being checked.',
    none: 'Choose a file first.',
    tooLarge: 'This file is larger than {{megabytes}} MB. Our documents are not that large.',
  },
  code: {
    title: 'With the code',
    text: 'The code is at the top of the document, by the QR code.',
    label: 'Code',
    hint: '26 letters and digits. Capitals and spaces do not matter. The whole address will do too.',
    submit: 'Check the code',
    none: 'Enter the code of the document.',
    shape: 'This is not a complete code. A code has 26 letters and digits.',
  },
  answer: {
    genuine: {
      title: 'This document is genuine',
      text: 'This document was made and stored by the school below. It is the newest version.',
    },
    reopened: {
      title: 'This document is genuine, but a new decision is being taken',
      text: 'The exam committee of the school is taking a new decision about this result. Ask the school for the outcome.',
    },
    superseded: {
      title: 'There is a newer version',
      text: 'This document is genuine, but it is no longer valid. The school took a new decision. Ask for the newest version.',
    },
    unknown: {
      title: 'We do not know this document',
      code: 'There is no document with this code. Check whether you copied the code correctly. If the code is right, the document is not ours.',
      file: 'This file was not made exactly like this by us. It was changed, be it a single character, or it is not ours. A scan or a PDF that was saved anew is another file too.',
    },
    school: 'School',
    version: 'Version',
    versionOf: '{{version}} of {{count}}',
    made: 'Made on',
    seal: 'Sealed by',
    notSealed: 'not sealed',
    timestamped: 'with a timestamp of {{day}}',
    caution:
      'Anybody can copy a code onto another paper. Do you want to be sure of the contents? Then check the PDF itself.',
    privacy: 'We show no name, no grade and no number. We do not keep what you checked.',
    again: 'Check another document',
  },
};
