/** Texts of signing in, of the link in a mail, and of the pages about the product itself. Dutch decides the keys. */
export const signin = {
  title: 'Inloggen',
  lead: 'U krijgt een mail met een code en een link. U hebt geen wachtwoord nodig.',
  email: 'E-mailadres van uw school',
  emailHint: 'Bijvoorbeeld naam@school.example',
  send: 'Stuur mij een code',
  examinerTitle: 'Bent u examinator?',
  examinerText: 'Gebruik dan de link in uw uitnodiging. U hoeft niet in te loggen.',
  signedOut: 'U bent uitgelogd.',
  tooMany_one: 'Dit is in korte tijd te vaak geprobeerd. Probeer het over een minuut opnieuw.',
  tooMany_other: 'Dit is in korte tijd te vaak geprobeerd. Probeer het over {{count}} minuten opnieuw.',

  code: {
    title: 'Vul uw code in',
    lead: 'Is uw adres bij ons bekend? Dan ligt er een mail in uw postvak met een code van zes cijfers.',
    label: 'Code van zes cijfers',
    hint: 'De code werkt {{minutes}} minuten.',
    submit: 'Inloggen',
    empty: 'Vul de zes cijfers uit de mail in.',
    wrong: 'Deze code klopt niet of werkt niet meer. Gebruik de code uit de nieuwste mail.',
    nothingTitle: 'Geen mail gekregen?',
    nothingText:
      'Kijk ook bij ongewenste mail. Staat er na vijf minuten nog niets? Controleer dan of u het adres gebruikt dat uw school van u kent.',
    again: 'Vraag een nieuwe code aan',
    usedUpTitle: 'Deze code werkt niet meer',
    usedUpText: 'U vulde vijf keer een code in die niet klopt. Voor de veiligheid heeft u nu een nieuwe code nodig.',
  },
  mailed: {
    title: 'Inloggen bij Proeve',
    lead: 'U bent er bijna. Druk op de knop om in te loggen op dit apparaat.',
    button: 'Inloggen',
    notYou: 'Heeft u hier niet om gevraagd? Sluit dan deze pagina. Er gebeurt niets.',
    goneTitle: 'Deze link werkt niet meer',
    goneText: 'Een link om in te loggen werkt één keer en maar {{minutes}} minuten. Vraag een nieuwe aan.',
    unknownTitle: 'Deze link kennen wij niet',
    unknownText: 'Misschien is de link niet helemaal overgenomen. Vraag een nieuwe mail aan en gebruik de link daarin.',
    again: 'Vraag een nieuwe mail aan',
  },
  home: {
    title: 'Welkom, {{name}}',
    nothingTitle: 'Er staat nu niets voor u klaar',
    nothingText:
      'Uw rol op {{school}} heeft nog geen eigen pagina in Proeve. Verwacht u hier wel iets? Vraag het dan de beheerder van uw school.',
  },

  link: {
    place: 'Beoordeling door examinator',
    openTitle: 'Er staat een beoordeling voor u klaar',
    openText: '{{school}} vraagt u om een beoordeling. Druk op de knop om te beginnen of om verder te gaan.',
    open: 'Beoordeling openen',
    tipNoAccount: 'U hebt geen account en geen wachtwoord nodig.',
    tipPause: 'U kunt tussendoor stoppen. Wat u invult blijft bewaard.',
    tipPersonal: 'De link is alleen voor u. Stuur de mail niet door.',
    unknownTitle: 'Deze link kennen wij niet',
    unknownText: 'Staat de hele link in de adresbalk? Soms valt in een mail het laatste stuk weg.',
    unknownCapitals:
      'In deze link staan hoofdletters. Onze links hebben alleen kleine letters en cijfers. Waarschijnlijk heeft uw mailprogramma de link veranderd.',
    unknownStepsTitle: 'Wat u kunt doen',
    unknownStepButton: 'Ga terug naar de mail en druk op de knop.',
    unknownStepCopy: 'Werkt dat niet? Kopieer de hele link onder de knop en plak hem in de adresbalk.',
    unknownStepAsk: 'Lukt het nog niet? Beantwoord de mail. De school stuurt u dan een nieuwe link.',
    expiredTitle: 'Deze link is verlopen',
    expiredText: 'Wat u al had ingevuld is bewaard. Met een nieuwe link gaat u verder waar u was.',
    replacedTitle: 'Er is een nieuwere link',
    replacedText:
      'Deze link werkt niet meer, omdat u een nieuwere heeft. Kijk in uw nieuwste mail van {{school}}. Wat u had ingevuld is bewaard.',
    renewText: 'Wij sturen de nieuwe link alleen naar het adres dat de school van u kent: {{address}}.',
    renew: 'Stuur mij een nieuwe link',
    renewed:
      'Er is een nieuwe link onderweg naar {{address}}. Kijk over een paar minuten in uw mail, ook bij ongewenste mail.',
    withdrawnTitle: 'U hoeft dit niet meer te beoordelen',
    withdrawnText:
      '{{school}} heeft deze uitnodiging ingetrokken. Daarover kreeg u een mail. Denkt u dat dit niet klopt? Beantwoord dan die mail.',
    previewTitle: 'Dit is een voorbeeld',
    previewText:
      'U drukte op de knop in een voorbeeld van de mail. In de echte mail opent deze knop de beoordeling van de examinator. Alleen de examinator krijgt die link.',
  },

  privacy: {
    title: 'Privacy',
    lead: 'Welke gegevens Proeve bewaart, waarom, en aan wie u iets kunt vragen.',
    who: {
      title: 'Wie is verantwoordelijk?',
      text: 'Uw school beslist welke gegevens in Proeve staan en waarvoor. Proeve voert dat uit en gebruikt de gegevens voor niets anders.',
    },
    student: {
      title: 'Van studenten',
      text: 'Naam, studentnummer, e-mailadres, groep, geboortedatum, de scores, de onderbouwing, de uitslag, en examens die een student zelf toevoegt. Scores, onderbouwing en uitslag horen bij het examendossier dat een school volgens de wet moet bewaren.',
    },
    examiner: {
      title: 'Van examinatoren',
      text: 'Naam, e-mailadres, functie en organisatie, en wat u invult of toevoegt. Uw notities ziet alleen u. Wij bewaren ook wanneer u de beoordeling opende, begon en afrondde. Mails van Proeve melden niet of u ze leest.',
    },
    staff: {
      title: 'Van medewerkers',
      text: 'Naam, e-mailadres, rol, en wat u in Proeve doet met een beoordeling, ook wat u verbetert en welke resultaten u downloadt. Zo is achteraf te zien wie wat deed.',
    },
    seen: {
      title: 'Wie ziet het?',
      text: 'Alleen de mensen die het voor het examen nodig hebben: de docent die de beoordeling start, de examinator, de examencommissie en het examenbureau. De examencommissie kan resultaten downloaden voor de administratie van de school. De student ziet de eigen uitslag zodra de school die bekendmaakt. Een andere school ziet niets. Wie een document heeft, kan nagaan of het echt is; wij tonen dan geen naam, cijfer of nummer. Elke nacht gaan controlegetallen naar buiten, waarmee te bewijzen is dat niemand iets heeft veranderd; daar staan geen persoonsgegevens in.',
    },
    howLong: {
      title: 'Hoe lang?',
      text: 'Uw school bepaalt de bewaartermijn. Voor ingevulde beoordelingen is dat meestal tot anderhalf jaar na het diploma. Notities van examinatoren gaan een aantal maanden na de uitslag vanzelf weg. Een link voor een examinator werkt ten hoogste 90 dagen, een link voor het examenbureau 30 dagen, een link om in te loggen 15 minuten en een link om een account te maken een uur.',
    },
    cookies: {
      title: 'Cookies',
      text: 'Proeve zet alleen cookies die nodig zijn: om u ingelogd te houden, om formulieren te beschermen en om uw taal te onthouden. Een formulier dat een examinator opent, staat tot het afronden ook op diens toestel, versleuteld, zodat het zonder verbinding werkt. Er zijn geen cookies of onderdelen van andere bedrijven.',
    },
    rights: {
      title: 'Uw rechten en vragen',
      text: 'U mag uw gegevens zien, laten verbeteren en in sommige gevallen laten wissen. Vraag dat aan de functionaris voor gegevensbescherming van uw school. Komt u er samen niet uit? Dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens.',
    },
  },
  accessibility: {
    title: 'Toegankelijkheid',
    lead: 'Iedereen moet met Proeve kunnen werken.',
    norm: {
      title: 'Waar wij ons aan houden',
      text: 'Proeve is gemaakt volgens WCAG 2.2, niveau A en AA. Elke pagina wordt daar bij elke wijziging automatisch op getest, in lichte en donkere kleuren.',
    },
    use: {
      title: 'Zo kunt u Proeve gebruiken',
      text: 'Met het toetsenbord, met een schermlezer, met grote letters tot 400 procent, op een telefoon en zonder JavaScript. De pdf met de uitslag is geschikt voor schermlezers.',
    },
    known: {
      title: 'Wat nog niet is onderzocht',
      text: 'Er is nog geen onderzoek gedaan door een onafhankelijke deskundige. Bijlagen die een docent meestuurt, kunnen minder toegankelijk zijn.',
    },
    problem: {
      title: 'Werkt er iets niet voor u?',
      text: 'Meld het bij uw school en zeg welke pagina het is. Examinatoren beantwoorden daarvoor de mail met hun uitnodiging. De school helpt u dan op een andere manier.',
    },
  },
  help: {
    title: 'Hulp',
    lead: 'Per pagina: wat u er doet en wat er daarna gebeurt.',
    contents: 'Op deze pagina',
    groups: {
      everyone: 'Voor iedereen',
      student: 'Voor studenten',
      examiner: 'Voor examinatoren',
      teacher: 'Voor docenten',
      committee: 'Voor de examencommissie',
      office: 'Voor het examenbureau',
      administrator: 'Voor beheerders',
    },
    items: {
      start: {
        title: 'Waar vind ik wat?',
        text: 'Bovenaan staat het menu met de pagina’s die bij uw rol horen. Docenten vinden daar wat aandacht vraagt, de examens, hun beoordelingen en het adresboek, de examencommissie de wachtrij, examinatoren hun werklijst. Met de knop voor de taal wisselt u tussen Nederlands en Engels.',
      },
      signIn: {
        title: 'Inloggen',
        text: 'Vul uw e-mailadres in. U krijgt een mail met een code van zes cijfers en een link; een van de twee is genoeg. De code en de link werken 15 minuten en één keer. Komt er geen mail? Kijk bij ongewenste mail, en controleer of dit het adres is dat uw school van u kent.',
      },
      account: {
        title: 'Uw account, rol en school',
        text: 'Klik bovenaan op uw naam. U ziet daar waar u bent ingelogd en kunt overal uitloggen. Hebt u meer dan één rol of school, dan wisselt u daar. De volgende keer begint u waar u het laatst werkte.',
      },
      authenticity: {
        title: 'Is een document echt?',
        text: 'Met de code of de pdf ziet iedereen of een resultaatdocument echt is, en of het de nieuwste versie is. Er staat geen naam, cijfer of studentnummer bij. De pdf zelf controleren is het zekerst: de code kan iemand ook op een ander papier zetten. Met JavaScript blijft de pdf op uw apparaat. Een scan of een opnieuw opgeslagen pdf is een ander bestand.',
      },
      register: {
        title: 'Je account',
        text: 'Vul je e-mailadres van school in. Je krijgt een mail met een code en een link; een van de twee is genoeg. Kende je school je al, dan kun je ook meteen inloggen. Een wachtwoord heb je niet.',
      },
      myDetails: {
        title: 'Je gegevens',
        text: 'De eerste keer kijk je je gegevens na. Je studentnummer is verplicht. Zolang je school je gegevens niet heeft gecontroleerd en er nog geen examen is gestart, kun je je naam en je nummer wijzigen. Daarna vraag je het je school. Je taal kun je altijd wijzigen.',
      },
      myExams: {
        title: 'Je examens',
        text: 'Hier staan je examens en hoe het ermee gaat. Een examen verschijnt vanzelf zodra je docent het start. Je kunt er ook zelf een toevoegen waar je je op voorbereidt. Dat is geen aanmelding.',
      },
      myExam: {
        title: 'Je uitslag',
        text: 'Is de uitslag bekend, dan zie je hier je cijfer, de O, V of G per werkproces en de pdf. Ben je het er niet mee eens, dan staat onderaan wat je kunt doen en tot welke dag. Wordt de uitslag opnieuw bekeken, dan geldt de oude tot er een nieuwe is.',
      },
      link: {
        title: 'De link in uw mail',
        text: 'De link in uw uitnodiging brengt u zonder account naar de beoordeling. Dezelfde link blijft werken tot u klaar bent, en daarna kunt u er nog 30 dagen mee teruglezen. Is de link verlopen? Vraag dan op die pagina een nieuwe aan. Die gaat alleen naar het adres dat de school van u kent.',
      },
      linkLost: {
        title: 'Uw link kwijt',
        text: 'Vul het adres in waarop de school u uitnodigde. Staat er werk voor u open, dan komt er een mail met de link. Uw oude link blijft daarbij gewoon werken. Het antwoord op deze pagina is voor elk adres gelijk, zodat niemand kan nagaan wie examinator is.',
      },
      worklist: {
        title: 'Uw werklijst',
        text: 'Hier staan alle studenten die u beoordeelt, met wat er nog open is en wanneer het klaar moet zijn. Kies een student om te beginnen of verder te gaan.',
      },
      worklistMore: {
        title: 'Uw andere uitnodigingen',
        text: 'Eén link laat één uitnodiging zien. Hebt u er meer bij dezelfde school, vraag dan hier een code per mail. Vul die in, en ook de andere staan in deze browser in uw lijst.',
      },
      form: {
        title: 'Het beoordelingsformulier',
        text: 'Kies bij elk criterium O, V of G. Onder elk onderdeel schrijft u een onderbouwing. Die is verplicht als u er een O of een G gaf. Wat u invult wordt vanzelf bewaard; bovenaan ziet u wanneer. Valt de verbinding weg, ga dan rustig door: uw woorden blijven op dit toestel staan tot het weer lukt. “Per werkproces” of “Alles”: wat u kiest, wordt onthouden.',
      },
      formAsk: {
        title: 'U kunt niet beoordelen',
        text: 'Meld u af of stel iemand anders voor, en kies een reden. De docent beslist en u krijgt een mail met het antwoord. Tot dan krijgt u hiervoor geen herinneringen. Stelt u iemand voor, dan mag wat u al invulde mee als u dat aanvinkt; uw notities en bestanden gaan niet mee. Bedenkt u zich, druk dan op “Toch zelf beoordelen”.',
      },
      formNotes: {
        title: 'Uw notities',
        text: 'Schrijf op wat u ziet en hoort, ook als u nog niet weet waar het bij hoort. Een notitie met een onderdeel zet u met één druk in de onderbouwing. Alleen u ziet uw notities; ze horen niet bij de uitslag. Hoe lang ze bewaard blijven, staat onder de lijst.',
      },
      formEvidence: {
        title: 'Bewijs',
        text: 'Voeg bij een onderdeel een foto of PDF toe die laat zien wat u beoordeelt. De plaats en het toestel worden uit de foto gehaald. Op een telefoon maakt u de foto vanuit het formulier. Voor bewijs hebt u internet nodig. Na het afronden kunt u het alleen nog bekijken.',
      },
      formOffline: {
        title: 'Geen verbinding',
        text: 'Ga rustig door. Wat u invult, staat versleuteld op dit toestel en wordt verstuurd zodra u weer verbinding hebt. Bewijs toevoegen, controleren en afronden kan alleen met verbinding. Na het afronden verdwijnt de kopie vanzelf; onder “Op dit toestel” haalt u haar eerder weg.',
      },
      formCheck: {
        title: 'Controleren en afronden',
        text: 'Voor u afrondt ziet u alles nog eens bij elkaar. Na het afronden kunt u niets meer wijzigen. De examencommissie kan de beoordeling met een reden aan u terugsturen; daarover krijgt u dan een mail. Ziet u later zelf een fout, dan kunt u de beoordeling terugvragen.',
      },
      formCode: {
        title: 'De code bij het afronden',
        text: 'Sommige scholen vragen bij het afronden een code. Die staat in een mail aan het adres dat de school van u kent, en werkt één keer. U rondt er precies de antwoorden mee af die u controleerde. Wijzigt u daarna iets, dan is een nieuwe code nodig. Vroeg u geen code? Dan heeft iemand anders uw link: bel of mail de school.',
      },
      formDone: {
        title: 'Na het afronden',
        text: 'U krijgt een bevestiging per mail. Met dezelfde link leest u uw beoordeling nog 30 dagen terug. Klopt er iets niet? Kies “Ik heb een fout gemaakt”. Hebt u niet zelf afgerond? Meld dat met de link in de bevestiging; de school kijkt er dan naar voor er iets wordt vastgesteld.',
      },
      formAgreement: {
        title: 'Overleg over één oordeel',
        text: 'U ziet pas wat een ander gaf als iedereen klaar is. Waar u verschilt, doet een van u een voorstel; het geldt als allen akkoord zijn. Op sommige scholen beslist de hoofdexaminator. Komt u er niet uit, dan kiest de examencommissie wiens scores gelden. Wat ieder zelf gaf, blijft altijd bewaard. Er wordt nooit een gemiddelde gemaakt.',
      },
      formMistake: {
        title: 'Een fout gemaakt',
        text: 'Klopt er iets niet in wat u afrondde, dan vraagt u onderdelen terug. De docent of de examencommissie antwoordt per mail; tot dan wordt het resultaat niet vastgesteld. Uw beoordeling blijft zolang afgerond. Krijgt u haar terug, dan past u die onderdelen aan en rondt u opnieuw af. Staat het resultaat al vast, dan kan het niet meer.',
      },
      formVersions: {
        title: 'Versies vergelijken',
        text: 'Rondde u een beoordeling vaker af, dan ziet u hier wat er anders is. Wat gelijk bleef, staat er niet bij. Elke versie blijft bewaard.',
      },
      attention: {
        title: 'Aandacht',
        text: 'Hier staat alleen wat op u wacht: mail die niet aankwam, een examinator die zich afmeldt of wil overdragen, een verzending met fouten, een inleverdatum die voorbij is, studenten zonder examinator en examinatoren die al een week stil zijn. De knop in de regel brengt u naar de plek waar u het oplost. Met “Toon alle” ziet u de hele lijst.',
      },
      exams: {
        title: 'Een examen kiezen',
        text: 'Kies het examen of een deel ervan waarvoor u een beoordeling wilt starten. Met de ster zet u een examen bovenaan. Onder “Digitaal beoordelen” staan uw beoordelingen van dat examen. Ziet u een examen niet? Dan heeft de beheerder het nog niet toegevoegd.',
      },
      newAssessment: {
        title: 'Studenten kiezen',
        text: 'Zoek op een deel van de naam, het e-mailadres of het studentnummer, voeg een hele groep toe, of plak een lijst uit Excel. Heeft een student al een lopende afname van dit examen, dan vinkt u “Toch starten” aan of haalt u de student weg. Staat iemand er niet bij, dan ontbreekt het studentnummer: u kunt de student mailen om het in te vullen.',
      },
      examiners: {
        title: 'Examinatoren kiezen',
        text: 'Kies eerst wie bij alle studenten beoordeelt en vul daarna per student aan. U kiest voor het hele examen, voor een werkproces of voor één onderdeel; een keuze op een lager niveau gaat voor. Kiest u er meer voor hetzelfde onderdeel, dan beoordelen zij het allemaal. Met “Vul aan met de praktijkopleider van het leerbedrijf” vult Proeve het adresboek per bedrijf in. Ziet u een waarschuwing, dan schrijft u bij het uitnodigen waarom het toch kan.',
      },
      invite: {
        title: 'Uitnodigen',
        text: 'Kies wie u uitnodigt, voor welke studenten en wanneer de mail weggaat. Per examinator gaat er één mail, ook voor meer studenten. U kunt een opmerking en bijlagen toevoegen en de herinneringen aanpassen. Het voorbeeld is de echte mail; alleen de link werkt daar niet, want die is van de examinator.',
      },
      batch: {
        title: 'Uitnodigingen versturen',
        text: 'Hier ziet u hoever het versturen is, per examinator. U mag de pagina verlaten: het gaat vanzelf door. Wat u hebt ingepland, kunt u tot dat moment nu versturen, verzetten of niet versturen. Wat niet lukt, staat er met de reden; de rest gaat gewoon weg.',
      },
      assessments: {
        title: 'De lijst met uw afnames',
        text: 'Alle beoordelingen die u startte. Zoek op student, nummer, examen of examinator, kies een status, of filter op wat aandacht vraagt. Vink er een aantal aan om ze in één keer te herinneren, te annuleren of een nieuwe inleverdatum te geven. De hele lijst is te downloaden als CSV voor Excel.',
      },
      series: {
        title: 'Samen gestart',
        text: 'Alles wat u in één keer startte: studenten onder elkaar, examinatoren naast elkaar, en in elk vak hoever het is. U ziet de volgende herinnering en wat er is verstuurd. De pagina houdt zichzelf bij.',
      },
      assessment: {
        title: 'Eén beoordeling volgen',
        text: 'U ziet per examinator of de mail is aangekomen, en of de beoordeling is geopend, begonnen of afgerond. “Bezorging niet gemeld” is gewoon: de meeste mailservers zeggen er niets over. Kwam een mail niet aan, dan staat dat er met de reden. Gaven examinatoren niet overal dezelfde score, dan ziet u dat zij overleggen en wie aan zet is. De scores ziet u als de examencommissie de uitslag heeft vastgesteld.',
      },
      mending: {
        title: 'Herstellen en wijzigen',
        text: 'Bij elke examinator staan de knoppen: herinneren, de uitnodiging opnieuw sturen, het adres wijzigen, iemand vervangen of de uitnodiging intrekken. Een verzoek van een examinator beantwoordt u met “Antwoord geven”; de reden staat erbij. U verzet de inleverdatum en annuleert een afname op de pagina van de afname, of voor meer tegelijk in de lijst. Intrekken en annuleren kunt u één minuut lang ongedaan maken; pas daarna gaat de mail weg.',
      },
      mendingReturn: {
        title: 'Een beoordeling teruggeven',
        text: 'Een examinator zag een fout en wil een afgeronde beoordeling terug. Kies of u haar teruggeeft, en welke onderdelen. De examinator krijgt een mail, past die onderdelen aan en rondt opnieuw af. Tot iemand antwoordt, u of de examencommissie, wordt het resultaat niet vastgesteld.',
      },
      agreementLead: {
        title: 'De hoofdexaminator',
        text: 'Op uw school beslist de hoofdexaminator als scores verschillen. Kiest u niemand, dan is dat de eerste die van school is uitgenodigd. De hoofdexaminator ziet pas wat de anderen gaven als allen klaar zijn.',
      },
      addressBook: {
        title: 'Het adresboek',
        text: 'Alle mogelijke examinatoren van uw school. Wie een account heeft, staat er vanzelf in; anderen voegt u toe of importeert u. Verwijderen haalt iemand alleen uit de keuzelijst: beoordelingen blijven bestaan en u kunt de persoon terugzetten. Staat iemand dubbel, voeg de twee dan samen. Is er een uitnodiging onderweg, dan wijzigt u het adres bij de afname.',
      },
      import: {
        title: 'Contacten importeren',
        text: 'Download het sjabloon, vul per persoon één regel in en kies het bestand. Proeve laat eerst zien wie nieuw is, wie wijzigt en wat er niet klopt. Er gebeurt pas iets als u op de knop drukt, en dan alles of niets. Een lege cel laat staan wat er al stond.',
      },
      queue: {
        title: 'De wachtrij',
        text: 'U begint met Beoordeeld, de oudste eerst. Kies een andere lijst met de knoppen bovenaan; het getal zegt hoeveel erin staan. Onder “Meer filters” filtert u op opmerking, stand van het besluit, initiator, examinator en periode. Een gekozen filter haalt u weg met het kruisje. Vink beoordelingen aan om ze samen vast te stellen. Met de toetsen j en k loopt u door de lijst, met x vinkt u aan, met Enter opent u het dossier; ? toont alle toetsen.',
      },
      queueFilters: {
        title: 'Mijn filters',
        text: 'Bewaar een filter dat u vaker gebruikt, met een naam. Alleen u ziet uw filters. U kunt er een kiezen waarmee de wachtrij begint. Een zoekwoord wordt niet bewaard: dat is een persoonsgegeven. Wat u verwijdert, kunt u een dag lang terugzetten.',
      },
      dossier: {
        title: 'Een beoordeling bekijken',
        text: 'Scores, onderbouwing, bewijs en uitslag van alle examinatoren, met alles wat er gebeurd is. Waar zij verschilden, staat wat ieder gaf en wat is afgesproken. Staat de beoordeling ergens op te wachten, dan staat dat bovenaan. Wilt u een score anders? Stuur het onderdeel met een reden terug naar de examinator. Was dat een vergissing, dan maakt u het ongedaan zolang de examinator nog niets heeft gewijzigd. Kwam u uit een lijst, dan gaat u met j naar het volgende dossier daarin, en met k naar het vorige.',
      },
      editing: {
        title: 'Een beoordeling verbeteren',
        text: 'Zet in het dossier ‘Bewerken’ aan. Bij elk onderdeel kunt u dan verbeteren wat er staat, of het terugsturen naar de examinator. Wat u mag wijzigen, bepaalt uw school. Een reden is altijd nodig en de examinator krijgt bericht. Wie de afname startte of erin beoordeelde, verbetert niet. Er wordt niets overschreven: de bewerkhistorie laat zien wie, wanneer, wat er stond, wat er staat en waarom.',
      },
      dossierAgreement: {
        title: 'Het overleg overnemen',
        text: 'Komen examinatoren er niet uit, of duurt het te lang, dan neemt de commissie het over. Zij hoeven dan niets meer af te spreken en lezen uw reden. Wat al is afgesproken, blijft gelden. Voor de rest kiest u bij het vaststellen wiens scores gelden.',
      },
      finalise: {
        title: 'Vaststellen',
        text: 'Kies het adres van het examenbureau of vul er een in. Vraagt uw school twee leden, dan doet u een voorstel en neemt een ander lid het besluit; tot dan is er niets vastgesteld. Wie de afname startte, erin beoordeelde of een score wijzigde, beslist niet mee, tenzij uw school dat anders heeft ingesteld. Na het besluit maakt Proeve de pdf, verzegelt die, bewaart die en stuurt die naar het examenbureau. Vaststellen kunt u niet terugdraaien; een uitslag heropenen wel.',
      },
      reopening: {
        title: 'Een voorstel intrekken, een uitslag heropenen',
        text: 'Schrijf waarom; de reden blijft in het dossier staan. Een heropende uitslag blijft gelden tot er een nieuw besluit is. Het examenbureau krijgt bericht, en de student als die de uitslag al zag. Het nieuwe besluit maakt een nieuwe versie van het document; de oude blijft bewaard. Klopt de uitslag toch, dan beëindigt u het heropenen.',
      },
      publishing: {
        title: 'Uitslagen zichtbaar maken',
        text: 'Uw school bepaalt wanneer studenten een uitslag zien: meteen, na een aantal werkdagen, of als een lid van de commissie het zegt. Hier staan de definitieve uitslagen die studenten nog niet zien. Maakt u er een zichtbaar, dan krijgt de student een mail, zonder cijfer. Dat kunt u niet terugdraaien.',
      },
      sent: {
        title: 'Verzonden naar het examenbureau',
        text: 'Elke mail met een resultaatdocument: waarheen, wanneer, welke mailserver hem aannam en of hij terugkwam. Kwam een mail niet aan, dan verstuurt u het document opnieuw, zo nodig naar een ander adres. Het besluit verandert daar niet door.',
      },
      exporting: {
        title: 'Resultaten exporteren',
        text: 'Maak een CSV-bestand van de definitieve resultaten van een examen. U ziet eerst een voorbeeld. Met een profiel kiest u de kolommen, hun namen en hoe het bestand wordt geschreven. “Alleen wat nieuw is” slaat over wat u met dat profiel al ophaalde. Van elke download wordt bewaard wie hem deed en welke resultaten erin stonden.',
      },
      archive: {
        title: 'Documenten downloaden',
        text: 'Haal alle documenten van een periode in één zipbestand op, met een lijst en controlegetallen. Ontbreekt een document of is het beschadigd, dan staat dat in het bestand; de rest komt gewoon mee. Het bestand bevat persoonsgegevens. Van elke download wordt bewaard wie hem deed.',
      },
      officeLink: {
        title: 'Een document openen',
        text: 'Sommige scholen sturen het examenbureau geen bijlage maar een link. Druk op de knop en u krijgt een code op hetzelfde adres. De code werkt tien minuten; daarna kunt u het document een half uur openen en bewaren in deze browser. Met de link vraagt u later een nieuwe code. Bewaar het bestand zoals het is: dan blijft te controleren dat het echt is.',
      },
      condition: {
        title: 'De toestand van uw school',
        text: 'Hier staat wat te laat, mislukt of onzeker is: mail die niet aankwam, een pdf die er nog niet is, een afname over de uiterste datum. Met de knop in de rij probeert Proeve het opnieuw. Gaat het om iets dat een mens moet doen, zoals een adres verbeteren, dan staat dat erbij. Staat een verzending stil omdat een docent weg is, of is een controlegetal niet bewaard? Dan krijgt u ook een mail. Wat u herstelt, wordt met uw naam en het tijdstip bewaard.',
      },
      branding: {
        title: 'De huisstijl van uw school',
        text: 'Kies een logo (PNG, JPEG of SVG) en een hoofdkleur. Ze staan op alle pagina’s van uw school en op nieuwe documenten; documenten die er al zijn, veranderen niet. Op de kleur komt witte tekst: is hij te licht, dan noemen we een donkerder kleur die wel kan. Met “Voorbeeld bekijken” ziet u een kleur zonder hem op te slaan. Onderaan staat wie wat heeft gekozen, en wanneer.',
      },
    },
  },
};
