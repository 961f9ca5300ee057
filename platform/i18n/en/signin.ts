import type { signin as nl } from '../nl/signin.ts';
import type { DictionaryLike } from '../types.ts';

export const signin: DictionaryLike<typeof nl> = {
  title: 'Sign in',
  lead: 'You get an e-mail with a code and a link. You do not need a password.',
  email: 'Your school e-mail address',
  emailHint: 'For example name@school.example',
  send: 'Send me a code',
  examinerTitle: 'Are you an examiner?',
  examinerText: 'Then use the link in your invitation. You do not have to sign in.',
  signedOut: 'You have signed out.',
  tooMany_one: 'This was tried too often in a short time. Try again in a minute.',
  tooMany_other: 'This was tried too often in a short time. Try again in {{count}} minutes.',

  code: {
    title: 'Enter your code',
    lead: 'Do we know your address? Then there is an e-mail in your mailbox with a code of six digits.',
    label: 'Code of six digits',
    hint: 'The code works for {{minutes}} minutes.',
    submit: 'Sign in',
    empty: 'Enter the six digits from the e-mail.',
    wrong: 'This code is wrong or no longer works. Use the code from the newest e-mail.',
    nothingTitle: 'No e-mail?',
    nothingText:
      'Look in your junk folder too. Still nothing after five minutes? Check that you use the address your school knows.',
    again: 'Ask for a new code',
    usedUpTitle: 'This code no longer works',
    usedUpText: 'You entered a wrong code five times. To be safe you need a new code now.',
  },
  mailed: {
    title: 'Sign in to Proeve',
    lead: 'Almost there. Press the button to sign in on this device.',
    button: 'Sign in',
    notYou: 'Did you not ask for this? Then close this page. Nothing happens.',
    goneTitle: 'This link no longer works',
    goneText: 'A link to sign in works once and for {{minutes}} minutes only. Ask for a new one.',
    unknownTitle: 'We do not know this link',
    unknownText: 'Perhaps the link was not copied completely. Ask for a new e-mail and use the link in it.',
    again: 'Ask for a new e-mail',
  },
  home: {
    title: 'Welcome, {{name}}',
    nothingTitle: 'There is nothing here for you now',
    nothingText:
      'Your role at {{school}} does not have its own page in Proeve yet. Did you expect something here? Ask the administrator of your school.',
  },

  link: {
    place: 'Assessment by examiner',
    openTitle: 'Your assessment is ready',
    openText: '{{school}} asks you for an assessment. Press the button to begin, or to go on where you were.',
    open: 'Open assessment',
    tipNoAccount: 'You do not need an account or a password.',
    tipPause: 'You can stop at any time. What you enter is kept.',
    tipPersonal: 'The link is for you alone. Do not forward the e-mail.',
    unknownTitle: 'We do not know this link',
    unknownText: 'Is the whole link in the address bar? Sometimes the last part of a link in an e-mail gets lost.',
    unknownCapitals:
      'There are capital letters in this link. Our links have only small letters and digits. Your mail program has probably changed the link.',
    unknownStepsTitle: 'What you can do',
    unknownStepButton: 'Go back to the e-mail and press the button.',
    unknownStepCopy: 'Does that not work? Copy the whole link below the button and paste it into the address bar.',
    unknownStepAsk: 'Still no success? Reply to the e-mail. The school will send you a new link.',
    expiredTitle: 'This link has expired',
    expiredText: 'What you had entered is kept. With a new link you go on where you were.',
    replacedTitle: 'There is a newer link',
    replacedText:
      'This link no longer works, because you have a newer one. Look in your newest e-mail from {{school}}. What you had entered is kept.',
    renewText: 'We send the new link only to the address that the school knows: {{address}}.',
    renew: 'Send me a new link',
    renewed: 'A new link is on its way to {{address}}. Look in your mail in a few minutes, in your junk folder too.',
    withdrawnTitle: 'You do not have to assess this any more',
    withdrawnText:
      '{{school}} has withdrawn this invitation. You received an e-mail about it. Do you think this is wrong? Then reply to that e-mail.',
    previewTitle: 'This is an example',
    previewText:
      'You pressed the button in an example of the e-mail. In the real e-mail this button opens the assessment of the examiner. Only the examiner gets that link.',
  },

  privacy: {
    title: 'Privacy',
    lead: 'Which data Proeve keeps, why, and whom you can ask.',
    who: {
      title: 'Who is responsible?',
      text: 'Your school decides which data are in Proeve and what for. Proeve carries that out and uses the data for nothing else.',
    },
    student: {
      title: 'About students',
      text: 'Name, student number, e-mail address, group, date of birth, the scores, the justification, the result, and exams that a student adds. Scores, justification and result are part of the exam file that a school must keep by law.',
    },
    examiner: {
      title: 'About examiners',
      text: 'Name, e-mail address, job and organisation, and what you enter or add. Only you see your notes. We also keep when you opened, began and finished the assessment. E-mails from Proeve do not report whether you read them.',
    },
    staff: {
      title: 'About staff',
      text: 'Name, e-mail address, role, and what you do with an assessment in Proeve, also what you correct and which results you download. That shows afterwards who did what.',
    },
    seen: {
      title: 'Who sees it?',
      text: 'Only those who need it for the exam: the teacher who starts the assessment, the examiner, the examination committee and the exam office. The committee can download results for the administration of the school. Students see their own result once the school makes it known. Another school sees nothing. Whoever has a document can check that it is genuine; we then show no name, grade or number. Every night checksums go outside, which can prove that nobody changed anything; they hold no personal data.',
    },
    howLong: {
      title: 'How long?',
      text: 'Your school decides how long data are kept. For assessments that is usually until a year and a half after the diploma. Notes of examiners are removed by themselves some months after the result. A link for an examiner works for at most 90 days, a link for the exam office for 30 days, a link to sign in for 15 minutes and a link to make an account for an hour.',
    },
    cookies: {
      title: 'Cookies',
      text: 'Proeve only sets cookies that are needed: to keep you signed in, to protect forms and to remember your language. A form that an examiner opens is also on their device until it is finished, encrypted, so that it works without a connection. There are no cookies or parts of other companies.',
    },
    rights: {
      title: 'Your rights and questions',
      text: 'You may see your data, have them corrected and in some cases have them erased. Ask the data protection officer of your school. If you cannot agree, you can complain to the Dutch data protection authority (Autoriteit Persoonsgegevens).',
    },
  },
  accessibility: {
    title: 'Accessibility',
    lead: 'Everybody must be able to work with Proeve.',
    norm: {
      title: 'What we keep to',
      text: 'Proeve is made to WCAG 2.2, levels A and AA. Every page is tested for that automatically at every change, in light and dark colours.',
    },
    use: {
      title: 'How you can use Proeve',
      text: 'With the keyboard, with a screen reader, with large letters up to 400 per cent, on a phone and without JavaScript. The PDF with the result is fit for screen readers.',
    },
    known: {
      title: 'What has not been examined yet',
      text: 'No independent expert has examined Proeve yet. Attachments that a teacher sends along may be less accessible.',
    },
    problem: {
      title: 'Does something not work for you?',
      text: 'Tell your school and say which page it is. Examiners can do so by replying to the e-mail with their invitation. The school will then help you in another way.',
    },
  },
  help: {
    title: 'Help',
    lead: 'For each page: what you do there and what happens next.',
    contents: 'On this page',
    groups: {
      everyone: 'For everybody',
      student: 'For students',
      examiner: 'For examiners',
      teacher: 'For teachers',
      committee: 'For the examination committee',
      office: 'For the exam office',
      administrator: 'For administrators',
    },
    items: {
      start: {
        title: 'Where do I find what?',
        text: 'At the top is the menu with the pages that belong to your role. Teachers find what needs attention, the exams, their assessments and the address book there, the examination committee the queue, examiners their work list. The language button switches between Dutch and English.',
      },
      signIn: {
        title: 'Signing in',
        text: 'Enter your e-mail address. You get an e-mail with a code of six digits and a link; one of the two is enough. Code and link work for 15 minutes and once. No e-mail? Look in your junk folder, and check that this is the address your school knows.',
      },
      account: {
        title: 'Your account, role and school',
        text: 'Click your name at the top. There you see where you are signed in, and can sign out everywhere. If you have more than one role or school, you switch there. Next time you begin where you worked last.',
      },
      authenticity: {
        title: 'Is a document genuine?',
        text: 'With the code or the PDF anybody sees whether a result document is genuine, and whether it is the newest version. No name, grade or student number is shown. Checking the PDF itself is safest: somebody can put the code on another piece of paper. With JavaScript the PDF stays on your device. A scan, or a PDF that was saved again, is another file.',
      },
      register: {
        title: 'Your account',
        text: 'Enter your school e-mail address. You get an e-mail with a code and a link; one of the two is enough. If your school knew you already, you can also sign in at once. There is no password.',
      },
      myDetails: {
        title: 'Your details',
        text: 'The first time you check your details. Your student number is required. You can change your name and your number until your school has checked them or an exam has been started. After that, ask your school. You can always change your language.',
      },
      myExams: {
        title: 'Your exams',
        text: 'Your exams and how they are going. An exam appears by itself once your teacher starts it. You can also add one that you are preparing for. That is not a registration.',
      },
      myExam: {
        title: 'Your result',
        text: 'Once the result is known, you see your grade here, the O, V or G of each work process, and the PDF. If you disagree, the page says what you can do and until which day. If the result is being looked at again, the old one counts until there is a new one.',
      },
      link: {
        title: 'The link in your e-mail',
        text: 'The link in your invitation takes you to the assessment without an account. The same link keeps working until you have finished, and for 30 days after that you can read back what you wrote. Has the link expired? Ask for a new one on that page. It goes only to the address that the school knows.',
      },
      linkLost: {
        title: 'Lost your link',
        text: 'Enter the address at which the school invited you. If there is work open for you, an e-mail with the link follows. Your old link keeps working. This page answers the same to every address, so that nobody can find out who is an examiner.',
      },
      worklist: {
        title: 'Your work list',
        text: 'All students you assess, what is still open and when it must be ready. Choose a student to begin or to go on.',
      },
      worklistMore: {
        title: 'Your other invitations',
        text: 'One link shows one invitation. If you have more at the same school, ask for a code by e-mail here. Enter it, and the others are in your list in this browser as well.',
      },
      form: {
        title: 'The assessment form',
        text: 'Choose O, V or G for each criterion. Below each component you write a justification. It is required when you gave an O or a G there. What you enter is saved by itself; the top of the page says when. If the connection is lost, just go on: your words stay on this device until it works again. One work process at a time or everything: your choice is remembered.',
      },
      formAsk: {
        title: 'You are unable to assess',
        text: 'Decline, or propose somebody else, and choose a reason. The teacher decides and you get an e-mail with the answer. Until then you get no reminders for this. If you propose somebody, what you have filled in can go along when you tick that; your notes and files do not. If you change your mind, press the button to assess after all.',
      },
      formNotes: {
        title: 'Your notes',
        text: 'Write down what you see and hear, also when you do not know yet where it belongs. A note with a component goes into the justification with one press. Only you see your notes; they are no part of the result. Below the list you read how long they are kept.',
      },
      formEvidence: {
        title: 'Evidence',
        text: 'Put a photo or PDF with a component that shows what you assess. The place and the device are taken out of the photo. On a phone you take the photo from the form. Evidence needs an internet connection. After finishing you can only look at it.',
      },
      formOffline: {
        title: 'No connection',
        text: 'Just go on. What you enter is kept on this device, encrypted, and is sent as soon as you are connected again. Adding evidence, checking and finishing need a connection. After finishing the copy disappears by itself; at the bottom of the form you can remove it earlier.',
      },
      formCheck: {
        title: 'Checking and finishing',
        text: 'Before you finish you see everything together once more. After finishing you cannot change anything. The examination committee can send the assessment back to you with a reason; you then get an e-mail. If you see a mistake yourself later, you can ask for the assessment back.',
      },
      formCode: {
        title: 'The code for finishing',
        text: 'Some schools ask for a code when you finish. It is mailed to the address that the school knows and works once. With it you finish exactly the answers that you checked. If you change something afterwards, you need a new code. Did you not ask for a code? Then somebody else has your link: call or mail the school.',
      },
      formDone: {
        title: 'After finishing',
        text: 'You get a confirmation by e-mail. With the same link you can read your assessment for another 30 days. If something in it is wrong, say there that you made a mistake. Was it not you who finished? Report that with the link in the confirmation; the school then looks at it before anything is finalised.',
      },
      formAgreement: {
        title: 'Coming to one judgement',
        text: 'You only see what somebody else gave when everybody has finished. Where you differ, one of you makes a proposal; it counts when all agree. At some schools the lead examiner decides. If you cannot agree, the examination committee chooses whose scores count. What each gave on their own is always kept. There is never an average.',
      },
      formMistake: {
        title: 'Made a mistake',
        text: 'If something is wrong in what you finished, you ask for components back. The teacher or the examination committee answers by e-mail; until then the result is not finalised. Your assessment stays finished meanwhile. If you get it back, you change those components and finish again. Once the result is final, it is no longer possible.',
      },
      formVersions: {
        title: 'Comparing versions',
        text: 'If you finished an assessment more than once, you see here what is different. What stayed the same is left out. Every version is kept.',
      },
      attention: {
        title: 'Attention',
        text: 'Only what waits for you: mail that did not arrive, an examiner who asks to be excused or to hand over, a sending with errors, a deadline that has passed, students without an examiner, and examiners who have been silent for a week. The button in the row takes you to where you solve it. “Show all” gives the whole list.',
      },
      exams: {
        title: 'Choosing an exam',
        text: 'Choose the exam, or a part of it, for which you want to start an assessment. The star puts an exam at the top. Your own assessments of an exam are on its second tab. Is an exam missing? Then the administrator has not added it yet.',
      },
      newAssessment: {
        title: 'Choosing students',
        text: 'Search by part of the name, the e-mail address or the student number, add a whole group, or paste a list from Excel. If a student already has an assessment of this exam under way, tick that you start all the same, or remove the student. Is somebody missing? Then the student number is missing: you can mail the student to fill it in.',
      },
      examiners: {
        title: 'Choosing examiners',
        text: 'First choose who assesses all students, then add to it for each student. You choose for the whole exam, for a work process or for one component; a choice at a lower level goes first. If you choose several for the same component, they all assess it. Proeve can fill in the supervisor at each training company from the address book. If you see a warning, you write when inviting why it is all right.',
      },
      invite: {
        title: 'Inviting',
        text: 'Choose whom you invite, for which students, and when the mail goes. Each examiner gets one mail, also for several students. You can add a remark and attachments, and change the reminders. The preview is the real mail; only its link does not work, because it belongs to the examiner.',
      },
      batch: {
        title: 'Sending invitations',
        text: 'Shows how far the sending is, for each examiner. You may leave the page: it goes on by itself. What you scheduled can be sent now, moved or dropped until that moment. What fails is listed with the reason; the rest is sent all the same.',
      },
      assessments: {
        title: 'The list of your assessments',
        text: 'All assessments that you started. Search by student, number, exam or examiner, choose a status, or filter on what needs attention. Tick a number of them to remind, cancel or give a new deadline at once. The whole list can be downloaded as CSV for Excel.',
      },
      series: {
        title: 'Started together',
        text: 'Everything you started at once: students in rows, examiners in columns, and in each cell how far it is. You see the next reminder and what was sent. The page keeps itself up to date.',
      },
      assessment: {
        title: 'Following one assessment',
        text: 'For each examiner you see whether the e-mail arrived, and whether the assessment was opened, begun or finished. That delivery is not reported is usual: most mail servers say nothing about it. If an e-mail did not arrive, the page says so and why. If examiners did not give the same score everywhere, you see that they are looking for one judgement and whose turn it is. You see the scores once the examination committee has finalised the result.',
      },
      mending: {
        title: 'Mending and changing',
        text: 'Each examiner has buttons: remind, send the invitation again, change the address, replace, or withdraw the invitation. You answer what an examiner asks with its own button; the reason is next to it. You move the deadline or cancel on the page of the assessment, or for several at once in the list. Withdrawing and cancelling can be undone for one minute; only then does the mail go.',
      },
      mendingReturn: {
        title: 'Giving an assessment back',
        text: 'An examiner saw a mistake and wants a finished assessment back. Choose whether you give it back, and which components. The examiner gets an e-mail, changes those components and finishes again. Until you or the examination committee answers, the result is not finalised.',
      },
      agreementLead: {
        title: 'The lead examiner',
        text: 'At your school the lead examiner decides when scores differ. If you choose nobody, it is the first who was invited from the school. The lead examiner only sees what the others gave when all have finished.',
      },
      addressBook: {
        title: 'The address book',
        text: 'All possible examiners of your school. Those with an account are in it by themselves; you add or import the others. Removing somebody only takes them out of the choice: assessments stay, and you can put the person back. If somebody is in it twice, merge the two. While an invitation is under way, you change the address at the assessment.',
      },
      import: {
        title: 'Importing contacts',
        text: 'Download the template, fill in one row for each person and choose the file. Proeve first shows who is new, who changes and what is wrong. Nothing happens until you press the button, and then all of it or nothing. An empty cell keeps what was there.',
      },
      queue: {
        title: 'The queue',
        text: 'You begin with Assessed, the oldest first. Choose another list with the buttons at the top; the number says how many are in it. Under “More filters” you filter by remark, stage of the decision, initiator, examiner and period. Remove a filter with its cross. Tick assessments to finalise them together. The keys j and k walk through the list, x ticks, Enter opens the file; ? shows all keys.',
      },
      queueFilters: {
        title: 'My filters',
        text: 'Keep a filter that you use often, under a name. Only you see your filters. You can choose one with which the queue begins. Words that you search for are not kept: they are personal data. What you delete can be put back for a day.',
      },
      dossier: {
        title: 'Looking at an assessment',
        text: 'Scores, justification, evidence and result of all examiners, with everything that happened. Where they differed you see what each gave and what was agreed. If the assessment waits for something, the top of the page says so. Should a score be different? Send the component back to the examiner with a reason. If that was a mistake, you can undo it as long as the examiner has not changed anything. If you came from a list, j takes you to the next file in it, and k to the one before.',
      },
      editing: {
        title: 'Correcting an assessment',
        text: 'Turn on ‘Edit’ in the file. At each part you can then correct what it says, or send it back to the examiner. What you may change is up to your school. A reason is always needed and the examiner is told. Whoever started the assessment or scored in it does not correct it. Nothing is overwritten: the edit history shows who, when, what it said, what it says and why.',
      },
      dossierAgreement: {
        title: 'Taking over from the examiners',
        text: 'If examiners cannot agree, or it takes too long, the committee takes over. They need not agree on anything any more, and they read your reason. What was agreed already keeps counting. For the rest you choose at finalising whose scores count.',
      },
      finalise: {
        title: 'Finalising',
        text: 'Choose the address of the exam office or enter one. If your school asks for two members, you make a proposal and another member takes the decision; until then nothing is final. Whoever started the assessment, scored in it or changed a score does not decide, unless your school has set that differently. After the decision Proeve makes the PDF, seals it, stores it and sends it to the exam office. Finalising cannot be undone; a result can be reopened.',
      },
      reopening: {
        title: 'Withdrawing a proposal, reopening a result',
        text: 'Write why; the reason stays in the file. A reopened result counts until there is a new decision. The exam office is told, and the student if they saw the result already. The new decision makes a new version of the document; the old one is kept. If the result is right after all, you end the reopening.',
      },
      publishing: {
        title: 'Making results visible',
        text: 'Your school sets when students see a result: at once, after a number of working days, or when a member of the committee says so. Here are the final results that students do not see yet. When you make one visible, the student gets an e-mail, without the grade. That cannot be undone.',
      },
      sent: {
        title: 'Sent to the exam office',
        text: 'Every e-mail with a result document: where to, when, which mail server took it and whether it came back. If one did not arrive, send the document again, to another address if needed. The decision does not change by that.',
      },
      exporting: {
        title: 'Exporting results',
        text: 'Make a CSV file of the final results of an exam. You see a preview first. A profile sets the columns, their names and how the file is written. “Only what is new” skips what you fetched with that profile before. Of every download is kept who did it and which results were in it.',
      },
      archive: {
        title: 'Downloading documents',
        text: 'Fetch all documents of a period in one zip file, with a list and checksums. If a document is missing or damaged, the file says so; the others come all the same. The file holds personal data. Of every download is kept who did it.',
      },
      officeLink: {
        title: 'Opening a document',
        text: 'Some schools send the exam office a link instead of an attachment. Press the button and you get a code at the same address. The code works for ten minutes; after it you can open and save the document for half an hour in this browser. With the link you ask for a new code later. Keep the file as it is: then it can still be checked that it is genuine.',
      },
      condition: {
        title: 'The condition of your school',
        text: 'What is late, failed or uncertain: mail that did not arrive, a PDF that is not there yet, an assessment past its deadline. The button in a row has Proeve try again. Where a person must act, such as correcting an address, the row says so. When a sending stands still because a teacher has left, or a checksum was not kept, you get a mail too. What you mend is kept with your name and the time.',
      },
      branding: {
        title: 'The branding of your school',
        text: 'Choose a logo (PNG, JPEG or SVG) and a main colour. They are on all pages of your school and on new documents; documents that exist already do not change. White text is put on the colour: if it is too light, we name a darker one that can be used. “See a preview” shows a colour without saving it. At the bottom stands who chose what, and when.',
      },
    },
  },
};
