import type { MailWords } from './nl.ts';

const dataOfExaminer =
  'The school keeps your name, your e-mail address and your assessment in the student’s exam file, and uses them for the exam only. This e-mail does not report whether or when you read it.';
const dataOfStaff =
  'This e-mail holds only what you need for your work. Please do not forward it. The data are in the exam file of the school. This e-mail does not report whether or when you read it.';
const students = '{{#one count}}1 student{{else}}{{count}} students{{/one}}';
const expires =
  'The link works up to and including {{linkExpiresDate}}. After that you can ask for a new one on the same page, with one click.';
const personal =
  'The link is personal. Please do not forward this e-mail. Are you unable to assess, or should somebody else do it? Say so on the page of the assessment, or tell {{initiatorName}}: {{initiatorEmail}}.';
const remaining =
  '{{#if remainingCount}}{{#one remainingCount}}1 student stays{{else}}{{remainingCount}} students stay{{/one}} on your list. The link in your invitation keeps working.{{else}}You do not need to do anything else.{{#unless isLinkAlive}} The link in your invitation no longer works.{{/unless}}{{/if}}';
const questions = 'Any questions? {{initiatorName}} is happy to help: {{initiatorEmail}}.';
const personalWithoutWork = `The link is personal. Please do not forward this e-mail. ${questions}`;

/** All English words of the mails; see nl.ts for how they work. */
export const en: MailWords = {
  common: {
    language: 'en',
    greeting: 'Dear {{examinerName}},',
    linkHint: 'Does the button not work? Copy this link to your browser:',
    due: 'Hand in no later than',
    remarkFrom: 'Message from {{initiatorName}}',
    reason: 'Reason',
    goodToKnow: 'Good to know',
    parts: 'Parts',
    student: 'Student',
    students: '{{#one studentCount}}Student{{else}}Students{{/one}}',
    exam: 'Exam',
    sender:
      '{{school.name}} sends this e-mail with Proeve, the system in which the school has exams assessed digitally.',
    contact:
      'Questions? Contact {{school.name}}: {{school.contactEmail}}{{#if school.contactPhone}} or {{school.contactPhone}}{{/if}}.',
  },
  mails: {
    invitation: {
      subject: `{{school.name}}: assess ${students} for {{examShort}}, no later than {{dueDate}}`,
      preheader: '{{initiatorName}} asks for your assessment. You do not need an account.',
      kicker: 'Invitation for the examiner',
      title: 'Would you assess {{#one count}}a student{{else}}{{count}} students{{/one}}?',
      intro:
        '{{initiatorName}} of {{school.name}} invites you as an examiner. You fill in a short form: for each criterion you choose insufficient, sufficient or good, and you explain your choice.',
      button: 'Start assessment',
      noAccount: 'You need no account and no password. The link takes you to the form.',
      pause: 'You can stop at any time. What you fill in is kept, and the same link takes you back to it.',
      personal,
      expires,
      attachments: '{{#one attachmentCount}}Attachment{{else}}Attachments{{/one}} to this e-mail',
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner.',
      data: dataOfExaminer,
    },
    reminder: {
      subject: `Reminder from {{school.name}}: {{#if isOnlyAgreement}}one judgement needed for {{examShort}}{{else}}${students} left to assess for {{examShort}}, {{#if isLate}}due date was{{else}}no later than{{/if}} {{dueDate}}{{/if}}`,
      preheader: 'What you already filled in is still there. You continue where you were.',
      kicker: 'Reminder for the examiner',
      title:
        '{{#if isOnlyAgreement}}One judgement is still needed{{else}}{{#if isLate}}The due date has passed{{else}}{{#if isToday}}Today is the last day{{else}}You have {{#one daysLeft}}1 day{{else}}{{daysLeft}} days{{/one}} left{{/if}}{{/if}}{{/if}}',
      intro:
        '{{#if isOnlyAgreement}}Your assessment is finished. You and another examiner did not give the same score everywhere. {{initiatorName}} of {{school.name}} is waiting for one judgement.{{else}}{{initiatorName}} of {{school.name}} is waiting for your assessment of {{#one ownCount}}1 student{{else}}{{ownCount}} students{{/one}}. {{#if isLate}}The last day was {{dueDate}}. Could you finish the assessment as soon as possible?{{else}}Could you finish the assessment before the end of {{dueDate}}?{{/if}}{{/if}}',
      button: 'Continue assessing',
      also: '{{initiatorName}} is waiting for your assessment of {{#one count}}1 student{{else}}{{count}} students{{/one}} too, no later than {{dueDate}}. That has a link of its own:',
      alsoButton: 'Continue for {{initiatorName}}',
      pause: 'What you already filled in is kept. You continue where you were.',
      agreement:
        '{{#unless isOnlyAgreement}}For {{#one agreementCount}}1 student{{else}}{{agreementCount}} students{{/one}} your assessment is finished, but it differs from that of another examiner. {{/unless}}On the page you see the scores side by side. You agree with a proposal or make one yourself.',
      stops: 'This is reminder {{number}}. As soon as you finish, reminders stop.',
      personal,
      expires,
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner and your assessment is not finished yet.',
      data: dataOfExaminer,
    },
    newLink: {
      subject: `{{school.name}}: {{#one linkCount}}your new link for {{examShort}}, assess ${students} no later than {{dueDate}}{{else}}your {{linkCount}} links to assess ${students}{{/one}}`,
      preheader: 'What you already filled in is still there.',
      kicker: 'New link for the examiner',
      title: '{{#one linkCount}}Here is your new link{{else}}Here are your links{{/one}}',
      intro:
        '{{#one linkCount}}A new link was requested on {{requestedAt}}. Please use this link from now on.{{else}}Your links were requested on {{requestedAt}}. You have {{linkCount}} invitations with work that is open. Each has a link of its own. Please use these links from now on.{{/one}}',
      also: `{{initiatorName}} also asked you to assess ${students}, no later than {{dueDate}}. There is a link of its own for that:`,
      alsoButton: 'Continue for {{initiatorName}}',
      button: 'Continue assessing',
      pause: 'What you already filled in is kept. You continue where you were.',
      notAsked:
        'Did you not ask for this link? Then you do not need to do anything. The link goes to this address only.',
      personal,
      expires,
      why: 'You receive this e-mail because a new link was requested on the page of your invitation. {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner.',
      data: dataOfExaminer,
    },
    withdrawn: {
      subject: `{{school.name}}: you no longer need to assess ${students} for {{examShort}}`,
      preheader: '{{initiatorName}} has changed your invitation.',
      kicker: 'Invitation withdrawn',
      title: 'You no longer need to assess {{#one count}}a student{{else}}{{count}} students{{/one}}',
      intro: '{{initiatorName}} of {{school.name}} has withdrawn your invitation for:',
      remaining,
      questions,
      thanks: 'Thank you for being willing to take part.',
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) had chosen you as an examiner.',
      data: dataOfExaminer,
    },
    cancelled: {
      subject:
        '{{school.name}}: {{#one count}}an assessment{{else}}{{count}} assessments{{/one}} for {{examShort}} {{#one count}}has{{else}}have{{/one}} been cancelled',
      preheader: 'You no longer need to assess for this.',
      kicker: 'Assessment cancelled',
      title: '{{#one count}}An assessment{{else}}{{count}} assessments{{/one}} will not take place',
      intro:
        '{{initiatorName}} of {{school.name}} has cancelled {{#one count}}this assessment{{else}}these assessments{{/one}}. You do not need to fill in anything for it.',
      remaining,
      questions,
      thanks: 'Thank you for being willing to take part.',
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) had chosen you as an examiner.',
      data: dataOfExaminer,
    },
    returned: {
      subject:
        '{{school.name}}: your assessment for {{examShort}} was {{#if isAsked}}given back{{else}}sent back{{/if}}, please complete it by {{linkExpiresDate}}',
      preheader:
        '{{#if isAsked}}You can correct your assessment.{{else}}The exam committee asks for more.{{/if}} The rest of your assessment stays as it is.',
      kicker: 'Assessment {{#if isAsked}}given back{{else}}sent back{{/if}}',
      title: '{{#if isAsked}}You get your assessment back{{else}}Could you complete your assessment?{{/if}}',
      intro:
        '{{#if isAsked}}You asked to have your assessment back, because something was wrong. {{school.name}} gives the parts named here back.{{else}}The exam committee of {{school.name}} has looked at your assessment and asks you to look at a part of it again. You can read why below.{{/if}}',
      reason: '{{#if isAsked}}Why you get the assessment back{{else}}What the exam committee asks{{/if}}',
      button: '{{#if isAsked}}Correct{{else}}Complete{{/if}} the assessment',
      kept: 'Only the parts named here are open again. What you filled in there is still there. Please finish the assessment again afterwards.',
      personal,
      expires,
      why: 'You receive this e-mail because you finished this assessment and {{#if isAsked}}asked to have it back{{else}}the exam committee has a question about it{{/if}}. {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner.',
      data: dataOfExaminer,
    },
    confirmation: {
      subject: '{{school.name}}: your assessment for {{examShort}} was finished on {{finishedAt}}',
      preheader: 'Thank you. You can still look at your assessment.',
      kicker: 'Confirmation for the examiner',
      title: 'Your assessment is finished',
      intro:
        'Thank you for your assessment. The school has received everything. The exam committee now looks at it and decides on the result.',
      finishedAt: 'Finished on',
      fingerprint: 'Check code',
      fingerprintHint:
        'The check code belongs to exactly these answers. If a single letter changes later, the code no longer matches.',
      button: 'View your assessment',
      readOnly:
        'You can view it, but no longer change it. Do you see a mistake? Open your assessment and choose ‘I made a mistake’. Or contact {{initiatorName}}: {{initiatorEmail}}.',
      notMeTitle: 'Was this not you?',
      notMe:
        'Report it at once to {{initiatorName}}: {{initiatorEmail}}{{#if initiatorPhone}} or {{initiatorPhone}}{{/if}}. The school looks into it before the result is decided.',
      notMeLink: 'This was not me',
      why: 'You receive this e-mail because an assessment was finished with your personal link.',
      data: dataOfExaminer,
    },
    allFinished: {
      subject: '{{school.name}}: all examiners have finished {{examShort}}, since {{lastFinishedAt}}',
      preheader: 'The assessment is now with the exam committee.',
      kicker: 'Message for the initiator',
      title: '{{#one examinerCount}}The examiner has{{else}}All examiners have{{/one}} finished',
      greeting: 'Dear {{initiatorName}},',
      intro: 'The assessment of {{studentName}} is complete. The exam committee can now decide on the result.',
      examiners: '{{#one examinerCount}}Examiner{{else}}Examiners{{/one}}',
      button: 'View the assessment',
      noScores: 'This e-mail holds no scores. You see them after signing in.',
      why: 'You receive this e-mail because you started this assessment.',
      data: dataOfStaff,
    },
    finishDisputed: {
      subject:
        '{{school.name}}: an examiner does not recognise a finished assessment for {{examShort}}, reported on {{disputedAt}}',
      preheader: 'The result cannot be decided until somebody has looked into this.',
      kicker: 'Report for the exam committee',
      title: 'An examiner says: this was not me',
      greeting: 'Dear {{memberName}},',
      intro:
        'Through the link in the confirmation it was reported that the examiner did not finish this assessment. The result cannot be decided now.',
      examiner: 'Examiner',
      disputedAt: 'Reported on',
      whatNow:
        'Please contact the examiner, preferably by telephone. Is the report right? Then send the form back. The examiner fills it in again.',
      button: 'View the file',
      why: 'You receive this e-mail because you are a member of the exam committee of {{school.name}}.',
      data: dataOfStaff,
    },
    committeeDigest: {
      subject:
        '{{school.name}}: {{#one count}}1 assessment{{else}}{{count}} assessments{{/one}} ready to be decided, the oldest since {{oldestSince}}',
      preheader: 'Overview per exam. This e-mail holds no names of students.',
      kicker: 'Overview for the exam committee',
      title: '{{#one count}}1 assessment is{{else}}{{count}} assessments are{{/one}} waiting for you',
      intro:
        'All examiners have finished. The exam committee can now decide on {{#one count}}this assessment{{else}}these assessments{{/one}}. The oldest has been waiting since {{oldestSince}}.',
      proposed:
        '{{#one proposedCount}}1 result is{{else}}{{proposedCount}} results are{{/one}} proposed and {{#one proposedCount}}waits{{else}}wait{{/one}} for a second member.',
      exam: 'Exam',
      number: 'Number',
      more: 'And {{#one moreCount}}1 other exam{{else}}{{moreCount}} other exams{{/one}}.',
      button: 'Open the queue',
      once: 'You receive one overview of everything that is ready, not one e-mail for each assessment.',
      why: 'You receive this e-mail because you are a member of the exam committee of {{school.name}}.',
      data: dataOfStaff,
    },
    resultToOffice: {
      subject:
        '{{#if subjectAsked}}{{subjectAsked}}{{else}}{{school.name}}: final result {{examCode}}, document {{documentNumber}}, {{decidedAt}}{{/if}}{{#if replaces}} (replaces {{replaces}}){{/if}}',
      preheader:
        '{{#if replaces}}This document replaces an earlier one. {{/if}}{{#if linkUrl}}You open the document with a link and a code.{{else}}The PDF is attached to this e-mail.{{/if}}',
      kicker: 'Final result for the exam office',
      title: '{{#if replaces}}A result was decided anew{{else}}A result is final{{/if}}',
      intro:
        'The exam committee has decided on the result below. {{#if linkUrl}}You open the document with the button. We then mail a code to this address.{{else}}The document is attached to this e-mail.{{/if}} Would you archive it?',
      replacement:
        'This is version {{documentVersion}}. This document replaces document {{replaces}}. The earlier document is no longer valid.',
      repeat: 'This may be a second sending of the same document. Archive it once; look at the document number.',
      button: 'Open the document',
      expires:
        'The link works up to and including {{linkExpiresDate}}, and only with a code that we mail to this address. After that day you ask for a new link on the same page.',
      documentNumber: 'Document number',
      documentVersion: 'Version of the document',
      studentNumber: 'Student number',
      inDocument: 'is in the document',
      exam: 'Exam',
      version: 'Version of the exam',
      attempt: 'Attempt',
      decidedBy: 'Decided by',
      decidedAt: 'Decided on',
      attachment: 'Document',
      behindLink: 'behind the link',
      why: 'You receive this e-mail because this address was set or chosen as the exam office at {{school.name}}.',
      data: dataOfStaff,
    },
    officeCode: {
      subject: '{{school.name}}: code for document {{documentNumber}}, valid until {{validUntil}}',
      preheader: 'The code works once. Give it to nobody.',
      kicker: 'Code for the exam office',
      title: 'Code to open the document',
      intro:
        'Somebody is opening document {{documentNumber}} of {{school.name}} now. Is that you? Then type this code on the page that is open.',
      code: 'Code',
      valid:
        'The code works once, for {{#one validMinutes}}1 minute{{else}}{{validMinutes}} minutes{{/one}}. Give it to nobody, not even to the school.',
      asked: 'Requested on {{requestedAt}}.',
      notAsked:
        'Did you not ask for this? Then do nothing. Without the code the document does not open. Does it happen again? Tell the school: {{school.contactEmail}}.',
      why: 'This e-mail was sent because a code was asked for with the link from the e-mail about this document.',
      data: dataOfStaff,
    },
    bounced: {
      subject: '{{school.name}}: the mail to an examiner for {{examShort}} did not arrive',
      preheader: 'Why, and how you send the invitation again.',
      kicker: 'Message for the initiator',
      title: 'The mail to {{examinerName}} did not arrive',
      greeting: 'Dear {{initiatorName}},',
      intro: '{{what}} {{todo}}',
      examiner: 'Examiner',
      email: 'E-mail address',
      students: 'Number of students',
      code: 'Message of the mail server',
      whatNow:
        'On the page of the assessment you correct the address or send the invitation again. {{examinerName}} then gets a new link. Everything that did not arrive goes along. Until then we send no reminders.',
      button: 'Go to the assessment',
      why: 'You get this e-mail because you invited {{examinerName}}.',
      data: dataOfStaff,
    },
    officeBounced: {
      subject: '{{school.name}}: document {{documentNumber}} did not reach the exam office',
      preheader: 'Choose another address and send the document again.',
      kicker: 'Message for the exam committee',
      title: 'A result did not reach the exam office',
      greeting: 'Dear {{memberName}},',
      intro: '{{what}} {{todo}}',
      email: 'E-mail address',
      documentNumber: 'Document number',
      code: 'Message of the mail server',
      whatNow:
        'The decision stands and the document is kept. In the dossier you send it again, to the same address or to another one.',
      button: 'Open the dossier',
      why: 'You get this e-mail because you are a member of the exam committee of {{school.name}}.',
      data: dataOfStaff,
    },
    batchReport: {
      subject:
        '{{school.name}}: {{#one sentCount}}1 invitation{{else}}{{sentCount}} invitations{{/one}} for {{examShort}} sent{{#if failedCount}}, {{failedCount}} not{{/if}}',
      preheader: '{{#if failedCount}}What did not work, and why.{{else}}All of them were sent.{{/if}}',
      kicker: 'Message for the initiator',
      title: '{{#if failedCount}}Not all invitations were sent{{else}}Your invitations were sent{{/if}}',
      greeting: 'Dear {{initiatorName}},',
      intro:
        'Sending began on {{sentAt}}. {{#one sentCount}}1 examiner has{{else}}{{sentCount}} examiners have{{/one}} an invitation now.',
      failed: '{{#one failedCount}}1 invitation{{else}}{{failedCount}} invitations{{/one}} could not be sent:',
      more: 'And {{#one moreCount}}1 other{{else}}{{moreCount}} others{{/one}}.',
      exam: 'Exam',
      button: 'See the sending',
      whatNow: 'On the page of the sending you try again with one click.',
      why: 'You get this e-mail because you prepared these invitations.',
      data: dataOfStaff,
    },
    asked: {
      subject:
        '{{school.name}}: an examiner asks {{#if isReturn}}to have an assessment back{{else}}{{#if isHandOver}}to be replaced{{else}}to be excused{{/if}}{{/if}} for {{examShort}}',
      preheader:
        'Your answer is needed. Until then {{#if isReturn}}the result is not decided{{else}}no reminders are sent{{/if}}.',
      kicker: 'Question to the {{#if isForCommittee}}exam committee{{else}}initiator{{/if}}',
      title:
        '{{#if isReturn}}{{examinerName}} wants the assessment back{{else}}{{#if isHandOver}}{{examinerName}} proposes somebody else{{else}}{{examinerName}} is unable to assess{{/if}}{{/if}}',
      greeting: 'Dear {{initiatorName}},',
      intro:
        '{{#if isReturn}}{{examinerName}} finished an assessment and now sees that something is wrong. Below you can read what, and in which parts.{{else}}{{examinerName}} asks you {{#if isHandOver}}to have {{#one count}}this assessment{{else}}these {{count}} assessments{{/one}} done by somebody else.{{else}}to be excused from {{#one count}}this assessment{{else}}these {{count}} assessments{{/one}}.{{/if}}{{/if}}',
      reason: '{{#if isReturn}}What is wrong{{else}}Reason given by {{examinerName}}{{/if}}',
      proposed: 'Proposed examiner',
      email: 'E-mail address',
      whatNow:
        '{{#if isReturn}}You decide: you give the assessment back, or you explain why not. Until you answer, the result is not decided.{{else}}{{#if isHandOver}}The proposed examiner has not heard anything yet. You decide whether they are invited, or you choose somebody else.{{else}}You decide: you excuse {{examinerName}}, you choose a replacement, or you explain why the assessment is needed after all.{{/if}} Until you answer, {{examinerName}} gets no reminders.{{/if}}',
      button: 'Answer the question',
      why: 'You receive this e-mail because you {{#if isForCommittee}}are a member of the exam committee{{else}}invited {{examinerName}}{{/if}}.',
      data: dataOfStaff,
    },
    askAnswered: {
      subject: `{{school.name}}: {{#if isAgreed}}you do not need to assess ${students} for {{examShort}}{{else}}answer to your question about {{examShort}}{{/if}}`,
      preheader:
        '{{#if isReturn}}Your assessment stays as you finished it.{{else}}{{#if isAgreed}}You do not need to do anything else for this.{{else}}{{initiatorName}} asks you to assess after all.{{/if}}{{/if}}',
      kicker: 'Answer for the examiner',
      title:
        '{{#if isReturn}}Your assessment stays as it is{{else}}{{#if isAgreed}}That is fine, you are excused{{else}}Would you assess after all?{{/if}}{{/if}}',
      intro:
        '{{#if isReturn}}You asked to have your assessment back. {{school.name}} has read your question and does not give the assessment back. You can read why below.{{else}}{{#if isAgreed}}You asked to be excused from {{#one count}}this assessment{{else}}these {{count}} assessments{{/one}}. {{initiatorName}} of {{school.name}} agrees.{{else}}{{initiatorName}} of {{school.name}} has read your question and asks you to do {{#one count}}this assessment{{else}}these {{count}} assessments{{/one}} after all.{{/if}}{{/if}}',
      reason: 'Message from {{#if isReturn}}the school{{else}}{{initiatorName}}{{/if}}',
      due: '{{#if isReturn}}You can still view your assessment.{{else}}{{#if dueDate}}You can hand in up to and including {{dueDate}}. {{/if}}What you already filled in is still there.{{/if}}',
      button: '{{#if isReturn}}View your assessment{{else}}Continue assessing{{/if}}',
      remaining,
      questions,
      thanks: 'Thank you for letting us know in time.',
      why: 'You receive this e-mail because you asked {{initiatorName}} ({{initiatorEmail}}) something about your invitation as an examiner.',
      data: dataOfExaminer,
    },
    addressChanged: {
      subject: '{{school.name}}: an invitation for {{examShort}} now goes to another e-mail address',
      preheader: 'The link in earlier e-mails no longer works.',
      kicker: 'Message for the examiner',
      title: 'The invitation goes to another address',
      intro:
        'From now on {{initiatorName}} of {{school.name}} sends the invitation to assess for {{examTitle}} to another e-mail address. The link in the earlier e-mails to this address no longer works.',
      todo: 'Is that right? Then you do not need to do anything.',
      wrong:
        'Is this not as it should be? Tell {{initiatorName}}: {{initiatorEmail}}. What was already filled in is kept.',
      why: 'You receive this e-mail because earlier e-mails about this invitation went to this address.',
      data: dataOfExaminer,
    },
    contactChanged: {
      subject: '{{school.name}}: the e-mail address of an examiner for {{examShort}} has changed',
      preheader: 'New e-mails go to the new address.',
      kicker: 'Message for the initiator',
      title: '{{examinerName}} has another e-mail address',
      greeting: 'Dear {{initiatorName}},',
      intro:
        '{{#if changedByName}}{{changedByName}}{{else}}A colleague{{/if}} has changed the e-mail address of {{examinerName}}. You are still waiting for an assessment by {{examinerName}}.',
      examiner: 'Examiner',
      email: 'New e-mail address',
      whatNow:
        'New e-mails from you go to this address. What had not arrived has been sent there again. An invitation that did arrive keeps working with the link that {{examinerName}} already has. Is the new address wrong? Then correct it on the page of the assessment.',
      button: 'To the assessment',
      why: 'You receive this e-mail because you invited {{examinerName}}.',
      data: dataOfStaff,
    },
    dueMoved: {
      subject: `{{school.name}}: new due date for {{examShort}}, assess ${students} no later than {{dueDate}}`,
      preheader: 'The link in your invitation keeps working. What you already filled in is still there.',
      kicker: 'New date for the examiner',
      title: 'The due date has changed',
      intro:
        '{{initiatorName}} of {{school.name}} has changed the due date. You can hand in your assessment of {{#one count}}1 student{{else}}{{count}} students{{/one}} up to and including {{dueDate}}.',
      button: 'Continue assessing',
      pause: 'What you already filled in is kept. The links in your earlier e-mails keep working.',
      personal,
      expires,
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner and your assessment is not finished yet.',
      data: dataOfExaminer,
    },
    agreementAsked: {
      subject:
        '{{school.name}}: {{#if decidesAlone}}your decision{{else}}one judgement{{/if}} needed for {{examShort}}',
      preheader: 'Your own assessment stays as you finished it.',
      kicker: 'Question for the examiner',
      title: '{{#if decidesAlone}}Could you decide?{{else}}Could you come to one judgement together?{{/if}}',
      intro:
        'You and {{others}} assessed the same, independently, and did not give the same score everywhere. Now that everybody has finished, you see the scores side by side.',
      todo: '{{#if decidesAlone}}As the lead examiner you decide which scores stand. First you see what the other gave and why.{{else}}Please talk it over. One of you makes a proposal; it stands as soon as everybody agrees.{{/if}}',
      button: 'See the scores side by side',
      kept: 'What you scored yourself does not change and stays in the file. The agreed score stands beside it.',
      stuck: 'Can you not agree? Say so on the page. The exam committee then decides.',
      personal: personalWithoutWork,
      expires,
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner and your judgement is needed.',
      data: dataOfExaminer,
    },
    agreementProposed: {
      subject: '{{school.name}}: a proposal for one judgement on {{examShort}}',
      preheader: 'You agree with it, or make another proposal.',
      kicker: 'Proposal for the examiner',
      title: '{{proposerName}} makes a proposal',
      intro: '{{proposerName}} has made a proposal for the scores on which you differed.',
      todo: 'Please look at the proposal. If you agree, you confirm it. If not, you change it; {{proposerName}} is then told.',
      button: 'View the proposal',
      kept: 'What you scored yourself does not change and stays in the file.',
      personal: personalWithoutWork,
      expires,
      why: 'You receive this e-mail because {{initiatorName}} ({{initiatorEmail}}) chose you as an examiner and your judgement is needed.',
      data: dataOfExaminer,
    },
    agreementEnded: {
      subject:
        '{{school.name}}: {{#if isSettled}}one judgement on {{examShort}} is recorded{{else}}the exam committee decides on {{examShort}}{{/if}}',
      preheader: 'You do not need to do anything more for this.',
      kicker: 'Message for the examiner',
      title: '{{#if isSettled}}There is one judgement{{else}}The exam committee decides{{/if}}',
      intro:
        '{{#if isSettled}}One judgement is now recorded for all scores on which examiners differed. The exam committee decides on the result.{{else}}The examiners differed and did not come to one judgement. The exam committee now decides which scores stand.{{/if}} What you scored yourself stays in the file.',
      button: 'View your assessment',
      thanks: 'Thank you for your time. You do not need to do anything more.',
      questions,
      why: 'You receive this e-mail because you were asked as an examiner for one judgement.',
      data: dataOfExaminer,
    },
    formCorrected: {
      subject:
        '{{school.name}}: the exam committee has corrected something in your assessment for {{examShort}}, on {{correctedAt}}',
      preheader: 'You can see what it says now and what it said before.',
      kicker: 'Message for the examiner',
      title: 'Something was corrected in your assessment',
      intro:
        'A member of the exam committee of {{school.name}} corrected something on {{correctedAt}} in the assessment that you had finished. What you wrote yourself is kept.',
      reason: 'Why',
      button: 'View what was corrected',
      disagree:
        'Do you disagree? Choose ‘I made a mistake’ on the page and write down what is wrong. As long as your question is open, no result is decided.',
      notInMail: 'What exactly was corrected is not in this e-mail. The button takes you to it.',
      personal: personalWithoutWork,
      why: 'You receive this e-mail because you finished this assessment.',
      data: dataOfExaminer,
    },
    returnTakenBack: {
      subject: '{{school.name}}: you no longer need to complete your assessment for {{examShort}}',
      preheader: 'Your assessment stays as you had finished it.',
      kicker: 'Message for the examiner',
      title: 'Nothing more is needed',
      intro:
        'The exam committee of {{school.name}} had sent your assessment back to you and has undone that. Your assessment counts again as you had finished it.{{#if isAsked}} Your request to have the assessment back is open again. You will get an answer to it.{{else}} You do not need to do anything.{{/if}}',
      reason: 'Why',
      button: 'View your assessment',
      personal: personalWithoutWork,
      why: 'You receive this e-mail because you were told earlier that your assessment was sent back to you.',
      data: dataOfExaminer,
    },
    resultPublished: {
      subject: '{{school.name}}: the result of your exam {{examShort}} is there',
      preheader: 'Sign in to see your result.',
      kicker: 'Message for the student',
      title: '{{#if isAgain}}There is a new result{{else}}Your result is there{{/if}}',
      greeting: 'Dear {{studentName}},',
      intro:
        '{{#if isAgain}}The examination board has decided about your exam again. This result replaces the earlier one.{{else}}The examination board has finalised the result of your exam.{{/if}} Sign in at My exams. There you see your result, and what you can do if you disagree.',
      button: 'Go to My exams',
      noGrade: 'Your result is not in this e-mail, so that nobody else sees it.',
      why: 'You receive this e-mail because you took this exam at {{school.name}}.',
      data: 'The school uses your name and your e-mail address only for your exams. This e-mail does not report whether or when you read it.',
    },
    resultReopened: {
      subject:
        '{{school.name}}: {{#if studentName}}the result of your exam {{examShort}}{{else}}document {{documentNumber}}{{/if}} {{#if isEnded}}stands{{else}}is being reconsidered{{/if}}',
      preheader:
        '{{#if isEnded}}Nothing changes.{{else}}{{#if studentName}}You are told when there is a new decision.{{else}}Please wait with the document until there is news.{{/if}}{{/if}}',
      kicker: '{{#if studentName}}Message for the student{{else}}Message for the exam office{{/if}}',
      title: '{{#if isEnded}}The result stands{{else}}A result is being reconsidered{{/if}}',
      greeting: '{{#if studentName}}Dear {{studentName}},{{else}}Good day,{{/if}}',
      intro:
        '{{#if isEnded}}The examination board has looked at the result below again. The result stands as it was.{{else}}The examination board is looking at the result below again. After that there is a new decision, or the result stands.{{/if}}',
      documentNumber: 'Document number',
      documentVersion: 'Version of the document',
      officeNow:
        '{{#if isEnded}}The document that you have stays valid. You do not need to do anything.{{else}}Please keep the document that you have, but do not use it for a diploma yet. You will receive a new document, or a message that this document stands.{{/if}}',
      studentNow:
        '{{#if isEnded}}You do not need to do anything. Your result is at My exams.{{else}}You do not need to do anything. Until there is a new decision your result stays at My exams. You get an e-mail when more is known.{{/if}}',
      button: 'Go to My exams',
      why: '{{#if studentName}}You receive this e-mail because you got the result of this exam.{{else}}You receive this e-mail because the document was sent to this address.{{/if}}',
      data: '{{#if studentName}}The school uses your name and your e-mail address only for your exams. This e-mail does not report whether or when you read it.{{else}}This e-mail holds only what you need for your work. This e-mail does not report whether or when you read it.{{/if}}',
    },
    needsAttention: {
      subject: '{{school.name}}: {{#if isBatch}}invitations were not sent{{else}}the checksum was not kept{{/if}}',
      preheader: 'The page Condition says what you can do.',
      kicker: 'Message for the administrator',
      title: '{{#if isBatch}}Invitations were not sent{{else}}The checksum was not kept{{/if}}',
      greeting: 'Dear {{memberName}},',
      intro:
        '{{#if isBatch}}{{initiatorName}} prepared invitations for {{sendAt}} and no longer works at the school. Proeve did not send {{#one leftCount}}1 invitation{{else}}{{leftCount}} invitations{{/one}}.{{else}}Each night Proeve keeps a checksum outside the system. With it anybody can prove that nothing was changed. That does not work now.{{/if}}',
      whatNow:
        '{{#if isBatch}}A colleague can start an assessment and invite these examiners. Stop the sending on the page Condition afterwards.{{else}}The page Condition says what is wrong. The operator of the server can mend it.{{/if}}',
      button: 'See the condition',
      why: 'You get this e-mail because you are an administrator of {{school.name}} in Proeve.',
      data: dataOfStaff,
    },
    anchor: {
      subject: '{{school.name}}: checksum of the exam record, {{day}}',
      preheader: 'Keep this e-mail. It holds no personal data.',
      kicker: 'Message to keep',
      title: 'Checksum of {{day}}',
      intro:
        'Every event in the exams of {{school.name}} is recorded in a chain. This checksum shows what all chains look like at this moment.',
      day: 'Day',
      until: 'Events until',
      chains: 'Number of chains',
      events: 'Number of events',
      fingerprint: 'Checksum',
      keep: 'Keep this e-mail with its attachment in a place that the operators of Proeve cannot reach. You need not do anything else.',
      attachment:
        '{{#if hasHeads}}The attachment holds the last mark of each chain. If somebody later changes anything from before this moment, a check with the attachment shows which record it is.{{else}}If somebody later changes anything from before this moment, a check with the attachment shows that it is so. Which record it is, is shown by the file that the operator keeps.{{/if}}',
      why: 'You receive this e-mail because this address was set to keep checksums of {{school.name}}.',
      data: 'This e-mail and its attachment hold no personal data. This e-mail does not report whether or when you read it.',
    },
    thirdNeeded: {
      subject: '{{school.name}}: choose a third examiner for {{examShort}}',
      preheader: 'Two examiners gave different scores.',
      kicker: 'Question for the initiator',
      title: 'A third examiner is needed',
      greeting: 'Dear {{initiatorName}},',
      intro:
        'Two examiners assessed the same and their scores differ in a way that matters. Your school then asks a third examiner.',
      whatNow:
        'Choose a third examiner for the parts on which they differ, and send the invitation. The third does not see the other scores. What the third scores stands.',
      button: 'Go to the assessment',
      noScores: 'This e-mail holds no scores.',
      why: 'You receive this e-mail because you started this assessment.',
      data: dataOfStaff,
    },
    signIn: {
      subject: '{{school.name}}: sign in with a code or link, valid until {{validUntil}}',
      preheader: 'The code and the link work once.',
      kicker: 'Signing in',
      title: 'Sign in to {{school.name}}',
      greeting: '{{#if name}}Dear {{name}},{{else}}Hello,{{/if}}',
      intro: 'Type this code on the sign-in page, or use the link.',
      code: 'Sign-in code',
      button: 'Sign in',
      valid:
        'The code and the link work once, for {{#one validMinutes}}1 minute{{else}}{{validMinutes}} minutes{{/one}}. Give them to nobody, not even to the school.',
      asked: 'Requested on {{requestedAt}}{{#if requestedFrom}} with {{requestedFrom}}{{/if}}.',
      notAskedTitle: 'Not requested?',
      notAsked: 'Then do nothing. Nobody gets in without the code or the link from this e-mail.',
      why: 'This e-mail was sent because somebody wants to sign in with this e-mail address.',
      data: 'The e-mail address was used only to send this code. This e-mail does not report whether or when it was read.',
    },
    examinerCode: {
      subject:
        '{{school.name}}: code to {{#if isFinish}}finish your assessment for {{examShort}}{{else}}show your other invitations{{/if}}, valid until {{validUntil}}',
      preheader: 'The code works once. Give it to nobody.',
      kicker: 'Code for the examiner',
      title: '{{#if isFinish}}Code to finish your assessment{{else}}Code to show your other invitations{{/if}}',
      intro:
        '{{#if isFinish}}Somebody is finishing your assessment of {{studentName}}. Is that you? Then type this code on the page that is open.{{else}}On the page with your assessments somebody asked to show your other invitations of {{school.name}} too. Type this code there.{{/if}}',
      code: 'Code',
      valid:
        'The code works once, for {{#one validMinutes}}1 minute{{else}}{{validMinutes}} minutes{{/one}}. Give it to nobody, not even to the school.',
      asked: 'Requested on {{requestedAt}}.',
      notAskedTitle: 'Was this not you?',
      notAsked:
        '{{#if isFinish}}Then somebody else has your link. Do not pass the code on and call or mail the school: {{school.contactEmail}}. Without this code nobody can finish your assessment.{{else}}Then do nothing, and do not pass the code on. Does it happen again? Tell the school: {{school.contactEmail}}.{{/if}}',
      why: 'This e-mail was sent because a code was requested with your personal link.',
      data: dataOfExaminer,
    },
    studentNumber: {
      subject: '{{school.name}}: fill in your student number, by {{linkExpiresDate}}',
      preheader: 'It takes a minute. You need no account.',
      kicker: 'Message for the student',
      title: 'Fill in your student number',
      greeting: 'Hello,',
      intro:
        '{{memberName}} of {{school.name}} wants to have an exam of yours assessed. Your student number is missing. Fill it in on the page behind the button. {{memberName}} is told when you have done so.',
      button: 'Fill in student number',
      expires: 'The link works once, until {{linkExpiresDate}}. Give it to nobody.',
      notYou: 'Are you no student of {{school.name}}? Then do nothing.',
      why: 'You receive this e-mail because {{memberName}} ({{memberEmail}}) filled in your e-mail address.',
      data: 'The school uses your name, your e-mail address and your student number only for your exams. This e-mail does not report whether or when you read it.',
    },
    registration: {
      subject: '{{school.name}}: create your account for your exams, valid until {{validUntil}}',
      preheader: 'The code and the link work once.',
      kicker: 'Message for the student',
      title: 'Create your account at {{school.name}}',
      greeting: 'Hello,',
      intro:
        'With an account you can see how your exams are going, and your result later. Press the button, or type this code on the page where you began.',
      code: 'Code',
      button: 'Create account',
      valid:
        'The code and the link work once, for {{#one validMinutes}}1 minute{{else}}{{validMinutes}} minutes{{/one}}. Give them to nobody, not even to the school.',
      asked: 'Asked for on {{requestedAt}}.',
      notAskedTitle: 'Did you not ask for this?',
      notAsked:
        'Then do nothing. Without the code or the link in this e-mail nobody can create an account with your address.',
      why: 'You receive this e-mail because somebody wants to create an account with this e-mail address.',
      data: 'The e-mail address was only used to send this code. This e-mail does not report whether or when you read it.',
    },
    studentAdded: {
      subject: '{{school.name}}: a student has filled in the student number',
      preheader: 'You can start the assessment now.',
      kicker: 'Message for the initiator',
      title: 'A student has filled in the student number',
      greeting: 'Dear {{memberName}},',
      intro:
        'You asked a student for the student number. The student has filled it in. You can start the assessment now.',
      number: 'Student number',
      check:
        'The student filled this in. The school has not checked it yet; check the name and the number before you begin.',
      button: 'Start assessment',
      why: 'You receive this e-mail because you asked this student for the student number.',
      data: dataOfStaff,
    },
  },
};
