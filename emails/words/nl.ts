/**
 * All Dutch words of the mails. Each text is a Handlebars template over the view of its mail (see views.ts); the HTML
 * and the plain text are both filled from here, so that a wording exists once. `{{#one count}}…{{else}}…{{/one}}`
 * chooses between singular and plural. Examiners and staff are "u".
 */

const dataOfExaminer =
  'De school bewaart uw naam, uw e-mailadres en uw beoordeling in het examendossier van de student, en gebruikt die gegevens alleen voor het examen. Deze e-mail meldt niet of en wanneer u hem leest.';
const dataOfStaff =
  'Deze e-mail bevat alleen wat u voor uw werk nodig heeft. Stuur hem niet door. De gegevens staan in het examendossier van de school. Deze e-mail meldt niet of en wanneer u hem leest.';
const students = '{{#one count}}1 student{{else}}{{count}} studenten{{/one}}';
const expires =
  'De link werkt tot en met {{linkExpiresDate}}. Daarna vraagt u op dezelfde pagina met één klik een nieuwe link.';
const personal =
  'De link is persoonlijk. Stuur deze e-mail niet door. Kunt u niet beoordelen, of moet iemand anders het doen? Dat meldt u op de pagina van de beoordeling, of bij {{initiatorName}}: {{initiatorEmail}}.';
const remaining =
  '{{#if remainingCount}}Op uw lijst {{#one remainingCount}}blijft 1 student{{else}}blijven {{remainingCount}} studenten{{/one}} staan. De link in uw uitnodiging blijft werken.{{else}}U hoeft niets meer te doen.{{#unless isLinkAlive}} De link in uw uitnodiging werkt niet meer.{{/unless}}{{/if}}';
const questions = 'Heeft u vragen? {{initiatorName}} helpt u graag: {{initiatorEmail}}.';
const personalWithoutWork = `De link is persoonlijk. Stuur deze e-mail niet door. ${questions}`;

export const nl = {
  common: {
    language: 'nl',
    greeting: 'Beste {{examinerName}},',
    linkHint: 'Werkt de knop niet? Kopieer dan deze link naar de browser:',
    due: 'Inleveren uiterlijk',
    remarkFrom: 'Bericht van {{initiatorName}}',
    reason: 'Reden',
    goodToKnow: 'Goed om te weten',
    parts: 'Onderdelen',
    student: 'Student',
    students: '{{#one studentCount}}Student{{else}}Studenten{{/one}}',
    exam: 'Examen',
    sender:
      '{{school.name}} verstuurt deze e-mail met Proeve, het systeem waarin de school examens digitaal laat beoordelen.',
    contact:
      'Vragen? Neem contact op met {{school.name}}: {{school.contactEmail}}{{#if school.contactPhone}} of {{school.contactPhone}}{{/if}}.',
  },
  mails: {
    invitation: {
      subject: `{{school.name}}: ${students} beoordelen voor {{examShort}}, uiterlijk {{dueDate}}`,
      preheader: '{{initiatorName}} vraagt uw beoordeling. U hebt geen account nodig.',
      kicker: 'Uitnodiging voor de examinator',
      title: 'Wilt u {{#one count}}een student{{else}}{{count}} studenten{{/one}} beoordelen?',
      intro:
        '{{initiatorName}} van {{school.name}} nodigt u uit als examinator. U vult een kort formulier in: per criterium kiest u onvoldoende, voldoende of goed, en u licht uw keuze toe.',
      button: 'Start beoordeling',
      noAccount: 'U hebt geen account en geen wachtwoord nodig. De link brengt u naar het formulier.',
      pause: 'U kunt tussendoor stoppen. Wat u invult blijft bewaard, en met dezelfde link gaat u verder.',
      personal,
      expires,
      attachments: '{{#one attachmentCount}}Bijlage{{else}}Bijlagen{{/one}} bij deze e-mail',
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u als examinator heeft gekozen.',
      data: dataOfExaminer,
    },
    reminder: {
      subject: `Herinnering van {{school.name}}: {{#if isOnlyAgreement}}één oordeel nodig voor {{examShort}}{{else}}nog ${students} beoordelen voor {{examShort}}, {{#if isLate}}de datum was{{else}}uiterlijk{{/if}} {{dueDate}}{{/if}}`,
      preheader: 'Wat u al heeft ingevuld, staat er nog. U gaat verder waar u was.',
      kicker: 'Herinnering voor de examinator',
      title:
        '{{#if isOnlyAgreement}}Eén oordeel is nog nodig{{else}}{{#if isLate}}De inleverdatum is voorbij{{else}}{{#if isToday}}Vandaag is de laatste dag{{else}}U hebt nog {{#one daysLeft}}1 dag{{else}}{{daysLeft}} dagen{{/one}}{{/if}}{{/if}}{{/if}}',
      intro:
        '{{#if isOnlyAgreement}}Uw beoordeling is klaar. U en een andere examinator gaven niet overal dezelfde score. {{initiatorName}} van {{school.name}} wacht nog op één oordeel.{{else}}{{initiatorName}} van {{school.name}} wacht nog op uw beoordeling van {{#one ownCount}}1 student{{else}}{{ownCount}} studenten{{/one}}. {{#if isLate}}De laatste dag was {{dueDate}}. Wilt u de beoordeling zo snel mogelijk afronden?{{else}}Wilt u de beoordeling afronden voor het einde van {{dueDate}}?{{/if}}{{/if}}',
      button: 'Verder met beoordelen',
      also: 'Ook {{initiatorName}} wacht nog op uw beoordeling van {{#one count}}1 student{{else}}{{count}} studenten{{/one}}, uiterlijk {{dueDate}}. Daarvoor is er een eigen link:',
      alsoButton: 'Verder voor {{initiatorName}}',
      pause: 'Wat u al heeft ingevuld, is bewaard. U gaat verder waar u was.',
      agreement:
        '{{#unless isOnlyAgreement}}Bij {{#one agreementCount}}1 student{{else}}{{agreementCount}} studenten{{/one}} is uw beoordeling klaar, maar verschilt u van een andere examinator. {{/unless}}Op de pagina ziet u de scores naast elkaar. U stemt in met een voorstel of u doet er zelf een.',
      stops: 'Dit is herinnering {{number}}. Zodra u klaar bent, krijgt u geen herinnering meer.',
      personal,
      expires,
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u als examinator heeft gekozen en uw beoordeling nog niet is afgerond.',
      data: dataOfExaminer,
    },
    newLink: {
      subject: `{{school.name}}: {{#one linkCount}}uw nieuwe link voor {{examShort}}, ${students} beoordelen uiterlijk {{dueDate}}{{else}}uw {{linkCount}} links om ${students} te beoordelen{{/one}}`,
      preheader: 'Wat u al heeft ingevuld, staat er nog.',
      kicker: 'Nieuwe link voor de examinator',
      title: '{{#one linkCount}}Hier is uw nieuwe link{{else}}Hier zijn uw links{{/one}}',
      intro:
        '{{#one linkCount}}Op {{requestedAt}} is een nieuwe link gevraagd. Gebruik vanaf nu deze link.{{else}}Op {{requestedAt}} zijn uw links gevraagd. U hebt {{linkCount}} uitnodigingen met werk dat open staat. Elke uitnodiging heeft een eigen link. Gebruik vanaf nu deze links.{{/one}}',
      also: `Ook {{initiatorName}} vroeg u om ${students} te beoordelen, uiterlijk {{dueDate}}. Daarvoor is er een eigen link:`,
      alsoButton: 'Verder voor {{initiatorName}}',
      button: 'Verder met beoordelen',
      pause: 'Wat u al heeft ingevuld, is bewaard. U gaat verder waar u was.',
      notAsked: 'Heeft u deze link niet gevraagd? Dan hoeft u niets te doen. De link gaat alleen naar dit e-mailadres.',
      personal,
      expires,
      why: 'U krijgt deze e-mail omdat op de pagina van uw uitnodiging een nieuwe link is gevraagd. {{initiatorName}} ({{initiatorEmail}}) heeft u als examinator gekozen.',
      data: dataOfExaminer,
    },
    withdrawn: {
      subject: `{{school.name}}: u hoeft ${students} voor {{examShort}} niet meer te beoordelen`,
      preheader: 'Uw uitnodiging is aangepast door {{initiatorName}}.',
      kicker: 'Uitnodiging ingetrokken',
      title: 'U hoeft {{#one count}}een student{{else}}{{count}} studenten{{/one}} niet meer te beoordelen',
      intro: '{{initiatorName}} van {{school.name}} heeft uw uitnodiging ingetrokken voor:',
      remaining,
      questions,
      thanks: 'Bedankt dat u wilde meewerken.',
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u eerder als examinator had gekozen.',
      data: dataOfExaminer,
    },
    cancelled: {
      subject:
        '{{school.name}}: {{#one count}}een afname{{else}}{{count}} afnames{{/one}} voor {{examShort}} {{#one count}}is{{else}}zijn{{/one}} geannuleerd',
      preheader: 'U hoeft hiervoor geen beoordeling meer te maken.',
      kicker: 'Afname geannuleerd',
      title: '{{#one count}}Een afname gaat{{else}}{{count}} afnames gaan{{/one}} niet door',
      intro:
        '{{initiatorName}} van {{school.name}} heeft {{#one count}}deze afname{{else}}deze afnames{{/one}} geannuleerd. U hoeft hiervoor niets meer in te vullen.',
      remaining,
      questions,
      thanks: 'Bedankt dat u wilde meewerken.',
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u eerder als examinator had gekozen.',
      data: dataOfExaminer,
    },
    returned: {
      subject:
        '{{school.name}}: uw beoordeling voor {{examShort}} is {{#if isAsked}}teruggegeven{{else}}teruggestuurd{{/if}}, aanvullen kan tot en met {{linkExpiresDate}}',
      preheader:
        '{{#if isAsked}}U kunt uw beoordeling verbeteren.{{else}}De examencommissie vraagt een aanvulling.{{/if}} De rest van uw beoordeling blijft staan.',
      kicker: 'Beoordeling {{#if isAsked}}teruggegeven{{else}}teruggestuurd{{/if}}',
      title: '{{#if isAsked}}U krijgt uw beoordeling terug{{else}}Wilt u uw beoordeling aanvullen?{{/if}}',
      intro:
        '{{#if isAsked}}U vroeg om uw beoordeling terug, omdat er iets niet klopte. {{school.name}} geeft de genoemde onderdelen terug.{{else}}De examencommissie van {{school.name}} heeft uw beoordeling bekeken en vraagt u een deel opnieuw te bekijken. Hieronder leest u waarom.{{/if}}',
      reason: '{{#if isAsked}}Waarom u de beoordeling terugkrijgt{{else}}Wat de examencommissie vraagt{{/if}}',
      button: 'Beoordeling {{#if isAsked}}verbeteren{{else}}aanvullen{{/if}}',
      kept: 'Alleen de genoemde onderdelen staan weer open. Wat u daar had ingevuld, staat er nog. Rond daarna de beoordeling opnieuw af.',
      personal,
      expires,
      why: 'U krijgt deze e-mail omdat u deze beoordeling heeft afgerond en {{#if isAsked}}om teruggave vroeg{{else}}de examencommissie er een vraag over heeft{{/if}}. {{initiatorName}} ({{initiatorEmail}}) heeft u als examinator gekozen.',
      data: dataOfExaminer,
    },
    confirmation: {
      subject: '{{school.name}}: uw beoordeling voor {{examShort}} is afgerond op {{finishedAt}}',
      preheader: 'Bedankt. U kunt uw beoordeling nog bekijken.',
      kicker: 'Bevestiging voor de examinator',
      title: 'Uw beoordeling is afgerond',
      intro:
        'Bedankt voor uw beoordeling. De school heeft alles ontvangen. De examencommissie kijkt er nu naar en stelt het resultaat vast.',
      finishedAt: 'Afgerond op',
      fingerprint: 'Controlecode',
      fingerprintHint:
        'De controlecode hoort bij precies deze antwoorden. Als er later één letter verandert, klopt de code niet meer.',
      button: 'Bekijk uw beoordeling',
      readOnly:
        'Bekijken kan, wijzigen niet meer. Ziet u een fout? Open uw beoordeling en kies ‘Ik heb een fout gemaakt’. Of neem contact op met {{initiatorName}}: {{initiatorEmail}}.',
      notMeTitle: 'Heeft u dit niet gedaan?',
      notMe:
        'Meld het dan meteen aan {{initiatorName}}: {{initiatorEmail}}{{#if initiatorPhone}} of {{initiatorPhone}}{{/if}}. De school zoekt het uit voordat het resultaat wordt vastgesteld.',
      notMeLink: 'Dit was ik niet',
      why: 'U krijgt deze e-mail omdat met uw persoonlijke link een beoordeling is afgerond.',
      data: dataOfExaminer,
    },
    allFinished: {
      subject: '{{school.name}}: alle examinatoren zijn klaar met {{examShort}}, sinds {{lastFinishedAt}}',
      preheader: 'De beoordeling ligt nu bij de examencommissie.',
      kicker: 'Bericht voor de initiator',
      title: '{{#one examinerCount}}De examinator is{{else}}Alle examinatoren zijn{{/one}} klaar',
      greeting: 'Beste {{initiatorName}},',
      intro: 'De beoordeling van {{studentName}} is compleet. De examencommissie kan het resultaat nu vaststellen.',
      examiners: '{{#one examinerCount}}Examinator{{else}}Examinatoren{{/one}}',
      button: 'Bekijk de beoordeling',
      noScores: 'Scores staan niet in deze e-mail. U ziet ze na het inloggen.',
      why: 'U krijgt deze e-mail omdat u deze beoordeling heeft gestart.',
      data: dataOfStaff,
    },
    finishDisputed: {
      subject:
        '{{school.name}}: een examinator herkent een afgeronde beoordeling voor {{examShort}} niet, gemeld op {{disputedAt}}',
      preheader: 'Vaststellen is gestopt totdat iemand dit heeft uitgezocht.',
      kicker: 'Melding voor de examencommissie',
      title: 'Een examinator zegt: dit was ik niet',
      greeting: 'Beste {{memberName}},',
      intro:
        'Via de link in de bevestiging is gemeld dat deze beoordeling niet door de examinator zelf is afgerond. Het resultaat kan nu niet worden vastgesteld.',
      examiner: 'Examinator',
      disputedAt: 'Gemeld op',
      whatNow:
        'Neem contact op met de examinator, het liefst per telefoon. Klopt de melding? Stuur het formulier dan terug. De examinator vult het opnieuw in.',
      button: 'Bekijk het dossier',
      why: 'U krijgt deze e-mail omdat u lid bent van de examencommissie van {{school.name}}.',
      data: dataOfStaff,
    },
    committeeDigest: {
      subject:
        '{{school.name}}: {{#one count}}1 beoordeling{{else}}{{count}} beoordelingen{{/one}} klaar om vast te stellen, de oudste sinds {{oldestSince}}',
      preheader: 'Overzicht per examen. Namen van studenten staan niet in deze e-mail.',
      kicker: 'Overzicht voor de examencommissie',
      title: '{{#one count}}1 beoordeling wacht{{else}}{{count}} beoordelingen wachten{{/one}} op u',
      intro:
        'Alle examinatoren zijn klaar. De examencommissie kan {{#one count}}deze beoordeling{{else}}deze beoordelingen{{/one}} nu vaststellen. De oudste wacht sinds {{oldestSince}}.',
      proposed:
        '{{#one proposedCount}}1 uitslag is{{else}}{{proposedCount}} uitslagen zijn{{/one}} voorgesteld en {{#one proposedCount}}wacht{{else}}wachten{{/one}} op een tweede lid.',
      exam: 'Examen',
      number: 'Aantal',
      more: 'En nog {{#one moreCount}}1 ander examen{{else}}{{moreCount}} andere examens{{/one}}.',
      button: 'Open de wachtrij',
      once: 'U krijgt één overzicht voor alles wat klaarstaat, niet één e-mail per beoordeling.',
      why: 'U krijgt deze e-mail omdat u lid bent van de examencommissie van {{school.name}}.',
      data: dataOfStaff,
    },
    resultToOffice: {
      subject:
        '{{#if subjectAsked}}{{subjectAsked}}{{else}}{{school.name}}: vastgesteld resultaat {{examCode}}, document {{documentNumber}}, {{decidedAt}}{{/if}}{{#if replaces}} (vervangt {{replaces}}){{/if}}',
      preheader:
        '{{#if replaces}}Dit document vervangt een eerder document. {{/if}}{{#if linkUrl}}U opent het document met een link en een code.{{else}}De pdf zit als bijlage bij deze e-mail.{{/if}}',
      kicker: 'Vastgesteld resultaat voor het examenbureau',
      title: '{{#if replaces}}Een resultaat is opnieuw vastgesteld{{else}}Een resultaat is vastgesteld{{/if}}',
      intro:
        'De examencommissie heeft het resultaat hieronder vastgesteld. {{#if linkUrl}}U opent het document met de knop. We mailen dan een code naar dit adres.{{else}}Het document zit als bijlage bij deze e-mail.{{/if}} Wilt u het archiveren?',
      replacement:
        'Dit is versie {{documentVersion}}. Dit document vervangt document {{replaces}}. Het eerdere document geldt niet meer.',
      repeat:
        'Dit is mogelijk een tweede verzending van hetzelfde document. Archiveer het één keer; kijk naar het documentnummer.',
      button: 'Document openen',
      expires:
        'De link werkt tot en met {{linkExpiresDate}}, en alleen met een code die we naar dit adres mailen. Na deze dag vraagt u op dezelfde pagina een nieuwe link.',
      documentNumber: 'Documentnummer',
      documentVersion: 'Versie van het document',
      studentNumber: 'Studentnummer',
      inDocument: 'staat in het document',
      exam: 'Examen',
      version: 'Versie van het examen',
      attempt: 'Poging',
      decidedBy: 'Vastgesteld door',
      decidedAt: 'Vastgesteld op',
      attachment: 'Document',
      behindLink: 'achter de link',
      why: 'U krijgt deze e-mail omdat dit adres bij {{school.name}} is ingesteld of gekozen als examenbureau.',
      data: dataOfStaff,
    },
    officeCode: {
      subject: '{{school.name}}: code voor document {{documentNumber}}, geldig tot {{validUntil}}',
      preheader: 'De code werkt één keer. Geef hem aan niemand.',
      kicker: 'Code voor het examenbureau',
      title: 'Code om het document te openen',
      intro:
        'Iemand opent nu document {{documentNumber}} van {{school.name}}. Bent u dat? Typ dan deze code op de pagina die openstaat.',
      code: 'Code',
      valid:
        'De code werkt één keer, {{#one validMinutes}}1 minuut{{else}}{{validMinutes}} minuten{{/one}} lang. Geef hem aan niemand, ook niet aan de school.',
      asked: 'Aangevraagd op {{requestedAt}}.',
      notAsked:
        'Heeft u dit niet gevraagd? Doe dan niets. Zonder de code gaat het document niet open. Gebeurt het vaker? Meld het de school: {{school.contactEmail}}.',
      why: 'Deze e-mail is verstuurd omdat met de link uit de e-mail over dit document om een code is gevraagd.',
      data: dataOfStaff,
    },
    bounced: {
      subject: '{{school.name}}: de mail aan een examinator voor {{examShort}} kwam niet aan',
      preheader: 'U leest waarom, en hoe u de uitnodiging opnieuw verstuurt.',
      kicker: 'Bericht voor de initiator',
      title: 'De mail aan {{examinerName}} kwam niet aan',
      greeting: 'Beste {{initiatorName}},',
      intro: '{{what}} {{todo}}',
      examiner: 'Examinator',
      email: 'E-mailadres',
      students: 'Aantal studenten',
      code: 'Melding van de mailserver',
      whatNow:
        'Op de pagina van de afname verbetert u het adres of verstuurt u de uitnodiging opnieuw. {{examinerName}} krijgt dan een nieuwe link. Alles wat niet aankwam, gaat mee. Tot dan sturen we geen herinneringen.',
      button: 'Naar de afname',
      why: 'U krijgt deze e-mail omdat u {{examinerName}} heeft uitgenodigd.',
      data: dataOfStaff,
    },
    officeBounced: {
      subject: '{{school.name}}: document {{documentNumber}} kwam niet aan bij het examenbureau',
      preheader: 'Kies een ander adres en verstuur het document opnieuw.',
      kicker: 'Bericht voor de examencommissie',
      title: 'Een resultaat kwam niet aan bij het examenbureau',
      greeting: 'Beste {{memberName}},',
      intro: '{{what}} {{todo}}',
      email: 'E-mailadres',
      documentNumber: 'Documentnummer',
      code: 'Melding van de mailserver',
      whatNow:
        'Het besluit staat vast en het document is bewaard. In het dossier verstuurt u het opnieuw, naar hetzelfde adres of naar een ander adres.',
      button: 'Open het dossier',
      why: 'U krijgt deze e-mail omdat u lid bent van de examencommissie van {{school.name}}.',
      data: dataOfStaff,
    },
    batchReport: {
      subject:
        '{{school.name}}: {{#one sentCount}}1 uitnodiging{{else}}{{sentCount}} uitnodigingen{{/one}} voor {{examShort}} verstuurd{{#if failedCount}}, {{failedCount}} niet{{/if}}',
      preheader: '{{#if failedCount}}U leest wat niet lukte en waarom.{{else}}Alles is verstuurd.{{/if}}',
      kicker: 'Bericht voor de initiator',
      title: '{{#if failedCount}}Niet alle uitnodigingen zijn verstuurd{{else}}Uw uitnodigingen zijn verstuurd{{/if}}',
      greeting: 'Beste {{initiatorName}},',
      intro:
        'Op {{sentAt}} is het versturen begonnen. {{#one sentCount}}1 examinator heeft{{else}}{{sentCount}} examinatoren hebben{{/one}} nu een uitnodiging.',
      failed:
        '{{#one failedCount}}1 uitnodiging kon{{else}}{{failedCount}} uitnodigingen konden{{/one}} niet worden verstuurd:',
      more: 'En nog {{#one moreCount}}1 andere{{else}}{{moreCount}} andere{{/one}}.',
      exam: 'Examen',
      button: 'Bekijk de verzending',
      whatNow: 'Op de pagina van de verzending probeert u het opnieuw met één klik.',
      why: 'U krijgt deze e-mail omdat u deze uitnodigingen heeft klaargezet.',
      data: dataOfStaff,
    },
    asked: {
      subject:
        '{{school.name}}: een examinator {{#if isReturn}}wil een beoordeling terug{{else}}vraagt {{#if isHandOver}}om een vervanger{{else}}om afgemeld te worden{{/if}}{{/if}} voor {{examShort}}',
      preheader:
        'Uw antwoord is nodig. Tot dan {{#if isReturn}}wordt het resultaat niet vastgesteld{{else}}sturen we geen herinneringen{{/if}}.',
      kicker: 'Vraag aan de {{#if isForCommittee}}examencommissie{{else}}initiator{{/if}}',
      title:
        '{{#if isReturn}}{{examinerName}} wil de beoordeling terug{{else}}{{#if isHandOver}}{{examinerName}} stelt iemand anders voor{{else}}{{examinerName}} kan niet beoordelen{{/if}}{{/if}}',
      greeting: 'Beste {{initiatorName}},',
      intro:
        '{{#if isReturn}}{{examinerName}} heeft een beoordeling afgerond en ziet nu dat er iets niet klopt. Hieronder staat wat, en in welke onderdelen.{{else}}{{examinerName}} vraagt u {{#if isHandOver}}om {{#one count}}deze afname{{else}}deze {{count}} afnames{{/one}} door iemand anders te laten beoordelen.{{else}}om {{#one count}}deze afname{{else}}deze {{count}} afnames{{/one}} niet te hoeven beoordelen.{{/if}}{{/if}}',
      reason: '{{#if isReturn}}Wat er niet klopt{{else}}Reden van {{examinerName}}{{/if}}',
      proposed: 'Voorgestelde examinator',
      email: 'E-mailadres',
      whatNow:
        '{{#if isReturn}}U beslist: u geeft de beoordeling terug, of u legt uit waarom niet. Tot uw antwoord wordt het resultaat niet vastgesteld.{{else}}{{#if isHandOver}}De voorgestelde examinator weet nog van niets. U beslist of die een uitnodiging krijgt, of u kiest iemand anders.{{else}}U beslist: u meldt {{examinerName}} af, u kiest een vervanger, of u legt uit waarom het toch nodig is.{{/if}} Tot uw antwoord krijgt {{examinerName}} geen herinneringen.{{/if}}',
      button: 'Beantwoord de vraag',
      why: 'U krijgt deze e-mail omdat u {{#if isForCommittee}}in de examencommissie zit{{else}}{{examinerName}} heeft uitgenodigd{{/if}}.',
      data: dataOfStaff,
    },
    askAnswered: {
      subject: `{{school.name}}: {{#if isAgreed}}u hoeft ${students} voor {{examShort}} niet te beoordelen{{else}}antwoord op uw vraag over {{examShort}}{{/if}}`,
      preheader:
        '{{#if isReturn}}Uw beoordeling blijft zoals u die heeft afgerond.{{else}}{{#if isAgreed}}U hoeft hiervoor niets meer te doen.{{else}}{{initiatorName}} vraagt u om toch te beoordelen.{{/if}}{{/if}}',
      kicker: 'Antwoord voor de examinator',
      title:
        '{{#if isReturn}}Uw beoordeling blijft zoals die is{{else}}{{#if isAgreed}}Dat is goed, u bent afgemeld{{else}}Wilt u toch beoordelen?{{/if}}{{/if}}',
      intro:
        '{{#if isReturn}}U vroeg om uw beoordeling terug. {{school.name}} heeft uw vraag gelezen en geeft de beoordeling niet terug. Hieronder leest u waarom.{{else}}{{#if isAgreed}}U vroeg om {{#one count}}deze afname{{else}}deze {{count}} afnames{{/one}} niet te hoeven beoordelen. {{initiatorName}} van {{school.name}} vindt dat goed.{{else}}{{initiatorName}} van {{school.name}} heeft uw vraag gelezen en vraagt u om {{#one count}}deze afname{{else}}deze {{count}} afnames{{/one}} toch te beoordelen.{{/if}}{{/if}}',
      reason: 'Bericht van {{#if isReturn}}de school{{else}}{{initiatorName}}{{/if}}',
      due: '{{#if isReturn}}U kunt uw beoordeling nog bekijken.{{else}}{{#if dueDate}}Inleveren kan tot en met {{dueDate}}. {{/if}}Wat u al heeft ingevuld, staat er nog.{{/if}}',
      button: '{{#if isReturn}}Bekijk uw beoordeling{{else}}Verder met beoordelen{{/if}}',
      remaining,
      questions,
      thanks: 'Bedankt dat u het op tijd liet weten.',
      why: 'U krijgt deze e-mail omdat u {{initiatorName}} ({{initiatorEmail}}) iets heeft gevraagd over uw uitnodiging als examinator.',
      data: dataOfExaminer,
    },
    addressChanged: {
      subject: '{{school.name}}: een uitnodiging voor {{examShort}} gaat voortaan naar een ander e-mailadres',
      preheader: 'De link in eerdere e-mails werkt niet meer.',
      kicker: 'Bericht voor de examinator',
      title: 'De uitnodiging gaat naar een ander adres',
      intro:
        '{{initiatorName}} van {{school.name}} stuurt de uitnodiging om te beoordelen voor {{examTitle}} vanaf nu naar een ander e-mailadres. De link in de eerdere e-mails aan dit adres werkt niet meer.',
      todo: 'Klopt dat? Dan hoeft u niets te doen.',
      wrong:
        'Is dit niet de bedoeling? Laat het {{initiatorName}} weten: {{initiatorEmail}}. Wat al was ingevuld, is bewaard.',
      why: 'U krijgt deze e-mail omdat eerdere e-mails over deze uitnodiging naar dit adres gingen.',
      data: dataOfExaminer,
    },
    contactChanged: {
      subject: '{{school.name}}: het e-mailadres van een examinator voor {{examShort}} is gewijzigd',
      preheader: 'Nieuwe e-mails gaan naar het nieuwe adres.',
      kicker: 'Bericht voor de initiator',
      title: '{{examinerName}} heeft een ander e-mailadres',
      greeting: 'Beste {{initiatorName}},',
      intro:
        '{{#if changedByName}}{{changedByName}}{{else}}Een collega{{/if}} heeft het e-mailadres van {{examinerName}} gewijzigd. U wacht nog op een beoordeling van {{examinerName}}.',
      examiner: 'Examinator',
      email: 'Nieuw e-mailadres',
      whatNow:
        'Nieuwe e-mails van u gaan naar dit adres. Wat niet was aangekomen, is daar opnieuw naartoe gestuurd. Een uitnodiging die wel was aangekomen, blijft werken met de link die {{examinerName}} al heeft. Klopt het nieuwe adres niet? Dan verbetert u het op de pagina van de afname.',
      button: 'Naar de afname',
      why: 'U krijgt deze e-mail omdat u {{examinerName}} heeft uitgenodigd.',
      data: dataOfStaff,
    },
    dueMoved: {
      subject: `{{school.name}}: nieuwe inleverdatum voor {{examShort}}, ${students} beoordelen uiterlijk {{dueDate}}`,
      preheader: 'De link uit uw uitnodiging blijft werken. Wat u al heeft ingevuld, staat er nog.',
      kicker: 'Nieuwe datum voor de examinator',
      title: 'De inleverdatum is veranderd',
      intro:
        '{{initiatorName}} van {{school.name}} heeft de inleverdatum veranderd. U kunt uw beoordeling van {{#one count}}1 student{{else}}{{count}} studenten{{/one}} inleveren tot en met {{dueDate}}.',
      button: 'Verder met beoordelen',
      pause: 'Wat u al heeft ingevuld, is bewaard. De links uit uw eerdere e-mails blijven werken.',
      personal,
      expires,
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u als examinator heeft gekozen en uw beoordeling nog niet is afgerond.',
      data: dataOfExaminer,
    },
    agreementAsked: {
      subject: '{{school.name}}: {{#if decidesAlone}}uw besluit{{else}}één oordeel{{/if}} nodig voor {{examShort}}',
      preheader: 'Uw eigen beoordeling blijft staan zoals u die heeft afgerond.',
      kicker: 'Vraag aan de examinator',
      title: '{{#if decidesAlone}}Wilt u beslissen?{{else}}Wilt u samen tot één oordeel komen?{{/if}}',
      intro:
        'U en {{others}} hebben hetzelfde beoordeeld, los van elkaar, en gaven niet overal dezelfde score. Nu iedereen klaar is, ziet u de scores naast elkaar.',
      todo: '{{#if decidesAlone}}Als hoofdexaminator beslist u welke scores gelden. U ziet eerst wat de ander gaf en waarom.{{else}}Overleg met elkaar. Een van u doet een voorstel; het geldt zodra iedereen ermee instemt.{{/if}}',
      button: 'Scores naast elkaar bekijken',
      kept: 'Wat u zelf heeft gescoord, verandert niet en blijft in het dossier staan. De afgesproken score komt ernaast.',
      stuck: 'Komt u er niet uit? Dat geeft u op de pagina aan. De examencommissie beslist dan.',
      personal: personalWithoutWork,
      expires,
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u als examinator heeft gekozen en uw oordeel nodig is.',
      data: dataOfExaminer,
    },
    agreementProposed: {
      subject: '{{school.name}}: een voorstel voor één oordeel bij {{examShort}}',
      preheader: 'U stemt ermee in, of u doet een ander voorstel.',
      kicker: 'Voorstel voor de examinator',
      title: '{{proposerName}} doet een voorstel',
      intro: '{{proposerName}} heeft een voorstel gedaan voor de scores waarover u van elkaar verschilde.',
      todo: 'Bekijk het voorstel. Bent u het ermee eens, dan stemt u in. Anders past u het aan; {{proposerName}} krijgt daar dan bericht van.',
      button: 'Voorstel bekijken',
      kept: 'Wat u zelf heeft gescoord, verandert niet en blijft in het dossier staan.',
      personal: personalWithoutWork,
      expires,
      why: 'U krijgt deze e-mail omdat {{initiatorName}} ({{initiatorEmail}}) u als examinator heeft gekozen en uw oordeel nodig is.',
      data: dataOfExaminer,
    },
    agreementEnded: {
      subject:
        '{{school.name}}: {{#if isSettled}}één oordeel voor {{examShort}} is vastgelegd{{else}}de examencommissie beslist over {{examShort}}{{/if}}',
      preheader: 'U hoeft hiervoor niets meer te doen.',
      kicker: 'Bericht voor de examinator',
      title: '{{#if isSettled}}Er is één oordeel{{else}}De examencommissie beslist{{/if}}',
      intro:
        '{{#if isSettled}}Over alle scores waarin examinatoren verschilden, is nu één oordeel vastgelegd. De examencommissie stelt het resultaat vast.{{else}}De examinatoren verschilden en er is geen gezamenlijk oordeel gekomen. De examencommissie bepaalt nu welke scores gelden.{{/if}} Wat u zelf heeft gescoord, blijft in het dossier staan.',
      button: 'Bekijk uw beoordeling',
      thanks: 'Bedankt voor uw tijd. U hoeft niets meer te doen.',
      questions,
      why: 'U krijgt deze e-mail omdat u als examinator om één oordeel was gevraagd.',
      data: dataOfExaminer,
    },
    formCorrected: {
      subject:
        '{{school.name}}: de examencommissie heeft iets verbeterd in uw beoordeling voor {{examShort}}, op {{correctedAt}}',
      preheader: 'U ziet zelf wat er nu staat en wat er stond.',
      kicker: 'Bericht voor de examinator',
      title: 'Er is iets verbeterd in uw beoordeling',
      intro:
        'Een lid van de examencommissie van {{school.name}} heeft op {{correctedAt}} iets verbeterd in de beoordeling die u had afgerond. Wat u zelf had geschreven, blijft bewaard.',
      reason: 'Waarom',
      button: 'Bekijk wat er is verbeterd',
      disagree:
        'Bent u het er niet mee eens? Kies op de pagina ‘Ik heb een fout gemaakt’ en schrijf op wat er niet klopt. Zolang uw vraag openstaat, wordt de uitslag niet vastgesteld.',
      notInMail: 'Wat er precies is verbeterd, staat niet in deze e-mail. U ziet het via de knop.',
      personal: personalWithoutWork,
      why: 'U krijgt deze e-mail omdat u deze beoordeling heeft afgerond.',
      data: dataOfExaminer,
    },
    returnTakenBack: {
      subject: '{{school.name}}: u hoeft uw beoordeling voor {{examShort}} niet meer aan te vullen',
      preheader: 'Uw beoordeling blijft zoals u haar had afgerond.',
      kicker: 'Bericht voor de examinator',
      title: 'Aanvullen is niet meer nodig',
      intro:
        'De examencommissie van {{school.name}} had uw beoordeling naar u teruggestuurd en heeft dat ongedaan gemaakt. Uw beoordeling geldt weer zoals u haar had afgerond.{{#if isAsked}} Uw vraag om de beoordeling terug te krijgen, staat weer open. U krijgt daar nog antwoord op.{{else}} U hoeft niets te doen.{{/if}}',
      reason: 'Waarom',
      button: 'Bekijk uw beoordeling',
      personal: personalWithoutWork,
      why: 'U krijgt deze e-mail omdat u eerder bericht kreeg dat uw beoordeling naar u was teruggestuurd.',
      data: dataOfExaminer,
    },
    resultPublished: {
      subject: '{{school.name}}: de uitslag van je examen {{examShort}} is er',
      preheader: 'Log in om je uitslag te zien.',
      kicker: 'Bericht voor de student',
      title: '{{#if isAgain}}Er is een nieuwe uitslag{{else}}Je uitslag is er{{/if}}',
      greeting: 'Beste {{studentName}},',
      intro:
        '{{#if isAgain}}De examencommissie heeft opnieuw besloten over je examen. Deze uitslag vervangt de eerdere.{{else}}De examencommissie heeft de uitslag van je examen vastgesteld.{{/if}} Log in bij Mijn examens. Daar zie je je uitslag, en wat je kunt doen als je het er niet mee eens bent.',
      button: 'Naar Mijn examens',
      noGrade: 'Je uitslag staat niet in deze e-mail. Zo ziet niemand anders hem.',
      why: 'Je krijgt deze e-mail omdat je dit examen hebt gedaan bij {{school.name}}.',
      data: 'De school gebruikt je naam en je e-mailadres alleen voor je examens. Deze e-mail meldt niet of en wanneer je hem leest.',
    },
    resultReopened: {
      subject:
        '{{school.name}}: {{#if studentName}}de uitslag van je examen {{examShort}}{{else}}document {{documentNumber}}{{/if}} {{#if isEnded}}blijft gelden{{else}}wordt opnieuw bekeken{{/if}}',
      preheader:
        '{{#if isEnded}}Er verandert niets.{{else}}{{#if studentName}}Je krijgt bericht als er een nieuw besluit is.{{else}}Wacht met het document tot er bericht is.{{/if}}{{/if}}',
      kicker: '{{#if studentName}}Bericht voor de student{{else}}Bericht voor het examenbureau{{/if}}',
      title: '{{#if isEnded}}De uitslag blijft gelden{{else}}Een uitslag wordt opnieuw bekeken{{/if}}',
      greeting: '{{#if studentName}}Beste {{studentName}},{{else}}Goedendag,{{/if}}',
      intro:
        '{{#if isEnded}}De examencommissie heeft de uitslag hieronder opnieuw bekeken. De uitslag blijft gelden zoals die was.{{else}}De examencommissie bekijkt de uitslag hieronder opnieuw. Daarna komt er een nieuw besluit, of de uitslag blijft gelden.{{/if}}',
      documentNumber: 'Documentnummer',
      documentVersion: 'Versie van het document',
      officeNow:
        '{{#if isEnded}}Het document dat u heeft, blijft geldig. U hoeft niets te doen.{{else}}Bewaar het document dat u heeft, maar gebruik het nog niet voor een diploma. U krijgt een nieuw document, of bericht dat dit document blijft gelden.{{/if}}',
      studentNow:
        '{{#if isEnded}}Je hoeft niets te doen. Je uitslag staat bij Mijn examens.{{else}}Je hoeft niets te doen. Tot er een nieuw besluit is, blijft je uitslag bij Mijn examens staan. Je krijgt een e-mail als er meer bekend is.{{/if}}',
      button: 'Naar Mijn examens',
      why: '{{#if studentName}}Je krijgt deze e-mail omdat je de uitslag van dit examen hebt gekregen.{{else}}U krijgt deze e-mail omdat het document naar dit adres is gestuurd.{{/if}}',
      data: '{{#if studentName}}De school gebruikt je naam en je e-mailadres alleen voor je examens. Deze e-mail meldt niet of en wanneer je hem leest.{{else}}Deze e-mail bevat alleen wat u voor uw werk nodig heeft. Deze e-mail meldt niet of en wanneer u hem leest.{{/if}}',
    },
    needsAttention: {
      subject:
        '{{school.name}}: {{#if isBatch}}uitnodigingen zijn niet verstuurd{{else}}het controlegetal is niet bewaard{{/if}}',
      preheader: 'Op de pagina Toestand ziet u wat u kunt doen.',
      kicker: 'Bericht voor de beheerder',
      title: '{{#if isBatch}}Uitnodigingen zijn niet verstuurd{{else}}Het controlegetal is niet bewaard{{/if}}',
      greeting: 'Beste {{memberName}},',
      intro:
        '{{#if isBatch}}{{initiatorName}} zette uitnodigingen klaar voor {{sendAt}} en werkt niet meer op school. Proeve heeft {{#one leftCount}}1 uitnodiging{{else}}{{leftCount}} uitnodigingen{{/one}} niet verstuurd.{{else}}Elke nacht bewaart Proeve een controlegetal buiten het systeem. Daarmee is te bewijzen dat niemand iets heeft veranderd. Dat lukt nu niet.{{/if}}',
      whatNow:
        '{{#if isBatch}}Een collega kan zelf een afname starten en deze examinatoren uitnodigen. Stop de verzending daarna op de pagina Toestand.{{else}}Op de pagina Toestand leest u wat er is. De beheerder van de server kan het oplossen.{{/if}}',
      button: 'Bekijk de toestand',
      why: 'U krijgt deze e-mail omdat u beheerder bent van {{school.name}} in Proeve.',
      data: dataOfStaff,
    },
    anchor: {
      subject: '{{school.name}}: controlegetal van het examendossier, {{day}}',
      preheader: 'Bewaar deze e-mail. Er staan geen persoonsgegevens in.',
      kicker: 'Bericht om te bewaren',
      title: 'Controlegetal van {{day}}',
      intro:
        'Elke gebeurtenis in de examens van {{school.name}} ligt vast in een keten. Dit controlegetal laat zien hoe alle ketens er op dit moment uitzien.',
      day: 'Dag',
      until: 'Gebeurtenissen tot',
      chains: 'Aantal ketens',
      events: 'Aantal gebeurtenissen',
      fingerprint: 'Controlegetal',
      keep: 'Bewaar deze e-mail met de bijlage op een plek waar de beheerders van Proeve niet bij kunnen. U hoeft verder niets te doen.',
      attachment:
        '{{#if hasHeads}}In de bijlage staat van elke keten het laatste kenmerk. Verandert iemand later iets van vóór dit moment, dan toont een controle met de bijlage welk dossier dat is.{{else}}Verandert iemand later iets van vóór dit moment, dan toont een controle met de bijlage dat dit zo is. Welk dossier het is, toont het bestand dat de beheerder bewaart.{{/if}}',
      why: 'U krijgt deze e-mail omdat dit adres is ingesteld om controlegetallen van {{school.name}} te bewaren.',
      data: 'In deze e-mail en de bijlage staan geen persoonsgegevens. Deze e-mail meldt niet of en wanneer u hem leest.',
    },
    thirdNeeded: {
      subject: '{{school.name}}: kies een derde examinator voor {{examShort}}',
      preheader: 'Twee examinatoren gaven verschillende scores.',
      kicker: 'Vraag aan de initiator',
      title: 'Een derde examinator is nodig',
      greeting: 'Beste {{initiatorName}},',
      intro:
        'Twee examinatoren hebben hetzelfde beoordeeld en hun scores verschillen zo dat het uitmaakt. Uw school vraagt dan een derde examinator.',
      whatNow:
        'Kies een derde examinator voor de onderdelen waarover zij verschillen, en nodig die uit. De derde ziet de andere scores niet. Wat de derde scoort, geldt.',
      button: 'Naar de afname',
      noScores: 'Scores staan niet in deze e-mail.',
      why: 'U krijgt deze e-mail omdat u deze beoordeling heeft gestart.',
      data: dataOfStaff,
    },
    signIn: {
      subject: '{{school.name}}: inloggen met code of link, geldig tot {{validUntil}}',
      preheader: 'De code en de link werken één keer.',
      kicker: 'Inloggen',
      title: 'Inloggen bij {{school.name}}',
      greeting: '{{#if name}}Beste {{name}},{{else}}Goedendag,{{/if}}',
      intro: 'Typ deze code op de inlogpagina, of gebruik de link.',
      code: 'Inlogcode',
      button: 'Inloggen',
      valid:
        'De code en de link werken één keer, {{#one validMinutes}}1 minuut{{else}}{{validMinutes}} minuten{{/one}} lang. Geef ze aan niemand, ook niet aan de school.',
      asked: 'Aangevraagd op {{requestedAt}}{{#if requestedFrom}} met {{requestedFrom}}{{/if}}.',
      notAskedTitle: 'Niet aangevraagd?',
      notAsked: 'Doe dan niets. Zonder de code of de link uit deze e-mail komt niemand binnen.',
      why: 'Deze e-mail is verstuurd omdat iemand met dit e-mailadres wil inloggen.',
      data: 'Het e-mailadres is alleen gebruikt om deze code te versturen. Deze e-mail meldt niet of en wanneer hij gelezen is.',
    },
    examinerCode: {
      subject:
        '{{school.name}}: code om {{#if isFinish}}uw beoordeling voor {{examShort}} af te ronden{{else}}uw andere uitnodigingen te tonen{{/if}}, geldig tot {{validUntil}}',
      preheader: 'De code werkt één keer. Geef hem aan niemand.',
      kicker: 'Code voor de examinator',
      title:
        '{{#if isFinish}}Code om uw beoordeling af te ronden{{else}}Code om uw andere uitnodigingen te tonen{{/if}}',
      intro:
        '{{#if isFinish}}Iemand rondt nu uw beoordeling van {{studentName}} af. Bent u dat? Typ dan deze code op de pagina die openstaat.{{else}}Op de pagina met uw beoordelingen is gevraagd om ook uw andere uitnodigingen van {{school.name}} te tonen. Typ daar deze code.{{/if}}',
      code: 'Code',
      valid:
        'De code werkt één keer, {{#one validMinutes}}1 minuut{{else}}{{validMinutes}} minuten{{/one}} lang. Geef hem aan niemand, ook niet aan de school.',
      asked: 'Aangevraagd op {{requestedAt}}.',
      notAskedTitle: 'Heeft u dit niet gevraagd?',
      notAsked:
        '{{#if isFinish}}Dan heeft iemand anders uw link. Geef de code niet door en bel of mail de school: {{school.contactEmail}}. Zonder deze code kan niemand uw beoordeling afronden.{{else}}Doe dan niets, en geef de code niet door. Gebeurt het vaker? Meld het de school: {{school.contactEmail}}.{{/if}}',
      why: 'Deze e-mail is verstuurd omdat met uw persoonlijke link om een code is gevraagd.',
      data: dataOfExaminer,
    },
    // The receiver is a student: "je".
    studentNumber: {
      subject: '{{school.name}}: vul je studentnummer in, uiterlijk {{linkExpiresDate}}',
      preheader: 'Het kost een minuut. Je hebt geen account nodig.',
      kicker: 'Bericht voor de student',
      title: 'Vul je studentnummer in',
      greeting: 'Hallo,',
      intro:
        '{{memberName}} van {{school.name}} wil een examen van je laten beoordelen. Je studentnummer ontbreekt nog. Vul het in op de pagina achter de knop. Daarna krijgt {{memberName}} vanzelf bericht.',
      button: 'Studentnummer invullen',
      expires: 'De link werkt één keer, tot en met {{linkExpiresDate}}. Geef hem aan niemand.',
      notYou: 'Ben je geen student van {{school.name}}? Doe dan niets.',
      why: 'Je krijgt deze e-mail omdat {{memberName}} ({{memberEmail}}) je e-mailadres heeft ingevuld.',
      data: 'De school gebruikt je naam, je e-mailadres en je studentnummer alleen voor je examens. Deze e-mail meldt niet of en wanneer je hem leest.',
    },
    registration: {
      subject: '{{school.name}}: maak je account voor je examens, geldig tot {{validUntil}}',
      preheader: 'De code en de link werken één keer.',
      kicker: 'Bericht voor de student',
      title: 'Maak je account bij {{school.name}}',
      greeting: 'Hallo,',
      intro:
        'Met een account zie je hoe het met je examens gaat, en later je uitslag. Druk op de knop, of typ deze code op de pagina waar je begon.',
      code: 'Code',
      button: 'Account maken',
      valid:
        'De code en de link werken één keer, {{#one validMinutes}}1 minuut{{else}}{{validMinutes}} minuten{{/one}} lang. Geef ze aan niemand, ook niet aan de school.',
      asked: 'Aangevraagd op {{requestedAt}}.',
      notAskedTitle: 'Niet aangevraagd?',
      notAsked: 'Doe dan niets. Zonder de code of de link uit deze e-mail maakt niemand een account met jouw adres.',
      why: 'Je krijgt deze e-mail omdat iemand met dit e-mailadres een account wil maken.',
      data: 'Het e-mailadres is alleen gebruikt om deze code te versturen. Deze e-mail meldt niet of en wanneer je hem leest.',
    },
    studentAdded: {
      subject: '{{school.name}}: een student heeft het studentnummer ingevuld',
      preheader: 'U kunt de beoordeling nu starten.',
      kicker: 'Bericht voor de initiator',
      title: 'Een student heeft het studentnummer ingevuld',
      greeting: 'Beste {{memberName}},',
      intro:
        'U vroeg een student om het studentnummer. De student heeft het ingevuld. U kunt de beoordeling nu starten.',
      number: 'Studentnummer',
      check:
        'De student heeft dit zelf ingevuld. De school heeft het nog niet gecontroleerd; controleer de naam en het nummer voor u begint.',
      button: 'Beoordeling starten',
      why: 'U krijgt deze e-mail omdat u deze student om het studentnummer heeft gevraagd.',
      data: dataOfStaff,
    },
  },
};

/** Every language has the same keys as Dutch. */
export type MailWords = typeof nl;
