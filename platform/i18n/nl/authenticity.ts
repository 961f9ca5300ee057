/** Texts of the page on which anybody checks a document. */
export const authenticity = {
  title: 'Is dit document echt?',
  lead: 'Controleer een resultaatdocument dat met Proeve is gemaakt. U heeft geen account nodig.',
  privacy:
    'U ziet alleen of het document echt is. We tonen geen naam, geen cijfer en geen nummer, en we bewaren niets.',
  file: {
    title: 'Met de pdf',
    text: 'Het zekerst: ook één veranderd teken valt op.',
    label: 'Pdf-bestand',
    hint: 'Kies het bestand zoals u het kreeg. Een scan of een opnieuw opgeslagen pdf is een ander bestand.',
    submit: 'Controleren',
    sent: 'Het bestand gaat naar ons toe. We berekenen er een controlegetal van en gooien het daarna meteen weg.',
    stays: 'Het bestand blijft op uw apparaat. Alleen een controlegetal gaat naar ons toe.',
    busy: 'Het bestand wordt gecontroleerd.',
    none: 'Kies eerst een bestand.',
    tooLarge: 'Dit bestand is groter dan {{megabytes}} MB. Zo groot zijn onze documenten niet.',
  },
  code: {
    title: 'Met de code',
    text: 'De code staat bovenaan het document, bij de QR-code.',
    label: 'Code',
    hint: '26 letters en cijfers. Hoofdletters en spaties maken niet uit. Het hele adres mag ook.',
    submit: 'Code controleren',
    none: 'Vul de code van het document in.',
    shape: 'Dit is geen volledige code. Een code heeft 26 letters en cijfers.',
  },
  answer: {
    genuine: {
      title: 'Dit document is echt',
      text: 'Dit document is gemaakt en bewaard door de school hieronder. Het is de nieuwste versie.',
    },
    reopened: {
      title: 'Dit document is echt, maar er wordt opnieuw beslist',
      text: 'De examencommissie van de school neemt een nieuw besluit over dit resultaat. Vraag de school naar de uitkomst.',
    },
    superseded: {
      title: 'Er is een nieuwere versie',
      text: 'Dit document is echt, maar het geldt niet meer. De school heeft een nieuw besluit genomen. Vraag naar de nieuwste versie.',
    },
    unknown: {
      title: 'Dit document kennen we niet',
      code: 'Bij deze code hoort geen document. Kijk of u de code goed heeft overgenomen. Klopt de code, dan komt het document niet van ons.',
      file: 'Dit bestand is niet precies zo door ons gemaakt. Het is veranderd, al is het maar één teken, of het komt niet van ons. Ook een scan of een opnieuw opgeslagen pdf is een ander bestand.',
    },
    school: 'School',
    version: 'Versie',
    versionOf: '{{version}} van {{count}}',
    made: 'Gemaakt op',
    seal: 'Verzegeld door',
    notSealed: 'niet verzegeld',
    timestamped: 'met een tijdstempel van {{day}}',
    caution:
      'Iedereen kan een code overnemen op een ander papier. Wilt u zeker weten dat de inhoud klopt? Controleer dan de pdf zelf.',
    privacy: 'We tonen geen naam, geen cijfer en geen nummer. Wat u controleerde, bewaren we niet.',
    again: 'Nog een document controleren',
  },
};
